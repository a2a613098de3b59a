// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/tracking/coarse_gate.hpp"

#include <cmath>

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

void place_detections(const Detections& detections, std::int32_t first, std::int32_t end, const Vec3& antenna_m,
                      const double (&reach_of_count)[5], DetectionPlaces& places) {
  const double* azimuths = detections.azimuth_rad.data();
  const double* elevations = detections.elevation_rad.data();
  const double* ranges = detections.range_m.data();
  const double* range_sigmas = detections.sigma_range_m.data();
  const double* azimuth_sigmas = detections.sigma_azimuth_rad.data();
  const double* elevation_sigmas = detections.sigma_elevation_rad.data();
  const std::int32_t* all_components = detections.components.data();
  double *x = places.x_m.data(), *y = places.y_m.data(), *z = places.z_m.data();
  float *firsts = places.first.data(), *seconds = places.second.data(), *reaches = places.reach.data();
  const double r1 = reach_of_count[1], r2 = reach_of_count[2], r3 = reach_of_count[3], r4 = reach_of_count[4];
  const Vec3 antenna = antenna_m;
  // whole vectors where there is room: what stands behind the last detection nobody reads
  const std::int32_t count_of_all = (end - first + 7) / 8 * 8;
  const std::size_t rows = detections.time_s.rows() < places.x_m.rows() ? detections.time_s.rows() : places.x_m.rows();
  const std::int32_t room = std::int32_t(rows) - first;
  const std::int32_t whole_end = first + (count_of_all <= room ? count_of_all : end - first);
#pragma omp simd
  for (std::int32_t i = first; i < whole_end; ++i) {
    const std::int32_t c = all_components[i];
    const std::int32_t count = (c & 1) + (c >> 1 & 1) + (c >> 2 & 1) + (c >> 3 & 1);
    const double reach = count == 4 ? r4 : count == 3 ? r3 : count == 2 ? r2 : r1;
    const bool is_plot = (c & kMeasuresRange) != 0, has_elevation = (c & kMeasuresElevation) != 0;
    const double azimuth = (c & kMeasuresAzimuth) != 0 ? azimuths[i] : 0.0;
    const double elevation = has_elevation ? elevations[i] : 0.0;
    const double range = is_plot ? ranges[i] : 0.0;
    double up, level, sine_azimuth, cosine_azimuth;
    sine_cosine(elevation, up, level);
    sine_cosine(azimuth, sine_azimuth, cosine_azimuth);
    const double east = level * sine_azimuth, north = level * cosine_azimuth;
    x[i] = antenna.x + range * east;
    y[i] = antenna.y + range * north;
    z[i] = antenna.z + range * up;
    // reach along the ground: the range's share, the azimuth's, the elevation's
    const double across = range * azimuth_sigmas[i];
    const double upright = up < 0.0 ? -up : up;
    const double along = has_elevation ? range * elevation_sigmas[i] * upright : range;
    const double radius = reach * (range_sigmas[i] + std::sqrt(across * across + along * along));
    const double ground = std::sqrt(east * east + north * north), wide = 1.2 * reach * azimuth_sigmas[i];
    const double angle = wide < 1.5 ? wide : 1.5;
    firsts[i] = float(is_plot ? x[i] : east / ground);
    seconds[i] = float(is_plot ? y[i] : north / ground);
    reaches[i] = float(is_plot ? radius : angle);
  }
}

}  // namespace pavise::PAVISE_VARIANT
