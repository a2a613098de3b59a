// Rounds: they leave, they fly, they meet the path that is known now.
#include <cmath>

#include "interceptors/engagement_state.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

namespace {

/// The instant in [from_s, to_s] at which the shortfall becomes zero, to rounding. It is <= 0 at to_s.
double crossing_s(const Weapon& weapon, Vec3 launcher_m, const TargetPath& path, double launch_s, double from_s, double to_s) {
  const auto falls_short = [&](double t) {
    return weapon.flyout->shortfall_m(weapon, path.position_at(t) - launcher_m, t - launch_s) > 0;
  };
  if (!falls_short(from_s)) return from_s;
  double low = from_s, high = to_s;
  for (int i = 0; i < 64; ++i) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (falls_short(middle) ? low : high) = middle;
  }
  return high;
}

double next_time_s(const Flight& flight) { return flight.meet_s < flight.limit_s ? flight.meet_s : flight.limit_s; }

void fly_on(const Weapon& weapon, const TargetPath& path, double until_s, Flight& flight) {
  weapon.flyout->fly(weapon, path, until_s, flight.flown);
  if (flight.flown.end != FlightEnd::flying) flight.meet_s = flight.flown.end_s;
}

/// Where a solved round meets one piece of the path; a bent one is looked through from from_s to now_s.
void solve_meeting(const Weapon& weapon, Vec3 launcher_m, const TargetPath& path, double from_s, double now_s, Flight& flight) {
  remember_path(path, flight);
  flight.is_watched = !path.is_straight();
  flight.meet_s = kNever_s;

  // a straight course: the very instant that a prediction on this course gives
  if (!flight.is_watched) {
    const double tau = weapon.flyout->time_to_meet_s(weapon, path.position_at(flight.launch_s) - launcher_m, path.c1);
    flight.meet_s = flight.launch_s + tau;
    if (flight.meet_s < from_s) {  // this course came in between: before it the round was still short of the target
      if (weapon.flyout->shortfall_m(weapon, path.position_at(from_s) - launcher_m, from_s - flight.launch_s) <= 0) {
        flight.meet_s = from_s;
      } else {
        flight.is_watched = true;
        flight.meet_s = kNever_s;
      }
    }
  }
  if (flight.is_watched && now_s > from_s &&
      weapon.flyout->shortfall_m(weapon, path.position_at(now_s) - launcher_m, now_s - flight.launch_s) <= 0)
    flight.meet_s = crossing_s(weapon, launcher_m, path, flight.launch_s, from_s, now_s);

  // where it heads, for its position in between
  flight.aim_s = flight.meet_s;
  if (flight.aim_s < kNever_s) {
    flight.aim_m = path.position_at(flight.aim_s);
    return;
  }
  const double at_s = now_s > flight.launch_s ? now_s : flight.launch_s;
  const Vec3 velocity = path.velocity_at(at_s);
  const double tau = weapon.flyout->time_to_meet_s(
      weapon, path.position_at(at_s) - (at_s - flight.launch_s) * velocity - launcher_m, velocity);
  flight.aim_s = tau < kNever_s && flight.launch_s + tau > at_s
                     ? flight.launch_s + tau
                     : at_s + length(path.position_at(at_s) - launcher_m) / weapon.ideal_speed_mps;
  flight.aim_m = path.position_at(at_s) + (flight.aim_s - at_s) * velocity;
}

/// The same along the path as far as it is known: piece by piece from the one that holds at from_s.
void solve_meeting(const Weapon& weapon, Vec3 launcher_m, const Threats& threats, std::size_t row, double from_s, double now_s,
                   Flight& flight) {
  for (double at_s = from_s;;) {
    const PieceInForce piece = piece_in_force(threats, row, at_s);
    solve_meeting(weapon, launcher_m, piece.path, at_s, std::fmin(piece.next_s, now_s), flight);
    if (flight.meet_s <= piece.next_s || !(piece.next_s < now_s)) return;
    at_s = piece.next_s;
  }
}

/// Flies a stepped round on through the pieces of its target's path that end before until_s; returns the piece that holds
/// for the rest of the way.
TargetPath fly_through_earlier_pieces(const Weapon& weapon, const Threats& threats, std::size_t row, double until_s,
                                      Flight& flight) {
  for (;;) {
    const PieceInForce piece = piece_in_force(threats, row, flight.flown.time_s);
    if (!(piece.next_s < until_s) || flight.flown.end != FlightEnd::flying) return piece.path;
    fly_on(weapon, piece.path, piece.next_s, flight);
  }
}

void fly_on(const Weapon& weapon, const Threats& threats, std::size_t row, double until_s, Flight& flight) {
  const TargetPath path = fly_through_earlier_pieces(weapon, threats, row, until_s, flight);
  if (flight.flown.end == FlightEnd::flying) fly_on(weapon, path, until_s, flight);
}

}  // namespace

