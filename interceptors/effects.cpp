// Clock step 1: what happened in (begin, now], at its exact time and in order of time; at equal times what belongs to the
// earlier order first, within an order a reload, then its earlier round; arrivals last.
#include <cmath>

#include "interceptors/arrivals.hpp"
#include "interceptors/engagement_state.hpp"
#include "interceptors/lethality.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {

namespace {

enum class Happening { none, round_leaves, round_ends, burst, dwell_begins, dwell_takes_effect, dwell_ends, reload_done, denial_changes, threat_leaves };

struct Next {
  double time_s = kNever_s;
  std::int32_t serial = 0, round = 0;
  Happening what = Happening::none;
  std::int32_t index = 0;

  void offer(double t, std::int32_t order_serial, std::int32_t order_round, Happening happening, std::int32_t i) {
    if (t > time_s + kSameInstant_s || t == kNever_s) return;
    const bool is_same = t >= time_s - kSameInstant_s;
    if (is_same && (order_serial > serial || (order_serial == serial && order_round >= round))) return;
    *this = {t, order_serial, order_round, happening, i};
  }
};

constexpr std::int32_t kFirst = -1, kLast = 1 << 30;

void offer_flight(const Flight& flight, std::int32_t i, Next& next) {
  if (!flight.has_left) {
    next.offer(flight.launch_s, flight.serial, flight.round, Happening::round_leaves, i);
    return;
  }
  next.offer(flight.meet_s < flight.limit_s ? flight.meet_s : flight.limit_s, flight.serial, flight.round,
             Happening::round_ends, i);
}

void offer_order(const OpenOrder& order, std::int32_t slot, Next& next) {
  if (!order.is_open || order.due_s < kNever_s) {
    // a gun's series may still be open while its kill waits to be seen
    if (order.is_open) next.offer(order.next_burst_s, order.serial, order.bursts, Happening::burst, slot);
    return;
  }
  next.offer(order.next_burst_s, order.serial, order.bursts, Happening::burst, slot);
  next.offer(order.begin_s, order.serial, 0, Happening::dwell_begins, slot);
  if (order.effect_s < order.end_s) next.offer(order.effect_s, order.serial, 1, Happening::dwell_takes_effect, slot);
  next.offer(order.end_s, order.serial, 2, Happening::dwell_ends, slot);
}

/// When a threat's row arrives, or fails before that.
double leaves_s(const Threats& threats, std::size_t row, double begin_s) {
  const double fails_s = threats.fails_s[row], arrives_s = threats.arrives_s[row];
  return fails_s > begin_s && fails_s < arrives_s ? fails_s : arrives_s;
}

/// The next thing to happen in a lane.
Next next_of(EngagementState& state, const Threats& threats, std::int32_t lane, double begin_s) {
  Next next;
  Flight* flights = state.flights_of(lane);
  for (std::int32_t i = 0; i < state.flight_count[std::size_t(lane)]; ++i) offer_flight(flights[i], i, next);
  OpenOrder* orders = state.orders_of(lane);
  for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) offer_order(orders[slot], slot, next);
  for (std::int32_t station = 0; station < state.stations; ++station) {
    const StationClock& clock = state.clock_of(lane, station);
    next.offer(clock.reload_done_s, clock.reload_serial, kFirst, Happening::reload_done, station);
  }
  next.offer(state.denial.time_s, kLast, kFirst, Happening::denial_changes, state.denial.threat);
  if (state.leaving_begin < state.leaving_count) {
    const std::int32_t threat = state.leaving[std::size_t(state.leaving_begin)];
    const std::size_t row = std::size_t(lane * threats.per_replication + threat);
    next.offer(leaves_s(threats, row, begin_s), kLast, kLast, Happening::threat_leaves, threat);
  }
  return next;
}

