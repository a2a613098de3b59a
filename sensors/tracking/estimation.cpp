#include "sensors/tracking/estimation.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

/// Lower triangle of the Cholesky factor of the leading n x n block; the matrix must be positive definite.
template <int Stride>
void factorise(const double (*a)[Stride], int n, double (*lower)[Stride]) {
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (int k = 0; k < j; ++k) sum -= lower[i][k] * lower[j][k];
      if (i == j) {
        PAVISE_ASSERT(sum > 0);
        lower[i][i] = std::sqrt(sum);
      } else {
        lower[i][j] = sum / lower[j][j];
      }
    }
}

/// b <- (L L')^-1 b.
template <int Stride>
void solve(const double (*lower)[Stride], int n, double* b) {
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < i; ++k) b[i] -= lower[i][k] * b[k];
    b[i] /= lower[i][i];
  }
  for (int i = n - 1; i >= 0; --i) {
    for (int k = i + 1; k < n; ++k) b[i] -= lower[k][i] * b[k];
    b[i] /= lower[i][i];
  }
}

struct Relative {
  double p[3], v[3];
  double horizontal2, horizontal, range2, range;
};

Relative relative_to(const Vec3& sensor, const double* x, int d) {
  Relative r{};
  const double origin[3] = {sensor.x, sensor.y, sensor.z};
  for (int i = 0; i < d; ++i) r.p[i] = x[i] - origin[i], r.v[i] = x[d + i];
  r.horizontal2 = r.p[0] * r.p[0] + r.p[1] * r.p[1];
  r.horizontal = std::sqrt(r.horizontal2);
  r.range2 = r.horizontal2 + r.p[2] * r.p[2];
  r.range = std::sqrt(r.range2);
  return r;
}

/// h(x) of one component.
double observed(Component component, const Measurement& m, const double* x, int d) {
  const Relative r = relative_to(m.sensor_m, x, d);
  switch (component) {
    case Component::east:
      return x[0];
    case Component::north:
      return x[1];
    case Component::up:
      return x[2];
    case Component::range:
      return r.range;
    case Component::azimuth:
      return arctangent2(r.p[0], r.p[1]);
    case Component::elevation:
      return arctangent2(r.p[2], r.horizontal);
    case Component::range_rate:
      return (r.p[0] * r.v[0] + r.p[1] * r.v[1] + r.p[2] * r.v[2]) / r.range;
  }
  return 0;
}

/// The row of the Jacobian that belongs to one component.
void gradient(Component component, const Measurement& m, const double* x, int d, double* row) {
  std::fill(row, row + 2 * d, 0.0);
  const Relative r = relative_to(m.sensor_m, x, d);
  switch (component) {
    case Component::east:
      row[0] = 1;
      return;
    case Component::north:
      row[1] = 1;
      return;
    case Component::up:
      row[2] = 1;
      return;
    case Component::range:
      for (int i = 0; i < d; ++i) row[i] = r.p[i] / r.range;
      return;
    case Component::azimuth:
      row[0] = r.p[1] / r.horizontal2;
      row[1] = -r.p[0] / r.horizontal2;
      return;
    case Component::elevation:
      row[0] = -r.p[0] * r.p[2] / (r.range2 * r.horizontal);
      row[1] = -r.p[1] * r.p[2] / (r.range2 * r.horizontal);
      if (d == 3) row[2] = r.horizontal / r.range2;
      return;
    case Component::range_rate: {
      const double rate = (r.p[0] * r.v[0] + r.p[1] * r.v[1] + r.p[2] * r.v[2]) / r.range;
      for (int i = 0; i < d; ++i) {
        row[i] = (r.v[i] - rate * r.p[i] / r.range) / r.range;
        row[d + i] = r.p[i] / r.range;
      }
      return;
    }
  }
}

double residual(Component component, double measured, double expected) {
  const double difference = measured - expected;
  return component == Component::azimuth ? wrapped_angle(difference) : difference;
}

void make_symmetric(Gaussian& state) {
  for (int i = 0; i < state.n; ++i)
    for (int j = 0; j < i; ++j) {
      const double mean = 0.5 * (state.covariance[i][j] + state.covariance[j][i]);
      state.covariance[i][j] = state.covariance[j][i] = mean;
    }
}

using Innovation = double[kMostComponents][kMostComponents];

Fit fit_of(const Innovation& lower, const double* nu, int m) {
  double solved[kMostComponents];
  std::copy(nu, nu + m, solved);
  solve<kMostComponents>(lower, m, solved);
  Fit fit;
  for (int i = 0; i < m; ++i) fit.nis += nu[i] * solved[i], fit.log_determinant += 2 * logarithm(lower[i][i]);
  return fit;
}

/// K = C S^-1, row by row.
void gain_of(const double (*cross)[kMostComponents], const Innovation& lower, int n, int m,
             double (*gain)[kMostComponents]) {
  for (int i = 0; i < n; ++i) {
    std::copy(cross[i], cross[i] + m, gain[i]);
    solve<kMostComponents>(lower, m, gain[i]);
  }
}

}  // namespace

