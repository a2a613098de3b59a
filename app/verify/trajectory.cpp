// Conformance kind `trajectory`: waypoint flight through the kernel's route plan, ballistic flight through its point
// mass.
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "app/verify/evaluator.hpp"
#include "kernel/core/geodesy.hpp"
#include "kernel/threats/point_mass_flight.hpp"
#include "kernel/threats/route_plan.hpp"

namespace pavise {
namespace {

using nlohmann::json;

json array_of(Vec3 v) { return json::array({v.x, v.y, v.z}); }

Vec3 vector_field(CaseFields& fields, const std::string& field) {
  const std::vector<double> v = fields.numbers(field, 3, 3);
  return {v[0], v[1], v[2]};
}

std::vector<double> sample_times(CaseFields& fields) {
  std::vector<double> times = fields.numbers("sample_times_s");
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string name = fields.name("sample_times_s[" + std::to_string(i) + "]");
    if (times[i] < 0) throw CaseError(name, "must not be negative");
    if (i > 0 && times[i] < times[i - 1]) throw CaseError(name, "sample times must ascend");
  }
  return times;
}

// waypoints

double path_length_m(const RoutePlan& plan) {
  double length_m = 0;
  for (std::int32_t i = 0; i < plan.count; ++i) {
    const Segment& s = plan.segment[i];
    const double duration_s = s.end_s - s.begin_s;
    if (s.kind == SegmentKind::turn)
      length_m += (s.speed_mps + s.speed_rate_mps2 * (0.5 * (s.begin_s + s.end_s) - s.turn_begin_s)) * duration_s;
    else
      length_m += std::hypot(s.velocity_mps.x, s.velocity_mps.y) * duration_s;
  }
  return length_m;
}

const Segment& segment_at(const RoutePlan& plan, double time_s) {
  std::int32_t i = 0;
  while (i + 1 < plan.count && plan.segment[i].end_s <= time_s) ++i;
  return plan.segment[i];
}

void evaluate_waypoints(CaseFields& fields, json& out) {
  RouteRules rules;
  rules.is_reference = true;
  rules.speed_mps = fields.positive("speed_mps");
  rules.climb_rate_mps = fields.positive("climb_rate_max_mps");
  const bool turns = fields.has("turn_rate_max_degps");
  if (turns) rules.turn_rate_radps = fields.positive("turn_rate_max_degps") * (kPi / 180);

  std::vector<Vec3> points;
  for (const json& one : fields.array("waypoints_enu_m", 2, std::size_t(kMostRoutePoints) + 2)) {
    const std::string name = fields.name("waypoints_enu_m[" + std::to_string(points.size()) + "]");
    const std::vector<double> v = CaseFields::numbers_of(one, name, 3, 3);
    points.push_back({v[0], v[1], v[2]});
    if (points.size() < 2) continue;
    const Vec3 before = points[points.size() - 2];
    if (before.x == v[0] && before.y == v[1])
      throw CaseError(name, "has the same east and north as the waypoint before");
  }

  Environment environment;
  if (fields.has("wind_enu_mps")) {
    const Vec3 wind = vector_field(fields, "wind_enu_mps");
    if (wind.z != 0) throw CaseError(fields.name("wind_enu_mps"), "the up component must be 0");
    if (turns && (wind.x != 0 || wind.y != 0))
      throw CaseError(fields.name("wind_enu_mps"), "only where turn_rate_max_degps is absent");
    if (wind.x != 0 || wind.y != 0) {
      environment.wind_speed_mps = length(wind);
      environment.wind_from_rad = arctangent2(-wind.x, -wind.y);
      rules.holds_airspeed = true;
    }
  }
  std::vector<double> times;
  const bool has_samples = fields.has("sample_times_s");
  if (has_samples) times = sample_times(fields);
  fields.finish();

  const auto plan = std::make_unique<RoutePlan>();
  plan_route(*plan, rules, environment, {.position_m = points.front()},
             std::span<const Vec3>(points).subspan(1, points.size() - 2), points.back());
  if (!plan->is_flyable) {
    const std::string leg = "waypoints_enu_m[" + std::to_string(plan->unflyable_leg + 1) + "]";
    throw CaseError(fields.name(leg),
                    turns ? "the leg to it is too short for the arcs at its ends, or the course reverses"
                          : "the leg to it cannot be flown in this wind");
  }
  out["arrival_time_s"] = plan->arrives_s;
  out["path_length_m"] = path_length_m(*plan);
  if (!has_samples) return;
  out["position_enu_m"] = out["velocity_enu_mps"] = json::array();
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] > plan->arrives_s + 1e-6)
      throw CaseError(fields.name("sample_times_s[" + std::to_string(i) + "]"), "lies behind the arrival");
    const State state = state_on(*plan, segment_at(*plan, times[i]), times[i]);
    out["position_enu_m"].push_back(array_of(state.position_m));
    out["velocity_enu_mps"].push_back(array_of(state.velocity_mps));
  }
}