/// Puts a threat among leaving[begin, count), sorted by time; at equal times behind those that stand there.
void insert_leaving(EngagementState& state, const Threats& threats, std::int32_t lane, std::int32_t threat, double begin_s,
                    std::int32_t begin, std::int32_t count) {
  const auto time_of = [&](std::int32_t number) {
    return leaves_s(threats, std::size_t(lane * threats.per_replication + number), begin_s);
  };
  std::int32_t i = count;
  for (; i > begin && time_of(state.leaving[std::size_t(i - 1)]) > time_of(threat); --i)
    state.leaving[std::size_t(i)] = state.leaving[std::size_t(i - 1)];
  state.leaving[std::size_t(i)] = threat;
}

/// Numbers of the lane's threats that arrive or fail in the frame, by time, then number.
std::int32_t find_leaving(EngagementState& state, const Threats& threats, std::int32_t lane, double begin_s, double now_s) {
  std::int32_t count = 0;
  for (std::int32_t threat = 0; threat < threats.per_replication; ++threat) {
    const std::size_t row = std::size_t(lane * threats.per_replication + threat);
    const double t = leaves_s(threats, row, begin_s);
    if (t > begin_s && t <= now_s) insert_leaving(state, threats, lane, threat, begin_s, 0, count++);
  }
  return count;
}

/// A round's flight ends: it meets its target, or has lost it, its speed or its time.
void end_round(Scene& scene, std::int32_t lane, std::int32_t index) {
  Flight& flight = scene.state.flights_of(lane)[index];
  const Weapon& weapon = scene.weapon_of(flight.station);
  const Vec3 launcher_m = scene.station(flight.station).position_enu_m;
  const bool is_stepped = weapon.flyout->is_stepped && !flight.is_blind;
  const double time_s = flight.meet_s < flight.limit_s ? flight.meet_s : flight.limit_s;
  if (flight.is_blind) {
    const ShotResult result = flight.threat < 0 ? ShotResult::miss : ShotResult::target_gone;
    end_flight(scene, lane, index, {time_s, result, false, flight.planned_m, 0});
    return;
  }
  if (flight.limit_s < flight.meet_s) {
    end_flight(scene, lane, index,
               {time_s, ShotResult::self_destruct, false, state_of(flight, weapon, launcher_m, time_s).position_m, 0});
    return;
  }
  if (is_stepped && flight.flown.end != FlightEnd::closest_approach) {
    const ShotResult result = flight.flown.end == FlightEnd::too_slow ? ShotResult::lost_guidance : ShotResult::self_destruct;
    end_flight(scene, lane, index, {time_s, result, false, flight.flown.position_m, 0});
    return;
  }

  const std::size_t row = scene.row_of(lane, flight.threat);
  const TargetPath path = path_of(scene.threats, row, time_s);
  Encounter encounter;
  const Vec3 point_m = path.position_at(time_s);
  encounter.range_m = length(point_m - launcher_m);
  if (is_stepped) {
    encounter.miss_m = flight.flown.miss_m;
    encounter.closing_mps = flight.flown.closing_mps;
  } else {
    encounter.closing_mps = state_of(flight, weapon, launcher_m, time_s).velocity_mps - path.velocity_at(time_s);
  }
  Ending ending{time_s, ShotResult::target_gone, true, point_m, length(encounter.miss_m)};
  if (scene.threats.ended_s[row] == kNever_s) {
    const Effectiveness verdict = judge(scene, lane, flight, encounter);
    ending.result = verdict.is_kill ? ShotResult::hit : ShotResult::miss;
    ending.miss_m = verdict.miss_m;
    if (verdict.is_kill) kill_threat(scene, lane, flight.threat, time_s, flight.shot, flight.station, EventKind::killed);
  }
  end_flight(scene, lane, index, ending);
}

void note_intercept(Scene& scene, std::int32_t lane, const Flight& flight, const Ending& ending, double range_m) {
  Outcomes& out = scene.outcomes;
  const std::size_t unit = std::size_t(lane * scene.state.units + scene.station(flight.station).fire_unit);
  if (!(out.first_intercept_s[unit] <= ending.time_s)) {
    out.first_intercept_s[unit] = ending.time_s;
    out.first_intercept_range_m[unit] = range_m;
  }
  if (!(out.last_intercept_s[unit] >= ending.time_s)) {
    out.last_intercept_s[unit] = ending.time_s;
    out.last_intercept_range_m[unit] = range_m;
  }
  record_event(out, lane,
               {.time_s = ending.time_s,
                .kind = EventKind::intercept,
                .actor_kind = EntityKind::station,
                .actor = flight.station,
                .object_kind = EntityKind::threat,
                .object = flight.threat,
                .shot = flight.shot,
                .value = ending.miss_m});
}

