#include "sensors/tracking/assignment.hpp"

#include <algorithm>

#include "kernel/core/assert.hpp"

namespace pavise {

void Assignment::reserve(std::size_t rows, std::size_t columns) {
  column_of_row_.reserve(rows);
  row_price_.reserve(rows);
  row_of_column_.reserve(columns + rows);
  previous_row_.reserve(columns + rows);
  column_price_.reserve(columns + rows);
  distance_.reserve(columns + rows);
  is_settled_.reserve(columns + rows);
}

// A pair's cost is taken relative to leaving its column alone, c_ij - u_j, and each row i gets a column n + i of its
// own that costs miss_i and is forbidden to all others. Then every row is assigned to exactly one column, and no column
// needs to be: the classical problem, always feasible. Rows enter one after another, each by the cheapest augmenting
// path over reduced costs (Dijkstra); a row's own column is only looked at from that row, so a path is over n + 1
// columns at most beyond those already taken.
void Assignment::solve(std::span<const double> cost, std::span<const double> miss_cost,
                       std::span<const double> unassigned_cost) {
  const std::size_t m = miss_cost.size(), n = unassigned_cost.size();
  PAVISE_ASSERT(cost.size() == m * n);
  column_of_row_.assign(m, -1);
  row_price_.assign(m, 0.0);
  row_of_column_.assign(n + m, -1);
  column_price_.assign(n + m, 0.0);
  previous_row_.resize(n + m);
  distance_.resize(n + m);
  is_settled_.resize(n + m);

  const auto pair_cost = [&](std::size_t i, std::size_t j) { return cost[i * n + j] - unassigned_cost[j]; };
  for (std::size_t start = 0; start < m; ++start) {
    std::fill(distance_.begin(), distance_.end(), kForbidden);
    std::fill(is_settled_.begin(), is_settled_.end(), std::uint8_t{0});
    std::size_t row = start, reached = 0;
    double shortest = 0;
    for (;;) {
      // relax the columns that this row may take, then settle the nearest
      const double offset = shortest - row_price_[row];
      for (std::size_t j = 0; j < n; ++j) {
        if (is_settled_[j]) continue;
        const double through = pair_cost(row, j) + offset - column_price_[j];
        if (through < distance_[j]) {
          distance_[j] = through;
          previous_row_[j] = std::int32_t(row);
        }
      }
      const std::size_t own = n + row;
      const double through = miss_cost[row] + offset - column_price_[own];
      if (!is_settled_[own] && through < distance_[own]) {
        distance_[own] = through;
        previous_row_[own] = std::int32_t(row);
      }
      double least = kForbidden;
      for (std::size_t j = 0; j < n + m; ++j)
        if (!is_settled_[j] && distance_[j] < least) least = distance_[j], reached = j;
      PAVISE_ASSERT(least < kForbidden);  // a row's own column is always within reach
      shortest = least;
      is_settled_[reached] = 1;
      if (row_of_column_[reached] < 0) break;
      row = std::size_t(row_of_column_[reached]);
    }

    // prices that keep reduced costs non-negative, then turn the path round
    row_price_[start] += shortest;
    for (std::size_t j = 0; j < n + m; ++j)
      if (is_settled_[j] && j != reached) {
        row_price_[std::size_t(row_of_column_[j])] += shortest - distance_[j];
        column_price_[j] -= shortest - distance_[j];
      }
    for (std::size_t j = reached;;) {
      const std::size_t i = std::size_t(previous_row_[j]);
      row_of_column_[j] = std::int32_t(i);
      const std::int32_t before = column_of_row_[i];
      column_of_row_[i] = std::int32_t(j);
      if (i == start) break;
      j = std::size_t(before);
    }
  }

  // the sum is written from the given costs, in order, not from prices
  total_cost_ = 0;
  for (std::size_t i = 0; i < m; ++i) {
    if (std::size_t(column_of_row_[i]) >= n) column_of_row_[i] = -1;
    total_cost_ += column_of_row_[i] < 0 ? miss_cost[i] : cost[i * n + std::size_t(column_of_row_[i])];
  }
  for (std::size_t j = 0; j < n; ++j)
    if (row_of_column_[j] < 0) total_cost_ += unassigned_cost[j];
}

}  // namespace pavise
