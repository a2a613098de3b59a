// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/false_alarms_lanes.hpp"

#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise::PAVISE_VARIANT {

void share_out(const AlarmColumns& alarms) {
  const AlarmColumns c = alarms;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    // every step is exact: powers of two, and no more bits than a double holds
    const double first = c.first[i] * 0x1p26, second = c.second[i] * 0x1p20;
    const double upper = std::floor(first), upper_of_second = std::floor(second);
    c.range_share[i] = (upper + 0.5) * 0x1p-26;
    c.rate_share[i] = first - upper;
    c.elevation_share[i] = (upper_of_second + 0.5) * 0x1p-20;
    c.gap[i] = -logarithm(second - upper_of_second);
  }
}

}  // namespace pavise::PAVISE_VARIANT
