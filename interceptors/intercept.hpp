// Where and when a round that leaves now would meet a target on a straight course. No truth: command predicts from
// tracks, launch from the order's estimates.
#pragma once

#include <cstdint>
#include <limits>

#include "interceptors/weapon_model.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

/// When a target on a straight course meets a round that leaves `station` at launch_s.
struct Intercept {
  bool is_possible = false;       // and inside the envelope (range, altitude, sector), before arrival
  double time_s = std::numeric_limits<double>::infinity();
  double range_m = 0;             // slant, from the station
  Vec3 point_m;
};
struct Target {
  Vec3 position_m, velocity_mps;  // at time_s
  double time_s = 0;
  double arrives_s = std::numeric_limits<double>::infinity();
};
/// The rule "an order is possible": predicted intercept of a first round that leaves at launch_s, by the weapon's flyout.
/// Jammer: is_possible if the target's range at launch_s is in the band and that is before its arrival.
Intercept predict_intercept(const Armament& armament, std::int32_t station, const Target& target, double launch_s);

/// A way of flying: predicts intercepts for command and moves rounds. Constant speed, kinematic.
struct FlyoutKind {
  ComponentInfo info;
  /// Time of flight to a point at slant range and elevation; infinity if out of reach. For prediction.
  double (*time_of_flight_s)(const Weapon&, double slant_range_m, double elevation_rad) = nullptr;
  /// Whether rounds are flown in frame steps (kinematic) or solved in closed form (constant speed).
  bool is_stepped = false;
};

}  // namespace pavise
