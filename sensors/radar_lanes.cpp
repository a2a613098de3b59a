#include "sensors/radar_lanes.hpp"

#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

constexpr double kTurn = 6.28318530717958647692;

// By how much later than `time_s` the beam meets a target at (x, y) that moves with (vx, vy): Newton on the difference of
// bearings in turns, in (-1/2, 1/2]. A target that outruns the beam (overhead) is treated as at half the beam's rate.
static inline __attribute__((always_inline)) double time_to_beam_s(double period_s, double phase_turns, double time_s,
                                                                   double x, double y, double vx, double vy) {
  const double turns = time_s / period_s + phase_turns;
  const double beam = turns - std::floor(turns);
  const double ahead = arctangent2(x, y) * (1 / kTurn) - beam;
  const double off = ahead - std::floor(ahead + 0.5);
  const double ground2 = x * x + y * y;
  const double rate = (vx * y - vy * x) / (kTurn * (ground2 > 1 ? ground2 : 1.0)) * period_s;  // turns per period
  const double clamped = rate < -0.5 ? -0.5 : rate > 0.5 ? 0.5 : rate;
  return off * period_s / (1 - clamped);
}

}  // namespace

void meet_beam(const RadarConstants& radar, const LookColumns& c) {
  const double period_s = radar.period_s, phase = radar.phase_turns;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double later = time_to_beam_s(period_s, phase, c.time_s[i], c.x_m[i], c.y_m[i], c.vx_mps[i], c.vy_mps[i]);
    c.time_s[i] += later;
    c.x_m[i] += c.vx_mps[i] * later;
    c.y_m[i] += c.vy_mps[i] * later;
    c.z_m[i] += c.vz_mps[i] * later;
  }
}

void predict_crossing(const RadarConstants& radar, const LookColumns& c) {
  const double period_s = radar.period_s, phase = radar.phase_turns;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double x = c.x_m[i], y = c.y_m[i], vx = c.vx_mps[i], vy = c.vy_mps[i], now = c.time_s[i];
    // two steps, written out: GCC 12 does not vectorise a loop inside the loop. meet_beam will do a third
    double after = period_s;
    after += time_to_beam_s(period_s, phase, now + after, x + vx * after, y + vy * after, vx, vy);
    after += time_to_beam_s(period_s, phase, now + after, x + vx * after, y + vy * after, vx, vy);
    // never twice in one pass, never more than a pass left out, however wild the bearing
    after = after < 0.25 * period_s ? 0.25 * period_s : after;
    after = after > 2 * period_s ? 2 * period_s : after;
    c.next_s[i] = now + after;
  }
}

void illuminate(const RadarConstants& radar, const LookColumns& c) {
  const RadarConstants r = radar;  // by value: the compiler need not fear that a store changes it
  const double a = r.effective_radius_m, from_centre = a + r.antenna_height_m;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double x = c.x_m[i], y = c.y_m[i], z = c.z_m[i];
    const double ground2 = x * x + y * y, range2 = ground2 + z * z;
    const double ground = std::sqrt(ground2), range = std::sqrt(range2 > 1 ? range2 : 1.0);
    const double rate = (x * c.vx_mps[i] + y * c.vy_mps[i] + z * c.vz_mps[i]) / range;

    // over the earth: how far beyond the horizon, and the sine of the elevation above the local horizontal
    const double height = z + r.antenna_height_m > 0 ? z + r.antenna_height_m : 0.0;
    const double beyond = range - (r.antenna_horizon_m + std::sqrt(height * (2 * a + height)));
    const double sine_of = (z * (2 * from_centre + z) - range2) / (2 * from_centre * range);
    const double too_far = range - r.instrumented_range_m;

    // radar equation; in the lowest beam the ground within the horizon adds to the noise
    const double low_clutter = sine_of < r.sine_lowest_beam ? r.clutter : 0.0;
    const double noise = 1 + (range < r.antenna_horizon_m ? low_clutter : 0.0);
    const double snr = r.snr_at_1m * c.rcs_m2[i] / (range2 * range2 * noise);

    // one pulse: Swerling 1 and 2 e^(-T/(1+S)); 3 and 4 with b = 1 + S/2: e^(-T/b) (1 + (1 - 1/b) T/b)
    const double slow_fade = c.swerling[i] > 2.5 ? 1.0 : 0.0;
    const double b = 1 + snr * (1 - 0.5 * slow_fade);
    const double t = r.threshold / b;
    const double crossing = exponential(-t) * (1 + slow_fade * ((1 - 1 / b) * t));

    // one select after another: a conjunction of comparisons becomes branches, and the loop scalar (GCC 12)
    const double off_middle = x * r.facing_sine + y * r.facing_cosine;  // ground cos(angle off the middle)
    double probability = too_far <= 0 ? crossing : 0.0;
    probability = beyond <= 0 ? probability : 0.0;
    probability = sine_of >= r.sine_elevation_min ? probability : 0.0;
    probability = sine_of <= r.sine_elevation_max ? probability : 0.0;
    probability = std::fabs(rate) >= r.minimum_speed_mps ? probability : 0.0;
    probability = off_middle >= c.least_cosine[i] * ground ? probability : 0.0;

    c.range_m[i] = range;
    c.azimuth_rad[i] = arctangent2(x, y);
    c.elevation_rad[i] = arctangent2(z, ground);
    c.range_rate_mps[i] = rate;
    c.snr[i] = snr;
    c.probability[i] = probability;
    c.hidden_by_m[i] = too_far > beyond ? too_far : beyond;
  }
}

