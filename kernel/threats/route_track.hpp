// What a route plan is made of on the way: the ground track, and the altitude over time. Of route_plan.cpp and
// height_hold.cpp alone.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernel/threats/route_plan.hpp"

namespace pavise {

/// The ground track alone: lines and arcs, one after the other, without altitude.
struct TrackElement {
  Segment shape;     // begin_s, end_s and what the kind needs; no z
  double command_m;  // altitude flown to from change_s on
  double change_s;   // begin_s of a line; the middle of an arc
};

struct Track {
  TrackElement element[3 * (kMostRoutePoints + 4)];
  std::int32_t count = 0;
  double last_begin_s = 0, last_speed_mps = 0, last_length_m = 0;  // of the last leg, behind its arc
  std::int32_t unflyable_leg = -1;                                 // see RoutePlan

  void note_unflyable(std::int32_t leg) { unflyable_leg = unflyable_leg < 0 ? leg : std::min(unflyable_leg, leg); }
};

/// Altitude over time: at z_m[k] from time_s[k] on, moving at rate_mps[k].
struct Profile {
  static constexpr std::int32_t kCapacity = RoutePlan::kCapacity;
  double time_s[kCapacity], z_m[kCapacity], rate_mps[kCapacity];
  std::int32_t count = 0;

  double height_at(double t) const {
    std::int32_t k = count - 1;
    while (k > 0 && time_s[k] > t) --k;
    return z_m[k] + rate_mps[k] * (t - time_s[k]);
  }
  double rate_at(double t) const {
    std::int32_t k = count - 1;
    while (k > 0 && time_s[k] > t) --k;
    return rate_mps[k];
  }
  /// From `begin_s` on the altitude moves towards command_m at climb_mps, and holds it.
  void command(double begin_s, double command_m, double climb_mps) {
    const double z = count > 0 ? height_at(begin_s) : command_m;
    while (count > 0 && time_s[count - 1] >= begin_s) --count;
    const double way_m = command_m - z;
    if (way_m == 0 || !(climb_mps > 0)) {
      add(begin_s, z, 0);
      return;
    }
    add(begin_s, z, way_m > 0 ? climb_mps : -climb_mps);
    add(begin_s + std::fabs(way_m) / climb_mps, command_m, 0);
  }
  void add(double t, double z, double rate) { time_s[count] = t, z_m[count] = z, rate_mps[count] = rate, ++count; }
};

}  // namespace pavise
