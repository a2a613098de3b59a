// What the route-flying motions share: plan, pieces, re-planning. A motion says its rules for a row.
#pragma once

#include "kernel/threats/pieces.hpp"
#include "kernel/threats/route_plan.hpp"

namespace pavise {

// Meaning of Threats::memory for these motions: where the present plan begins (RouteStart), and the weave's phase.
enum RouteMemory {
  kPlanX,
  kPlanY,
  kPlanZ,
  kPlanTime,
  kPlanCourseX,
  kPlanCourseY,
  kPlanWaypoint,
  kPlanDiving,
  kWeavePhase,
  kCruiseHeight  // above the ground at the start
};

inline std::span<const Vec3> route_of(const Threats& t, std::int32_t row) {
  const std::size_t number = std::size_t(t.number_of(row));
  const std::size_t begin = std::size_t(t.route_begin[number]), end = std::size_t(t.route_begin[number + 1]);
  return {t.route_points.data() + begin, end - begin};
}

inline RouteStart route_start_of(const Threats& t, std::size_t row) {
  return {.position_m = {t.memory[kPlanX][row], t.memory[kPlanY][row], t.memory[kPlanZ][row]},
          .time_s = t.memory[kPlanTime][row],
          .course_x = t.memory[kPlanCourseX][row],
          .course_y = t.memory[kPlanCourseY][row],
          .next_waypoint = std::int32_t(t.memory[kPlanWaypoint][row]),
          .is_diving = t.memory[kPlanDiving][row] != 0};
}
inline void remember_route_start(Threats& t, std::size_t row, const RouteStart& s) {
  t.memory[kPlanX][row] = s.position_m.x, t.memory[kPlanY][row] = s.position_m.y,
  t.memory[kPlanZ][row] = s.position_m.z;
  t.memory[kPlanTime][row] = s.time_s;
  t.memory[kPlanCourseX][row] = s.course_x, t.memory[kPlanCourseY][row] = s.course_y;
  t.memory[kPlanWaypoint][row] = s.next_waypoint, t.memory[kPlanDiving][row] = s.is_diving;
}

/// A wave that gives no altitude starts at default_m above the ground; remembers the height above the ground there.
inline void set_cruise_height(const MotionContext& context, Threats& t, std::size_t row, double default_m) {
  const double ground_m = ground_height_m(context.environment, t.start_x_m[row], t.start_y_m[row]);
  if (!(t.start_z_m[row] - ground_m > 0)) t.start_z_m[row] = default_m + ground_m;
  t.memory[kCruiseHeight][row] = t.start_z_m[row] - ground_m;
}

/// rules_of(context, class, threats, row) -> RouteRules.
template <class RulesOf>
void start_on_route(const MotionContext& context, const ThreatClass& threat_class, Threats& t, std::int32_t row,
                    RoutePlan& plan, RulesOf rules_of) {
  const std::size_t r = std::size_t(row);
  remember_route_start(t, r, {.position_m = start_of(t, r), .time_s = t.appears_s[r]});
  const RouteRules rules = rules_of(context, threat_class, t, row);
  t.memory[kPlanZ][r] =
      altitude_to_begin_m(rules, context.environment, route_start_of(t, r), route_of(t, row), aim_of(t, r));
  plan_route(plan, rules, context.environment, route_start_of(t, r), route_of(t, row), aim_of(t, r));
  t.arrives_s[r] = plan.arrives_s;
  write_piece(t, r, plan, t.appears_s[r]);
}

template <class RulesOf>
void next_piece_on_route(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
                         std::span<const std::int32_t> rows, RulesOf rules_of) {
  RoutePlan plan;
  for (const std::int32_t row : rows) {
    const std::size_t r = std::size_t(row);
    plan_route(plan, rules_of(context, threat_class, t, row), context.environment, route_start_of(t, r),
               route_of(t, row), aim_of(t, r), t.piece_end_s[r]);
    write_piece(t, r, plan, t.piece_end_s[r]);
  }
}

/// From where the row is at time_s, on its present course, to what is left of its route and the new aim. In its dive it
/// goes straight for the aim.
template <class RulesOf>
void replan_on_route(const MotionContext& context, const ThreatClass& threat_class, Threats& t, std::int32_t row,
                     double time_s, RulesOf rules_of) {
  const std::size_t r = std::size_t(row);
  const RouteRules rules = rules_of(context, threat_class, t, row);
  RoutePlan plan;

  // where on the old plan: which point is next, is it diving (neither depends on the new aim before the last leg)
  plan_route(plan, rules, context.environment, route_start_of(t, r), route_of(t, row), aim_of(t, r));
  const State now = state_at(t, r, time_s);
  const double speed = std::sqrt(now.velocity_mps.x * now.velocity_mps.x + now.velocity_mps.y * now.velocity_mps.y);
  const bool is_diving = t.memory[kPlanDiving][r] != 0 || time_s >= plan.dives_s;
  RouteStart start{.position_m = now.position_m, .time_s = time_s, .next_waypoint = t.phase[r], .is_diving = is_diving};
  if (speed > 0) start.course_x = now.velocity_mps.x / speed, start.course_y = now.velocity_mps.y / speed;
  remember_route_start(t, r, start);

  plan_route(plan, rules, context.environment, start, route_of(t, row), aim_of(t, r));
  t.arrives_s[r] = plan.arrives_s;
  write_piece(t, r, plan, time_s);
}

}  // namespace pavise
