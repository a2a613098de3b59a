// The air as the flight of a point mass needs it: density and the speed of sound, some ten million times a second. The
// US Standard Atmosphere 1976 of standard_atmosphere.hpp with its continuation above 86 km, rearranged so that it costs
// no division, no square root and no power (the divider is what a vector of eight has no eight of):
//     T / 238 K   = 1 + f,  f = f0 + f1 H           (H geopotential altitude; each layer its f0, f1)
//     ln rho      = c + a L + b H,  L = ln(1 + f)   (a = 0 in an isothermal layer, b = 0 in one with a gradient)
//     1 / a_sound = exp(-L / 2) / sqrt(gamma R 238 K)
// Agrees with air_at to 3e-12 relative in density from sea level to 120 km (1e-9 down to -2 km and up to 200 km, 1e-6
// to -5 km) and to 6e-12 in the speed of sound from sea level up (tests/kernel/core/flight_air_test.cpp): a fall from
// 100 km moves by less than a micrometre. The same bits whether the layer is found by branches (one row after another)
// or by selects (in lanes).
#pragma once

#include <cmath>
#include <cstddef>

#include "kernel/core/elementary.hpp"

namespace pavise {
namespace flight_air {

struct Layer {
  double base_m, f0, f1_m, c, a, b_m;  // base_m: geopotential altitude from which on it holds
};
inline constexpr std::size_t kLayers = 8;
/// From the layers of standard_atmosphere.hpp, with 40 digits.
inline constexpr Layer kLayer[kLayers] = {
    {0.0, 0.21071428571428572, -2.7310924369747898e-05, -0.610828062555193, 4.255876113278519, 0.0},
    {11000.0, -0.08970588235294118, 0.0, 0.723745218823971, 0.0, -0.00015768841327629989},
    {20000.0, -0.17373949579831932, 4.201680672268908e-06, -5.734924708134575, -35.16319473631037, 0.0},
    {32000.0, -0.4157563025210084, 1.1764705882352942e-05, -4.854724607579614, -13.201140977253704, 0.0},
    {47000.0, 0.13718487394957984, 0.0, -0.6191636416227039, 0.0, -0.0001262264723307237},
    {51000.0, 0.7371848739495799, -1.1764705882352942e-05, -8.496685364933692, 11.201140977253704, 0.0},
    {71000.0, 0.4985294117647059, -8.403361344537815e-06, -7.992720267627229, 16.081597368155187, 0.0},
    {84852.04584490575, -0.21451299029332563, 0.0, 3.630536521111559, 0.0, -0.0001827437414657151},
};
inline constexpr double kPerEarthRadius_m = 1 / 6'356'766.0;    // r0 of the standard
inline constexpr double kPerSound_s_m = 0.0032334518942427953;  // 1 / sqrt(gamma R / M0 x 238 K)

/// r0 z / (r0 + z) = z (1 - e + e^2 - ... - e^7), e = z / r0: to e^8, 4e-15 at 100 km, 1e-12 at 200 km.
PAVISE_ELEMENTARY double geopotential_of(double altitude_m) {
  const double e = altitude_m * kPerEarthRadius_m, e2 = e * e, e4 = e2 * e2;
  return altitude_m * ((1.0 - e) * ((1.0 + e2) * (1.0 + e4)));
}

/// The layer of a geopotential altitude, by selects; the lowest layer goes on below sea level.
PAVISE_ELEMENTARY Layer layer_by_selects(double height_m) {
  Layer b = kLayer[0];
#pragma GCC unroll 8
  for (std::size_t i = 1; i < kLayers; ++i) {
    const bool is_above = height_m >= kLayer[i].base_m;
    b.f0 = is_above ? kLayer[i].f0 : b.f0;
    b.f1_m = is_above ? kLayer[i].f1_m : b.f1_m;
    b.c = is_above ? kLayer[i].c : b.c;
    b.a = is_above ? kLayer[i].a : b.a;
    b.b_m = is_above ? kLayer[i].b_m : b.b_m;
  }
  return b;
}
/// The same by branches.
PAVISE_ELEMENTARY Layer layer_by_search(double height_m) {
  std::size_t i = kLayers - 1;
  while (i > 0 && height_m < kLayer[i].base_m) --i;
  return kLayer[i];
}

/// ln(1 + f) = f + f^2 q(f), -0.216 <= f <= 0.27 (187 ... 302 K): q by Chebyshev interpolation, error f^2 1.6e-12.
PAVISE_ELEMENTARY double logarithm_near_one(double f) {
  const double f2 = f * f, f4 = f2 * f2, f8 = f4 * f4;
  const double q01 = -0.49999999999970357 + f * 0.333333333394656;
  const double q23 = -0.2500000004374354 + f * 0.19999997541103698;
  const double q45 = -0.16666655319568915 + f * 0.14285987141307702;
  const double q67 = -0.12501113715138773 + f * 0.11099005592727564;
  const double q89 = -0.0995040754754501 + f * 0.09312447101865774;
  const double qab = -0.09334429654218526 + f * 0.06632125517414462;
  const double q = ((q01 + f2 * q23) + f4 * (q45 + f2 * q67)) + f8 * (q89 + f2 * qab);
  return f + f2 * q;
}

/// exp x, -700 <= x <= 700: exp r = 1 + r + r^2 q(r) on |r| <= ln 2 / 2, error 6e-14, then 2^n by adding to the
/// exponent.
PAVISE_ELEMENTARY double exponential_of_modest(double x) {
  const double shifted = x * 0x1.71547652b82fep+0 + elementary::kRound;
  const double r = x - (shifted - elementary::kRound) * 0x1.62e42fefa39efp-1;
  const double r2 = r * r, r4 = r2 * r2;
  const double q01 = 0.4999999999995507 + r * 0.16666666666662583;
  const double q23 = 0.041666666786337556 + r * 0.008333333344209506;
  const double q45 = 0.001388883909064138 + r * 0.00019841224581544105;
  const double q67 = 2.4867883453521802e-05 + r * 2.761757684835413e-06;
  const double mantissa = 1.0 + (r + r2 * ((q01 + r2 * q23) + r4 * (q45 + r2 * q67)));
  return elementary::double_of(elementary::bits_of(mantissa) + (elementary::bits_of(shifted) << 52));
}

/// exp x, -0.149 <= x <= 0.122, error 4.6e-12.
PAVISE_ELEMENTARY double exponential_near_zero(double x) {
  const double x2 = x * x;
  const double q01 = 1.000000000030789 + x * 0.4999999990814283;
  const double q23 = 0.16666663547757798 + x * 0.041666938321164575;
  const double q45 = 0.00833821621643391 + x * 0.0013738616876419459;
  return 1.0 + x * ((q01 + x2 * q23) + (x2 * x2) * q45);
}

}  // namespace flight_air

/// Density and 1 / speed of sound at a geometric altitude up to 1000 km and far beyond; below -5 km as there. in_lanes:
/// by selects, for loops over columns; else by branches. The same bits.
template <bool in_lanes>
PAVISE_ELEMENTARY void flight_air_at(double altitude_m, double& density_kg_m3, double& per_sound_s_m) {
  namespace air = flight_air;
  const double height_m = air::geopotential_of(altitude_m > -5e3 ? altitude_m : -5e3);
  const air::Layer b = in_lanes ? air::layer_by_selects(height_m) : air::layer_by_search(height_m);
  const double logarithm = air::logarithm_near_one(b.f0 + b.f1_m * height_m);
  const double exponent = (b.c + b.a * logarithm) + b.b_m * height_m;
  density_kg_m3 = air::exponential_of_modest(exponent > -700.0 ? exponent : -700.0);
  per_sound_s_m = air::kPerSound_s_m * air::exponential_near_zero(-0.5 * logarithm);
}

}  // namespace pavise
