// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "kernel/command/options_lanes.hpp"

#include <immintrin.h>

#include <cmath>

namespace pavise::PAVISE_VARIANT {
namespace {

constexpr double kRoundingSlack_m = 1.0;  // margins are trusted to this: doubles err by 1e-9 m here

static inline __attribute__((always_inline)) double greater(double a, double b) { return a < b ? b : a; }
static inline __attribute__((always_inline)) double lesser(double a, double b) { return b < a ? b : a; }

/// Bit k of the answer: rests[k] <= 0, k = 0 .. 7.
static inline __attribute__((always_inline)) std::uint64_t not_above_zero(const double* rests) {
#if defined(__AVX512F__)
  return _mm512_cmp_pd_mask(_mm512_load_pd(rests), _mm512_setzero_pd(), _CMP_LE_OQ);
#elif defined(__AVX2__)
  const __m256d zero = _mm256_setzero_pd();
  const int lower = _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(rests), zero, _CMP_LE_OQ));
  const int upper = _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(rests + 4), zero, _CMP_LE_OQ));
  return std::uint64_t(lower | upper << 4);
#else
  int mask = 0;
  for (int pair = 0; pair < 4; ++pair)
    mask |= _mm_movemask_pd(_mm_cmple_pd(_mm_load_pd(rests + 2 * pair), _mm_setzero_pd())) << (2 * pair);
  return std::uint64_t(mask);
#endif
}

}  // namespace

std::int32_t find_awake(const SleepColumns& sleep, const EnvelopeColumns& envelopes, const CourseColumns& courses,
                        std::int32_t tracks, std::uint32_t* awake) {
  const double *flight_s = envelopes.flight_s, *wait_s = envelopes.wait_s;
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < tracks; ++i) {
    if (sleep.row[i] < 0) continue;
    const double* wake_at_m = sleep.wake_at_m + std::size_t(sleep.row[i]) * sleep.stride;
    const std::uint64_t* usable = sleep.usable + std::size_t(sleep.kind[i]) * std::size_t(sleep.words);
    const double moved_m = courses.moved_m[i], turned_mps = courses.turned_mps[i], speed_mps = courses.speed_mps[i];
    for (std::int32_t word = 0; word < sleep.words; ++word) {
      const std::int32_t begin = 64 * word, left = sleep.stations - begin, end = begin + (left < 64 ? left : 64);
      std::uint64_t bits = 0;
      // whole vectors: what stands behind the last station is not usable
      for (std::int32_t s = begin; s < end; s += 8) {
        alignas(64) double rest_m[8];
        // a station that cannot order has an infinite rest, or none (0 times infinity) for a track that stands
#pragma omp simd
        for (std::int32_t k = 0; k < 8; ++k)
          rest_m[k] = wake_at_m[s + k] - (moved_m + flight_s[s + k] * turned_mps) - speed_mps * wait_s[s + k];
        bits |= not_above_zero(rest_m) << (s - begin);
      }
      for (bits &= usable[word]; bits != 0; bits &= bits - 1)
        awake[count++] = pair_of(std::uint32_t(i), std::uint32_t(begin + __builtin_ctzll(bits)));
    }
  }
  return count;
}

