// What surrounds everything: wind, the radio earth, the air, the ground. Constant over a scenario.
#pragma once

#include "kernel/core/geometry.hpp"

namespace pavise {

class Terrain;

/// A row of a wind profile: the velocity of the air at a height.
struct WindRow {
  double height_m = 0, east_mps = 0, north_mps = 0;
};
inline constexpr int kMostWindRows = 24;

struct Environment {
  double wind_speed_mps = 0;       // at 10 m above ground
  double wind_from_rad = 0;        // bearing it blows from
  double wind_shear_exponent = 0;  // speed(h) = wind_speed (h / 10 m)^exponent, h at least 10 m
  double effective_earth = 4.0 / 3.0;
  double visibility_extinction_per_km = 0.1;
  bool is_flat_without_horizon = false;  // the ideal rung: no earth curvature at all
  int wind_row_count = 0;                // above 0: the profile below is the wind, by height above the local plane
  WindRow wind_row[kMostWindRows];       // heights ascend; linear between rows, the outermost ones hold beyond
  const Terrain* terrain = nullptr;      // the ground; null: the plane. Whoever made the environment keeps it
};

/// Height of the ground at a place of the local plane; 0 where there is no terrain.
double ground_height_m(const Environment& environment, double x_m, double y_m);

/// Wind at a height above ground, as the velocity of the air: the profile if there is one, else the power law.
Vec3 wind_at(const Environment& environment, double height_m);

struct Air {
  double density_kg_m3, speed_of_sound_mps, pressure_Pa, temperature_K;  // temperature: molecular-scale
  double dynamic_viscosity_Pa_s;
};
/// US Standard Atmosphere 1976 at a geometric altitude, -5 km ... 1000 km. Below 0 the lowest layer continues; above
/// 86 km isothermal in geopotential altitude (standard_atmosphere.hpp).
Air air_at(double altitude_m);
/// The same at a geopotential altitude, in geopotential metres, -5 km ... 850 km.
Air air_at_geopotential(double geopotential_altitude_m);

}  // namespace pavise
