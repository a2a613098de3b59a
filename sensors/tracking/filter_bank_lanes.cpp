// Built for x86-64, x86-64-v3 and x86-64-v4.
#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/detections.hpp"
#include "sensors/tracking/filter_bank.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

#define PAVISE_INLINE static inline __attribute__((always_inline))

/// One row's estimate while it is in registers: covariance, and how far the mean has moved from the predicted one.
struct Estimate {
  double p[21];
  double moved[6];
  double nis, determinant;
};

/// P <- P - g g'/S, where g = P h; one row of the packed triangle at a time.
PAVISE_INLINE void subtract_outer(double (&p)[21], const double (&g)[6], const double (&k)[6]) {
  p[0] -= k[0] * g[0];
  p[1] -= k[1] * g[0], p[2] -= k[1] * g[1];
  p[3] -= k[2] * g[0], p[4] -= k[2] * g[1], p[5] -= k[2] * g[2];
  p[6] -= k[3] * g[0], p[7] -= k[3] * g[1], p[8] -= k[3] * g[2], p[9] -= k[3] * g[3];
  p[10] -= k[4] * g[0], p[11] -= k[4] * g[1], p[12] -= k[4] * g[2], p[13] -= k[4] * g[3], p[14] -= k[4] * g[4];
  p[15] -= k[5] * g[0], p[16] -= k[5] * g[1], p[17] -= k[5] * g[2], p[18] -= k[5] * g[3], p[19] -= k[5] * g[4],
      p[20] -= k[5] * g[5];
}

/// Takes in one scalar whose innovation variance is s and whose residual against the predicted mean is `residual`.
PAVISE_INLINE void take_in(Estimate& e, const double (&g)[6], double s, double nu, double weight) {
  const double inverse = weight / s;
  const double k[6] = {g[0] * inverse, g[1] * inverse, g[2] * inverse, g[3] * inverse, g[4] * inverse, g[5] * inverse};
  e.moved[0] += k[0] * nu, e.moved[1] += k[1] * nu, e.moved[2] += k[2] * nu;
  e.moved[3] += k[3] * nu, e.moved[4] += k[4] * nu, e.moved[5] += k[5] * nu;
  subtract_outer(e.p, g, k);
  e.nis += nu * nu * inverse;
  e.determinant *= weight * s + (1.0 - weight);
}

/// A scalar whose gradient is (x, y, z) in position and nothing in velocity.
PAVISE_INLINE void take_in_position(Estimate& e, double x, double y, double z, double residual, double variance,
                                    double weight) {
  const double(&p)[21] = e.p;
  const double g[6] = {p[0] * x + p[1] * y + p[3] * z,    p[1] * x + p[2] * y + p[4] * z,
                       p[3] * x + p[4] * y + p[5] * z,    p[6] * x + p[7] * y + p[8] * z,
                       p[10] * x + p[11] * y + p[12] * z, p[15] * x + p[16] * y + p[17] * z};
  const double s = x * g[0] + y * g[1] + z * g[2] + variance;
  const double nu = residual - (x * e.moved[0] + y * e.moved[1] + z * e.moved[2]);
  take_in(e, g, s, nu, weight);
}

/// The range rate: gradient (x, y, z) in position and the line of sight (u, v, w) in velocity.
PAVISE_INLINE void take_in_rate(Estimate& e, double x, double y, double z, double u, double v, double w,
                                double residual, double variance, double weight) {
  const double(&p)[21] = e.p;
  const double g[6] = {p[0] * x + p[1] * y + p[3] * z + (p[6] * u + p[10] * v + p[15] * w),
                       p[1] * x + p[2] * y + p[4] * z + (p[7] * u + p[11] * v + p[16] * w),
                       p[3] * x + p[4] * y + p[5] * z + (p[8] * u + p[12] * v + p[17] * w),
                       p[6] * x + p[7] * y + p[8] * z + (p[9] * u + p[13] * v + p[18] * w),
                       p[10] * x + p[11] * y + p[12] * z + (p[13] * u + p[14] * v + p[19] * w),
                       p[15] * x + p[16] * y + p[17] * z + (p[18] * u + p[19] * v + p[20] * w)};
  const double s = x * g[0] + y * g[1] + z * g[2] + (u * g[3] + v * g[4] + w * g[5]) + variance;
  const double nu = residual - (x * e.moved[0] + y * e.moved[1] + z * e.moved[2]) -
                    (u * e.moved[3] + v * e.moved[4] + w * e.moved[5]);
  take_in(e, g, s, nu, weight);
}

