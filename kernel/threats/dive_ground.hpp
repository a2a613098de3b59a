// Where a descending path meets the ground: a dive ends there.
#pragma once

#include "kernel/core/geometry.hpp"
#include "kernel/core/terrain.hpp"

namespace pavise {

/// A path counts as beneath the ground below this depth (the aim itself stands on the ground, to rounding).
inline constexpr double kGroundSlack_m = 1e-3;

/// The share of the straight way from from_m (not beneath the ground) to to_m at which it goes kGroundSlack_m beneath the
/// ground; 1 if it does not before its end. Exact: over a cell of the grid the ground under a line is a parabola.
double share_above_ground(const Terrain& terrain, Vec3 from_m, Vec3 to_m);

}  // namespace pavise
