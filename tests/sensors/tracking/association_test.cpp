// Gates, assignment, joint probabilities and initiation against closed forms, tables and enumeration.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "kernel/core/draws.hpp"
#include "sensors/tracking/assignment.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/initiation.hpp"
#include "sensors/tracking/joint_association.hpp"

namespace pavise {
namespace {

TEST(Gating, TheThresholdIsTheChiSquareQuantile) {
  for (int d = 1; d <= 16; ++d)
    for (double p : {1e-3, 0.1, 0.5, 0.9, 0.99, 0.999, 0.999999}) {
      const double expected = boost::math::quantile(boost::math::chi_squared(d), p);
      EXPECT_NEAR(chi_square_quantile(d, p), expected, 1e-11 * expected) << d << " " << p;
      EXPECT_NEAR(chi_square_probability(d, expected), p, 1e-13);
    }
  EXPECT_NEAR(chi_square_quantile(2, 0.99), -2 * std::log(0.01), 1e-12);
}

TEST(Gating, TheVolumeOfAUnitGateIsTheBall) {
  EXPECT_NEAR(gate_volume(1, 1, 1), 2, 1e-14);
  EXPECT_NEAR(gate_volume(2, 1, 1), 3.14159265358979, 1e-13);
  EXPECT_NEAR(gate_volume(3, 4, 9), 4.0 / 3 * 3.14159265358979 * 8 * 3, 1e-11);
}

struct Problem {
  std::size_t m, n;
  std::vector<double> cost, miss, unassigned;
};
Problem random_problem(std::uint32_t seed, std::size_t m, std::size_t n) {
  const Draws draws{seed};
  std::uint32_t k = 0;
  const auto u = [&] { return draws.uniform({0, 0, Purpose::free, 0, k++}); };
  Problem p{m, n, {}, {}, {}};
  for (std::size_t i = 0; i < m * n; ++i) p.cost.push_back(u() < 0.2 ? kForbidden : 20 * u() - 8);
  for (std::size_t i = 0; i < m; ++i) p.miss.push_back(12 * u() - 2);
  for (std::size_t j = 0; j < n; ++j) p.unassigned.push_back(6 * u() - 3);
  return p;
}
double cheapest_by_enumeration(const Problem& p) {
  std::vector<bool> taken(p.n);
  const std::function<double(std::size_t)> rest = [&](std::size_t i) -> double {
    if (i == p.m) {
      double sum = 0;
      for (std::size_t j = 0; j < p.n; ++j) sum += taken[j] ? 0 : p.unassigned[j];
      return sum;
    }
    double best = p.miss[i] + rest(i + 1);
    for (std::size_t j = 0; j < p.n; ++j) {
      if (taken[j] || p.cost[i * p.n + j] == kForbidden) continue;
      taken[j] = true;
      best = std::min(best, p.cost[i * p.n + j] + rest(i + 1));
      taken[j] = false;
    }
    return best;
  };
  return rest(0);
}

TEST(Assignment, IsTheCheapestOfAll) {
  Assignment assignment;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    const Problem p = random_problem(seed, seed % 7, seed / 7 % 7);
    assignment.solve(p.cost, p.miss, p.unassigned);
    EXPECT_NEAR(assignment.total_cost(), cheapest_by_enumeration(p), 1e-12) << "seed " << seed;
  }
}

/// The Hungarian method on the square problem with dummy rows and columns (Kuhn, Munkres), as printed in textbooks.
double hungarian(const Problem& p) {
  const std::size_t size = p.m + p.n;
  constexpr double kMuch = 1e7;
  const auto a = [&](std::size_t i, std::size_t j) -> double {
    if (i < p.m && j < p.n) return p.cost[i * p.n + j] == kForbidden ? kMuch : p.cost[i * p.n + j];
    if (i < p.m) return j - p.n == i ? p.miss[i] : kMuch;
    if (j < p.n) return i - p.m == j ? p.unassigned[j] : kMuch;
    return 0;
  };
  std::vector<double> u(size + 1), v(size + 1);
  std::vector<std::size_t> match(size + 1), way(size + 1);
  for (std::size_t i = 1; i <= size; ++i) {
    match[0] = i;
    std::size_t j0 = 0;
    std::vector<double> least(size + 1, 1e18);
    std::vector<bool> used(size + 1);
    do {
      used[j0] = true;
      std::size_t j1 = 0;
      double delta = 1e18;
      for (std::size_t j = 1; j <= size; ++j) {
        if (used[j]) continue;
        const double c = a(match[j0] - 1, j - 1) - u[match[j0]] - v[j];
        if (c < least[j]) least[j] = c, way[j] = j0;
        if (least[j] < delta) delta = least[j], j1 = j;
      }
      for (std::size_t j = 0; j <= size; ++j)
        if (used[j])
          u[match[j]] += delta, v[j] -= delta;
        else
          least[j] -= delta;
      j0 = j1;
    } while (match[j0] != 0);
    for (; j0; j0 = way[j0]) match[j0] = match[way[j0]];
  }
  double total = 0;
  for (std::size_t j = 1; j <= size; ++j) total += a(match[j] - 1, j - 1);
  return total;
}

TEST(Assignment, AgreesWithTheHungarianMethodOnLargeProblems) {
  Assignment assignment;
  for (auto [m, n] : {std::pair<std::size_t, std::size_t>{60, 60}, {80, 30}, {30, 80}}) {
    const Problem p = random_problem(std::uint32_t(1000 + m), m, n);
    assignment.solve(p.cost, p.miss, p.unassigned);
    EXPECT_NEAR(assignment.total_cost(), hungarian(p), 1e-7);  // the twin's 1e7 costs its last digits
  }
}

/// All joint hypotheses one by one.
void enumerate(const std::vector<double>& weight, const std::vector<double>& miss, std::size_t n,
               JointProbabilities& out) {
  const std::size_t m = miss.size();
  out.beta.assign(m * (n + 1), 0);
  out.hypotheses = 0;
  std::vector<std::size_t> choice(m);
  std::vector<bool> taken(n);
  double total = 0;
  const std::function<void(std::size_t, double)> go = [&](std::size_t i, double product) {
    if (i == m) {
      ++out.hypotheses;
      total += product;
      for (std::size_t k = 0; k < m; ++k) out.beta[k * (n + 1) + choice[k]] += product;
      return;
    }
    choice[i] = 0;
    go(i + 1, product * miss[i]);
    for (std::size_t j = 0; j < n; ++j) {
      if (taken[j] || !(weight[i * n + j] > 0)) continue;
      taken[j] = true;
      choice[i] = j + 1;
      go(i + 1, product * weight[i * n + j]);
      taken[j] = false;
    }
  };
  go(0, 1);
  for (double& b : out.beta) b /= total;
}

TEST(JointProbabilities, AreThoseOfAllHypotheses) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const std::size_t m = seed % 6, n = seed / 6 % 7;
    const Draws draws{seed};
    std::uint32_t k = 0;
    const auto u = [&] { return draws.uniform({0, 0, Purpose::free, 0, k++}); };
    std::vector<double> weight, miss;
    for (std::size_t i = 0; i < m * n; ++i) weight.push_back(u() < 0.5 ? 0 : std::exp(12 * u() - 6));
    for (std::size_t i = 0; i < m; ++i) miss.push_back(0.01 + u());
    JointProbabilities expected, computed;
    enumerate(weight, miss, n, expected);
    ASSERT_TRUE(joint_probabilities(weight, miss, computed));
    EXPECT_EQ(computed.hypotheses, expected.hypotheses) << "seed " << seed;
    for (std::size_t i = 0; i < m * (n + 1) && n > 0; ++i)
      EXPECT_NEAR(computed.beta[i], expected.beta[i], 1e-13) << "seed " << seed;
  }
}

