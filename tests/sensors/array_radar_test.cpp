#include <algorithm>
#include <cmath>

#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

SensorScene bright_array() {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  auto values = array_values();
  set(values, "reference_range", 2000e3);
  s.add("radar/array", "face", {0, 0, 5}, values).facing_rad = kPi / 2;
  return s;
}
std::vector<double> times_of(const std::vector<Seen>& seen) {
  std::vector<double> times;
  for (const Seen& d : seen) times.push_back(d.time_s);
  return times;
}

TEST(ArrayRadar, UpdatesATrackOnceASecondAndAnEngagedOneFiveTimes) {
  SensorScene s = bright_array();
  s.paths = {{{50e3, 0, 3000}, {-100, 0, 0}}, {{50e3, 5e3, 3000}, {-100, 0, 0}}};
  s.before_frame = [](SensorScene& scene) { scene.sensors.engaged[0][0] = scene.clock.now_s() > 40 ? 1 : 0; };
  s.run_until(60);
  const std::vector<double> a = times_of(s.of(0, 0, 0)), b = times_of(s.of(0, 0, 1));
  for (std::size_t i = 1; i < b.size(); ++i) EXPECT_NEAR(b[i] - b[i - 1], 1, 1e-9);
  EXPECT_NEAR(double(b.size()), 58, 2.5);
  const auto in = [&](double from, double to) {
    return std::count_if(a.begin(), a.end(), [&](double t) { return t > from && t <= to; });
  };
  EXPECT_EQ(in(10, 40), 30);
  EXPECT_EQ(in(45, 55), 50);
}

TEST(ArrayRadar, UpdatesFastestOnlyWhatTheUnitsItServesEngage) {
  SensorScene s = bright_array();
  s.paths = {{{50e3, 0, 3000}, {-100, 0, 0}}, {{50e3, 5e3, 3000}, {-100, 0, 0}}};
  s.before_frame = [is_given = false](SensorScene& scene) mutable {
    if (is_given || scene.clock.now_s() < 30) return;
    is_given = true;
    const std::int32_t own[] = {0};
    count_engagement(scene.sensors, own, 0, 1);
    count_engagement(scene.sensors, {}, 1, 1);  // of a unit that takes its tracks from the network alone
  };
  s.run_until(50);
  const auto late = [](const std::vector<double>& times) {
    return std::count_if(times.begin(), times.end(), [](double t) { return t > 35 && t <= 45; });
  };
  EXPECT_EQ(late(times_of(s.of(0, 0, 0))), 50);
  EXPECT_EQ(late(times_of(s.of(0, 0, 1))), 10);
}

TEST(ArrayRadar, SearchesItsSectorAndTracksInAWiderOne) {
  SensorScene s = bright_array();
  // leaves the search sector (45 deg off) and later the track sector (60 deg off); one is never in the search sector
  s.paths = {{{20e3, 15e3, 3000}, {0, 200, 0}}, {{20e3, 25e3, 3000}, {0, 100, 0}}, {{-20e3, 0, 3000}, {10, 0, 0}}};
  s.run_until(200);
  ASSERT_FALSE(s.of(0, 0, 0).empty());
  const double last_s = s.of(0, 0, 0).back().time_s;  // tan 60 deg 20 km = 34.6 km, reached at 98.2 s
  EXPECT_NEAR(last_s, (20e3 * std::sqrt(3.0) - 15e3) / 200, 1.01);
  EXPECT_TRUE(s.of(0, 0, 1).empty());
  EXPECT_TRUE(s.of(0, 0, 2).empty());
}

TEST(ArrayRadar, GivesTheLooksThatTwoPoliciesShareTheSameLuck) {
  SensorScene calm = bright_array(), busy = bright_array();
  for (SensorScene* s : {&calm, &busy})
    for (int j = 0; j < 5; ++j) s->paths.push_back({{60e3 + 1000 * j, 3e3 * j, 3000}, {-100, 0, 0}});
  busy.before_frame = [](SensorScene& scene) {
    for (std::size_t row = 0; row < 5; ++row) scene.sensors.engaged[0][row] = scene.clock.now_s() > 20;
  };
  calm.run_until(60);
  busy.run_until(60);
  EXPECT_GT(busy.seen.size(), 3 * calm.seen.size());
  for (const Seen& d : calm.seen) EXPECT_NE(std::find(busy.seen.begin(), busy.seen.end(), d), busy.seen.end());
}

TEST(ArrayRadar, StretchesIdleUpdatesWhenItsTimeIsSpent) {
  SensorScene s = bright_array();
  for (int j = 0; j < 120; ++j) s.paths.push_back({{60e3, 100.0 * j, 3000}, {-100, 0, 0}});
  s.run_until(60);
  // 50 updates a second for 120 tracks: each every ceil(120 / 50) = 3 s, search looks of the 4 s frame come on top
  std::size_t updates = 0;
  for (const Seen& d : s.seen) updates += d.time_s > 20 && d.time_s <= 56;
  const double per_frame = double(updates) / (36.0 / 12.0) / 120;  // in 12 s: at 0, 3, 4, 6, 8, 9 = 6 looks
  EXPECT_NEAR(per_frame, 6, 0.1);
}

}  // namespace
}  // namespace pavise
