#include "kernel/core/air_pieces.hpp"

#include <algorithm>

#include "kernel/core/geometry.hpp"
#include "kernel/core/standard_atmosphere.hpp"

namespace pavise {
namespace {

/// Half the width of a piece, in cells.
constexpr double kWidest = 2;

/// Interpolates at Chebyshev's nodes of -kWidest ... kWidest; coefficients of powers of x.
template <int kCount, class F>
void interpolate(const F& function, double* coefficient) {
  double node[kCount], difference[kCount];
  for (int i = 0; i < kCount; ++i) {
    node[i] = kWidest * cosine((i + 0.5) * kPi / kCount);
    difference[i] = function(node[i]);
  }
  // Newton's divided differences, then his form multiplied out
  for (int k = 1; k < kCount; ++k)
    for (int i = kCount - 1; i >= k; --i)
      difference[i] = (difference[i] - difference[i - 1]) / (node[i] - node[i - k]);
  for (int k = 0; k < kCount; ++k) coefficient[k] = 0;
  for (int i = kCount - 1; i >= 0; --i) {
    for (int k = kCount - 1; k > 0; --k) coefficient[k] = coefficient[k - 1] - node[i] * coefficient[k];
    coefficient[0] = difference[i] - node[i] * coefficient[0];
  }
}

/// The upper halves of both, rounded.
double pair_of(double upper, double lower) {
  const auto half = [](double value) { return (elementary::bits_of(value) + 0x80000000) >> 32; };
  return elementary::double_of(half(upper) << 32 | half(lower));
}

AirPiece made(std::int32_t cell) {
  namespace us76 = standard_atmosphere;
  const double centre = cell + 0.5, centre_m = centre / AirPieces::kPerCell_m;
  std::size_t layer = us76::kLayers - 1;
  while (layer > 0 && us76::geopotential_m(centre_m) < us76::kLayer[layer].base_m) --layer;

  // the layer's own equations, also past its edge
  const auto air_at = [&](double x, double& temperature_K, double& pressure_Pa) {
    us76::in_layer(us76::kLayer[layer], us76::geopotential_m((centre + x) / AirPieces::kPerCell_m), temperature_K,
                   pressure_Pa);
  };
  double temperature_K, pressure_Pa, density[6], per_sound[4];
  interpolate<6>(
      [&](double x) { return air_at(x, temperature_K, pressure_Pa), us76::density_of(temperature_K, pressure_Pa); },
      density);
  interpolate<4>(
      [&](double x) { return air_at(x, temperature_K, pressure_Pa), 1 / us76::speed_of_sound_of(temperature_K); },
      per_sound);

  // no farther than to the edge of the layer
  double reach = kWidest;
  const auto ends_at = [&](double geopotential_altitude_m) {
    const double edge_m = us76::geometric_m(geopotential_altitude_m);
    reach = std::min(reach, std::fabs(edge_m - centre_m) * AirPieces::kPerCell_m);
  };
  if (layer > 0) ends_at(us76::kLayer[layer].base_m);
  if (layer + 1 < us76::kLayers) ends_at(us76::kLayer[layer + 1].base_m);
  if (cell == AirPieces::kFirst || cell == AirPieces::kFirst + AirPieces::kCells - 1) reach = 0;
  const std::uint64_t units = std::uint64_t(reach / AirPieces::kReachUnit);

  AirPiece piece;
  for (int k = 0; k < 4; ++k) piece.density[k] = density[k];
  piece.density_45 = pair_of(density[4], density[5]);
  // of a coefficient that is never 0: the bits alone would be a subnormal number, with which machines are slow
  piece.per_sound_0 = elementary::double_of((elementary::bits_of(per_sound[0]) & ~std::uint64_t(0x3ff)) | units);
  piece.per_sound_1 = per_sound[1];
  piece.per_sound_23 = pair_of(per_sound[2], per_sound[3]);
  return piece;
}

}  // namespace

const AirPieces& air_pieces() {
  static const AirPieces pieces = [] {
    AirPieces all;
    for (std::int32_t i = 0; i < AirPieces::kCells; ++i) all.piece[i] = made(AirPieces::kFirst + i);
    return all;
  }();
  return pieces;
}

}  // namespace pavise
