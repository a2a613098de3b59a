#include "kernel/threats/route_plan.hpp"

#include <algorithm>

#include "kernel/threats/dive_ground.hpp"
#include "kernel/threats/height_hold.hpp"
#include "kernel/threats/pieces.hpp"
#include "kernel/threats/route_track.hpp"

namespace pavise {

double ground_speed_unbounded_mps(double speed_mps, Vec3 wind_mps, double dx, double dy) {
  const double along = wind_mps.x * dx + wind_mps.y * dy, across = wind_mps.x * dy - wind_mps.y * dx;
  const double forward2 = speed_mps * speed_mps - across * across;
  return forward2 > 0 ? along + std::sqrt(forward2) : 0.0;
}

double ground_speed_mps(double speed_mps, Vec3 wind_mps, double dx, double dy) {
  const double along = wind_mps.x * dx + wind_mps.y * dy, across = wind_mps.x * dy - wind_mps.y * dx;
  const double forward2 = speed_mps * speed_mps - across * across;
  return std::max(along + std::sqrt(std::max(forward2, 0.0)), 0.2 * speed_mps);
}

namespace {

constexpr double kLeastRadius_m = 1;  // a tighter arc is flown as a corner
constexpr double kPieceAngle_rad = 0.1;
constexpr double kLeastStay_s = 1e-6;  // of a segment: none has no length
constexpr double kFits = 1 - 1e-12;  // a leg exactly as long as its tangents is long enough

struct Plane {
  double x, y;
};

struct Point {
  double x, y, altitude_m;
};

void add_line(Track& track, std::int32_t waypoint, double& time_s, Plane& at, Plane to, double dx, double dy,
              double speed_mps, double command_m) {
  const double length_m = std::max(0.0, (to.x - at.x) * dx + (to.y - at.y) * dy);
  Segment s{};
  s.kind = SegmentKind::line;
  s.waypoint = waypoint;
  s.begin_s = time_s;
  s.end_s = time_s + length_m / speed_mps;
  s.position_m = Vec3{at.x, at.y, 0};
  s.velocity_mps = Vec3{dx * speed_mps, dy * speed_mps, 0};
  s.dx = dx, s.dy = dy, s.speed_mps = speed_mps;
  track.element[track.count++] = {s, command_m, time_s};
  time_s = s.end_s;
  at = to;
}

/// An arc from `at`, course (dx, dy), by angle_rad > 0 to the side (+1 left, -1 right); ground speed from v0 to v1.
void add_arc(Track& track, std::int32_t waypoint, double& time_s, Plane& at, double dx, double dy, double angle_rad,
             double side, double radius_m, double v0, double v1, double command_m) {
  Segment s{};
  s.kind = SegmentKind::turn;
  s.waypoint = waypoint;
  s.radius_m = radius_m;
  s.side = side;
  s.centre_x = at.x - radius_m * side * dy;
  s.centre_y = at.y + radius_m * side * dx;
  s.ux = side * dy, s.uy = -side * dx;
  s.position_m = Vec3{at.x, at.y, 0};
  const double duration_s = 2 * radius_m * angle_rad / (v0 + v1);
  s.begin_s = s.turn_begin_s = time_s;
  s.end_s = time_s + duration_s;
  s.speed_mps = v0;
  s.speed_rate_mps2 = (v1 - v0) / duration_s;
  track.element[track.count++] = {s, command_m, time_s + 0.5 * duration_s};
  time_s = s.end_s;
  const double c = cosine(angle_rad), n = side * sine(angle_rad);
  at = {s.centre_x + radius_m * (s.ux * c - s.uy * n), s.centre_y + radius_m * (s.ux * n + s.uy * c)};
}

/// The turn from the present course onto the tangent that leads to `to`: a circle, then a line (Dubins, one turn).
/// None if the point lies inside the circle.
void turn_towards(Track& track, std::int32_t waypoint, double& time_s, Plane& at, double cx, double cy, Point to,
                  double radius_m, double speed_mps) {
  if (radius_m < kLeastRadius_m) return;
  const double side = cx * (to.y - at.y) - cy * (to.x - at.x) >= 0 ? 1.0 : -1.0;
  const double wx = to.x - (at.x - radius_m * side * cy), wy = to.y - (at.y + radius_m * side * cx);
  const double distance2 = wx * wx + wy * wy;
  if (distance2 <= 1.0001 * radius_m * radius_m) return;
  const double tangent_m = std::sqrt(distance2 - radius_m * radius_m);
  const double dx = (wx * tangent_m - wy * side * radius_m) / distance2;
  const double dy = (wx * side * radius_m + wy * tangent_m) / distance2;
  double angle_rad = arctangent2(side * (cx * dy - cy * dx), cx * dx + cy * dy);
  if (angle_rad < -1e-9) angle_rad += 2 * kPi;
  if (angle_rad < 1e-9) return;
  add_arc(track, waypoint, time_s, at, cx, cy, angle_rad, side, radius_m, speed_mps, speed_mps, to.altitude_m);
}

/// The points still ahead of a row, the last of them the aim. Its altitude is the dive's business: the last leg holds
/// what was flown before.
std::int32_t points_ahead(const RouteRules& rules, const RouteStart& start, std::span<const Vec3> route, Vec3 aim_m,
                          Point* ahead) {
  std::int32_t count = 0;
  double altitude_m = rules.cruise_altitude_m;
  for (std::size_t i = 0; i < route.size(); ++i) {
    if (route[i].z > 0 || rules.is_reference) altitude_m = route[i].z;
    if (std::int32_t(i) < start.next_waypoint) continue;
    ahead[count++] = {route[i].x + rules.offset_m.x, route[i].y + rules.offset_m.y, altitude_m};
  }
  ahead[count++] = {aim_m.x, aim_m.y, rules.is_reference ? aim_m.z : altitude_m};
  return count;
}

/// A leg: unit vector, length, ground speed.
struct Leg {
  double dx, dy, length_m, speed_mps;
};
Leg leg_between(const RouteRules& rules, const Environment& environment, Plane from, const Point& to) {
  const double x = to.x - from.x, y = to.y - from.y;
  Leg leg{0, 1, std::sqrt(x * x + y * y), rules.speed_mps};
  if (leg.length_m > 0) leg.dx = x / leg.length_m, leg.dy = y / leg.length_m;
  if (rules.holds_airspeed) {
    const Vec3 wind_mps = wind_at(environment, to.altitude_m);
    leg.speed_mps = rules.is_reference ? ground_speed_unbounded_mps(rules.speed_mps, wind_mps, leg.dx, leg.dy)
                                       : ground_speed_mps(rules.speed_mps, wind_mps, leg.dx, leg.dy);
  }
  return leg;
}

/// How far before and behind a waypoint its arc would begin and end: radius x tan(|change of course| / 2).
struct FlyBy {
  double half_tangent, wanted_m;
};
FlyBy fly_by(const Leg& in, const Leg& out, double radius_per_speed) {
  const double turn = in.dx * out.dy - in.dy * out.dx, same = in.dx * out.dx + in.dy * out.dy;
  const double half_tangent = std::sqrt(std::max(1 - same, 0.0) / std::max(1 + same, 1e-12));
  // the square root keeps no digits of a small angle; there the sine has them
  const double exact = same > 0 ? std::fabs(turn) / (1 + same) : half_tangent;
  return {exact, std::max(in.speed_mps, out.speed_mps) * radius_per_speed * exact};
}

void lay_track(Track& track, const RouteRules& rules, const Environment& environment, const RouteStart& start,
               std::span<const Vec3> route, Vec3 aim_m) {
  Point ahead[kMostRoutePoints + 1];
  const std::int32_t count = points_ahead(rules, start, route, aim_m, ahead);
  const std::int32_t first = std::int32_t(route.size()) + 1 - count;  // index of ahead[0] in the route
  const double radius_per_speed = rules.turn_rate_radps > 0 ? 1 / rules.turn_rate_radps : 0;

  Plane at{start.position_m.x, start.position_m.y};
  double time_s = start.time_s;
  track.count = 0;
  track.unflyable_leg = -1;
  if (start.course_x != 0 || start.course_y != 0) {
    const Point along{at.x + start.course_x, at.y + start.course_y, start.position_m.z};
    const double v = leg_between(rules, environment, at, along).speed_mps;
    turn_towards(track, first, time_s, at, start.course_x, start.course_y, ahead[0], v * radius_per_speed, v);
  }

  // legs, and the arcs that cut the points between them; a leg too short for the arcs at its ends is shared in
  // proportion
  Leg leg[kMostRoutePoints + 1];
  double tangent_m[kMostRoutePoints + 1], half_tangent[kMostRoutePoints + 1];
  for (std::int32_t i = 0; i < count; ++i) {
    leg[i] = leg_between(rules, environment, i == 0 ? at : Plane{ahead[i - 1].x, ahead[i - 1].y}, ahead[i]);
    if (!(leg[i].speed_mps > 0)) {
      track.note_unflyable(i);
      leg[i].speed_mps = rules.speed_mps;  // somehow, so that there is a plan
    }
  }
  for (std::int32_t i = 0; i + 1 < count; ++i) {
    const FlyBy arc = fly_by(leg[i], leg[i + 1], radius_per_speed);
    tangent_m[i] = arc.wanted_m, half_tangent[i] = arc.half_tangent;
  }
  double share_behind = 1;
  for (std::int32_t i = 0; i + 1 < count; ++i) {
    const bool leads_to_aim = i + 2 == count;
    const double wanted_m = tangent_m[i] + (leads_to_aim ? 0 : tangent_m[i + 1]);
    const bool dives = leads_to_aim && !rules.is_reference;
    const double room_m = dives ? 0.9 * leg[i + 1].length_m : leg[i + 1].length_m;  // the dive wants some
    const double share_ahead = wanted_m > room_m ? room_m / wanted_m : 1;
    if (i == 0 && tangent_m[0] > leg[0].length_m) share_behind = leg[0].length_m / tangent_m[0];
    if (i == 0 && share_behind < kFits) track.note_unflyable(0);
    if (share_ahead < kFits) track.note_unflyable(i + 1);
    tangent_m[i] *= std::min(share_behind, share_ahead);
    share_behind = share_ahead;
  }

  for (std::int32_t i = 0; i < count; ++i) {
    const Point to = ahead[i];
    const double dx = leg[i].dx, dy = leg[i].dy, v0 = leg[i].speed_mps;
    if (i + 1 == count) {
      track.last_begin_s = time_s;
      track.last_speed_mps = v0;
      track.last_length_m = std::max((to.x - at.x) * dx + (to.y - at.y) * dy, 0.0);
      add_line(track, first + i, time_s, at, {to.x, to.y}, dx, dy, v0, to.altitude_m);
      break;
    }
    if (leg[i].length_m <= 1e-9) continue;
    const double radius_m = half_tangent[i] > 1e-9 ? tangent_m[i] / half_tangent[i] : 0;
    if (radius_m < (rules.is_reference ? 1e-9 : kLeastRadius_m)) {
      add_line(track, first + i, time_s, at, {to.x, to.y}, dx, dy, v0, to.altitude_m);
      continue;
    }
    const Leg& out = leg[i + 1];
    const double turn = dx * out.dy - dy * out.dx, same = dx * out.dx + dy * out.dy;
    add_line(track, first + i, time_s, at, {to.x - tangent_m[i] * dx, to.y - tangent_m[i] * dy}, dx, dy, v0,
             to.altitude_m);
    add_arc(track, first + i + 1, time_s, at, dx, dy, arctangent2(std::fabs(turn), same), turn >= 0 ? 1.0 : -1.0,
            radius_m, v0, out.speed_mps, ahead[i + 1].altitude_m);
    at = {to.x + tangent_m[i] * out.dx, to.y + tangent_m[i] * out.dy};
  }
}

/// Appends the part of a track element in [begin_s, end_s], split where the climb changes.
void append_element(RoutePlan& plan, const TrackElement& element, const Profile& profile, double end_s) {
  double begin_s = element.shape.begin_s;
  end_s = std::min(end_s, element.shape.end_s);
  for (std::int32_t k = 0; k <= profile.count && begin_s < end_s; ++k) {
    const double until_s = k < profile.count ? std::min(profile.time_s[k], end_s) : end_s;
    if (until_s <= begin_s) continue;
    Segment s = element.shape;
    s.begin_s = begin_s;
    s.end_s = until_s;
    if (s.kind == SegmentKind::line)
      s.position_m =
          Vec3(element.shape.position_m) + (begin_s - element.shape.begin_s) * Vec3(element.shape.velocity_mps);
    s.position_m.z = profile.height_at(begin_s);
    s.velocity_mps.z = profile.rate_at(begin_s);
    plan.segment[plan.count++] = s;
    begin_s = until_s;
  }
}

void append_line_to(RoutePlan& plan, std::int32_t waypoint, double begin_s, Vec3 from_m, Vec3 to_m, double speed_mps) {
  const Vec3 way = to_m - from_m;
  const double length_m = length(way);
  Segment s{};
  s.kind = SegmentKind::line;
  s.waypoint = waypoint;
  s.begin_s = begin_s;
  s.end_s = begin_s + length_m / speed_mps;
  s.position_m = from_m;
  if (length_m > 0) s.velocity_mps = (speed_mps / length_m) * way;
  plan.segment[plan.count++] = s;
}

/// When the line of the dive is met: the first time on the last leg with height above the aim >= distance left x
/// tan(dive).
double dive_time_s(const Profile& profile, const Track& track, double aim_z_m, double tangent, double end_s) {
  const auto excess = [&](double t) {
    const double left_m = track.last_length_m - (t - track.last_begin_s) * track.last_speed_mps;
    return profile.height_at(t) - aim_z_m - left_m * tangent;
  };
  double begin_s = track.last_begin_s;
  if (excess(begin_s) >= 0) return begin_s;
  for (std::int32_t k = 0; k <= profile.count; ++k) {
    const double until_s = k < profile.count ? std::min(profile.time_s[k], end_s) : end_s;
    if (until_s <= begin_s) continue;
    const double rate = profile.rate_at(begin_s) + track.last_speed_mps * tangent;
    const double t = rate > 0 ? begin_s - excess(begin_s) / rate : kNever_s;
    if (t <= until_s) return t;
    begin_s = until_s;
  }
  return end_s;
}

/// The end of the way: the last leg up to the dive, the arc into it, the dive.
void append_dive(RoutePlan& plan, const Track& track, const Profile& profile, const RouteRules& rules, Vec3 aim_m) {
  const TrackElement& leg = track.element[track.count - 1];
  const double v = track.last_speed_mps, end_s = leg.shape.end_s;
  const double tangent = sine(rules.dive_rad) / std::max(cosine(rules.dive_rad), 1e-9);
  const double corner_s = dive_time_s(profile, track, aim_m.z, tangent, end_s);
  const double along_m = (corner_s - leg.shape.begin_s) * v;
  const Vec3 corner{leg.shape.position_m.x + along_m * leg.shape.dx, leg.shape.position_m.y + along_m * leg.shape.dy,
                    profile.height_at(corner_s)};

  // the arc: from the angle of the climb before the corner to that of the line from the corner to the aim
  const Vec3 way = aim_m - corner;
  const double left_m = std::max(track.last_length_m - along_m, 0.0), slant_m = length(way);
  const double climb = profile.rate_at(std::max(corner_s - 1e-6, leg.shape.begin_s));
  const double angle_in = arctangent2(climb, v), angle_out = arctangent2(corner.z - aim_m.z, left_m);
  const double change = angle_in + angle_out;
  const double half = sine(0.5 * change) / std::max(cosine(0.5 * change), 1e-9);
  double straight_s = leg.shape.begin_s;  // since when the way into the corner is straight
  for (std::int32_t k = 0; k < profile.count; ++k)
    if (profile.time_s[k] < corner_s) straight_s = std::max(straight_s, profile.time_s[k]);
  const double speed_in = std::sqrt(v * v + climb * climb);
  const double room_m = std::min((corner_s - straight_s) * speed_in, 0.9 * slant_m);
  double radius_m = rules.turn_rate_radps > 0 ? v / rules.turn_rate_radps : 0;
  if (radius_m * half > room_m) radius_m = half > 0 ? room_m / half : 0;

  if (radius_m < kLeastRadius_m || change < 1e-6) {
    append_element(plan, leg, profile, corner_s);
    plan.dives_s = corner_s;
    append_line_to(plan, leg.shape.waypoint, corner_s, corner, aim_m, v);
    return;
  }
  const double tangent_m = radius_m * half;
  const double arc_s = corner_s - tangent_m / speed_in;
  append_element(plan, leg, profile, arc_s);
  plan.dives_s = arc_s;
  Segment s{};
  s.kind = SegmentKind::pitch;
  s.waypoint = leg.shape.waypoint;
  s.begin_s = arc_s;
  s.end_s = arc_s + radius_m * change / v;
  s.position_m = Vec3{corner.x - tangent_m * cosine(angle_in) * leg.shape.dx,
                      corner.y - tangent_m * cosine(angle_in) * leg.shape.dy, corner.z - tangent_m * sine(angle_in)};
  s.dx = leg.shape.dx, s.dy = leg.shape.dy;
  s.radius_m = radius_m;
  s.angle_rad = angle_in;
  s.angle_rate_radps = -v / radius_m;
  plan.segment[plan.count++] = s;
  append_line_to(plan, s.waypoint, s.end_s, corner + (tangent_m / slant_m) * way, aim_m, v);
}

/// Altitudes commanded along the way, and before the dive, as the waypoints give them.
void command_altitudes(Profile& profile, const Track& track, const RouteRules& rules, const RouteStart& start,
                       Vec3 aim_m) {
  const TrackElement& leg = track.element[track.count - 1];
  profile.add(start.time_s, start.position_m.z, 0);
  for (std::int32_t i = 0; i < track.count; ++i) {
    const TrackElement& element = track.element[i];
    if (i == 0 || element.command_m != track.element[i - 1].command_m)
      profile.command(element.change_s, element.command_m, rules.climb_rate_mps);
  }
  if (rules.popup_altitude_m > leg.command_m && rules.climb_rate_mps > 0 && !start.is_diving) {
    const double tangent = sine(rules.dive_rad) / std::max(cosine(rules.dive_rad), 1e-9), v = track.last_speed_mps;
    const double room_m = rules.turn_rate_radps > 0 ? v / rules.turn_rate_radps * 0.5 * tangent : 0;
    const double dive_m = (rules.popup_altitude_m - aim_m.z) / std::max(tangent, 1e-9) + room_m;
    const double climb_s = (rules.popup_altitude_m - leg.command_m) / rules.climb_rate_mps;
    profile.command(std::max(leg.shape.end_s - dive_m / v - climb_s, track.last_begin_s), rules.popup_altitude_m,
                    rules.climb_rate_mps);
  }
}

/// The place on a segment without the weave.
State bare_state_on(const Segment& s, double time_s) {
  const double tau = time_s - s.begin_s;
  switch (s.kind) {
    case SegmentKind::line:
      return {Vec3(s.position_m) + tau * Vec3(s.velocity_mps), s.velocity_mps};
    case SegmentKind::turn: {
      const double t = time_s - s.turn_begin_s;
      const double angle = (s.speed_mps + 0.5 * s.speed_rate_mps2 * t) * t / s.radius_m;
      const double c = cosine(angle), n = s.side * sine(angle), v = s.speed_mps + s.speed_rate_mps2 * t;
      const double rx = s.ux * c - s.uy * n, ry = s.ux * n + s.uy * c;
      return {{s.centre_x + s.radius_m * rx, s.centre_y + s.radius_m * ry, s.position_m.z + s.velocity_mps.z * tau},
              {-s.side * v * ry, s.side * v * rx, s.velocity_mps.z}};
    }
    case SegmentKind::pitch:
      break;
  }
  const double angle = s.angle_rad + s.angle_rate_radps * tau, v = -s.angle_rate_radps * s.radius_m;
  const double c = cosine(angle), n = sine(angle);
  const double ahead_m = s.radius_m * (sine(s.angle_rad) - n), up_m = s.radius_m * (c - cosine(s.angle_rad));
  return {{s.position_m.x + ahead_m * s.dx, s.position_m.y + ahead_m * s.dy, s.position_m.z + up_m},
          {v * c * s.dx, v * c * s.dy, v * n}};
}

/// Since when a segment is beneath the ground; its end if it is not before. A line: exactly. An arc into the dive curves
/// downwards, so it lies above its chords: a part whose chord is above the ground is, and others are halved.
double meets_ground_s(const Segment& s, const Terrain& terrain, double begin_s, double end_s) {
  const Vec3 from = bare_state_on(s, begin_s).position_m, to = bare_state_on(s, end_s).position_m;
  const double share = share_above_ground(terrain, from, to);
  if (share >= 1) return end_s;
  const double angle = s.kind == SegmentKind::pitch ? s.angle_rate_radps * (end_s - begin_s) : 0;
  if (s.radius_m * angle * angle < 8 * kGroundSlack_m) return begin_s + share * (end_s - begin_s);  // its rise over the chord
  const double middle_s = 0.5 * (begin_s + end_s), met_s = meets_ground_s(s, terrain, begin_s, middle_s);
  return met_s < middle_s ? met_s : meets_ground_s(s, terrain, middle_s, end_s);
}

/// The dive, from segment `first` on, ends where the ground stands in its way.
void stop_at_ground(RoutePlan& plan, std::int32_t first, const Terrain& terrain) {
  for (std::int32_t k = first; k < plan.count; ++k) {
    Segment& s = plan.segment[k];
    const double met_s = meets_ground_s(s, terrain, s.begin_s, s.end_s);
    if (met_s >= s.end_s) continue;
    s.end_s = std::max(met_s, s.begin_s + kLeastStay_s);
    plan.count = k + 1;
  }
}

}  // namespace

void plan_route(RoutePlan& plan, const RouteRules& rules, const Environment& environment, const RouteStart& start,
                std::span<const Vec3> route, Vec3 aim_m, double only_at_s) {
  Track track;
  Profile profile;
  RouteStart from = start;
  if (start.is_diving) from.next_waypoint = std::int32_t(route.size()), from.course_x = from.course_y = 0;
  lay_track(track, rules, environment, from, route, aim_m);
  const TrackElement& leg = track.element[track.count - 1];

  const bool may_be_part = only_at_s > start.time_s && !(rules.weave_mps2 > 0);
  if (rules.terrain_step_m > 0 && environment.terrain != nullptr && !start.is_diving)
    hold_height(profile, track, rules, environment, start, route, aim_m, std::max(only_at_s, start.time_s),
                !may_be_part);
  else
    command_altitudes(profile, track, rules, start, aim_m);

  plan.count = 0, plan.is_part = false;
  plan.unflyable_leg = track.unflyable_leg, plan.is_flyable = track.unflyable_leg < 0;
  plan.last_dx = leg.shape.dx, plan.last_dy = leg.shape.dy;
  if (start.is_diving) {
    plan.dives_s = start.time_s;
    append_line_to(plan, std::int32_t(route.size()), start.time_s, start.position_m, aim_m, track.last_speed_mps);
  } else {
    for (std::int32_t i = 0; i + 1 < track.count && !plan.is_part; ++i) {
      if (may_be_part && track.element[i].shape.end_s <= only_at_s) continue;
      append_element(plan, track.element[i], profile, kNever_s);
      plan.is_part = may_be_part && plan.count > 0 && plan.segment[plan.count - 1].end_s > only_at_s;
    }
    if (plan.is_part) {
      plan.weave = {};
      return;
    }
    if (rules.is_reference)
      append_element(plan, leg, profile, kNever_s);
    else
      append_dive(plan, track, profile, rules, aim_m);
  }
  const double over_aim_s = plan.segment[plan.count - 1].end_s;
  if (environment.terrain != nullptr && !rules.is_reference) {
    std::int32_t first = plan.count - 1;
    while (first > 0 && plan.segment[first - 1].end_s > plan.dives_s) --first;
    stop_at_ground(plan, first, *environment.terrain);
  }
  plan.arrives_s = plan.segment[plan.count - 1].end_s;

  plan.weave = {};
  if (rules.weave_mps2 > 0 && rules.weave_range_m > 0) {
    const double begin_s = leg.shape.end_s - rules.weave_range_m / track.last_speed_mps;
    plan.weave = {rules.weave_mps2, rules.weave_period_s, rules.weave_phase_rad, std::max(begin_s, track.last_begin_s),
                  over_aim_s};
    if (start.is_diving) plan.weave.begin_s = start.time_s;
  }
}

double altitude_to_begin_m(const RouteRules& rules, const Environment& environment, const RouteStart& start,
                           std::span<const Vec3> route, Vec3 aim_m) {
  if (!(rules.terrain_step_m > 0) || environment.terrain == nullptr) return start.position_m.z;
  Track track;
  lay_track(track, rules, environment, start, route, aim_m);
  RouteStart ground = start;
  ground.position_m.z = -1e9;
  return std::max(start.position_m.z, least_start_altitude_m(track, rules, environment, ground, route, aim_m));
}

State state_on(const RoutePlan& plan, const Segment& segment, double time_s) {
  State state = bare_state_on(segment, time_s);
  const SidewaysOffset side = offset_at(plan.weave, time_s);
  state.position_m.x -= side.offset_m * plan.last_dy;
  state.position_m.y += side.offset_m * plan.last_dx;
  state.velocity_mps.x -= side.rate_mps * plan.last_dy;
  state.velocity_mps.y += side.rate_mps * plan.last_dx;
  return state;
}

void write_piece(Threats& t, std::size_t row, const RoutePlan& plan, double time_s) {
  std::int32_t i = 0;
  while (i + 1 < plan.count && plan.segment[i].end_s <= time_s) ++i;
  const Segment& s = plan.segment[i];
  const bool is_last_segment = i + 1 == plan.count && !plan.is_part;
  t.phase[row] = s.waypoint;

  // a segment is one piece, or equal ones short enough for arc and weave; a weave that begins inside splits it
  double begin_s = s.begin_s, end_s = s.end_s;
  const bool weaves = plan.weave.acceleration_mps2 > 0 && plan.weave.begin_s < end_s;
  if (weaves && plan.weave.begin_s > begin_s) {
    if (time_s < plan.weave.begin_s)
      end_s = plan.weave.begin_s;
    else
      begin_s = plan.weave.begin_s;
  }
  const bool is_woven = weaves && begin_s >= plan.weave.begin_s;
  const double duration_s = end_s - begin_s;
  double count = 1;
  if (s.kind == SegmentKind::turn) {
    const double mean_speed = s.speed_mps + s.speed_rate_mps2 * (0.5 * (begin_s + end_s) - s.turn_begin_s);
    count = std::ceil(mean_speed * duration_s / s.radius_m / kPieceAngle_rad);
  } else if (s.kind == SegmentKind::pitch) {
    count = std::ceil(-s.angle_rate_radps * duration_s / kPieceAngle_rad);
  }
  if (is_woven) count = std::max(count, std::ceil(duration_s / (plan.weave.period_s / 16)));
  if (count <= 1 && s.kind == SegmentKind::line && !is_woven) {
    const bool is_last = is_last_segment && end_s == s.end_s;
    write_line(t, row, begin_s, is_last ? kNever_s : end_s, bare_state_on(s, begin_s).position_m, s.velocity_mps);
    return;
  }

  count = std::max(count, 1.0);
  const double step_s = duration_s / count;
  double k = std::min(std::max(std::floor((time_s - begin_s) / step_s), 0.0), count - 1);
  while (k < count - 1 && begin_s + (k + 1) * step_s <= time_s) ++k;
  const double from_s = begin_s + k * step_s, to_s = k == count - 1 ? end_s : begin_s + (k + 1) * step_s;
  const bool is_last = is_last_segment && k == count - 1 && end_s == s.end_s;
  write_cubic(t, row, from_s, is_last ? kNever_s : to_s, to_s - from_s, state_on(plan, s, from_s),
              state_on(plan, s, to_s));
}

}  // namespace pavise
