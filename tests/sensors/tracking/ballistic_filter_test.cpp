// The ballistic filter with a drag state: its motion against fine integration, its covariance against the spread of its
// errors, its linearisation against sigma points.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernel/core/draws.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/core/standard_atmosphere.hpp"
#include "sensors/tracking/estimation.hpp"

namespace pavise {
namespace {

struct Flight {
  double x[7];
};

/// The textbook equations in steps of 5 ms (midpoint rule), with its own noise: acceleration of spectral density q.
Flight flown(Flight f, double duration_s) {
  const int steps = std::max(1, int(std::ceil(duration_s / 0.005)));
  const double T = duration_s / steps;
  const auto acceleration = [&](const double* x, double* a) {
    double density, sound;
    standard_air(std::max(x[2], 0.0), density, sound);
    const double speed = std::sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5]);
    for (int i = 0; i < 3; ++i) a[i] = -0.5 * density * x[6] * speed * x[3 + i] - (i == 2 ? 9.80665 : 0);
  };
  for (int k = 0; k < steps; ++k) {
    double a[3], half[7];
    acceleration(f.x, a);
    std::copy(f.x, f.x + 7, half);
    for (int i = 0; i < 3; ++i) half[i] += 0.5 * T * f.x[3 + i], half[3 + i] += 0.5 * T * a[i];
    acceleration(half, a);
    for (int i = 0; i < 3; ++i) f.x[i] += T * half[3 + i], f.x[3 + i] += T * a[i];
  }
  return f;
}

// a separated warhead on its way down at 1.6 km/s: 15 g of drag at the worst
constexpr Flight kStart = {{-60e3, 20e3, 60e3, 1200, -400, -1000, 4e-4}};

Gaussian prior_at(const Flight& f) {
  Gaussian g;
  g.n = 7;
  std::copy(f.x, f.x + 7, g.mean);
  const double sigma[7] = {100, 100, 100, 50, 50, 50, 2e-4};
  for (int i = 0; i < 7; ++i) g.covariance[i][i] = sigma[i] * sigma[i];
  return g;
}

ProcessModel drag_model(double q, double walk) { return {q, 0, MotionLaw::drag, walk}; }

TEST(BallisticFilter, FallsAsTheEquationsSay) {
  Gaussian g = prior_at(kStart);
  Flight truth = kStart;
  for (int k = 0; k < 50; ++k) {
    predict(g, drag_model(1, 0), 1);
    truth = flown(truth, 1);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(g.mean[i], truth.x[i], 0.5) << k;
    for (int i = 3; i < 6; ++i) EXPECT_NEAR(g.mean[i], truth.x[i], 0.1) << k;
  }
  EXPECT_LT(truth.x[2], 12e3) << "well into the air";
  EXPECT_LT(std::hypot(std::hypot(truth.x[3], truth.x[4]), truth.x[5]), 1200) << "which has slowed it down";
}

TEST(BallisticFilter, CarriesTheCovarianceByTheDerivativesOfTheMotion) {
  Gaussian g = prior_at(flown(kStart, 36));  // about 25 km
  for (auto& row : g.covariance)
    for (double& c : row) c = 0;
  // one deviation at a time: after prediction its covariance is the outer product of the column of F
  for (int c = 0; c < 7; ++c) {
    Gaussian one = g, plus = g, minus = g;
    const double h = c < 3 ? 20 : c < 6 ? 1 : 1e-5;
    one.covariance[c][c] = 1;
    plus.mean[c] += h, minus.mean[c] -= h;
    for (Gaussian* state : {&one, &plus, &minus}) predict(*state, drag_model(0, 0), 1);
    for (int i = 0; i < 7; ++i) {
      const double slope = (plus.mean[i] - minus.mean[i]) / (2 * h);
      // a series in half-second steps about their middle: two thousandths of what changes; the small part of the place
      // that follows from the drag within the step is of second order itself, and a hundredth off
      const double off = c == 6 && i < 3 ? 3e-2 : 4e-3;
      const double scale = c == 6 ? 1e5 : 1;
      EXPECT_NEAR(one.covariance[i][i], slope * slope, off * std::max(slope * slope, 0.02 * scale)) << c << " " << i;
    }
  }
}

