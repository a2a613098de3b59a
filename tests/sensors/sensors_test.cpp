// What holds for all sensors together: whose luck depends on what, and in which order detections come.
#include "sensors/sensors.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/variant.hpp"
#include "sensors/detection.hpp"
#include "sensors/radar.hpp"
#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

// Three kinds of sensor, forty threats, false alarms.
SensorScene laydown(std::int32_t first, std::int32_t count) {
  SensorScene s;
  s.first_replication = first;
  s.replications = count;
  s.classes[0].rcs_m2 = 0.05;
  s.classes[0].rcs_factor_side = 10;
  s.classes[0].infrared_intensity = 0.3;
  s.classes[0].emission_eirp_W = 0.1;
  s.classes.push_back(s.classes[0]);
  s.classes[1].swerling = 3;
  for (int j = 0; j < 40; ++j) {
    const double bearing = 2.4 * j, range = 10e3 + 1500 * j, speed = 40 + 5 * j;
    const double x = std::sin(bearing), y = std::cos(bearing);
    s.paths.push_back({{x * range, y * range, 50.0 + 100 * (j % 9)}, {-x * speed, -y * speed, 0}, 0.7 * j});
  }
  auto rotating = rotating_radar_values(), array = array_values();
  set(rotating, "false_alarms", 1);
  set(array, "false_alarms", 1);
  s.add("radar/array", "face", {-1500, 0, 5}, array).facing_rad = kPi / 2;
  s.add("radar/rotating", "north", {0, 3000, 10}, rotating);
  s.add("passive_rf", "ear", {1000, 0, 10},
        {{"instrumented_range", 20e3}, {"sensitivity", 1e-13}, {"antenna_gain", 10}, {"frequency", 2.4e9},
         {"bearing_noise", 2 * kPi / 180}});
  s.add("optical", "camera", {0, 500, 5},
        {{"reference_range", 8e3}, {"field_of_view", 3 * kPi / 180}, {"angle_noise", 0.5e-3}});
  return s;
}

TEST(Sensors, ComeInGroupsOfOnePassOfOneSensorInOrderOfReplicationAndNumber) {
  SensorScene s = laydown(0, 3);
  s.begin();
  std::size_t compared = 0, alarms = 0;
  while (s.clock.frame < 400) {
    s.step();
    const Detections& d = s.detections;
    std::int32_t end = 0, last_sensor = 0;
    for (const DetectionGroup& group : d.groups) {
      ASSERT_EQ(group.begin, end) << "groups leave no row out";
      ASSERT_LT(group.begin, group.end);
      EXPECT_GE(group.sensor, last_sensor);
      end = group.end, last_sensor = group.sensor;
      for (std::int32_t i = group.begin; i < group.end; ++i) {
        EXPECT_EQ(d.sensor[i], group.sensor);
        EXPECT_GT(d.time_s[i], s.clock.begin_s());
        EXPECT_LE(d.time_s[i], s.clock.now_s());
        const auto key = [&](std::int32_t k) { return std::make_pair(d.replication[k], d.source[k]); };
        EXPECT_TRUE(i == group.begin || key(i - 1) < key(i)) << "a target stands in a group once";
        ++compared;
      }
    }
    ASSERT_EQ(d.count, end);
    std::int32_t alarm_end = 0;
    for (std::size_t k = 0; k < d.alarm_runs.size(); ++k) {
      const AlarmRun& run = d.alarm_runs[k];
      const auto key = [&](std::size_t i) { return std::make_pair(d.alarm_runs[i].sensor, d.alarm_runs[i].replication); };
      EXPECT_TRUE(k == 0 || key(k - 1) < key(k));
      ASSERT_EQ(run.begin, alarm_end);
      alarm_end = run.end;
      double last_s = s.clock.begin_s();
      for (std::int32_t i = run.begin; i < run.end; ++i, ++alarms) {
        const double time_s = d.alarms[std::size_t(i)].time_s;
        EXPECT_GT(time_s, last_s);
        EXPECT_LE(time_s, s.clock.now_s());
        last_s = time_s;
      }
    }
    EXPECT_EQ(std::size_t(alarm_end), d.alarms.size());
  }
  EXPECT_GT(compared, 1000u);
  EXPECT_GT(alarms, 100u);
}

TEST(Sensors, MakeADetectionOfAnAlarmThatMeasuresThePlaceItNames) {
  SensorScene s = laydown(0, 3);
  s.begin();
  std::size_t made = 0;
  while (s.clock.frame < 100) {
    s.step();
    for (const AlarmRun& run : s.detections.alarm_runs) {
      const Plot alarm = s.detections.alarms[std::size_t(run.begin)];
      const std::int32_t row = promote_alarm(s.detections, run, alarm);
      const Detections& d = s.detections;
      const double level = std::cos(d.elevation_rad[row]);
      const Vec3 at = s.models[std::size_t(run.sensor)].position_enu_m +
                      d.range_m[row] * Vec3{level * std::sin(d.azimuth_rad[row]), level * std::cos(d.azimuth_rad[row]),
                                            std::sin(d.elevation_rad[row])};
      EXPECT_LT(length(at - alarm.position_enu_m), 1e-9 * d.range_m[row]);
      EXPECT_EQ(d.source[row], -1);
      EXPECT_EQ(float(d.sigma_range_m[row]), alarm.sigma_range_m);
      const bool has_rate = d.components[row] & kMeasuresRangeRate;
      EXPECT_EQ(std::isnan(alarm.range_rate_mps), !has_rate);
      EXPECT_TRUE(!has_rate || d.range_rate_mps[row] == double(alarm.range_rate_mps));
      if (++made % 8 == 0) break;  // room for as many as the frame's alarms
    }
  }
  EXPECT_GT(made, 100u);
}

