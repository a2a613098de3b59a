#include "kernel/core/variates.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

namespace pavise {
namespace {

constexpr int kCount = 100'000;
constexpr double kZ = 4.5;  // standard errors: one false alarm in 150,000 comparisons, and the seeds are fixed

struct Moments {
  double mean = 0, variance = 0;
};
Moments moments_of(const std::function<double(const Draws&, const Address&)>& value, std::uint64_t seed = 1) {
  const Draws draws{seed};
  std::vector<double> x(kCount);
  Moments m;
  for (int i = 0; i < kCount; ++i) {
    x[std::size_t(i)] = value(draws, {.replication = 5, .entity = 2, .number = std::uint32_t(i)});
    m.mean += x[std::size_t(i)] / kCount;
  }
  for (double v : x) m.variance += (v - m.mean) * (v - m.mean) / (kCount - 1);
  return m;
}
// kurtosis: the excess.
void expect_moments(const Moments& m, double mean, double variance, double kurtosis) {
  EXPECT_NEAR(m.mean, mean, kZ * std::sqrt(variance / kCount));
  EXPECT_NEAR(m.variance, variance, kZ * variance * std::sqrt((kurtosis + 2) / kCount) + 1e-4 * variance);
}

TEST(Variates, HaveTheMomentsOfTheirDistributions) {
  expect_moments(moments_of([](auto& d, auto& a) { return uniform_value(d, a, -2, 4); }), 1, 3, -1.2);
  expect_moments(moments_of([](auto& d, auto& a) { return normal_value(d, a, 300, 10); }), 300, 100, 0);
  expect_moments(moments_of([](auto& d, auto& a) { return exponential_value(d, a, 0.03); }), 1 / 0.03, 1 / 0.0009, 6);
  const double q = std::exp(0.16);
  expect_moments(moments_of([](auto& d, auto& a) { return lognormal_value(d, a, 1, 0.4); }), std::exp(1.08),
                 (q - 1) * std::exp(2.16), q * q * q * q + 2 * q * q * q + 3 * q * q - 6);
  expect_moments(moments_of([](auto& d, auto& a) { return triangular_value(d, a, 1, 2, 5); }), 8.0 / 3, 13.0 / 18,
                 -0.6);
  expect_moments(moments_of([](auto& d, auto& a) { return triangular_value(d, a, 0, 1, 1); }), 2.0 / 3, 1.0 / 18, -0.6);
  expect_moments(moments_of([](auto& d, auto& a) { return double(bernoulli_value(d, a, 0.7)); }), 0.7, 0.21, -1.238);
  expect_moments(moments_of([](auto& d, auto& a) { return double(integer_value(d, a, 6)); }), 2.5, 35.0 / 12, -1.268);
}

TEST(Variates, BinomialHasItsMomentsByInversionAndByRejection) {
  struct Case {
    std::int64_t n;
    double p;
  };
  for (const Case c : {Case{10, 0.3},
                       {19, 0.5},
                       {20, 0.5},
                       {24, 0.9},
                       {100, 0.05},
                       {100, 0.3},
                       {1000, 0.71},
                       {1'000'000, 0.25},
                       {1'000'000'000, 1e-9}}) {
    const double variance = double(c.n) * c.p * (1 - c.p);
    SCOPED_TRACE(c.n);
    expect_moments(moments_of([&](auto& d, auto& a) { return double(binomial_value(d, a, c.n, c.p)); }),
                   double(c.n) * c.p, variance, (1 - 6 * c.p * (1 - c.p)) / variance);
  }
}

TEST(Variates, PoissonHasItsMomentsByInversionAndByRejection) {
  for (double mean : {0.01, 2.5, 9.99, 10.0, 42.0, 1e5}) {
    SCOPED_TRACE(mean);
    expect_moments(moments_of([&](auto& d, auto& a) { return double(poisson_value(d, a, mean)); }), mean, mean,
                   1 / mean);
  }
}

// The whole distribution where the two methods meet: chi squared over the cells with at least 20 expected.
TEST(Variates, BinomialAndPoissonHaveTheProbabilitiesOfEachNumber) {
  const Draws draws{11};
  const auto chi_squared_z = [](const std::vector<int>& seen, const std::function<double(int)>& log_probability) {
    double chi2 = 0;
    int cells = 0;
    for (int k = 0; k < int(seen.size()); ++k) {
      const double expected = kCount * std::exp(log_probability(k));
      if (expected < 20) continue;
      chi2 += (seen[std::size_t(k)] - expected) * (seen[std::size_t(k)] - expected) / expected;
      ++cells;
    }
    return (chi2 - cells) / std::sqrt(2.0 * cells);
  };
  for (double mean : {9.0, 11.0, 60.0}) {
    std::vector<int> poisson(200), binomial(200);
    const double p = mean / 150;
    for (int i = 0; i < kCount; ++i) {
      ++poisson[std::size_t(poisson_value(draws, {.number = std::uint32_t(i)}, mean))];
      ++binomial[std::size_t(binomial_value(draws, {.entity = 1, .number = std::uint32_t(i)}, 150, p))];
    }
    EXPECT_LT(chi_squared_z(poisson, [&](int k) { return k * std::log(mean) - mean - std::lgamma(k + 1.0); }), kZ);
    EXPECT_LT(chi_squared_z(binomial,
                            [&](int k) {
                              if (k > 150) return -1e9;
                              return std::lgamma(151.0) - std::lgamma(k + 1.0) - std::lgamma(151.0 - k) +
                                     k * std::log(p) + (150 - k) * std::log(1 - p);
                            }),
              kZ);
  }
}

// Mean of a normal conditioned on [a, b], by Simpson's rule.
double truncated_mean(double a, double b) {
  const int steps = 20'000;
  const double peak = a > 0 ? a : b < 0 ? b : 0;
  double mass = 0, first = 0;
  for (int i = 0; i <= steps; ++i) {
    const double z = a + (b - a) * i / steps, weight = (i == 0 || i == steps) ? 1 : i % 2 ? 4 : 2;
    const double density = weight * std::exp(-0.5 * (z * z - peak * peak));
    mass += density;
    first += density * z;
  }
  return first / mass;
}

TEST(TruncatedNormal, IsConditionedNotClamped) {
  struct Bounds {
    double a, b;
  };
  for (const Bounds c : {Bounds{-1.5, 2},
                         {0, 30},
                         {-0.2, 0.3},
                         {-30, 0.1},
                         {1, 30},
                         {3, 30},
                         {6, 20},
                         {8, 8.1},
                         {-30, -4},
                         {-5, -4},
                         {0, 2.4},
                         {0, 2.6},
                         {0.1, 1.5},
                         {2, 2.1}}) {
    SCOPED_TRACE(testing::Message() << c.a << " " << c.b);
    const Draws draws{3};
    double sum = 0, squares = 0;
    int at_bound = 0;
    for (int i = 0; i < kCount; ++i) {
      const double x = normal_value(draws, {.number = std::uint32_t(i)}, 300, 10, 300 + 10 * c.a, 300 + 10 * c.b);
      const double z = (x - 300) / 10;
      ASSERT_TRUE(x >= 300 + 10 * c.a && x <= 300 + 10 * c.b);
      at_bound += x == 300 + 10 * c.a || x == 300 + 10 * c.b;
      sum += z;
      squares += z * z;
    }
    const double mean = sum / kCount, sd = std::sqrt(squares / kCount - mean * mean);
    EXPECT_NEAR(mean, truncated_mean(c.a, c.b), kZ * sd / std::sqrt(kCount));
    EXPECT_LE(at_bound, 1);
  }
}

TEST(Variates, KeepToTheirEdges) {
  const Draws draws{4};
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Address at{.number = i};
    EXPECT_FALSE(bernoulli_value(draws, at, 0));
    EXPECT_TRUE(bernoulli_value(draws, at, 1));
    EXPECT_EQ(binomial_value(draws, at, 0, 0.5), 0);
    EXPECT_EQ(binomial_value(draws, at, 50, 0), 0);
    EXPECT_EQ(binomial_value(draws, at, 50, 1), 50);
    EXPECT_EQ(poisson_value(draws, at, 0), 0);
    EXPECT_EQ(integer_value(draws, at, 1), 0u);
    EXPECT_LT(integer_value(draws, at, (std::uint64_t(1) << 63) + 1), (std::uint64_t(1) << 63) + 1);
    EXPECT_EQ(uniform_value(draws, at, 7, 7), 7);
    EXPECT_EQ(choice_value(draws, at, std::array{0.0, 3.0, 0.0}), 1u);
  }
}

TEST(Variates, ChoiceFollowsTheWeights) {
  const Draws draws{5};
  const std::array weights{1.0, 0.0, 2.0, 5.0};
  std::array<int, 4> seen{};
  for (int i = 0; i < kCount; ++i) ++seen[choice_value(draws, {.entity = std::uint32_t(i)}, weights)];
  for (std::size_t k = 0; k < 4; ++k) {
    const double p = weights[k] / 8;
    EXPECT_NEAR(double(seen[k]) / kCount, p, kZ * std::sqrt(p * (1 - p) / kCount));
  }
}

// Integers below 3 * 2^62: with the naive remainder of 64 bits the lowest third would be twice as likely.
TEST(Variates, IntegersHaveNoBias) {
  const Draws draws{6};
  const std::uint64_t third = std::uint64_t(1) << 62;
  int low = 0;
  for (int i = 0; i < kCount; ++i) low += integer_value(draws, {.number = std::uint32_t(i)}, 3 * third) < third;
  EXPECT_NEAR(double(low) / kCount, 1.0 / 3, kZ * std::sqrt(2.0 / 9 / kCount));
}

TEST(Variates, ADrawDependsOnItsOwnAddressAlone) {
  const Draws draws{7};
  // whatever the neighbours took: asked for backwards, alone, or among others
  std::vector<double> forward, backward(200);
  for (std::uint32_t i = 0; i < 200; ++i) forward.push_back(normal_value(draws, {.number = i}, 0, 1, 3, 9));
  for (std::uint32_t i = 200; i-- > 0;) {
    binomial_value(draws, {.number = i + 1}, 1000, 0.5);
    backward[i] = normal_value(draws, {.number = i}, 0, 1, 3, 9);
  }
  EXPECT_EQ(forward, backward);
  EXPECT_EQ(std::set(forward.begin(), forward.end()).size(), 200u);
}

TEST(Variates, AnUnboundedNormalIsTheDrawOfItsAddress) {
  const Draws draws{8};
  for (std::uint32_t i = 0; i < 100; ++i)
    EXPECT_EQ(normal_value(draws, {.entity = i}, 5, 2), 5 + 2 * draws.normal({.entity = i}));
}

// The bits of some thousand values: the same for GCC and Clang, -O0 and -O3.
TEST(Variates, GiveTheRecordedBits) {
  const Draws draws{2026};
  std::uint64_t sum = 0;
  const auto add = [&](double value) { sum = (sum ^ elementary::bits_of(value)) * 0x100000001b3; };
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const Address at{.replication = i};
    add(uniform_value(draws, at, 1, 2));
    add(normal_value(draws, at, 0, 1, 0.5, 3));
    add(normal_value(draws, at, 0, 1, -1, 1));
    add(exponential_value(draws, at, 3));
    add(lognormal_value(draws, at, 1, 0.4));
    add(triangular_value(draws, at, 1, 2, 5));
    add(double(binomial_value(draws, at, 40, 0.4)));
    add(double(binomial_value(draws, at, 1000, 0.6)));
    add(double(poisson_value(draws, at, 3)));
    add(double(poisson_value(draws, at, 30)));
    add(double(integer_value(draws, at, 1000)));
  }
  EXPECT_EQ(sum, 456045298599236106u);
}

}  // namespace
}  // namespace pavise
