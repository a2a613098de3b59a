#include "sensors/detections.hpp"

#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise {

void allocate(Detections& d, std::size_t capacity, std::size_t sensors) {
  for (Column<std::int32_t>* c : {&d.replication, &d.sensor, &d.source, &d.components}) c->allocate(capacity);
  for (Column<double>* c : {&d.time_s, &d.range_m, &d.azimuth_rad, &d.elevation_rad, &d.range_rate_mps,
                            &d.sigma_range_m, &d.sigma_azimuth_rad, &d.sigma_elevation_rad, &d.sigma_range_rate_mps,
                            &d.snr})
    c->allocate(capacity);
  d.groups.reserve(capacity + 1);  // at least one row each
  d.alarms.reserve(capacity);
  d.alarm_runs.reserve(capacity);
  d.alarm_quality.assign(sensors, {});
  clear(d);
}

void clear(Detections& d) {
  d.count = 0;
  d.groups.clear();
  d.alarms.clear();
  d.alarm_runs.clear();
}

std::int32_t promote_alarm(Detections& d, const AlarmRun& run, const Plot& alarm) {
  const std::size_t row = append_detection(d, run.replication, run.sensor, -1, alarm.time_s);
  const AlarmQuality& quality = d.alarm_quality[std::size_t(run.sensor)];
  const Vec3 to = alarm.position_enu_m - quality.antenna_enu_m;
  const double azimuth = arctangent2(to.x, to.y);
  d.components[row] = quality.components;
  d.range_m[row] = alarm.range_m;
  d.azimuth_rad[row] = azimuth < 0 ? azimuth + 2 * kPi : azimuth;
  d.elevation_rad[row] = arctangent2(to.z, std::sqrt(to.x * to.x + to.y * to.y));
  d.sigma_range_m[row] = quality.sigma_range_m;
  d.sigma_azimuth_rad[row] = quality.sigma_azimuth_rad;
  d.sigma_elevation_rad[row] = quality.sigma_elevation_rad;
  if (quality.components & kMeasuresRangeRate) {
    d.range_rate_mps[row] = double(alarm.range_rate_mps);
    d.sigma_range_rate_mps[row] = quality.sigma_range_rate_mps;
  }
  d.snr[row] = quality.snr;
  return std::int32_t(row);
}

}  // namespace pavise
