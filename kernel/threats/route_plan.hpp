// The whole way of something that flies a route: legs, turns, climbs, dive. A plan follows from the row's start, route
// and aim alone and is cheap (under a microsecond), so it is not kept: a row remembers where its plan begins, and the
// plan is made anew whenever a piece ends.
//
// Ground track: straight legs; an inner waypoint is cut by an arc tangent to both legs (fly-by), radius = ground
// speed / turn rate. Altitude: moves at exactly the climb rate towards that of the waypoint flown to, which changes in
// the middle of the arc (shared/cases/trajectory, model waypoints). On the last leg: pop-up if asked for, then a dive
// onto the aim, begun by an arc in the vertical plane of the same radius.
#pragma once

#include <cstdint>
#include <span>

#include "kernel/threats/threats.hpp"
#include "kernel/threats/weave.hpp"

namespace pavise {

struct RouteRules {
  double speed_mps = 0, turn_rate_radps = 0, climb_rate_mps = 0, dive_rad = 0;
  double cruise_altitude_m = 0;  // held where no waypoint gives an altitude
  double popup_altitude_m = 0;   // climbed to before the dive if above the cruise altitude
  /// Above 0, where there is terrain: heights are kept above the ground under stretches of this length
  /// (height_hold.hpp), cruise_height_m where no waypoint gives one, that of a waypoint above the ground there on the
  /// way to it.
  double terrain_step_m = 0, cruise_height_m = 0;
  bool holds_airspeed = false;  // ground speed follows from the wind (crabbing); else speed is over ground
  Vec3 offset_m = {};           // of the whole route (wind that is not corrected)
  double weave_mps2 = 0, weave_period_s = 1, weave_phase_rad = 0, weave_range_m = 0;
  /// The route is a reference's: no dive; it ends over the aim, flying towards the aim's altitude, and all altitudes
  /// are as given (else one that is 0 or below says nothing). Arcs have their radius however small, and winds are met
  /// as they come. What does not fit is flown as ever, and the plan says so (RoutePlan::is_flyable).
  bool is_reference = false;
};

/// Where a plan begins.
struct RouteStart {
  Vec3 position_m;
  double time_s = 0;
  double course_x = 0, course_y = 0;  // unit vector it flies along; 0, 0: it already points at its first point
  std::int32_t next_waypoint = 0;
  bool is_diving = false;  // straight to the aim, whatever the altitude
};

/// A Vec3 without a constructor, so that taking room for a plan writes nothing (it would cost as much as the plan).
struct PlainVec3 {
  double x, y, z;
  operator Vec3() const { return {x, y, z}; }
  PlainVec3& operator=(Vec3 v) { return x = v.x, y = v.y, z = v.z, *this; }
};

enum class SegmentKind : std::int32_t { line, turn, pitch };

struct Segment {
  SegmentKind kind;
  std::int32_t waypoint;  // the point flown to, as an index into the route; its size: the aim
  double begin_s, end_s;
  PlainVec3 position_m;    // at begin_s
  PlainVec3 velocity_mps;  // line: constant; turn: only z counts
  // turn: around centre, counter-clockwise if side > 0; the ground speed goes linearly from one to the other leg's
  double centre_x, centre_y, radius_m, side, ux, uy;  // (ux, uy): unit vector from the centre at turn_begin_s
  double turn_begin_s, speed_mps, speed_rate_mps2;
  // pitch: in the vertical plane along (dx, dy); flight-path angle falls at a constant rate
  double dx, dy, angle_rad, angle_rate_radps;
};

struct RoutePlan {
  // what waypoints ask for, and what the ground asks for over the last leg (three lines to each of its stretches)
  static constexpr std::int32_t kCapacity = 6 * (kMostRoutePoints + 4) + 3 * 140;
  std::int32_t count = 0;
  Segment segment[kCapacity];
  double arrives_s = 0;
  double dives_s = 0;               // the dive, or the arc into it, begins
  double last_dx = 0, last_dy = 0;  // course of the last leg
  Weave weave;
  bool is_part = false;  // only up to the segment that was asked for; arrives_s and dives_s say nothing
  /// Every leg has room for the arcs at its ends, no turn is a reversal with a bounded rate of turn, and there is
  /// ground speed on every leg.
  bool is_flyable = true;
  std::int32_t unflyable_leg = -1;  // the first that is not; -1
};

/// Plans from `start` along route[start.next_waypoint ...] to `aim_m`. A plan that holds its height over terrain is
/// right at the time asked for (only_at_s; else the start), in its dive and in arrives_s, and nowhere else. With
/// only_at_s a plan without weave may hold no more than the segment of that time and some around it (is_part): what
/// write_piece at that time needs, at half the cost.
void plan_route(RoutePlan& plan, const RouteRules& rules, const Environment& environment, const RouteStart& start,
                std::span<const Vec3> route, Vec3 aim_m, double only_at_s = -kNever_s);

/// The altitude of start.position_m, or more if the ground ahead asks for more than can be climbed from there.
double altitude_to_begin_m(const RouteRules& rules, const Environment& environment, const RouteStart& start,
                           std::span<const Vec3> route, Vec3 aim_m);

/// Where a plan is at time_s, weave included, by the segment that holds the time.
State state_on(const RoutePlan& plan, const Segment& segment, double time_s);

/// Writes the piece of the plan that covers time_s (the first that ends after it; the last ends never).
void write_piece(Threats& threats, std::size_t row, const RoutePlan& plan, double time_s);

/// Ground speed along the unit vector (dx, dy) at airspeed `speed_mps` in the wind: w d + sqrt(V^2 - w_across^2), the
/// track being kept by crabbing. At least a fifth of the airspeed: a wind that cannot be flown against is not modelled.
double ground_speed_mps(double speed_mps, Vec3 wind_mps, double dx, double dy);

/// The same without that bound: 0 or less where the leg cannot be flown.
double ground_speed_unbounded_mps(double speed_mps, Vec3 wind_mps, double dx, double dy);

}  // namespace pavise
