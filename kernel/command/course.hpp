// How command takes a track's course: level, or falling.
#pragma once

#include "kernel/core/geometry.hpp"

namespace pavise {

/// A course steeper than 20 degrees (|vz|/|v| > 0.35), or higher than anything flies that is not ballistic, is a falling one:
/// a vacuum parabola. Any other is level: its estimated climb is mostly noise, and is not carried on.
inline bool is_falling(Vec3 position_m, Vec3 velocity_mps) {
  constexpr double kSteep = 0.35, kHigh_m = 15e3;
  return position_m.z > kHigh_m || velocity_mps.z * velocity_mps.z > kSteep * kSteep * dot(velocity_mps, velocity_mps);
}

}  // namespace pavise