struct Consistency {
  double nees_per_state[4] = {};  // mean over replications after 10, 25, 35, 45 s
  double apart_sigmas = 0;        // mean distance of the unscented filter's means, in standard deviations
  double drag_error = 0;          // mean relative error of the drag parameter at the end
};

Consistency run(int replications) {
  constexpr double q = 4, walk = 1e-11, kSigma[4] = {15, 1.5e-3, 1.5e-3, 2};
  Consistency result;
  for (int r = 0; r < replications; ++r) {
    std::uint32_t number = 0;
    const auto normal = [&] { return Draws{3}.normal({std::uint32_t(r), 0, Purpose::free, 0, number++}); };
    Flight truth = kStart;
    Gaussian ekf = prior_at(kStart);
    for (int i = 0; i < 7; ++i) truth.x[i] += std::sqrt(ekf.covariance[i][i]) * normal() * (i == 6 ? 0.5 : 1);
    ekf.covariance[6][6] *= 0.25;
    Gaussian ukf = ekf;
    int at = 0;
    for (int k = 1; k <= 45; ++k) {
      for (int half = 0; half < 2; ++half) {  // noise as the filter believes, in its own steps
        truth = flown(truth, 0.5);
        for (int i = 0; i < 3; ++i) {
          const double dv = std::sqrt(q * 0.5) * normal();
          truth.x[i] += 0.25 * dv + std::sqrt(q * 0.125 / 12) * normal();
          truth.x[3 + i] += dv;
        }
        truth.x[6] += std::sqrt(walk * 0.5) * normal();
      }
      const double level = std::hypot(truth.x[0], truth.x[1]), range = std::hypot(level, truth.x[2]);
      Measurement z;
      z.count = 4;
      const double values[4] = {range, std::atan2(truth.x[0], truth.x[1]), std::atan2(truth.x[2], level),
                                (truth.x[0] * truth.x[3] + truth.x[1] * truth.x[4] + truth.x[2] * truth.x[5]) / range};
      for (int a = 0; a < 4; ++a) {
        z.components[a] = Component(int(Component::range) + a);
        z.sigmas[a] = kSigma[a];
        z.values[a] = values[a] + kSigma[a] * normal();
      }
      predict(ekf, drag_model(q, walk), 1);
      update(ekf, z);
      predict(ukf, drag_model(q, walk), 1);
      update_unscented(ukf, z, {1, 2, 0});
      for (int i = 0; i < 7; ++i)
        result.apart_sigmas +=
            std::fabs(ekf.mean[i] - ukf.mean[i]) / std::sqrt(ekf.covariance[i][i]) / (7.0 * 45 * replications);
      if (k == 10 || k == 25 || k == 35 || k == 45)
        result.nees_per_state[at++] += normalised_error(ekf, truth.x) / (7.0 * replications);
    }
    result.drag_error += std::fabs(ekf.mean[6] / truth.x[6] - 1) / replications;
  }
  return result;
}

TEST(BallisticFilter, IsAsWrongAsItSaysAndAgreesWithSigmaPoints) {
  constexpr int kReplications = 400;
  const Consistency c = run(kReplications);
  // mean of chi-square with 7 degrees of freedom over 7: standard deviation sqrt(2 / (7 n)); 99.9 %: 3.3 of them
  const double band = 3.3 * std::sqrt(2.0 / (7 * kReplications));
  for (double nees : c.nees_per_state) EXPECT_NEAR(nees, 1, band);
  EXPECT_LT(c.apart_sigmas, 0.05);
  EXPECT_LT(c.drag_error, 0.05);
}

}  // namespace
}  // namespace pavise
