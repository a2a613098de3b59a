#include "study/statistics.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

using Wide = long double;
namespace policies = boost::math::policies;
// Out of range is answered with infinity, underflow with 0: no exception leaves a special function.
using Quiet =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>>;

/// A double in (0,1) as the decimal it is printed as: digits / 10^places.
struct Decimal {
  unsigned __int128 digits = 0;
  unsigned __int128 scale = 1;
};
std::optional<Decimal> decimal_of(double value) {
  char text[512];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  const std::string_view shown(text, std::size_t(end - text));
  if (!shown.starts_with("0.") || shown.size() > 2 + 30) return std::nullopt;
  Decimal result;
  for (char c : shown.substr(2)) {
    result.digits = result.digits * 10 + unsigned(c - '0');
    result.scale *= 10;
  }
  return result;
}

/// Mean and sum of squared deviations, two passes in long double.
struct WideMoments {
  Wide mean = 0, sum_of_squares = 0, count = 0;
  Wide variance() const { return sum_of_squares / (count - 1); }
};
template <class Value>
WideMoments wide_moments(std::size_t count, Value&& value) {
  WideMoments m;
  m.count = Wide(count);
  for (std::size_t i = 0; i < count; ++i) m.mean += value(i);
  m.mean /= m.count;
  Wide rest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Wide d = value(i) - m.mean;
    rest += d;
    m.sum_of_squares += d * d;
  }
  m.sum_of_squares -= rest * rest / m.count;
  return m;
}

Interval around(Wide centre, Wide half) { return {double(centre - half), double(centre + half)}; }

Wide half_alpha(double confidence) { return Wide(complement_of(confidence)) / 2; }

/// The upper alpha/2 point of Student's t, from the tail: no 1 - alpha/2 that would round.
Wide t_upper_point(Wide degrees_of_freedom, double confidence) {
  return -Wide(t_quantile(double(degrees_of_freedom), double(half_alpha(confidence))));
}
Wide normal_upper_point(double confidence) {
  return std::sqrt(Wide(2)) * boost::math::erfc_inv(2 * half_alpha(confidence), Quiet());
}

/// P(X <= k) and P(X >= k) of a binomial.
Wide binomial_at_most(std::int64_t k, std::int64_t n, Wide p) {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return boost::math::ibetac(Wide(k + 1), Wide(n - k), p, Quiet());
}
Wide binomial_at_least(std::int64_t k, std::int64_t n, Wide p) {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return boost::math::ibeta(Wide(k), Wide(n - k + 1), p, Quiet());
}

}  // namespace

double complement_of(double value) {
  if (const auto decimal = decimal_of(value))
    return double(Wide(decimal->scale - decimal->digits) / Wide(decimal->scale));
  return 1 - value;
}

double normal_quantile(double p) { return double(-std::sqrt(Wide(2)) * boost::math::erfc_inv(2 * Wide(p), Quiet())); }

double t_quantile(double degrees_of_freedom, double p) {
  if (p == 0.5) return 0;
  const Wide nu = degrees_of_freedom;
  // by symmetry the lower half; 1 - p is exact for p > 1/2
  const Wide tail = p < 0.5 ? Wide(p) : 1 - Wide(p);
  const double sign = p < 0.5 ? -1 : 1;
  Wide x = 0, y = 0, t = 0;
  if (tail < 0.25L) {
    // 2 tail = I_x(nu/2, 1/2) with x = nu / (nu + t^2)
    x = boost::math::ibeta_inv(nu / 2, Wide(0.5), 2 * tail, &y, Quiet());
    t = std::sqrt(nu * y / x);
  } else {
    // 1 - 2 tail = I_x(1/2, nu/2) with x = t^2 / (nu + t^2)
    x = boost::math::ibeta_inv(Wide(0.5), nu / 2, 1 - 2 * tail, &y, Quiet());
    t = std::sqrt(nu * x / y);
  }
  // Newton's steps on the same function: the inverse stops at a tolerance of its own
  for (int step = 0; step < 2 && std::isfinite(t) && t > 0; ++step) {
    const Wide square = t * t, left = nu / (nu + square), right = square / (nu + square);
    const Wide excess = tail < 0.25L ? boost::math::ibeta(nu / 2, Wide(0.5), left, Quiet()) / 2 - tail
                                     : (1 - 2 * tail - boost::math::ibeta(Wide(0.5), nu / 2, right, Quiet())) / 2;
    const Wide density =
        boost::math::ibeta_derivative(Wide(0.5), nu / 2, right, Quiet()) * t * nu / ((nu + square) * (nu + square));
    if (!(density > 0) || !std::isfinite(excess / density)) break;
    const Wide better = t + excess / density;
    if (!(better > 0) || std::fabs(better - t) > 1e-6L * t) break;
    t = better;
  }
  return sign * double(t);
}

