#include "sensors/tracking/estimation.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

namespace pavise {
namespace {

Gaussian example(int dimensions) {
  Gaussian g;
  g.n = 2 * dimensions;
  const double mean[6] = {12e3, -9e3, 3e3, 120, -80, 5};
  for (int i = 0; i < g.n; ++i) {
    g.mean[i] = dimensions == 3 ? mean[i] : mean[i < 2 ? i : i + 1];
    for (int j = 0; j < g.n; ++j)
      g.covariance[i][j] = (i == j ? 1.0 : 0.2) * (i < dimensions ? 50 : 9) * (j < dimensions ? 50 : 9);
  }
  return g;
}

TEST(Estimation, AStationaryScalarIsTheWeightedMean) {
  // prior 10 +- 3, measured 16 +- 4: mean (10/9 + 16/16) / (1/9 + 1/16), variance 1 / (1/9 + 1/16)
  Gaussian g;
  g.n = 4;
  for (int i = 0; i < 4; ++i) g.covariance[i][i] = 9;
  g.mean[0] = 10;
  Measurement z;
  z.count = 1;
  z.components[0] = Component::east;
  z.values[0] = 16;
  z.sigmas[0] = 4;
  const Fit fit = update(g, z);
  EXPECT_NEAR(g.mean[0], 12.16, 1e-13);
  EXPECT_NEAR(g.covariance[0][0], 5.76, 1e-13);
  EXPECT_NEAR(fit.nis, 36.0 / 25, 1e-13);
}

TEST(Estimation, AKnownTurnIsTheArcOfACircle) {
  Gaussian g = example(2);
  g.mean[0] = g.mean[1] = 0;
  g.mean[2] = 100;
  g.mean[3] = 0;
  predict(g, {0, kPi / 20}, 10);  // a quarter turn to the left
  const double radius = 100 / (kPi / 20);
  EXPECT_NEAR(g.mean[0], radius, 1e-9);
  EXPECT_NEAR(g.mean[1], radius, 1e-9);
  EXPECT_NEAR(g.mean[2], 0, 1e-11);
  EXPECT_NEAR(g.mean[3], 100, 1e-11);
}

TEST(Estimation, AgreesWithATwinOnEigenMatricesWithNumericalGradients) {
  for (int d : {2, 3}) {
    Gaussian g = example(d);
    Measurement z;
    z.sensor_m = {200, 100, 10};
    z.components[0] = Component::range, z.values[0] = 15e3, z.sigmas[0] = 20;
    z.components[1] = Component::azimuth, z.values[1] = 2.2, z.sigmas[1] = 3e-3;
    z.components[2] = Component::range_rate, z.values[2] = 140, z.sigmas[2] = 2;
    z.components[3] = Component::elevation, z.values[3] = 0.2, z.sigmas[3] = 2e-3;
    z.count = d == 3 ? 4 : 3;
    const int n = 2 * d, m = z.count;
    using M = Eigen::MatrixXd;
    M P(n, n), H(m, n), R = M::Zero(m, m);
    Eigen::VectorXd x(n), nu(m);
    for (int i = 0; i < n; ++i) {
      x[i] = g.mean[i];
      for (int j = 0; j < n; ++j) P(i, j) = g.covariance[i][j];
    }
    const auto h = [&](const Eigen::VectorXd& s, int a) {
      const double e = s[0] - 200, north = s[1] - 100, u = d == 3 ? s[2] - 10 : 0;
      const double r = std::sqrt(e * e + north * north + u * u);
      const double rate = (e * s[d] + north * s[d + 1] + (d == 3 ? u * s[5] : 0)) / r;
      const double all[4] = {r, std::atan2(e, north), rate, std::atan2(u, std::hypot(e, north))};
      return all[a];
    };
    for (int a = 0; a < m; ++a) {
      nu[a] = z.values[a] - h(x, a);
      R(a, a) = z.sigmas[a] * z.sigmas[a];
      for (int i = 0; i < n; ++i) {
        Eigen::VectorXd up = x, down = x;
        const double step = i < d ? 1 : 0.1;
        up[i] += step, down[i] -= step;
        H(a, i) = (h(up, a) - h(down, a)) / (2 * step);
      }
    }
    const M S = H * P * H.transpose() + R, K = P * H.transpose() * S.inverse();
    const Eigen::VectorXd mean = x + K * nu;
    const M covariance = (M::Identity(n, n) - K * H) * P;
    const Fit fit = update(g, z);
    for (int i = 0; i < n; ++i) {
      EXPECT_NEAR(g.mean[i], mean[i], 1e-5 * std::sqrt(covariance(i, i)));  // central differences: step^2 / range^2
      for (int j = 0; j < n; ++j)
        EXPECT_NEAR(g.covariance[i][j], covariance(i, j), 1e-6 * std::sqrt(covariance(i, i) * covariance(j, j)));
    }
    EXPECT_NEAR(fit.nis, nu.dot(S.inverse() * nu), 1e-5 * (1 + fit.nis));
    EXPECT_NEAR(fit.log_determinant, std::log(S.determinant()), 1e-6);
  }
}

TEST(Estimation, TheUnscentedFilterIsTheKalmanFilterWhereMeasurementsAreLinear) {
  Gaussian kalman = example(3), unscented = kalman;
  Measurement z;
  z.count = 3;
  for (int a = 0; a < 3; ++a)
    z.components[a] = Component(a), z.values[a] = kalman.mean[a] + 40 * (a - 1), z.sigmas[a] = 30;
  const Fit one = update(kalman, z), two = update_unscented(unscented, z, {0.7, 2, -1});
  EXPECT_NEAR(one.nis, two.nis, 1e-10);
  for (int i = 0; i < 6; ++i) {
    EXPECT_NEAR(kalman.mean[i], unscented.mean[i], 1e-9);
    for (int j = 0; j < 6; ++j) EXPECT_NEAR(kalman.covariance[i][j], unscented.covariance[i][j], 1e-8);
  }
}

TEST(Estimation, EqualModelsInteractToOneKalmanFilter) {
  InteractingModels imm;
  imm.count = 3;
  Gaussian alone = example(3);
  for (int i = 0; i < 3; ++i) {
    imm.models[i] = {2, 0};
    imm.states[i] = alone;
    imm.probability[i] = 1.0 / 3;
    for (int j = 0; j < 3; ++j) imm.transition[i][j] = i == j ? 0.8 : 0.1;
  }
  for (int k = 1; k <= 5; ++k) {
    Measurement z;
    if (k != 3) z.count = 2;
    z.components[0] = Component::range, z.values[0] = 15e3 + 100 * k, z.sigmas[0] = 20;
    z.components[1] = Component::azimuth, z.values[1] = 2.2, z.sigmas[1] = 3e-3;
    step(imm, z, 2);
    predict(alone, {2, 0}, 2);
    update(alone, z);
  }
  const Gaussian together = combined(imm);
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(together.mean[i], alone.mean[i], 1e-9 * std::fabs(alone.mean[i]));
  for (double p : {imm.probability[0], imm.probability[1], imm.probability[2]}) EXPECT_NEAR(p, 1.0 / 3, 1e-12);
}

TEST(Estimation, AnglesAreWrappedToTheHalfOpenTurn) {
  EXPECT_DOUBLE_EQ(wrapped_angle(kPi), kPi);
  EXPECT_DOUBLE_EQ(wrapped_angle(-kPi), kPi);
  EXPECT_NEAR(wrapped_angle(2 * kPi + 0.25), 0.25, 1e-15);
  EXPECT_NEAR(wrapped_angle(-2 * kPi - 0.25), -0.25, 1e-15);
}

}  // namespace
}  // namespace pavise
