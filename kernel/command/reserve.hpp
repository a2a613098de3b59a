// The reserve of a doctrine: rounds of one weapon that a fire unit keeps back for the classes that may take them.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/command/picture.hpp"

namespace pavise {

class Reserve {
 public:
  /// The share of the rounds ready at the start, rounded down, per fire unit.
  void begin(const CommandSetup& setup) {
    kept_.assign(setup.fire_unit_names.size(), 0);
    weapon_ = -1;
    for (const StationSetup& station : setup.stations)
      if (station.weapon_name == setup.doctrine.reserve_weapon) weapon_ = station.weapon;
    std::vector<std::int32_t> ready(kept_.size(), 0);
    for (const StationSetup& station : setup.stations)
      if (station.weapon == weapon_) ready[std::size_t(station.fire_unit)] += station.ready_rounds;
    for (std::size_t unit = 0; unit < kept_.size(); ++unit)
      kept_[unit] = std::int32_t(setup.doctrine.reserve_fraction * ready[unit]);
  }
  /// Rounds that the unit must keep of this weapon.
  std::int32_t kept(std::int32_t fire_unit, std::int32_t weapon) const {
    return weapon == weapon_ && weapon_ >= 0 ? kept_[std::size_t(fire_unit)] : 0;
  }

 private:
  std::int32_t weapon_ = -1;
  std::vector<std::int32_t> kept_;
};

/// Whether the intercept lies in one of the doctrine's keep-out zones.
inline bool is_kept_out(const Doctrine& doctrine, Vec3 point_m) {
  for (const Doctrine::KeepOut& zone : doctrine.keep_out) {
    const double dx = point_m.x - zone.centre_m.x, dy = point_m.y - zone.centre_m.y;
    if (point_m.z < zone.below_m && dx * dx + dy * dy < zone.radius_m * zone.radius_m) return true;
  }
  return false;
}

}  // namespace pavise