/// P <- F P F' + Q, constant velocity; T may be negative (then Q is that of the way back).
PAVISE_INLINE void predict_covariance(double (&p)[21], double T, double q) {
  // position-position first: it needs the old velocity blocks
  p[0] += T * (2.0 * p[6] + T * p[9]);
  p[1] += T * (p[10] + p[7] + T * p[13]);
  p[2] += T * (2.0 * p[11] + T * p[14]);
  p[3] += T * (p[15] + p[8] + T * p[18]);
  p[4] += T * (p[16] + p[12] + T * p[19]);
  p[5] += T * (2.0 * p[17] + T * p[20]);
  // velocity-position
  p[6] += T * p[9], p[7] += T * p[13], p[8] += T * p[18];
  p[10] += T * p[13], p[11] += T * p[14], p[12] += T * p[19];
  p[15] += T * p[18], p[16] += T * p[19], p[17] += T * p[20];
  // white-noise acceleration
  const double spread = (T > 0 ? T : 0.0) * q, q01 = 0.5 * T * spread, q00 = T * T * spread * (1.0 / 3.0);
  p[0] += q00, p[2] += q00, p[5] += q00;
  p[6] += q01, p[11] += q01, p[17] += q01;
  p[9] += spread, p[14] += spread, p[20] += spread;
}

