#include "kernel/core/variates.hpp"

#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The words of one address, block after block.
class WordsOfAddress {
 public:
  WordsOfAddress(const Draws& draws, const Address& at) : draws_(draws), at_(at) { PAVISE_ASSERT(at.stream == 0); }

  // The next 64 bits.
  std::uint64_t next() {
    if (used_ == 0) block_ = draws_.words(at_);
    const std::uint32_t* w = block_.w + used_;
    const std::uint64_t bits = (std::uint64_t(w[1]) << 32) | w[0];
    used_ = (used_ + 2) % 4;
    if (used_ == 0) {
      PAVISE_ASSERT(at_.stream < 0xffff);
      ++at_.stream;
    }
    return bits;
  }
  double uniform() {
    const std::uint64_t bits = next();
    return uniform_open(std::uint32_t(bits), std::uint32_t(bits >> 32));
  }
  // Standard normals in pairs; the second is kept.
  double normal() {
    if (has_second_) {
      has_second_ = false;
      return second_;
    }
    const double u = uniform(), v = uniform();
    double first;
    normals_of(u, v, first, second_);
    has_second_ = true;
    return first;
  }

 private:
  const Draws& draws_;
  Address at_;
  Words block_{};
  int used_ = 0;
  double second_ = 0;
  bool has_second_ = false;
};

double bounded(double x, double min, double max) { return x < min ? min : x > max ? max : x; }

// Standard normal on [a, b], a >= 0: far from the middle, where plain rejection would rarely accept.
double normal_tail(WordsOfAddress& words, double a, double b) {
  const double root = std::sqrt(a * a + 4.0);
  const double rate = 0.5 * (a + root);
  // Robert 1995, section 2.2: a uniform proposal is better where the interval is short against the exponential's mean
  const double shortest = a + 2.0 / (a + root) * exponential(0.25 * (a * a - a * root) + 0.5);
  if (b > shortest)
    for (;;) {
      const double z = a + exponential_of(words.uniform()) / rate;
      const double off = z - rate;
      if (z <= b && words.uniform() <= exponential(-0.5 * off * off)) return z;
    }
  for (;;) {
    const double z = a + (b - a) * words.uniform();
    if (words.uniform() <= exponential(0.5 * (a - z) * (a + z))) return z;
  }
}

// Standard normal on [a, b].
double normal_between(WordsOfAddress& words, double a, double b) {
  if (a > 0) return normal_tail(words, a, b);
  if (b < 0) return -normal_tail(words, -b, -a);
  // a <= 0 <= b: plain rejection, or a uniform proposal where [a, b] holds little of the mass
  if (b - a > 2.5)
    for (;;) {
      const double z = words.normal();
      if (z >= a && z <= b) return z;
    }
  for (;;) {
    const double z = a + (b - a) * words.uniform();
    if (words.uniform() <= exponential(-0.5 * z * z)) return z;
  }
}

// What Stirling leaves out: ln k! = (k + 1/2) ln(k + 1) - (k + 1) + ln(2 pi)/2 + this, a series in 1 / (k + 1) (Hormann
// 1993). The table is exact where the series is not yet.
double stirling_rest(double k) {
  static constexpr double kTable[10] = {
      0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
      0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287};
  if (k < 10) return kTable[int(k)];
  const double inverse = 1.0 / (k + 1), square = inverse * inverse;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 * square) * square) * square) * inverse;
}

double logarithm_of_factorial(double k) {
  constexpr double half_ln_2pi = 0.91893853320467274178;
  return (k + 0.5) * logarithm(k + 1) - (k + 1) + half_ln_2pi + stirling_rest(k);
}

// ln(1 + x), also where 1 + x has lost most of x (Kahan).
double logarithm_of_one_plus(double x) {
  const double sum = 1.0 + x;
  return sum == 1.0 ? x : logarithm(sum) * (x / (sum - 1.0));
}

// Where u falls in the cumulated probabilities, given the first and the ratio of each to the one before.
template <class Ratio>
std::int64_t invert(double u, double first, std::int64_t most, Ratio ratio) {
  double probability = first;
  std::int64_t k = 0;
  while (u > probability && k < most) {
    u -= probability;
    ++k;
    probability *= ratio(k);
  }
  return k;
}