double wrapped_angle(double angle_rad) {
  double wrapped = angle_rad - 2 * kPi * std::floor(angle_rad / (2 * kPi) + 0.5);
  if (wrapped <= -kPi) wrapped += 2 * kPi;
  return wrapped;
}

void predict(Gaussian& state, const ProcessModel& model, double duration_s) {
  const int n = state.n, d = state.dimensions();
  const double T = duration_s, w = model.turn_rate_radps;
  double F[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i) F[i][i] = 1;
  for (int i = 0; i < d; ++i) F[i][d + i] = T;
  if (w != 0) {  // the horizontal plane turns; the vertical axis stays at constant velocity
    const double s = sine(w * T), half = sine(0.5 * w * T), one_minus_c = 2 * half * half, c = 1 - one_minus_c;
    F[0][d] = s / w, F[0][d + 1] = -one_minus_c / w;
    F[1][d] = one_minus_c / w, F[1][d + 1] = s / w;
    F[d][d] = c, F[d][d + 1] = -s;
    F[d + 1][d] = s, F[d + 1][d + 1] = c;
  }

  double mean[kMostStates] = {}, half_done[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < n; ++k) {
      mean[i] += F[i][k] * state.mean[k];
      for (int j = 0; j < n; ++j) half_done[i][j] += F[i][k] * state.covariance[k][j];
    }
  std::copy(mean, mean + n, state.mean);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int k = 0; k < n; ++k) sum += half_done[i][k] * F[j][k];
      state.covariance[i][j] = sum;
    }
  const double q = model.spectral_density_m2_s3;
  for (int i = 0; i < d; ++i) {
    state.covariance[i][i] += q * T * T * T / 3;
    state.covariance[i][d + i] += q * T * T / 2;
    state.covariance[d + i][i] += q * T * T / 2;
    state.covariance[d + i][d + i] += q * T;
  }
  make_symmetric(state);
}

Fit update(Gaussian& state, const Measurement& z) {
  const int n = state.n, m = z.count, d = state.dimensions();
  if (m == 0) return {};
  double H[kMostComponents][kMostStates], nu[kMostComponents], cross[kMostStates][kMostComponents] = {};
  for (int a = 0; a < m; ++a) {
    gradient(z.components[a], z, state.mean, d, H[a]);
    nu[a] = residual(z.components[a], z.values[a], observed(z.components[a], z, state.mean, d));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) cross[i][a] += state.covariance[i][j] * H[a][j];
  }
  Innovation S = {}, lower = {};
  for (int a = 0; a < m; ++a)
    for (int b = 0; b < m; ++b) {
      for (int i = 0; i < n; ++i) S[a][b] += H[a][i] * cross[i][b];
      if (a == b) S[a][b] += z.sigmas[a] * z.sigmas[a];
    }
  factorise<kMostComponents>(S, m, lower);
  double gain[kMostStates][kMostComponents];
  gain_of(cross, lower, n, m, gain);

  // Joseph form: (I - KH) P (I - KH)' + K R K'
  double A[kMostStates][kMostStates], AP[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      A[i][j] = i == j ? 1 : 0;
      for (int a = 0; a < m; ++a) A[i][j] -= gain[i][a] * H[a][j];
    }
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < n; ++k)
      for (int j = 0; j < n; ++j) AP[i][j] += A[i][k] * state.covariance[k][j];
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int k = 0; k < n; ++k) sum += AP[i][k] * A[j][k];
      for (int a = 0; a < m; ++a) sum += gain[i][a] * z.sigmas[a] * z.sigmas[a] * gain[j][a];
      state.covariance[i][j] = sum;
    }
  for (int i = 0; i < n; ++i)
    for (int a = 0; a < m; ++a) state.mean[i] += gain[i][a] * nu[a];
  make_symmetric(state);
  return fit_of(lower, nu, m);
}

