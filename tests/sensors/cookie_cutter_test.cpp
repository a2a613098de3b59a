#include "sensors/cookie_cutter.hpp"

#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

SensorScene scene(double range_m, double period_s) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.frame_s = 0.5;
  s.add("cookie_cutter", "eye", {0, 0, 0}, {{"range", range_m}, {"scan_period", period_s}});
  return s;
}

TEST(CookieCutter, SeesAThreatAtTheFirstScanThatFindsItInRange) {
  // 100 km out at 250 m/s: within 50 km from 200 s on; scans at multiples of 3 s
  SensorScene s = scene(50e3, 3);
  s.paths = {{{0, 100e3, 0}, {0, -250, 0}}};
  s.run_until(300);
  ASSERT_EQ(s.seen.size(), 1u);
  EXPECT_EQ(s.seen[0].time_s, 201);
  EXPECT_NEAR(s.seen[0].range_m, 100e3 - 250 * 201, 1e-6);
  EXPECT_EQ(s.outcomes.first_detection_s[0], 201);
  EXPECT_NEAR(s.outcomes.first_detection_range_m[0], 100e3 - 250 * 201, 1e-6);
  EXPECT_EQ(s.outcomes.threats.first_detected_s[0], 201);
}

TEST(CookieCutter, CountsTheEdgeOfTheRangeAsInside) {
  SensorScene s = scene(50e3, 0);
  s.paths = {{{0, 100e3, 0}, {0, -250, 0}}};
  s.run_until(300);
  ASSERT_EQ(s.seen.size(), 1u);
  EXPECT_EQ(s.seen[0].time_s, 200);
}

TEST(CookieCutter, LooksInEveryFrameIfItHasNoPeriodAndSeesWhatAppears) {
  SensorScene s = scene(50e3, 0);
  s.paths = {{{0, 40e3, 0}, {0, -250, 0}, 7.25}, {{0, 30e3, 0}, {0, -250, 0}, 12}};
  s.run_until(60);
  ASSERT_EQ(s.seen.size(), 2u);
  EXPECT_EQ(s.seen[0].time_s, 7.5);  // the first frame at which it exists
  EXPECT_EQ(s.seen[1].time_s, 12);
}

TEST(CookieCutter, DoesNotSeeWhatHasArrivedOrIsStruckOff) {
  SensorScene s = scene(50e3, 4);
  s.paths = {{{0, 40e3, 0}, {0, -250, 0}, 1}, {{0, 41e3, 0}, {0, -250, 0}, 1}};
  s.before_frame = [](SensorScene& scene_now) {
    scene_now.threats.visible_until_s[0] = 4;  // seen at 4 only if it still were there
    scene_now.threats.visible_until_s[1] = 4.5;
  };
  s.run_until(60);
  ASSERT_EQ(s.seen.size(), 1u);
  EXPECT_EQ(s.seen[0].source, 1);
}

TEST(CookieCutter, LosesNothingByLeavingOutScansThatCannotSee) {
  // brute force: every scan of every threat, on crossing and closing paths of many speeds
  SensorScene s = scene(20e3, 1);
  for (int j = 0; j < 60; ++j) {
    const double bearing = j * 0.37, speed = 30 + 31 * j, miss = (j % 7) * 4000.0;
    const double x = std::sin(bearing), y = std::cos(bearing), range = 25e3 + 2200 * j;
    s.paths.push_back({{x * range + y * miss, y * range - x * miss, 300.0 * (j % 5)}, {-x * speed, -y * speed, 0},
                       0.13 * j});
  }
  s.run_until(600);
  std::vector<double> first(s.paths.size(), kNever_s);
  for (double t = 0; t <= 600; t += 1)
    for (std::size_t j = 0; j < s.paths.size(); ++j) {
      if (t < s.paths[j].appears_s || first[j] < kNever_s) continue;
      const Vec3 at = s.paths[j].from_m + (t - s.paths[j].appears_s) * s.paths[j].velocity_mps;
      if (length(at) <= 20e3) first[j] = t;
    }
  std::size_t expected = 0;
  for (double t : first) expected += t < kNever_s;
  EXPECT_EQ(s.seen.size(), expected);
  for (const Seen& d : s.seen) EXPECT_EQ(d.time_s, first[std::size_t(d.source)]) << d.source;
}

TEST(CookieCutter, TellsTheLowestNumberAmongEqualsAsTheFirst) {
  SensorScene s = scene(50e3, 0);
  s.add("cookie_cutter", "second", {0, 1000, 0}, {{"range", 50e3}});
  s.paths = {{{0, 60e3, 0}, {0, -250, 0}}, {{0, 50e3, 3e3}, {0, -250, 0}}, {{0, 50.5e3, 0}, {0, -250, 0}}};
  s.run_until(10);
  // at 0 the second sensor (1 km nearer) sees both 1 and 2; range is told from the first sensor
  EXPECT_EQ(s.outcomes.first_detection_s[0], 0);
  EXPECT_NEAR(s.outcomes.first_detection_range_m[0], std::sqrt(50e3 * 50e3 + 9e6), 1e-6);
  std::int32_t detected_events = 0;
  for (std::int32_t e = 0; e < s.outcomes.events.count[0]; ++e)
    detected_events += s.outcomes.events.kind[std::size_t(e)] == std::int32_t(EventKind::detected);
  EXPECT_EQ(detected_events, 2);
}

}  // namespace
}  // namespace pavise