std::int32_t add_shot(Scene& scene, std::int32_t lane, const OpenOrder& order, double launch_s, double planned_s,
                      std::int32_t round) {
  Shots& shots = scene.outcomes.shots;
  const std::int32_t number = shots.count[std::size_t(lane)]++;
  PAVISE_ASSERT_LE(std::size_t(number) + 1, shots.capacity_per_replication);
  const std::size_t row = scene.shot_row(lane, number);
  const Station& station = scene.station(order.station);
  const Weapon& weapon = scene.weapon_of(order.station);
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  shots.fire_unit[row] = order.unit;
  shots.station[row] = order.station;
  shots.channel[row] = order.channel;
  shots.weapon[row] = station.weapon;
  shots.threat[row] = order.threat;
  shots.salvo[row] = round;
  shots.result[row] = std::int32_t(ShotResult::in_flight);
  shots.order[row] = order.serial;
  shots.rounds[row] = weapon.effect == Effect::jammer ? 0 : weapon.effect == Effect::gun ? weapon.rounds_per_burst : 1;
  shots.launch_s[row] = launch_s;
  shots.planned_intercept_s[row] = planned_s;
  shots.guide_begin_s[row] = order.ordered_s;
  shots.end_s[row] = shots.guide_end_s[row] = kUnknown;
  shots.x_m[row] = shots.y_m[row] = shots.z_m[row] = shots.range_m[row] = shots.miss_distance_m[row] = kUnknown;
  shots.pk[row] = order.pk;
  shots.cost[row] = weapon.unit_cost * (weapon.effect == Effect::gun ? weapon.rounds_per_burst : 1);
  record_event(scene.outcomes, lane,
               {.time_s = launch_s,
                .kind = EventKind::launched,
                .actor_kind = EntityKind::station,
                .actor = order.station,
                .object_kind = order.threat >= 0 ? EntityKind::threat : EntityKind::none,
                .object = order.threat,
                .shot = number});
  return number;
}

/// The round leaves at its launch_s, inside the present frame, and flies to the frame's end (or its own).
void leave(Scene& scene, std::int32_t lane, Flight& flight) {
  const OpenOrder& order = scene.state.orders_of(lane)[flight.order];
  const Station& station = scene.station(flight.station);
  const Weapon& weapon = scene.weapon_of(flight.station);
  flight.has_left = true;
  flight.shot = add_shot(scene, lane, order, flight.launch_s, flight.planned_s, flight.round);
  flight.is_blind = flight.threat < 0;
  if (flight.threat >= 0) {
    const std::size_t row = scene.row_of(lane, flight.threat);
    flight.shot_number = scene.outcomes.threats.shots[row]++;
    flight.is_blind = scene.is_gone(row, flight.launch_s);
  }
  if (flight.is_blind) {
    flight.meet_s = flight.aim_s = flight.planned_s;
    flight.aim_m = flight.planned_m;
  } else {
    const std::size_t row = scene.row_of(lane, flight.threat);
    if (weapon.flyout->is_stepped) {
      weapon.flyout->start(weapon, station.position_enu_m, flight.planned_m, flight.launch_s, flight.flown);
      flight.flown_before = -1;
      fly_on(weapon, scene.threats, row, scene.now_s, flight);
    } else {
      flight.limit_s = flight.launch_s + weapon.flyout->endurance_s(weapon);
      solve_meeting(weapon, station.position_enu_m, scene.threats, row, flight.launch_s, scene.now_s, flight);
    }
  }
  happens_at(scene.state, lane, next_time_s(flight));
}

void follow_new_course(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s) {
  EngagementState& state = scene.state;
  PAVISE_ASSERT(state.may_divert);
  const std::size_t row = scene.row_of(lane, threat);
  Flight* flights = state.flights_of(lane);
  for (std::int32_t i = 0; i < state.flight_count[std::size_t(lane)]; ++i) {
    Flight& flight = flights[i];
    if (flight.threat != threat || !flight.has_left || flight.is_blind) continue;
    const Weapon& weapon = scene.weapon_of(flight.station);
    const Vec3 launcher_m = scene.station(flight.station).position_enu_m;
    if (weapon.flyout->is_stepped) {
      // from the frame's begin: what it flew up to time_s comes out as it was
      if (flight.flown_before < 0) {
        flight.flown = FlyingRound{};
        weapon.flyout->start(weapon, launcher_m, flight.planned_m, flight.launch_s, flight.flown);
      } else {
        flight.flown = state.flown_before[std::size_t(flight.flown_before)];
      }
      flight.meet_s = kNever_s;
      fly_on(weapon, scene.threats, row, scene.now_s, flight);
    } else {
      solve_meeting(weapon, launcher_m, scene.threats, row, time_s, scene.now_s, flight);
    }
  }
  OpenOrder* orders = state.orders_of(lane);
  for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
    OpenOrder& order = orders[slot];
    if (order.threat == threat && is_dwelling(order))
      watch_dwell(scene.weapon_of(order.station), scene.station(order.station).position_enu_m, scene.threats, row, time_s,
                  scene.now_s, order);
  }
  place_among_leaving(scene, lane, threat, time_s);
}

