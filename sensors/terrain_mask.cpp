#include "sensors/terrain_mask.hpp"

#include "kernel/core/terrain.hpp"

namespace pavise {
namespace {

Vec3 place_of(const Looks& looks, std::size_t i, Vec3 antenna_m) {
  return antenna_m + Vec3{looks.x_m[i], looks.y_m[i], looks.z_m[i]};
}

}  // namespace

std::size_t keep_unmasked(const Terrain& terrain, Vec3 antenna_m, double effective_radius_m, Looks& looks,
                          std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::int32_t look = looks.hit[k];
    looks.hit[kept] = look;
    kept += !terrain.is_masked(antenna_m, place_of(looks, std::size_t(look), antenna_m), effective_radius_m);
  }
  return kept;
}

void mask_able(const Terrain& terrain, Vec3 antenna_m, double effective_radius_m, Looks& looks) {
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i)
    if (looks.able[i] != 0 && terrain.is_masked(antenna_m, place_of(looks, i, antenna_m), effective_radius_m))
      looks.able[i] = 0;
}

}  // namespace pavise
