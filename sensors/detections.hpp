// Detections: the measurements of one frame. Written by detect, read by track and identify.
//
// True ones stand in groups, one per sensor and pass: in a group each target stands at most once, rows ascend by
// replication and in it by threat number. Groups come by sensor in scenario order, in it by pass.
//
// False alarms stand apart, as they were drawn: by sensor, replication and time. There may be ten for each true
// detection, and almost none of them matters to anybody; a tracker makes rows of those that do (promote_alarm).
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/core/assert.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {

/// Bits of Detections::components.
inline constexpr std::int32_t kMeasuresRange = 1, kMeasuresAzimuth = 2, kMeasuresElevation = 4, kMeasuresRangeRate = 8;

/// Rows of one pass of one sensor: [begin, end).
struct DetectionGroup {
  std::int32_t sensor, begin, end;
};

/// A place that was measured once, as who looks for a second one keeps it; one cache line.
struct alignas(64) Plot {
  Vec3 position_enu_m;
  double time_s = 0;
  double range_m = 0;        // from the antenna
  float range_rate_mps = 0;  // NaN: not measured
  float sigma_range_m = 0, sigma_azimuth_rad = 0, sigma_elevation_rad = 0, sigma_range_rate_mps = 0;
  std::int32_t source = -1;  // as in Detections
};

/// False alarms of one radar and replication (lane in the block): Detections::alarms [begin, end), by time.
struct AlarmRun {
  std::int32_t sensor, replication, begin, end;
};

/// What a sensor's alarms have in common: they are echoes that just cross the threshold.
struct AlarmQuality {
  std::int32_t components = 0;
  double sigma_range_m = 0, sigma_azimuth_rad = 0, sigma_elevation_rad = 0, sigma_range_rate_mps = 0, snr = 0;
  Vec3 antenna_enu_m;
};

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

  std::vector<DetectionGroup> groups;
  std::vector<AlarmRun> alarm_runs;
  Records<Plot> alarms;
  std::vector<AlarmQuality> alarm_quality;  // [sensor]
};

/// Room for `capacity` rows, promoted alarms among them.
void allocate(Detections& detections, std::size_t capacity, std::size_t sensors);
/// Empties the tables for the next frame; takes no memory and gives none back.
void clear(Detections& detections);

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

/// Closes a group: the rows from `begin` on are one pass of `sensor`. Nothing if there are none.
inline void close_group(Detections& d, std::int32_t sensor, std::int32_t begin) {
  if (d.count > begin) d.groups.push_back({sensor, begin, d.count});
}

/// Makes a row of an alarm, behind all others and in no group; returns its index.
std::int32_t promote_alarm(Detections& detections, const AlarmRun& run, const Plot& alarm);

}  // namespace pavise
