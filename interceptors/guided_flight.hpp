// A guided round in flight as a point mass: boost, sustain, coast, drag, guidance. One step of the classical
// fourth-order Runge-Kutta method with the guidance evaluated at each stage; the relative position (target minus round)
// is the state, so that the closest approach keeps its digits. The only integrator of rounds: the simulation flies its
// rounds by it in lanes (guided_flight_lanes.hpp), single rounds and `pavise verify` one at a time; the same bits.
//
// Equations: docs/models/engagement.md#guided-flight.
#pragma once

#include <cmath>
#include <cstdint>

#include "interceptors/guidance.hpp"
#include "kernel/core/air_pieces.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/core/flight_air.hpp"

namespace pavise {

/// What all rounds of a weapon share; made once from its parameters. Numbers only: *_lanes.cpp reads it.
struct FlightModel {
  static constexpr int kDragRows = 24, kSegments = 50;

  GuidanceLaw law;
  double gravity_mps2 = 0;
  double half_area_m2 = 0;   // drag = rho v^2 Cd half_area
  double exhaust_mps = 0;    // thrust = flow exhaust
  // Cd = cd_at_rest + sum of hinge_slope (Mach - hinge_mach) where positive, Mach ascending; unused up to 24: slope 0
  int drag_rows = 0;         // 0: no air
  double cd_at_rest = 0, hinge_mach[kDragRows] = {}, hinge_slope[kDragRows] = {};
  // from begin_s after launch on: mass = line_kg - flow_kgps * age; the last segment never ends
  int segments = 1;
  double begin_s[kSegments] = {}, line_kg[kSegments] = {1}, flow_kgps[kSegments] = {};
  double burnout_s = 0;

