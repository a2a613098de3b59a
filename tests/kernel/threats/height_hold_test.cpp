// Heights kept over terrain, flown by cruise missiles and drones.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "kernel/core/terrain.hpp"
#include "kernel/threats/dive_ground.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

/// data/terrain/hills.asc, read here without the scenario layer.
Terrain shipped_hills() {
  std::ifstream file(PAVISE_SOURCE_DIR "/data/terrain/hills.asc");
  std::string key;
  TerrainGrid grid;
  file >> key >> grid.columns >> key >> grid.rows >> key >> grid.west_m >> key >> grid.south_m >> key >> grid.spacing_m;
  grid.height_m.resize(std::size_t(grid.columns) * std::size_t(grid.rows));
  for (std::int32_t j = grid.rows - 1; j >= 0; --j)
    for (std::int32_t i = 0; i < grid.columns; ++i)
      file >> grid.height_m[std::size_t(j) * std::size_t(grid.columns) + std::size_t(i)];
  EXPECT_TRUE(bool(file));
  return Terrain(std::move(grid));
}

/// A wall of one node's width across x = 20 km, 400 m high, in 500 m cells.
Terrain wall() {
  TerrainGrid grid{.west_m = 0, .south_m = -5e3, .spacing_m = 500, .columns = 81, .rows = 21, .height_m = {}};
  for (int j = 0; j < 21; ++j)
    for (int i = 0; i < 81; ++i) grid.height_m.push_back(i == 40 ? 400.0f : 0.0f);
  return Terrain(std::move(grid));
}

/// The least height above the ground of a row from start to arrival, every 20 ms at most, and the steepest climb.
struct Flown {
  double least_height_m = kNever_s, steepest_mps = 0, greatest_step_m = 0;
  int pieces = 0;
};
Flown flown(Scene& scene, std::int32_t row, double until_s = kNever_s) {
  Flown result;
  result.greatest_step_m = follow(scene, row, [&](double from_s, double to_s, const State&, const State&) {
    ++result.pieces;
    const int steps = int(std::ceil((to_s - from_s) / 0.02)) + 1;
    for (int k = 0; k <= steps; ++k) {
      const double time_s = from_s + (to_s - from_s) * k / steps;
      if (time_s > until_s) break;
      const State s = state_at(scene.threats, std::size_t(row), time_s);
      const double ground_m = ground_height_m(scene.environment, s.position_m.x, s.position_m.y);
      result.least_height_m = std::min(result.least_height_m, s.position_m.z - ground_m);
      result.steepest_mps = std::max(result.steepest_mps, s.velocity_mps.z);
    }
  });
  return result;
}

Scene over(const Terrain& terrain) {
  Scene scene;
  scene.environment.terrain = &terrain;
  scene.assets[0].position_enu_m.z = terrain.height_m(0, 0);
  scene.assets[0].radius_m = 0;
  return scene;
}

TEST(HeightHold, ClimbsAtItsRateToBeOverTheWallInTime) {
  const Terrain terrain = wall();
  Scene scene = over(terrain);
  // 40 stretches of 997.5 m from the terrain's edge at x = 40 km to the level way into the dive, 100 m before the aim.
  // The wall stands from 20.5 km to 19.5 km: 400 m in the stretch from 20,050 m on, and in the one before 360 m, as
  // high as it is where that ends. 5 m/s of climb at 50 m/s: a tenth.
  scene.add_wave(scene.add_class("waypoint", {{"wind_error_share", 0}, {"climb_rate", 5}, {"turn_rate", 0}}), 1, 90, 0,
                 60e3, 100);
  scene.start();
  const Threats& t = scene.threats;
  const auto expected_z_m = [](double x_m) {
    const auto from = [&](double top_m, double east_m, double west_m) {
      return top_m - 0.1 * std::max(std::max(x_m - east_m, west_m - x_m), 0.0);
    };
    return std::max(std::max(from(500, 20'050, 19'052.5), from(460, 21'047.5, 20'050)), 100.0);
  };
  double greatest_m = 0;
  int samples = 0;
  follow(scene, 0, [&](double from_s, double to_s, const State&, const State&) {
    for (int k = 0; k <= 50; ++k) {
      const State s = state_at(t, 0, from_s + (to_s - from_s) * k / 50);
      if (s.position_m.x < 2e3) break;
      EXPECT_NEAR(s.position_m.z, expected_z_m(s.position_m.x), 1e-6) << s.position_m.x;
      greatest_m = std::max(greatest_m, s.position_m.z);
      ++samples;
    }
  });
  EXPECT_NEAR(greatest_m, 500, 1e-6);
  EXPECT_GT(samples, 200);
}

