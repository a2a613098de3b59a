#include "sensors/bearing_lanes.hpp"

#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/radar_lanes.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

constexpr double kTurn = 6.28318530717958647692;

// Where a point at this height touches the horizon; a flat earth has one that is far away.
static inline __attribute__((always_inline)) double horizon_m(double height_m, double radius_m) {
  const double h = height_m > 0 ? height_m : 0.0;
  return std::sqrt(h * (2 * radius_m + h));
}

}  // namespace

void hear(const EarConstants& constants, const BearingColumns& columns) {
  const EarConstants e = constants;
  const BearingColumns c = columns;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double x = c.x_m[i], y = c.y_m[i], z = c.z_m[i], eirp_W = c.eirp_W[i];
    const double distance = std::sqrt(x * x + y * y + z * z), range = distance > 1 ? distance : 1.0;
    // Friis: received = EIRP G (wavelength / (4 pi R))^2, so the reach is where that equals the sensitivity
    const double received_W = eirp_W * e.gain * (e.spread_m / range) * (e.spread_m / range);
    const double audible_m = e.spread_m * std::sqrt(eirp_W * e.gain / e.sensitivity_W);
    const double reach_m = audible_m < e.instrumented_range_m ? audible_m : e.instrumented_range_m;
    const double seen_m = e.antenna_horizon_m + horizon_m(z + e.antenna_height_m, e.radius_m);
    double able = range <= reach_m ? c.able[i] : 0.0;
    able = range <= seen_m ? able : 0.0;
    c.able[i] = able;
    c.snr[i] = received_W / e.sensitivity_W;
    c.azimuth_rad[i] = arctangent2(x, y);
    c.hidden_by_m[i] = range - reach_m;
    c.until_s[i] = c.time_s[i];
  }
}

void hear_again(const EarConstants& constants, const BearingColumns& columns) {
  const EarConstants e = constants;
  const BearingColumns c = columns;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double x = double(std::int32_t(c.number[i])) * 0.61803398874989484820 + e.phase;
    const double offset_s = (x - std::floor(x)) * e.period_s;
    const double skipped = std::floor((c.until_s[i] - c.time_s[i]) / e.period_s);
    const double step = std::floor((c.time_s[i] - offset_s) / e.period_s + 0.5) + (skipped > 1 ? skipped : 1.0);
    c.next_s[i] = offset_s + step * e.period_s;
  }
}

void see(const EyeConstants& constants, const PathColumns& path, const double* cue_s, const BearingColumns& columns) {
  const EyeConstants e = constants;
  const BearingColumns c = columns;
  const double *bend_x = path.cx[2], *bend_y = path.cy[2], *bend2_x = path.cx[3], *bend2_y = path.cy[3];
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const Signature& seen = c.signatures[c.number[i]];
    const std::int32_t row = c.row[i];
    const double x = c.x_m[i], y = c.y_m[i], z = c.z_m[i], vx = c.vx_mps[i], vy = c.vy_mps[i], vz = c.vz_mps[i];
    const double distance = std::sqrt(x * x + y * y + z * z), range = distance > 1 ? distance : 1.0;
    const double ratio = e.reference_m / range, fade = exponential(-e.extinction_per_m * range);
    const double signal = c.infrared[i] * ratio * ratio * e.gain * fade;
    const double seen_m = e.antenna_horizon_m + horizon_m(z + e.antenna_height_m, e.radius_m);
    double able = c.time_s[i] - cue_s[row] <= e.cue_age_s ? c.able[i] : 0.0;
    able = signal >= e.least_signal ? able : 0.0;
    able = range <= seen_m ? able : 0.0;

    // the brightest that it can be within the next half minute: its exhaust only if it may have turned its back by then,
    // which takes a bend or less than 40 s to its closest approach
    const double bends = std::fabs(bend_x[row]) + std::fabs(bend2_x[row]) + std::fabs(bend_y[row]) + std::fabs(bend2_y[row]);
    const double towards = -(x * vx + y * vy + z * vz);
    const double hot_tail = seen.infrared_factor_tail > 1 ? seen.infrared_factor_tail : 1.0;
    const double turned = towards > 40 * (vx * vx + vy * vy + vz * vz) ? 1.0 : hot_tail;
    const double brightest = seen.infrared * (bends > 0 ? hot_tail : turned);
    // over the way d to half the range ln(signal) grows by no more than (4 / R + extinction) d
    const double bright = brightest * ratio * ratio * e.gain * fade, here = bright > 1e-300 ? bright : 1e-300;
    const double way_m = logarithm(e.least_signal / here) / (4 / range + e.extinction_per_m);
    const double half_m = 0.5 * range, gap_m = way_m < half_m ? way_m : half_m;
    c.able[i] = able;
    c.range_m[i] = range;
    c.snr[i] = signal;
    c.hidden_by_m[i] = bright >= e.least_signal ? 0.0 : gap_m;
    c.until_s[i] = c.time_s[i];
  }
}

