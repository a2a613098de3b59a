// Guided rounds flown on to an instant: alone, or all rounds in flight of a weapon together in lanes; the same bits.
#pragma once

#include <span>

#include "interceptors/flight.hpp"
#include "interceptors/guided_flight.hpp"

namespace pavise {

/// A round starts from rest and goes straight, its weight carried, until it has this speed; then fins begin to steer.
inline constexpr double kSteeringSpeed_mps = 100;

/// Flies a round up to until_s or to its end: closest approach, too slow after burnout, time limit.
void fly_guided(const FlightModel& model, const TargetPath& path, double until_s, FlyingRound& round);
/// The same for many rounds; tasks may stand in any order.
void fly_guided(const FlightModel& model, std::span<const FlightTask> tasks, double until_s);

/// The round as the integrator's row, to fly at the path up to until_s, the next end of a burn or the time limit.
GuidedRow guided_row(const FlightModel& model, const TargetPath& path, double until_s, const FlyingRound& round);

/// What of the guidance acts on a round that is steered now, in ENU axes.
Vec3 acting_guidance_mps2(const FlightModel& model, const TargetPath& path, const FlyingRound& round);

/// Time, from now, at which |r + u t + w t^2 / 2| is least: Newton from the straight line's; for times so short that the
/// parabola's other extrema are far off.
double time_to_closest_s(Vec3 r, Vec3 u, Vec3 w);

/// Straight flight along a line, lift carrying the weight's part across it.
struct StraightFlight {
  double time_s = 0;  // after launch
  double distance_m = 0, speed_mps = 0;
};
/// One Runge-Kutta step of length_s, which must not reach over the end of a burn (straight_step_s). from_m: height of the
/// launcher. A round too heavy to leave stays.
void step_straight(const FlightModel& model, double from_m, double elevation_sine, double length_s, StraightFlight& flight);
/// Length of the next step: the model's, or to the end of a burn.
double straight_step_s(const FlightModel& model, const StraightFlight& flight);

}  // namespace pavise
