// Intervals, tests, quantiles and moments. Equations: docs/formats/study.md and the conformance kind `statistics`.
// Special functions are evaluated in long double, so that tails keep full relative precision in double.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pavise {

struct Interval {
  double lower = 0, upper = 0;
};

/// 1 - value, where value is meant as the decimal that a person writes: complement_of(0.95) is 0.05, not 0.05 + 4e-17.
double complement_of(double value);

// -- distributions: quantile for p in (0,1); lower tail P(X <= x), upper tail P(X > x)
struct Tails {
  double lower = 0, upper = 0;
};
double normal_quantile(double p);
double t_quantile(double degrees_of_freedom, double p);
double chi_square_quantile(double degrees_of_freedom, double p);
double beta_quantile(double alpha, double beta, double p);
Tails normal_tails(double x);
Tails t_tails(double degrees_of_freedom, double x);
Tails chi_square_tails(double degrees_of_freedom, double x);
Tails beta_tails(double alpha, double beta, double x);
/// P(|T| > |t|) of Student's t.
double t_two_sided(double degrees_of_freedom, double t);

// -- moments
/// Count, mean and sum of squared deviations, one value at a time (Welford 1962) or merged (Chan, Golub, LeVeque 1983).
struct Moments {
  std::int64_t count = 0;
  double mean = 0, sum_of_squares = 0;  // of deviations from the mean

  void add(double value);
  void merge(const Moments& other);
  /// Divides by count - 1; needs two values.
  double variance() const { return count > 1 ? sum_of_squares / double(count - 1) : 0; }
};

/// A sum that carries its rounding error along (Neumaier 1974).
struct CompensatedSum {
  double sum = 0, carry = 0;
  void add(double value);
  double value() const { return sum + carry; }
};

/// Means and co-moments of N quantities observed together.
template <int N>
struct JointMoments {
  std::int64_t count = 0;
  double mean[N] = {};
  double co_moment[N][N] = {};  // sum of (x_i - mean_i)(x_j - mean_j)

  void add(const double (&x)[N]) {
    ++count;
    double before[N];
    for (int i = 0; i < N; ++i) {
      before[i] = x[i] - mean[i];
      mean[i] += before[i] / double(count);
    }
    for (int i = 0; i < N; ++i)
      for (int j = 0; j <= i; ++j) {
        co_moment[i][j] += before[i] * (x[j] - mean[j]);
        co_moment[j][i] = co_moment[i][j];
      }
  }
  double covariance(int i, int j) const { return count > 1 ? co_moment[i][j] / double(count - 1) : 0; }
};

// -- proportions
/// Wilson (1927), no continuity correction; exactly 0 below for no success, exactly 1 above for no failure.
Interval wilson(std::int64_t successes, std::int64_t trials, double confidence);
/// Clopper and Pearson (1934).
Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence);
/// McNemar's exact two-sided test from the counts of discordant pairs.
double mcnemar_exact(std::int64_t only_a, std::int64_t only_b);

// -- means
struct MeanInterval {
  double mean = 0, se = 0;
  Interval interval;
};
MeanInterval t_interval(std::span<const double> sample, double confidence);
/// The same from moments; se 0 and an empty width for fewer than two values.
MeanInterval t_interval(const Moments& moments, double confidence);

struct Paired {
  double mean_difference = 0, se = 0;  // of a - b
  Interval interval;
  double correlation = 0, unpaired_se = 0, p_value = 1;
};
/// a and b of equal length n >= 3.
Paired paired(std::span<const double> a, std::span<const double> b, double confidence);

struct TwoSample {
  double difference = 0, se = 0, degrees_of_freedom = 0;
  Interval interval;
  double p_value = 1;
};
/// Welch's test; degrees of freedom by Welch and Satterthwaite, not rounded.
TwoSample two_sample(std::span<const double> a, std::span<const double> b, double confidence);

/// Holm (1979): adjusted p values in the order given.
std::vector<double> holm(std::span<const double> p_values);

// -- quantiles
struct QuantileRanks {
  std::int64_t estimate = 1;                 // from 1
  std::optional<std::int64_t> lower, upper;  // of an interval that assumes nothing of the distribution
};
/// David and Nagaraja, Order Statistics, 3rd ed., 7.1; level and confidence in (0,1) are meant as decimals.
QuantileRanks quantile_ranks(std::int64_t count, double level, double confidence);

}  // namespace pavise
