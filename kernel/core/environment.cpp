#include "kernel/core/environment.hpp"

#include "kernel/core/elementary.hpp"
#include "kernel/core/standard_atmosphere.hpp"

namespace pavise {

Vec3 wind_at(const Environment& environment, double height_m) {
  const double height_kept_m = height_m > 10.0 ? height_m : 10.0;
  const double speed_mps = environment.wind_speed_mps * power(height_kept_m / 10.0, environment.wind_shear_exponent);
  double east, north;
  sine_cosine(environment.wind_from_rad, east, north);
  return {-speed_mps * east, -speed_mps * north, 0.0};  // it blows from there
}

Air air_at(double altitude_m) { return air_at_geopotential(standard_atmosphere::geopotential_m(altitude_m)); }

Air air_at_geopotential(double height_m) {
  namespace us76 = standard_atmosphere;
  std::size_t layer = us76::kLayers - 1;
  while (layer > 0 && height_m < us76::kLayer[layer].base_m) --layer;
  Air air;
  us76::in_layer(us76::kLayer[layer], height_m, air.temperature_K, air.pressure_Pa);
  air.density_kg_m3 = us76::density_of(air.temperature_K, air.pressure_Pa);
  air.speed_of_sound_mps = us76::speed_of_sound_of(air.temperature_K);
  air.dynamic_viscosity_Pa_s = us76::dynamic_viscosity_of(air.temperature_K);
  return air;
}

}  // namespace pavise
