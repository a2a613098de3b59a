// Jammers: a dwell on one threat, from its begin until the threat leaves the range band or arrives; during it the threat is
// lost at a constant rate.
#include <cmath>

#include "interceptors/engagement_state.hpp"

namespace pavise {

namespace {

/// How far outside the band a distance is; <= 0: inside.
double outside_m(const Weapon& weapon, double range_m) {
  const double beyond = range_m - weapon.max_range_m, within = weapon.min_range_m - range_m;
  return beyond > within ? beyond : within;
}

/// When a straight course that starts in the band leaves it: through the outer sphere or into the inner one. Roots in the
/// shape that does not cancel.
double leaves_after_s(const Weapon& weapon, Vec3 relative_m, Vec3 velocity_mps) {
  const double a = dot(velocity_mps, velocity_mps), b = dot(relative_m, velocity_mps), r2 = dot(relative_m, relative_m);
  if (a == 0) return kNever_s;
  const double outer = r2 - weapon.max_range_m * weapon.max_range_m;
  const double root = std::sqrt(std::fmax(b * b - a * outer, 0));
  double tau = std::fmax(b > 0 ? -outer / (b + root) : (root - b) / a, 0);
  const double inner = r2 - weapon.min_range_m * weapon.min_range_m;
  const double discriminant = b * b - a * inner;
  if (weapon.min_range_m > 0 && b < 0 && discriminant > 0) tau = std::fmin(tau, std::fmax(inner / (std::sqrt(discriminant) - b), 0));
  return tau;
}

constexpr double kDwellOnNothing_s = 60;  // a false track is given up after this

void close_shot(Scene& scene, std::int32_t lane, const OpenOrder& order, double time_s, ShotResult result) {
  Shots& shots = scene.outcomes.shots;
  const std::size_t row = scene.shot_row(lane, order.shot);
  Vec3 point = order.course.position_at(time_s);
  if (order.threat >= 0) point = path_of(scene.threats, scene.row_of(lane, order.threat), time_s).position_at(time_s);
  shots.end_s[row] = time_s;
  shots.result[row] = std::int32_t(result);
  shots.x_m[row] = point.x;
  shots.y_m[row] = point.y;
  shots.z_m[row] = point.z;
  shots.range_m[row] = length(point - scene.station(order.station).position_enu_m);
}

/// On one piece of the path: where it leaves the band, if that is known.
void watch_piece(const Weapon& weapon, Vec3 jammer_m, const TargetPath& path, double from_s, double now_s, OpenOrder& order) {
  remember_path(path, order);
  order.is_watched = !path.is_straight();
  order.end_s = kNever_s;
  if (!order.is_watched) {
    order.end_s = from_s + leaves_after_s(weapon, path.position_at(from_s) - jammer_m, path.velocity_at(from_s));
  } else if (now_s > from_s && outside_m(weapon, length(path.position_at(now_s) - jammer_m)) > 0) {
    double low = from_s, high = now_s;
    for (int i = 0; i < 64; ++i) {
      const double middle = 0.5 * (low + high);
      if (middle <= low || middle >= high) break;
      (outside_m(weapon, length(path.position_at(middle) - jammer_m)) > 0 ? high : low) = middle;
    }
    order.end_s = high;
  }
}

}  // namespace

void watch_dwell(const Weapon& weapon, Vec3 jammer_m, const Threats& threats, std::size_t row, double from_s, double now_s,
                 OpenOrder& order) {
  for (double at_s = from_s;;) {
    const PieceInForce piece = piece_in_force(threats, row, at_s);
    watch_piece(weapon, jammer_m, piece.path, at_s, std::fmin(piece.next_s, now_s), order);
    if (order.end_s <= piece.next_s || !(piece.next_s < now_s)) break;
    at_s = piece.next_s;
  }
  order.end_s = std::fmin(order.end_s, threats.arrives_s[row]);
}

void begin_dwell(Scene& scene, std::int32_t lane, OpenOrder& order) {
  const Weapon& weapon = scene.weapon_of(order.station);
  const Vec3 jammer_m = scene.station(order.station).position_enu_m;
  const double begin_s = order.begin_s;
  order.begin_s = kNever_s;
  ++scene.state.dwelling[std::size_t(lane)];
  order.shot = add_shot(scene, lane, order, begin_s, kNever_s, 0);
  scene.outcomes.shots.planned_intercept_s[scene.shot_row(lane, order.shot)] = begin_s;

  if (order.threat < 0) {
    watch_piece(weapon, jammer_m, order.course, begin_s, begin_s, order);
    order.end_s = std::fmin(order.end_s, begin_s + kDwellOnNothing_s);
  } else {
    const std::size_t row = scene.row_of(lane, order.threat);
    const std::int32_t number = scene.state.dwelt[row]++;
    ++scene.outcomes.threats.shots[row];
    // 1e-9 of slack: the order was let through by the same check with other rounding
    const double outside = outside_m(weapon, length(path_of(scene.threats, row, begin_s).position_at(begin_s) - jammer_m));
    if (scene.is_gone(row, begin_s) || outside > 1e-9 * weapon.max_range_m) {
      order.end_s = begin_s;
    } else {
      watch_dwell(weapon, jammer_m, scene.threats, row, begin_s, scene.now_s, order);
      const std::size_t identity = std::size_t(scene.class_of(order.threat).identity);
      const double hazard = identity < weapon.hazard_per_s.size() ? weapon.hazard_per_s[identity] : 0;
      if (hazard > 0)
        order.effect_s = begin_s + scene.context.draws.exponential({.replication = scene.replication(lane),
                                                                    .entity = std::uint32_t(order.threat),
                                                                    .purpose = Purpose::soft_kill,
                                                                    .number = std::uint32_t(number)}) /
                                       hazard;
    }
  }
  happens_at(scene.state, lane, order.end_s < order.effect_s ? order.end_s : order.effect_s);
}

/// The soft kill: some leave their route and are lost, the others fly on without satellites.
void take_effect(Scene& scene, std::int32_t lane, OpenOrder& order) {
  const Weapon& weapon = scene.weapon_of(order.station);
  const double time_s = order.effect_s;
  order.effect_s = kNever_s;
  const std::size_t row = scene.row_of(lane, order.threat);
  if (scene.threats.ended_s[row] < kNever_s) return;  // somebody else killed it; the dwell goes on
  const double u = scene.context.draws.uniform({.replication = scene.replication(lane),
                                                .entity = std::uint32_t(order.threat),
                                                .purpose = Purpose::soft_kill_effect,
                                                .number = std::uint32_t(scene.state.dwelt[row] - 1)});
  if (u >= weapon.effect_lost) {
    if (deny_navigation(scene.threats, scene.context.motion, std::int32_t(row), time_s, scene.now_s,
                        weapon.navigation_drift_mps, NavigationDenial::for_good))
      follow_new_course(scene, lane, order.threat, time_s);
    return;
  }
  kill_threat(scene, lane, order.threat, time_s, order.shot, order.station, EventKind::soft_killed);
  close_shot(scene, lane, order, time_s, ShotResult::hit);
  order.kill_s = time_s;
  order.end_s = kNever_s;
  --scene.state.dwelling[std::size_t(lane)];
  set_due(scene.state, lane, order, time_s + scene.unit(order.unit).assessment_delay_s);
}

void end_dwell(Scene& scene, std::int32_t lane, OpenOrder& order) {
  const double time_s = order.end_s;
  close_shot(scene, lane, order, time_s, ShotResult::miss);
  order.end_s = order.effect_s = kNever_s;
  --scene.state.dwelling[std::size_t(lane)];
  record_event(scene.outcomes, lane,
               {.time_s = time_s,
                .kind = EventKind::dwell_ended,
                .actor_kind = EntityKind::station,
                .actor = order.station,
                .object_kind = order.threat >= 0 ? EntityKind::threat : EntityKind::none,
                .object = order.threat,
                .shot = order.shot});
  set_due(scene.state, lane, order, time_s);
}

}  // namespace pavise
