#include "sensors/tracking/set_distance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernel/core/draws.hpp"

namespace pavise {
namespace {

/// The definitions, by enumeration: every way of pairing some of the truth with some of the estimates.
struct Enumeration {
  const std::vector<Vec3>&truth, &estimate;
  double p, c;
  double best_gospa = 1e300, best_ospa = 1e300;
  std::vector<bool> is_used = std::vector<bool>(estimate.size(), false);

  void pair(std::size_t i, double sum, double capped_sum, std::size_t pairs) {
    const double m = double(truth.size()), n = double(estimate.size()), larger = std::max(m, n);
    if (i == truth.size()) {
      best_gospa = std::min(best_gospa, sum + std::pow(c, p) / 2 * (m + n - 2 * double(pairs)));
      if (double(pairs) == std::min(m, n))
        best_ospa = std::min(best_ospa, (capped_sum + std::pow(c, p) * (larger - std::min(m, n))) / larger);
      return;
    }
    pair(i + 1, sum, capped_sum, pairs);
    for (std::size_t j = 0; j < estimate.size(); ++j) {
      if (is_used[j]) continue;
      const double d = length(truth[i] - estimate[j]);
      is_used[j] = true;
      pair(i + 1, sum + std::pow(d, p), capped_sum + std::pow(std::min(d, c), p), pairs + 1);
      is_used[j] = false;
    }
  }
};

std::vector<Vec3> places(std::uint32_t set, int count, double spread_m) {
  std::vector<Vec3> result;
  for (std::uint32_t k = 0; k < std::uint32_t(count); ++k) {
    const Pair a = Draws{5}.uniforms({set, k, Purpose::free, 0, 0}),
               b = Draws{5}.uniforms({set, k, Purpose::free, 0, 1});
    result.push_back({spread_m * a.first, spread_m * a.second, spread_m * b.first});
  }
  return result;
}

TEST(SetDistance, AgreesWithTheDefinitionsEnumerated) {
  SetDistanceSolver solver;
  std::uint32_t set = 0;
  for (int m = 0; m <= 5; ++m)
    for (int n = 0; n <= 5; ++n)
      for (double p : {1.0, 2.0, 3.5})
        for (double spread_m : {60.0, 200.0}) {
          const auto truth = places(++set, m, spread_m), estimate = places(++set, n, spread_m);
          const SetDistance d = solver.solve(truth, estimate, p, 100);
          Enumeration all{truth, estimate, p, 100};
          all.pair(0, 0, 0, 0);
          EXPECT_NEAR(d.gospa_m, std::pow(all.best_gospa, 1 / p), 1e-10) << m << " " << n << " " << p;
          if (m + n > 0) EXPECT_NEAR(d.ospa_m, std::pow(all.best_ospa, 1 / p), 1e-10) << m << " " << n << " " << p;
          EXPECT_NEAR(std::pow(d.gospa_m, p),
                      std::pow(d.localisation_m, p) + std::pow(d.missed_m, p) + std::pow(d.false_m, p),
                      1e-12 * std::pow(100, p) * (m + n + 1));
        }
}

TEST(SetDistance, HighOrdersComeNearTheLargestDistanceAndDoNotOverflow) {
  SetDistanceSolver solver;
  const std::vector<Vec3> truth = {{0, 0, 0}, {1e6, 0, 0}}, estimate = {{1e6, 3, 4}, {1, 0, 0}};
  const SetDistance d = solver.solve(truth, estimate, 400, 1e5);
  EXPECT_NEAR(d.gospa_m, 5, 1e-12);
  EXPECT_EQ(solver.estimate_of_truth()[0], 1);
  EXPECT_EQ(solver.estimate_of_truth()[1], 0);
  EXPECT_NEAR(d.ospa_m, 5 * std::pow(0.5, 1.0 / 400), 1e-12);
}

TEST(SetDistance, IsAMetricOnRandomSets) {
  SetDistanceSolver solver;
  for (std::uint32_t k = 0; k < 60; ++k) {
    const auto a = places(1000 + 3 * k, int(k % 5), 150), b = places(1001 + 3 * k, int(k % 4), 150),
               c = places(1002 + 3 * k, int(k % 3) + 1, 150);
    for (double p : {1.0, 2.0}) {
      const double ab = solver.solve(a, b, p, 80).gospa_m, bc = solver.solve(b, c, p, 80).gospa_m,
                   ac = solver.solve(a, c, p, 80).gospa_m, ba = solver.solve(b, a, p, 80).gospa_m;
      EXPECT_LE(ac, ab + bc + 1e-9);
      EXPECT_NEAR(ab, ba, 1e-10);
      EXPECT_EQ(solver.solve(a, a, p, 80).gospa_m, 0);
    }
  }
}

}  // namespace
}  // namespace pavise
