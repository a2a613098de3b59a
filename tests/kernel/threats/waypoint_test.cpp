#include <gtest/gtest.h>

#include "kernel/threats/route_plan.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

constexpr double kTurnRate_radps = 10 * kPi / 180;

Scene drone_at(Vec3 place_m, std::vector<Vec3> route_m, std::vector<std::pair<std::string_view, double>> values = {}) {
  Scene scene;
  scene.assets[0].radius_m = 0;
  Wave& wave = scene.add_wave(scene.add_class("waypoint", std::move(values)), 1, 0, 0, 0, 0);
  wave.is_sector = false;
  wave.place_enu_m = place_m;
  wave.route_enu_m = std::move(route_m);
  scene.start();
  return scene;
}

TEST(Waypoint, FliesALongLegAsOnePiece) {
  Scene scene = drone_at({60e3, 0, 1000}, {});
  // dive of 45 deg from 1000 m: the leg ends R tan(22.5 deg) before the corner, 1000 m before the aim
  const double radius_m = 50 / kTurnRate_radps, tangent_m = radius_m * std::tan(kPi / 8);
  EXPECT_EQ(scene.threats.piece_begin_s[0], 0);
  EXPECT_NEAR(scene.threats.piece_end_s[0], (60e3 - 1000 - tangent_m) / 50, 1e-9);
  // arc and slant at constant speed along the path
  const double arrives_s = (60e3 - 1000 - tangent_m + radius_m * kPi / 4 + 1000 * std::sqrt(2.0) - tangent_m) / 50;
  EXPECT_NEAR(scene.threats.arrives_s[0], arrives_s, 1e-9);
}

TEST(Waypoint, TurnsOnACircleOfSpeedOverTurnRate) {
  const Vec3 corner{20e3, 0, 1000};
  Scene scene = drone_at({60e3, 0, 1000}, {corner, {20e3, 30e3, 1000}});
  const double radius_m = 50 / kTurnRate_radps;
  const double cx = 20e3 + radius_m, cy = radius_m;  // of the fly-by arc, tangent to both legs
  int pieces = 0;
  double begin_s = kNever_s, end_s = 0;
  follow(scene, 0, [&](double from_s, double to_s, const State& from, const State& to) {
    const double mid_s = 0.5 * (from_s + to_s);
    const State middle = state_at(scene.threats, 0, mid_s);
    const auto radius = [&](const State& s) { return std::hypot(s.position_m.x - cx, s.position_m.y - cy); };
    if (std::fabs(radius(from) - radius_m) > 1e-6 || std::fabs(radius(to) - radius_m) > 1e-6 || to_s - from_s > 1)
      return;
    ++pieces;
    begin_s = std::min(begin_s, from_s);
    end_s = to_s;
    // a cubic through an arc of 0.1 rad leaves it by R 0.1^4 / 384 at most
    EXPECT_NEAR(radius(middle), radius_m, radius_m * 1e-4 / 384 * 1.01);
    EXPECT_NEAR(length(middle.velocity_mps), 50, 50 * 1e-4);
  });
  EXPECT_EQ(pieces, 16);  // ceil(90 deg / 0.1 rad)
  EXPECT_NEAR(begin_s, (40e3 - radius_m) / 50, 1e-6);
  EXPECT_NEAR(end_s - begin_s, radius_m * (kPi / 2) / 50, 1e-6);
}

TEST(Waypoint, ClimbsAtExactlyItsRateFromTheMiddleOfTheArcOn) {
  Scene scene = drone_at({60e3, 0, 1000}, {{40e3, 0, 1000}, {40e3, 40e3, 1600}});
  const double radius_m = 50 / kTurnRate_radps;
  const double change_s = (20e3 - radius_m + radius_m * kPi / 4) / 50;
  double up_s = 0;
  follow(scene, 0, [&](double from_s, double to_s, const State& from, const State& to) {
    if (from_s < 1e3 && from.velocity_mps.z > 0) {
      EXPECT_NEAR((to.position_m.z - from.position_m.z) / (to_s - from_s), 5, 1e-6);
      if (up_s == 0) {
        EXPECT_NEAR(from_s, change_s, 1e-6);
      }
      up_s += to_s - from_s;
    }
  });
  EXPECT_NEAR(up_s, 600 / 5.0, 1e-6);
}

TEST(Waypoint, DivesAtItsAngle) {
  Scene scene = drone_at({60e3, 0, 1000}, {}, {{"terminal_dive", 30 * kPi / 180}});
  follow(scene, 0);
  const State end = state_at(scene.threats, 0, scene.threats.arrives_s[0]);
  EXPECT_NEAR(std::atan2(-end.velocity_mps.z, -end.velocity_mps.x), 30 * kPi / 180, 1e-9);
  EXPECT_NEAR(length(end.velocity_mps), 50, 1e-9);
}

TEST(Waypoint, StaysContinuousOnAnyRoute) {
  const Draws draws{7};
  for (std::uint32_t n = 0; n < 300; ++n) {
    const auto u = [&](std::uint32_t k) { return draws.uniform({.entity = n, .number = k}); };
    std::vector<Vec3> route;
    for (std::uint32_t k = 0; k < std::uint32_t(8 * u(0)); ++k)
      route.push_back({(2 * u(10 + 3 * k) - 1) * 5e3, (2 * u(11 + 3 * k) - 1) * 5e3, 100 + 2000 * u(12 + 3 * k)});
    Scene scene = drone_at({20e3 * u(1), 5e3, 300 + 1000 * u(2)}, route, {{"speed_kept", n % 2}});
    EXPECT_LT(follow(scene, 0), 1e-6) << "route " << n;
    const State end = state_at(scene.threats, 0, scene.threats.arrives_s[0]);
    EXPECT_LT(length(end.position_m - Vec3{scene.threats.aim_x_m[0], scene.threats.aim_y_m[0], 0}), 1e-6);
  }
}

TEST(Waypoint, IsDisplacedByTheShareOfTheWindThatItDoesNotCorrect) {
  Scene calm = drone_at({60e3, 0, 1000}, {});
  Scene windy = calm;
  windy.environment.wind_speed_mps = 8;
  windy.environment.wind_from_rad = 0;  // from the north: blows to -y
  start_raid(windy.threats, windy.raid, windy.assets, windy.context(), 1);
  EXPECT_NEAR(windy.threats.aim_y_m[0], -0.1 * 8 * 30, 1e-9);
  EXPECT_NEAR(windy.threats.aim_x_m[0], 0, 1e-9);
}

// shared/cases/trajectory: ground speed on a leg is w d + sqrt(V^2 - w_across^2)
TEST(Waypoint, KeepsItsAirspeedByCrabbingIfAsked) {
  EXPECT_NEAR(ground_speed_mps(50, {30, 0, 0}, 0, 1), 40, 1e-12);
  EXPECT_NEAR(ground_speed_mps(50, {10, 0, 0}, -1, 0), 40, 1e-12);
  Scene scene = drone_at({60e3, 0, 1000}, {}, {{"speed_kept", 1}});
  scene.environment.wind_speed_mps = 10;
  scene.environment.wind_from_rad = 1.5 * kPi;  // from the west, against it
  start_raid(scene.threats, scene.raid, scene.assets, scene.context(), 1);
  EXPECT_NEAR(length(state_at(scene.threats, 0, 10).velocity_mps), 40, 1e-9);
}

}  // namespace
}  // namespace pavise::threats_test
