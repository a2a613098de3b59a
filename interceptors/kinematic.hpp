// The kinematic rung: a point mass with boost, sustain and coast, drag by Mach number, proportional navigation (true or
// pure, augmented if wanted) behind a first-order autopilot. The flight itself is guided_flight.hpp; this makes its model
// from the parameters, and the table of times of flight by which intercepts are predicted. Equations:
// docs/models/engagement.md#kinematic.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>

#include "interceptors/flight.hpp"
#include "interceptors/guided_flight.hpp"
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
  double is_pure;                 // index of the word: 0 true, 1 pure
  double augmentation;
};

/// What the parameters say to the integrator.
FlightModel flight_model_of(const Kinematic& missile);

/// What prepare(Armament&) makes for a weapon of this kind, behind Weapon::flight_table.
struct KinematicTables : FlightTable {
  FlightModel model;
};

/// Share of the propellant burnt `time_s` after ignition.
double burnt_share(const Kinematic& missile, double time_s);
/// When the last burn phase ends.
double burnout_s(const Kinematic& missile);
/// Drag coefficient at a Mach number, from the table.
double drag_coefficient(const Kinematic& missile, double mach);

void start_kinematic(const Weapon& weapon, Vec3 launcher_m, Vec3 aim_m, double launch_s, FlyingRound& round);
/// fly_guided of the weapon's model: up to until_s or the flight's end.
void fly_kinematic(const Weapon& weapon, const TargetPath& target, double until_s, FlyingRound& round);
void fly_kinematic_rounds(const Weapon& weapon, std::span<const FlightTask> tasks, double until_s);

/// The model, and the time of flight in straight flight, lift carrying the weight, from a launcher at height 0.
std::shared_ptr<const FlightTable> make_flight_table(const Weapon& weapon);
/// Linear in slant range and in the sine of elevation; infinity out of reach.
double time_of_flight_in(const FlightTable& table, double slant_range_m, double elevation_sine);
/// The same with its derivatives by slant range and by sine. Inline: a prediction asks some three times, one after another.
struct TimeOfFlight {
  double time_s, by_range_s_m, by_sine_s;
};
inline TimeOfFlight time_of_flight_near(const FlightTable& table, double slant_range_m, double elevation_sine) {
  constexpr TimeOfFlight kNever{std::numeric_limits<double>::infinity(), 0, 0};
  const double per_step = table.steps_per_m, across = slant_range_m * per_step;
  if (!(across < FlightTable::kRanges - 1)) return kNever;
  constexpr double kUp = FlightTable::kElevations - 1;
  const double up = std::min(std::max(elevation_sine, 0.0), 1.0) * kUp;
  const int i = int(across), j = std::min(int(up), FlightTable::kElevations - 2);
  const double s = across - i, t = up - j;
  const double* below = &table.time_s[j][i];
  const double* above = &table.time_s[j + 1][i];
  const double low_slope = below[1] - below[0], high_slope = above[1] - above[0];
  const double low = below[0] + s * low_slope, rise = above[0] + s * high_slope - low;
  const double time_s = low + t * rise;
  if (!(time_s < kNever.time_s)) return kNever;  // infinity minus infinity, too
  return {time_s, (low_slope + t * (high_slope - low_slope)) * per_step,
          elevation_sine >= 0 && elevation_sine <= 1 ? rise * kUp : 0.0};
}

}  // namespace pavise
