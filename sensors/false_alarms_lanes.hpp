// Two uniforms of 52 bits are enough for all that is drawn of a false alarm of a turning radar; one more for an array's.
#pragma once

#include <cstdint>

#include "kernel/core/geometry.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

/// Where a radar's alarms can lie: its instrumented volume.
struct AlarmVolume {
  Vec3 antenna_enu_m;
  double period_s = 0, phase_turns = 0;  // a turning beam; period 0: bearings uniform over the sector
  double azimuth_begin_rad = 0, azimuth_span_rad = 0;
  double range_m = 0;
  double elevation_begin_rad = 0, elevation_span_rad = 0;
  double range_rate_limit_mps = 0;       // uniform within plus and minus it; 0: not measured
};

/// A batch of alarms, in whole vectors.
struct AlarmColumns {
  std::int32_t count;
  const double *first, *second, *third;  // uniform in (0, 1); third: of the bearing, read only if the beam does not turn
  double* gap;                           // before it, mean 1
  double* time_s;                        // given to place_alarms
  double *range_m, *range_rate_mps, *x_m, *y_m, *z_m;
};

}  // namespace pavise

/// gap, from 32 bits of `second`.
PAVISE_DECLARE_VARIANTS(void gaps_of_alarms(const AlarmColumns& alarms))
/// Everything else, from time_s, `first` (26 bits each of range and range rate), the other 20 bits of `second`
/// (elevation) and `third`. Ranges from 1 m.
PAVISE_DECLARE_VARIANTS(void place_alarms(const AlarmVolume& volume, const AlarmColumns& alarms))
