#include "kernel/core/standard_atmosphere.hpp"

namespace pavise::PAVISE_VARIANT {

void air_lanes(const double* altitude_m, std::size_t rows, double* density_kg_m3, double* speed_of_sound_mps) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) {
    double density, sound;
    standard_air(altitude_m[i], density, sound);
    density_kg_m3[i] = density;
    speed_of_sound_mps[i] = sound;
  }
}

}  // namespace pavise::PAVISE_VARIANT
