// Writing a row's present piece; shared by the motion models.
#pragma once

#include <cstddef>

#include "kernel/threats/threats.hpp"

namespace pavise {

/// A polynomial of degree at most two: position, velocity and half the acceleration at begin_s.
inline void write_parabola(Threats& t, std::size_t row, double begin_s, double end_s, Vec3 position_m,
                           Vec3 velocity_mps, Vec3 half_acceleration_mps2) {
  t.piece_begin_s[row] = begin_s;
  t.piece_end_s[row] = end_s;
  t.cx[0][row] = position_m.x, t.cy[0][row] = position_m.y, t.cz[0][row] = position_m.z;
  t.cx[1][row] = velocity_mps.x, t.cy[1][row] = velocity_mps.y, t.cz[1][row] = velocity_mps.z;
  t.cx[2][row] = half_acceleration_mps2.x, t.cy[2][row] = half_acceleration_mps2.y;
  t.cz[2][row] = half_acceleration_mps2.z;
  t.cx[3][row] = t.cy[3][row] = t.cz[3][row] = 0;
}

/// A straight piece.
inline void write_line(Threats& t, std::size_t row, double begin_s, double end_s, Vec3 position_m, Vec3 velocity_mps) {
  write_parabola(t, row, begin_s, end_s, position_m, velocity_mps, {});
}

/// The cubic that has the given positions and velocities after 0 and duration_s (Hermite). end_s is when the next piece
/// takes over: begin_s + duration_s, or never.
inline void write_cubic(Threats& t, std::size_t row, double begin_s, double end_s, double duration_s, const State& from,
                        const State& to) {
  const double rate = 1 / duration_s;
  const auto write = [&](Column<double>* c, double p0, double v0, double p1, double v1) {
    const double mean = (p1 - p0) * rate;
    c[0][row] = p0;
    c[1][row] = v0;
    c[2][row] = (3 * mean - 2 * v0 - v1) * rate;
    c[3][row] = (v0 + v1 - 2 * mean) * rate * rate;
  };
  t.piece_begin_s[row] = begin_s;
  t.piece_end_s[row] = end_s;
  write(t.cx, from.position_m.x, from.velocity_mps.x, to.position_m.x, to.velocity_mps.x);
  write(t.cy, from.position_m.y, from.velocity_mps.y, to.position_m.y, to.velocity_mps.y);
  write(t.cz, from.position_m.z, from.velocity_mps.z, to.position_m.z, to.velocity_mps.z);
}

inline Vec3 start_of(const Threats& t, std::size_t row) {
  return {t.start_x_m[row], t.start_y_m[row], t.start_z_m[row]};
}
inline Vec3 aim_of(const Threats& t, std::size_t row) { return {t.aim_x_m[row], t.aim_y_m[row], t.aim_z_m[row]}; }

/// The address of a draw that belongs to a row's threat.
inline Address address_of(const MotionContext& context, const Threats& t, std::int32_t row, Purpose purpose) {
  return {.replication = std::uint32_t(context.first_replication + t.replication_of(row)),
          .entity = std::uint32_t(t.number_of(row)),
          .purpose = purpose};
}

}  // namespace pavise