double chi_square_quantile(double degrees_of_freedom, double p) {
  const Wide a = Wide(degrees_of_freedom) / 2;
  return double(2 * (p < 0.5 ? boost::math::gamma_p_inv(a, Wide(p), Quiet())
                             : boost::math::gamma_q_inv(a, 1 - Wide(p), Quiet())));
}

double beta_quantile(double alpha, double beta, double p) {
  return double(p < 0.5 ? boost::math::ibeta_inv(Wide(alpha), Wide(beta), Wide(p), Quiet())
                        : boost::math::ibetac_inv(Wide(alpha), Wide(beta), 1 - Wide(p), Quiet()));
}

Tails normal_tails(double x) {
  const Wide z = Wide(x) / std::sqrt(Wide(2));
  return {double(std::erfc(-z) / 2), double(std::erfc(z) / 2)};
}

double t_two_sided(double degrees_of_freedom, double t) {
  const Wide nu = degrees_of_freedom, square = Wide(t) * Wide(t);
  if (!std::isfinite(square)) return 0;
  // of the two forms the one whose argument does not round towards 1
  return double(square > nu ? boost::math::ibeta(nu / 2, Wide(0.5), nu / (nu + square), Quiet())
                            : boost::math::ibetac(Wide(0.5), nu / 2, square / (nu + square), Quiet()));
}

Tails t_tails(double degrees_of_freedom, double x) {
  const Wide tail = Wide(t_two_sided(degrees_of_freedom, x)) / 2;
  const double small = double(tail), large = double(1 - tail);
  return x < 0 ? Tails{small, large} : Tails{large, small};
}

Tails chi_square_tails(double degrees_of_freedom, double x) {
  if (!(x > 0)) return {0, 1};
  const Wide a = Wide(degrees_of_freedom) / 2, half = Wide(x) / 2;
  return {double(boost::math::gamma_p(a, half, Quiet())), double(boost::math::gamma_q(a, half, Quiet()))};
}

Tails beta_tails(double alpha, double beta, double x) {
  if (!(x > 0)) return {0, 1};
  if (x >= 1) return {1, 0};
  return {double(boost::math::ibeta(Wide(alpha), Wide(beta), Wide(x), Quiet())),
          double(boost::math::ibetac(Wide(alpha), Wide(beta), Wide(x), Quiet()))};
}

void Moments::add(double value) {
  ++count;
  const double before = value - mean;
  mean += before / double(count);
  sum_of_squares += before * (value - mean);
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const double n = double(count), m = double(other.count), apart = other.mean - mean;
  mean += apart * (m / (n + m));
  sum_of_squares += other.sum_of_squares + apart * apart * (n * m / (n + m));
  count += other.count;
}

void CompensatedSum::add(double value) {
  const double next = sum + value;
  carry += std::fabs(sum) >= std::fabs(value) ? (sum - next) + value : (value - next) + sum;
  sum = next;
}

Interval wilson(std::int64_t successes, std::int64_t trials, double confidence) {
  PAVISE_ASSERT(trials >= 1 && successes >= 0 && successes <= trials);
  const Wide n = Wide(trials), z = normal_upper_point(confidence), z2 = z * z;
  // The upper root has no cancellation; the lower one follows from the product of the roots, p^2 / (1 + z^2/n).
  const auto roots = [&](std::int64_t x) {
    const Wide p = Wide(x) / n;
    const Wide q = Wide(trials - x) / n;
    const Wide upper = (p + z2 / (2 * n) + z * std::sqrt(p * q / n + z2 / (4 * n * n))) / (1 + z2 / n);
    return std::pair{p * p / ((1 + z2 / n) * upper), upper};
  };
  const double lower = successes == 0 ? 0 : double(roots(successes).first);
  const double upper = successes == trials ? 1 : double(1 - roots(trials - successes).first);
  return {lower, upper};
}

Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double confidence) {
  PAVISE_ASSERT(trials >= 1 && successes >= 0 && successes <= trials);
  const Wide x = Wide(successes), n = Wide(trials), tail = half_alpha(confidence);
  return {successes == 0 ? 0 : double(boost::math::ibeta_inv(x, n - x + 1, tail, Quiet())),
          successes == trials ? 1 : double(boost::math::ibetac_inv(x + 1, n - x, tail, Quiet()))};
}

double mcnemar_exact(std::int64_t only_a, std::int64_t only_b) {
  const std::int64_t n = only_a + only_b, k = std::min(only_a, only_b);
  if (n == 0) return 1;
  return double(std::min(Wide(1), 2 * binomial_at_most(k, n, Wide(0.5))));
}

