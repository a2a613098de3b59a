#include "app/verify/tracking_case.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "app/verify/case_fields.hpp"

namespace pavise {
namespace {

using nlohmann::json;
constexpr double kRadiansPerDegree = kPi / 180;
constexpr double kLongest_s = 1e5;

std::string at(const std::string& name, std::size_t index) { return name + "[" + std::to_string(index) + "]"; }

Vec3 vector_of(CaseFields& fields, const std::string& field) {
  const auto v = fields.numbers(field, 3, 3);
  return {v[0], v[1], v[2]};
}

/// A field of two numbers, the first below the second.
std::pair<double, double> interval_of(CaseFields& fields, const std::string& field) {
  const auto ends = fields.numbers(field, 2, 2);
  if (!(ends[0] < ends[1])) throw CaseError(fields.name(field), "must ascend");
  return {ends[0], ends[1]};
}

TrackingTarget read_target(const json& value, const std::string& path) {
  CaseFields fields(value, path + ".");
  TrackingTarget t;
  t.start_s = fields.number("start_s", 0, kLongest_s);
  t.end_s = fields.number("end_s", 0, kLongest_s);
  if (t.end_s < t.start_s) throw CaseError(path + ".end_s", "lies before start_s");
  t.position_m = vector_of(fields, "position_m");
  t.velocity_mps = vector_of(fields, "velocity_m_s");
  for (const json& element : fields.array("turns", 0, 1000)) {
    const std::string name = at(path + ".turns", t.turns.size());
    CaseFields turn(element, name + ".");
    const double from_s = turn.number("from_s", 0, kLongest_s), to_s = turn.number("to_s", 0, kLongest_s);
    if (!(from_s < to_s)) throw CaseError(name + ".to_s", "must lie after from_s");
    t.turns.push_back({from_s, to_s, turn.number("rate_deg_s", -360, 360) * kRadiansPerDegree});
    turn.finish();
  }
  std::sort(t.turns.begin(), t.turns.end(),
            [](const TrackingTurn& a, const TrackingTurn& b) { return a.from_s < b.from_s; });
  for (std::size_t k = 1; k < t.turns.size(); ++k)
    if (t.turns[k].from_s < t.turns[k - 1].to_s) throw CaseError(path + ".turns", "overlap");
  t.process_q_m2_s3 = fields.number("process_q_m2_s3", 0);
  if (t.process_q_m2_s3 > 0 && !t.turns.empty()) throw CaseError(path + ".turns", "cannot stand beside process noise");
  fields.finish();
  return t;
}

TrackingSensor read_sensor(const json& value, const std::string& path) {
  CaseFields fields(value, path + ".");
  TrackingSensor s{};
  s.position_m = vector_of(fields, "position_m");
  s.scan_period_s = fields.number("scan_period_s", 1e-3, kLongest_s);
  s.first_scan_s = fields.number("first_scan_s", 0, kLongest_s);
  s.pd = fields.number("pd", 0, 1);
  if (s.pd == 0) throw CaseError(path + ".pd", "must be greater than 0");
  s.sigma_range_m = fields.positive("sigma_range_m");
  s.sigma_azimuth_rad = fields.positive("sigma_azimuth_deg") * kRadiansPerDegree;
  s.sigma_elevation_rad = fields.positive("sigma_elevation_deg") * kRadiansPerDegree;
  s.clutter_per_scan = fields.number("clutter_per_scan", 0, 1e4);
  std::tie(s.range_min_m, s.range_max_m) = interval_of(fields, "range_m");
  if (s.range_min_m < 0) throw CaseError(path + ".range_m", "must not be negative");
  const auto [from_deg, to_deg] = interval_of(fields, "azimuth_deg");
  if (from_deg < -360 || from_deg > 360 || to_deg - from_deg > 360)
    throw CaseError(path + ".azimuth_deg", "spans 360 degrees at most");
  s.azimuth_from_rad = from_deg * kRadiansPerDegree;
  s.azimuth_span_rad = (to_deg - from_deg) * kRadiansPerDegree;
  const auto [low_deg, high_deg] = interval_of(fields, "elevation_deg");
  if (low_deg < -90 || high_deg > 90) throw CaseError(path + ".elevation_deg", "is out of range");
  s.elevation_min_rad = low_deg * kRadiansPerDegree;
  s.elevation_max_rad = high_deg * kRadiansPerDegree;
  fields.finish();
  return s;
}

void read_models(CaseFields& fields, GeneralSettings& s) {
  const json& models = fields.array("models", 1, kMostModels);
  const std::size_t M = models.size();
  s.model_count = int(M);
  for (std::size_t j = 0; j < M; ++j) {
    const std::string path = at("tracker.models", j);
    CaseFields model(models[j], path + ".");
    const std::string word = model.word("model");
    if (word != "cv" && word != "ct") throw CaseError(path + ".model", "must be cv or ct");
    s.models[j].spectral_density_m2_s3 = model.number("q_m2_s3", 0);
    if (word == "ct") {
      s.models[j].turn_rate_radps = model.number("turn_rate_deg_s", -360, 360) * kRadiansPerDegree;
      if (s.models[j].turn_rate_radps == 0) throw CaseError(path + ".turn_rate_deg_s", "must not be 0");
    }
    model.finish();
  }
  const auto transition = fields.matrix("transition", M, M);
  const auto initial = fields.numbers("initial_probability", M, M);
  double sum = 0;
  for (std::size_t i = 0; i < M; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < M; ++j) {
      s.transition[i][j] = transition[i * M + j];
      if (s.transition[i][j] < 0) throw CaseError(at("tracker.transition", i), "must not be negative");
      row += s.transition[i][j];
    }
    if (std::fabs(row - 1) > 1e-9) throw CaseError(at("tracker.transition", i), "must sum to 1");
    s.initial_probability[i] = initial[i];
    if (initial[i] < 0) throw CaseError(at("tracker.initial_probability", i), "must not be negative");
    sum += initial[i];
  }
  if (std::fabs(sum - 1) > 1e-9) throw CaseError("tracker.initial_probability", "must sum to 1");
}

GeneralSettings read_tracker(const json& value) {
  CaseFields fields(value, "tracker.");
  GeneralSettings s;
  const std::string association = fields.word("association");
  if (association != "gnn" && association != "jpda") throw CaseError("tracker.association", "must be gnn or jpda");
  s.is_joint = association == "jpda";
  read_models(fields, s);
  if (s.is_joint && s.model_count > 1) throw CaseError("tracker.association", "jpda takes one model");
  s.gate_probability = fields.number("gate_probability", 1e-9, 1 - 1e-12);
  s.rule.confirm_window = fields.whole("confirm_window", 1, 1e6);
  s.rule.confirm_hits = fields.whole("confirm_hits", 1, s.rule.confirm_window);
  s.rule.delete_misses = fields.whole("delete_misses", 1, 1e6);
  s.initial_speed_sigma_mps = fields.positive("initial_speed_sigma_m_s");
  s.largest_sigma_m = 1e9;  // a place nobody looks at is given up after a minute
  fields.finish();
  return s;
}

}  // namespace

