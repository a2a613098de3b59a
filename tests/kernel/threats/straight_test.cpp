#include <gtest/gtest.h>

#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

TEST(Straight, ArrivesAboveItsAssetAfterDistanceOverSpeed) {
  Scene scene;
  scene.assets[0].position_enu_m = {3000, 4000, 0};
  Wave& wave = scene.add_wave(scene.add_class("straight", {{"speed", 200}}), 3, 0, 0, 0, 0, 7, 2);
  wave.is_sector = false;
  wave.place_enu_m = {33'000, 44'000, 1500};
  wave.aims_at_centre = true;
  wave.target_asset = 0;
  scene.start();
  const Threats& t = scene.threats;
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_EQ(t.arrives_s[j], 7 + 2.0 * double(j) + 50'000.0 / 200);
    EXPECT_EQ(t.piece_end_s[j], kNever_s) << "one piece";
    const State end = state_at(t, j, t.arrives_s[j]);
    EXPECT_NEAR(end.position_m.x, 3000, 1e-9);
    EXPECT_NEAR(end.position_m.y, 4000, 1e-9);
    EXPECT_EQ(end.position_m.z, 1500);
    EXPECT_NEAR(length(end.velocity_mps), 200, 1e-12);
  }
}

// shared/data/nsatu_hub.md, raids mixed_40 and saturation_100: "arrives" is first at + range / speed; aim points lie up
// to 3 km + 0.6 km (the circle of storage_area) off the origin
TEST(Straight, ArrivesWhenTheRaidTablesSay) {
  struct {
    double speed_mps, range_m, first_s, spacing_s;
    int count;
    double arrives_first_s, arrives_last_s;
  } waves[] = {
      {45, 70e3, 0, 10, 10, 1556, 1646},   {50, 60e3, 300, 10, 12, 1500, 1610},  {250, 120e3, 1100, 8, 8, 1580, 1636},
      {140, 100e3, 850, 6, 8, 1564, 1606}, {750, 200e3, 1320, 4, 4, 1587, 1599},
  };
  for (const auto& w : waves) {
    Scene scene;
    const double d = 2100;
    scene.assets = {{"airfield", {}, 800, 30},
                    {"rail_yard", {d, d, 0}, 500, 20},
                    {"fuel_store", {d, -d, 0}, 300, 15},
                    {"storage_area", {-d, -d, 0}, 600, 25},
                    {"headquarters", {-d, d, 0}, 200, 10}};
    scene.add_wave(scene.add_class("straight", {{"speed", w.speed_mps}}), w.count, 90, 20, w.range_m, 1000, w.first_s,
                   w.spacing_s);
    scene.start(50);
    const double off_m = std::sqrt(2.0) * d + 600;
    for (std::int32_t row = 0; row < scene.threats.rows; ++row) {
      const int j = scene.threats.number_of(row);
      if (j != 0 && j != w.count - 1) continue;
      // the table's times are rounded to seconds
      EXPECT_NEAR(scene.threats.arrives_s[std::size_t(row)], j == 0 ? w.arrives_first_s : w.arrives_last_s,
                  off_m / w.speed_mps + 0.5);
    }
  }
}

}  // namespace
}  // namespace pavise::threats_test