namespace {

/// All stepped rounds in flight in the block, weapon by weapon.
void fly_stepped_rounds(const EngagementContext& context, double now_s, EngagementState& state) {
  for (std::size_t w = 0; w < state.tasks.size(); ++w) {
    std::vector<FlightTask>& tasks = state.tasks[w];
    if (tasks.empty()) continue;
    const Weapon& weapon = context.armament.weapons[w];
    weapon.flyout->fly_rounds(weapon, tasks, now_s);
    for (const EngagementState::InFlight& in_flight : state.tasks_of[w]) {
      Flight& flight = *in_flight.flight;
      if (flight.flown.end == FlightEnd::flying) continue;
      flight.meet_s = flight.flown.end_s;
      happens_at(state, in_flight.lane, next_time_s(flight));
    }
    tasks.clear();
    state.tasks_of[w].clear();
  }
}

}  // namespace

void fly_rounds(const EngagementContext& context, const Threats& threats, const Clock& clock, Engagements& engagements) {
  EngagementState& state = *engagements.state;
  const double begin_s = clock.begin_s(), now_s = clock.now_s();
  state.flown_before.clear();
  for (std::int32_t lane = 0; lane < state.active; ++lane) {
    Flight* flights = state.flights_of(lane);
    const std::int32_t count = state.flight_count[std::size_t(lane)];
    for (std::int32_t i = 0; i < count; ++i) {
      Flight& flight = flights[i];
      if (!flight.has_left || flight.is_blind) continue;
      const Station& station = context.armament.stations[std::size_t(flight.station)];
      const Weapon& weapon = context.armament.weapons[std::size_t(station.weapon)];
      const std::size_t row = std::size_t(lane * threats.per_replication + flight.threat);
      if (weapon.flyout->is_stepped) {
        if (state.may_divert) {
          flight.flown_before = std::int32_t(state.flown_before.size());
          state.flown_before.push_back(flight.flown);
        }
        const TargetPath path = fly_through_earlier_pieces(weapon, threats, row, now_s, flight);
        if (flight.flown.end == FlightEnd::flying) {
          state.tasks[std::size_t(station.weapon)].push_back({&flight.flown, path});
          state.tasks_of[std::size_t(station.weapon)].push_back({&flight, lane});
          continue;
        }
      } else if (flight.is_watched || is_on_other_path(flight, threats, row)) {
        const double from_s = begin_s > flight.launch_s ? begin_s : flight.launch_s;
        solve_meeting(weapon, station.position_enu_m, threats, row, from_s, now_s, flight);
      } else {
        continue;
      }
      happens_at(state, lane, next_time_s(flight));
    }

    // dwells: when the target leaves the band
    if (state.dwelling[std::size_t(lane)] == 0) continue;
    OpenOrder* orders = state.orders_of(lane);
    for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
      OpenOrder& order = orders[slot];
      if (order.threat < 0 || !is_dwelling(order)) continue;
      const std::size_t row = std::size_t(lane * threats.per_replication + order.threat);
      if (!order.is_watched && !is_on_other_path(order, threats, row)) continue;
      const Station& station = context.armament.stations[std::size_t(order.station)];
      watch_dwell(context.armament.weapons[std::size_t(station.weapon)], station.position_enu_m, threats, row, begin_s, now_s,
                  order);
      happens_at(state, lane, order.end_s);
    }
  }
  fly_stepped_rounds(context, now_s, state);
}

/// Between launcher and meeting a solved round moves evenly; a stepped one is where its last step left it.
State state_of(const Flight& flight, const Weapon& weapon, Vec3 launcher_m, double time_s) {
  if (weapon.flyout->is_stepped && !flight.is_blind) return {flight.flown.position_m, flight.flown.velocity_mps};
  const double whole_s = flight.aim_s - flight.launch_s;
  const Vec3 velocity = (whole_s > 0 ? 1 / whole_s : 0) * (flight.aim_m - launcher_m);
  return {launcher_m + (time_s - flight.launch_s) * velocity, velocity};
}

void visit_rounds(const Engagements& engagements, double time_s,
                  void (*visit)(void* self, std::int32_t replication, std::int32_t shot, const State& state), void* self) {
  EngagementState& state = *engagements.state;
  const Armament& armament = *state.armament;
  for (std::int32_t lane = 0; lane < state.active; ++lane) {
    const Flight* flights = state.flights_of(lane);
    for (std::int32_t i = 0; i < state.flight_count[std::size_t(lane)]; ++i) {
      const Flight& flight = flights[i];
      if (!flight.has_left) continue;
      const Station& station = armament.stations[std::size_t(flight.station)];
      visit(self, lane, flight.shot,
            state_of(flight, armament.weapons[std::size_t(station.weapon)], station.position_enu_m, time_s));
    }
  }
}

}  // namespace pavise
