#include "study/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "study/summary.hpp"

namespace pavise {
namespace {

void expect_close(double value, double expected, double relative) {
  EXPECT_NEAR(value, expected, relative * std::fabs(expected));
}

TEST(Statistics, AConfidenceIsTheDecimalThatIsWritten) {
  EXPECT_EQ(complement_of(0.95), 0.05);
  EXPECT_EQ(complement_of(0.999999999999), 1e-12);
  EXPECT_EQ(complement_of(0.5), 0.5);
}

TEST(Statistics, QuantilesInvertTheirTails) {
  for (double nu : {0.5, 1.0, 2.0, 3.7, 30.0, 1e3, 1e6})
    for (double p : {1e-10, 1e-4, 0.025, 0.2, 0.249, 0.251, 0.4, 0.499999, 0.6, 0.975}) {
      SCOPED_TRACE(::testing::Message() << nu << " " << p);
      expect_close(t_tails(nu, t_quantile(nu, p)).lower, p, 1e-12);
      expect_close(chi_square_tails(nu, chi_square_quantile(nu, p)).lower, p, 1e-10);
      if (nu < 1e4) expect_close(beta_tails(nu, 2.5, beta_quantile(nu, 2.5, p)).lower, p, 1e-10);
      expect_close(normal_tails(normal_quantile(p)).lower, p, 1e-12);
    }
}

TEST(Statistics, TailsKeepTheirRelativePrecision) {
  // closed forms: t with 1 degree of freedom is Cauchy's, chi-square with 2 an exponential, beta(1, b) a power
  expect_close(t_tails(1, -1e8).lower, 1 / (M_PI * 1e8), 1e-14);
  expect_close(chi_square_tails(2, 600).upper, std::exp(-300), 1e-12);
  expect_close(beta_tails(1, 50, 0.999).upper, std::pow(1 - 0.999, 50), 1e-11);
  expect_close(normal_tails(-30).lower, 4.906713927148187e-198, 1e-12);
}

TEST(Statistics, IntervalsOfProportionsAreExactAtTheEnds) {
  EXPECT_EQ(wilson(0, 7, 0.95).lower, 0);
  EXPECT_EQ(wilson(7, 7, 0.95).upper, 1);
  EXPECT_EQ(clopper_pearson(0, 7, 0.95).lower, 0);
  EXPECT_EQ(clopper_pearson(7, 7, 0.95).upper, 1);
  // no success: upper limit 1 - (alpha/2)^(1/n)
  expect_close(clopper_pearson(0, 7, 0.95).upper, 1 - std::pow(0.025, 1.0 / 7), 1e-14);
  // symmetry
  expect_close(wilson(3, 10, 0.9).lower, 1 - wilson(7, 10, 0.9).upper, 1e-14);
}

TEST(Statistics, McNemarCountsTheDiscordantPairsOnly) {
  EXPECT_EQ(mcnemar_exact(0, 0), 1);
  expect_close(mcnemar_exact(0, 6), 2.0 / 64, 1e-14);
  expect_close(mcnemar_exact(1000, 0), std::ldexp(1.0, -999), 1e-13);
  EXPECT_EQ(mcnemar_exact(4, 4), 1);
}

TEST(Statistics, HolmKeepsTheOrderGiven) {
  const std::vector<double> adjusted = holm(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  const double expected[] = {0.03, 0.06, 0.06, 0.02};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  EXPECT_TRUE(holm({}).empty());
}

TEST(Statistics, RanksOfAQuantileTakeTheLevelAsADecimal) {
  EXPECT_EQ(quantile_ranks(100, 0.05, 0.95).estimate, 5);
  EXPECT_EQ(quantile_ranks(10, 0.3, 0.95).estimate, 3);
  EXPECT_EQ(quantile_ranks(1, 0.5, 0.95).estimate, 1);
  EXPECT_FALSE(quantile_ranks(1, 0.5, 0.95).lower);
  EXPECT_FALSE(quantile_ranks(1, 0.5, 0.95).upper);
  // n = 2, level 1/2, confidence 1/2: P(X <= 0) = 1/4 is alpha/2 exactly, and counts
  EXPECT_EQ(quantile_ranks(2, 0.5, 0.5).lower, 1);
  EXPECT_EQ(quantile_ranks(2, 0.5, 0.5).upper, 2);
  // against a plain sum over the binomial distribution
  const int n = 21;
  double sum = 0;
  int lower = 0;
  for (int k = 0; k < n; ++k) {
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) * std::pow(0.5, n);
    if (sum <= 0.025) lower = k + 1;
  }
  EXPECT_EQ(quantile_ranks(n, 0.5, 0.95).lower, lower);
  EXPECT_EQ(quantile_ranks(n, 0.5, 0.95).upper, n + 1 - lower);
}

TEST(Statistics, MergedMomentsAreThoseOfAllValues) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(1e6, 1);
  Moments whole, merged, empty;
  long double sum = 0, squares = 0;
  std::vector<double> all;
  for (int size : {1, 0, 17, 400, 3}) {
    Moments chunk;
    for (int i = 0; i < size; ++i) {
      const double x = normal(random);
      all.push_back(x);
      chunk.add(x);
      whole.add(x);
    }
    merged.merge(chunk);
  }
  merged.merge(empty);
  for (double x : all) sum += x;
  const long double mean = sum / (long double)(all.size());
  for (double x : all) squares += (x - mean) * (x - mean);
  EXPECT_EQ(merged.count, std::int64_t(all.size()));
  EXPECT_NEAR(merged.mean, double(mean), 4 * 2.2e-16 * 1e6);
  EXPECT_NEAR(merged.variance(), double(squares / (long double)(all.size() - 1)), 4 * 2.2e-16 * 1e6);
  EXPECT_NEAR(whole.variance(), merged.variance(), 4 * 2.2e-16 * 1e6);
}

TEST(Statistics, CompensatedSumsKeepWhatPlainOnesLose) {
  CompensatedSum sum;
  for (double x : {1.0, 1e100, 1.0, -1e100}) sum.add(x);
  EXPECT_EQ(sum.value(), 2);
}

TEST(Statistics, TheMedianIsExactBeforeAndAfterTheCountsAreGivenUp) {
  for (int n : {1, 2, 999, 5000}) {
    OrderStatistics order;
    for (int i = 0; i < n; ++i) order.add((i * 7919) % n);
    EXPECT_EQ(order.median(), (n + 1) / 2 - 1) << n;
  }
}

/// One metric, its parts and a ratio over synthetic tallies, against the slow formulas.
TEST(Statistics, PairsAndRatiosAgreeWithTheirDefinitions) {
  const auto metrics = metric_columns({"drone"}, {"missile"});
  StudyStatistics statistics(metrics, 2, PairMode::every);
  const auto column = [&](const char* name) { return std::size_t(*statistics.find(name)); };
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> a, b, cost_a, kill_a;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> values(2 * metrics.size(), 0);
    const double common = normal(random);
    a.push_back(10 + common + 0.3 * normal(random));
    b.push_back(9 + common + 0.3 * normal(random));
    cost_a.push_back(5 + normal(random));
    kill_a.push_back(2 + 0.1 * normal(random));
    values[column("damage")] = a.back();
    values[metrics.size() + column("damage")] = b.back();
    values[column("cost.interceptors")] = cost_a.back();
    values[column("cost.threats_killed")] = kill_a.back();
    values[metrics.size() + column("cost.interceptors")] = 7;
    values[metrics.size() + column("cost.threats_killed")] = 2;
    statistics.add(values);
  }
  const Paired expected = paired(a, b, 0.95);
  const auto pairs = statistics.pairs();
  const PairSummary& damage = pairs[column("damage")];
  EXPECT_EQ(damage.metric, "damage");
  expect_close(damage.mean_difference, expected.mean_difference, 1e-12);
  expect_close(damage.se, expected.se, 1e-12);
  expect_close(damage.unpaired_se, expected.unpaired_se, 1e-12);
  expect_close(damage.correlation, expected.correlation, 1e-12);
  expect_close(damage.p_value, expected.p_value, 1e-9);
  expect_close(damage.ci95.lower, expected.interval.lower, 1e-12);

