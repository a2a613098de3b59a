// A few threats on straight paths and some sensors, stepped by hand: what the sensor tests start from.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "kernel/core/registry.hpp"
#include "sensors/sensors.hpp"

namespace pavise {

struct Path {
  Vec3 from_m, velocity_mps;
  double appears_s = 0;
};

/// A detection as a row, easy to compare.
struct Seen {
  std::int32_t sensor, replication, source, components;
  double time_s, range_m, azimuth_rad, elevation_rad, range_rate_mps, sigma_range_m, sigma_azimuth_rad, snr;

  bool operator==(const Seen& o) const {
    const auto same = [](double a, double b) { return a == b || (a != a && b != b); };
    return sensor == o.sensor && replication == o.replication && source == o.source && components == o.components &&
           same(time_s, o.time_s) && same(range_m, o.range_m) && same(azimuth_rad, o.azimuth_rad) &&
           same(elevation_rad, o.elevation_rad) && same(range_rate_mps, o.range_rate_mps) && same(snr, o.snr);
  }
};

class SensorScene {
 public:
  std::vector<Path> paths;
  std::vector<ThreatClass> classes = {ThreatClass{}};
  std::vector<Sensor> models;
  Environment environment;
  std::uint64_t seed = 1;
  std::int32_t first_replication = 0, replications = 1;
  double frame_s = 0.5;
  std::function<void(SensorScene&)> before_frame;  // called before each frame's detect

  Sensor& add(const std::string& kind, const std::string& name, Vec3 at,
              const std::vector<std::pair<std::string, double>>& values) {
    Sensor s;
    s.name = name;
    s.kind = &Registry<SensorKind>::instance().at(kind);
    s.parameters = defaults_of(s.kind->info);
    for (const auto& [key, value] : values) set_parameter(s.parameters, s.kind->info, key, value);
    s.position_enu_m = at;
    s.stream = stream_of_name(name);
    models.push_back(s);
    return models.back();
  }

  void begin() {
    Raid raid;
    for (std::size_t j = 0; j < paths.size(); ++j) {
      Wave wave;
      wave.count = 1;
      wave.threat_class = std::int32_t(j % classes.size());
      raid.waves.push_back(wave);
    }
    allocate(threats, raid, replications);
    for (std::int32_t row = 0; row < threats.rows; ++row) {
      const std::size_t r = std::size_t(row);
      const Path& path = paths[std::size_t(threats.number_of(row))];
      threats.piece_begin_s[r] = threats.appears_s[r] = path.appears_s;
      for (Column<double>* c : {&threats.piece_end_s, &threats.arrives_s, &threats.fails_s, &threats.ended_s,
                                &threats.visible_until_s})
        (*c)[r] = kNever_s;
      threats.cx[0][r] = path.from_m.x, threats.cx[1][r] = path.velocity_mps.x;
      threats.cy[0][r] = path.from_m.y, threats.cy[1][r] = path.velocity_mps.y;
      threats.cz[0][r] = path.from_m.z, threats.cz[1][r] = path.velocity_mps.z;
      threats.speed_mps[r] = length(path.velocity_mps);
    }
    clock = {ticks_of(frame_s), -1};
    allocate(sensors, models, threats);
    allocate(detections, most_detections(models, threats.rows, replications, frame_s), models.size());
    allocate(outcomes, {replications, threats.per_replication, 0, 0, 0, 0, 4096, 0});
    start_sensors(context(), threats, sensors);
  }
  SensingContext context() const { return {models, classes, environment, Draws{seed}, first_replication}; }

  void step() {
    ++clock.frame;
    if (before_frame) before_frame(*this);
    detect(context(), threats, clock, sensors, looks, detections, outcomes);
    for (std::size_t d = 0; d < std::size_t(detections.count); ++d)
      seen.push_back({detections.sensor[d], detections.replication[d], detections.source[d], detections.components[d],
                      detections.time_s[d], detections.range_m[d], detections.azimuth_rad[d], detections.elevation_rad[d],
                      detections.range_rate_mps[d], detections.sigma_range_m[d], detections.sigma_azimuth_rad[d],
                      detections.snr[d]});
    for (const AlarmRun& run : detections.alarm_runs)
      for (std::int32_t k = run.begin; k < run.end; ++k) {
        const Plot& a = detections.alarms[std::size_t(k)];
        const AlarmQuality& q = detections.alarm_quality[std::size_t(run.sensor)];
        const Vec3 to = a.position_enu_m - models[std::size_t(run.sensor)].position_enu_m;
        const double azimuth = std::atan2(to.x, to.y);
        seen.push_back({run.sensor, run.replication, -1, q.components, a.time_s, a.range_m,
                        azimuth < 0 ? azimuth + 2 * kPi : azimuth, std::atan2(to.z, std::hypot(to.x, to.y)),
                        double(a.range_rate_mps), q.sigma_range_m, q.sigma_azimuth_rad, q.snr});
      }
  }
  void run_until(double end_s) {
    begin();
    while (seconds_of((clock.frame + 1) * clock.frame_ticks) <= end_s) step();
  }
  std::vector<Seen> of(std::int32_t sensor, std::int32_t replication = -1, std::int32_t source = -2) const {
    std::vector<Seen> result;
    for (const Seen& s : seen)
      if (s.sensor == sensor && (replication < 0 || s.replication == replication) && (source == -2 || s.source == source))
        result.push_back(s);
    return result;
  }

  Threats threats;
  Clock clock;
  Sensors sensors;
  Looks looks;
  Detections detections;
  Outcomes outcomes;
  std::vector<Seen> seen;
};

/// The surveillance class of the component files, without false alarms.
inline std::vector<std::pair<std::string, double>> rotating_radar_values() {
  return {{"instrumented_range", 75e3}, {"reference_range", 40e3}, {"scan_period", 2},
          {"elevation_min", -5 * kPi / 180}, {"elevation_max", 55 * kPi / 180}, {"frequency", 10e9},
          {"beamwidth_azimuth", 2 * kPi / 180}, {"beamwidth_elevation", 2 * kPi / 180}, {"dwell", 0.01},
          {"bandwidth", 5e6}, {"range_noise_floor", 10}, {"angle_noise_floor", 2e-3}, {"doppler_noise", 2},
          {"false_alarm", 1e-6}, {"false_alarms", 0}};
}
inline std::vector<std::pair<std::string, double>> array_values() {
  return {{"instrumented_range", 150e3}, {"reference_range", 120e3}, {"search_sector", kPi / 2},
          {"track_sector", 2 * kPi / 3}, {"elevation_max", 80 * kPi / 180}, {"search_frame", 4},
          {"track_update_min", 0.2}, {"track_update_idle", 1}, {"time_share_search", 0.5}, {"track_capacity", 100},
          {"frequency", 5e9}, {"beamwidth_azimuth", 2 * kPi / 180}, {"beamwidth_elevation", 2 * kPi / 180},
          {"dwell", 0.01}, {"bandwidth", 5e6}, {"range_noise_floor", 5}, {"angle_noise_floor", 1e-3},
          {"doppler_noise", 2}, {"false_alarm", 1e-6}, {"false_alarms", 0}};
}
inline void set(std::vector<std::pair<std::string, double>>& values, const std::string& name, double value) {
  for (auto& [key, v] : values)
    if (key == name) {
      v = value;
      return;
    }
  values.emplace_back(name, value);
}

}  // namespace pavise
