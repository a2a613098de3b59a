#include <gtest/gtest.h>

#include "kernel/threats/weave.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

Scene missile(std::vector<std::pair<std::string_view, double>> values) {
  Scene scene;
  scene.assets[0].radius_m = 0;
  scene.add_wave(scene.add_class("cruise", std::move(values)), 1, 90, 0, 60e3, 50);
  scene.start();
  return scene;
}

TEST(Cruise, HoldsItsHeightUntilItPopsUpAndDives) {
  Scene scene = missile({});
  double greatest_m = 0;
  follow(scene, 0, [&](double, double, const State& from, const State& to) {
    if (from.position_m.x > 8e3 && to.position_m.x > 8e3) {
      EXPECT_EQ(from.position_m.z, 50);
    }
    greatest_m = std::max(greatest_m, to.position_m.z);
  });
  const State end = state_at(scene.threats, 0, scene.threats.arrives_s[0]);
  EXPECT_NEAR(std::atan2(-end.velocity_mps.z, -end.velocity_mps.x), 30 * kPi / 180, 0.03);
  EXPECT_GT(greatest_m, 350);
  EXPECT_LE(greatest_m, 500 + 1e-9);
}

TEST(Cruise, WeavesWithItsAmplitudeAndHitsItsAim) {
  const double a = 19.6, period_s = 4, omega = 2 * kPi / period_s;
  Scene scene = missile({{"terminal_weave", a}, {"weave_period", period_s}});
  double greatest_m = 0, before_m = 0;
  follow(scene, 0, [&](double from_s, double to_s, const State& from, const State&) {
    if (from.position_m.x > 10e3 + 1e-6) before_m = std::max(before_m, std::fabs(from.position_m.y));
    for (int k = 0; k < 8; ++k) {
      const State s = state_at(scene.threats, 0, from_s + k / 8.0 * (to_s - from_s));
      greatest_m = std::max(greatest_m, std::fabs(s.position_m.y));
    }
  });
  EXPECT_NEAR(greatest_m, a / (omega * omega), 0.01 * a / (omega * omega));
  EXPECT_LT(before_m, 1e-9) << "no weave before its range";
  const State end = state_at(scene.threats, 0, scene.threats.arrives_s[0]);
  EXPECT_NEAR(end.position_m.y, 0, 1e-9);
}

TEST(Weave, HasTheStatedRate) {
  const Weave w{20, 4, 1.0, 10, 40};
  for (double t = 9.5; t < 41; t += 0.37) {
    const double slope = (offset_at(w, t + 1e-5).offset_m - offset_at(w, t - 1e-5).offset_m) / 2e-5;
    EXPECT_NEAR(offset_at(w, t).rate_mps, slope, 1e-4) << t;
  }
  EXPECT_EQ(offset_at(w, 40).offset_m, 0);
}

TEST(Cruise, OfDifferentReplicationsWeavesInDifferentPhase) {
  Scene scene = missile({{"terminal_weave", 19.6}});
  scene.start(3);
  EXPECT_NE(scene.threats.memory[8][0], scene.threats.memory[8][1]);
  EXPECT_NE(scene.threats.memory[8][1], scene.threats.memory[8][2]);
}

}  // namespace
}  // namespace pavise::threats_test
