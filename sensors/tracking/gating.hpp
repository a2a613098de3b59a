// The gate: the region round a predicted measurement in which a detection may belong to the track.
#pragma once

#include <span>

namespace pavise {

/// P(chi-square with `dimensions` degrees of freedom <= x), dimensions >= 1, x >= 0. Error below 1e-13.
double chi_square_probability(int dimensions, double x);
/// The x at which that probability is `probability`, 0 < probability < 1. Relative error below 1e-12.
double chi_square_quantile(int dimensions, double probability);

/// c_d gamma^(d/2) sqrt(det S): volume of the ellipsoid of all measurements within the gate.
double gate_volume(int dimensions, double threshold, double determinant);

/// An innovation covariance S and its Cholesky factor. d x d, row by row.
class InnovationEllipsoid {
 public:
  static constexpr int kMostDimensions = 16;
  /// False if S is not positive definite.
  bool set(int dimensions, std::span<const double> covariance);
  int dimensions() const { return dimensions_; }
  double determinant() const;
  /// nu' S^-1 nu.
  double distance2(std::span<const double> innovation) const;

 private:
  int dimensions_ = 0;
  double lower_[kMostDimensions][kMostDimensions] = {};
};

/// w_ij = P_D N(z; z_predicted, S) / beta of a pair inside the gate, as its logarithm.
double log_pair_weight(double detection_probability, double clutter_density, int dimensions, double distance2,
                       double determinant);
/// w_i0 = 1 - P_D P_G: the track is there and gives no measurement.
double miss_weight(double detection_probability, double gate_probability);

}  // namespace pavise
