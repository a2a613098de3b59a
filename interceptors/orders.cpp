// Clock step 4: orders. What allows one, and what it takes: a channel, rounds, the unit's memory of its target.
#include <algorithm>
#include <cmath>

#include "interceptors/engagement_state.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

namespace {

std::int32_t rounds_needed(const Weapon& weapon) {
  return weapon.effect == Effect::jammer ? 0 : weapon.effect == Effect::gun ? weapon.rounds_per_burst : 1;
}

/// One order per threat and unit: missiles under "salvo once"; guns and jammers always, unless they may engage again.
bool is_barred(const Armament& armament, const Station& station, const UnitMemory& memory) {
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  if (weapon.effect == Effect::missile)
    return memory.missile > 0 && armament.fire_units[std::size_t(station.fire_unit)].rule == FiringRule::salvo_once;
  const std::int32_t given = weapon.effect == Effect::gun ? memory.gun : memory.jammer;
  return given >= (station.may_reengage ? kMostReengagements : 1);
}

}  // namespace

bool may_order(const EngagementContext& context, const Engagements& engagements, const Tracks& tracks,
               std::int32_t replication, std::int32_t station_index, std::int32_t track) {
  EngagementState& state = *engagements.state;
  const Armament& armament = context.armament;
  const Station& station = armament.stations[std::size_t(station_index)];
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  const FireUnits& units = engagements.fire_units;

  // the means: channel, rounds, room in the tables
  const std::size_t pool = std::size_t(replication * state.pools + station.pool);
  if (units.channels_busy[pool] >= armament.pools[std::size_t(station.pool)].channels) return false;
  if (units.ready[std::size_t(replication * state.stations + station_index)] < rounds_needed(weapon)) return false;
  if (weapon.effect == Effect::jammer && state.dwells[std::size_t(replication)] >= state.dwell_capacity) return false;

  // the target: does the unit engage it, take this file's tracks, engage it already, or is it barred
  const std::size_t row = std::size_t(track);
  if (TrackState(tracks.state[row]) == TrackState::none) return false;
  const std::size_t unit = std::size_t(station.fire_unit);
  const std::int32_t identity = tracks.identity[row];
  if (identity >= 0 && identity < state.identities &&
      !state.engages_identity[unit * std::size_t(state.identities) + std::size_t(identity)])
    return false;
  if (!(state.unit_files[unit] >> tracks.file[row] & 1)) return false;
  const UnitMemory* memory = memory_behind(state, tracks, replication, station.fire_unit, track);
  return !memory || (memory->open == 0 && !is_barred(armament, station, *memory));
}

