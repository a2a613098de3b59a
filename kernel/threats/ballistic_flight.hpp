// The flight of ballistic missiles in their vertical planes: boost, coast, drag, separation. Many at once: each call
// takes a list of missiles of one class and flies them in lanes (flight_lanes.hpp), each by its own steps, so that a
// missile's flight does not depend on who shares the call. Numbers only, no tables.
#pragma once

#include <cstdint>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"
#include "kernel/threats/point_mass.hpp"

namespace pavise {

/// How many missiles one call takes at most.
inline constexpr std::int32_t kMostTogether = 64;

struct BallisticBody {
  double mass_kg = 0, mass_burnout_kg = 0, specific_impulse_s = 0;
  double mass_after_kg = 0;                 // of the body that flies on after cut-off; 0: nothing separates
  double cosine_pitch = 0, sine_pitch = 0;  // of the thrust while the launch pitch is held
  double pitch_hold_s = 0;                  // from then on the thrust is along the velocity: a gravity turn
  const Table* phases = nullptr;            // rows [start_s, end_s, share of propellant]
  DragCurve curve, curve_after;             // up to cut-off; after it
};
/// From rows [Mach, Cd], Mach ascending, linear between, end values held outside.
void set_drag(DragCurve& curve, double diameter_m, const Table& drag_by_mach);

/// How the launch is aimed: below 1 the boost is cut off at this share of its length; above 1 it burns to the end with
/// its thrust multiplied by it (a range beyond what the missile's numbers reach).
struct BoostSetting {
  double share = 1;
};

/// r along the ground from the launcher, h above the ground.
struct FlightState {
  double time_s = 0, r_m = 0, h_m = 0, vr_mps = 0, vh_mps = 0;
};

/// How finely a flight is integrated. A step of the flight is a piece of the path: air_s below 60 km, eight times that
/// higher up. While it burns the integrator takes several steps to a piece, of at most boost_s: an error of the
/// velocity at burnout grows for the rest of the flight.
struct FlightSteps {
  double air_s, boost_s;
};

/// Length of the next piece, shortened so that a phase of the boost ends with a piece and that a descent meets the air
/// with one.
double piece_length_s(const BallisticBody& body, const BoostSetting& setting, const FlightState& state,
                      const FlightSteps& steps);

/// The next piece of each: thrust Isp g0 mdot along the launch pitch, later along the velocity; drag 1/2 rho v^2
/// Cd(Mach) A against the velocity; gravity constant. None may reach over the end of a phase. from and to may be the
/// same.
void fly_pieces(const BallisticBody& body, const BoostSetting* setting, const FlightSteps& steps,
                const FlightState* from, const double* length_s, FlightState* to, std::int32_t count);

/// The state `time_s` (absolute) between two ends of a step, by the cubic through both.
FlightState between(const FlightState& from, const FlightState& to, double time_s);

struct Landing {
  double time_s = 0, r_m = 0;
  double falls_through_s = 0;  // when it falls through `watched_h_m` (end of that step)
};
/// Flies each from rest at height h0 until it falls through height h1.
void fly_to_ground(const BallisticBody& body, const BoostSetting* setting, const double* h0_m, const double* h1_m,
                   std::int32_t count, const FlightSteps& steps, double watched_h_m, Landing* landing);

}  // namespace pavise
