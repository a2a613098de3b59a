// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/tracking/coarse_gate.hpp"

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/hit_mask.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

/// Collects the hits of all blocks; test(block, k) is 1 or 0.
template <class Test>
inline __attribute__((always_inline)) std::int32_t collect(const CoarseBlock* blocks, std::int32_t begin,
                                                           std::int32_t end, std::int32_t* found, Test test) {
  std::int32_t count = 0;
  for (std::int32_t block = begin; block < end; ++block) {
    const CoarseBlock& b = blocks[block];
    std::uint32_t mask = hit_mask([&](std::int32_t k) { return test(b, k); });
    for (; mask != 0; mask &= mask - 1) found[count++] = block * CoarseBlock::kRows + __builtin_ctz(mask);
  }
  return count;
}

}  // namespace

std::int32_t gate_plot(const CoarseBlock* blocks, std::int32_t begin, std::int32_t end, const CoarseProbe& probe,
                       std::int32_t* found) {
  const float t = probe.time_s, x = probe.x_m, y = probe.y_m, extra = probe.radius_m;
  return collect(blocks, begin, end, found, [=](const CoarseBlock& b, std::int32_t i) {
    const float dx = b.x_m[i] + b.vx_mps[i] * t - x, dy = b.y_m[i] + b.vy_mps[i] * t - y;
    const float radius = b.radius_m[i] + b.radius_rate_mps[i] * t + extra;
    return std::int32_t(radius > 0.0f) & std::int32_t(dx * dx + dy * dy <= radius * radius);
  });
}

std::int32_t gate_bearing(const CoarseBlock* blocks, std::int32_t begin, std::int32_t end, const CoarseProbe& probe,
                          std::int32_t* found) {
  const float t = probe.time_s, x = probe.x_m, y = probe.y_m, s = probe.sine, c = probe.cosine, a = probe.angle_rad;
  return collect(blocks, begin, end, found, [=](const CoarseBlock& b, std::int32_t i) {
    const float dx = b.x_m[i] + b.vx_mps[i] * t - x, dy = b.y_m[i] + b.vy_mps[i] * t - y;
    const float radius = b.radius_m[i] + b.radius_rate_mps[i] * t;
    const float along = dx * s + dy * c, across = dx * c - dy * s;
    const float ahead = along > 0.0f ? along : 0.0f, width = radius + a * ahead;
    const float distance = across < 0.0f ? -across : across;
    return std::int32_t(radius > 0.0f) & std::int32_t(along > -radius) & std::int32_t(distance <= width);
  });
}

void directions_of(const double* azimuth_rad, const double* elevation_rad, std::int32_t count, double* east,
                   double* north, double* up) {
  const std::int32_t padded = (count + 7) / 8 * 8;
#pragma omp simd
  for (std::int32_t i = 0; i < padded; ++i) {
    const double e = elevation_rad[i] == elevation_rad[i] ? elevation_rad[i] : 0.0;
    const double a = azimuth_rad[i] == azimuth_rad[i] ? azimuth_rad[i] : 0.0;
    const double level = cosine(e);
    east[i] = level * sine(a);
    north[i] = level * cosine(a);
    up[i] = sine(e);
  }
}

}  // namespace pavise::PAVISE_VARIANT
