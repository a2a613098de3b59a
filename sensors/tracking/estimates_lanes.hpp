// Between the table of tracks, whose estimates are records, and the blocks of the filter bank, whose numbers are vectors:
// gather and scatter as transpositions in registers. Written one number at a time, the blocks cost as much as the filter.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"
#include "sensors/detections.hpp"
#include "sensors/tracking/filter_bank.hpp"

namespace pavise {

/// One row of a list of updates: which track takes which detection.
struct FilterPair {
  std::int32_t row, detection;
};

/// What a track is predicted with: slow or low, it flies on wings; else gravity alone bends its path.
struct TrackDynamics {
  double noise_m2_s3, ballistic_noise_m2_s3, ballistic_speed2_m2_s2, ballistic_altitude_m, gravity_mps2;
};

/// What the coarse gate keeps of an estimate: a circle that moves and grows (set_coarse, gnn_tracker.hpp).
struct CoarseRule {
  double reach;        // sigmas
  double drift_mps;    // what process noise may add to the velocity over the longest coast
  double frame_s;      // a detection may come so late
};
struct CoarseColumns {
  float *x_m, *y_m, *vx_mps, *vy_mps, *radius_m, *radius_rate_mps;
};

}  // namespace pavise

/// Blocks of `count` pairs: mean, covariance, duration from the estimate's time to the detection's, dynamics, antenna
/// (of the detection's sensor, from columns by sensor) and measurement. Returns the OR of the components. What stands
/// behind the last pair repeats it.
PAVISE_DECLARE_VARIANTS(std::int32_t gather_updates(const double* estimates, const FilterPair* pairs,
                                                    std::int32_t count, const Detections& detections,
                                                    const TrackDynamics& dynamics, const double* antenna_x_m,
                                                    const double* antenna_y_m, const double* antenna_z_m,
                                                    FilterBlock* blocks))

/// The estimates of those pairs with wins[k] != 0 back into their records, at the detection's time
/// (which replaces the duration in the blocks).
PAVISE_DECLARE_VARIANTS(void scatter_updates(FilterBlock* blocks, const FilterPair* pairs,
                                             const std::int32_t* wins, std::int32_t count, const double* detection_time_s,
                                             double* estimates))

/// The coarse circles of all rows of the blocks, from their updated estimates; in whole blocks.
PAVISE_DECLARE_VARIANTS(void coarse_circles(const FilterBlock* blocks, const FilterPair* pairs, std::int32_t count,
                                            const double* detection_time_s, const CoarseRule& rule,
                                            const CoarseColumns& circles))
