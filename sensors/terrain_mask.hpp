// What the ground hides from a sensor. Only scenarios with terrain come here, and only for looks that would detect.
#pragma once

#include <cstddef>

#include "sensors/sensors.hpp"

namespace pavise {

/// Keeps, in its order, those of the `count` looks listed in looks.hit whose line of sight from the antenna is free
/// over an earth of this radius (Terrain::is_masked); returns how many. `antenna_m` is what looks.x_m, y_m, z_m are
/// relative to.
std::size_t keep_unmasked(const Terrain& terrain, Vec3 antenna_m, double effective_radius_m, Looks& looks,
                          std::size_t count);

/// looks.able 0 where the ground hides the target; looks that are not able already are not tested.
void mask_able(const Terrain& terrain, Vec3 antenna_m, double effective_radius_m, Looks& looks);

}  // namespace pavise