TrackingCase read_tracking_case(const json& input) {
  CaseFields fields(input);
  TrackingCase c;
  c.duration_s = fields.number("duration_s", 1e-3, kLongest_s);
  c.replications = fields.whole("replications", 1, 1e6);
  c.seed = std::uint64_t(fields.number("seed", 0, 0x1p53));
  if (double(c.seed) != fields.number("seed")) throw CaseError("seed", "must be a whole number");
  for (const json& value : fields.array("targets", 0, 10'000))
    c.targets.push_back(read_target(value, at("targets", c.targets.size())));
  for (const json& value : fields.array("sensors", 1, 1000))
    c.sensors.push_back(read_sensor(value, at("sensors", c.sensors.size())));
  c.tracker = read_tracker(fields.any("tracker"));
  c.settle_s = fields.number("settle_s", 0, c.duration_s);
  c.evaluation_period_s = fields.number("evaluation_period_s", 1e-3, kLongest_s);
  c.gospa_cutoff_m = fields.positive("gospa_cutoff_m");
  fields.finish();
  return c;
}

void fly(const TrackingTarget& target, double time_s, double (&x)[6]) {
  const double start[6] = {target.position_m.x,   target.position_m.y,   target.position_m.z,
                           target.velocity_mps.x, target.velocity_mps.y, target.velocity_mps.z};
  std::copy(start, start + 6, x);
  double now_s = target.start_s;
  const auto advance = [&](double until_s, double rate_radps) {
    const double T = until_s - now_s;
    if (!(T > 0)) return;
    if (rate_radps == 0) {
      x[0] += T * x[3], x[1] += T * x[4];
    } else {
      const double s = sine(rate_radps * T), half = sine(0.5 * rate_radps * T), v = 2 * half * half, c = 1 - v;
      const double ve = x[3], vn = x[4];
      x[0] += (s * ve - v * vn) / rate_radps, x[1] += (v * ve + s * vn) / rate_radps;
      x[3] = c * ve - s * vn, x[4] = s * ve + c * vn;
    }
    x[2] += T * x[5];
    now_s = until_s;
  };
  for (const TrackingTurn& turn : target.turns) {
    advance(std::min(turn.from_s, time_s), 0);
    if (now_s >= turn.from_s) advance(std::min(turn.to_s, time_s), turn.rate_radps);
  }
  advance(time_s, 0);
}

}  // namespace pavise
