// "pavise-summary/1" (CONTRACT.md): what --json prints.
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/core/variant.hpp"
#include "study/run_study.hpp"

namespace pavise {
namespace {

using Json = nlohmann::ordered_json;

/// No value is null in JSON.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json interval(const Interval& ci) { return Json::array({number(ci.lower), number(ci.upper)}); }

Json metrics_json(const ArmResult& arm, const StudyResult& study) {
  Json metrics = Json::object();
  for (const MetricSummary& s : arm.metrics)
    metrics[s.name] = {{"mean", number(s.mean)},       {"se", number(s.se)},
                       {"ci95", interval(s.ci95)},     {"unit", s.unit},
                       {"minimum", number(s.minimum)}, {"median", number(s.median)},
                       {"maximum", number(s.maximum)}, {"standard_deviation", number(s.standard_deviation)},
                       {"method", name_of(s.method)}};
  const auto time = [&](const char* name, const std::optional<double>& value) {
    if (value)
      metrics[name] = {{"mean", number(*value)}, {"se", nullptr}, {"ci95", {nullptr, nullptr}}, {"unit", "us"}};
  };
  if (study.arms.size() == 1) {  // decisions are timed over the whole run, not by arm
    time("allocator.p50_us", study.allocator_p50_us);
    time("allocator.p99_us", study.allocator_p99_us);
  }
  return metrics;
}

void put_arm(Json& json, const ArmResult& arm, const StudyResult& study) {
  json["scenario"] = arm.scenario;
  json["raid"] = arm.raid;
  json["policy"] = arm.policy;
  json["replications"] = arm.replications;
  json["seed"] = study.seed;
  json["outcome_hash"] = arm.outcome_hash;
}

}  // namespace

Json pair_json(const StudyResult& result, const PairSummary& pair) {
  return {{"a", result.arms[std::size_t(pair.a)].label},
          {"b", result.arms[std::size_t(pair.b)].label},
          {"metric", pair.metric},
          {"mean_difference", number(pair.mean_difference)},
          {"se", number(pair.se)},
          {"ci95", interval(pair.ci95)},
          {"unpaired_se", number(pair.unpaired_se)},
          {"correlation", number(pair.correlation)},
          {"p_value", number(pair.p_value)},
          {"p_value_holm", number(pair.p_value_holm)}};
}

Json summary_json(const StudyResult& result, const std::string& git_commit) {
  Json json = {{"schema", "pavise-summary/1"}, {"version", PAVISE_VERSION}, {"commit", git_commit}};
  const bool is_single = result.arms.size() == 1;
  if (is_single) {
    put_arm(json, result.arms[0], result);
  } else {
    json["replications"] = result.replications;
    json["seed"] = result.seed;
    json["outcome_hash"] = result.outcome_hash;
  }
  json["threads"] = result.threads;
  json["simd"] = name_of(chosen_simd());
  json["wall_s"] = result.wall_s;
  json["cpu_s"] = result.cpu_s;
  json["entity_updates"] = result.entity_updates;
  json["simulated_s"] = result.simulated_s;
  json["interrupted"] = result.is_interrupted;
  if (is_single) {
    json["metrics"] = metrics_json(result.arms[0], result);
    return json;
  }
  if (result.allocator_p50_us) json["allocator.p50_us"] = number(*result.allocator_p50_us);
  if (result.allocator_p99_us) json["allocator.p99_us"] = number(*result.allocator_p99_us);
  json["arms"] = Json::array();
  for (const ArmResult& arm : result.arms) {
    Json one = {{"label", arm.label}};
    put_arm(one, arm, result);
    one["entity_updates"] = arm.entity_updates;
    one["simulated_s"] = arm.simulated_s;
    one["metrics"] = metrics_json(arm, result);
    json["arms"].push_back(std::move(one));
  }
  json["pairs"] = Json::array();
  for (const PairSummary& pair : result.pairs) json["pairs"].push_back(pair_json(result, pair));
  return json;
}

}  // namespace pavise
