// What surrounds everything: wind, the radio earth, the air. Constant over a scenario.
#pragma once

#include "kernel/core/geometry.hpp"

namespace pavise {

struct Environment {
  double wind_speed_mps = 0;       // at 10 m above ground
  double wind_from_rad = 0;        // bearing it blows from
  double wind_shear_exponent = 0;  // speed(h) = wind_speed (h / 10 m)^exponent, h at least 10 m
  double effective_earth = 4.0 / 3.0;
  double visibility_extinction_per_km = 0.1;
  bool is_flat_without_horizon = false;  // the ideal rung: no earth curvature at all
};

/// Wind at a height above ground, as the velocity of the air.
Vec3 wind_at(const Environment& environment, double height_m);

struct Air {
  double density_kg_m3, speed_of_sound_mps, pressure_Pa, temperature_K;
};
/// US Standard Atmosphere 1976 at a geometric altitude of 0 to 86 km (above: exponential fall-off of density; below 0
/// the lowest layer continues).
Air air_at(double altitude_m);

}  // namespace pavise
