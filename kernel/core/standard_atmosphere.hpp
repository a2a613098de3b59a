// US Standard Atmosphere 1976 (NOAA-S/T 76-1562), branch-free, for loops over columns; one altitude at a time it is
// air_at in environment.hpp, for columns air_lanes. Temperature is the molecular-scale one: below 80 km the kinetic
// one, up to 86 km at most 0.042 % above it; density and speed of sound follow from it exactly. Above 86 km isothermal
// in geopotential altitude (this project's convention: long trajectories see a smooth end of the air).
#pragma once

#include <cmath>
#include <cstddef>

#include "kernel/core/elementary.hpp"
#include "kernel/core/environment.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {
namespace standard_atmosphere {

inline constexpr double kEarthRadius_m = 6'356'766.0;            // r0, for geopotential altitude
inline constexpr double kGasConstant_J_kgK = 8314.32 / 28.9644;  // R / M0
inline constexpr double kHydrostatic_K_m = 0.03416319473631037;  // g0 M0 / R
inline constexpr double kHeatRatio = 1.4;

/// A layer from its geopotential base up: T = T_b + L (H - H_b). Base values follow from the layer below, in 50 digits.
struct Layer {
  double base_m, temperature_K, lapse_K_m, pressure_Pa;
};
inline constexpr std::size_t kLayers = 8;
inline constexpr Layer kLayer[kLayers] = {
    {0.0, 288.15, -0.0065, 101325.0},
    {11000.0, 216.65, 0.0, 22632.06397346293},
    {20000.0, 216.65, 0.001, 5474.88866967778},
    {32000.0, 228.65, 0.0028, 868.0186847552274},
    {47000.0, 270.65, 0.0, 110.90630555496588},
    {51000.0, 270.65, -0.0028, 66.93887311868727},
    {71000.0, 214.65, -0.002, 3.9564204280407287},
    {84852.04584490575, 186.9459083101885, 0.0, 0.3733804618310579},  // 86 km geometric; the continuation
};

PAVISE_ELEMENTARY double geopotential_m(double altitude_m) {
  return kEarthRadius_m * altitude_m / (kEarthRadius_m + altitude_m);
}

/// The inverse, Z = r0 H / (r0 - H); H below r0.
PAVISE_ELEMENTARY double geometric_m(double geopotential_altitude_m) {
  return kEarthRadius_m * geopotential_altitude_m / (kEarthRadius_m - geopotential_altitude_m);
}

/// Temperature and pressure at a geopotential altitude within a layer: equations 23, 33a and 33b of the standard.
PAVISE_ELEMENTARY void in_layer(const Layer& b, double height_m, double& temperature_K, double& pressure_Pa) {
  const double above_m = height_m - b.base_m;
  temperature_K = b.temperature_K + b.lapse_K_m * above_m;
  const bool is_isothermal = b.lapse_K_m == 0;
  const double lapse_K_m = is_isothermal ? 1.0 : b.lapse_K_m;
  const double gradient = logarithm(temperature_K / b.temperature_K) / lapse_K_m;
  const double isothermal = above_m / b.temperature_K;
  pressure_Pa = b.pressure_Pa * exponential(-kHydrostatic_K_m * (is_isothermal ? isothermal : gradient));
}

/// Equations 42 and 50.
PAVISE_ELEMENTARY double density_of(double temperature_K, double pressure_Pa) {
  return pressure_Pa / (kGasConstant_J_kgK * temperature_K);
}
PAVISE_ELEMENTARY double speed_of_sound_of(double temperature_K) {
  return std::sqrt(kHeatRatio * kGasConstant_J_kgK * temperature_K);
}
/// Sutherland's law, equation 51: beta T^1.5 / (T + S).
PAVISE_ELEMENTARY double dynamic_viscosity_of(double temperature_K) {
  return 1.458e-6 * temperature_K * std::sqrt(temperature_K) / (temperature_K + 110.4);
}

}  // namespace standard_atmosphere

/// Density and speed of sound at a geometric altitude, -5 km ... 1000 km. The same bits as air_at.
PAVISE_ELEMENTARY void standard_air(double altitude_m, double& density_kg_m3, double& speed_of_sound_mps) {
  namespace us76 = standard_atmosphere;
  const double height_m = us76::geopotential_m(altitude_m);
  us76::Layer b = us76::kLayer[0];
#pragma GCC unroll 8
  for (std::size_t i = 1; i < us76::kLayers; ++i) {
    const bool is_above = height_m >= us76::kLayer[i].base_m;
    b.base_m = is_above ? us76::kLayer[i].base_m : b.base_m;
    b.temperature_K = is_above ? us76::kLayer[i].temperature_K : b.temperature_K;
    b.lapse_K_m = is_above ? us76::kLayer[i].lapse_K_m : b.lapse_K_m;
    b.pressure_Pa = is_above ? us76::kLayer[i].pressure_Pa : b.pressure_Pa;
  }
  double temperature_K, pressure_Pa;
  us76::in_layer(b, height_m, temperature_K, pressure_Pa);
  density_kg_m3 = us76::density_of(temperature_K, pressure_Pa);
  speed_of_sound_mps = us76::speed_of_sound_of(temperature_K);
}

}  // namespace pavise

/// standard_air for each row of a column of geometric altitudes.
PAVISE_DECLARE_VARIANTS(void air_lanes(const double* altitude_m, std::size_t rows, double* density_kg_m3,
                                       double* speed_of_sound_mps))
