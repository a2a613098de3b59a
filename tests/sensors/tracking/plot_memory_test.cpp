#include "sensors/tracking/plot_memory.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "kernel/core/draws.hpp"

namespace pavise {
namespace {

const PlotReach kReach{1, 5, 1000, 60};

Plot plot_at(Vec3 position_m, double time_s, float rate_mps = std::numeric_limits<float>::quiet_NaN()) {
  Plot plot;
  plot.position_enu_m = position_m;
  plot.time_s = time_s;
  plot.range_m = length(position_m);
  plot.range_rate_mps = rate_mps;
  plot.sigma_range_m = 10;
  plot.sigma_range_rate_mps = 2;
  return plot;
}

TEST(PlotMemory, FindsTheEarlierPlotThatImpliesTheLeastSpeed) {
  PlotMemory memory;
  memory.allocate(2, 1, 256);
  memory.remember(1, 0, plot_at({10e3, 0, 0}, 0), kReach);
  memory.remember(1, 0, plot_at({10.3e3, 0, 0}, 0.1), kReach);
  Plot partner;
  ASSERT_TRUE(memory.find_partner(1, 0, plot_at({10.4e3, 0, 0}, 2), kReach, partner));
  EXPECT_EQ(partner.time_s, 0.1);
  EXPECT_FALSE(memory.find_partner(0, 0, plot_at({10.4e3, 0, 0}, 2), kReach, partner)) << "another replication's";
}

TEST(PlotMemory, RefusesPlotsThatNothingCouldHaveFlownBetween) {
  PlotMemory memory;
  memory.allocate(1, 1, 256);
  memory.remember(0, 0, plot_at({10e3, 0, 0}, 0, -100), kReach);
  Plot partner;
  EXPECT_FALSE(memory.find_partner(0, 0, plot_at({13e3, 0, 0}, 2), kReach, partner)) << "1,500 m/s";
  EXPECT_FALSE(memory.find_partner(0, 0, plot_at({10e3, 0, 0}, 0.5, -100), kReach, partner)) << "too soon";
  EXPECT_FALSE(memory.find_partner(0, 0, plot_at({10e3, 0, 0}, 6, -100), kReach, partner)) << "too late";
  EXPECT_FALSE(memory.find_partner(0, 0, plot_at({10.6e3, 0, 0}, 2, -100), kReach, partner))
      << "against its Doppler";
  EXPECT_TRUE(memory.find_partner(0, 0, plot_at({9.8e3, 0, 0}, 2, -100), kReach, partner));
}

TEST(PlotMemory, AgreesWithASearchThroughAllPlots) {
  PlotMemory memory;
  memory.allocate(1, 1, 1024);
  const Draws draws{5};
  std::vector<Plot> all;
  for (std::uint32_t k = 0; k < 5000; ++k) {
    const auto u = [&](std::uint32_t n) { return 2 * draws.uniform({0, k, Purpose::free, 0, n}) - 1; };
    const Plot plot = plot_at({20e3 * u(0), 20e3 * u(1), 1e3 * u(2)}, 0.02 * k);
    Plot expected, found;
    double least = 1000.0 * 1000.0;
    bool has_partner = false;
    for (const Plot& earlier : all) {
      const double dt = plot.time_s - earlier.time_s;
      if (dt < 1 || dt > 5) continue;
      const Vec3 step = plot.position_enu_m - earlier.position_enu_m;
      const double speed2 = dot(step, step) / (dt * dt);
      if (speed2 <= least) least = speed2, expected = earlier, has_partner = true;
    }
    ASSERT_EQ(memory.find_partner(0, 0, plot, kReach, found), has_partner) << k;
    ASSERT_EQ(found.time_s, expected.time_s) << k;
    memory.remember(0, 0, plot, kReach);
    all.push_back(plot);
  }
}

}  // namespace
}  // namespace pavise