/// What flies at a threat that is no more loses its target; a dwell on it ends.
void release_pursuers(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s) {
  EngagementState& state = scene.state;
  for (std::int32_t i = state.flight_count[std::size_t(lane)] - 1; i >= 0; --i) {
    const Flight& flight = state.flights_of(lane)[i];
    if (flight.threat != threat || !flight.has_left || flight.is_blind) continue;
    const Vec3 point_m = state_of(flight, scene.weapon_of(flight.station), scene.station(flight.station).position_enu_m,
                                  time_s).position_m;
    end_flight(scene, lane, i, {time_s, ShotResult::target_gone, false, point_m, 0});
  }
  OpenOrder* orders = state.orders_of(lane);
  for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
    OpenOrder& order = orders[slot];
    if (is_dwelling(order) && order.threat == threat) order.end_s = std::fmin(order.end_s, time_s);
  }
}

/// Ideal rung: the whole of what is left of the asset with probability p_destroy. Textbook: inside its circle the share
/// 1 - exp(-damage / hardness) of what is left.
void damage_asset(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s, Vec3 impact_m) {
  Outcomes& out = scene.outcomes;
  const std::size_t row = scene.row_of(lane, threat);
  const ThreatClass& threat_class = scene.class_of(threat);
  const std::int32_t asset = scene.threats.asset[row];
  if (asset < 0 || threat_class.is_decoy()) return;
  double share = 0;
  double& left = out.asset_value_left[std::size_t(lane * out.assets + asset)];
  if (threat_class.p_destroy >= 0) {
    const double u = scene.context.draws.uniform({.replication = scene.replication(lane),
                                                  .entity = std::uint32_t(threat),
                                                  .purpose = Purpose::destroy});
    share = u < threat_class.p_destroy ? 1 : 0;
  } else {
    const Asset& model = scene.context.assets[std::size_t(asset)];
    const double east_m = impact_m.x - model.position_enu_m.x, north_m = impact_m.y - model.position_enu_m.y;
    if (east_m * east_m + north_m * north_m > model.radius_m * model.radius_m) {
      out.threats.result[row] = std::int32_t(ThreatResult::missed_asset);
      return;
    }
    share = 1 - exponential(-threat_class.damage / model.hardness);
  }
  const double lost = share == 1 ? left : share * left;
  if (lost == 0) return;
  left -= lost;
  out.damage[std::size_t(lane)] += lost;
  record_event(out, lane,
               {.time_s = time_s,
                .kind = EventKind::damaged,
                .actor_kind = EntityKind::threat,
                .actor = threat,
                .object_kind = EntityKind::asset,
                .object = asset,
                .value = lost});
}

/// A threat arrives or fails. One that is dead already only stops being seen (when it would have arrived).
void leave_sky(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s) {
  Threats& threats = scene.threats;
  ThreatOutcomes& out = scene.outcomes.threats;
  const std::size_t row = scene.row_of(lane, threat);
  const bool is_alive = threats.ended_s[row] == kNever_s;
  const bool has_arrived = threats.arrives_s[row] <= time_s;
  if (!is_alive && !has_arrived) {  // a dead one does not fail; it may still come to where it would have arrived
    if (threats.arrives_s[row] <= scene.now_s) leave_sky(scene, lane, threat, threats.arrives_s[row]);
    return;
  }
  threats.visible_until_s[row] = std::fmin(threats.visible_until_s[row], time_s);
  if (is_alive) {
    const Vec3 point_m = path_of(threats, row, time_s).position_at(time_s);
    threats.ended_s[row] = time_s;
    out.result[row] = std::int32_t(has_arrived ? ThreatResult::leaked : ThreatResult::failed);
    out.end_s[row] = time_s;
    out.x_m[row] = point_m.x;
    out.y_m[row] = point_m.y;
    out.z_m[row] = point_m.z;
    record_event(scene.outcomes, lane,
                 {.time_s = time_s,
                  .kind = has_arrived ? EventKind::arrived : EventKind::failed,
                  .actor_kind = EntityKind::threat,
                  .actor = threat,
                  .object_kind = has_arrived && threats.asset[row] >= 0 ? EntityKind::asset : EntityKind::none,
                  .object = has_arrived ? threats.asset[row] : -1});
    if (has_arrived) damage_asset(scene, lane, threat, time_s, point_m);
  }
  release_pursuers(scene, lane, threat, time_s);
}

