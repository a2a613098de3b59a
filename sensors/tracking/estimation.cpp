#include "sensors/tracking/estimation.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/core/standard_atmosphere.hpp"

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
  std::fill(row, row + kMostStates, 0.0);
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

namespace {

/// P <- F P F' + Q.
void propagate(Gaussian& state, const double (*F)[kMostStates], const ProcessModel& model, double duration_s) {
  const int n = state.n, d = state.dimensions();
  // F is mostly zeros: what they would add is left out
  double half_done[kMostStates][kMostStates] = {}, whole[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < n; ++k) {
      if (F[i][k] == 0) continue;
      for (int j = 0; j < kMostStates; ++j) half_done[i][j] += F[i][k] * state.covariance[k][j];
    }
  for (int j = 0; j < n; ++j)
    for (int k = 0; k < n; ++k) {
      if (F[j][k] == 0) continue;
      for (int i = 0; i < n; ++i) whole[i][j] += half_done[i][k] * F[j][k];
    }
  for (int i = 0; i < n; ++i) std::copy(whole[i], whole[i] + n, state.covariance[i]);
  const double q = model.spectral_density_m2_s3, T = duration_s, way = std::fabs(T);
  for (int i = 0; i < d; ++i) {
    state.covariance[i][i] += q * way * T * T / 3;
    state.covariance[i][d + i] += q * way * T / 2;
    state.covariance[d + i][i] += q * way * T / 2;
    state.covariance[d + i][d + i] += q * way;
  }
  if (n > 2 * d) state.covariance[2 * d][2 * d] += model.drag_walk_m4_kg2_s * way;
  make_symmetric(state);
}

double density_at(double altitude_m) {
  double density_kg_m3, speed_of_sound_mps;
  standard_air(std::clamp(altitude_m, 0.0, 1e6), density_kg_m3, speed_of_sound_mps);
  return density_kg_m3;
}

/// Acceleration under gravity and drag.
Vec3 falling(double altitude_m, const Vec3& v, double drag_m2pkg) {
  const double k = -0.5 * density_at(altitude_m) * drag_m2pkg * length(v);
  return {k * v.x, k * v.y, k * v.z - kStandardGravity_mps2};
}

/// One step of the drag law: the mean by Runge and Kutta's classical method, the covariance by F = I + A T + A^2 T^2 / 2
/// with A at the middle of the step.
void fall(Gaussian& state, const ProcessModel& model, double T) {
  double* x = state.mean;
  const double drag = std::max(x[6], 0.0);  // nothing is accelerated by the air it flies through
  const Vec3 p0{x[0], x[1], x[2]}, v0{x[3], x[4], x[5]};
  const Vec3 a1 = falling(p0.z, v0, drag);
  const Vec3 v2 = v0 + (0.5 * T) * a1, a2 = falling(p0.z + 0.5 * T * v0.z, v2, drag);
  const Vec3 v3 = v0 + (0.5 * T) * a2, a3 = falling(p0.z + 0.5 * T * v2.z, v3, drag);
  const Vec3 v4 = v0 + T * a3, a4 = falling(p0.z + T * v3.z, v4, drag);
  const Vec3 p = p0 + (T / 6) * (v0 + 2.0 * v2 + 2.0 * v3 + v4);
  const Vec3 v = v0 + (T / 6) * (a1 + 2.0 * a2 + 2.0 * a3 + a4);

  // derivatives of the acceleration -1/2 rho(z) c |v| v
  const double z = 0.5 * (p0.z + p.z);
  const Vec3 vm = 0.5 * (v0 + v);
  const double speed = length(vm), density = density_at(z);
  constexpr double kStep_m = 50;
  const double slope = (density_at(z + kStep_m) - density_at(z - kStep_m)) / (2 * kStep_m);
  const double w[3] = {vm.x, vm.y, vm.z};
  double A[kMostStates][kMostStates] = {}, F[kMostStates][kMostStates] = {};
  for (int i = 0; i < 3; ++i) {
    A[i][3 + i] = 1;
    A[3 + i][2] = -0.5 * slope * drag * speed * w[i];
    for (int j = 0; j < 3; ++j)
      A[3 + i][3 + j] = -0.5 * density * drag * ((i == j ? speed : 0) + (speed > 0 ? w[i] * w[j] / speed : 0));
    A[3 + i][6] = -0.5 * density * speed * w[i];
  }
  for (int i = 0; i < kMostStates; ++i)
    for (int j = 0; j < kMostStates; ++j) {
      double square = 0;
      for (int k = 0; k < kMostStates; ++k) square += A[i][k] * A[k][j];
      F[i][j] = (i == j ? 1 : 0) + T * A[i][j] + 0.5 * T * T * square;
    }
  propagate(state, F, model, T);
  const double after[6] = {p.x, p.y, p.z, v.x, v.y, v.z};
  std::copy(after, after + 6, x);
}

}  // namespace

