// Where and when a round that leaves now would meet a target on a straight course. No truth: command predicts from
// tracks, launch from the order's estimates.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include "interceptors/flight.hpp"
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
/// Jammer: is_possible if the target's range when the dwell begins (launch_s, but not before spin-up is over) is in the
/// band and that is before its arrival; time_s is that instant.
/// time_s, range_m and point_m are filled whenever a meeting exists, also outside the envelope.
Intercept predict_intercept(const Armament& armament, std::int32_t station, const Target& target, double launch_s);

/// Whether an intercept at point_m lies in the station's envelope: slant range, altitude, sector. slack: relative widening of
/// the range band, for a check that repeats an earlier one with other rounding.
bool is_in_envelope(const Weapon& weapon, const Station& station, Vec3 point_m, double slant_range_m, double slack = 0);

/// Smallest tau >= 0 with |relative + velocity tau| = speed tau; infinity if there is none. Closed form of the quadratic in
/// whichever of its two shapes does not cancel.
double time_to_meet_s(Vec3 relative_m, Vec3 velocity_mps, double speed_mps);

/// Time of flight by slant range and sine of the elevation, made once per weapon by its flyout (FlyoutKind::prepare).
struct FlightTable {
  static constexpr int kRanges = 65, kElevations = 17;
  double range_step_m = 1, steps_per_m = 1;
  double time_s[kElevations][kRanges];  // elevation sine = row / (kElevations - 1); infinity: out of reach
};

/// A way of flying: predicts intercepts for command and moves rounds. Constant speed, drone, kinematic.
struct FlyoutKind {
  ComponentInfo info;
  /// Time of flight to a point at slant range and elevation; infinity if out of reach. For prediction.
  double (*time_of_flight_s)(const Weapon&, double slant_range_m, double elevation_rad) = nullptr;
  /// Whether rounds are flown in frame steps (kinematic) or solved in closed form (constant speed).
  bool is_stepped = false;
  /// Smallest time after launch at which a round meets a target that stands at relative_m from the launcher at launch and
  /// flies straight; infinity: never.
  double (*time_to_meet_s)(const Weapon&, Vec3 relative_m, Vec3 velocity_mps) = nullptr;
  /// How long a round flies at most before it destroys itself.
  double (*endurance_s)(const Weapon&) = nullptr;
  /// Solved kinds: by how much a round that has flown for flown_s falls short of a point at relative_m from its launcher;
  /// <= 0: it can be there. Decreases through zero at the meeting.
  double (*shortfall_m)(const Weapon&, Vec3 relative_m, double flown_s) = nullptr;
  /// Stepped kinds: the round leaves towards aim_m; and flies up to until_s or its end, at the target's path.
  void (*start)(const Weapon&, Vec3 launcher_m, Vec3 aim_m, double launch_s, FlyingRound&) = nullptr;
  void (*fly)(const Weapon&, const TargetPath&, double until_s, FlyingRound&) = nullptr;
  /// The same for all rounds of the weapon in flight.
  void (*fly_rounds)(const Weapon&, std::span<const FlightTask>, double until_s) = nullptr;
  /// Makes the table that predictions need; null: the kind needs none.
  std::shared_ptr<const FlightTable> (*prepare)(const Weapon&) = nullptr;
};

/// Makes the flight tables of all weapons whose flyout needs one, and the sectors of stations. To be called once after an armament (or a parameter of
/// it) has been set, before it is shared between threads; afterwards it is read only.
void prepare(Armament& armament);

}  // namespace pavise
