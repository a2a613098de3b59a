// The kinematic rung: a point mass with boost, sustain and coast, drag by Mach number, proportional navigation behind a
// first-order autopilot. Equations: docs/models/engagement.md#kinematic.
#pragma once

#include <memory>

#include "interceptors/flight.hpp"
#include "interceptors/intercept.hpp"

namespace pavise {

/// Parameters of the "kinematic" flyout; all members double or Table (Registry).
struct Kinematic {
  double mass_launch_kg;
  double mass_propellant_kg;
  double specific_impulse_s;
  Table burn_phases;              // [[start_s, end_s, share of propellant], ...]
  double diameter_m;
  Table drag_by_mach;             // [[mach, cd], ...], linear between, constant beyond
  double navigation_constant;
  double autopilot_lag_s;
  double minimum_speed_mps;
  double g_limit_mps2;
  double step_s;
  double time_limit_s;
};

/// Share of the propellant burnt `time_s` after ignition.
double burnt_share(const Kinematic& missile, double time_s);
/// When the last burn phase ends.
double burnout_s(const Kinematic& missile);
/// Drag coefficient at a Mach number.
double drag_coefficient(const Kinematic& missile, double mach);

void start_kinematic(const Weapon& weapon, Vec3 launcher_m, Vec3 aim_m, double launch_s, FlyingRound& round);
/// Steps of at most step_s (a tenth of it near the target) up to until_s; the last one ends exactly there. Ends the flight
/// at closest approach (exact time of the least distance on the step's relative motion), below minimum speed after burnout,
/// or at the time limit.
void fly_kinematic(const Weapon& weapon, const TargetPath& target, double until_s, FlyingRound& round);

/// Time of flight in straight flight, lift carrying the weight, from a launcher at height 0.
std::shared_ptr<const FlightTable> make_flight_table(const Weapon& weapon);
/// Linear in slant range and in the sine of elevation; infinity out of reach.
double time_of_flight_in(const FlightTable& table, double slant_range_m, double elevation_sine);

}  // namespace pavise