namespace {

/// The rounds of one order: those whose own intercept is in the window. Returns how many are kept.
std::int32_t order_rounds(Desk& desk, std::int32_t lane, const Order& order, const Target& target, double first_leave_s,
                          std::int32_t wanted, std::int32_t slot, OpenOrder& open) {
  EngagementState& state = desk.state;
  const FireUnit& unit = desk.unit(open.unit);
  std::int32_t kept = 0;
  for (std::int32_t round = 0; round < wanted; ++round) {
    const double launch_s = first_leave_s + round * unit.shot_separation_s;
    const Intercept intercept = predict_intercept(desk.context.armament, order.station, target, launch_s);
    if (!intercept.is_possible) continue;
    PAVISE_ASSERT_LE(state.flight_count[std::size_t(lane)] + 1, state.flight_capacity);
    Flight& flight = state.flights_of(lane)[state.flight_count[std::size_t(lane)]++];
    flight = Flight{};
    flight.launch_s = launch_s;
    flight.planned_s = intercept.time_s;
    flight.planned_m = intercept.point_m;
    flight.order = slot;
    flight.serial = open.serial;
    flight.round = round;
    flight.station = order.station;
    flight.threat = open.threat;
    StationClock& clock = state.clock_of(lane, order.station);
    clock.last_leave_s = std::fmax(clock.last_leave_s, launch_s);
    happens_at(state, lane, launch_s);
    ++kept;
  }
  return kept;
}

std::int32_t take_slot(EngagementState& state, std::int32_t lane) {
  std::int32_t& high = state.order_high[std::size_t(lane)];
  OpenOrder* orders = state.orders_of(lane);
  for (std::int32_t slot = 0; slot < high; ++slot)
    if (!orders[slot].is_open) return slot;
  PAVISE_ASSERT_LE(high + 1, state.order_capacity);
  return high++;
}

std::int32_t take_channel(EngagementState& state, const Armament& armament, std::int32_t lane, std::int32_t pool) {
  std::uint8_t* used = state.channel_used.data() + lane * state.channel_capacity + state.pool_first[std::size_t(pool)];
  std::int32_t channel = 0;
  while (used[channel]) ++channel;
  PAVISE_ASSERT_LE(channel + 1, armament.pools[std::size_t(pool)].channels);
  used[channel] = 1;
  return channel;
}

void remember_order(EngagementState& state, std::int32_t lane, const OpenOrder& open, const Tracks& tracks,
                    std::int32_t track) {
  UnitMemory* memory = memory_behind(state, tracks, lane, open.unit, track);
  if (!memory) {
    FalseTrackMemory& fresh = state.false_memory_of(lane, open.unit, open.track_slot);
    fresh = {open.track_number, {}};
    memory = &fresh.memory;
  }
  ++memory->open;
  std::uint8_t& given = open.effect == Effect::missile ? memory->missile
                        : open.effect == Effect::gun   ? memory->gun
                                                       : memory->jammer;
  if (given < 255) ++given;
}

/// Carries one order out, or finds that it breaks a rule.
bool carry_out(Desk& desk, const Order& order, const Threats& threats, Sensors& sensors, Tracks& tracks,
               Engagements& engagements) {
  EngagementState& state = desk.state;
  const std::int32_t lane = order.replication;
  if (!may_order(desk.context, engagements, tracks, lane, order.station, order.track)) return false;
  const Station& station = desk.station(order.station);
  const Weapon& weapon = desk.weapon_of(order.station);
  const FireUnit& unit = desk.unit(station.fire_unit);
  const std::size_t station_row = std::size_t(lane * state.stations + order.station);

  const Target target{order.position_m, order.velocity_mps, desk.now_s, order.arrives_s};
  const double first_leave_s = std::fmax(desk.now_s + unit.reaction_s, desk.units.next_launch_s[station_row]);
  const Intercept first = predict_intercept(desk.context.armament, order.station, target, first_leave_s);
  if (!first.is_possible) return false;

  const std::int32_t slot = take_slot(state, lane);
  OpenOrder& open = state.orders_of(lane)[slot];
  open = OpenOrder{};
  open.is_open = open.holds_channel = true;
  open.effect = weapon.effect;
  open.station = order.station;
  open.unit = station.fire_unit;
  open.pool = station.pool;
  open.channel = take_channel(state, desk.context.armament, lane, station.pool);
  open.serial = state.next_serial[std::size_t(lane)]++;
  open.threat = tracks.source[std::size_t(order.track)];
  open.track_slot = order.track - lane * tracks.capacity;
  open.track_number = tracks.number[std::size_t(order.track)];
  open.ordered_s = desk.now_s;
  open.pk = order.pk;
  open.course = {desk.now_s, order.position_m, order.velocity_mps, {}, {}};
  open.arrives_s = order.arrives_s;
  ++state.orders_open[std::size_t(lane)];
  ++desk.units.channels_busy[std::size_t(lane * state.pools + station.pool)];

  double last_leave_s = first_leave_s;
  switch (weapon.effect) {
    case Effect::missile: {
      const std::int32_t wanted = std::min(order.rounds > 0 ? order.rounds : unit.salvo, desk.units.ready[station_row]);
      open.in_flight = open.guided = order_rounds(desk, lane, order, target, first_leave_s, wanted, slot, open);
      desk.units.ready[station_row] -= open.in_flight;
      last_leave_s = state.clock_of(lane, order.station).last_leave_s;
      begin_reload_if_empty(desk, lane, order.station, open.serial, last_leave_s);
      break;
    }
    case Effect::gun:
      open.first_burst_s = open.next_burst_s = first_leave_s;
      happens_at(state, lane, first_leave_s);
      break;
    case Effect::jammer:
      open.begin_s = first.time_s;
      ++state.dwells[std::size_t(lane)];
      happens_at(state, lane, open.begin_s);
      break;
  }
  if (station.launch_interval_s > 0) desk.units.next_launch_s[station_row] = last_leave_s + station.launch_interval_s;

  remember_order(state, lane, open, tracks, order.track);
  if (open.threat >= 0) {
    const std::size_t row = desk.row_of(lane, open.threat);
    count_engagement(sensors, unit.sensors, row, 1);
    ++state.open_on[row];
    ++state.ordered_on[row];
    double& first_engaged_s = desk.outcomes.threats.first_engaged_s[row];
    if (!(first_engaged_s <= desk.now_s)) first_engaged_s = desk.now_s;
  }
  double& first_order_s = desk.outcomes.first_order_s[std::size_t(lane * state.units + open.unit)];
  if (!(first_order_s <= desk.now_s)) first_order_s = desk.now_s;
  (void)threats;
  return true;
}

}  // namespace

std::int32_t launch(const EngagementContext& context, const Clock& clock, std::span<const Order> orders, const Threats& threats,
                    Sensors& sensors, Tracks& tracks, Engagements& engagements, Outcomes& outcomes) {
  Desk desk{context, *engagements.state, engagements.fire_units, outcomes, clock.begin_s(), clock.now_s()};
  std::int32_t accepted = 0;
  for (const Order& order : orders) {
    const std::size_t lane = std::size_t(order.replication);
    const std::int32_t threat = tracks.source[std::size_t(order.track)];
    const bool is_accepted = carry_out(desk, order, threats, sensors, tracks, engagements);
    if (!is_accepted) ++outcomes.orders_refused[lane];
    record_event(outcomes, order.replication,
                 {.time_s = desk.now_s,
                  .kind = is_accepted ? EventKind::ordered : EventKind::order_refused,
                  .actor_kind = EntityKind::station,
                  .actor = order.station,
                  .object_kind = threat >= 0 ? EntityKind::threat : EntityKind::track,
                  .object = threat >= 0 ? threat : tracks.number[std::size_t(order.track)],
                  .value = order.pk});
    accepted += is_accepted;
  }
  return accepted;
}

}  // namespace pavise
