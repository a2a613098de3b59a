#include "interceptors/lethality.hpp"

#include <cmath>

namespace pavise {

double kill_probability(const Weapon& weapon, std::int32_t identity, double range_m) {
  if (std::size_t(identity) >= weapon.sspk.size()) return 0;
  const double pk = weapon.sspk[std::size_t(identity)];
  if (weapon.effect != Effect::gun || range_m <= weapon.effective_range_m) return pk;
  const double left = (weapon.max_range_m - range_m) / (weapon.max_range_m - weapon.effective_range_m);
  return pk * std::fmax(left, 0);
}

namespace {

double miss_distance_m(const Scene& scene, const Address& at, const Weapon& weapon, const Encounter& encounter) {
  const Pair across = scene.context.draws.normals(at);
  Address fuze = at;
  fuze.stream = 1;
  const double speed = length(encounter.closing_mps);
  const double along_m = weapon.fuze_delay_sd_s > 0
                             ? weapon.fuze_delay_sd_s * scene.context.draws.normal(fuze) * speed
                             : 0;
  // two axes across the closing velocity
  const Vec3 ahead = speed > 0 ? (1 / speed) * encounter.closing_mps : Vec3{1, 0, 0};
  const Vec3 helper = std::fabs(ahead.z) < 0.9 ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  Vec3 side = cross(ahead, helper);
  side = (1 / length(side)) * side;
  const Vec3 up = cross(side, ahead);
  return length(encounter.miss_m + (weapon.miss_sd_m * across.first) * side + (weapon.miss_sd_m * across.second) * up +
                along_m * ahead);
}

}  // namespace

Effectiveness judge(const Scene& scene, std::int32_t lane, const Flight& flight, const Encounter& encounter) {
  const Weapon& weapon = scene.weapon_of(flight.station);
  const std::int32_t identity = scene.class_of(flight.threat).identity;
  Address at{.replication = scene.replication(lane),
             .entity = std::uint32_t(flight.threat),
             .purpose = Purpose::hit,
             .number = std::uint32_t(flight.shot_number)};
  if (weapon.lethality == Lethality::miss_distance) {
    at.purpose = Purpose::miss;
    const double miss_m = miss_distance_m(scene, at, weapon, encounter);
    return {miss_m <= weapon.lethal_radius_m, miss_m};
  }
  const double miss_m = length(encounter.miss_m);
  const double pk = miss_m <= weapon.basket_m ? kill_probability(weapon, identity, encounter.range_m) : 0;
  return {scene.context.draws.uniform(at) < pk, miss_m};
}

}  // namespace pavise
