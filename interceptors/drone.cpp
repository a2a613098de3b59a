// Interceptor drone: constant speed, but it climbs no faster than its climb rate, so that a high target costs time.
#include <cmath>
#include <limits>

#include "interceptors/intercept.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

struct Drone {
  double climb_rate_mps;
  double endurance_s;
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double time_of_flight_s(const Weapon& weapon, double slant_range_m, double elevation_rad) {
  const double climb_m = slant_range_m * sine(elevation_rad);
  return std::fmax(slant_range_m / weapon.ideal_speed_mps, climb_m / weapon.flyout_parameters.as<Drone>().climb_rate_mps);
}

/// The later of two instants: the speed suffices, the climb suffices. Against a faster target the meeting must also
/// still be within reach at that later instant.
double meet_s(const Weapon& weapon, Vec3 relative_m, Vec3 velocity_mps) {
  const double climb_rate_mps = weapon.flyout_parameters.as<Drone>().climb_rate_mps;
  const double by_speed = time_to_meet_s(relative_m, velocity_mps, weapon.ideal_speed_mps);
  double by_climb = 0;
  if (relative_m.z > 0) {
    if (velocity_mps.z >= climb_rate_mps) return kInfinity;
    by_climb = relative_m.z / (climb_rate_mps - velocity_mps.z);
  }
  if (by_climb <= by_speed) return by_speed;
  const double distance_m = length(relative_m + by_climb * velocity_mps);
  return distance_m <= weapon.ideal_speed_mps * by_climb * (1 + 1e-12) ? by_climb : kInfinity;
}

double endurance_s(const Weapon& weapon) { return weapon.flyout_parameters.as<Drone>().endurance_s; }

double shortfall_m(const Weapon& weapon, Vec3 relative_m, double flown_s) {
  const double climb_rate_mps = weapon.flyout_parameters.as<Drone>().climb_rate_mps;
  return std::fmax(length(relative_m) - weapon.ideal_speed_mps * flown_s, relative_m.z - climb_rate_mps * flown_s);
}

const Registration<FlyoutKind> registered{{
    .info = {.category = "flyout",
             .name = "drone",
             .summary = "Interceptor drone: the weapon's ideal speed along the path, climb limited.",
             .source = "closed form, docs/models/engagement.md#drone",
             .parameters =
                 {
                     parameter("climb_rate", &Drone::climb_rate_mps, Dimension::speed, {0.1, 1000}, "fastest climb"),
                     parameter("endurance", &Drone::endurance_s, Dimension::time, {1, 1e5}, "longest flight", 480.0),
                 },
             .size_bytes = sizeof(Drone)},
    .time_of_flight_s = time_of_flight_s,
    .is_stepped = false,
    .time_to_meet_s = meet_s,
    .endurance_s = endurance_s,
    .shortfall_m = shortfall_m,
}};

}  // namespace
}  // namespace pavise