void measure(const RadarConstants& radar, const MeasureColumns& columns) {
  const RadarConstants r = radar;
  const MeasureColumns c = columns;
  const bool has_rate = c.has_rate;
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
    const double strength = c.look_snr[look];
    const double snr = strength > r.threshold ? strength : r.threshold;
    const double share = 1 / (2 * snr);  // 1 / sqrt(2 S), squared
    const double range = std::sqrt(r.range_scale_m * r.range_scale_m * share + r.range_floor_m * r.range_floor_m);
    const double floor2 = r.angle_floor_rad * r.angle_floor_rad;
    const double azimuth = std::sqrt(r.azimuth_scale_rad * r.azimuth_scale_rad * share + floor2);
    const double elevation = std::sqrt(r.elevation_scale_rad * r.elevation_scale_rad * share + floor2);
    const double rate = std::sqrt(r.rate_scale_mps * r.rate_scale_mps * share + r.rate_floor_mps * r.rate_floor_mps);

    const double measured = c.look_azimuth_rad[look] + azimuth * c.noise[1][i];
    const double turns = std::floor(measured * (1 / kTurn));
    const double wrapped = measured - turns * kTurn;
    const double measured_range = c.look_range_m[look] + range * c.noise[0][i];
    const double measured_rate = c.look_range_rate_mps[look] + rate * c.noise[3][i];
    c.time_s[i] = c.look_time_s[look];
    c.range_m[i] = measured_range > 1 ? measured_range : 1.0;
    c.azimuth_rad[i] = wrapped < 0 ? 0.0 : wrapped >= kTurn ? 0.0 : wrapped;
    c.elevation_rad[i] = c.look_elevation_rad[look] + elevation * c.noise[2][i];
    c.range_rate_mps[i] = has_rate ? measured_rate : c.without;
    c.sigma_range_m[i] = range;
    c.sigma_azimuth_rad[i] = azimuth;
    c.sigma_elevation_rad[i] = elevation;
    c.sigma_range_rate_mps[i] = has_rate ? rate : c.without;
    c.snr[i] = snr;
  }
}

// The least multiple of `of` above j; whole numbers below 2^53.
static inline __attribute__((always_inline)) double next_multiple(double j, double of) {
  return (std::floor(j / of) + 1) * of;
}

void next_updates(const UpdateColumns& looks) {
  const UpdateColumns c = looks;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double x = double(std::int32_t(c.number[i])) * 0.61803398874989484820 + c.phase;
    const double offset_s = (x - std::floor(x)) * (c.step_s * c.search_steps);
    const double j = std::floor((c.time_s[i] - offset_s) / c.step_s + 0.5);
    const double idle = c.idle_steps * c.stretch[i];
    const double rested = idle < c.search_steps ? idle : c.search_steps;
    const double every = c.is_engaged[i] > 0 ? 1.0 : rested;
    const double search = next_multiple(j, c.search_steps), update = next_multiple(j, every);
    const double tracked = c.time_s[i] - c.last_detected_s[i] <= c.coast_s ? 1.0 : 0.0;
    const double soonest = update < search ? update : search;
    c.next_s[i] = offset_s + (tracked > 0 ? soonest : search) * c.step_s;
    c.is_tracked[i] = tracked;
  }
}

void count_tracked(std::int32_t count, const double* last_detected_s, const double* visible_until_s,
                   const std::int32_t* engaged, double since_s, double now_s, std::int32_t& tracked,
                   std::int32_t& tracked_engaged) {
  std::int32_t all = 0, shot_at = 0;
#pragma omp simd reduction(+ : all, shot_at)
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t late = last_detected_s[i] >= since_s ? 1 : 0, there = visible_until_s[i] > now_s ? 1 : 0;
    const std::int32_t both = late & there;
    all += both;
    shot_at += engaged[i] > 0 ? both : 0;
  }
  tracked = all;
  tracked_engaged = shot_at;
}

}  // namespace pavise::PAVISE_VARIANT
