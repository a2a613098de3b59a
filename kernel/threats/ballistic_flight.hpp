// The flight of a ballistic missile in its vertical plane: boost, coast, drag. Numbers only, no tables.
#pragma once

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

struct BallisticBody {
  double mass_kg = 0, mass_burnout_kg = 0, specific_impulse_s = 0;
  double area_m2 = 0;
  double cosine_pitch = 0, sine_pitch = 0;  // of the thrust while the launch pitch is held
  double pitch_hold_s = 0;                  // from then on the thrust is along the velocity: a gravity turn
  const Table* phases = nullptr;            // rows [start_s, end_s, share of propellant]
  int drag_rows = 0;                        // set_drag: Cd = drag_cd + (Mach - drag_mach) drag_slope, ends held
  double drag_mach[24] = {}, drag_cd[24] = {}, drag_slope[24] = {};
};
/// From rows [Mach, Cd], Mach ascending, linear between, end values held outside.
void set_drag(BallisticBody& body, const Table& drag_by_mach);

/// How the launch is aimed: below 1 the boost is cut off at this share of its length; above 1 it burns to the end with
/// its thrust multiplied by it (a range beyond what the missile's numbers reach).
struct BoostSetting {
  double share = 1;
};

/// r along the ground from the launcher, h above the ground.
struct FlightState {
  double time_s = 0, r_m = 0, h_m = 0, vr_mps = 0, vh_mps = 0;
};

/// Length of the integrator's next step: base_s in the air (below 30 km), eight times that above, shortened so that a
/// phase of the boost ends with a step and that a descent meets the air with a step's end.
double step_length_s(const BallisticBody& body, const BoostSetting& setting, const FlightState& state, double base_s);

/// One step of fourth-order Runge-Kutta: thrust Isp g0 mdot along the launch pitch, later along the velocity; drag
/// 1/2 rho v^2 Cd(Mach) A against the velocity; gravity constant. The step must not reach over the end of a phase.
FlightState fly_step(const BallisticBody& body, const BoostSetting& setting, const FlightState& state, double length_s);

/// The state `time_s` (absolute) between two ends of a step, by the cubic through both.
FlightState between(const FlightState& from, const FlightState& to, double time_s);

struct Landing {
  double time_s = 0, r_m = 0;
  double falls_through_s = 0;  // when it falls through `watched_h_m` (end of that step)
};
/// Flies from rest at height h0 until it falls through height h1.
Landing fly_to_ground(const BallisticBody& body, const BoostSetting& setting, double h0_m, double h1_m, double base_s,
                      double watched_h_m);

/// The setting with which it lands range_m away; a secant iteration with coarse steps of a fixed greatest number.
BoostSetting aim_boost(const BallisticBody& body, double h0_m, double h1_m, double range_m);

}  // namespace pavise
