// State estimation in its general form: Kalman, extended and unscented filter, interacting multiple models; two or
// three dimensions, any set of measured components. Plain small matrices on the stack. The tracker's hot path is
// filter_bank.hpp, which a test holds to this.
// Equations: Bar-Shalom, Li, Kirubarajan (2001), chapters 5, 6, 10, 11; docs/models/tracking.md.
#pragma once

#include <cstdint>

#include "kernel/core/geometry.hpp"

namespace pavise {

inline constexpr int kMostStates = 7, kMostComponents = 7, kMostModels = 4;

/// Mean and covariance of [e, n, (u,) ve, vn, (vu)]; n = 2 dimensions. Metres, metres per second. In three dimensions a
/// seventh state may follow, the drag parameter Cd A / m (m^2/kg) of a ballistic missile.
struct Gaussian {
  int n = 6;
  double mean[kMostStates] = {};
  double covariance[kMostStates][kMostStates] = {};

  int dimensions() const { return n / 2; }
};

/// level: constant velocity or a known horizontal turn; free_fall: gravity as well; drag: gravity and drag by the seventh
/// state, in the US Standard Atmosphere over flat ground.
enum class MotionLaw : std::int32_t { level, free_fall, drag };

/// Continuous white-noise acceleration about a law of motion.
struct ProcessModel {
  double spectral_density_m2_s3 = 1;
  double turn_rate_radps = 0;  // level only; positive: to the left; 0: constant velocity
  MotionLaw law = MotionLaw::level;
  double drag_walk_m4_kg2_s = 0;  // spectral density of the seventh state's random walk
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

/// x <- F x, P <- F P F' + Q over duration_s. A negative duration leads back; Q is then that of the way back. Drag is
/// integrated by fourth-order steps of half a second, F by its second-order series in each.
void predict(Gaussian& state, const ProcessModel& model, double duration_s);

/// What a state makes expect of a measurement: h(x), H, P H', and the Cholesky factor of S = H P H' + R.
struct Expectation {
  int count = 0;
  double values[kMostComponents] = {};
  double H[kMostComponents][kMostStates] = {};
  double cross[kMostStates][kMostComponents] = {};
  double lower[kMostComponents][kMostComponents] = {};
  double log_determinant = 0;
};
/// Of a measurement's components, sigmas and sensor; its values are not read.
Expectation expect(const Gaussian& state, const Measurement& measurement);
/// How well the measurement's values fit what was expected of its kind.
Fit fit(const Expectation& expectation, const Measurement& measurement);

/// Extended (for position components: the linear) Kalman update: all components jointly, one linearisation at the
/// mean, covariance in Joseph form.
Fit update(Gaussian& state, const Measurement& measurement);
/// The same by an expectation of this state.
Fit update(Gaussian& state, const Expectation& expectation, const Measurement& measurement);

/// Unscented update: sigma points from the mean and covariance as they stand, lower Cholesky factor.
Fit update_unscented(Gaussian& state, const Measurement& measurement, const UnscentedScaling& scaling);

/// Mean and covariance of a mixture of `count` Gaussians.
Gaussian mixture(const Gaussian* parts, const double* weights, int count);

/// The mixing step of interacting multiple models: from states and probabilities of `count` models, and transition(i, j)
/// to j from i, the states that the models predict from and their probabilities before the next measurement.
template <class Transition>
void mix(const Gaussian* states, const double* probability, int count, const Transition& transition, Gaussian* mixed,
         double* predicted_probability) {
  for (int j = 0; j < count; ++j) {
    double weights[kMostModels];
    predicted_probability[j] = 0;
    for (int i = 0; i < count; ++i) predicted_probability[j] += transition(i, j) * probability[i];
    // a model that nothing leads to keeps its own state, and no weight
    for (int i = 0; i < count; ++i)
      weights[i] = predicted_probability[j] > 0 ? transition(i, j) * probability[i] / predicted_probability[j] : i == j;
    mixed[j] = mixture(states, weights, count);
  }
}

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
