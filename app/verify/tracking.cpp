// Conformance kind `tracking`: the kernel's general tracker, whole, on small scenarios.
#include <cmath>

#include "app/verify/evaluator.hpp"
#include "app/verify/tracking_case.hpp"

namespace pavise {
namespace {

CaseOutputs evaluate(const nlohmann::json& input, const nlohmann::json&) {
  const TrackingQuality quality = run_tracking(read_tracking_case(input));
  CaseOutputs out;
  out.values["mean_gospa_m"] = quality.mean_gospa_m;
  out.values["false_tracks"] = quality.false_tracks;
  out.values["continuity"] = quality.continuity;
  out.values["id_switches"] = quality.id_switches;
  out.values["nees"] = std::isfinite(quality.nees) ? nlohmann::json(quality.nees) : nlohmann::json(nullptr);
  return out;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "tracking",
             .summary = "Whole trackers (gnn, jpda, interacting models) on small scenarios.",
             .source = "docs/models/tracking.md#imm-and-jpda"},
    .evaluate = evaluate,
}};

}  // namespace
}  // namespace pavise