/// Whether the replication had ended before this frame: no threat left in the sky or the picture, nothing open.
bool is_over(const Scene& scene, std::int32_t lane) {
  if (scene.state.orders_open[std::size_t(lane)] > 0 || scene.state.flight_count[std::size_t(lane)] > 0) return false;
  const Threats& threats = scene.threats;
  for (std::int32_t threat = 0; threat < threats.per_replication; ++threat) {
    const std::size_t row = scene.row_of(lane, threat);
    if (threats.ended_s[row] > scene.begin_s ||
        (threats.visible_until_s[row] > scene.begin_s && threats.arrives_s[row] > scene.begin_s))
      return false;
  }
  return true;
}

void happen(Scene& scene, std::int32_t lane, const Next& next) {
  EngagementState& state = scene.state;
  switch (next.what) {
    case Happening::round_leaves: leave(scene, lane, state.flights_of(lane)[next.index]); break;
    case Happening::round_ends: end_round(scene, lane, next.index); break;
    case Happening::burst: leave_burst(scene, lane, next.index); break;
    case Happening::dwell_begins: begin_dwell(scene, lane, state.orders_of(lane)[next.index]); break;
    case Happening::dwell_takes_effect: take_effect(scene, lane, state.orders_of(lane)[next.index]); break;
    case Happening::dwell_ends: end_dwell(scene, lane, state.orders_of(lane)[next.index]); break;
    case Happening::reload_done:
      // a block-mate may keep the clock going; what it would record is not this replication's any more
      if (is_over(scene, lane))
        state.clock_of(lane, next.index).reload_done_s = kNever_s;
      else
        finish_reload(scene, lane, next.index);
      break;
    case Happening::denial_changes: change_denial(scene, lane); break;
    case Happening::threat_leaves: leave_sky(scene, lane, next.index, next.time_s); break;
    case Happening::none: break;
  }
}

}  // namespace

void place_among_leaving(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s) {
  EngagementState& state = scene.state;
  std::int32_t kept = state.leaving_begin;
  for (std::int32_t i = state.leaving_begin; i < state.leaving_count; ++i)
    if (state.leaving[std::size_t(i)] != threat) state.leaving[std::size_t(kept++)] = state.leaving[std::size_t(i)];
  state.leaving_count = kept;
  const double t = leaves_s(scene.threats, scene.row_of(lane, threat), scene.begin_s);
  if (t > time_s && t <= scene.now_s)
    insert_leaving(state, scene.threats, lane, threat, scene.begin_s, state.leaving_begin, state.leaving_count++);
}

void set_due(EngagementState& state, std::int32_t lane, OpenOrder& order, double due_s) {
  order.due_s = due_s;
  double& first = state.assess_due_s[std::size_t(lane)];
  if (due_s < first) first = due_s;
}

void kill_threat(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s, std::int32_t shot, std::int32_t station,
                 EventKind kind) {
  const std::size_t row = scene.row_of(lane, threat);
  const Vec3 point_m = path_of(scene.threats, row, time_s).position_at(time_s);
  scene.threats.ended_s[row] = std::fmin(time_s, scene.now_s);  // one instant with the frame's, if within rounding of it
  ThreatOutcomes& out = scene.outcomes.threats;
  out.result[row] = std::int32_t(ThreatResult::killed);
  out.killer_shot[row] = shot;
  out.killer_station[row] = station;
  out.end_s[row] = time_s;
  out.x_m[row] = point_m.x;
  out.y_m[row] = point_m.y;
  out.z_m[row] = point_m.z;
  record_event(scene.outcomes, lane,
               {.time_s = time_s,
                .kind = kind,
                .actor_kind = EntityKind::station,
                .actor = station,
                .object_kind = EntityKind::threat,
                .object = threat,
                .shot = shot});
}

