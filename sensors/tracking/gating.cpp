#include "sensors/tracking/gating.hpp"

#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {
namespace {

/// Gamma(d / 2) for whole d >= 1: (d/2 - 1)(d/2 - 2) ... down to Gamma(1) = 1 or Gamma(1/2) = sqrt(pi).
double gamma_of_half(int d) {
  double product = d % 2 == 0 ? 1.0 : std::sqrt(kPi);
  for (double a = d % 2 == 0 ? 1.0 : 0.5; a < 0.5 * d - 0.25; a += 1) product *= a;
  return product;
}

/// x^a e^-x / Gamma(a), the factor common to the series and the fraction below; a = d/2.
double leading_factor(int d, double x) { return exponential(0.5 * d * logarithm(x) - x) / gamma_of_half(d); }

/// P(a, x) by its series, all terms positive; good for x < a + 1.
double lower_gamma(int d, double x) {
  const double a = 0.5 * d;
  double term = 1 / a, sum = term;
  for (int k = 1; k < 500 && term > 1e-18 * sum; ++k) sum += term *= x / (a + k);
  return leading_factor(d, x) * sum;
}

/// Q(a, x) by its continued fraction (Lentz); good for x > a + 1.
double upper_gamma(int d, double x) {
  const double a = 0.5 * d;
  double b = x + 1 - a, c = 1e300, D = 1 / b, fraction = D;
  for (int k = 1; k < 500; ++k) {
    const double numerator = -k * (k - a);
    b += 2;
    D = 1 / (numerator * D + b);
    c = b + numerator / c;
    const double factor = D * c;
    fraction *= factor;
    if (std::fabs(factor - 1) < 1e-16) break;
  }
  return leading_factor(d, x) * fraction;
}

}  // namespace

double chi_square_probability(int dimensions, double x) {
  PAVISE_ASSERT(dimensions >= 1);
  if (!(x > 0)) return 0;
  const double half = 0.5 * x;
  return half < 0.5 * dimensions + 1 ? lower_gamma(dimensions, half) : 1 - upper_gamma(dimensions, half);
}

double chi_square_quantile(int dimensions, double probability) {
  PAVISE_ASSERT(dimensions >= 1 && probability > 0 && probability < 1);
  const double a = 0.5 * dimensions;
  const bool is_upper = probability > 0.5;
  // whichever tail is the smaller one is compared, so that 0.999999 loses no digits
  const auto excess = [&](double x) {
    const double half = 0.5 * x;
    if (half < a + 1) {
      const double lower = lower_gamma(dimensions, half);
      return lower - probability;
    }
    const double upper = upper_gamma(dimensions, half);
    return is_upper ? (1 - probability) - upper : (1 - upper) - probability;
  };

  // bracket, then Newton steps that fall back to bisection when they leave the bracket
  double low = 0, high = dimensions + 10.0;
  while (excess(high) < 0) high *= 2;
  double x = 0.5 * high;
  for (int k = 0; k < 200; ++k) {
    const double f = excess(x);
    (f < 0 ? low : high) = x;
    const double density = 0.5 * leading_factor(dimensions, 0.5 * x) / (0.5 * x);
    double next = x - f / density;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::fabs(next - x) <= 1e-15 * x) return next;
    x = next;
  }
  return x;
}

double gate_volume(int dimensions, double threshold, double determinant) {
  // unit ball: pi^(d/2) / Gamma(d/2 + 1)
  const double half = 0.5 * dimensions;
  return power(kPi * threshold, half) / gamma_of_half(dimensions + 2) * std::sqrt(determinant);
}

bool InnovationEllipsoid::set(int dimensions, std::span<const double> covariance) {
  PAVISE_ASSERT(dimensions >= 1 && dimensions <= kMostDimensions &&
                covariance.size() == std::size_t(dimensions) * std::size_t(dimensions));
  dimensions_ = dimensions;
  for (int i = 0; i < dimensions; ++i)
    for (int j = 0; j <= i; ++j) {
      double sum = covariance[std::size_t(i * dimensions + j)];
      for (int k = 0; k < j; ++k) sum -= lower_[i][k] * lower_[j][k];
      if (i != j) {
        lower_[i][j] = sum / lower_[j][j];
      } else {
        if (!(sum > 0)) return false;
        lower_[i][i] = std::sqrt(sum);
      }
    }
  return true;
}

double InnovationEllipsoid::determinant() const {
  double product = 1;
  for (int i = 0; i < dimensions_; ++i) product *= lower_[i][i];
  return product * product;
}

double InnovationEllipsoid::distance2(std::span<const double> innovation) const {
  double solved[kMostDimensions], sum = 0;
  for (int i = 0; i < dimensions_; ++i) {
    double rest = innovation[std::size_t(i)];
    for (int k = 0; k < i; ++k) rest -= lower_[i][k] * solved[k];
    solved[i] = rest / lower_[i][i];
    sum += solved[i] * solved[i];
  }
  return sum;
}

double log_pair_weight(double detection_probability, double clutter_density, int dimensions, double distance2,
                       double determinant) {
  return logarithm(detection_probability / clutter_density) -
         0.5 * (distance2 + dimensions * logarithm(2 * kPi) + logarithm(determinant));
}

double miss_weight(double detection_probability, double gate_probability) {
  return 1 - detection_probability * gate_probability;
}

}  // namespace pavise
