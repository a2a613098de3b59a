// State estimation in its general form: Kalman, extended and unscented filter, interacting multiple models; two or
// three dimensions, any set of measured components. Plain small matrices on the stack. The tracker's hot path is
// filter_bank.hpp, which a test holds to this.
// Equations: Bar-Shalom, Li, Kirubarajan (2001), chapters 5, 6, 10, 11; docs/models/tracking.md.
#pragma once

#include <cstdint>

#include "kernel/core/geometry.hpp"

namespace pavise {

inline constexpr int kMostStates = 6, kMostComponents = 7, kMostModels = 4;

/// Mean and covariance of [e, n, (u,) ve, vn, (vu)]; n = 2 dimensions. Metres, metres per second.
struct Gaussian {
  int n = 6;
  double mean[kMostStates] = {};
  double covariance[kMostStates][kMostStates] = {};

  int dimensions() const { return n / 2; }
};

/// Continuous white-noise acceleration about constant velocity or a known horizontal turn (positive: to the left).
struct ProcessModel {
  double spectral_density_m2_s3 = 1;
  double turn_rate_radps = 0;  // 0: constant velocity
};

enum class Component : std::int32_t { east, north, up, range, azimuth, elevation, range_rate };

/// Independent components measured at one instant. Angles in radians, azimuth clockwise from north.
struct Measurement {
  int count = 0;
  Component components[kMostComponents] = {};
  double values[kMostComponents] = {};
  double sigmas[kMostComponents] = {};
  Vec3 sensor_m;  // at rest; z is not read in two dimensions
};

/// How well a measurement fitted: nu' S^-1 nu, and ln det S.
struct Fit {
  double nis = 0, log_determinant = 0;
};

struct UnscentedScaling {
  double alpha = 1, beta = 2, kappa = 0;
};

/// An angle brought to (-pi, pi].
double wrapped_angle(double angle_rad);

/// x <- F x, P <- F P F' + Q over duration_s.
void predict(Gaussian& state, const ProcessModel& model, double duration_s);

/// Extended (for position components: the linear) Kalman update: all components jointly, one linearisation at the
/// mean, covariance in Joseph form.
Fit update(Gaussian& state, const Measurement& measurement);

/// Unscented update: sigma points from the mean and covariance as they stand, lower Cholesky factor.
Fit update_unscented(Gaussian& state, const Measurement& measurement, const UnscentedScaling& scaling);

/// Interacting multiple models (Blom, Bar-Shalom 1988).
struct InteractingModels {
  int count = 0;
  ProcessModel models[kMostModels];
  double transition[kMostModels][kMostModels] = {};  // [i][j]: to j, from i
  double probability[kMostModels] = {};
  Gaussian states[kMostModels];
};
/// One cycle: mixing, prediction over duration_s, update (none if the measurement has no component), probabilities.
void step(InteractingModels& imm, const Measurement& measurement, double duration_s);
/// The mixture's mean and covariance.
Gaussian combined(const InteractingModels& imm);

/// (x - mean)' P^-1 (x - mean).
double normalised_error(const Gaussian& state, const double* x);

}  // namespace pavise
