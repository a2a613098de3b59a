// Areas without satellites around a jammer that dwells: who is denied, from when to when, and what it does to the aim.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

constexpr double kRadius_m = 5000, kDrift_mps = 2, kHeight_m = 300, kSpeed_mps = 100;

/// Soft kills never come: all that happens is the denial.
Scene::Unit jammer_at(Vec3 position_m) {
  Scene::Unit unit = Scene::missile_unit(900, 0, 40e3, 1);
  unit.weapon.effect = Effect::jammer;
  unit.weapon.gnss_denial_radius_m = kRadius_m;
  unit.weapon.navigation_drift_mps = kDrift_mps;
  unit.station.position_enu_m = position_m;
  return unit;
}
Scene scene_of(double frame_s) {
  Scene scene;
  scene.frame_s = frame_s;
  scene.add_asset(0, 0);
  return scene;
}

}  // namespace

// Straight at the jammer: in at (12 km - sqrt(R^2 - h^2)) / v, and from there the position drifts until the arrival.
TEST(Denial, TheErrorGrowsFromTheEntryToTheArrival) {
  constexpr int kLanes = 2000;
  Scene scene = scene_of(1);
  scene.add_threats({0, 12000, kHeight_m}, kSpeed_mps);
  scene.add(jammer_at({}));
  Harness h(scene, kLanes);
  const double entry_s = (12000 - std::sqrt(kRadius_m * kRadius_m - kHeight_m * kHeight_m)) / kSpeed_mps;
  h.run();
  double east2 = 0, north2 = 0;
  for (std::size_t row = 0; row < kLanes; ++row) {
    ASSERT_EQ(NavigationDenial(h.threats.navigation_denied[row]), NavigationDenial::inside);
    ASSERT_NEAR(h.threats.piece_begin_s[row], entry_s, 1e-9);
    const double sigma_m = kDrift_mps * (12000 / kSpeed_mps - entry_s);
    east2 += std::pow(h.threats.aim_x_m[row] / sigma_m, 2);
    north2 += std::pow(h.threats.aim_y_m[row] / sigma_m, 2);
    // half way in time it is half as far off
    const double half_s = 0.5 * (entry_s + h.threats.arrives_s[row]);
    ASSERT_NEAR(state_at(h.threats, row, half_s).position_m.x, 0.5 * h.threats.aim_x_m[row], 1e-6);
  }
  EXPECT_NEAR(east2 / kLanes, 1, 5 * std::sqrt(2.0 / kLanes));
  EXPECT_NEAR(north2 / kLanes, 1, 5 * std::sqrt(2.0 / kLanes));
}

// Past the jammer to an asset beyond its reach: outside it knows where it is again, and arrives where it was to.
TEST(Denial, OutsideTheSatellitesComeBack) {
  double aside_m = 0;
  for (double frame_s : {0.125, 1.0, 5.0}) {
    Scene scene = scene_of(frame_s);
    scene.add_threats({0, 16000, kHeight_m}, kSpeed_mps);
    scene.add(jammer_at({1000, 9000, 0}));
    Harness h(scene, 1);
    h.run();
    EXPECT_EQ(h.threats.denials[0], 1) << frame_s;
    EXPECT_EQ(NavigationDenial(h.threats.navigation_denied[0]), NavigationDenial::none) << frame_s;
    EXPECT_EQ(h.threats.aim_x_m[0], 0);
    // the last piece begins on the sphere, off the line to the asset by what it drifted
    const State exit = state_at(h.threats, 0, h.threats.piece_begin_s[0]);
    EXPECT_NEAR(length(exit.position_m - Vec3{1000, 9000, 0}), kRadius_m, 2e-6) << frame_s;
    EXPECT_GT(std::fabs(exit.position_m.x), 1) << frame_s;
    const State end = state_at(h.threats, 0, h.threats.arrives_s[0]);
    EXPECT_NEAR(length(end.position_m - Vec3{0, 0, kHeight_m}), 0, 1e-6) << frame_s;
    // entry and exit do not depend on the frame
    if (aside_m == 0) aside_m = exit.position_m.x;
    EXPECT_NEAR(exit.position_m.x, aside_m, 1e-6) << frame_s;
  }
}

TEST(Denial, EndsWithTheEmissionAndMeetsTheTreatedAndTheOthersAlike) {
  Scene scene = scene_of(0.5);
  scene.add_asset(3000, 0);
  scene.add_threats({0, 6000, kHeight_m}, kSpeed_mps);                                // treated, arrives after 60 s
  scene.add_threats({3000, 9000, kHeight_m}, kSpeed_mps, 1, 0, 0, 1);                 // not treated, arrives after 90 s
  scene.add_threats({3000, 9000, kHeight_m}, kSpeed_mps, 1, 0, 0, 1);                 // the same without satellites
  scene.classes[2].uses_satellites = false;
  Scene::Unit unit = jammer_at({});
  unit.unit.engages = {1, 0, 0};
  scene.add(unit);
  Harness h(scene, 1);
  while (h.clock.now_s() < 56) h.advance();
  EXPECT_EQ(NavigationDenial(h.threats.navigation_denied[0]), NavigationDenial::inside);
  EXPECT_EQ(NavigationDenial(h.threats.navigation_denied[1]), NavigationDenial::inside);
  const double last_s = h.threats.arrives_s[0];
  h.run();
  EXPECT_EQ(NavigationDenial(h.threats.navigation_denied[0]), NavigationDenial::inside) << "up to its arrival";
  EXPECT_EQ(NavigationDenial(h.threats.navigation_denied[1]), NavigationDenial::none);
  EXPECT_NEAR(h.threats.piece_begin_s[1], last_s, 1e-9);
  EXPECT_EQ(h.threats.aim_x_m[1], 3000);
  EXPECT_EQ(h.threats.denials[2], 0);
  EXPECT_EQ(h.threats.piece_begin_s[2], 0);
}

TEST(Denial, AJammerWithoutAnAreaDeniesNobody) {
  Scene scene = scene_of(0.5);
  scene.add_threats({0, 6000, kHeight_m}, kSpeed_mps);
  Scene::Unit unit = jammer_at({});
  unit.weapon.gnss_denial_radius_m = 0;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(h.threats.denials[0], 0);
}

}  // namespace pavise::test
