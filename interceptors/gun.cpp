// Guns: one order is a series of bursts that goes on until a kill by it has been seen, the window closes or the magazine
// holds no full burst.
#include "interceptors/engagement_state.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

/// A series that is over, without kill and with nothing in flight, is released after its last burst has been looked at,
/// but not before the series has ended.
void close_series_if_over(Scene& scene, std::int32_t lane, OpenOrder& order) {
  if (order.next_burst_s < kNever_s || order.in_flight > 0 || order.kill_s < kNever_s) return;
  double due_s = order.series_end_s;
  if (order.bursts > 0) {
    const double looked_s = order.last_intercept_s + scene.unit(order.unit).assessment_delay_s;
    due_s = looked_s > due_s ? looked_s : due_s;
  }
  set_due(scene.state, lane, order, due_s);
}

namespace {

/// Where a burst that leaves now meets its target: the director sees it, so this is the true course as flown now.
Intercept aim_burst(const Scene& scene, std::int32_t lane, const OpenOrder& order, double time_s) {
  const Station& station = scene.station(order.station);
  const Weapon& weapon = scene.weapon_of(order.station);
  TargetPath path = order.course;
  double arrives_s = order.arrives_s;
  Intercept burst;
  if (order.threat >= 0) {
    const std::size_t row = scene.row_of(lane, order.threat);
    if (scene.is_gone(row, time_s)) return burst;
    path = path_of(scene.threats, row, time_s);
    arrives_s = scene.threats.arrives_s[row];
  }
  const Vec3 position = path.position_at(time_s), velocity = path.velocity_at(time_s);
  burst.time_s = time_s + weapon.flyout->time_to_meet_s(weapon, position - station.position_enu_m, velocity);
  if (!(burst.time_s < kNever_s)) return burst;
  burst.point_m = position + (burst.time_s - time_s) * velocity;
  burst.range_m = length(burst.point_m - station.position_enu_m);
  // 1e-9 of slack: the first burst repeats, with other rounding, the check that let the order through
  burst.is_possible = burst.time_s < arrives_s && is_in_envelope(weapon, station, burst.point_m, burst.range_m, 1e-9);
  return burst;
}

}  // namespace

/// The next burst of a series leaves, or ends the series if it cannot.
void leave_burst(Scene& scene, std::int32_t lane, std::int32_t slot) {
  EngagementState& state = scene.state;
  OpenOrder& order = state.orders_of(lane)[slot];
  const Weapon& weapon = scene.weapon_of(order.station);
  const double time_s = order.next_burst_s;
  const std::size_t station_row = std::size_t(lane * state.stations + order.station);
  const bool is_seen_killed = order.kill_s + scene.unit(order.unit).assessment_delay_s <= time_s;
  const bool has_rounds = scene.units.ready[station_row] >= weapon.rounds_per_burst;
  const Intercept burst = is_seen_killed || !has_rounds ? Intercept{} : aim_burst(scene, lane, order, time_s);
  if (!burst.is_possible) {
    order.next_burst_s = kNever_s;
    order.series_end_s = time_s;
    close_series_if_over(scene, lane, order);
    return;
  }

  scene.units.ready[station_row] -= weapon.rounds_per_burst;
  PAVISE_ASSERT_LE(state.flight_count[std::size_t(lane)] + 1, state.flight_capacity);
  Flight& flight = state.flights_of(lane)[state.flight_count[std::size_t(lane)]++];
  flight = Flight{};
  flight.launch_s = time_s;
  flight.planned_s = burst.time_s;
  flight.planned_m = burst.point_m;
  flight.order = slot;
  flight.serial = order.serial;
  flight.round = order.bursts;
  flight.station = order.station;
  flight.threat = order.threat;
  ++order.in_flight;
  ++order.bursts;
  order.next_burst_s = order.first_burst_s + order.bursts * weapon.burst_interval_s;
  leave(scene, lane, flight);
  begin_reload_if_empty(scene, lane, order.station, order.serial, time_s);
}

}  // namespace pavise
