#include "kernel/threats/dive_ground.hpp"

#include <algorithm>
#include <cmath>

namespace pavise {

namespace {

/// The first root in (0, 1] of the parabola with values f0 > 0, fm, f1 at 0, 1/2, 1; above 1: none.
double first_root(double f0, double fm, double f1) {
  const double a = 2 * (f0 - 2 * fm + f1), b = 4 * fm - 3 * f0 - f1;  // a t^2 + b t + f0
  const double discriminant = b * b - 4 * a * f0;
  if (discriminant < 0 || (a >= 0 && b >= 0)) return 2;
  // the smaller positive root, in the shape that does not cancel
  const double q = std::sqrt(discriminant);
  return b < 0 ? 2 * f0 / (q - b) : (b + q) / (-2 * a);
}

/// Where the line x0 + t dx next crosses a grid line after t; infinity if it never does.
double next_crossing(double x0, double dx, double t) {
  if (dx == 0) return 1e300;
  const double x = x0 + t * dx;
  // the line after the one it may stand on: rounding must not find the same one again
  double line = dx > 0 ? std::floor(x) + 1 : std::ceil(x) - 1;
  double next = (line - x0) / dx;
  if (next <= t) next = (line + (dx > 0 ? 1 : -1) - x0) / dx;
  return next;
}

}  // namespace

double share_above_ground(const Terrain& terrain, Vec3 from_m, Vec3 to_m) {
  const TerrainGrid& grid = terrain.grid();
  if (std::min(from_m.z, to_m.z) > terrain.summit_m()) return 1;
  const double per_m = 1 / grid.spacing_m;
  const double x0 = (from_m.x - grid.west_m) * per_m, dx = (to_m.x - from_m.x) * per_m;
  const double y0 = (from_m.y - grid.south_m) * per_m, dy = (to_m.y - from_m.y) * per_m;
  const auto above_m = [&](double t) {
    const Vec3 p = from_m + t * (to_m - from_m);
    return p.z + kGroundSlack_m - terrain.height_m(p.x, p.y);
  };
  double t = 0, above_at_t = above_m(0);
  if (above_at_t <= 0) return 0;
  while (t < 1) {
    const double next = std::min(std::min(next_crossing(x0, dx, t), next_crossing(y0, dy, t)), 1.0);
    const double above_at_next = above_m(next);
    const double root = first_root(above_at_t, above_m(0.5 * (t + next)), above_at_next);
    if (root <= 1) return std::min(t + root * (next - t), 1.0);
    if (above_at_next <= 0) return next;  // by rounding
    t = next, above_at_t = above_at_next;
  }
  return 1;
}

}  // namespace pavise
