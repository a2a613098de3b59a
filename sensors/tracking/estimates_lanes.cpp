// Built for x86-64, x86-64-v3 and x86-64-v4. Vector types, because compilers do not find a transposition in plain loops;
// nothing is computed in them, so all variants move the same bits.
#include "sensors/tracking/estimates_lanes.hpp"

#include <cmath>
#include <cstring>

#include "sensors/tracking/tracks.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kLanes = 8;
#elif defined(__AVX2__)
constexpr std::size_t kLanes = 4;
#else
constexpr std::size_t kLanes = 2;
#endif
using Lanes = double __attribute__((vector_size(8 * kLanes)));

constexpr std::size_t kRows = FilterBlock::kRows;
constexpr std::size_t kCovariances = 21;
static_assert(kEstimateStride == 32 && kTimeInEstimate == 6 && kCovarianceInEstimate == 8);

#define PAVISE_LANES [[gnu::always_inline]] inline

// Row i and column k change places; step by step the halves, quarters ... off the diagonal.
PAVISE_LANES void transpose(Lanes (&m)[kLanes]) {
#if defined(__AVX512F__)
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 8; i += 2) {
    const Lanes a = m[i], b = m[i + 1];
    m[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    m[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma GCC unroll 4
  for (std::size_t n = 0; n < 4; ++n) {
    const std::size_t i = (n & 1) + 2 * (n & 2);
    const Lanes a = m[i], b = m[i + 2];
    m[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) {
    const Lanes a = m[i], b = m[i + 4];
    m[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    m[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
#elif defined(__AVX2__)
#pragma GCC unroll 2
  for (std::size_t i = 0; i < 4; i += 2) {
    const Lanes a = m[i], b = m[i + 1];
    m[i] = __builtin_shufflevector(a, b, 0, 4, 2, 6);
    m[i + 1] = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  }
#pragma GCC unroll 2
  for (std::size_t i = 0; i < 2; ++i) {
    const Lanes a = m[i], b = m[i + 2];
    m[i] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
    m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  }
#else
  const Lanes a = m[0], b = m[1];
  m[0] = __builtin_shufflevector(a, b, 0, 2);
  m[1] = __builtin_shufflevector(a, b, 1, 3);
#endif
}

PAVISE_LANES Lanes load(const double* from) {
  Lanes v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
PAVISE_LANES void store(double* to, Lanes v) { std::memcpy(to, &v, sizeof v); }

// Where column n of a record stands in a block; null: nowhere.
PAVISE_LANES double* row_of(FilterBlock& b, std::size_t n) {
  if (n < 6) return b.mean[n];
  if (n == kTimeInEstimate) return b.duration_s;  // the estimate's time, for the moment
  if (n >= kCovarianceInEstimate && n < kCovarianceInEstimate + kCovariances)
    return b.covariance[n - kCovarianceInEstimate];
  return nullptr;
}

}  // namespace

std::int32_t gather_updates(const double* estimates, const FilterPair* pairs, std::int32_t count,
                            const Detections& detections, const TrackDynamics& dynamics, const double* antenna_x_m,
                            const double* antenna_y_m, const double* antenna_z_m, FilterBlock* blocks) {
  const TrackDynamics dyn = dynamics;
  const std::int32_t* all_components = detections.components.data();
  const std::int32_t* sensors = detections.sensor.data();
  const double* times = detections.time_s.data();
  const double* values[4] = {detections.range_m.data(), detections.azimuth_rad.data(), detections.elevation_rad.data(),
                             detections.range_rate_mps.data()};
  const double* sigmas[4] = {detections.sigma_range_m.data(), detections.sigma_azimuth_rad.data(),
                             detections.sigma_elevation_rad.data(), detections.sigma_range_rate_mps.data()};
  std::int32_t any = 0;
  for (std::int32_t begin = 0; begin < count; begin += std::int32_t(kRows)) {
    FilterBlock& block = blocks[std::size_t(begin) / kRows];
    std::int32_t row[kRows], detection[kRows];
    for (std::size_t k = 0; k < kRows; ++k) {
      const FilterPair& pair = pairs[begin + std::int32_t(k) < count ? begin + std::int32_t(k) : count - 1];
      row[k] = pair.row;
      detection[k] = pair.detection;
    }
    for (std::size_t part = 0; part < kRows; part += kLanes)
      for (std::size_t n = 0; n < kCovarianceInEstimate + kCovariances; n += kLanes) {
        Lanes m[kLanes];
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kLanes; ++k)
          m[k] = load(estimates + std::size_t(row[part + k]) * kEstimateStride + n);
        transpose(m);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kLanes; ++k)
          if (double* to = row_of(block, n + k)) store(to + part, m[k]);
      }
    FilterBlock& b = block;
#pragma omp simd reduction(| : any)
    for (std::size_t k = 0; k < kRows; ++k) {
      const std::int32_t i = detection[k], components = all_components[i], sensor = sensors[i];
      any |= components;
      b.duration_s[k] = times[i] - b.duration_s[k];
      const double vx = b.mean[3][k], vy = b.mean[4][k], vz = b.mean[5][k];
      const double is_fast = vx * vx + vy * vy + vz * vz > dyn.ballistic_speed2_m2_s2 ? 1.0 : 0.0;
      const double is_ballistic = b.mean[2][k] > dyn.ballistic_altitude_m ? is_fast : 0.0;
      b.noise_m2_s3[k] = is_ballistic > 0 ? dyn.ballistic_noise_m2_s3 : dyn.noise_m2_s3;
      b.gravity_mps2[k] = is_ballistic > 0 ? dyn.gravity_mps2 : 0.0;
      b.sensor_x_m[k] = antenna_x_m[sensor];
      b.sensor_y_m[k] = antenna_y_m[sensor];
      b.sensor_z_m[k] = antenna_z_m[sensor];
    }
    for (int c = 0; c < 4; ++c) {
      const double *value = values[c], *sigma = sigmas[c];
      const std::int32_t bit = 1 << c;
      double *to_value = b.value[c], *to_sigma = b.sigma[c], *to_weight = b.weight[c];
#pragma omp simd
      for (std::size_t k = 0; k < kRows; ++k) {
        const std::int32_t i = detection[k];
        const bool is_measured = (all_components[i] & bit) != 0;
        const double v = value[i], s = sigma[i];
        to_value[k] = is_measured ? v : 0.0;
        to_sigma[k] = is_measured ? s : 1.0;
        to_weight[k] = is_measured ? 1.0 : 0.0;
      }
    }
  }
  return any;
}

void scatter_updates(FilterBlock* blocks, const FilterPair* pairs, const std::int32_t* wins, std::int32_t count,
                     const double* detection_time_s, double* estimates) {
  for (std::int32_t begin = 0; begin < count; begin += std::int32_t(kRows)) {
    FilterBlock& block = blocks[std::size_t(begin) / kRows];
    const std::int32_t rows = count - begin < std::int32_t(kRows) ? count - begin : std::int32_t(kRows);
    for (std::int32_t k = 0; k < rows; ++k) block.duration_s[k] = detection_time_s[pairs[begin + k].detection];
    for (std::size_t part = 0; part < std::size_t(rows); part += kLanes)
      for (std::size_t n = 0; n < kCovarianceInEstimate + kCovariances; n += kLanes) {
        Lanes m[kLanes];
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kLanes; ++k) {
          const double* from = row_of(block, n + k);
          m[k] = from ? load(from + part) : Lanes{};
        }
        transpose(m);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kLanes; ++k) {
          const std::int32_t at = begin + std::int32_t(part + k);
          if (at < count && wins[at]) store(estimates + std::size_t(pairs[at].row) * kEstimateStride + n, m[k]);
        }
      }
  }
}

void coarse_circles(const FilterBlock* blocks, const FilterPair* pairs, std::int32_t count,
                    const double* detection_time_s, const CoarseRule& rule, const CoarseColumns& circles) {
  const CoarseRule r = rule;
  const CoarseColumns c = circles;
  for (std::int32_t begin = 0; begin < count; begin += std::int32_t(kRows)) {
    const FilterBlock& b = blocks[std::size_t(begin) / kRows];
    double time_s[kRows];
    for (std::size_t k = 0; k < kRows; ++k)
      time_s[k] = detection_time_s[pairs[begin + std::int32_t(k) < count ? begin + std::int32_t(k) : count - 1].detection];
    const std::size_t at = std::size_t(begin);
#pragma omp simd
    for (std::size_t k = 0; k < kRows; ++k) {
      const double t = time_s[k], vx = b.mean[3][k], vy = b.mean[4][k];
      const double place = r.reach * std::sqrt(b.covariance[0][k] + b.covariance[2][k]);
      const double rate = r.reach * (std::sqrt(b.covariance[9][k] + b.covariance[14][k]) + r.drift_mps) + 5;
      c.x_m[at + k] = float(b.mean[0][k] - vx * t);
      c.y_m[at + k] = float(b.mean[1][k] - vy * t);
      c.vx_mps[at + k] = float(vx);
      c.vy_mps[at + k] = float(vy);
      c.radius_m[at + k] = float(place + 10 + rate * (r.frame_s - t));
      c.radius_rate_mps[at + k] = float(rate);
    }
  }
}

}  // namespace pavise::PAVISE_VARIANT
