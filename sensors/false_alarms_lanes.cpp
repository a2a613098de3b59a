// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/false_alarms_lanes.hpp"

#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

constexpr double kTurn = 6.28318530717958647692;

}  // namespace

// Each uniform is parted in two that are independent of each other. Every step of that is exact: powers of two, and no
// more bits than a double holds.

void gaps_of_alarms(const AlarmColumns& alarms) {
  const AlarmColumns c = alarms;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double second = c.second[i] * 0x1p20;
    c.gap[i] = -logarithm(second - std::floor(second));
  }
}

void place_alarms(const AlarmVolume& volume, const AlarmColumns& alarms) {
  const AlarmColumns c = alarms;
  const AlarmVolume v = volume;
  const bool is_turning = v.period_s > 0;
  const double scans_per_s = is_turning ? 1 / v.period_s : 0.0;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const double first = c.first[i] * 0x1p26, upper = std::floor(first);
    const double range_share = (upper + 0.5) * 0x1p-26, rate_share = first - upper;
    const double elevation_share = (std::floor(c.second[i] * 0x1p20) + 0.5) * 0x1p-20;
    const double beam = c.time_s[i] * scans_per_s + v.phase_turns;
    const double sector = (v.azimuth_begin_rad + c.third[i] * v.azimuth_span_rad) * (1 / kTurn);
    const double turns = is_turning ? beam : sector;
    const double azimuth = (turns - std::floor(turns)) * kTurn;
    const double elevation = v.elevation_begin_rad + elevation_share * v.elevation_span_rad;
    const double far = range_share * v.range_m, range = far > 1 ? far : 1.0;
    double up, level, east, north;
    sine_cosine(elevation, up, level);
    sine_cosine(azimuth, east, north);
    c.range_m[i] = range;
    c.range_rate_mps[i] = (2 * rate_share - 1) * v.range_rate_limit_mps;
    c.x_m[i] = v.antenna_enu_m.x + range * (level * east);
    c.y_m[i] = v.antenna_enu_m.y + range * (level * north);
    c.z_m[i] = v.antenna_enu_m.z + range * up;
  }
}

}  // namespace pavise::PAVISE_VARIANT