MeanInterval t_interval(std::span<const double> sample, double confidence) {
  PAVISE_ASSERT(sample.size() >= 2);
  const WideMoments m = wide_moments(sample.size(), [&](std::size_t i) { return Wide(sample[i]); });
  const Wide se = std::sqrt(m.variance() / m.count);
  return {double(m.mean), double(se), around(m.mean, t_upper_point(m.count - 1, confidence) * se)};
}

MeanInterval t_interval(const Moments& moments, double confidence) {
  if (moments.count < 2) return {moments.mean, 0, {moments.mean, moments.mean}};
  const Wide se = std::sqrt(Wide(moments.variance()) / Wide(moments.count));
  return {moments.mean, double(se),
          around(moments.mean, se > 0 ? t_upper_point(Wide(moments.count - 1), confidence) * se : 0)};
}

Paired paired(std::span<const double> a, std::span<const double> b, double confidence) {
  PAVISE_ASSERT(a.size() == b.size() && a.size() >= 3);
  const std::size_t n = a.size();
  const WideMoments ma = wide_moments(n, [&](std::size_t i) { return Wide(a[i]); });
  const WideMoments mb = wide_moments(n, [&](std::size_t i) { return Wide(b[i]); });
  const WideMoments md = wide_moments(n, [&](std::size_t i) { return Wide(a[i]) - Wide(b[i]); });
  Wide product = 0;
  for (std::size_t i = 0; i < n; ++i) product += (Wide(a[i]) - ma.mean) * (Wide(b[i]) - mb.mean);
  const Wide se = std::sqrt(md.variance() / md.count);
  return {.mean_difference = double(md.mean),
          .se = double(se),
          .interval = around(md.mean, t_upper_point(md.count - 1, confidence) * se),
          .correlation = double(product / std::sqrt(ma.sum_of_squares * mb.sum_of_squares)),
          .unpaired_se = double(std::sqrt((ma.variance() + mb.variance()) / ma.count)),
          .p_value = t_two_sided(double(n - 1), double(md.mean / se))};
}

TwoSample two_sample(std::span<const double> a, std::span<const double> b, double confidence) {
  PAVISE_ASSERT(a.size() >= 2 && b.size() >= 2);
  const WideMoments ma = wide_moments(a.size(), [&](std::size_t i) { return Wide(a[i]); });
  const WideMoments mb = wide_moments(b.size(), [&](std::size_t i) { return Wide(b[i]); });
  const Wide va = ma.variance() / ma.count, vb = mb.variance() / mb.count;
  const Wide se = std::sqrt(va + vb);
  const Wide nu = (va + vb) * (va + vb) / (va * va / (ma.count - 1) + vb * vb / (mb.count - 1));
  const Wide difference = ma.mean - mb.mean;
  return {.difference = double(difference),
          .se = double(se),
          .degrees_of_freedom = double(nu),
          .interval = around(difference, t_upper_point(nu, confidence) * se),
          .p_value = t_two_sided(double(nu), double(difference / se))};
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    return p_values[i] != p_values[j] ? p_values[i] < p_values[j] : i < j;
  });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, double(order.size() - rank) * p_values[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

QuantileRanks quantile_ranks(std::int64_t count, double level, double confidence) {
  PAVISE_ASSERT(count >= 1 && level > 0 && level < 1);
  QuantileRanks ranks;
  const auto decimal = decimal_of(level);
  if (decimal && count < (std::int64_t(1) << 24)) {
    const unsigned __int128 product = decimal->digits * unsigned(count);
    ranks.estimate = std::int64_t((product + decimal->scale - 1) / decimal->scale);
  } else {
    ranks.estimate = std::int64_t(std::ceil(Wide(level) * Wide(count)));
  }
  ranks.estimate = std::clamp<std::int64_t>(ranks.estimate, 1, count);

  // A tail that equals alpha/2 counts as reached: both are rounded, so equality has a margin of some ulp.
  const Wide p = decimal ? Wide(decimal->digits) / Wide(decimal->scale) : Wide(level);
  const Wide tail = half_alpha(confidence) * (1 + 1e-13L);
  std::int64_t low = 0, high = count;  // largest l in 0 ... count with P(X <= l - 1) <= tail
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    if (binomial_at_most(middle - 1, count, p) <= tail)
      low = middle;
    else
      high = middle - 1;
  }
  if (low >= 1) ranks.lower = low;
  low = 1, high = count + 1;  // smallest u in 1 ... count + 1 with P(X >= u) <= tail
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (binomial_at_least(middle, count, p) <= tail)
      high = middle;
    else
      low = middle + 1;
  }
  if (low <= count) ranks.upper = low;
  return ranks;
}

}  // namespace pavise