// ballistic

DragCurve read_drag(const json& value, const std::string& name) {
  CaseFields fields(value, name + ".");
  const double area_m2 = fields.positive("reference_area_m2");
  std::vector<double> rows;
  const std::string table = fields.name("cd_mach");
  for (const json& one : fields.array("cd_mach", 1, std::size_t(DragCurve::kCapacity))) {
    const std::string row = table + "[" + std::to_string(rows.size() / 2) + "]";
    const std::vector<double> pair = CaseFields::numbers_of(one, row, 2, 2);
    if (!(pair[0] >= 0)) throw CaseError(row, "Mach must not be negative");
    if (!(pair[1] >= 0)) throw CaseError(row, "Cd must not be negative");
    if (!rows.empty() && !(pair[0] > rows[rows.size() - 2])) throw CaseError(row, "Mach must ascend strictly");
    rows.insert(rows.end(), pair.begin(), pair.end());
  }
  fields.finish();
  DragCurve curve;
  set_drag_curve(curve, area_m2, rows.data(), std::int32_t(rows.size() / 2), 2);
  return curve;
}

/// What a case gives, with the curves that the body points to.
struct Ballistic {
  PointMass body;
  std::vector<std::unique_ptr<DragCurve>> curves;
  Vec3 position_m, velocity_mps;
  TangentFrame frame;
  double step_s = 0;
  FlightEnd end;
  std::vector<double> times;
  bool has_mass = false, has_samples = false, is_flat = true;

  const DragCurve* keep(DragCurve curve) {
    curves.push_back(std::make_unique<DragCurve>(curve));
    return curves.back().get();
  }
};

void read_start(CaseFields& fields, Ballistic& b) {
  CaseFields initial(fields.any("initial"), "initial.");
  const Vec3 velocity = vector_field(initial, "velocity_enu_mps");
  if (b.is_flat) {
    b.position_m = vector_field(initial, "position_enu_m");
    b.velocity_mps = velocity;
  } else {
    b.frame = tangent_frame({.latitude_deg = initial.number("latitude_deg", -90, 90),
                             .longitude_deg = initial.number("longitude_deg", -360, 360),
                             .height_m = initial.number("height_m", -10e3, 1e7)});
    b.position_m = b.frame.origin_ecef_m;
    b.velocity_mps = turned_to_ecef(b.frame, velocity);
  }
  initial.finish();
}

void read_end(CaseFields& fields, Ballistic& b) {
  const std::string level = b.is_flat ? "stop_up_m" : "stop_height_m";
  const bool has_level = fields.has(level), has_time = fields.has("stop_time_s");
  if (has_level == has_time)
    throw CaseError(fields.name(has_level ? "stop_time_s" : level),
                    "exactly one of " + level + " and stop_time_s must be given");
  b.end.is_time = has_time;
  b.end.value = has_time ? fields.number("stop_time_s", 0, 1e6) : fields.number(level);
}

BurnPhase read_phase(const json& value, const std::string& name, Ballistic& b) {
  CaseFields fields(value, name + ".");
  BurnPhase phase;
  phase.duration_s = fields.positive("duration_s");
  phase.thrust_N = fields.number("thrust_n", 0);
  phase.flow_kgps = fields.number("mass_flow_kgps", 0);
  const json& direction = fields.any("direction");
  if (direction.is_string()) {
    if (direction.get<std::string>() != "velocity")
      throw CaseError(fields.name("direction"), "must be \"velocity\" or a vector [e, n, u]");
  } else {
    Vec3 along = vector_field(fields, "direction");
    const double norm = length(along);
    if (!(norm > 0)) throw CaseError(fields.name("direction"), "must not be the zero vector");
    along = (1 / norm) * along;
    phase.is_along_velocity = false;
    phase.direction = b.is_flat ? along : turned_to_ecef(b.frame, along);
  }
  if (fields.has("drop_kg")) phase.drop_kg = fields.number("drop_kg", 0);
  if (fields.has("drag_after"))
    phase.drag_after = b.keep(read_drag(fields.any("drag_after"), fields.name("drag_after")));
  fields.finish();
  return phase;
}