Fit update_unscented(Gaussian& state, const Measurement& z, const UnscentedScaling& scaling) {
  const int n = state.n, m = z.count, d = state.dimensions(), points = 2 * n + 1;
  if (m == 0) return {};
  const double lambda = scaling.alpha * scaling.alpha * (n + scaling.kappa) - n;

  // sigma points: the mean, and the mean plus and minus each column of the factor
  double scaled[kMostStates][kMostStates], L[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) scaled[i][j] = (n + lambda) * state.covariance[i][j];
  factorise<kMostStates>(scaled, n, L);
  double offset[2 * kMostStates + 1][kMostStates] = {};
  for (int c = 0; c < n; ++c)
    for (int i = c; i < n; ++i) offset[1 + c][i] = L[i][c], offset[1 + n + c][i] = -L[i][c];

  double seen[2 * kMostStates + 1][kMostComponents];
  for (int p = 0; p < points; ++p) {
    double x[kMostStates];
    for (int i = 0; i < n; ++i) x[i] = state.mean[i] + offset[p][i];
    for (int a = 0; a < m; ++a) {
      const double h = observed(z.components[a], z, x, d);
      seen[p][a] = p > 0 ? seen[0][a] + residual(z.components[a], h, seen[0][a]) : h;
    }
  }
  const double others = 1 / (2 * (n + lambda)), first_mean = lambda / (n + lambda);
  const double first_covariance = first_mean + 1 - scaling.alpha * scaling.alpha + scaling.beta;
  double mean[kMostComponents], nu[kMostComponents];
  for (int a = 0; a < m; ++a) {
    // written about the first point, so that nothing large cancels: the weights sum to one
    double sum = 0;
    for (int p = 1; p < points; ++p) sum += others * (seen[p][a] - seen[0][a]);
    mean[a] = seen[0][a] + sum;
    nu[a] = residual(z.components[a], z.values[a], mean[a]);
  }
  Innovation S = {}, lower = {};
  double cross[kMostStates][kMostComponents] = {};
  for (int p = 0; p < points; ++p) {
    const double weight = p == 0 ? first_covariance : others;
    for (int a = 0; a < m; ++a) {
      for (int b = 0; b < m; ++b) S[a][b] += weight * (seen[p][a] - mean[a]) * (seen[p][b] - mean[b]);
      for (int i = 0; i < n; ++i) cross[i][a] += weight * offset[p][i] * (seen[p][a] - mean[a]);
    }
  }
  for (int a = 0; a < m; ++a) S[a][a] += z.sigmas[a] * z.sigmas[a];
  factorise<kMostComponents>(S, m, lower);
  double gain[kMostStates][kMostComponents];
  gain_of(cross, lower, n, m, gain);
  for (int i = 0; i < n; ++i)
    for (int a = 0; a < m; ++a) {
      state.mean[i] += gain[i][a] * nu[a];
      for (int j = 0; j < n; ++j) state.covariance[i][j] -= gain[i][a] * cross[j][a];
    }
  make_symmetric(state);
  return fit_of(lower, nu, m);
}

namespace {

/// Mean and covariance of a mixture.
Gaussian mixture(const Gaussian* parts, const double* weights, int count) {
  Gaussian whole;
  const int n = whole.n = parts[0].n;
  // means about the first part, so that large coordinates do not cost digits
  for (int k = 0; k < count; ++k)
    for (int i = 0; i < n; ++i) whole.mean[i] += weights[k] * (parts[k].mean[i] - parts[0].mean[i]);
  for (int i = 0; i < n; ++i) whole.mean[i] += parts[0].mean[i];
  for (int k = 0; k < count; ++k)
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        whole.covariance[i][j] += weights[k] * (parts[k].covariance[i][j] + (parts[k].mean[i] - whole.mean[i]) *
                                                                                (parts[k].mean[j] - whole.mean[j]));
  return whole;
}

}  // namespace

void step(InteractingModels& imm, const Measurement& measurement, double duration_s) {
  const int M = imm.count;
  double predicted_probability[kMostModels] = {}, log_likelihood[kMostModels];
  Gaussian mixed[kMostModels];
  for (int j = 0; j < M; ++j) {
    double weights[kMostModels];
    for (int i = 0; i < M; ++i) predicted_probability[j] += imm.transition[i][j] * imm.probability[i];
    for (int i = 0; i < M; ++i) weights[i] = imm.transition[i][j] * imm.probability[i] / predicted_probability[j];
    mixed[j] = mixture(imm.states, weights, M);
  }
  double largest = 0;
  for (int j = 0; j < M; ++j) {
    predict(mixed[j], imm.models[j], duration_s);
    const Fit fit = update(mixed[j], measurement);
    // (2 pi)^m is common to all models and drops out
    log_likelihood[j] = -0.5 * (fit.nis + fit.log_determinant);
    largest = j == 0 ? log_likelihood[0] : std::max(largest, log_likelihood[j]);
    imm.states[j] = mixed[j];
  }
  double sum = 0;
  for (int j = 0; j < M; ++j) {
    imm.probability[j] = exponential(log_likelihood[j] - largest) * predicted_probability[j];
    sum += imm.probability[j];
  }
  for (int j = 0; j < M; ++j) imm.probability[j] /= sum;
}

Gaussian combined(const InteractingModels& imm) { return mixture(imm.states, imm.probability, imm.count); }

double normalised_error(const Gaussian& state, const double* x) {
  double lower[kMostStates][kMostStates] = {}, error[kMostStates], solved[kMostStates], sum = 0;
  factorise<kMostStates>(state.covariance, state.n, lower);
  for (int i = 0; i < state.n; ++i) solved[i] = error[i] = x[i] - state.mean[i];
  solve<kMostStates>(lower, state.n, solved);
  for (int i = 0; i < state.n; ++i) sum += error[i] * solved[i];
  return sum;
}

}  // namespace pavise
