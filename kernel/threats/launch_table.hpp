// How far a class of ballistic missiles flies by the setting of its boost: made once when a scenario is built, read by
// every launch for its first guess. A guess only: each launch flies the setting before it takes it (aim_boost), so that
// a table of other heights or coarser steps costs time, not truth.
#pragma once

#include <cstdint>
#include <memory>

#include "kernel/threats/ballistic_flight.hpp"

namespace pavise {

/// From the ground to the ground. Ranges strictly ascending: settings that reach no farther than a smaller one are left
/// out.
struct LaunchTable {
  static constexpr std::int32_t kCapacity = kMostTogether;
  std::int32_t rows = 0;
  double range_m[kCapacity] = {}, share[kCapacity] = {};
  double slope_per_m[kCapacity] = {};  // d share / d range at the rows

  /// The setting for a range, a monotone cubic between rows (Fritsch and Carlson 1980); end values held outside.
  double share_at(double range_m) const;
};

LaunchTable make_launch_table(const BallisticBody& body);

/// The setting with which each lands within kAimedWithin_m of range_m from it, or as near as the settings reach, and
/// where that lands: time, range and the fall through watched_h_m of the flight with kAimingSteps. One flight each where
/// the table is right, more where heights differ from the ground's; at most eight.
inline constexpr double kAimedWithin_m = 25;
inline constexpr FlightSteps kAimingSteps{1, 0.25};
void aim_boost(const BallisticBody& body, const LaunchTable& table, const double* h0_m, const double* h1_m,
               const double* range_m, std::int32_t count, double watched_h_m, BoostSetting* setting, Landing* landing);

}  // namespace pavise
