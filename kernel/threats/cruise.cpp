// Cruise missiles: straight legs at constant height, pop-up, weave, dive onto the aim.
#include "kernel/threats/route_follower.hpp"

namespace pavise {
namespace {

struct CruiseFlight {
  double speed_mps, altitude_m, turn_rate_radps, climb_rate_mps, terminal_dive_rad;
  double terminal_weave_mps2, weave_period_s, weave_range_m, popup_altitude_m;
  double holds_level, terrain_step_m;
};

RouteRules rules_of(const MotionContext&, const ThreatClass& threat_class, const Threats& t, std::int32_t row) {
  const CruiseFlight& p = threat_class.motion_parameters.as<CruiseFlight>();
  const std::size_t r = std::size_t(row);
  RouteRules rules;
  rules.speed_mps = t.speed_mps[r];
  rules.turn_rate_radps = p.turn_rate_radps;
  rules.climb_rate_mps = p.climb_rate_mps;
  rules.dive_rad = p.terminal_dive_rad;
  rules.cruise_altitude_m = t.start_z_m[r];
  rules.cruise_height_m = t.memory[kCruiseHeight][r];
  rules.terrain_step_m = p.holds_level == 1 ? 0 : p.terrain_step_m;
  rules.popup_altitude_m = p.popup_altitude_m;
  rules.weave_mps2 = p.terminal_weave_mps2;
  rules.weave_period_s = p.weave_period_s;
  rules.weave_phase_rad = t.memory[kWeavePhase][r];
  rules.weave_range_m = p.weave_range_m;
  return rules;
}

void start(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
           std::span<const std::int32_t> rows) {
  const CruiseFlight& p = threat_class.motion_parameters.as<CruiseFlight>();
  RoutePlan plan;
  for (const std::int32_t row : rows) {
    const std::size_t r = std::size_t(row);
    if (!(t.speed_mps[r] > 0)) t.speed_mps[r] = p.speed_mps;
    set_cruise_height(context, t, r, p.altitude_m);
    t.memory[kWeavePhase][r] = 2 * kPi * context.draws.uniform(address_of(context, t, row, Purpose::motion_phase));
    start_on_route(context, threat_class, t, row, plan, rules_of);
  }
}

void next_piece(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
                std::span<const std::int32_t> rows) {
  next_piece_on_route(context, threat_class, t, rows, rules_of);
}

void replan(const MotionContext& context, const ThreatClass& threat_class, Threats& t, std::int32_t row,
            double time_s) {
  replan_on_route(context, threat_class, t, row, time_s, rules_of);
}

const Registration<MotionKind> registered{{
    .info = {.category = "threat motion",
             .name = "cruise",
             .summary =
                 "A cruise missile: straight legs at constant height, fly-by turns, pop-up, weave, dive onto the aim.",
             .source = "docs/models/threats.md#cruise",
             .parameters =
                 {parameter("speed", &CruiseFlight::speed_mps, Dimension::speed, {1, 3000},
                            "over ground, if neither class nor wave gives one", 250.0),
                  parameter("altitude", &CruiseFlight::altitude_m, Dimension::length, {1, 40e3},
                            "cruise altitude above ground, if the wave gives none", 50.0),
                  parameter("turn_rate", &CruiseFlight::turn_rate_radps, Dimension::angular_rate, {0, 3},
                            "greatest rate of turn, sideways and into the dive; 0: corners", 6 * kPi / 180),
                  parameter("climb_rate", &CruiseFlight::climb_rate_mps, Dimension::speed, {0, 1000},
                            "rate of climb and descent, also of the pop-up", 30.0),
                  parameter("terminal_dive", &CruiseFlight::terminal_dive_rad, Dimension::angle, {0.01, 1.56},
                            "angle of the dive onto the aim, below the horizontal", 30 * kPi / 180),
                  parameter("terminal_weave", &CruiseFlight::terminal_weave_mps2, Dimension::acceleration, {0, 500},
                            "amplitude of the sideways acceleration near the aim, seeded phase; 0: none", 0.0),
                  parameter("weave_period", &CruiseFlight::weave_period_s, Dimension::time, {0.1, 1000},
                            "period of the weave", 4.0),
                  parameter("weave_range", &CruiseFlight::weave_range_m, Dimension::length, {0, 1e6},
                            "ground distance from the aim at which the weave begins", 10e3),
                  parameter("popup_altitude", &CruiseFlight::popup_altitude_m, Dimension::length, {0, 40e3},
                            "a missile that cruises lower climbs to this height before its dive; 0: never", 500.0),
                  parameter("height_kept", &CruiseFlight::holds_level, Dimension::word, {0, 1},
                            "ground: altitudes are heights above the ground, kept over the terrain; level: the altitude "
                            "is kept between waypoints, whatever the ground does",
                            0.0, {"ground", "level"}),
                  parameter("terrain_step", &CruiseFlight::terrain_step_m, Dimension::length, {50, 20e3},
                            "stretch over whose greatest ground the height is kept", 1000.0)},
             .size_bytes = sizeof(CruiseFlight)},
    .start = start,
    .next_piece = next_piece,
    .replan = replan,
}};

}  // namespace
}  // namespace pavise
