// Detections: the measurements of one frame, true and false. Written by detect, read by track and identify.
// Rows are grouped by sensor in scenario order, within it by replication, within it by time then threat number.
#pragma once

#include <cstdint>
#include <limits>

#include "kernel/core/assert.hpp"
#include "kernel/core/columns.hpp"

namespace pavise {

/// Bits of Detections::components.
inline constexpr std::int32_t kMeasuresRange = 1, kMeasuresAzimuth = 2, kMeasuresElevation = 4, kMeasuresRangeRate = 8;

struct Detections {
  std::int32_t count = 0;
  Column<std::int32_t> replication;  // lane in the block
  Column<std::int32_t> sensor;       // index
  Column<std::int32_t> source;       // truth: the threat's number, -1 for a false alarm. Not for kernel/command, nor for
                                     // any decision of a tracker but `truth`; a tracker keeps it to label its tracks
  Column<std::int32_t> components;   // which of the four were measured; the others hold NaN
  Column<double> time_s;
  Column<double> range_m, azimuth_rad, elevation_rad, range_rate_mps;  // azimuth clockwise from north, [0, 2 pi)
  Column<double> sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad, sigma_range_rate_mps;
  Column<double> snr;                // power ratio
};

void allocate(Detections& detections, std::size_t capacity);

/// What a detection holds where nothing was measured.
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// A new row with nothing measured yet (components 0, measurements NaN); returns its index.
inline std::size_t append_detection(Detections& d, std::int32_t replication, std::int32_t sensor, std::int32_t source,
                                    double time_s) {
  const std::size_t row = std::size_t(d.count++);
  PAVISE_ASSERT_LE(row + 1, d.time_s.rows());
  d.replication[row] = replication;
  d.sensor[row] = sensor;
  d.source[row] = source;
  d.components[row] = 0;
  d.time_s[row] = time_s;
  d.range_m[row] = d.azimuth_rad[row] = d.elevation_rad[row] = d.range_rate_mps[row] = kNotMeasured;
  d.sigma_range_m[row] = d.sigma_azimuth_rad[row] = d.sigma_elevation_rad[row] = kNotMeasured;
  d.sigma_range_rate_mps[row] = kNotMeasured;
  d.snr[row] = 0;
  return row;
}

}  // namespace pavise