  double step_s = 0.1;        // greatest step
  double step_share = 0.1;    // greatest step as a share of range / closing speed
  double finish_s = 1e-3;     // with less time to go than this the rest is a parabola
  double finish_m = 0;        // ... or with less range
  // a pass farther off than this does not end the flight while the motor burns, nor when the round is merely outrun: at
  // less than a quarter of its own speed relative to the target
  double pass_m = 100;
  double minimum_speed_mps = 0, time_limit_s = 1e300;
};

/// What a step of a round ended with.
enum class StepEvent : int {
  none = 0,
  stop = 1,    // at stop_s
  finish = 2,  // has not moved: what is left to closest approach is a parabola
  passed = 3,  // the step went over the closest approach
  slow = 4,    // below minimum speed after burnout
};

/// One round between two calls; the order of members is that of the columns.
struct GuidedRow {
  double rx, ry, rz;               // target minus round, m
  double vx, vy, vz;               // of the round, m/s
  double ax, ay, az;               // state of the autopilot, m/s^2
  double time_s;
  double largest2;                 // square of the largest acceleration that acted at a step's begin
  double stop_s;                   // the row steps to here and no further (frame's end, end of a burn)
  double burnout_s;                // absolute
  double line_kg, flow_kgps;       // mass = line - flow (time - path_begin)
  double path_begin_s;             // the target's path: a cubic piece
  double c0z, c1x, c1y, c1z, c2x, c2y, c2z, c3x, c3y, c3z;
  double event;                    // StepEvent
};

namespace guided_flight {

/// Drag coefficient at a Mach number: a sum of hinges (selects over a table would load it under masks, which GCC does not
/// vectorise). Alone it ends at the first hinge not reached: what is left out is zero.
template <int kRows, bool in_lanes>
PAVISE_ELEMENTARY double drag_coefficient_at(const FlightModel& m, double mach) {
  double cd = m.cd_at_rest;
  if (in_lanes) {
#pragma GCC unroll 32
    for (int i = 0; i < kRows; ++i) {
      const double over = mach - m.hinge_mach[i];
      cd += m.hinge_slope[i] * (over > 0 ? over : 0.0);
    }
  } else {
    for (int i = 0; i < m.drag_rows && mach > m.hinge_mach[i]; ++i) cd += m.hinge_slope[i] * (mach - m.hinge_mach[i]);
  }
  return cd;
}

/// How a flight is computed; the bits do not depend on the last one.
template <bool kPure, bool kAugmented, int kRows, bool kLanes>
struct Way {
  static constexpr bool kIsPure = kPure, kIsAugmented = kAugmented;
  static constexpr bool kHasAir = kRows > 0;  // without air: conformance cases
  static constexpr bool kIsInLanes = kLanes;  // by selects; else by branches
  static constexpr int kDragRows = kRows;
};

/// The target at an instant; its acceleration only where navigation is augmented.
struct TargetState {
  double z, vx, vy, vz, ax, ay, az;
};
template <bool kIsAugmented>
PAVISE_ELEMENTARY TargetState target_at(const GuidedRow& w, double tau) {
  TargetState t;
  const double tau3 = 3 * tau;
  t.vx = w.c1x + tau * (2 * w.c2x + tau3 * w.c3x);
  t.vy = w.c1y + tau * (2 * w.c2y + tau3 * w.c3y);
  t.vz = w.c1z + tau * (2 * w.c2z + tau3 * w.c3z);
  t.z = w.c0z + tau * (w.c1z + tau * (w.c2z + tau * w.c3z));
  t.ax = kIsAugmented ? 2 * w.c2x + 2 * tau3 * w.c3x : 0.0;
  t.ay = kIsAugmented ? 2 * w.c2y + 2 * tau3 * w.c3y : 0.0;
  t.az = kIsAugmented ? 2 * w.c2z + 2 * tau3 * w.c3z : 0.0;
  return t;
}

/// What a stage of the step starts from: relative position, velocity, state of the autopilot.
struct Flight {
  double rx, ry, rz, vx, vy, vz, ax, ay, az;
};
PAVISE_ELEMENTARY Flight flight_of(const GuidedRow& w) {
  return {w.rx, w.ry, w.rz, w.vx, w.vy, w.vz, w.ax, w.ay, w.az};
}
struct Rates {
  double rx, ry, rz, vx, vy, vz, ax, ay, az;
  double px, py, pz;  // what of the guidance acts
};
/// from + length_s rates
PAVISE_ELEMENTARY Flight along(const Flight& f, double length_s, const Rates& k) {
  return {f.rx + length_s * k.rx, f.ry + length_s * k.ry, f.rz + length_s * k.rz,
          f.vx + length_s * k.vx, f.vy + length_s * k.vy, f.vz + length_s * k.vz,
          f.ax + length_s * k.ax, f.ay + length_s * k.ay, f.az + length_s * k.az};
}

// The rates of a flight in three parts, each of which is a loop of its own in lanes.

PAVISE_ELEMENTARY double square(double x, double y, double z) { return x * x + y * y + z * z; }

/// Speed, and drag over the speed: 1/2 rho v Cd A.
template <class Way>
PAVISE_ELEMENTARY void drag_on(const FlightModel& m, const Flight& f, double density_kg_m3, double per_sound_s_m,
                               double& speed_mps, double& drag_kgps) {
  speed_mps = std::sqrt(square(f.vx, f.vy, f.vz) + kTiny);  // kTiny changes nothing but a zero
  drag_kgps = 0;
  if (Way::kHasAir)
    drag_kgps = m.half_area_m2 * density_kg_m3 * speed_mps *
                drag_coefficient_at<Way::kDragRows, Way::kIsInLanes>(m, speed_mps * per_sound_s_m);
}

/// What guidance asks for, across the velocity.
struct Command {
  double x, y, z, inverse_v2;
};
/// One division serves two quotients.
template <class Way>
PAVISE_ELEMENTARY Command command_of(const FlightModel& m, const TargetState& t, const Flight& f) {
  const double ux = t.vx - f.vx, uy = t.vy - f.vy, uz = t.vz - f.vz;
  const double r2 = square(f.rx, f.ry, f.rz) + kTiny, v2 = square(f.vx, f.vy, f.vz) + kTiny;
  const double inverse_rv = 1 / (r2 * v2);
  Command c;
  c.inverse_v2 = inverse_rv * r2;
  navigate<Way::kIsPure, Way::kIsAugmented>(m.law, f.rx, f.ry, f.rz, ux, uy, uz, f.vx, f.vy, f.vz, t.ax, t.ay, t.az, r2,
                                            inverse_rv * v2, c.x, c.y, c.z);
  turn_across<Way::kHasAir>(m.law, f.vx, f.vy, f.vz, c.inverse_v2, c.x, c.y, c.z);
  return c;
}

template <class Way>
PAVISE_ELEMENTARY Rates rates_of(const FlightModel& m, const TargetState& t, const Flight& f, const Command& c,
                                 double flow_kgps, double inverse_mass, double speed_mps, double drag_kgps) {
  Rates k;
  k.rx = t.vx - f.vx, k.ry = t.vy - f.vy, k.rz = t.vz - f.vz;
  actuate<Way::kHasAir>(m.law, c.x, c.y, c.z, f.vx, f.vy, f.vz, c.inverse_v2, f.ax, f.ay, f.az, k.px, k.py, k.pz, k.ax,
                        k.ay, k.az);
  double forward = m.exhaust_mps * flow_kgps * (speed_mps * c.inverse_v2);
  if (Way::kHasAir) forward -= drag_kgps;
  forward *= inverse_mass;
  k.vx = forward * f.vx + k.px;
  k.vy = forward * f.vy + k.py;
  k.vz = (forward * f.vz + k.pz) - m.gravity_mps2;
  return k;
}

/// Rates of a flight whose target is at t, in air of this density and speed of sound.
template <class Way>
PAVISE_ELEMENTARY Rates rates_at(const FlightModel& m, const TargetState& t, const Flight& f, double flow_kgps,
                                 double inverse_mass, double density_kg_m3, double per_sound_s_m) {
  double speed_mps, drag_kgps;
  drag_on<Way>(m, f, density_kg_m3, per_sound_s_m, speed_mps, drag_kgps);
  return rates_of<Way>(m, t, f, command_of<Way>(m, t, f), flow_kgps, inverse_mass, speed_mps, drag_kgps);
}

/// Range, its rate, and what is left: the step's length follows from them.
struct Approach {
  double r2, opening, u2;
  double counts;  // 1: a closest approach now would end the flight; 0 (GCC does not vectorise selects of booleans)
};
PAVISE_ELEMENTARY Approach approach_of(const FlightModel& m, const GuidedRow& w, const TargetState& t) {
  Approach a;
  const double ux = t.vx - w.vx, uy = t.vy - w.vy, uz = t.vz - w.vz;
  a.r2 = w.rx * w.rx + w.ry * w.ry + w.rz * w.rz;
  a.opening = w.rx * ux + w.ry * uy + w.rz * uz;
  const double u2 = ux * ux + uy * uy + uz * uz;
  a.u2 = u2 + kTiny;
  const double coasts = w.time_s > w.burnout_s ? 1.0 : 0.0;
  const double v2 = w.vx * w.vx + w.vy * w.vy + w.vz * w.vz;
  const double passes_by = u2 > 0.0625 * v2 ? coasts : 0.0;
  a.counts = a.r2 < m.pass_m * m.pass_m ? 1.0 : passes_by;
  return a;
}

/// Length of a row's step. Shrinks with range over relative speed, and so that it does not go over a closest approach
/// that counts; exactly to stop_s if that is near.
struct StepPlan {
  double length_s;
  double is_last, finishes;                             // 1 or 0: goes to stop_s; does not move, StepEvent::finish
  double opens_at_begin, counts_at_begin;               // 1 or 0
  double per_mass_begin, per_mass_middle, per_mass_end;  // 1 / mass
};
PAVISE_ELEMENTARY StepPlan plan_step(const FlightModel& m, const GuidedRow& w, double tau, const TargetState& t) {
  StepPlan plan;
  const Approach before = approach_of(m, w, t);
  const double inverse_u2 = 1 / before.u2;
  const double to_go_s = -before.opening * inverse_u2;
  const double ends_soon = before.opening < 0 ? before.counts : 0.0;
  const double is_close = before.r2 < m.finish_m * m.finish_m ? 1.0 : 0.0;
  plan.finishes = ends_soon * (to_go_s < m.finish_s ? 1.0 : is_close);
  const double scale_s = m.step_share * std::sqrt(before.r2 * inverse_u2);
  const double wanted1_s = scale_s < m.step_s ? scale_s : m.step_s;
  const double pass_s = ends_soon > 0 ? 0.75 * to_go_s : wanted1_s;
  const double wanted_s = pass_s < wanted1_s ? pass_s : wanted1_s;
  const double left_s = w.stop_s - w.time_s;
  const bool is_last = left_s <= wanted_s * 1.0001;
  const double h = is_last ? left_s : wanted_s, half = 0.5 * h;
  plan.length_s = h;
  plan.is_last = is_last ? 1.0 : 0.0;
  plan.opens_at_begin = before.opening < 0 ? 0.0 : 1.0;
  plan.counts_at_begin = before.counts;

  // one division
  const double m1 = w.line_kg - w.flow_kgps * tau, m2 = w.line_kg - w.flow_kgps * (tau + half),
               m4 = w.line_kg - w.flow_kgps * (tau + h);
  const double m24 = m2 * m4, inverse_m = 1 / (m1 * m24);
  plan.per_mass_begin = inverse_m * m24;
  plan.per_mass_middle = inverse_m * (m1 * m4), plan.per_mass_end = inverse_m * (m1 * m2);
  return plan;
}

PAVISE_ELEMENTARY double runge_kutta(double k1, double k2_and_k3, double k4) { return k1 + 2 * k2_and_k3 + k4; }

/// The row at the step's end: `sum`, the four stages' weighted sum, added; its time, and what has happened.
PAVISE_ELEMENTARY void end_step(const FlightModel& m, const StepPlan& plan, const Flight& sum, double acting2,
                                GuidedRow& w) {
  const double weight = (1 - plan.finishes) * (plan.length_s * (1.0 / 6));
  w.rx += weight * sum.rx, w.ry += weight * sum.ry, w.rz += weight * sum.rz;
  w.vx += weight * sum.vx, w.vy += weight * sum.vy, w.vz += weight * sum.vz;
  w.ax += weight * sum.ax, w.ay += weight * sum.ay, w.az += weight * sum.az;
  w.largest2 = acting2 > w.largest2 ? acting2 : w.largest2;
  const double after_s = plan.is_last != 0 ? w.stop_s : w.time_s + plan.length_s;
  const double coasts = w.time_s > w.burnout_s ? 1.0 : 0.0;
  const double least2 = coasts * (m.minimum_speed_mps * m.minimum_speed_mps);
  w.time_s = plan.finishes > 0 ? w.time_s : after_s;

  const Approach after = approach_of(m, w, target_at<false>(w, w.time_s - w.path_begin_s));
  const double speed2 = w.vx * w.vx + w.vy * w.vy + w.vz * w.vz;
  const double counts = plan.counts_at_begin > 0 ? 1.0 : after.counts;
  const double closed = plan.opens_at_begin > 0 ? 0.0 : counts;
  const double passes = after.opening >= 0 ? closed : 0.0;
  double event = plan.is_last;
  event = speed2 < least2 ? 4.0 : event;
  event = passes > 0 ? 3.0 : event;
  w.event = plan.finishes > 0 ? 2.0 : event;
}

/// One step of one row by itself; see GuidedRow.
template <class Way>
PAVISE_ELEMENTARY void step_guided(const FlightModel& m, const AirPieces& pieces, GuidedRow& w) {
  constexpr bool kIsAugmented = Way::kIsAugmented;
  const double tau = w.time_s - w.path_begin_s;
  const TargetState begin = target_at<kIsAugmented>(w, tau);
  const StepPlan plan = plan_step(m, w, tau, begin);
  const double h = plan.length_s, half = 0.5 * h;
  const TargetState middle = target_at<kIsAugmented>(w, tau + half), end = target_at<kIsAugmented>(w, tau + h);

  const Flight f1 = flight_of(w);
  AirOfStep air;
  if (Way::kHasAir) air = air_of_step(pieces, begin.z - f1.rz, f1.vz, h);
  const auto rates = [&](const TargetState& t, const Flight& f, double inverse_mass) __attribute__((always_inline)) {
    double density = 0, per_sound = 0;
    if (Way::kHasAir) {
      if (air.piece)
        air_in_piece(air, t.z - f.rz, density, per_sound);
      else
        flight_air_at<false>(t.z - f.rz, density, per_sound);
    }
    return rates_at<Way>(m, t, f, w.flow_kgps, inverse_mass, density, per_sound);
  };
  const Rates k1 = rates(begin, f1, plan.per_mass_begin);
  const Rates k2 = rates(middle, along(f1, half, k1), plan.per_mass_middle);
  const Rates k3 = rates(middle, along(f1, half, k2), plan.per_mass_middle);
  const Rates k4 = rates(end, along(f1, h, k3), plan.per_mass_end);
  const Flight sum{runge_kutta(k1.rx, k2.rx + k3.rx, k4.rx), runge_kutta(k1.ry, k2.ry + k3.ry, k4.ry),
                   runge_kutta(k1.rz, k2.rz + k3.rz, k4.rz), runge_kutta(k1.vx, k2.vx + k3.vx, k4.vx),
                   runge_kutta(k1.vy, k2.vy + k3.vy, k4.vy), runge_kutta(k1.vz, k2.vz + k3.vz, k4.vz),
                   runge_kutta(k1.ax, k2.ax + k3.ax, k4.ax), runge_kutta(k1.ay, k2.ay + k3.ay, k4.ay),
                   runge_kutta(k1.az, k2.az + k3.az, k4.az)};
  end_step(m, plan, sum, k1.px * k1.px + k1.py * k1.py + k1.pz * k1.pz, w);
}

}  // namespace guided_flight

/// One step of a round alone: guided_flight::step_guided by branches.
void step_guided_alone(const FlightModel& model, GuidedRow& row);

}  // namespace pavise
