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

/// Memory of the calculation; keeps its capacity, so that a frame allocates nothing once it has seen its like.
class JointAssociation {
 public:
  /// weight: tracks x measurements, row by row, 0 outside the gate; miss_weight: per track. A joint hypothesis gives
  /// each track one measurement or none, no measurement to two; its weight is the product. Tracks that share no
  /// measurement are taken apart into clusters; inside one, partial sums run over the subsets of its smaller side, from
  /// both ends, so a cluster costs (larger side) x 2^(smaller side), not one step per hypothesis. False if the smaller
  /// side of a cluster has more than `largest_cluster` members. Hypotheses are counted only on request: it doubles the
  /// work.
  bool solve(std::span<const double> weight, std::span<const double> miss_weight, bool counts_hypotheses = false,
             int largest_cluster = kLargestCluster);

  const JointProbabilities& result() const { return result_; }

 private:
  /// Sums over all ways in which agents, one after another, take an item each or none; an item is taken once.
  struct SubsetSums {
    std::size_t agents = 0, items = 0;
    std::vector<double> take, pass, left;  // take[a * items + i], pass[a]; left[i]: nobody takes it (1: indifferent)
    std::vector<double> before, after;  // [agent][set]: agents before it took exactly set; it and later ones, given set

    void sum();
    double taking(std::size_t agent, std::size_t item) const;
    double passing(std::size_t agent) const;
    double leaving(std::size_t item) const;
  };
  struct Cluster {
    std::vector<std::size_t> tracks, shared, own;  // measurements gated by several of its tracks, and by one only
  };

  void find_clusters(std::span<const double> weight, std::size_t m, std::size_t n);
  double sum_cluster(const Cluster& c, std::span<const double> weight, std::span<const double> miss, std::size_t n,
                     double* beta);

  JointProbabilities result_;
  SubsetSums sums_;
  std::vector<Cluster> clusters_;  // the first cluster_count_ of them
  std::size_t cluster_count_ = 0;
  std::vector<std::size_t> label_, gated_by_, owner_, place_;
  std::vector<double> scaled_, miss_, ones_, counts_, one_each_;
};

/// The same for one problem.
bool joint_probabilities(std::span<const double> weight, std::span<const double> miss_weight,
                         JointProbabilities& result);

}  // namespace pavise