/// One row from memory to memory. A function of its own, so that its locals are no variables of the simd loop: GCC
/// would keep those in arrays, one element per lane, and give the loop up.
template <int kComponents>
PAVISE_INLINE void update_row(FilterBlock& c, const Vec3& sensor_m, std::size_t i) {
  Estimate e;
  e.p[0] = c.covariance[0][i], e.p[1] = c.covariance[1][i], e.p[2] = c.covariance[2][i], e.p[3] = c.covariance[3][i];
  e.p[4] = c.covariance[4][i], e.p[5] = c.covariance[5][i], e.p[6] = c.covariance[6][i], e.p[7] = c.covariance[7][i];
  e.p[8] = c.covariance[8][i], e.p[9] = c.covariance[9][i], e.p[10] = c.covariance[10][i];
  e.p[11] = c.covariance[11][i], e.p[12] = c.covariance[12][i], e.p[13] = c.covariance[13][i];
  e.p[14] = c.covariance[14][i], e.p[15] = c.covariance[15][i], e.p[16] = c.covariance[16][i];
  e.p[17] = c.covariance[17][i], e.p[18] = c.covariance[18][i], e.p[19] = c.covariance[19][i];
  e.p[20] = c.covariance[20][i];
  e.moved[0] = e.moved[1] = e.moved[2] = e.moved[3] = e.moved[4] = e.moved[5] = 0.0;
  e.nis = 0.0;
  e.determinant = 1.0;
  const double T = c.duration_s[i], g = c.gravity_mps2[i];
  predict_covariance(e.p, T, c.noise_m2_s3[i]);
  const double vx = c.mean[3][i], vy = c.mean[4][i], vz = c.mean[5][i] - g * T;
  const double x = c.mean[0][i] + T * vx, y = c.mean[1][i] + T * vy;
  const double z = c.mean[2][i] + T * c.mean[5][i] - 0.5 * g * T * T;

  // geometry at the predicted mean, once for all components
  const double px = x - (sensor_m.x + c.sensor_x_m[i]), py = y - (sensor_m.y + c.sensor_y_m[i]);
  const double pz = z - (sensor_m.z + c.sensor_z_m[i]);
  double horizontal2 = px * px + py * py;
  horizontal2 = horizontal2 > 1e-6 ? horizontal2 : 1e-6;  // straight overhead an azimuth has no gradient
  const double range2 = horizontal2 + pz * pz;
  const double horizontal = std::sqrt(horizontal2), range = std::sqrt(range2);
  const double per_range = 1.0 / range;
  const double ux = px * per_range, uy = py * per_range, uz = pz * per_range;

  if constexpr ((kComponents & kMeasuresRange) != 0)
    take_in_position(e, ux, uy, uz, c.value[0][i] - range, c.sigma[0][i] * c.sigma[0][i], c.weight[0][i]);
  if constexpr ((kComponents & kMeasuresAzimuth) != 0) {
    double residual = c.value[1][i] - arctangent2(px, py);
    // wrapped to (-pi, pi] by selects: a rounding instruction is missing in the baseline
    residual -= residual > 3.14159265358979323846 ? 6.283185307179586477 : 0.0;
    residual += residual <= -3.14159265358979323846 ? 6.283185307179586477 : 0.0;
    const double per_horizontal2 = 1.0 / horizontal2;
    take_in_position(e, py * per_horizontal2, -px * per_horizontal2, 0.0, residual, c.sigma[1][i] * c.sigma[1][i],
                     c.weight[1][i]);
  }
  if constexpr ((kComponents & kMeasuresElevation) != 0) {
    const double down = -uz * per_range / horizontal;
    take_in_position(e, px * down, py * down, horizontal * per_range * per_range,
                     c.value[2][i] - arctangent2(pz, horizontal), c.sigma[2][i] * c.sigma[2][i], c.weight[2][i]);
  }
  if constexpr ((kComponents & kMeasuresRangeRate) != 0) {
    const double rate = ux * vx + uy * vy + uz * vz;
    take_in_rate(e, (vx - rate * ux) * per_range, (vy - rate * uy) * per_range, (vz - rate * uz) * per_range, ux, uy,
                 uz, c.value[3][i] - rate, c.sigma[3][i] * c.sigma[3][i], c.weight[3][i]);
  }

  c.mean[0][i] = x + e.moved[0], c.mean[1][i] = y + e.moved[1], c.mean[2][i] = z + e.moved[2];
  c.mean[3][i] = vx + e.moved[3], c.mean[4][i] = vy + e.moved[4], c.mean[5][i] = vz + e.moved[5];
  c.covariance[0][i] = e.p[0], c.covariance[1][i] = e.p[1], c.covariance[2][i] = e.p[2], c.covariance[3][i] = e.p[3];
  c.covariance[4][i] = e.p[4], c.covariance[5][i] = e.p[5], c.covariance[6][i] = e.p[6], c.covariance[7][i] = e.p[7];
  c.covariance[8][i] = e.p[8], c.covariance[9][i] = e.p[9], c.covariance[10][i] = e.p[10];
  c.covariance[11][i] = e.p[11], c.covariance[12][i] = e.p[12], c.covariance[13][i] = e.p[13];
  c.covariance[14][i] = e.p[14], c.covariance[15][i] = e.p[15], c.covariance[16][i] = e.p[16];
  c.covariance[17][i] = e.p[17], c.covariance[18][i] = e.p[18], c.covariance[19][i] = e.p[19];
  c.covariance[20][i] = e.p[20];
  c.nis[i] = e.nis;
  c.determinant[i] = e.determinant;
}

template <int kComponents>
void update_rows(FilterList& list) {
  // whole blocks: the last one is done with its padding, whose numbers nobody reads
  const std::size_t blocks = (std::size_t(list.count) + FilterBlock::kRows - 1) / FilterBlock::kRows;
  FilterBlock* first = list.blocks.data();
  const Vec3 sensor_m = list.sensor_m;
  for (std::size_t b = 0; b < blocks; ++b) {
    FilterBlock& block = first[b];
#pragma omp simd
    for (std::size_t i = 0; i < FilterBlock::kRows; ++i) update_row<kComponents>(block, sensor_m, i);
  }
}

}  // namespace

void update_filters(FilterList& list) {
  // the sets that sensors really measure have a loop of their own; any other set is taken by the full loop, where a
  // component that is not measured has weight 0
  constexpr int kAngles = kMeasuresAzimuth | kMeasuresElevation, kPlot = kMeasuresRange | kAngles;
  switch (list.any_components) {
    case 0:
      return update_rows<0>(list);
    case kMeasuresAzimuth:
      return update_rows<kMeasuresAzimuth>(list);
    case kMeasuresRangeRate:
      return update_rows<kMeasuresRangeRate>(list);
    case kAngles:
      return update_rows<kAngles>(list);
    case kPlot:
      return update_rows<kPlot>(list);
    default:
      return update_rows<kPlot | kMeasuresRangeRate>(list);
  }
}

}  // namespace pavise::PAVISE_VARIANT