void look_at_pairs(const EnvelopeColumns& envelopes, const CourseColumns& courses, const std::uint32_t* pairs,
                   std::int32_t count, double* wake_at_m, double* far_m) {
  const EnvelopeColumns e = envelopes;
  const CourseColumns c = courses;
  count = count / std::int32_t(kPairsAtOnce) * std::int32_t(kPairsAtOnce);  // tells the compiler: no remainder
#pragma omp simd
  for (std::int32_t k = 0; k < count; ++k) {
    const std::int32_t i = std::int32_t(index_of(pairs[k])), s = std::int32_t(station_of(pairs[k]));
    // how far the target may still come off its straight course of the next T seconds before that course comes within
    // the envelope
    const double flight_s = e.flight_s[s];
    const double z = c.z_m[i];
    const double rx = c.x_m[i] - e.x_m[s], ry = c.y_m[i] - e.y_m[s], rz = z - e.z_m[s];
    const double wx = flight_s * c.vx_mps[i], wy = flight_s * c.vy_mps[i], wz = flight_s * c.vz_mps[i];
    const double ex = rx + wx, ey = ry + wy, ez = rz + wz;
    // nearest and furthest place of the course
    const double r2 = rx * rx + ry * ry + rz * rz, way2 = wx * wx + wy * wy + wz * wz;
    const double end2 = ex * ex + ey * ey + ez * ez, ahead = -(rx * wx + ry * wy + rz * wz);
    const double foot2 = greater(r2 - ahead * ahead / way2, 0.0);
    const double passed2 = ahead < way2 ? foot2 : end2;
    const double nearest2 = ahead > 0 ? passed2 : r2;
    double outside_m = std::sqrt(nearest2) - e.max_range_m[s];
    outside_m = greater(outside_m, e.inner_m[s] - std::sqrt(greater(r2, end2)));
    const double lowest_m = z + lesser(wz, 0.0), highest_m = z + greater(wz, 0.0);
    outside_m = greater(outside_m, greater(lowest_m - e.max_altitude_m[s], e.min_altitude_m[s] - highest_m));
    // each edge of the sector, by the end of the course that lies further in
    const double x0 = e.edge_x[0][s], y0 = e.edge_y[0][s], x1 = e.edge_x[1][s], y1 = e.edge_y[1][s];
    const double beyond0_m = e.edge_free_m[s] - greater(x0 * rx + y0 * ry, x0 * ex + y0 * ey);
    const double beyond1_m = e.edge_free_m[s] - greater(x1 * rx + y1 * ry, x1 * ex + y1 * ey);
    const double wide_m = lesser(beyond0_m, beyond1_m), narrow_m = greater(beyond0_m, beyond1_m);
    outside_m = greater(outside_m, e.is_wide[s] > 0 ? wide_m : narrow_m);
    // and no higher than where flights last longer than that
    const double below_m = e.ceiling_m[s] - greater(z, z + wz);
    const double margin_m = lesser(outside_m, below_m) - kRoundingSlack_m;
    wake_at_m[k] = c.moved_m[i] + flight_s * c.turned_mps[i] + margin_m;
    far_m[k] = margin_m - c.speed_mps[i] * e.wait_s[s];
  }
}

void last_launches_at_least(const EnvelopeColumns& envelopes, const CourseColumns& courses, double now_s,
                            const std::uint32_t* pairs, std::int32_t count, double* at_least_s) {
  const EnvelopeColumns e = envelopes;
  const CourseColumns c = courses;
  count = count / std::int32_t(kPairsAtOnce) * std::int32_t(kPairsAtOnce);  // tells the compiler: no remainder
#pragma omp simd
  for (std::int32_t k = 0; k < count; ++k) {
    const std::int32_t i = std::int32_t(index_of(pairs[k])), s = std::int32_t(station_of(pairs[k]));
    const double vx = c.vx_mps[i], vy = c.vy_mps[i], vz = c.vz_mps[i];
    const double rx = c.x_m[i] - e.x_m[s], ry = c.y_m[i] - e.y_m[s], rz = c.z_m[i] - e.z_m[s];
    // when the target leaves the range band, or arrives (window_ends_after_s in options.cpp)
    const double v2 = vx * vx + vy * vy + vz * vz, rv = rx * vx + ry * vy + rz * vz, r2 = rx * rx + ry * ry + rz * rz;
    const double most2 = e.max_range_m[s] * e.max_range_m[s], least2 = e.min_range_m[s] * e.min_range_m[s];
    const double out2 = rv * rv - v2 * (r2 - most2), in2 = rv * rv - v2 * (r2 - least2);
    const double leaves_s = (-rv + std::sqrt(greater(out2, 0.0))) / v2;
    const double enters_s = (-rv - std::sqrt(greater(in2, 0.0))) / v2;
    double after_s = c.arrives_s[i] - now_s;
    after_s = (v2 > 0) & (out2 > 0) ? lesser(after_s, leaves_s) : after_s;
    after_s = (v2 > 0) & (in2 > 0) & (r2 > least2) & (rv < 0) ? lesser(after_s, enters_s) : after_s;
    after_s = lesser(greater(after_s, 0.0), 1e6);
    const double lx = rx + after_s * vx, ly = ry + after_s * vy, lz = rz + after_s * vz;
    const double last_s = now_s + after_s - std::sqrt(lx * lx + ly * ly + lz * lz) * e.last_flight_s_per_m[s];
    at_least_s[k] = greater(e.launch_s[s], last_s);
  }
}

}  // namespace pavise::PAVISE_VARIANT
