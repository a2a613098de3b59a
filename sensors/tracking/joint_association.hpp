// Joint probabilistic data association: exact marginal probabilities that a track owns a measurement.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pavise {

struct JointProbabilities {
  std::vector<double> beta;  // tracks x (measurements + 1), row by row; column 0: none, column j + 1: measurement j
  double hypotheses = 0;     // joint hypotheses that respect the gates (whole numbers, exact below 2^53)
};

/// The smaller side of a cluster (tracks, or measurements that several of its tracks gate) may have this many members.
inline constexpr int kLargestCluster = 20;

/// weight: tracks x measurements, row by row, 0 outside the gate; miss_weight: per track. A joint hypothesis gives each
/// track one measurement or none, no measurement to two; its weight is the product. Tracks that share no measurement
/// are taken apart into clusters; inside one, partial sums run over the subsets of its smaller side, from both ends, so
/// a cluster costs (larger side) x 2^(smaller side), not one step per hypothesis. False if a cluster is too large.
bool joint_probabilities(std::span<const double> weight, std::span<const double> miss_weight,
                         JointProbabilities& result);

}  // namespace pavise
