#include "kernel/threats/positions.hpp"

namespace pavise {
namespace {

void put(const Threats& t, std::size_t row, double time_s, std::size_t to, const StateColumns& states) {
  const State s = earlier_state_at(t, row, time_s);
  states.x_m[to] = s.position_m.x, states.y_m[to] = s.position_m.y, states.z_m[to] = s.position_m.z;
  states.vx_mps[to] = s.velocity_mps.x, states.vy_mps[to] = s.velocity_mps.y, states.vz_mps[to] = s.velocity_mps.z;
}

}  // namespace

void correct_earlier_rows(const Threats& t, const std::int32_t* row, const double* time_s, std::int32_t count,
                               const StateColumns& states) {
  if (!PAVISE_VARIANTS(is_any_before_its_piece)(t.piece_begin_s.data(), row, time_s, count)) return;
  for (std::size_t i = 0; i < std::size_t(count); ++i) {
    const std::size_t r = std::size_t(row[i]);
    if (time_s[i] < t.piece_begin_s[r] && t.earlier.last[r] >= 0) put(t, r, time_s[i], i, states);
  }
}

void correct_all_earlier(const Threats& t, double time_s, const StateColumns& states) {
  for (const EarlierPieces::Piece& piece : t.earlier.pieces) {
    const std::size_t r = std::size_t(piece.row);
    if (time_s < t.piece_begin_s[r]) put(t, r, time_s, r, states);
  }
}

}  // namespace pavise