Ballistic read_ballistic(CaseFields& fields) {
  Ballistic b;
  const std::string world = fields.word("world");
  if (world != "flat" && world != "wgs84") throw CaseError(fields.name("world"), "must be flat or wgs84");
  b.is_flat = world == "flat";
  b.body.world = b.is_flat ? FlightWorld::flat : FlightWorld::rotating_earth;
  if (b.is_flat && fields.has("gravity_mps2")) b.body.gravity_mps2 = fields.positive("gravity_mps2");
  if (b.is_flat && fields.has("wind_enu_mps")) b.body.wind_mps = vector_field(fields, "wind_enu_mps");
  read_start(fields, b);
  b.step_s = fields.positive("step_s");
  b.has_mass = fields.has("mass_kg");
  if (b.has_mass) b.body.mass_kg = fields.positive("mass_kg");
  if (fields.has("drag")) b.body.drag = b.keep(read_drag(fields.any("drag"), fields.name("drag")));
  bool needs_mass = b.body.drag != nullptr;
  if (fields.has("phases")) {
    for (const json& one : fields.array("phases")) {
      const std::string name = fields.name("phases[" + std::to_string(b.body.phases.size()) + "]");
      b.body.phases.push_back(read_phase(one, name, b));
      const BurnPhase& phase = b.body.phases.back();
      needs_mass = needs_mass || phase.thrust_N > 0 || phase.flow_kgps > 0 || phase.drop_kg > 0 || phase.drag_after;
    }
  }
  if (needs_mass && !b.has_mass)
    throw CaseError(fields.name("mass_kg"),
                    "required field is missing: it may be absent only in vacuum without thrust");
  read_end(fields, b);
  b.has_samples = fields.has("sample_times_s");
  if (b.has_samples) b.times = sample_times(fields);
  fields.finish();
  return b;
}

void put_point(const Ballistic& b, const std::string& name, const FlightPoint& point, json& out) {
  out[name + "_time_s"] = point.time_s;
  out[name + "_speed_mps"] = length(point.velocity_mps);
  out[name + (b.is_flat ? "_enu_m" : "_ecef_m")] = array_of(point.position_m);
}

void evaluate_ballistic(CaseFields& fields, json& out) {
  const Ballistic b = read_ballistic(fields);
  const FlightReport report = fly_point_mass(b.body, b.position_m, b.velocity_mps, b.step_s, b.end, b.times);
  if (!report.complaint.empty())
    throw CaseError(report.phase < 0 ? "input" : "phases[" + std::to_string(report.phase) + "]", report.complaint);
  if (report.samples.size() < b.times.size())
    throw CaseError("sample_times_s[" + std::to_string(report.samples.size()) + "]",
                    "lies behind the end of the flight");

  put_point(b, "end", report.end, out);
  if (!b.is_flat) {
    const Geodetic end = geodetic_of(report.end.position_m);
    out["end_latitude_deg"] = end.latitude_deg, out["end_longitude_deg"] = end.longitude_deg;
  }
  if (report.apex) {
    const Vec3 p = report.apex->position_m, v = report.apex->velocity_mps;
    out["apex_time_s"] = report.apex->time_s;
    out["apex_height_m"] = vertical_motion(b.body.world, {p.x, p.y, p.z, v.x, v.y, v.z}).height_m;
  }
  if (report.burnout) {
    put_point(b, "burnout", *report.burnout, out);
    if (b.has_mass) out["burnout_mass_kg"] = report.burnout_mass_kg;
  }
  bool is_free = b.body.drag == nullptr;
  for (const BurnPhase& phase : b.body.phases) is_free = is_free && phase.thrust_N == 0 && !phase.drag_after;
  if (!b.is_flat && is_free) {
    out["jacobi_m2ps2"] = report.jacobi_m2ps2;
    out["jacobi_change_rel"] = report.jacobi_change_rel;
  }
  if (!b.has_samples) return;
  const std::string position = b.is_flat ? "position_enu_m" : "position_ecef_m";
  const std::string velocity = b.is_flat ? "velocity_enu_mps" : "velocity_ecef_mps";
  out[position] = out[velocity] = json::array();
  if (!b.is_flat) out["latitude_deg"] = out["longitude_deg"] = out["height_m"] = json::array();
  for (const FlightPoint& sample : report.samples) {
    out[position].push_back(array_of(sample.position_m));
    out[velocity].push_back(array_of(sample.velocity_mps));
    if (b.is_flat) continue;
    const Geodetic at = geodetic_of(sample.position_m);
    out["latitude_deg"].push_back(at.latitude_deg);
    out["longitude_deg"].push_back(at.longitude_deg);
    out["height_m"].push_back(at.height_m);
  }
}

CaseOutputs evaluate_trajectory(const json& input, const json&) {
  CaseOutputs outputs;
  CaseFields fields(input);
  const std::string model = fields.word("model");
  if (model == "waypoints")
    evaluate_waypoints(fields, outputs.values);
  else if (model == "ballistic")
    evaluate_ballistic(fields, outputs.values);
  else
    throw CaseError("model", "must be waypoints or ballistic");
  return outputs;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "trajectory",
             .summary = "Flight paths of threats: waypoint flight; ballistic flight on a flat and on a rotating earth.",
             .source = "tests/cases/trajectory/README.md"},
    .evaluate = evaluate_trajectory,
}};

}  // namespace
}  // namespace pavise
