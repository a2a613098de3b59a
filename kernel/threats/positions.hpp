// The columns of Threats as positions_lanes.hpp wants them, and the best variant of it.
#pragma once

#include <cstdint>

#include "kernel/threats/positions_lanes.hpp"
#include "kernel/threats/threats.hpp"

namespace pavise {

inline PathColumns path_columns(const Threats& t) {
  PathColumns path{t.piece_begin_s.data(), {}, {}, {}};
  for (int k = 0; k < 4; ++k) path.cx[k] = t.cx[k].data(), path.cy[k] = t.cy[k].data(), path.cz[k] = t.cz[k].data();
  return path;
}

/// Those entries of states that lie before their rows' present pieces, on the pieces that held then. Only in frames that
/// have replaced pieces.
void correct_earlier_rows(const Threats& threats, const std::int32_t* row, const double* time_s, std::int32_t count,
                          const StateColumns& states);
void correct_all_earlier(const Threats& threats, double time_s, const StateColumns& states);

/// states[i] = state_at(threats, row[i], time_s[i]), to the bit.
inline void positions_of_rows(const Threats& threats, const std::int32_t* row, const double* time_s, std::int32_t count,
                              const StateColumns& states) {
  PAVISE_VARIANTS(positions_of_rows)(path_columns(threats), row, time_s, count, states);
  if (!threats.earlier.pieces.empty()) correct_earlier_rows(threats, row, time_s, count, states);
}
/// states[row] = state_at(threats, row, time_s) for all rows, to the bit.
inline void positions_of_all(const Threats& threats, double time_s, const StateColumns& states) {
  PAVISE_VARIANTS(positions_of_all)(path_columns(threats), threats.rows, time_s, states);
  if (!threats.earlier.pieces.empty()) correct_all_earlier(threats, time_s, states);
}

}  // namespace pavise
