#include "sensors/false_alarms.hpp"

#include <cmath>

#include "sensors/radar.hpp"
#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

SensorScene noisy(const std::string& kind) {
  SensorScene s;
  s.replications = 64;
  s.paths = {{{0, 500e3, 1000}, {0, 0.5, 0}}};  // out of reach
  auto values = kind == "radar/array" ? array_values() : rotating_radar_values();
  set(values, "false_alarms", 1);
  s.add(kind, "north", {0, 0, 10}, values).facing_rad = kPi / 2;
  return s;
}

TEST(FalseAlarms, ComeAsAPoissonProcessOfPfaTimesTheCells) {
  for (const char* kind : {"radar/rotating", "radar/array"}) {
    SensorScene s = noisy(kind);
    s.run_until(80);
    const bool is_array = std::string(kind) == "radar/array";
    // rotating: 75 km / 30 m x 360 / 2 x 60 / 2 cells in 2 s; array: 150 km / 30 m x 90 / 2 x 80 / 2 in 4 s
    const double cell = kSpeedOfLight_mps / 1e7;
    const double scan_mean = is_array ? 1e-6 * 150e3 / cell * 45 * 40 : 1e-6 * 75e3 / cell * 180 * 30;
    const double mean = scan_mean * 80 / (is_array ? 4 : 2);
    double sum = 0, sum2 = 0;
    for (std::int32_t r = 0; r < 64; ++r) {
      const double count = double(s.of(0, r, -1).size());
      sum += count, sum2 += count * count;
    }
    EXPECT_NEAR(sum / 64, mean, 4.5 * std::sqrt(mean / 64)) << kind;
    const double variance = (sum2 - sum * sum / 64) / 63;
    EXPECT_NEAR(variance / mean, 1, 4.5 * std::sqrt(2.0 / 63)) << kind;
  }
}

TEST(FalseAlarms, LieUniformlyInTheVolumeAndWhereTheBeamPoints) {
  SensorScene s = noisy("radar/rotating");
  s.run_until(80);
  const double phase = double(s.models[0].stream) / 65536;
  double range = 0, elevation = 0, n = 0;
  for (const Seen& d : s.seen) {
    const double turns = d.time_s / 2 + phase;
    EXPECT_NEAR(d.azimuth_rad, 2 * kPi * (turns - std::floor(turns)), 1e-9);
    range += d.range_m / 75e3;
    elevation += (d.elevation_rad * 180 / kPi + 5) / 60;
    n += 1;
  }
  EXPECT_NEAR(range / n, 0.5, 4.5 / std::sqrt(12 * n));
  EXPECT_NEAR(elevation / n, 0.5, 4.5 / std::sqrt(12 * n));

  SensorScene array = noisy("radar/array");
  array.run_until(80);
  for (const Seen& d : array.seen) {
    EXPECT_GE(d.azimuth_rad, kPi / 4 - 1e-9);
    EXPECT_LE(d.azimuth_rad, 3 * kPi / 4 + 1e-9);
  }
}

TEST(FalseAlarms, DoNotDependOnTheFrameNorOnWhatIsFlying) {
  SensorScene coarse = noisy("radar/rotating"), fine = noisy("radar/rotating");
  coarse.replications = fine.replications = 2;
  fine.frame_s = 0.02;
  fine.paths.push_back({{10e3, 0, 1000}, {-50, 0, 0}});
  coarse.run_until(30);
  fine.run_until(30);
  for (std::int32_t r = 0; r < 2; ++r) {
    std::vector<Seen> a = coarse.of(0, r, -1), b = fine.of(0, r, -1);
    EXPECT_EQ(a.size(), b.size());
    EXPECT_TRUE(a == b);
  }
}

TEST(FalseAlarms, StopWhileTheSensorIsOut) {
  SensorScene s = noisy("radar/rotating");
  s.models[0].outages = {{10, 1e300}};
  s.run_until(20);
  ASSERT_FALSE(s.seen.empty());
  for (const Seen& d : s.seen) EXPECT_LT(d.time_s, 10);
}

}  // namespace
}  // namespace pavise