TEST(HeightHold, KeepsCruiseMissilesAndDronesAboveTheShippedHillsFromEverySide) {
  const Terrain terrain = shipped_hills();
  for (const char* motion : {"cruise", "waypoint"}) {
    const bool is_cruise = std::string_view(motion) == "cruise";
    Scene scene = over(terrain);
    const double height_m = is_cruise ? 40 : 80;
    scene.add_wave(scene.add_class(motion), 60, 0, 180, 50e3, height_m);
    scene.add_wave(0, 30, 0, 180, 17e3, height_m);  // starts among the hills
    scene.start();
    const double climb_mps = is_cruise ? 30 : 5;
    for (std::int32_t row = 0; row < 90; ++row) {
      const double arrives_s = scene.threats.arrives_s[std::size_t(row)];
      const Flown way = flown(scene, row, arrives_s - (is_cruise ? 15 : 20));
      EXPECT_GE(way.least_height_m, height_m - 1e-6) << motion << " " << row;
      EXPECT_LE(way.steepest_mps, climb_mps + 1e-9) << motion << " " << row;
      EXPECT_LT(way.greatest_step_m, 1e-6) << motion << " " << row;
      EXPECT_LT(way.pieces, 400);
      const State end = state_at(scene.threats, std::size_t(row), arrives_s);
      EXPECT_LT(length(end.position_m - Vec3{scene.threats.aim_x_m[std::size_t(row)],
                                             scene.threats.aim_y_m[std::size_t(row)], terrain.height_m(0, 0)}),
                1e-3);
    }
    // to the very aim, dive included: nothing goes under the ground
    Scene again = over(terrain);
    again.add_wave(again.add_class(motion), 60, 0, 180, 50e3, height_m);
    again.start();
    for (std::int32_t row = 0; row < 60; ++row)
      EXPECT_GE(flown(again, row).least_height_m, -2 * kGroundSlack_m) << motion << " " << row;
  }
}

// Over the wall a dive of 20 degrees at an aim 700 m behind its crest meets its near slope, which rises 400 m in 500 m from
// x = 19.5 km on: T (20.7 km - x) = 0.8 (x - 19.5 km).
TEST(HeightHold, ADiveEndsAtTheGroundThatStandsInItsWay) {
  const Terrain terrain = wall();
  for (const double turn_rate : {0.0, 0.5}) {
    Scene scene = over(terrain);
    scene.assets[0].position_enu_m = {20700, 0, 0};
    const double dive_rad = 20 * kPi / 180, tangent = std::tan(dive_rad);
    scene.add_wave(scene.add_class("waypoint", {{"terminal_dive", dive_rad}, {"turn_rate", turn_rate}}), 1, 90, 0, 2e3, 80);
    scene.start();
    EXPECT_GE(flown(scene, 0).least_height_m, -2 * kGroundSlack_m);
    const State end = state_at(scene.threats, 0, scene.threats.arrives_s[0]);
    EXPECT_NEAR(end.position_m.x, (20700 * tangent + 0.8 * 19500 + kGroundSlack_m) / (tangent + 0.8), 1e-5) << turn_rate;
    EXPECT_NEAR(end.position_m.z, terrain.height_m(end.position_m.x, 0) - kGroundSlack_m, 1e-5) << turn_rate;
  }
}

