#include "interceptors/engagements.hpp"

#include <algorithm>

#include "interceptors/engagement_state.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

namespace {

/// Bursts or rounds that one station can ever launch.
std::int32_t launches_of(const Armament& armament, const Station& station) {
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  if (weapon.effect == Effect::jammer) return 0;
  return weapon.effect == Effect::gun ? station.rounds / std::max(weapon.rounds_per_burst, 1) : station.rounds;
}

/// Every jammer may dwell once on each threat, or a few times if it may engage again. Dwells on false tracks come out of
/// the same number: beyond it orders are refused.
std::int32_t most_dwells(const Armament& armament, std::int32_t threats) {
  std::int32_t dwells = 0;
  for (const Station& station : armament.stations)
    if (armament.weapons[std::size_t(station.weapon)].effect == Effect::jammer)
      dwells += threats * (station.may_reengage ? kMostReengagements : 1);
  return dwells;
}

/// Orders that one pool can have open at once. An order without a channel (after hand-over) holds at least one round.
std::int32_t most_open_orders(const Armament& armament, std::int32_t pool) {
  std::int32_t rounds = 0, freed = 0;
  bool has_missiles_only = true;
  for (const Station& station : armament.stations) {
    if (station.pool != pool) continue;
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    if (weapon.effect != Effect::missile) has_missiles_only = false;
    rounds += station.rounds;
    if (weapon.effect == Effect::missile && weapon.frees_channel_at_hand_over) freed += station.rounds;
  }
  const std::int32_t by_channel = armament.pools[std::size_t(pool)].channels + freed;
  return has_missiles_only ? std::min(by_channel, rounds) : by_channel;
}

}  // namespace

std::size_t most_shots(const Armament& armament, std::int32_t threats_per_replication) {
  std::int32_t shots = most_dwells(armament, threats_per_replication);
  for (const Station& station : armament.stations) shots += launches_of(armament, station);
  return std::size_t(shots);
}

Engagements::Engagements(const EngagementContext& context, std::int32_t replications, std::int32_t threats_per_replication,
                         std::int32_t tracks_per_replication)
    : state(new EngagementState) {
  const Armament& armament = context.armament;
  EngagementState& s = *state;
  s.lanes = replications;
  s.units = std::int32_t(armament.fire_units.size());
  s.stations = std::int32_t(armament.stations.size());
  s.pools = std::int32_t(armament.pools.size());
  s.threats = threats_per_replication;
  s.tracks = tracks_per_replication;

  // capacities follow from the armament
  for (std::int32_t pool = 0; pool < s.pools; ++pool) {
    s.pool_first.push_back(s.channel_capacity);
    s.channel_capacity += armament.pools[std::size_t(pool)].channels;
    s.order_capacity += most_open_orders(armament, pool);
  }
  s.tasks.resize(armament.weapons.size());
  s.tasks_of.resize(armament.weapons.size());
  for (const Station& station : armament.stations) {
    s.flight_capacity += launches_of(armament, station);
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    if (weapon.effect == Effect::jammer) continue;
    s.any_hands_over = s.any_hands_over || weapon.frees_channel_at_hand_over;
    PAVISE_ASSERT(weapon.flyout != nullptr);
    PAVISE_ASSERT(weapon.flyout->prepare == nullptr || weapon.flight_table != nullptr);  // prepare(Armament&) comes first
    if (weapon.flyout->is_stepped) {
      const std::size_t w = std::size_t(station.weapon);
      const std::size_t rows = s.tasks[w].capacity() + std::size_t(launches_of(armament, station)) * std::size_t(replications);
      s.tasks[w].reserve(rows);
      s.tasks_of[w].reserve(rows);
    }
  }
  for (const Weapon& weapon : armament.weapons) s.may_divert = s.may_divert || weapon.effect == Effect::jammer;
  if (s.may_divert) s.flown_before.reserve(std::size_t(s.flight_capacity) * std::size_t(replications));
  for (std::size_t i = 0; i < armament.stations.size(); ++i)
    if (armament.weapons[std::size_t(armament.stations[i].weapon)].gnss_denial_radius_m > 0)
      s.denying_stations.push_back(std::int32_t(i));
  s.emitters.reserve(s.denying_stations.size());
  s.dwell_capacity = most_dwells(armament, threats_per_replication);

  const std::size_t lanes = std::size_t(replications), threats = std::size_t(s.threats), units = std::size_t(s.units);
  s.flights.resize(lanes * std::size_t(s.flight_capacity));
  s.orders.resize(lanes * std::size_t(s.order_capacity));
  for (Column<std::int32_t>* column : {&s.flight_count, &s.order_high, &s.orders_open, &s.next_serial, &s.dwells, &s.dwelling,
                                       &s.denied_inside})
    column->allocate(lanes);
  s.due_s.allocate(lanes);
  s.assess_due_s.allocate(lanes);
  s.station_clock.resize(lanes * std::size_t(s.stations));
  s.memory.allocate(lanes * units * threats);
  s.false_memory.resize(lanes * units * std::size_t(s.tracks));
  for (Column<std::int32_t>* column : {&s.open_on, &s.ordered_on, &s.assessed, &s.dwelt}) column->allocate(lanes * threats);
  s.channel_used.resize(lanes * std::size_t(s.channel_capacity));
  s.leaving.resize(threats);

  // which identities a unit engages, and from which track files
  for (const ThreatClass& threat_class : context.classes) s.identities = std::max(s.identities, threat_class.identity + 1);
  s.engages_identity.assign(units * std::size_t(s.identities), 0);
  for (std::size_t unit = 0; unit < units; ++unit) {
    const FireUnit& fire_unit = armament.fire_units[unit];
    for (std::size_t c = 0; c < context.classes.size(); ++c)
      if (fire_unit.engages.empty() || fire_unit.engages[c])
        s.engages_identity[unit * std::size_t(s.identities) + std::size_t(context.classes[c].identity)] = 1;
    std::uint64_t files = fire_unit.track_files.empty() ? ~std::uint64_t(0) : 0;
    for (std::int32_t file : fire_unit.track_files) files |= std::uint64_t(1) << file;
    s.unit_files.push_back(files);
  }

  fire_units.replications = replications;
  fire_units.stations = s.stations;
  fire_units.pools = s.pools;
  for (Column<std::int32_t>* column : {&fire_units.ready, &fire_units.store, &fire_units.reloading})
    column->allocate(lanes * std::size_t(s.stations));
  fire_units.next_launch_s.allocate(lanes * std::size_t(s.stations));
  fire_units.channels_busy.allocate(lanes * std::size_t(s.pools));
}

