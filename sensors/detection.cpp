#include "sensors/detection.hpp"

#include <array>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kLog2 = 0.69314718055994530942;
constexpr double kLog10 = 2.30258509299404568402;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

// ln x for all positive doubles: the smallest ones are scaled into the normal range first.
double log_of_any(double x) { return x < 1e-290 ? logarithm(x * 0x1p200) - 200 * kLog2 : logarithm(x); }

// ln(1 + x), x > -1, without the loss of 1 + x (Kahan).
double log_one_plus(double x) {
  const double u = 1 + x;
  return u == 1 ? x : logarithm(u) * (x / (u - 1));
}

// ln n! - (n + 1/2) ln n + n - ln sqrt(2 pi): what Stirling's formula leaves. Table below 16, series above (error 1e-16).
double stirling_remainder(double n) {
  static constexpr double table[16] = {
      0.0, 0.08106146679532725822, 0.04134069595540929409, 0.02767792568499833915, 0.02079067210376509311,
      0.01664469118982119216, 0.01387612882307074799, 0.01189670994589177010, 0.01041126526197209650,
      0.009255462182712732918, 0.008330563433362871256, 0.007573675487951840795, 0.006942840107209529866,
      0.006408994188004207068, 0.005951370112758847736, 0.005554733551962801371};
  if (n < 16) return table[int(n)];
  const double r = 1 / (n * n);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / n;
}

