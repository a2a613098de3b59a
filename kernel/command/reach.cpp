#include "kernel/command/reach.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

/// Altitude and sector at one place of the course.
bool is_inside(const StationSetup& station, Vec3 position_m) {
  if (position_m.z < station.min_altitude_m || position_m.z > station.max_altitude_m) return false;
  if (station.half_sector_rad >= kPi) return true;
  const Vec3 r = position_m - station.position_m;
  const double along = r.x * sine(station.facing_rad) + r.y * cosine(station.facing_rad);
  return along >= std::sqrt(r.x * r.x + r.y * r.y) * cosine(station.half_sector_rad);
}

}  // namespace

bool can_ever_reach(const StationSetup& station, const PictureTrack& track, double now_s) {
  if (std::size_t(track.identity) >= station.pk_by_identity.size()) return false;
  if (!(station.pk_by_identity[std::size_t(track.identity)] > 0)) return false;

  // the chord that the course cuts from the sphere of maximum range
  const Vec3 r = track.position_m - station.position_m, v = track.velocity_mps;
  const double v2 = dot(v, v), rv = dot(r, v);
  const double outside = dot(r, r) - station.max_range_m * station.max_range_m;
  if (v2 <= 0) return outside <= 0 && is_inside(station, track.position_m);
  const double root2 = rv * rv - v2 * outside;
  if (root2 < 0) return false;
  const double root = std::sqrt(root2);
  const double begin_s = std::max((-rv - root) / v2, station.reaction_s);
  const double end_s = std::min((-rv + root) / v2, track.arrives_s - now_s);
  if (begin_s > end_s) return false;

  // limits are looked at in three places of the chord: courses are level or steep, the chord is short
  for (const double t_s : {begin_s, 0.5 * (begin_s + end_s), end_s})
    if (is_inside(station, track.position_m + t_s * v)) return true;
  return false;
}

}  // namespace pavise
