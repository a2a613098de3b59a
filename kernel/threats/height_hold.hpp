// Height over terrain along a ground track: the lowest altitude that nowhere moves faster than the climb rate and that
// is, on every stretch of the track, at or above the greatest ground under it plus the height that is kept.
//
// The track is cut into stretches of at most RouteRules::terrain_step_m. Stretch i, flown in [T_i, T_i+1], asks for
// c_i = greatest ground under it + height; the altitude is
//     z(t) = max over i of c_i - r * (time between t and stretch i), and z_0 - r (t - t_0) from a start at z_0,
// r the climb rate: a chain of lines with slopes -r, 0 and r that begins to climb before a hill. Only what bears on the
// stretch asked for is worked out, so a plan costs the same however long the route is.
#pragma once

#include <span>

#include "kernel/threats/route_track.hpp"

namespace pavise {

/// Fills the profile so that it is right on the stretch of at_s, and over the end of the last leg if `needs_end` or if
/// at_s is near it (where the dive may begin); elsewhere it is no higher than the ground can ask for. A start below
/// what is asked for there is left steeper than the climb rate, within kPullUp_s.
void hold_height(Profile& profile, const Track& track, const RouteRules& rules, const Environment& environment,
                 const RouteStart& start, std::span<const Vec3> route, Vec3 aim_m, double at_s, bool needs_end);

/// The altitude that the ground ahead asks for at the start of the track, which the climb rate can follow from there
/// on.
double least_start_altitude_m(const Track& track, const RouteRules& rules, const Environment& environment,
                              const RouteStart& start, std::span<const Vec3> route, Vec3 aim_m);

}  // namespace pavise