// p <= 1/2, np >= 10.
std::int64_t binomial_by_rejection(WordsOfAddress& words, double n, double p) {
  const double q = 1.0 - p, odds = p / q, spread = std::sqrt(n * p * q);
  const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5;
  const double inside = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * spread;
  const double mode = std::floor((n + 1) * p);
  for (;;) {
    const double u = words.uniform() - 0.5, v = words.uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= inside) return std::int64_t(k);
    if (k < 0 || k > n) continue;
    const double bound = (mode + 0.5) * logarithm((mode + 1) / (odds * (n - mode + 1))) +
                         (n + 1) * logarithm((n - mode + 1) / (n - k + 1)) +
                         (k + 0.5) * logarithm(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
                         stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
    if (logarithm(v * alpha / (a / (us * us) + b)) <= bound) return std::int64_t(k);
  }
}

}  // namespace

double uniform_value(const Draws& draws, const Address& at, double min, double max) {
  WordsOfAddress words(draws, at);
  return bounded(min + (max - min) * words.uniform(), min, max);
}

double normal_value(const Draws& draws, const Address& at, double mean, double sd, double min, double max) {
  WordsOfAddress words(draws, at);
  if (min == -kInfinity && max == kInfinity) return mean + sd * words.normal();
  PAVISE_ASSERT(sd > 0 && min < max);
  const double z = normal_between(words, (min - mean) / sd, (max - mean) / sd);
  return bounded(mean + sd * z, min, max);
}

double exponential_value(const Draws& draws, const Address& at, double rate) {
  WordsOfAddress words(draws, at);
  return exponential_of(words.uniform()) / rate;
}

double lognormal_value(const Draws& draws, const Address& at, double log_mean, double log_sd) {
  WordsOfAddress words(draws, at);
  return exponential(log_mean + log_sd * words.normal());
}

double triangular_value(const Draws& draws, const Address& at, double min, double mode, double max) {
  WordsOfAddress words(draws, at);
  const double u = words.uniform(), width = max - min;
  const double x = u * width < mode - min ? min + std::sqrt(u * width * (mode - min))
                                          : max - std::sqrt((1.0 - u) * width * (max - mode));
  return bounded(x, min, max);
}

bool bernoulli_value(const Draws& draws, const Address& at, double p) {
  WordsOfAddress words(draws, at);
  return words.uniform() < p;
}

std::int64_t binomial_value(const Draws& draws, const Address& at, std::int64_t n, double p) {
  PAVISE_ASSERT(n >= 0 && n <= (std::int64_t(1) << 40) && p >= 0 && p <= 1);
  WordsOfAddress words(draws, at);
  const bool counts_failures = p > 0.5;  // the rarer of the two
  const double rare = counts_failures ? 1.0 - p : p;
  const double odds = rare / (1.0 - rare), trials = double(n);
  const std::int64_t count = trials * rare >= 10
                                 ? binomial_by_rejection(words, trials, rare)
                                 : invert(words.uniform(), exponential(trials * logarithm_of_one_plus(-rare)), n,
                                          [&](std::int64_t k) { return double(n - k + 1) / double(k) * odds; });
  return counts_failures ? n - count : count;
}

std::int64_t poisson_value(const Draws& draws, const Address& at, double mean) {
  PAVISE_ASSERT(mean >= 0 && mean <= 0x1p40);
  WordsOfAddress words(draws, at);
  if (mean < 10)  // the chance of more than 200 is below 1e-180
    return invert(words.uniform(), exponential(-mean), 200, [&](std::int64_t k) { return mean / double(k); });

  const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double log_alpha = logarithm(1.1239 + 1.1328 / (b - 3.4)), inside = 0.9277 - 3.6224 / (b - 2);
  const double log_mean = logarithm(mean);
  for (;;) {
    const double u = words.uniform() - 0.5, v = words.uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= inside) return std::int64_t(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (logarithm(v) + log_alpha - logarithm(a / (us * us) + b) <= k * log_mean - mean - logarithm_of_factorial(k))
      return std::int64_t(k);
  }
}

std::uint64_t integer_value(const Draws& draws, const Address& at, std::uint64_t n) {
  PAVISE_ASSERT(n >= 1);
  __extension__ using Wide = unsigned __int128;
  WordsOfAddress words(draws, at);
  Wide product = Wide(words.next()) * n;
  if (std::uint64_t(product) < n) {
    // the lowest 2^64 mod n fractions belong to intervals that are one too long
    const std::uint64_t surplus = (0 - n) % n;
    while (std::uint64_t(product) < surplus) product = Wide(words.next()) * n;
  }
  return std::uint64_t(product >> 64);
}

std::size_t choice_value(const Draws& draws, const Address& at, std::span<const double> weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  PAVISE_ASSERT(sum > 0);
  WordsOfAddress words(draws, at);
  double left = words.uniform() * sum;
  std::size_t last = 0;  // rounding may leave a rest: it goes to the last that can be chosen
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    if (left < weights[i]) return i;
    left -= weights[i];
    last = i;
  }
  return last;
}

}  // namespace pavise
