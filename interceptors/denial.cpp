// Areas without satellites: while a jammer dwells on anything, every threat that steers by satellites loses them within
// the jammer's denial radius, treated or not, and has them again outside or when the jammer falls silent. Entry and exit
// have their exact instants inside a frame.
#include <cmath>

#include "interceptors/engagement_state.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

namespace {

/// Outside this far a threat has left: the path after a change of course begins where the old one was left to rounding.
constexpr double kSlack_m = 1e-6;
/// Shorter stays inside or outside are not looked for.
constexpr double kShortestStay_s = 1e-3;

/// The stations that emit: those that dwell.
void find_emitters(Scene& scene, std::int32_t lane) {
  EngagementState& state = scene.state;
  state.emitters.clear();
  const OpenOrder* orders = state.orders_of(lane);
  for (const std::int32_t station : state.denying_stations)
    for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot)
      if (orders[slot].station == station && is_dwelling(orders[slot])) {
        state.emitters.push_back(station);
        break;
      }
}

struct Nearest {
  double outside_m = kNever_s;  // of its sphere; <= 0: inside
  std::int32_t station = -1;
};
Nearest nearest_emitter(const Scene& scene, Vec3 position_m) {
  Nearest nearest;
  for (const std::int32_t station : scene.state.emitters) {
    const double outside_m =
        length(position_m - scene.station(station).position_enu_m) - scene.weapon_of(station).gnss_denial_radius_m;
    if (outside_m < nearest.outside_m) nearest = {outside_m, station};
  }
  return nearest;
}

/// The first instant in [from_s, until_s] at which the row is inside (outside) all that is denied. The distance to a
/// sphere changes no faster than the row moves, so that as long as it is large nothing can have been stepped over.
double first_instant_s(const Scene& scene, std::size_t row, double from_s, double until_s, bool inside) {
  for (double t = from_s;;) {
    const PieceInForce piece = piece_in_force(scene.threats, row, t);
    const double end_s = std::fmin(piece.next_s, until_s);
    const double tau = end_s - piece.path.begin_s;
    const double speed_mps =
        length(piece.path.c1) + tau * (2 * length(piece.path.c2) + 3 * tau * length(piece.path.c3));
    const auto excess_m = [&](double time_s) {
      const double outside_m = nearest_emitter(scene, piece.path.position_at(time_s)).outside_m;
      return inside ? outside_m : kSlack_m - outside_m;
    };
    for (double before_s = t;;) {
      const double left_m = excess_m(t);
      if (left_m <= 0) {
        for (int i = 0; i < 64 && before_s < t; ++i) {
          const double middle_s = 0.5 * (before_s + t);
          if (middle_s <= before_s || middle_s >= t) break;
          (excess_m(middle_s) <= 0 ? t : before_s) = middle_s;
        }
        return t;
      }
      if (t >= end_s) break;
      before_s = t;
      t = std::fmin(t + std::fmax(left_m / (speed_mps), kShortestStay_s), end_s);
    }
    if (end_s >= until_s) return kNever_s;
    t = end_s;
  }
}

}  // namespace

void find_next_denial(Scene& scene, std::int32_t lane, double from_s) {
  EngagementState& state = scene.state;
  state.denial = {};
  if (state.denying_stations.empty()) return;
  if (state.dwelling[std::size_t(lane)] == 0 && state.denied_inside[std::size_t(lane)] == 0) return;
  find_emitters(scene, lane);
  if (state.emitters.empty() && state.denied_inside[std::size_t(lane)] == 0) return;

  const Threats& threats = scene.threats;
  for (std::int32_t threat = 0; threat < threats.per_replication; ++threat) {
    const std::size_t row = scene.row_of(lane, threat);
    const double begin_s = std::fmax(from_s, threats.appears_s[row]);
    const double until_s = std::fmin(scene.now_s, state.denial.time_s);
    if (!(begin_s <= until_s) || threats.ended_s[row] < kNever_s || !(begin_s < threats.arrives_s[row])) continue;
    const bool is_inside = NavigationDenial(threats.navigation_denied[row]) == NavigationDenial::inside;
    if (!is_inside && !may_be_denied(threats, scene.context.motion, std::int32_t(row), begin_s)) continue;
    const double time_s = first_instant_s(scene, row, begin_s, until_s, !is_inside);
    if (time_s < state.denial.time_s && time_s < threats.arrives_s[row]) state.denial = {time_s, threat};
  }
}

void change_denial(Scene& scene, std::int32_t lane) {
  EngagementState& state = scene.state;
  const double time_s = state.denial.time_s;
  const std::int32_t threat = state.denial.threat;
  const std::size_t row = scene.row_of(lane, threat);
  if (NavigationDenial(scene.threats.navigation_denied[row]) == NavigationDenial::inside) {
    --state.denied_inside[std::size_t(lane)];
    restore_navigation(scene.threats, scene.context.motion, std::int32_t(row), time_s, scene.now_s);
  } else {
    find_emitters(scene, lane);
    const Vec3 position_m = path_of(scene.threats, row, time_s).position_at(time_s);
    const Nearest nearest = nearest_emitter(scene, position_m);
    PAVISE_ASSERT(nearest.station >= 0);
    ++state.denied_inside[std::size_t(lane)];
    deny_navigation(scene.threats, scene.context.motion, std::int32_t(row), time_s, scene.now_s,
                    scene.weapon_of(nearest.station).navigation_drift_mps, NavigationDenial::inside);
  }
  follow_new_course(scene, lane, threat, time_s);
}

}  // namespace pavise
