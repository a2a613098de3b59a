#include "interceptors/intercept.hpp"

#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Azimuth of the point within facing +- half sector, without an arctangent: the angle's cosine against the half sector's.
bool is_in_sector(const Station& station, Vec3 offset_m) {
  if (station.half_sector_rad >= kPi) return true;
  const bool is_made = station.cosine_half_sector <= 1;
  const double x = is_made ? station.facing_x : sine(station.facing_rad);
  const double y = is_made ? station.facing_y : cosine(station.facing_rad);
  const double edge = is_made ? station.cosine_half_sector : cosine(station.half_sector_rad);
  const double horizontal = std::sqrt(offset_m.x * offset_m.x + offset_m.y * offset_m.y);
  return offset_m.x * x + offset_m.y * y >= edge * horizontal;
}
}  // namespace

double time_to_meet_s(Vec3 relative_m, Vec3 velocity_mps, double speed_mps) {
  // a tau^2 - 2 b tau - c = 0
  const double a = speed_mps * speed_mps - dot(velocity_mps, velocity_mps);
  const double b = dot(relative_m, velocity_mps);
  const double c = dot(relative_m, relative_m);
  const double discriminant = b * b + a * c;
  if (c == 0) return 0;
  if (discriminant < 0) return kInfinity;
  const double root = std::sqrt(discriminant);
  if (b < 0) return c / (root - b);
  return a > 0 ? (b + root) / a : kInfinity;
}

bool is_in_envelope(const Weapon& weapon, const Station& station, Vec3 point_m, double slant_range_m, double slack) {
  if (slant_range_m > weapon.max_range_m * (1 + slack) || slant_range_m < weapon.min_range_m * (1 - slack)) return false;
  if (point_m.z > weapon.max_altitude_m || point_m.z < weapon.min_altitude_m) return false;
  return is_in_sector(station, point_m - station.position_enu_m);
}

Intercept predict_intercept(const Armament& armament, std::int32_t station_index, const Target& target, double launch_s) {
  const Station& station = armament.stations[std::size_t(station_index)];
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  Intercept result;
  double tau = 0, begin_s = launch_s;
  if (weapon.effect == Effect::jammer) {
    begin_s = std::fmax(launch_s, target.time_s + weapon.spin_up_s);
  } else {
    const Vec3 at_launch = target.position_m + (launch_s - target.time_s) * target.velocity_mps;
    tau = weapon.flyout->time_to_meet_s(weapon, at_launch - station.position_enu_m, target.velocity_mps);
    if (!(tau < kInfinity)) return result;
  }
  result.time_s = begin_s + tau;
  result.point_m = target.position_m + (result.time_s - target.time_s) * target.velocity_mps;
  result.range_m = length(result.point_m - station.position_enu_m);
  result.is_possible = result.time_s < target.arrives_s && is_in_envelope(weapon, station, result.point_m, result.range_m);
  return result;
}

void prepare(Armament& armament) {
  for (Station& station : armament.stations) {
    station.facing_x = sine(station.facing_rad), station.facing_y = cosine(station.facing_rad);
    station.cosine_half_sector = cosine(std::fmin(station.half_sector_rad, kPi));
  }
  for (Weapon& weapon : armament.weapons)
    if (weapon.effect != Effect::jammer && weapon.flyout && weapon.flyout->prepare)
      weapon.flight_table = weapon.flyout->prepare(weapon);
}

}  // namespace pavise
