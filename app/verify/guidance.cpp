// Conformance kind `guidance`: engagements under proportional navigation, and predicted intercept points. Engagements fly
// by the simulation's own integrator (interceptors/guided_flight.hpp), without air and thrust, in finer steps.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "interceptors/guided_rounds.hpp"
#include "interceptors/intercept.hpp"

namespace pavise {
namespace {

using nlohmann::json;

// Steps at which every tolerance is met with a wide margin (README of the kind).
constexpr double kStep_s = 0.005, kStepShare = 0.01, kFinish_s = 1e-8, kFinish_m = 1e-4;
constexpr double kFarthest_m = 1e9, kFastest_mps = 1e6, kHardest_mps2 = 1e6;
constexpr double kLongest_s = 3600;  // an engagement that closes for longer is refused

Vec3 vector(CaseFields& fields, const std::string& field, double most) {
  const auto v = fields.numbers(field, 3, 3);
  for (std::size_t i = 0; i < 3; ++i)
    if (!(std::fabs(v[i]) <= most)) throw CaseError(fields.name(field) + "[" + std::to_string(i) + "]", "is out of range");
  return {v[0], v[1], v[2]};
}

json array_of(Vec3 v) { return {v.x, v.y, v.z}; }

struct EngagementInput {
  FlightModel model;
  TargetPath target;
  FlyingRound round;
  bool samples = false;
  std::vector<double> sample_times_s;
};

void read_interceptor(const json& value, EngagementInput& in) {
  CaseFields fields(value, "interceptor.");
  in.round.position_m = vector(fields, "position_enu_m", kFarthest_m);
  in.round.velocity_mps = vector(fields, "velocity_enu_mps", kFastest_mps);
  if (!(length(in.round.velocity_mps) > 0)) throw CaseError("interceptor.velocity_enu_mps", "speed must be greater than 0");
  in.round.is_steered = true;

  GuidanceLaw& law = in.model.law;
  const std::string word = fields.word("law");
  if (word != "true" && word != "pure") throw CaseError("interceptor.law", "must be true or pure");
  law.is_pure = law.acts_across = word == "pure" ? 1 : 0;
  law.navigation_ratio = fields.number("navigation_ratio", 0, 1000);
  if (fields.has("time_constant_s")) {
    const double lag_s = fields.positive("time_constant_s");
    // the integration is stable to 2.78 time constants; one so short that it needs other steps is refused
    if (lag_s < 0.5 * kStep_s) throw CaseError("interceptor.time_constant_s", "must be at least 0.0025, or absent");
    law.has_lag = 1;
    law.inverse_lag_per_s = 1 / lag_s;
  }
  if (fields.has("acceleration_limit_mps2"))
    law.limit_mps2 = fields.number("acceleration_limit_mps2", std::numeric_limits<double>::denorm_min(), kHardest_mps2);
  fields.finish();
}

EngagementInput read_engagement(CaseFields& fields) {
  EngagementInput in;
  read_interceptor(fields.any("interceptor"), in);
  CaseFields target(fields.any("target"), "target.");
  in.target.c0 = vector(target, "position_enu_m", kFarthest_m);
  in.target.c1 = vector(target, "velocity_enu_mps", kFastest_mps);
  if (target.has("acceleration_enu_mps2")) in.target.c2 = 0.5 * vector(target, "acceleration_enu_mps2", kHardest_mps2);
  target.finish();
  in.samples = fields.has("sample_times_s");
  if (in.samples) in.sample_times_s = fields.numbers("sample_times_s");
  for (std::size_t i = 0; i < in.sample_times_s.size(); ++i) {
    const double before_s = i > 0 ? in.sample_times_s[i - 1] : 0;
    if (!(in.sample_times_s[i] >= before_s))
      throw CaseError("sample_times_s[" + std::to_string(i) + "]", i > 0 ? "must not be below the one before" : "must be at least 0");
  }
  fields.finish();
  in.model.step_s = kStep_s;
  in.model.step_share = kStepShare;
  in.model.finish_s = kFinish_s;
  in.model.finish_m = kFinish_m;
  in.model.pass_m = 1e150;  // every closest approach ends the run
  return in;
}

void evaluate_engagement(CaseFields& fields, json& out) {
  EngagementInput in = read_engagement(fields);
  FlyingRound& round = in.round;
  const Vec3 r = in.target.c0 - round.position_m, u = in.target.c1 - round.velocity_mps;
  json accelerations = json::array(), positions = json::array();
  const auto sample = [&] {
    accelerations.push_back(array_of(acting_guidance_mps2(in.model, in.target, round)));
    positions.push_back(array_of(round.position_m));
  };
  if (dot(r, u) >= 0) {  // they open
    round.end = FlightEnd::closest_approach;
    round.end_s = 0;
    round.miss_m = r;
    round.largest_mps2 = dot(r, r) > 0 ? length(acting_guidance_mps2(in.model, in.target, round)) : 0;
  }
  for (std::size_t i = 0; i < in.sample_times_s.size(); ++i) {
    const double time_s = in.sample_times_s[i];
    const FlyingRound before = round;
    fly_guided(in.model, in.target, time_s, round);
    // the last stretch is flown in one: a sample within it is taken from where it began
    if (round.end != FlightEnd::flying && !(time_s <= round.end_s + 1e-9))
      throw CaseError("sample_times_s[" + std::to_string(i) + "]", "is after the closest approach");
    if (round.end != FlightEnd::flying && dot(r, u) < 0 && time_s < round.end_s) round = before;
    sample();
  }
  for (double until_s = 10; round.end == FlightEnd::flying; until_s += 10) {
    if (until_s > kLongest_s) throw CaseError("target", "there is no closest approach within an hour");
    fly_guided(in.model, in.target, until_s, round);
  }
  out["miss_m"] = length(round.miss_m);
  out["miss_enu_m"] = array_of(round.miss_m);
  out["time_s"] = round.end_s;
  out["speed_mps"] = length(round.velocity_mps);
  out["acceleration_max_mps2"] = round.largest_mps2;
  if (in.samples) {
    out["acceleration_enu_mps2"] = accelerations;
    out["interceptor_enu_m"] = positions;
  }
}

void evaluate_intercept_point(CaseFields& fields, json& out) {
  const Vec3 shooter = vector(fields, "shooter_enu_m", kFarthest_m);
  const double speed_mps = fields.number("speed_mps", std::numeric_limits<double>::denorm_min(), kFastest_mps);
  const double delay_s = fields.number("delay_s", 0, 1e9);
  CaseFields target(fields.any("target"), "target.");
  const Vec3 position = vector(target, "position_enu_m", kFarthest_m);
  const Vec3 velocity = vector(target, "velocity_enu_mps", kFastest_mps);
  target.finish();
  fields.finish();
  const Vec3 at_launch = position + delay_s * velocity - shooter;
  const double flight_s = time_to_meet_s(at_launch, velocity, speed_mps);
  const bool is_feasible = std::isfinite(flight_s);
  out["feasible"] = is_feasible ? 1 : 0;
  if (!is_feasible) return;
  out["time_s"] = delay_s + flight_s;
  out["flight_time_s"] = flight_s;
  out["point_enu_m"] = array_of(position + (delay_s + flight_s) * velocity);
}

CaseOutputs evaluate(const json& input, const json&) {
  CaseOutputs outputs;
  CaseFields fields(input);
  const std::string model = fields.word("model");
  if (model == "engagement")
    evaluate_engagement(fields, outputs.values);
  else if (model == "intercept_point")
    evaluate_intercept_point(fields, outputs.values);
  else
    throw CaseError("model", "must be engagement or intercept_point");
  return outputs;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "guidance",
             .summary = "Proportional navigation to the closest approach; predicted intercept points.",
             .source = "docs/models/engagement.md#guided-flight"},
    .evaluate = evaluate,
}};

}  // namespace
}  // namespace pavise