  // the ratio's standard error is that of the linearised values
  double mean_cost = 0, mean_kill = 0;
  for (std::size_t i = 0; i < 200; ++i) mean_cost += cost_a[i] / 200, mean_kill += kill_a[i] / 200;
  Moments linear;
  for (std::size_t i = 0; i < 200; ++i) linear.add((cost_a[i] - mean_cost / mean_kill * kill_a[i]) / mean_kill);
  const MetricSummary ratio = statistics.summary(0, std::int32_t(column("cost_exchange")));
  expect_close(ratio.mean, mean_cost / mean_kill, 1e-12);
  expect_close(ratio.se, std::sqrt(linear.variance() / 200), 1e-10);
  const PairSummary& exchange = pairs[column("cost_exchange")];
  expect_close(exchange.mean_difference, ratio.mean - 3.5, 1e-10);
  expect_close(exchange.se, ratio.se, 1e-10);  // the other arm has no spread
}

TEST(Statistics, HolmsFamilyIsTheMetricOverAllPairsOfArms) {
  const auto metrics = metric_columns({}, {});
  StudyStatistics statistics(metrics, 3, PairMode::every);
  const std::size_t damage = std::size_t(*statistics.find("damage"));
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 30; ++i) {
    std::vector<double> values(3 * metrics.size(), 0);
    for (std::size_t arm = 0; arm < 3; ++arm)
      values[arm * metrics.size() + damage] = 0.4 * double(arm) + normal(random);
    statistics.add(values);
  }
  std::vector<double> p, adjusted;
  for (const PairSummary& pair : statistics.pairs())
    if (pair.metric == "damage") {
      p.push_back(pair.p_value);
      adjusted.push_back(pair.p_value_holm);
    }
  ASSERT_EQ(p.size(), 3u);
  EXPECT_EQ(holm(p), adjusted);
}

}  // namespace
}  // namespace pavise