TEST(JointProbabilities, TwelveTracksOnTwelveMeasurementsAreNoTrouble) {
  JointProbabilities joint;
  ASSERT_TRUE(joint_probabilities(std::vector<double>(144, 1.0), std::vector<double>(12, 1.0), joint));
  // sum over k of C(12, k)^2 k!
  EXPECT_EQ(joint.hypotheses, 53334454417.0);
  for (double b : {joint.beta[1], joint.beta[155]}) EXPECT_NEAR(b, (1 - joint.beta[0]) / 12, 1e-13);
}

TEST(Initiation, FollowsTheMOfNMachine) {
  InitiationMachine machine;
  machine.rule = {2, 3, 2};
  std::vector<std::int32_t> states;
  for (int hit : {0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1}) {
    machine.scan(hit == 1);
    states.push_back(machine.state);
  }
  EXPECT_EQ(states, (std::vector<std::int32_t>{0, 1, 1, 0, 1, 2, 2, 2, 2, 0, 1}));
  EXPECT_EQ(machine.confirmed_count, 1);
  EXPECT_EQ(machine.deleted_count, 2);
}

TEST(Initiation, TheProbabilityIsTheBinomialTail) {
  EXPECT_NEAR(confirmation_probability({2, 3, 1}, 0.9), 0.99, 1e-15);
  EXPECT_NEAR(confirmation_probability({3, 4, 1}, 0.7), 0.784, 1e-15);
  EXPECT_NEAR(confirmation_probability({3, 5, 1}, 0.8), 0.9728, 1e-15);
  EXPECT_EQ(confirmation_probability({1, 1, 1}, 0.2), 1);
}

}  // namespace
}  // namespace pavise