TEST(Sensors, GiveAReplicationTheSameDetectionsInAnyBlock) {
  SensorScene block = laydown(10, 5);
  block.run_until(120);
  for (std::int32_t lane : {0, 3, 4}) {
    SensorScene alone = laydown(10 + lane, 1);
    alone.run_until(120);
    for (std::int32_t sensor = 0; sensor < 4; ++sensor) {
      std::vector<Seen> expected = block.of(sensor, lane);
      for (Seen& d : expected) d.replication = 0;
      ASSERT_FALSE(expected.empty()) << sensor;
      EXPECT_TRUE(expected == alone.of(sensor)) << "lane " << lane << ", sensor " << sensor;
    }
  }
}

TEST(Sensors, KeepTheirLuckWhenAnotherSensorIsTakenAway) {
  SensorScene all = laydown(0, 4), fewer = laydown(0, 4);
  fewer.models.erase(fewer.models.begin());
  all.run_until(120);
  fewer.run_until(120);
  for (std::int32_t sensor : {1, 2}) {
    std::vector<Seen> expected = all.of(sensor);
    for (Seen& d : expected) --d.sensor;
    ASSERT_FALSE(expected.empty());
    EXPECT_TRUE(expected == fewer.of(sensor - 1)) << sensor;
  }
}

TEST(Sensors, GiveTheSameBitsInEveryVariant) {
  const Simd before = chosen_simd();
  std::vector<Seen> expected;
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    force_simd(simd);
    SensorScene s = laydown(0, 3);
    s.run_until(100);
    if (simd == Simd::baseline) expected = s.seen;
    EXPECT_TRUE(s.seen == expected) << name_of(simd);
  }
  force_simd(before);
  EXPECT_GT(expected.size(), 1000u);
}

TEST(Sensors, RepeatABlockAfterAnother) {
  SensorScene s = laydown(0, 2);
  s.run_until(60);
  const std::vector<Seen> first = s.seen;
  s.seen.clear();
  s.clock.frame = -1;
  clear(s.outcomes);
  start_sensors(s.context(), s.threats, s.sensors);
  while (s.clock.now_s() < 60) s.step();
  EXPECT_TRUE(s.seen == first);
}

TEST(Sensors, AddressTheirDrawsByAStreamThatFollowsFromTheNameAlone) {
  EXPECT_EQ(stream_of_name("patriot_radar_1"), stream_of_name("patriot_radar_1"));
  EXPECT_NE(stream_of_name("cuas_radar_1"), stream_of_name("cuas_radar_2"));
  EXPECT_NE(stream_of_name(""), 0);
}

TEST(Illuminate, AgreesWithThePlainTwinOnEveryRemainderOfTheWidth) {
  SensorScene s;
  auto values = rotating_radar_values();
  set(values, "minimum_speed", 15);
  set(values, "clutter_to_noise", 20);
  set(values, "clutter_cancellation", 10);
  const Sensor& radar = s.add("radar/rotating", "north", {0, 0, 10}, values);
  const RadarConstants r = radar_constants(radar, false, s.environment);
  for (std::int32_t count : {0, 1, 7, 8, 9, 31, 257}) {
    Looks looks;
    allocate(looks, std::size_t(count) + 1);
    looks.count = count;
    for (std::size_t i = 0; i < std::size_t(count); ++i) {
      const double u = double(i) * 0.618;
      looks.x_m[i] = 80e3 * std::sin(3 * u), looks.y_m[i] = 70e3 * std::cos(5 * u), looks.z_m[i] = 5e3 * (u - std::floor(u));
      looks.vx_mps[i] = 100 * std::cos(u), looks.vy_mps[i] = 90 * std::sin(2 * u), looks.vz_mps[i] = 3;
      looks.rcs_m2[i] = 0.1 + double(i % 5), looks.swerling[i] = 1 + double(i % 4), looks.least_cosine[i] = -2;
    }
    PAVISE_VARIANTS(illuminate)(r, columns_of(looks));
    for (std::size_t i = 0; i < std::size_t(count); ++i) {
      const double x = looks.x_m[i], y = looks.y_m[i], z = looks.z_m[i];
      const double range = std::sqrt(x * x + y * y + z * z), a = 4.0 / 3.0 * kEarthRadius_m;
      const LineOfSight sight = line_of_sight(10, z + 10, range, a);
      const double rate = (x * looks.vx_mps[i] + y * looks.vy_mps[i] + z * looks.vz_mps[i]) / range;
      const bool with_ground = sight.elevation_rad < kPi / 180 && range < horizon_distance_m(10, a);
      const double snr = (std::log(1e-6) / std::log(0.9) - 1) * std::pow(40e3 / range, 4) * looks.rcs_m2[i] /
                         (with_ground ? 11 : 1);
      const bool is_seen = range <= 75e3 && sight.is_visible && std::fabs(rate) >= 15 &&
                           sight.elevation_rad >= -6 * kPi / 180 && sight.elevation_rad <= 56 * kPi / 180;
      const double pd = is_seen ? detection_probability(int(looks.swerling[i]), snr, 1e-6, 1) : 0;
      EXPECT_NEAR(looks.snr[i], snr, 1e-12 * snr);
      EXPECT_NEAR(looks.probability[i], pd, 1e-12) << i;
      EXPECT_NEAR(looks.elevation_rad[i], std::asin(z / range), 1e-14);
    }
  }
}

}  // namespace
}  // namespace pavise
