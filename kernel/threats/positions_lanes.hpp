// Where rows are, for many at once: the cubic pieces of Threats evaluated over columns. The same operations in the same
// order as state_at, hence the same bits in every variant.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"

namespace pavise {

/// The columns of Threats that make a path; pointers only, so that the hot file needs no container.
struct PathColumns {
  const double* piece_begin_s;
  const double* cx[4];
  const double* cy[4];
  const double* cz[4];
};
/// Where the answer goes: one entry per look, or per row.
struct StateColumns {
  double* x_m;
  double* y_m;
  double* z_m;
  double* vx_mps;
  double* vy_mps;
  double* vz_mps;
};

}  // namespace pavise

/// states[i] = row[i] at time_s[i] on its present piece, for i < count. Rows may repeat, in any order (a gather).
PAVISE_DECLARE_VARIANTS(void positions_of_rows(const PathColumns& path, const std::int32_t* row, const double* time_s,
                                               std::int32_t count, const StateColumns& states))

/// states[row] = row at time_s on its present piece, for all rows (a stream).
PAVISE_DECLARE_VARIANTS(void positions_of_all(const PathColumns& path, std::int32_t rows, double time_s,
                                              const StateColumns& states))

/// Whether any time lies before the present piece of its row.
PAVISE_DECLARE_VARIANTS(bool is_any_before_its_piece(const double* piece_begin_s, const std::int32_t* row,
                                                     const double* time_s, std::int32_t count))
