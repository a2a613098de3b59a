// Registers the kinematic flyout; its predictions solve the table's time of flight against the target's course.
#include <cmath>

#include "interceptors/intercept.hpp"
#include "interceptors/kinematic.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const FlightTable& table_of(const Weapon& weapon) {
  PAVISE_ASSERT(weapon.flight_table != nullptr);  // prepare(Armament&) makes it
  return *weapon.flight_table;
}

double time_of_flight_s(const Weapon& weapon, double slant_range_m, double elevation_rad) {
  return time_of_flight_in(table_of(weapon), slant_range_m, sine(elevation_rad));
}

/// Root of tof(p(tau)) - tau by secants, from the closed form at constant speed. A last secant from within 0.02 s leaves
/// about a millisecond, which at 2 km/s is 2 m of a predicted point; what does not settle is reported as no meeting.
double meet_s(const Weapon& weapon, Vec3 relative_m, Vec3 velocity_mps) {
  const FlightTable& table = table_of(weapon);
  const auto late_by = [&](double tau) {
    const Vec3 offset = relative_m + tau * velocity_mps;
    const double range = length(offset);
    return range > 0 ? time_of_flight_in(table, range, offset.z / range) - tau : -tau;
  };
  double tau = time_to_meet_s(relative_m, velocity_mps, weapon.ideal_speed_mps);
  if (!(tau < kInfinity)) return kInfinity;
  double late = late_by(tau);
  // out of the table at the first guess: try later points, where a closing target has come nearer
  for (int i = 0; i < 4 && !(late < kInfinity); ++i) late = late_by(tau *= 1.25);
  if (!(late < kInfinity)) return kInfinity;
  double next = tau + late;
  for (int i = 0; i < 12; ++i) {
    const double next_late = late_by(next);
    if (!(next_late < kInfinity)) return kInfinity;
    const double slope = next != tau ? (next_late - late) / (next - tau) : -1;
    if (std::fabs(next_late) < 0.02) return slope < 0 ? next - next_late / slope : next + next_late;
    tau = next;
    late = next_late;
    next = slope < 0 ? next - next_late / slope : next + 0.5 * next_late;
    if (!(next >= 0)) next = 0.5 * tau;
  }
  return kInfinity;
}

double endurance_s(const Weapon& weapon) { return weapon.flyout_parameters.as<Kinematic>().time_limit_s; }

const Registration<FlyoutKind> registered{{
    .info = {.category = "flyout",
             .name = "kinematic",
             .summary = "Point mass: boost, sustain, coast; drag by Mach number; proportional navigation with lag and g limit.",
             .source = "docs/models/engagement.md#kinematic; Zarchan, Tactical and Strategic Missile Guidance, ch. 2",
             .parameters =
                 {
                     parameter("mass_launch", &Kinematic::mass_launch_kg, Dimension::mass, {0.1, 1e5}, "mass at launch"),
                     parameter("mass_propellant", &Kinematic::mass_propellant_kg, Dimension::mass, {0, 1e5},
                               "mass of propellant"),
                     parameter("specific_impulse", &Kinematic::specific_impulse_s, Dimension::time, {1, 1000},
                               "specific impulse, as time"),
                     parameter("burn_phases", &Kinematic::burn_phases, Dimension::table, {0, 1e4},
                               "rows [start_s, end_s, share of propellant]", {}, {}, 3),
                     parameter("diameter", &Kinematic::diameter_m, Dimension::length, {0.01, 10}, "of the body"),
                     parameter("drag_by_mach", &Kinematic::drag_by_mach, Dimension::table, {0, 100},
                               "rows [mach, drag coefficient], linear between", {}, {}, 2),
                     parameter("navigation_constant", &Kinematic::navigation_constant, Dimension::number, {1, 10},
                               "proportional navigation", 4.0),
                     parameter("autopilot_lag", &Kinematic::autopilot_lag_s, Dimension::time, {0.01, 10},
                               "first-order lag from command to acceleration", 0.3),
                     parameter("minimum_speed", &Kinematic::minimum_speed_mps, Dimension::speed, {0, 1e4},
                               "after burnout, too slow to steer below it", 200.0),
                     parameter("g_limit", &Kinematic::g_limit_mps2, Dimension::acceleration, {1, 2000},
                               "greatest acceleration across the path"),
                     parameter("step", &Kinematic::step_s, Dimension::time, {1e-4, 1}, "of integration", 0.05),
                     parameter("time_limit", &Kinematic::time_limit_s, Dimension::time, {1, 1e4},
                               "destroys itself after this time", 180.0),
                 },
             .size_bytes = sizeof(Kinematic)},
    .time_of_flight_s = time_of_flight_s,
    .is_stepped = true,
    .time_to_meet_s = meet_s,
    .endurance_s = endurance_s,
    .start = start_kinematic,
    .fly = fly_kinematic,
    .prepare = make_flight_table,
}};

}  // namespace
}  // namespace pavise