void predict(Gaussian& state, const ProcessModel& model, double duration_s) {
  const int n = state.n, d = state.dimensions();
  const double T = duration_s, w = model.turn_rate_radps;
  if (model.law == MotionLaw::drag) {
    PAVISE_ASSERT(n == 7);
    const int steps = std::max(1, int(std::ceil(std::fabs(T) / 0.5)));
    for (int k = 0; k < steps; ++k) fall(state, model, T / steps);
    return;
  }
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
  double mean[kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < n; ++k) mean[i] += F[i][k] * state.mean[k];
  std::copy(mean, mean + n, state.mean);
  if (model.law == MotionLaw::free_fall) {
    state.mean[2] -= 0.5 * kStandardGravity_mps2 * T * T;
    state.mean[5] -= kStandardGravity_mps2 * T;
  }
  propagate(state, F, model, T);
}

Expectation expect(const Gaussian& state, const Measurement& z) {
  const int n = state.n, m = z.count, d = state.dimensions();
  Expectation e;
  e.count = m;
  for (int a = 0; a < m; ++a) {
    gradient(z.components[a], z, state.mean, d, e.H[a]);
    e.values[a] = observed(z.components[a], z, state.mean, d);
    for (int j = 0; j < n; ++j) {
      if (e.H[a][j] == 0) continue;
      for (int i = 0; i < n; ++i) e.cross[i][a] += state.covariance[j][i] * e.H[a][j];
    }
  }
  Innovation S = {};
  for (int a = 0; a < m; ++a)
    for (int b = 0; b < m; ++b) {
      for (int i = 0; i < n; ++i) S[a][b] += e.H[a][i] * e.cross[i][b];
      if (a == b) S[a][b] += z.sigmas[a] * z.sigmas[a];
    }
  factorise<kMostComponents>(S, m, e.lower);
  for (int a = 0; a < m; ++a) e.log_determinant += 2 * logarithm(e.lower[a][a]);
  return e;
}

Fit fit(const Expectation& e, const Measurement& z) {
  double solved[kMostComponents], sum = 0;
  for (int i = 0; i < e.count; ++i) {  // |L^-1 nu|^2
    solved[i] = residual(z.components[i], z.values[i], e.values[i]);
    for (int k = 0; k < i; ++k) solved[i] -= e.lower[i][k] * solved[k];
    solved[i] /= e.lower[i][i];
    sum += solved[i] * solved[i];
  }
  return {sum, e.log_determinant};
}

Fit update(Gaussian& state, const Measurement& z) {
  if (z.count == 0) return {};
  return update(state, expect(state, z), z);
}

Fit update(Gaussian& state, const Expectation& e, const Measurement& z) {
  const int n = state.n, m = z.count;
  double nu[kMostComponents];
  for (int a = 0; a < m; ++a) nu[a] = residual(z.components[a], z.values[a], e.values[a]);
  double gain[kMostStates][kMostComponents];
  gain_of(e.cross, e.lower, n, m, gain);

  // Joseph form: (I - KH) P (I - KH)' + K R K'
  double A[kMostStates][kMostStates], AP[kMostStates][kMostStates] = {};
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      A[i][j] = i == j ? 1 : 0;
      for (int a = 0; a < m; ++a) A[i][j] -= gain[i][a] * e.H[a][j];
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
  return fit_of(e.lower, nu, m);
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

Gaussian mixture(const Gaussian* parts, const double* weights, int count) {
  Gaussian whole;
  const int n = whole.n = parts[0].n;
  // means about the first part, so that large coordinates do not cost digits
  for (int k = 0; k < count; ++k)
    for (int i = 0; i < n; ++i) whole.mean[i] += weights[k] * (parts[k].mean[i] - parts[0].mean[i]);
  for (int i = 0; i < n; ++i) whole.mean[i] += parts[0].mean[i];
  for (int k = 0; k < count; ++k) {
    if (weights[k] == 0) continue;
    double apart[kMostStates] = {};
    for (int i = 0; i < n; ++i) apart[i] = parts[k].mean[i] - whole.mean[i];
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < kMostStates; ++j)
        whole.covariance[i][j] += weights[k] * (parts[k].covariance[i][j] + apart[i] * apart[j]);
  }
  return whole;
}


void step(InteractingModels& imm, const Measurement& measurement, double duration_s) {
  const int M = imm.count;
  double predicted_probability[kMostModels] = {}, log_likelihood[kMostModels];
  Gaussian mixed[kMostModels];
  mix(imm.states, imm.probability, M, [&](int i, int j) { return imm.transition[i][j]; }, mixed, predicted_probability);
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
