#include <cmath>
#include <numeric>

#include "kernel/core/terrain.hpp"
#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

/// A wall 150 m high along x = 10 km, whose foot is 100 m to either side.
Terrain wall() {
  TerrainGrid grid{9800, -20e3, 100, 5, 401, {}};
  for (std::int32_t j = 0; j < grid.rows; ++j)
    for (std::int32_t i = 0; i < grid.columns; ++i) grid.height_m.push_back(i == 2 ? 150.f : 0.f);
  return Terrain(std::move(grid));
}

// Radar 10 m high at the origin, ridge 150 m at 10 km, target at height h flying in. The line of sight passes the ridge
// at 10 + (h - 10) (10 / d) - 10 (d - 10) / (2 R): for h = 300 m and flat earth it clears it at d = 20.714 km, beyond
// which the target is hidden.
constexpr double kSeenFrom_m = 290 / 140.0 * 10e3;

SensorScene scene_with(const Terrain* terrain) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.environment.terrain = terrain;
  s.classes[0].rcs_m2 = 100;
  s.classes[0].infrared_intensity = 1e4;
  s.classes[0].emission_eirp_W = 1e3;
  s.paths = {{{30e3, 0, 300}, {-200, 0, 0}}};
  return s;
}

TEST(TerrainMask, HidesATargetFromARadarUntilItClearsTheRidge) {
  const Terrain terrain = wall();
  for (const Terrain* ground : {static_cast<const Terrain*>(nullptr), &terrain}) {
    SensorScene s = scene_with(ground);
    s.add("radar/rotating", "north", {0, 0, 10}, rotating_radar_values());
    s.add("radar/array", "east", {0, 0, 10}, array_values()).facing_rad = kPi / 2;
    s.run_until(100);
    for (const std::int32_t sensor : {0, 1}) {
      const std::vector<Seen> seen = s.of(sensor);
      ASSERT_FALSE(seen.empty());
      const double first_m = 30e3 - 200 * seen[0].time_s;
      if (ground == nullptr) {
        EXPECT_GT(first_m, 28e3);
        continue;
      }
      EXPECT_LE(first_m, kSeenFrom_m) << sensor;
      EXPECT_GT(first_m, kSeenFrom_m - 200 * 5) << sensor;
    }
  }
}

TEST(TerrainMask, HidesATargetFromADirectionFinderAndACamera) {
  const Terrain terrain = wall();
  SensorScene s = scene_with(&terrain);
  s.add("passive_rf", "ear", {0, 0, 10},
        {{"instrumented_range", 50e3},
         {"sensitivity", 1e-14},
         {"antenna_gain", 10},
         {"frequency", 2.4e9},
         {"bearing_noise", 2 * kPi / 180},
         {"update_period", 1}});
  s.add("optical", "camera", {0, 0, 10},
        {{"reference_range", 30e3},
         {"reference_extinction", 0.1},
         {"field_of_view", 3 * kPi / 180},
         {"slew_time", 0},
         {"angle_noise", 0.5e-3},
         {"update_period", 0.04}});
  s.add("radar/rotating", "above", {0, 0, 2000}, rotating_radar_values());  // looks over the ridge and gives the cue
  s.run_until(100);
  EXPECT_LT(s.of(2).front().time_s, 10);
  for (const std::int32_t sensor : {0, 1}) {
    ASSERT_FALSE(s.of(sensor).empty());
    const double first_m = 30e3 - 200 * s.of(sensor).front().time_s;
    EXPECT_LE(first_m, kSeenFrom_m) << sensor;
    EXPECT_GT(first_m, kSeenFrom_m - 200 * 3) << sensor;
  }
}

// Luck is addressed by look: ground that hides nothing changes no detection, to the last bit.
TEST(TerrainMask, ChangesNothingWhereNothingIsHidden) {
  const Terrain level({-50e3, -50e3, 1000, 101, 101, std::vector<float>(101 * 101, 0.f)});
  std::vector<Seen> seen[2];
  for (const bool has_terrain : {false, true}) {
    SensorScene s = scene_with(has_terrain ? &level : nullptr);
    s.environment.is_flat_without_horizon = false;
    s.add("radar/rotating", "north", {0, 0, 10}, rotating_radar_values());
    s.run_until(60);
    seen[has_terrain] = s.seen;
  }
  ASSERT_FALSE(seen[0].empty());
  EXPECT_EQ(seen[0], seen[1]);
}

}  // namespace
}  // namespace pavise
