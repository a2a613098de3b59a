#include "kernel/core/terrain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace pavise {
namespace {

constexpr double kFlatEarth_m = 1e30;
constexpr double kRadioEarth_m = 4.0 / 3 * kEarthRadius_m;

/// Rough ground: node heights drawn independently, every third row low so that valleys run through it.
Terrain rough(std::int32_t columns, std::int32_t rows, double spacing_m, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> height(0, 300);
  TerrainGrid grid{-0.4 * spacing_m * columns, -0.6 * spacing_m * rows, spacing_m, columns, rows, {}};
  for (std::int32_t j = 0; j < rows; ++j)
    for (std::int32_t i = 0; i < columns; ++i) grid.height_m.push_back(float(height(random) * (j % 3 ? 1 : 0.1)));
  return Terrain(std::move(grid));
}

/// A wall of height 100 m along x = 0, sloping down over 100 m to both sides; from y = -5 km to 5 km.
Terrain wall() {
  TerrainGrid grid{-1000, -5000, 100, 21, 101, {}};
  for (std::int32_t j = 0; j < grid.rows; ++j)
    for (std::int32_t i = 0; i < grid.columns; ++i) grid.height_m.push_back(i == 10 ? 100.f : 0.f);
  return Terrain(std::move(grid));
}

/// The slow twin: how far the line of sight stays above the ground at many points of it, in long double.
long double sampled_clearance_m(const Terrain& terrain, Vec3 a, Vec3 b, double radius_m, int samples) {
  const long double dx = b.x - a.x, dy = b.y - a.y, d2 = dx * dx + dy * dy;
  long double least = 1e30L;
  for (int k = 0; k <= samples; ++k) {
    const long double t = (long double)k / samples;
    const long double x = a.x + t * dx, y = a.y + t * dy;
    const TerrainGrid& g = terrain.grid();
    const bool is_over_grid = x >= g.west_m && y >= g.south_m && x <= g.west_m + g.spacing_m * (g.columns - 1) &&
                              y <= g.south_m + g.spacing_m * (g.rows - 1);
    if (!is_over_grid) continue;
    const long double ray = a.z + t * (b.z - a.z) - t * (1 - t) * d2 / (2 * radius_m);
    least = std::min(least, ray - (long double)terrain.height_m(double(x), double(y)));
  }
  return least;
}

TEST(Terrain, IsBilinearBetweenNodesAndThePlaneBeyondThem) {
  const Terrain terrain({1000, 2000, 50, 2, 3, {10, 30, 50, 110, 0, 0}});
  EXPECT_EQ(terrain.height_m(1000, 2000), 10);
  EXPECT_EQ(terrain.height_m(1050, 2050), 110);
  EXPECT_EQ(terrain.height_m(1050, 2100), 0);
  EXPECT_EQ(terrain.height_m(1025, 2000), 20);
  EXPECT_EQ(terrain.height_m(1025, 2025), 50);  // mean of the four
  EXPECT_EQ(terrain.height_m(999.99, 2000), 0);
  EXPECT_EQ(terrain.height_m(1025, 2100.01), 0);
  EXPECT_EQ(terrain.summit_m(), 110);
}

// A radar of height h at -10 km and a target at +10 km: the chord passes the wall, in the middle, at the mean of the
// heights, less d (D - d) / (2 R) = 1e8 / (2 R) = 5.885 m over the radio earth.
TEST(Terrain, HidesWhatLiesBehindARidgeToTheClosedForm) {
  const Terrain terrain = wall();
  for (const double radius_m : {kFlatEarth_m, kRadioEarth_m, kEarthRadius_m}) {
    const double sag_m = 1e8 / (2 * radius_m), radar_m = 20, just_m = 2 * (100 + sag_m) - radar_m;
    EXPECT_TRUE(terrain.is_masked({-10e3, 0, radar_m}, {10e3, 0, just_m - 0.01}, radius_m));
    EXPECT_FALSE(terrain.is_masked({-10e3, 0, radar_m}, {10e3, 0, just_m + 0.01}, radius_m));
    EXPECT_TRUE(terrain.is_masked({10e3, 0, just_m - 0.01}, {-10e3, 0, radar_m}, radius_m));
    EXPECT_FALSE(terrain.is_masked({-10e3, 5001, radar_m}, {10e3, 5001, 1}, radius_m));  // past its end
    EXPECT_FALSE(terrain.is_masked({-10e3, 0, radar_m}, {-200, 0, 1}, radius_m));        // before it
  }
}

TEST(Terrain, DoesNotHideWhatStandsOnIt) {
  const Terrain terrain = wall();
  EXPECT_FALSE(terrain.is_masked({0, 0, 100}, {0, 900, 100}, kFlatEarth_m));
  EXPECT_FALSE(terrain.is_masked({0, 0, 100}, {500, 0, 0}, kFlatEarth_m));
  EXPECT_FALSE(terrain.is_masked({300, 300, 0}, {300, 300, 0}, kFlatEarth_m));
  EXPECT_FALSE(terrain.is_masked({50, 7, 50}, {50, 7, 500}, kFlatEarth_m));
  EXPECT_TRUE(terrain.is_masked({50, 7, 50 - 0.01}, {50, 7, 500}, kFlatEarth_m));  // buried
}

TEST(Terrain, AgreesWithDenseSampling) {
  std::mt19937_64 random(20261124);
  int masked = 0, compared = 0;
  for (const auto& [columns, rows] : {std::pair{2, 2}, std::pair{3, 2}, std::pair{17, 33}, std::pair{64, 5}}) {
    const Terrain terrain = rough(columns, rows, 90, std::uint64_t(columns));
    const double span_m = 90.0 * std::max(columns, rows);
    std::uniform_real_distribution<double> place(-0.8 * span_m, 0.8 * span_m), height(0, 250);
    for (int k = 0; k < 600; ++k) {
      Vec3 a{place(random), place(random), 0}, b{place(random), place(random), 0};
      if (k % 5 == 0) b.x = a.x;
      if (k % 7 == 0) b.y = a.y;
      a.z = terrain.height_m(a.x, a.y) + (k % 2 ? height(random) : 2);
      b.z = terrain.height_m(b.x, b.y) + height(random);
      const double radius_m = k % 3 ? kRadioEarth_m : kFlatEarth_m;
      // samples 0.1 m apart or less; slopes reach 300 m in 90 m, so that between two of them 0.4 m may be missed
      const long double clearance_m = sampled_clearance_m(terrain, a, b, radius_m, int(span_m * 30));
      const bool is_masked = terrain.is_masked(a, b, radius_m);
      if (clearance_m < -2e-3L) {
        EXPECT_TRUE(is_masked) << k << " " << double(clearance_m);
        ++masked;
      }
      if (clearance_m > 0.4L) {
        EXPECT_FALSE(is_masked) << k << " " << double(clearance_m);
      }
      compared += clearance_m < -2e-3L || clearance_m > 0.4L;
      EXPECT_EQ(terrain.is_masked(b, a, radius_m), is_masked);
    }
  }
  EXPECT_GT(masked, 500);
  EXPECT_GT(compared - masked, 300);
}

TEST(Terrain, FindsTheGreatestHeightUnderALeg) {
  std::mt19937_64 random(7);
  const Terrain terrain = rough(40, 23, 100, 11);
  std::uniform_real_distribution<double> place(-3000, 3000);
  for (int k = 0; k < 400; ++k) {
    const double x0 = place(random), y0 = place(random), x1 = k % 9 ? place(random) : x0, y1 = place(random);
    double sampled_m = -1e9;
    for (int s = 0; s <= 20'000; ++s)
      sampled_m = std::max(sampled_m, terrain.height_m(x0 + (x1 - x0) * s / 20'000, y0 + (y1 - y0) * s / 20'000));
    const double greatest_m = terrain.greatest_height_m(x0, y0, x1, y1);
    EXPECT_GE(greatest_m, sampled_m - 1e-9);
    EXPECT_LE(greatest_m, sampled_m + 1.5);  // slope 300 m in 100 m, samples at most 0.43 m apart
  }
  EXPECT_EQ(wall().greatest_height_m(-900, 0, 900, 0), 100);
  EXPECT_EQ(wall().greatest_height_m(-900, 0, -200, 0), 0);
  // along a grid line but for rounding
  for (double aside_m : {1e-13, -1e-13, 1e-12, 1e-9, -1e-9}) {
    EXPECT_NEAR(wall().greatest_height_m(-900, aside_m, 900, 0), 100, 1e-6) << aside_m;
    EXPECT_NEAR(wall().greatest_height_m(-900, 0, 900, aside_m), 100, 1e-6) << aside_m;
    EXPECT_TRUE(wall().is_masked({-900, aside_m, 50}, {900, 0, 50}, 1e30)) << aside_m;
  }
  EXPECT_EQ(wall().greatest_height_m(-50, 0, -50, 10), 50);
  EXPECT_EQ(Terrain({0, 0, 10, 2, 2, {-5, -5, -5, -5}}).greatest_height_m(1, 1, 9, 9), -5);
  EXPECT_EQ(Terrain({0, 0, 10, 2, 2, {-5, -5, -5, -5}}).greatest_height_m(1, 1, 90, 9), 0);
}

}  // namespace
}  // namespace pavise
