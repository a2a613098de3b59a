#include "kernel/core/environment.hpp"

#include "kernel/core/elementary.hpp"
#include "kernel/core/standard_atmosphere.hpp"
#include "kernel/core/terrain.hpp"

namespace pavise {

namespace {

Vec3 wind_of_profile(const WindRow* row, int count, double height_m) {
  int above = 0;
  while (above < count && row[above].height_m <= height_m) ++above;
  if (above == 0) return {row[0].east_mps, row[0].north_mps, 0};
  const WindRow& low = row[above - 1];
  if (above == count) return {low.east_mps, low.north_mps, 0};
  const WindRow& high = row[above];
  const double share = (height_m - low.height_m) / (high.height_m - low.height_m);
  return {low.east_mps + share * (high.east_mps - low.east_mps), low.north_mps + share * (high.north_mps - low.north_mps),
          0};
}

}  // namespace

double ground_height_m(const Environment& environment, double x_m, double y_m) {
  return environment.terrain == nullptr ? 0.0 : environment.terrain->height_m(x_m, y_m);
}

Vec3 wind_at(const Environment& environment, double height_m) {
  if (environment.wind_row_count > 0) return wind_of_profile(environment.wind_row, environment.wind_row_count, height_m);
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
