// Conformance kind `atmosphere`: US Standard Atmosphere 1976 by geometric or geopotential altitude.
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "kernel/core/environment.hpp"
#include "kernel/core/standard_atmosphere.hpp"

namespace pavise {
namespace {

using nlohmann::json;

CaseOutputs evaluate_atmosphere(const json& input, const json&) {
  CaseFields fields(input);
  const std::string geometric = "geometric_altitude_m", geopotential = "geopotential_altitude_m";
  const bool is_geometric = fields.has(geometric);
  if (is_geometric && fields.has(geopotential))
    throw CaseError(geopotential, "stands beside " + geometric + ": give one of the two");
  const std::string given = is_geometric ? geometric : geopotential, other = is_geometric ? geopotential : geometric;
  const double most_m = is_geometric ? 1'000'000 : 850'000;
  std::vector<double> altitude_m;
  for (const json& element : fields.array(given, 1))
    altitude_m.push_back(
        CaseFields::number_of(element, given + "[" + std::to_string(altitude_m.size()) + "]", -5000, most_m));
  fields.finish();

  CaseOutputs outputs;
  json& out = outputs.values;
  for (const double altitude : altitude_m) {
    out[other].push_back(is_geometric ? standard_atmosphere::geopotential_m(altitude)
                                      : standard_atmosphere::geometric_m(altitude));
    const Air air = is_geometric ? air_at(altitude) : air_at_geopotential(altitude);
    out["temperature_k"].push_back(air.temperature_K);
    out["pressure_pa"].push_back(air.pressure_Pa);
    out["density_kgpm3"].push_back(air.density_kg_m3);
    out["speed_of_sound_mps"].push_back(air.speed_of_sound_mps);
    out["dynamic_viscosity_pas"].push_back(air.dynamic_viscosity_Pa_s);
  }
  return outputs;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "atmosphere",
             .summary = "US Standard Atmosphere 1976 with its continuations below the sea and above 86 km.",
             .source = "tests/cases/atmosphere/README.md"},
    .evaluate = evaluate_atmosphere,
}};

}  // namespace
}  // namespace pavise
