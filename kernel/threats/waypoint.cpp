// Drones: straight legs between waypoints, bounded turns and climbs, wind, a dive onto the aim.
#include "kernel/threats/route_follower.hpp"

namespace pavise {
namespace {

struct WaypointFlight {
  double speed_mps, altitude_m, turn_rate_radps, climb_rate_mps, terminal_dive_rad;
  double wind_error_share, wind_correction_time_s, keeps;
  double holds_level, terrain_step_m;
};

RouteRules rules_of(const MotionContext&, const ThreatClass& threat_class, const Threats& t, std::int32_t row) {
  const WaypointFlight& p = threat_class.motion_parameters.as<WaypointFlight>();
  const std::size_t r = std::size_t(row);
  RouteRules rules;
  rules.speed_mps = t.speed_mps[r];
  rules.turn_rate_radps = p.turn_rate_radps;
  rules.climb_rate_mps = p.climb_rate_mps;
  rules.dive_rad = p.terminal_dive_rad;
  rules.cruise_altitude_m = t.start_z_m[r];
  rules.cruise_height_m = t.memory[kCruiseHeight][r];
  rules.terrain_step_m = p.holds_level == 1 ? 0 : p.terrain_step_m;
  rules.holds_airspeed = p.keeps == 1;
  return rules;
}

/// What the wind does to the route: the share of it that is not corrected, over the time that a correction takes.
Vec3 wind_offset_m(const MotionContext& context, const WaypointFlight& p, double altitude_m) {
  return p.wind_error_share * p.wind_correction_time_s * wind_at(context.environment, altitude_m);
}

RouteRules displaced_rules_of(const MotionContext& context, const ThreatClass& threat_class, const Threats& t,
                              std::int32_t row) {
  RouteRules rules = rules_of(context, threat_class, t, row);
  rules.offset_m =
      wind_offset_m(context, threat_class.motion_parameters.as<WaypointFlight>(), t.start_z_m[std::size_t(row)]);
  return rules;
}

void start(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
           std::span<const std::int32_t> rows) {
  const WaypointFlight& p = threat_class.motion_parameters.as<WaypointFlight>();
  RoutePlan plan;
  for (const std::int32_t row : rows) {
    const std::size_t r = std::size_t(row);
    if (!(t.speed_mps[r] > 0)) t.speed_mps[r] = p.speed_mps;
    set_cruise_height(context, t, r, p.altitude_m);
    const Vec3 offset_m = wind_offset_m(context, p, t.start_z_m[r]);
    t.aim_x_m[r] += offset_m.x;
    t.aim_y_m[r] += offset_m.y;
    start_on_route(context, threat_class, t, row, plan, displaced_rules_of);
  }
}

void next_piece(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
                std::span<const std::int32_t> rows) {
  next_piece_on_route(context, threat_class, t, rows, displaced_rules_of);
}

void replan(const MotionContext& context, const ThreatClass& threat_class, Threats& t, std::int32_t row,
            double time_s) {
  replan_on_route(context, threat_class, t, row, time_s, displaced_rules_of);
}

const Registration<MotionKind> registered{{
    .info =
        {.category = "threat motion",
         .name = "waypoint",
         .summary = "A drone: straight legs, fly-by turns, bounded climb, wind, a dive onto the aim.",
         .source = "docs/models/threats.md#waypoint; conventions of shared/cases/trajectory, model waypoints",
         .parameters =
             {parameter("speed", &WaypointFlight::speed_mps, Dimension::speed, {1, 1000},
                        "cruise speed, if neither class nor wave gives one", 50.0),
              parameter("altitude", &WaypointFlight::altitude_m, Dimension::length, {1, 30e3},
                        "cruise altitude above ground, if the wave gives none", 1000.0),
              parameter("turn_rate", &WaypointFlight::turn_rate_radps, Dimension::angular_rate, {0, 3},
                        "greatest rate of turn, sideways and into the dive; 0: corners", 10 * kPi / 180),
              parameter("climb_rate", &WaypointFlight::climb_rate_mps, Dimension::speed, {0, 300},
                        "rate of climb and descent between the altitudes of the route", 5.0),
              parameter("terminal_dive", &WaypointFlight::terminal_dive_rad, Dimension::angle, {0.01, 1.56},
                        "angle of the dive onto the aim, below the horizontal", 45 * kPi / 180),
              parameter("wind_error_share", &WaypointFlight::wind_error_share,
                        Dimension::number, {0, 1}, "share of the wind that is not corrected", 0.1),
              parameter(
                  "wind_correction_time",
                  &WaypointFlight::wind_correction_time_s, Dimension::time, {0, 3600},
                  "how long that share drives the drone off before satellite navigation brings it to rest: route and "
                  "aim are displaced by share x wind x this time",
                  30.0),
              parameter("speed_kept", &WaypointFlight::keeps, Dimension::word, {0, 1},
                        "ground: the speed is kept over ground, as by one that flies to a time; air: through the air, "
                        "and the ground speed follows from wind and track",
                        0.0, {"ground", "air"}),
              parameter("height_kept", &WaypointFlight::holds_level, Dimension::word, {0, 1},
                        "ground: altitudes are heights above the ground, kept over the terrain; level: the altitude is "
                        "kept between waypoints, whatever the ground does",
                        0.0, {"ground", "level"}),
              parameter("terrain_step", &WaypointFlight::terrain_step_m, Dimension::length, {50, 20e3},
                        "stretch over whose greatest ground the height is kept", 1000.0)},
         .size_bytes = sizeof(WaypointFlight)},
    .start = start,
    .next_piece = next_piece,
    .replan = replan,
}};

}  // namespace
}  // namespace pavise
