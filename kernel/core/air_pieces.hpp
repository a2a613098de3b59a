// The air along one step of a flight, for a few multiplications: within half a kilometre density and 1 / speed of sound
// are polynomials of the altitude, looked up once where the step begins and evaluated at each of its stages. A piece
// belongs to one layer of the standard atmosphere and serves a step that stays within its reach; a step that might not
// (over the edge of a layer, longer than the reach, above the table) takes flight_air_at at every stage.
//
// x = altitude / cell - centre, in cells of 250 m. Pieces are as wide as four cells: a step may leave its cell by 375 m
// on either side. Within its reach a piece is the standard atmosphere of standard_atmosphere.hpp to 4e-11 relative in
// density (2e-11 below 60 km), 3e-9 in the speed of sound (tests/kernel/core/air_pieces_test.cpp): a fall from 90 km moves
// by micrometres.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernel/core/elementary.hpp"

namespace pavise {

/// One cache line: what is looked up is what a step of many rows waits for. Small coefficients are kept with the upper
/// halves of their doubles (21 significant bits), two to a word; the reach in the last ten bits of another.
struct alignas(64) AirPiece {
  double density[4];     // kg/m^3, of x^0 ... x^3
  double density_45;     // of x^4 and x^5
  double per_sound_0;    // s/m; and the reach in cells / 256: the piece holds for |x| <= reach
  double per_sound_1;
  double per_sound_23;
};

struct AirPieces {
  static constexpr double kPerCell_m = 1.0 / 250, kReachUnit = 1.0 / 256;
  static constexpr std::int32_t kFirst = -8, kCells = 374;  // from -2 km to 91.5 km; the first and the last reach nothing
  static constexpr std::int64_t kStride = 8;                // doubles from piece to piece
  AirPiece piece[kCells];
};
/// Made at first use.
const AirPieces& air_pieces();

/// The piece of the cell in which an altitude lies, and where its centre is, in cells above sea level. The first or the
/// last cell for what is outside.
PAVISE_ELEMENTARY std::int64_t air_piece_at(double altitude_m, double& centre) {
  constexpr double kLowest = AirPieces::kFirst, kHighest = AirPieces::kFirst + AirPieces::kCells - 1;
  const double rounded = altitude_m * AirPieces::kPerCell_m - 0.5;
  const double from = rounded > kLowest ? rounded : kLowest;  // NaN too
  const double shifted = (from < kHighest ? from : kHighest) + elementary::kRound;
  centre = (shifted - elementary::kRound) + 0.5;
  return std::int64_t((elementary::bits_of(shifted) - std::uint64_t(std::int64_t(AirPieces::kFirst))) & 0xffff);
}

PAVISE_ELEMENTARY double upper_of(double pair) {
  return elementary::double_of(elementary::bits_of(pair) & 0xffffffff00000000);
}
PAVISE_ELEMENTARY double lower_of(double pair) { return elementary::double_of(elementary::bits_of(pair) << 32); }
PAVISE_ELEMENTARY double reach_of(double per_sound_0) {
  return elementary::double_of_integer(elementary::bits_of(per_sound_0) & 0x3ff) * AirPieces::kReachUnit;
}

/// Whether a step of length_s from an altitude that changes by rate_mps stays within reach of its piece, whatever
/// accelerates it by less than 1000 m/s^2.
PAVISE_ELEMENTARY bool stays_in_reach(double reach, double centre, double altitude_m, double rate_mps, double length_s) {
  const double from = altitude_m * AirPieces::kPerCell_m - centre;
  const double to = from + (length_s * rate_mps) * AirPieces::kPerCell_m;
  const double farther = std::fabs(from) > std::fabs(to) ? std::fabs(from) : std::fabs(to);
  return farther + (length_s * length_s) * (500 * AirPieces::kPerCell_m) <= reach;
}

/// Polynomials of a piece at x.
PAVISE_ELEMENTARY double density_in_piece(double x, double c0, double c1, double c2, double c3, double c4, double c5) {
  const double x2 = x * x;
  return (c0 + x * c1) + x2 * ((c2 + x * c3) + x2 * (c4 + x * c5));
}
PAVISE_ELEMENTARY double per_sound_in_piece(double x, double c0, double c1, double c2, double c3) {
  return (c0 + x * c1) + (x * x) * (c2 + x * c3);
}

/// One flight alone: the piece of a step, or none.
struct AirOfStep {
  const AirPiece* piece = nullptr;  // null: by flight_air_at
  double centre = 0;
};
PAVISE_ELEMENTARY AirOfStep air_of_step(const AirPieces& pieces, double altitude_m, double rate_mps, double length_s) {
  AirOfStep air;
  air.piece = &pieces.piece[air_piece_at(altitude_m, air.centre)];
  if (!stays_in_reach(reach_of(air.piece->per_sound_0), air.centre, altitude_m, rate_mps, length_s)) air.piece = nullptr;
  return air;
}
/// In the piece.
PAVISE_ELEMENTARY void air_in_piece(const AirOfStep& air, double altitude_m, double& density_kg_m3,
                                    double& per_sound_s_m) {
  const double x = altitude_m * AirPieces::kPerCell_m - air.centre;
  const AirPiece& p = *air.piece;
  density_kg_m3 = density_in_piece(x, p.density[0], p.density[1], p.density[2], p.density[3], upper_of(p.density_45),
                                   lower_of(p.density_45));
  per_sound_s_m =
      per_sound_in_piece(x, p.per_sound_0, p.per_sound_1, upper_of(p.per_sound_23), lower_of(p.per_sound_23));
}

}  // namespace pavise
