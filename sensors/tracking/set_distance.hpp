// How far a set of estimates is from the set of true positions: GOSPA and OSPA, with their parts.
// A. S. Rahmathullah, A. F. Garcia-Fernandez, L. Svensson, Generalized optimal sub-pattern assignment metric (FUSION
// 2017); D. Schuhmacher, B.-T. Vo, B.-N. Vo, IEEE Trans. Signal Processing 56 (2008) 3447.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "sensors/tracking/assignment.hpp"

namespace pavise {

struct SetDistance {
  // GOSPA with alpha = 2: gospa^p = localisation^p + missed^p + false^p
  double gospa_m = 0, localisation_m = 0, missed_m = 0, false_m = 0;
  std::int32_t missed_count = 0, false_count = 0;
  // OSPA: ospa^p = ospa_localisation^p + ospa_cardinality^p; all 0 for two empty sets
  double ospa_m = 0, ospa_localisation_m = 0, ospa_cardinality_m = 0;
};

/// Memory of the calculation; keeps its capacity.
class SetDistanceSolver {
 public:
  /// Distance of order p >= 1 with cut-off c > 0 metres. Pairs are Euclidean and closer than c. Both metrics have the
  /// same best pairs: a pair is worth d^p - c^p in either.
  SetDistance solve(std::span<const Vec3> truth_m, std::span<const Vec3> estimate_m, double order, double cutoff_m);

  /// Of the last call: the estimate paired with each true position, -1 for none.
  std::span<const std::int32_t> estimate_of_truth() const { return assignment_.column_of_row(); }

 private:
  Assignment assignment_;
  std::vector<double> cost_, miss_cost_, unassigned_cost_, distance_m_;
};

}  // namespace pavise
