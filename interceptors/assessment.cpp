// Clock step 3: assessments that fell due take effect, on the state that step 1 left. Channels become free, threats are
// struck off. Hand-overs free channels here too.
#include <cmath>

#include "interceptors/engagement_state.hpp"

namespace pavise {

namespace {

/// The channel is free; the rounds of the order stop being guided at time_s.
void release_channel(Scene& scene, std::int32_t lane, OpenOrder& order, double time_s) {
  if (!order.holds_channel) return;
  order.holds_channel = false;
  EngagementState& state = scene.state;
  --scene.units.channels_busy[std::size_t(lane * state.pools + order.pool)];
  state.channel_used[std::size_t(lane * state.channel_capacity + state.pool_first[std::size_t(order.pool)] + order.channel)] = 0;
  Shots& shots = scene.outcomes.shots;
  for (std::int32_t shot = shots.count[std::size_t(lane)] - 1; shot >= 0; --shot) {
    const std::size_t row = scene.shot_row(lane, shot);
    if (shots.launch_s[row] < order.ordered_s) break;  // rows stand in order of launch
    if (shots.order[row] == order.serial) shots.guide_end_s[row] = time_s;
  }
}

/// Active rounds take over within their seeker's range; when the last round of an order has, its channel is free.
void hand_over(Scene& scene, std::int32_t lane) {
  EngagementState& state = scene.state;
  Flight* flights = state.flights_of(lane);
  for (std::int32_t i = 0; i < state.flight_count[std::size_t(lane)]; ++i) {
    Flight& flight = flights[i];
    const Weapon& weapon = scene.weapon_of(flight.station);
    if (!weapon.frees_channel_at_hand_over || !flight.has_left || flight.is_handed_over || flight.order < 0) continue;
    Vec3 target_m = flight.planned_m;
    if (!flight.is_blind) target_m = path_of(scene.threats, scene.row_of(lane, flight.threat)).position_at(scene.now_s);
    const Vec3 round_m =
        state_of(flight, weapon, scene.station(flight.station).position_enu_m, scene.now_s).position_m;
    if (length(target_m - round_m) > weapon.seeker_range_m) continue;
    flight.is_handed_over = true;
    --state.orders_of(lane)[flight.order].guided;
  }
  for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
    OpenOrder& order = state.orders_of(lane)[slot];
    if (order.is_open && order.effect == Effect::missile && order.holds_channel && order.guided == 0 && order.in_flight > 0 &&
        scene.weapon_of(order.station).frees_channel_at_hand_over)
      release_channel(scene, lane, order, scene.now_s);
  }
}

/// Whether the order's look says "killed". Gun and jammer see their own kills, and nothing else, without error.
bool is_assessed_killed(Scene& scene, std::int32_t lane, const OpenOrder& order) {
  if (order.threat < 0) return false;
  const std::size_t row = scene.row_of(lane, order.threat);
  if (scene.threats.visible_until_s[row] <= scene.now_s) return false;  // struck off already, or arrived
  if (order.effect != Effect::missile) return order.kill_s < kNever_s;
  const double u = scene.context.draws.uniform({.replication = scene.replication(lane),
                                                .entity = std::uint32_t(order.threat),
                                                .purpose = Purpose::assessment,
                                                .number = std::uint32_t(scene.state.assessed[row]++)});
  const FireUnit& unit = scene.unit(order.unit);
  const bool is_dead = scene.threats.ended_s[row] < kNever_s;
  const bool is_killed = is_dead ? !(u < unit.p_missed_kill) : u < unit.p_false_kill;
  record_event(scene.outcomes, lane,
               {.time_s = scene.now_s,
                .kind = is_killed ? EventKind::assessed_killed : EventKind::assessed_alive,
                .actor_kind = EntityKind::fire_unit,
                .actor = order.unit,
                .object_kind = EntityKind::threat,
                .object = order.threat});
  return is_killed;
}

void close_order(Scene& scene, std::int32_t lane, std::int32_t slot, Sensors& sensors, Tracks& tracks) {
  EngagementState& state = scene.state;
  OpenOrder& order = state.orders_of(lane)[slot];
  if (is_assessed_killed(scene, lane, order)) {
    scene.threats.visible_until_s[scene.row_of(lane, order.threat)] = scene.now_s;
    strike_off(tracks, lane, order.threat);
  }
  release_channel(scene, lane, order, scene.now_s);
  if (order.threat >= 0) {
    const std::size_t row = scene.row_of(lane, order.threat);
    count_engagement(sensors, scene.context.armament.fire_units[std::size_t(order.unit)].sensors, row, -1);
    --state.open_on[row];
    --state.memory_of(lane, order.unit, order.threat).open;
  } else {
    FalseTrackMemory& memory = state.false_memory_of(lane, order.unit, order.track_slot);
    if (memory.number == order.track_number && memory.memory.open > 0) --memory.memory.open;
  }

  // bursts that are still in flight fly on without it
  Flight* flights = state.flights_of(lane);
  if (order.in_flight > 0)
    for (std::int32_t i = 0; i < state.flight_count[std::size_t(lane)]; ++i)
      if (flights[i].order == slot) flights[i].order = -1;
  order = OpenOrder{};
  --state.orders_open[std::size_t(lane)];
  std::int32_t& high = state.order_high[std::size_t(lane)];
  while (high > 0 && !state.orders_of(lane)[high - 1].is_open) --high;
}

/// The order that is due first; at equal times the earlier order.
std::int32_t first_due(const EngagementState& state, std::int32_t lane) {
  const OpenOrder* orders = state.orders_of(lane);
  std::int32_t best = -1;
  for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
    const OpenOrder& order = orders[slot];
    if (!order.is_open || order.due_s == kNever_s) continue;
    if (best < 0 || order.due_s < orders[best].due_s ||
        (order.due_s == orders[best].due_s && order.serial < orders[best].serial))
      best = slot;
  }
  return best;
}

}  // namespace

void assess_kills(const EngagementContext& context, const Clock& clock, Threats& threats, Sensors& sensors, Tracks& tracks,
                  Engagements& engagements, Outcomes& outcomes) {
  EngagementState& state = *engagements.state;
  const double now_s = clock.now_s();
  Scene scene{{context, state, engagements.fire_units, outcomes, clock.begin_s(), now_s}, threats};
  for (std::int32_t lane = 0; lane < state.active; ++lane) {
    if (state.orders_open[std::size_t(lane)] == 0) continue;
    if (state.any_hands_over) hand_over(scene, lane);
    while (state.assess_due_s[std::size_t(lane)] <= now_s + kSameInstant_s) {
      const std::int32_t slot = first_due(state, lane);
      const double due_s = slot < 0 ? kNever_s : state.orders_of(lane)[slot].due_s;
      if (due_s > now_s + kSameInstant_s) {
        state.assess_due_s[std::size_t(lane)] = due_s;
        break;
      }
      close_order(scene, lane, slot, sensors, tracks);
    }
  }
}

}  // namespace pavise