void see_again(const EyeConstants& constants, const BearingColumns& columns) {
  const EyeConstants e = constants;
  const BearingColumns c = columns;
  const double asked_s = e.period_s > e.cue_period_s ? e.period_s : e.cue_period_s;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double time_s = c.time_s[i], least_s = time_s + (c.able[i] > 0 ? e.period_s : asked_s);
    const double until_s = c.until_s[i] > least_s ? c.until_s[i] : least_s;
    const double skipped = std::floor((until_s - time_s) / e.period_s + 1e-9);
    c.next_s[i] = (std::floor(time_s / e.period_s + 1e-9) + (skipped > 1 ? skipped : 1.0)) * e.period_s;
  }
}

void recognise(std::int32_t count, const std::int32_t* look, const BearingColumns& columns, double* probability) {
  const BearingColumns c = columns;
#pragma omp simd
  for (std::int32_t k = 0; k < count; ++k) {
    const std::int32_t i = look[k];
    const double x = c.x_m[i], y = c.y_m[i], z = c.z_m[i], signal = c.snr[i];
    probability[k] = 1 - exponential(-2.30258509299404568 * signal * signal);
    c.azimuth_rad[i] = arctangent2(x, y);
    c.elevation_rad[i] = arctangent2(z, std::sqrt(x * x + y * y));
  }
}

void measure_bearings(const BearingMeasureColumns& columns) {
  const BearingMeasureColumns c = columns;
  const bool with_elevation = c.components != 2;  // kMeasuresAzimuth alone
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const std::int32_t look = c.look[i];
    c.lane[i] = std::int32_t(c.look_replication[look]) - c.first_replication;
    c.source[i] = std::int32_t(c.look_entity[look]);
    c.sensor_of[i] = c.sensor;
    c.components_of[i] = c.components;
  }
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const std::int32_t look = c.look[i];
    const double turns = (c.look_azimuth_rad[look] + c.noise_rad * c.azimuth_noise[i]) / kTurn;
    c.azimuth_rad[i] = (turns - std::floor(turns)) * kTurn;
    c.time_s[i] = c.look_time_s[look];
    c.snr[i] = c.look_snr[look];
    c.sigma_azimuth_rad[i] = c.noise_rad;
    c.range_m[i] = c.without;
    c.range_rate_mps[i] = c.without;
    c.sigma_range_m[i] = c.without;
    c.sigma_range_rate_mps[i] = c.without;
  }
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const std::int32_t look = c.look[i];
    const double measured = c.look_elevation_rad[look] + c.noise_rad * c.elevation_noise[i];
    c.elevation_rad[i] = with_elevation ? measured : c.without;
    c.sigma_elevation_rad[i] = with_elevation ? c.noise_rad : c.without;
  }
}

}  // namespace pavise::PAVISE_VARIANT
