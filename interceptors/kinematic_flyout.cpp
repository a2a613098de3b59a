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

/// Root of tof(p(tau)) - tau by Newton's method with the table's own slopes, from the closed form at constant speed. A
/// last step from within 0.02 s leaves below a millisecond; what does not settle is reported as no meeting.
double meet_s(const Weapon& weapon, Vec3 relative_m, Vec3 velocity_mps) {
  const FlightTable& table = table_of(weapon);
  double tau = time_to_meet_s(relative_m, velocity_mps, weapon.ideal_speed_mps);
  if (!(tau < kInfinity)) return kInfinity;
  int outside = 0;
  for (int i = 0; i < 16; ++i) {
    const Vec3 offset = relative_m + tau * velocity_mps;
    // root and division side by side: what follows waits for both
    const double range2 = dot(offset, offset);
    if (range2 == 0) return tau;
    const double range = std::sqrt(range2), per_range = range * (1 / range2), elevation_sine = offset.z * per_range;
    const TimeOfFlight flight = time_of_flight_near(table, range, elevation_sine);
    if (!(flight.time_s < kInfinity)) {
      // out of the table at the first guess: try later points, where a closing target has come nearer
      if (outside != i || ++outside > 4) return kInfinity;
      tau *= 1.25;
      continue;
    }
    const double range_rate = dot(offset, velocity_mps) * per_range;
    const double sine_rate = (velocity_mps.z - elevation_sine * range_rate) * per_range;
    const double slope = flight.by_range_s_m * range_rate + flight.by_sine_s * sine_rate - 1;
    const double late = flight.time_s - tau;
    const double next = slope < 0 ? tau - late / slope : tau + 0.5 * late;
    if (std::fabs(late) < 0.02) return next;
    tau = next >= 0 ? next : 0.5 * tau;
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
                     parameter("step", &Kinematic::step_s, Dimension::time, {1e-4, 1},
                               "greatest step of integration", 0.1),
                     parameter("time_limit", &Kinematic::time_limit_s, Dimension::time, {1, 1e4},
                               "destroys itself after this time", 180.0),
                     parameter("navigation_law", &Kinematic::is_pure, Dimension::word, {0, 1},
                               "proportional navigation across the line of sight (true) or across the velocity (pure)",
                               0.0, {"true", "pure"}),
                     parameter("augmentation", &Kinematic::augmentation, Dimension::number, {0, 2},
                               "of the target's acceleration across the line of sight, this share of N/2 is fed forward; "
                               "1: augmented proportional navigation",
                               0.0),
                 },
             .size_bytes = sizeof(Kinematic)},
    .time_of_flight_s = time_of_flight_s,
    .is_stepped = true,
    .time_to_meet_s = meet_s,
    .endurance_s = endurance_s,
    .start = start_kinematic,
    .fly = fly_kinematic,
    .fly_rounds = fly_kinematic_rounds,
    .prepare = make_flight_table,
}};

}  // namespace
}  // namespace pavise