// Deviance x ln(x / mean) + mean - x, without cancellation where x is near the mean (Loader 2000).
double deviance(double x, double mean) {
  if (x == 0) return mean;
  if (std::fabs(x - mean) < 0.1 * (x + mean)) {
    const double v = (x - mean) / (x + mean);
    double sum = (x - mean) * v, term = 2 * x * v;
    for (int j = 1; j < 100; ++j) {
      term *= v * v;
      const double next = sum + term / (2 * j + 1);
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * log_of_any(x / mean) + mean - x;
}

// ln of the Poisson probability of k at this mean.
double log_poisson(double k, double mean) {
  if (k == 0) return -mean;
  return -stirling_remainder(k) - deviance(k, mean) - kHalfLogTwoPi - 0.5 * logarithm(k);
}
double poisson(double k, double mean) { return exponential(log_poisson(k, mean)); }

// ln of C(m+k-1, k) p^m q^k with p = m / (m + mean), q = mean / (m + mean).
double log_negative_binomial(double k, double m, double mean) {
  const double n = m + k, p = m / (m + mean), q = mean / (m + mean);
  if (k == 0) return -m * log_one_plus(mean / m);
  return logarithm(m / n) + stirling_remainder(n) - stirling_remainder(k) - stirling_remainder(m) - deviance(k, n * q) -
         deviance(m, n * p) + 0.5 * logarithm(n / (k * m)) - kHalfLogTwoPi;
}

// ln Q(n, T) and ln P(n, T) for whole n, as sums of positive terms around the largest: no cancellation, no underflow.
double log_upper_gamma(std::int32_t n, double t) {
  // Q = sum of Poisson(t) probabilities of 0 ... n-1, started at the largest of them
  const double top = std::fmin(double(n - 1), std::floor(t));
  double sum = 1, term = 1;
  for (double k = top; k > 0; --k) {
    term *= k / t;
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  term = 1;
  for (double k = top + 1; k < n; ++k) {
    term *= t / k;
    sum += term;
  }
  return log_poisson(top, t) + logarithm(sum);
}
double log_lower_gamma(std::int32_t n, double t) {
  // P = sum of Poisson(t) probabilities of n, n+1, ...
  const double top = std::fmax(double(n), std::floor(t));
  double sum = 1, term = 1;
  for (double k = top; k > n; --k) {
    term *= k / t;
    sum += term;
  }
  term = 1;
  for (double k = top + 1;; ++k) {
    term *= t / k;
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return log_poisson(top, t) + logarithm(sum);
}

// The Poisson or negative binomial weights p_k of the series; ratio(k) = p_{k+1} / p_k.
struct Weights {
  bool is_poisson;
  double m, mean;
  double at(double k) const {
    return exponential(is_poisson ? log_poisson(k, mean) : log_negative_binomial(k, m, mean));
  }
  double ratio(double k) const {
    return is_poisson ? mean / (k + 1) : (m + k) / (k + 1) * (mean / (m + mean));
  }
  double mode() const { return std::floor(is_poisson ? mean : (m - 1) * (mean / m)); }
};

constexpr std::int32_t kMostTerms = 8192;

}  // namespace

double detection_threshold(double pfa, std::int32_t pulses) {
  PAVISE_ASSERT(pfa > 0 && pfa < 1 && pulses >= 1);
  if (pulses == 1) return pfa > 0.5 ? -log_one_plus(-(1 - pfa)) : -log_of_any(pfa);
  const double n = pulses;
  double t = n;
  if (pfa <= 0.5) {
    // ln Q is concave and falls, so after its first step Newton comes down to the root without passing it
    const double goal = log_of_any(pfa);
    for (int i = 0; i < 200; ++i) {
      const double log_q = log_upper_gamma(pulses, t);
      const double slope = exponential(log_poisson(n - 1, t) - log_q);
      const double step = (log_q - goal) / slope;
      t += step;
      if (std::fabs(step) <= 1e-15 * t) break;
    }
  } else {
    // the lower tail, in ln T: there ln P is concave and rises
    const double goal = logarithm(1 - pfa);
    double log_t = logarithm(t);
    for (int i = 0; i < 200; ++i) {
      const double log_p = log_lower_gamma(pulses, t);
      const double slope = t * exponential(log_poisson(n - 1, t) - log_p);
      const double step = (goal - log_p) / slope;
      log_t += step;
      t = exponential(log_t);
      if (std::fabs(step) <= 1e-15) break;
    }
  }
  return t;
}

double detection_probability(std::int32_t swerling, double snr, double pfa, std::int32_t pulses) {
  return detection_probability(swerling, snr, pfa, pulses, detection_threshold(pfa, pulses));
}

double detection_probability(std::int32_t swerling, double snr, double pfa, std::int32_t pulses, double threshold) {
  PAVISE_ASSERT(swerling >= 0 && swerling <= 4 && pulses >= 1 && pulses <= 512 && snr >= 0);
  if (snr == 0) return pfa;
  const double n = pulses, mean = n * snr, t = threshold;
  // so far above any threshold that not even a fade of 1e-16 probability hides it
  if (mean > 1e25) return 1;
  // n = 1, or one draw per pulse of an exponential: closed forms without any cancellation
  if (pulses == 1 && (swerling == 1 || swerling == 2)) return exponential(-t / (1 + snr));
  if (swerling == 2) return std::fmin(1.0, exponential(log_upper_gamma(pulses, t / (1 + snr))));

  // Pd = sum p_k Q(n + k, T), all terms positive. Beyond `last` Q is 1 to the last bit.
  const double far = std::ceil(t + 12 * std::sqrt(t) + 80) - n;
  const std::int32_t last = far > 1 ? std::int32_t(far) : 1;
  PAVISE_ASSERT(last < kMostTerms);
  std::array<double, kMostTerms> step, weight;  // left unset: only 0 ... last + 1 are used

  // steps Q(n+k+1) - Q(n+k): Poisson(T) at n + k, spread from the largest both ways so that none starts from an underflow
  const std::int32_t peak = std::int32_t(std::fmin(double(last), std::fmax(0.0, std::floor(t) - n)));
  step[peak] = poisson(n + peak, t);
  for (std::int32_t k = peak; k < last; ++k) step[k + 1] = step[k] * (t / (n + k + 1));
  for (std::int32_t k = peak; k > 0; --k) step[k - 1] = step[k] * ((n + k) / t);

  const double m = swerling == 1 ? 1 : swerling == 3 ? 2 : 2 * n;
  const Weights weights{swerling == 0, m, mean};
  const std::int32_t centre = std::int32_t(std::fmin(double(last), weights.mode()));
  weight[centre] = weights.at(centre);
  for (std::int32_t k = centre; k < last; ++k) weight[k + 1] = weight[k] * weights.ratio(k);
  for (std::int32_t k = centre; k > 0; --k) weight[k - 1] = weight[k] / weights.ratio(k - 1);

  double q = pfa, sum = 0, mass = 0;
  for (std::int32_t k = 0; k <= last; ++k) {
    sum += weight[k] * std::fmin(q, 1.0);
    mass += weight[k];
    q += step[k];
  }
  // the weights beyond: what is left to 1, or, where that would cancel, their own sum
  double rest = 1 - mass;
  if (rest < 1e-3) {
    rest = 0;
    double w = weight[last];
    for (double k = last; w > 1e-20 * (sum + rest); ++k) {
      w *= weights.ratio(k);
      rest += w;
    }
  }
  return std::fmin(1.0, sum + rest);
}

double snr_dB(const PowerBudget& b) {
  const auto dB = [](double ratio) { return 10 / kLog10 * logarithm(ratio); };
  const double wavelength_m = kSpeedOfLight_mps / b.frequency_Hz;
  return dB(b.peak_power_W) + b.transmit_gain_dB + b.receive_gain_dB + 2 * dB(wavelength_m) + dB(b.rcs_m2) -
         3 * dB(4 * kPi) - 4 * dB(b.range_m) - dB(kBoltzmann_J_K * kNoiseTemperature_K) - b.noise_figure_dB -
         dB(b.bandwidth_Hz) - b.losses_dB - 2 * b.attenuation_dB_per_km * (b.range_m / 1000);
}

static double with_floor(double x, double floor) { return std::sqrt(x * x + floor * floor); }

double range_noise_m(double snr, double bandwidth_Hz, double floor_m) {
  return with_floor(kSpeedOfLight_mps / (2 * bandwidth_Hz * std::sqrt(2 * snr)), floor_m);
}
double angle_noise(double snr, double beamwidth, double floor) {
  return with_floor(beamwidth / (1.6 * std::sqrt(2 * snr)), floor);
}
double range_rate_noise_mps(double snr, double frequency_Hz, double dwell_s, double floor_mps) {
  return with_floor(kSpeedOfLight_mps / frequency_Hz / (2 * dwell_s * std::sqrt(2 * snr)), floor_mps);
}

LineOfSight line_of_sight(double sensor_height_m, double target_height_m, double range_m, double effective_radius_m) {
  const double a = effective_radius_m, h1 = sensor_height_m, h2 = target_height_m, r = range_m;
  const double d = h2 - h1, from_centre = a + h1;
  LineOfSight s;
  const double t1 = horizon_distance_m(h1, a), t2 = horizon_distance_m(h2, a);
  s.horizon_slant_m = t1 + t2;
  s.horizon_ground_m = a * (arctangent2(t1, a) + arctangent2(t2, a));
  // sin = ((a+h2)^2 - (a+h1)^2 - r^2) / (2 (a+h1) r); 1 - sin and 1 + sin as products, so that the zenith does not cancel
  const double sine_of = (d * (2 * from_centre + d) - r * r) / (2 * from_centre * r);
  const double below = (r - d) * (2 * from_centre + r + d) / (2 * from_centre * r);
  const double above = (r + d) * (2 * from_centre + d - r) / (2 * from_centre * r);
  s.elevation_rad = arctangent2(sine_of, std::sqrt(std::fmax(0.0, below * above)));
  s.is_visible = r <= s.horizon_slant_m;
  return s;
}

}  // namespace pavise