// Against a walk in small steps, over random lines and hills: the first depth of a millimetre is where it says.
TEST(DiveGround, IsWhereAWalkInSmallStepsFindsIt) {
  const Terrain terrain = shipped_hills();
  const Draws draws{11};
  int met = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    const Pair place = draws.uniforms({0, 0, Purpose::raid_aim_point, 0, i}), way = draws.uniforms({0, 1, Purpose::raid_aim_point, 0, i});
    const double x = (place.first - 0.5) * 30e3, y = (place.second - 0.5) * 30e3, angle = 2 * kPi * way.first;
    const Vec3 from{x, y, terrain.height_m(x, y) + 20 + 100 * way.second};
    const Vec3 to = from + Vec3{3000 * cosine(angle), 3000 * sine(angle), -150 * way.second};
    const double share = share_above_ground(terrain, from, to);
    double first = 1;
    for (int k = 1; k <= 30000 && first == 1; ++k) {
      const Vec3 p = from + (k / 30000.0) * (to - from);
      if (p.z + kGroundSlack_m < terrain.height_m(p.x, p.y)) first = k / 30000.0;
    }
    EXPECT_NEAR(share, first, 1.0 / 30000) << i;
    met += first < 1;
  }
  EXPECT_GT(met, 50);
  EXPECT_LT(met, 350);
}

TEST(HeightHold, KeepsTheHeightsOfARouteThroughTheHills) {
  const Terrain terrain = shipped_hills();
  Scene scene = over(terrain);
  Wave& wave = scene.add_wave(scene.add_class("waypoint"), 1, 30, 0, 25e3, 120);
  const auto point = [&](double x, double y, double height_m) {
    wave.route_enu_m.push_back({x, y, terrain.height_m(x, y) + height_m});
  };
  point(14e3, 15e3, 90), point(-2e3, 18e3, 300), point(-16e3, 8e3, 90), point(-9e3, -12e3, 60);
  scene.start();
  const Flown way = flown(scene, 0, scene.threats.arrives_s[0] - 30);
  EXPECT_GE(way.least_height_m, 60 - 1e-6);
  EXPECT_LE(way.steepest_mps, 5 + 1e-9);
  EXPECT_LT(way.greatest_step_m, 1e-6);
}

TEST(HeightHold, KeepsTheHeightAfterItsAimHasDriftedAway) {
  const Terrain terrain = shipped_hills();
  Scene scene = over(terrain);
  scene.add_wave(scene.add_class("waypoint"), 40, 0, 180, 28e3, 80);
  scene.start();
  Clock clock = clock_of(1);
  for (; clock.now_s() < 150; ++clock.frame) scene.move_to(clock);
  for (std::int32_t row = 0; row < 40; ++row) deny_navigation(scene.threats, scene.context(), row, clock.now_s(), clock.now_s(), 3, NavigationDenial::for_good);
  for (std::int32_t row = 0; row < 40; ++row) {
    const Flown way = flown(scene, row, scene.threats.arrives_s[std::size_t(row)] - 30);
    EXPECT_GE(way.least_height_m, 40) << row;  // a turn onto another track may begin lower than that track asks
    EXPECT_LT(way.greatest_step_m, 1e-6) << row;
  }
}

TEST(HeightHold, LevelFliesAsOverThePlane) {
  const Terrain terrain = wall();
  Scene kept = over(terrain), flat;
  flat.assets[0].radius_m = 0;
  for (Scene* scene : {&kept, &flat}) {
    scene->add_wave(scene->add_class("cruise", {{"height_kept", 1}}), 1, 90, 0, 60e3, 50);
    scene->start();
  }
  for (int k = 0; k < 10; ++k) {
    for (int c = 0; c < 4; ++c) ASSERT_EQ(kept.threats.cz[c][0], flat.threats.cz[c][0]);
    ASSERT_EQ(kept.threats.piece_end_s[0], flat.threats.piece_end_s[0]);
    if (flat.threats.piece_end_s[0] == kNever_s) break;
    const std::int32_t row = 0;
    for (Scene* scene : {&kept, &flat})
      scene->classes[0].motion->next_piece(scene->context(), scene->classes[0], scene->threats, std::span(&row, 1));
  }
}

}  // namespace
}  // namespace pavise::threats_test
