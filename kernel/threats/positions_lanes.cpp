#include "kernel/threats/positions_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

// One axis of a list: the columns' entries are collected, the cubic is done in lanes. An axis is a loop of its own
// because thirteen column addresses and their aliases are more than the compiler checks before it gives up on vectors.
// GCC 12 loads the entries one by one, which on processors with slowed-down gather instructions is the faster way.
static inline void axis_of_rows(const double* __restrict begin_s, const double* __restrict c0,
                                const double* __restrict c1, const double* __restrict c2, const double* __restrict c3,
                                const std::int32_t* __restrict row, const double* __restrict time_s, std::int32_t count,
                                double* __restrict position, double* __restrict velocity) {
#pragma omp simd
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t at = row[i];
    const double tau = time_s[i] - begin_s[at];
    const double a = c1[at], b = c2[at], c = c3[at];
    position[i] = c0[at] + tau * (a + tau * (b + tau * c));
    velocity[i] = a + tau * (2 * b + tau * (3 * c));
  }
}

static inline void axis_of_all(const double* __restrict begin_s, const double* __restrict c0,
                               const double* __restrict c1, const double* __restrict c2, const double* __restrict c3,
                               std::int32_t rows, double time_s, double* __restrict position,
                               double* __restrict velocity) {
#pragma omp simd
  for (std::int32_t row = 0; row < rows; ++row) {
    const double tau = time_s - begin_s[row];
    const double a = c1[row], b = c2[row], c = c3[row];
    position[row] = c0[row] + tau * (a + tau * (b + tau * c));
    velocity[row] = a + tau * (2 * b + tau * (3 * c));
  }
}

void positions_of_rows(const PathColumns& p, const std::int32_t* row, const double* time_s, std::int32_t count,
                       const StateColumns& s) {
  axis_of_rows(p.piece_begin_s, p.cx[0], p.cx[1], p.cx[2], p.cx[3], row, time_s, count, s.x_m, s.vx_mps);
  axis_of_rows(p.piece_begin_s, p.cy[0], p.cy[1], p.cy[2], p.cy[3], row, time_s, count, s.y_m, s.vy_mps);
  axis_of_rows(p.piece_begin_s, p.cz[0], p.cz[1], p.cz[2], p.cz[3], row, time_s, count, s.z_m, s.vz_mps);
}

void positions_of_all(const PathColumns& p, std::int32_t rows, double time_s, const StateColumns& s) {
  axis_of_all(p.piece_begin_s, p.cx[0], p.cx[1], p.cx[2], p.cx[3], rows, time_s, s.x_m, s.vx_mps);
  axis_of_all(p.piece_begin_s, p.cy[0], p.cy[1], p.cy[2], p.cy[3], rows, time_s, s.y_m, s.vy_mps);
  axis_of_all(p.piece_begin_s, p.cz[0], p.cz[1], p.cz[2], p.cz[3], rows, time_s, s.z_m, s.vz_mps);
}

bool is_any_before_its_piece(const double* __restrict piece_begin_s, const std::int32_t* __restrict row,
                             const double* __restrict time_s, std::int32_t count) {
  // the least difference: a minimum is exact in any order
  double least = 0;
#pragma omp simd reduction(min : least)
  for (std::int32_t i = 0; i < count; ++i) {
    const double since_s = time_s[i] - piece_begin_s[row[i]];
    least = since_s < least ? since_s : least;
  }
  return least < 0;
}

}  // namespace pavise::PAVISE_VARIANT
