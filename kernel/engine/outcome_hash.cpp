// The fingerprint of a replication: XXH3-64 over everything that happened to threats, rounds and assets, in one fixed
// order. Recording more (events, positions) adds nothing to it.
#define XXH_STATIC_LINKING_ONLY  // the state on the stack: hashing allocates nothing
#include <xxhash.h>

#include "kernel/engine/tables.hpp"

namespace pavise {
namespace {

class Fingerprint {
 public:
  Fingerprint() { XXH3_64bits_reset(&state_); }
  template <class T>
  void add(const Column<T>& column, std::size_t begin, std::size_t count) {
    if (count > 0) XXH3_64bits_update(&state_, column.data() + begin, count * sizeof(T));
  }
  std::uint64_t value() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_;
};

}  // namespace

std::uint64_t World::outcome_hash(std::int32_t lane) const {
  const Outcomes& o = tables_->outcomes;
  Fingerprint hash;
  const std::size_t k = std::size_t(lane);
  const std::size_t threats = std::size_t(o.threats_per_replication), first_threat = k * threats;
  const ThreatOutcomes& t = o.threats;
  for (const auto* column : {&t.result, &t.asset, &t.shots, &t.killer_shot, &t.killer_station})
    hash.add(*column, first_threat, threats);
  for (const auto* column :
       {&t.end_s, &t.x_m, &t.y_m, &t.z_m, &t.first_detected_s, &t.first_tracked_s, &t.first_engaged_s})
    hash.add(*column, first_threat, threats);

  const Shots& s = o.shots;
  const std::size_t first_shot = k * s.capacity_per_replication, shots = std::size_t(s.count[k]);
  for (const auto* column :
       {&s.fire_unit, &s.station, &s.channel, &s.weapon, &s.threat, &s.salvo, &s.result, &s.order, &s.rounds})
    hash.add(*column, first_shot, shots);
  for (const auto* column : {&s.launch_s, &s.planned_intercept_s, &s.end_s, &s.guide_begin_s, &s.guide_end_s, &s.x_m,
                             &s.y_m, &s.z_m, &s.range_m, &s.miss_distance_m, &s.pk, &s.cost})
    hash.add(*column, first_shot, shots);

  hash.add(o.asset_value_left, k * std::size_t(o.assets), std::size_t(o.assets));
  hash.add(o.damage, k, 1);
  hash.add(o.end_s, k, 1);
  hash.add(o.result, k, 1);
  hash.add(o.orders_refused, k, 1);
  hash.add(o.exhausted_s, k * std::size_t(o.stations), std::size_t(o.stations));
  return hash.value();
}

}  // namespace pavise
