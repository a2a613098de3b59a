// Conformance kind `gospa`: distances between a set of true positions and a set of estimates.
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "app/verify/evaluator.hpp"
#include "sensors/tracking/set_distance.hpp"

namespace pavise {
namespace {

using nlohmann::json;

std::vector<Vec3> places_of(CaseFields& fields, const std::string& field) {
  std::vector<Vec3> places;
  for (const json& element : fields.array(field, 0, 10'000)) {
    const std::string name = field + "[" + std::to_string(places.size()) + "]";
    const auto p = CaseFields::numbers_of(element, name, 3, 3);
    places.push_back({p[0], p[1], p[2]});
  }
  return places;
}

CaseOutputs evaluate(const json& input, const json&) {
  CaseFields fields(input);
  const std::vector<Vec3> truth_m = places_of(fields, "truth_m"), estimate_m = places_of(fields, "estimate_m");
  const double order = fields.number("order", 1);
  const double cutoff_m = fields.positive("cutoff_m");
  fields.finish();

  SetDistanceSolver solver;
  const SetDistance distance = solver.solve(truth_m, estimate_m, order, cutoff_m);
  CaseOutputs out;
  out.values["gospa_m"] = distance.gospa_m;
  out.values["localisation_m"] = distance.localisation_m;
  out.values["missed_m"] = distance.missed_m;
  out.values["false_m"] = distance.false_m;
  out.values["missed_count"] = distance.missed_count;
  out.values["false_count"] = distance.false_count;
  out.values["ospa_m"] = distance.ospa_m;
  out.values["ospa_localisation_m"] = distance.ospa_localisation_m;
  out.values["ospa_cardinality_m"] = distance.ospa_cardinality_m;
  return out;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "gospa",
             .summary = "GOSPA and OSPA distances between true positions and estimates.",
             .source = "docs/models/tracking.md#quality-of-a-picture"},
    .evaluate = evaluate,
}};

}  // namespace
}  // namespace pavise