Engagements::~Engagements() { delete state; }

void start_engagements(const EngagementContext& context, std::int32_t active_replications, Engagements& engagements) {
  EngagementState& s = *engagements.state;
  FireUnits& units = engagements.fire_units;
  PAVISE_ASSERT_LE(active_replications, s.lanes);
  s.active = active_replications;
  s.armament = &context.armament;
  for (std::int32_t lane = 0; lane < s.lanes; ++lane) {
    OpenOrder* orders = s.orders_of(lane);
    for (std::int32_t slot = 0; slot < s.order_high[std::size_t(lane)]; ++slot) orders[slot] = OpenOrder{};
    for (std::int32_t station = 0; station < s.stations; ++station) {
      const Station& model = context.armament.stations[std::size_t(station)];
      const std::size_t i = std::size_t(lane * s.stations + station);
      units.ready[i] = std::min(model.ready_rounds, model.rounds);
      units.store[i] = model.rounds - units.ready[i];
      units.reloading[i] = 0;
      units.next_launch_s[i] = 0;
      s.station_clock[i] = StationClock{};
    }
  }
  for (Column<std::int32_t>* column : {&s.flight_count, &s.order_high, &s.orders_open, &s.next_serial, &s.dwells, &s.dwelling,
                                       &s.denied_inside, &s.open_on,
                                       &s.ordered_on, &s.assessed, &s.dwelt,
                                       &units.channels_busy})
    column->fill(0);
  s.due_s.fill(kNever_s);
  s.assess_due_s.fill(kNever_s);
  s.memory.fill(UnitMemory{});
  std::fill(s.false_memory.begin(), s.false_memory.end(), FalseTrackMemory{});
  std::fill(s.channel_used.begin(), s.channel_used.end(), std::uint8_t(0));
}

UnitMemory* memory_behind(EngagementState& state, const Tracks& tracks, std::int32_t lane, std::int32_t unit,
                          std::int32_t track) {
  const std::int32_t source = tracks.source[std::size_t(track)];
  if (source >= 0) return &state.memory_of(lane, unit, source);
  FalseTrackMemory& memory = state.false_memory_of(lane, unit, track - lane * tracks.capacity);
  return memory.number == tracks.number[std::size_t(track)] ? &memory.memory : nullptr;
}

std::int32_t open_engagements(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                              std::int32_t track) {
  EngagementState& s = *engagements.state;
  const std::int32_t source = tracks.source[std::size_t(track)];
  if (source >= 0) return s.open_on[std::size_t(replication * s.threats + source)];
  std::int32_t open = 0;
  for (std::int32_t unit = 0; unit < s.units; ++unit)
    if (const UnitMemory* memory = memory_behind(s, tracks, replication, unit, track)) open += memory->open;
  return open;
}

bool is_unit_engaging(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                      std::int32_t fire_unit, std::int32_t track) {
  const UnitMemory* memory = memory_behind(*engagements.state, tracks, replication, fire_unit, track);
  return memory && memory->open > 0;
}

std::int32_t orders_so_far(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                           std::int32_t track) {
  EngagementState& s = *engagements.state;
  const std::int32_t source = tracks.source[std::size_t(track)];
  if (source >= 0) return s.ordered_on[std::size_t(replication * s.threats + source)];
  std::int32_t orders = 0;
  for (std::int32_t unit = 0; unit < s.units; ++unit)
    if (const UnitMemory* memory = memory_behind(s, tracks, replication, unit, track))
      orders += memory->missile + memory->gun + memory->jammer;
  return orders;
}

bool is_busy(const Engagements& engagements, std::int32_t replication) {
  const EngagementState& s = *engagements.state;
  return s.orders_open[std::size_t(replication)] > 0 || s.flight_count[std::size_t(replication)] > 0;
}

}  // namespace pavise
