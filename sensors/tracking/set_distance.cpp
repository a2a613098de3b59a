#include "sensors/tracking/set_distance.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

/// x^p of a ratio; squares are exact products.
double power_of(double x, double p) { return p == 2 ? x * x : p == 1 ? x : power(x, p); }
double root_of(double x, double p) { return p == 2 ? std::sqrt(x) : p == 1 ? x : power(x, 1 / p); }

/// (sum of v^p)^(1/p), relative to the largest, so that no order under- or overflows.
double norm_of(std::span<const double> values, double p) {
  double largest = 0, sum = 0;
  for (double v : values) largest = std::max(largest, v);
  if (largest == 0) return 0;
  for (double v : values) sum += power_of(v / largest, p);
  return largest * root_of(sum, p);
}

}  // namespace

SetDistance SetDistanceSolver::solve(std::span<const Vec3> truth_m, std::span<const Vec3> estimate_m, double order,
                                     double cutoff_m) {
  PAVISE_ASSERT(order >= 1 && cutoff_m > 0);
  const std::size_t m = truth_m.size(), n = estimate_m.size();
  cost_.assign(m * n, kForbidden);
  miss_cost_.assign(m, 1.0);  // in units of c^p: whoever has no partner costs as much as one at the cut-off
  unassigned_cost_.assign(n, 0.0);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double d = length(truth_m[i] - estimate_m[j]);
      if (d < cutoff_m) cost_[i * n + j] = power_of(d / cutoff_m, order);
    }
  assignment_.solve(cost_, miss_cost_, unassigned_cost_);

  distance_m_.clear();
  for (std::size_t i = 0; i < m; ++i) {
    const std::int32_t j = assignment_.column_of_row()[i];
    if (j >= 0) distance_m_.push_back(length(truth_m[i] - estimate_m[std::size_t(j)]));
  }
  SetDistance result;
  const std::size_t pairs = distance_m_.size();
  result.missed_count = std::int32_t(m - pairs);
  result.false_count = std::int32_t(n - pairs);
  result.localisation_m = norm_of(distance_m_, order);
  result.missed_m = cutoff_m * root_of(0.5 * double(m - pairs), order);
  result.false_m = cutoff_m * root_of(0.5 * double(n - pairs), order);
  const double parts[3] = {result.localisation_m, result.missed_m, result.false_m};
  result.gospa_m = norm_of(parts, order);

  const double larger = double(std::max(m, n)), smaller = double(std::min(m, n));
  if (larger == 0) return result;
  // the smaller set is mapped whole: its members without a partner count as pairs at the cut-off
  const double mapped[2] = {result.localisation_m, cutoff_m * root_of(smaller - double(pairs), order)};
  const double share = root_of(1 / larger, order);
  result.ospa_localisation_m = norm_of(mapped, order) * share;
  result.ospa_cardinality_m = cutoff_m * root_of((larger - smaller) / larger, order);
  const double halves[2] = {result.ospa_localisation_m, result.ospa_cardinality_m};
  result.ospa_m = norm_of(halves, order);
  return result;
}

}  // namespace pavise