void end_flight(Scene& scene, std::int32_t lane, std::int32_t index, const Ending& ending) {
  EngagementState& state = scene.state;
  Flight* flights = state.flights_of(lane);
  Flight& flight = flights[index];
  Shots& shots = scene.outcomes.shots;
  const std::size_t row = scene.shot_row(lane, flight.shot);
  const double range_m = length(ending.point_m - scene.station(flight.station).position_enu_m);
  shots.end_s[row] = ending.time_s;
  shots.result[row] = std::int32_t(ending.result);
  shots.x_m[row] = ending.point_m.x;
  shots.y_m[row] = ending.point_m.y;
  shots.z_m[row] = ending.point_m.z;
  shots.range_m[row] = range_m;
  if (ending.is_intercept) {
    shots.miss_distance_m[row] = ending.miss_m;
    note_intercept(scene, lane, flight, ending, range_m);
  }

  // the order: its assessment counts from its last intercept (gun: from its kill)
  if (flight.order >= 0) {
    OpenOrder& order = state.orders_of(lane)[flight.order];
    --order.in_flight;
    if (!flight.is_handed_over) --order.guided;
    order.last_intercept_s = std::fmax(order.last_intercept_s, ending.time_s);
    const double delay_s = scene.unit(order.unit).assessment_delay_s;
    if (ending.result == ShotResult::hit && order.kill_s == kNever_s) {
      order.kill_s = ending.time_s;
      if (order.effect == Effect::gun) set_due(state, lane, order, ending.time_s + delay_s);
    }
    if (order.effect == Effect::gun) {
      close_series_if_over(scene, lane, order);
    } else if (order.in_flight == 0) {
      set_due(state, lane, order, order.last_intercept_s + delay_s);
    }
  }
  const std::int32_t last = --state.flight_count[std::size_t(lane)];
  if (index != last) flight = flights[last];
}

void resolve_effects(const EngagementContext& context, const Clock& clock, Threats& threats, Engagements& engagements,
                     Outcomes& outcomes) {
  EngagementState& state = *engagements.state;
  const double begin_s = clock.begin_s(), now_s = clock.now_s();
  Scene scene{{context, state, engagements.fire_units, outcomes, begin_s, now_s}, threats};
  const auto any_leaves = PAVISE_VARIANTS(anything_between);
  const std::size_t per_lane = std::size_t(threats.per_replication);
  const bool some_leave = any_leaves(threats.arrives_s.data(), threats.fails_s.data(), std::size_t(state.active) * per_lane,
                                     begin_s, now_s);
  for (std::int32_t lane = 0; lane < state.active; ++lane) {
    const std::size_t first = std::size_t(lane) * per_lane;
    state.leaving_begin = state.leaving_count = 0;
    if (some_leave && any_leaves(threats.arrives_s.data() + first, threats.fails_s.data() + first, per_lane, begin_s, now_s))
      state.leaving_count = find_leaving(state, threats, lane, begin_s, now_s);
    find_next_denial(scene, lane, begin_s);
    if (state.leaving_count == 0 && state.denial.threat < 0 && state.due_s[std::size_t(lane)] > now_s + kSameInstant_s) continue;
    for (;;) {
      const Next next = next_of(state, threats, lane, begin_s);
      if (next.time_s > now_s + kSameInstant_s) {
        state.due_s[std::size_t(lane)] = next.time_s;
        break;
      }
      if (next.what == Happening::threat_leaves) ++state.leaving_begin;
      happen(scene, lane, next);
      find_next_denial(scene, lane, next.time_s);
    }
  }
}

}  // namespace pavise
