// Magazines: when a reload starts and what it brings.
#include <algorithm>

#include "interceptors/engagement_state.hpp"

namespace pavise {

/// A reload starts when no round (gun: no full burst) is ready, rounds are in store, and the last of those ordered leaves:
/// at time_s. Called when that instant is known: with the order that empties a launcher, with the burst that empties a gun.
void begin_reload_if_empty(Desk& desk, std::int32_t lane, std::int32_t station, std::int32_t serial, double time_s) {
  const std::size_t i = std::size_t(lane * desk.state.stations + station);
  const Station& model = desk.station(station);
  const Weapon& weapon = desk.weapon_of(station);
  const std::int32_t needed = weapon.effect == Effect::gun ? weapon.rounds_per_burst : 1;
  if (desk.units.ready[i] >= needed) return;
  if (desk.units.store[i] == 0) {
    double& exhausted_s = desk.outcomes.exhausted_s[i];
    if (!(exhausted_s == exhausted_s)) {
      exhausted_s = desk.now_s < time_s ? desk.now_s : time_s;
      record_event(desk.outcomes, lane,
                   {.time_s = exhausted_s, .kind = EventKind::exhausted, .actor_kind = EntityKind::station, .actor = station});
    }
    return;
  }
  if (desk.units.reloading[i] || model.ready_capacity == 0) return;
  desk.units.reloading[i] = 1;
  StationClock& clock = desk.state.clock_of(lane, station);
  clock.reload_done_s = time_s + model.reload_s;
  clock.reload_serial = serial;
  happens_at(desk.state, lane, clock.reload_done_s);
}

void finish_reload(Desk& desk, std::int32_t lane, std::int32_t station) {
  const std::size_t i = std::size_t(lane * desk.state.stations + station);
  const std::int32_t rounds = std::min(desk.station(station).ready_capacity, desk.units.store[i]);
  StationClock& clock = desk.state.clock_of(lane, station);
  desk.units.ready[i] += rounds;
  desk.units.store[i] -= rounds;
  desk.units.reloading[i] = 0;
  record_event(desk.outcomes, lane,
               {.time_s = clock.reload_done_s,
                .kind = EventKind::reload_done,
                .actor_kind = EntityKind::station,
                .actor = station,
                .value = double(rounds)});
  clock.reload_done_s = kNever_s;
}

}  // namespace pavise
