// Optimal assignment of measurements to tracks: rectangular, with a cost of its own for a track without measurement and
// for a measurement without track, and forbidden pairs. Shortest augmenting paths (Jonker, Volgenant 1987; Crouse
// 2016).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pavise {

/// A cost that forbids the pair.
inline constexpr double kForbidden = __builtin_huge_val();

/// Memory of the solver; keeps its capacity, so that a frame allocates nothing.
class Assignment {
 public:
  /// Takes memory for problems up to this size.
  void reserve(std::size_t rows, std::size_t columns);

  /// Minimises  sum of cost of pairs + sum of miss_cost of rows without + sum of unassigned_cost of columns without.
  /// cost: rows x columns, row by row; any sign; kForbidden excludes a pair. rows or columns may be 0.
  /// Afterwards column_of_row()[i] is the column of row i, -1 for none.
  void solve(std::span<const double> cost, std::span<const double> miss_cost, std::span<const double> unassigned_cost);

  std::span<const std::int32_t> column_of_row() const { return column_of_row_; }
  double total_cost() const { return total_cost_; }

 private:
  std::vector<std::int32_t> column_of_row_, row_of_column_, previous_row_;
  std::vector<double> column_price_, row_price_, distance_;
  std::vector<std::uint8_t> is_settled_;
  double total_cost_ = 0;
};

}  // namespace pavise
