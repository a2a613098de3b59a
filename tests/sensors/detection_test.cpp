#include "sensors/detection.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace pavise {
namespace {

// The series of tests/cases/detection/README.md in wider arithmetic, term by term, with Boost's incomplete gamma.
long double plain_probability(int swerling, long double snr, long double pfa, int n) {
  const long double t = boost::math::gamma_q_inv((long double)(n), pfa);
  const long double mean = n * snr;
  const long double m = swerling == 1 ? 1 : swerling == 2 ? n : swerling == 3 ? 2 : 2 * n;
  long double pd = 0, miss = 0, mass = 0;
  for (int k = 0; k < 400000; ++k) {
    const long double log_p =
        swerling == 0 ? -mean + k * std::log(mean) - std::lgamma((long double)(k) + 1)
                      : std::lgamma(m + k) - std::lgamma((long double)(k) + 1) - std::lgamma(m) -
                            m * std::log1p(mean / m) - k * std::log1p(m / mean);
    const long double p = std::exp(log_p);
    pd += p * boost::math::gamma_q((long double)(n + k), t);
    miss += p * boost::math::gamma_p((long double)(n + k), t);
    mass += p;
    if (k > mean && p < 1e-24L * pd) break;
    if (n + k > t + 14 * std::sqrt(t) + 100) break;  // Q is 1 from here on
  }
  return pd < 1e-3L && 1 - mass < 1e-12L ? pd : 1 - miss;
}

TEST(DetectionThreshold, IsThePointWhereTheUpperIncompleteGammaEqualsPfa) {
  for (int n : {1, 2, 3, 10, 64, 200, 512})
    for (double pfa : {1e-300, 1e-100, 1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.500001, 0.9, 0.999, 1 - 1e-9}) {
      const long double expected = pfa > 0.5 ? boost::math::gamma_p_inv((long double)(n), 1 - (long double)(pfa))
                                             : boost::math::gamma_q_inv((long double)(n), (long double)(pfa));
      EXPECT_NEAR(detection_threshold(pfa, n), double(expected), 1e-11 * double(expected)) << n << " " << pfa;
    }
}

TEST(DetectionThreshold, TakesTheSmallestNumbersToo) {
  EXPECT_NEAR(detection_threshold(5e-324, 1), 744.4400719213812, 1e-9);
  EXPECT_GT(detection_threshold(5e-324, 512), detection_threshold(1e-300, 512));
}

TEST(DetectionProbability, AgreesWithTheSeriesInWiderArithmetic) {
  for (int swerling = 0; swerling <= 4; ++swerling)
    for (int n : {1, 2, 7, 64, 512})
      for (double snr_dB : {-40.0, -15.0, -3.0, 0.0, 6.0, 12.0, 25.0})
        for (double pfa : {1e-12, 1e-6, 1e-2, 0.7}) {
          const double snr = std::pow(10.0, snr_dB / 10);
          const double expected = double(plain_probability(swerling, snr, pfa, n));
          const double tolerance = expected < 1e-4 ? 1e-9 * expected : 1e-11;
          EXPECT_NEAR(detection_probability(swerling, snr, pfa, n), expected, tolerance)
              << "swerling " << swerling << ", n " << n << ", " << snr_dB << " dB, pfa " << pfa;
        }
}

TEST(DetectionProbability, OfASteadyTargetIsMarcumsFunction) {
  for (int n : {1, 16, 512})
    for (double snr_dB : {-10.0, 0.0, 10.0}) {
      const double snr = std::pow(10.0, snr_dB / 10), t = detection_threshold(1e-6, n);
      const boost::math::non_central_chi_squared law(2.0 * n, 2 * n * snr);
      EXPECT_NEAR(detection_probability(0, snr, 1e-6, n), boost::math::cdf(boost::math::complement(law, 2 * t)), 1e-10);
    }
}

TEST(DetectionProbability, OfOneSwerling1PulseIsAPowerOfPfa) {
  for (double pfa : {1e-12, 1e-6, 0.1})
    for (double snr : {0.01, 1.0, 130.1, 1e6})
      for (int swerling : {1, 2})
        EXPECT_NEAR(detection_probability(swerling, snr, pfa, 1), std::pow(pfa, 1 / (1 + snr)), 1e-13);
}

TEST(DetectionProbability, GoesFromPfaToOneOverTheWholeRange) {
  for (int swerling = 0; swerling <= 4; ++swerling)
    for (int n : {1, 512})
      for (double pfa : {1e-300, 1e-6, 0.999999}) {
        double last = pfa;
        for (double snr_dB = -40; snr_dB <= 60; snr_dB += 1) {
          const double pd = detection_probability(swerling, std::pow(10.0, snr_dB / 10), pfa, n);
          EXPECT_GE(pd, last * (1 - 1e-9)) << swerling << " " << n << " " << pfa << " " << snr_dB;
          EXPECT_LE(pd, 1);
          last = pd;
        }
        if (pfa > 1e-200) {
          EXPECT_GT(last, 0.99);
        }
      }
}

TEST(DetectionProbability, AtASignalBeyondAllNumbersIsOne) {
  for (int swerling = 0; swerling <= 4; ++swerling) EXPECT_NEAR(detection_probability(swerling, 1e12, 1e-6, 64), 1, 1e-9);
}

TEST(LineOfSight, HasItsHorizonWhereTheRayTouchesTheSphere) {
  const double a = 4.0 / 3.0 * 6371e3;
  const LineOfSight at = line_of_sight(20, 30, 41009.42752765501, a);
  EXPECT_NEAR(at.horizon_slant_m, 41009.42752765501, 1e-6);
  EXPECT_TRUE(line_of_sight(20, 30, at.horizon_slant_m * (1 - 1e-12), a).is_visible);
  EXPECT_FALSE(line_of_sight(20, 30, at.horizon_slant_m * (1 + 1e-12), a).is_visible);
}

TEST(LineOfSight, LooksStraightUpAndDownWithoutLossOfAccuracy) {
  const double a = 8.5e6;
  EXPECT_DOUBLE_EQ(line_of_sight(10, 1010, 1000, a).elevation_rad, kPi / 2);
  EXPECT_DOUBLE_EQ(line_of_sight(1010, 10, 1000, a).elevation_rad, -kPi / 2);
  // one metre off the zenith at 100 km: the angle is 1e-5
  const double r = std::sqrt(1e10 + 1);
  EXPECT_NEAR(kPi / 2 - line_of_sight(0, 100e3, r, a).elevation_rad, 1e-5 * std::sqrt(1 + 1e5 / a), 1e-9);
}

}  // namespace
}  // namespace pavise
