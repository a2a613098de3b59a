// The coarse gate: which tracks come into question for a detection at all. One pass over a few single-precision
// columns, sixteen tracks at a time; what it lets through is looked at again, exactly, by the filter bank.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/variant.hpp"
#include "sensors/detections.hpp"

namespace pavise {

/// Sixteen tracks. Horizontal position and gate radius as straight lines in time, extrapolated to time 0, so that a
/// test is a multiplication and an addition per coordinate.
struct alignas(64) CoarseBlock {
  static constexpr std::int32_t kRows = 16;
  static constexpr float kNobody = -1e30f;  // radius of an empty slot

  float x_m[kRows], y_m[kRows], vx_mps[kRows], vy_mps[kRows], radius_m[kRows], radius_rate_mps[kRows];
};

/// A detection as the coarse gate sees it.
struct CoarseProbe {
  float time_s = 0;
  float x_m = 0, y_m = 0;      // plot: its place; bearing: the antenna's
  float radius_m = 0;          // plot: reach of its own error
  float sine = 0, cosine = 0;  // bearing only
  float angle_rad = 0;         // bearing only: reach of its own error
};

/// What gating and initiation read of a frame's detections, by detection.
struct DetectionPlaces {
  Column<double> x_m, y_m, z_m;  // plots: place
  // of the coarse gate's probe: x, y, radius of a plot; sine, cosine and angle of a bearing
  Column<float> first, second, reach;
};

}  // namespace pavise

/// Writes the rows of blocks [begin, end) whose circle meets the probe's to `found` (room for all of them); returns how
/// many.
PAVISE_DECLARE_VARIANTS(std::int32_t gate_plot(const CoarseBlock* blocks, std::int32_t begin, std::int32_t end,
                                               const CoarseProbe& probe, std::int32_t* found))
/// The same for a bearing: rows whose circle meets the wedge.
PAVISE_DECLARE_VARIANTS(std::int32_t gate_bearing(const CoarseBlock* blocks, std::int32_t begin, std::int32_t end,
                                                  const CoarseProbe& probe, std::int32_t* found))
/// The places and probes of one sensor's detections [first, end). Whole vectors are written beyond `end`.
PAVISE_DECLARE_VARIANTS(void place_detections(const Detections& detections, std::int32_t first, std::int32_t end,
                                              const Vec3& antenna_m, const double (&reach)[5], DetectionPlaces& places))
