#include <cmath>

#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

TEST(PassiveRf, HearsAnEmitterFromTheRangeThatFriisGivesAndNothingElse) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.classes[0].emission_eirp_W = 1e-2;
  s.classes.push_back(ThreatClass{});  // silent
  s.paths = {{{0, 20e3, 500}, {0, -100, 0}}, {{0, 20e3, 500}, {0, -100, 0}}};
  s.add("passive_rf", "ear", {0, 0, 10},
        {{"instrumented_range", 20e3}, {"sensitivity", 1e-13}, {"antenna_gain", 10}, {"frequency", 2.4e9},
         {"bearing_noise", 2 * kPi / 180}, {"update_period", 1}});
  s.run_until(200);
  EXPECT_TRUE(s.of(0, 0, 1).empty());
  const std::vector<Seen> heard = s.of(0, 0, 0);
  ASSERT_FALSE(heard.empty());
  // R = wavelength / (4 pi) sqrt(EIRP G / sensitivity) = 9.94 km
  const double reach = kSpeedOfLight_mps / 2.4e9 / (4 * kPi) * std::sqrt(1e-2 * 10 / 1e-13);
  for (const Seen& d : heard) {
    EXPECT_EQ(d.components, kMeasuresAzimuth);
    EXPECT_TRUE(std::isnan(d.range_m));
    EXPECT_LE(length(Vec3{0, 20e3 - 100 * d.time_s, 490}), reach);
  }
  EXPECT_GT(length(Vec3{0, 20e3 - 100 * (heard[0].time_s - 1), 490}), reach);
}

TEST(Optical, LooksOnlyWhereAnotherSensorHasDetectedAndMeasuresAngles) {
  for (bool has_radar : {false, true}) {
    SensorScene s;
    s.environment.is_flat_without_horizon = true;
    s.classes[0].infrared_intensity = 2;
    s.paths = {{{4e3, 0, 500}, {-20, 0, 0}}, {{0, 4.5e3, 500}, {0, -20, 0}}};
    s.add("optical", "camera", {0, 0, 5},
          {{"reference_range", 8e3}, {"reference_extinction", 0.1}, {"field_of_view", 3 * kPi / 180}, {"slew_time", 2},
           {"angle_noise", 0.5e-3}, {"update_period", 0.04}});
    auto values = rotating_radar_values();
    if (has_radar) s.add("radar/rotating", "north", {0, 0, 10}, values);
    s.run_until(30);
    const std::vector<Seen> seen = s.of(0);
    if (!has_radar) {
      EXPECT_TRUE(seen.empty());
      continue;
    }
    // one at a time: the first that is cued, from slew_time after the cue on, in every frame (signal far above 1)
    ASSERT_FALSE(seen.empty());
    for (const Seen& d : seen) EXPECT_EQ(d.source, seen[0].source);
    EXPECT_GE(seen[0].time_s, s.of(1).front().time_s + 2);
    EXPECT_GE(seen.size(), 45u);
    EXPECT_EQ(seen[0].components, kMeasuresAzimuth | kMeasuresElevation);
    EXPECT_TRUE(std::isnan(seen[0].range_m));
  }
}

TEST(Optical, SeesFartherWhatIsHotterAndLessFarInFog) {
  const auto seen_share = [](double intensity, double bad_weather) {
    SensorScene s;
    s.environment.is_flat_without_horizon = true;
    s.replications = 100;
    s.classes[0].infrared_intensity = intensity;
    s.paths = {{{8e3, 0, 5}, {-1, 0, 0}}};
    s.add("cookie_cutter", "cue", {0, 0, 5}, {{"range", 50e3}, {"repeats", 1}});
    s.add("optical", "camera", {0, 0, 5},
          {{"reference_range", 8e3}, {"reference_extinction", 0.1}, {"field_of_view", 0.05}, {"slew_time", 0},
           {"angle_noise", 0.5e-3}, {"bad_weather_factor", 0.3}, {"bad_weather", bad_weather}});
    s.run_until(40);
    return double(s.of(1).size()) / (100 * 80);
  };
  EXPECT_NEAR(seen_share(1, 0), 0.9, 0.02);  // the definition of the reference range
  EXPECT_GT(seen_share(4, 0), 0.99);
  EXPECT_LT(seen_share(0.25, 0), 0.2);
  EXPECT_LT(seen_share(1, 1), 0.05);
}

}  // namespace
}  // namespace pavise
