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

/// flight_air_at, choosing among the first kLayers layers only (3: up to 32 km of geopotential altitude); 0: by branches.
/// The same bits wherever those layers hold.
template <int kLayers>
PAVISE_ELEMENTARY void air_in_layers(double altitude_m, double& density_kg_m3, double& per_sound_s_m) {
  namespace air = flight_air;
  if (kLayers != 3) return flight_air_at<(kLayers > 0)>(altitude_m, density_kg_m3, per_sound_s_m);
  const double height_m = air::geopotential_of(altitude_m);
  air::Layer b = air::kLayer[0];
#pragma GCC unroll 8
  for (int i = 1; i < kLayers; ++i) {
    const bool is_above = height_m >= air::kLayer[i].base_m;
    b.f0 = is_above ? air::kLayer[i].f0 : b.f0;
    b.f1_m = is_above ? air::kLayer[i].f1_m : b.f1_m;
    b.c = is_above ? air::kLayer[i].c : b.c;
    b.a = is_above ? air::kLayer[i].a : b.a;
    b.b_m = is_above ? air::kLayer[i].b_m : b.b_m;
  }
  const double logarithm = air::logarithm_near_one(b.f0 + b.f1_m * height_m);
  density_kg_m3 = air::exponential_of_modest((b.c + b.a * logarithm) + b.b_m * height_m);
  per_sound_s_m = air::kPerSound_s_m * air::exponential_near_zero(-0.5 * logarithm);
}

/// How a flight is computed; the bits do not depend on the last two.
template <bool kPure, bool kAugmented, int kRows, int kLayers>
struct Way {
  static constexpr bool kIsPure = kPure, kIsAugmented = kAugmented;
  static constexpr bool kHasAir = kRows > 0;       // without air: conformance cases
  static constexpr bool kIsInLanes = kLayers > 0;  // by selects; else by branches
  static constexpr int kDragRows = kRows, kAirLayers = kLayers;
};

struct Rates {
  double rx, ry, rz, vx, vy, vz, ax, ay, az;
  double px, py, pz;  // what of the guidance acts
};

/// Rates of the state at tau after the path's begin. One division serves two quotients.
template <class Way>
PAVISE_ELEMENTARY Rates rates_at(const FlightModel& m, const GuidedRow& w, double tau, double inverse_mass, double rx,
                                 double ry, double rz, double vx, double vy, double vz, double ax, double ay,
                                 double az) {
  Rates k;
  const double tau3 = 3 * tau;
  k.rx = (w.c1x + tau * (2 * w.c2x + tau3 * w.c3x)) - vx;
  k.ry = (w.c1y + tau * (2 * w.c2y + tau3 * w.c3y)) - vy;
  k.rz = (w.c1z + tau * (2 * w.c2z + tau3 * w.c3z)) - vz;
  const double tx = Way::kIsAugmented ? 2 * w.c2x + 2 * tau3 * w.c3x : 0.0;
  const double ty = Way::kIsAugmented ? 2 * w.c2y + 2 * tau3 * w.c3y : 0.0;
  const double tz = Way::kIsAugmented ? 2 * w.c2z + 2 * tau3 * w.c3z : 0.0;

  // kTiny changes nothing but a zero
  const double r2 = (rx * rx + ry * ry + rz * rz) + kTiny, v2 = (vx * vx + vy * vy + vz * vz) + kTiny;
  const double inverse_rv = 1 / (r2 * v2);
  const double inverse_r2 = inverse_rv * v2, inverse_v2 = inverse_rv * r2;

  double x, y, z;
  navigate<Way::kIsPure, Way::kIsAugmented>(m.law, rx, ry, rz, k.rx, k.ry, k.rz, vx, vy, vz, tx, ty, tz, r2, inverse_r2,
                                            x, y, z);
  actuate<Way::kHasAir>(m.law, x, y, z, vx, vy, vz, inverse_v2, ax, ay, az, k.px, k.py, k.pz, k.ax, k.ay, k.az);

  const double speed = std::sqrt(v2);
  double forward = m.exhaust_mps * w.flow_kgps * (speed * inverse_v2);
  if (Way::kHasAir) {
    const double altitude_m = (w.c0z + tau * (w.c1z + tau * (w.c2z + tau * w.c3z))) - rz;
    double density, per_sound;
    air_in_layers<Way::kAirLayers>(altitude_m, density, per_sound);
    const double cd = drag_coefficient_at<Way::kDragRows, Way::kIsInLanes>(m, speed * per_sound);
    forward -= m.half_area_m2 * density * speed * cd;
  }
  forward *= inverse_mass;
  k.vx = forward * vx + k.px;
  k.vy = forward * vy + k.py;
  k.vz = (forward * vz + k.pz) - m.gravity_mps2;
  return k;
}

/// Range, its rate, and what is left: the step's length follows from them.
struct Approach {
  double r2, opening, u2;
  double counts;  // 1: a closest approach now would end the flight; 0 (GCC does not vectorise selects of booleans)
};
PAVISE_ELEMENTARY Approach approach_of(const FlightModel& m, const GuidedRow& w, double tau) {
  Approach a;
  const double tau3 = 3 * tau;
  const double ux = (w.c1x + tau * (2 * w.c2x + tau3 * w.c3x)) - w.vx;
  const double uy = (w.c1y + tau * (2 * w.c2y + tau3 * w.c3y)) - w.vy;
  const double uz = (w.c1z + tau * (2 * w.c2z + tau3 * w.c3z)) - w.vz;
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

/// One step of a row; see GuidedRow. Shrinks with range over relative speed, and so that it does not go over a closest
/// approach that counts; exactly to stop_s if that is near.
template <class Way>
PAVISE_ELEMENTARY void step_guided(const FlightModel& m, GuidedRow& w) {
  const double tau = w.time_s - w.path_begin_s;
  const Approach before = approach_of(m, w, tau);
  const double inverse_u2 = 1 / before.u2;
  const double to_go_s = -before.opening * inverse_u2;
  const double ends_soon = before.opening < 0 ? before.counts : 0.0;
  const double is_close = before.r2 < m.finish_m * m.finish_m ? 1.0 : 0.0;
  const double finishes = ends_soon * (to_go_s < m.finish_s ? 1.0 : is_close);
  const double scale_s = m.step_share * std::sqrt(before.r2 * inverse_u2);
  const double wanted1_s = scale_s < m.step_s ? scale_s : m.step_s;
  const double pass_s = ends_soon > 0 ? 0.75 * to_go_s : wanted1_s;
  const double wanted_s = pass_s < wanted1_s ? pass_s : wanted1_s;
  const double left_s = w.stop_s - w.time_s;
  const bool is_last = left_s <= wanted_s * 1.0001;
  const double h = is_last ? left_s : wanted_s, half = 0.5 * h;

  // the masses at begin, middle and end: one division
  const double m1 = w.line_kg - w.flow_kgps * tau, m2 = w.line_kg - w.flow_kgps * (tau + half),
               m4 = w.line_kg - w.flow_kgps * (tau + h);
  const double m24 = m2 * m4, inverse_m = 1 / (m1 * m24);
  const double i1 = inverse_m * m24, i2 = inverse_m * (m1 * m4), i4 = inverse_m * (m1 * m2);

  const auto rates = [&](double at, double inverse_mass, double rx, double ry, double rz, double vx, double vy, double vz,
                         double ax, double ay, double az) __attribute__((always_inline)) {
    return rates_at<Way>(m, w, at, inverse_mass, rx, ry, rz, vx, vy, vz, ax, ay, az);
  };
  const Rates k1 = rates(tau, i1, w.rx, w.ry, w.rz, w.vx, w.vy, w.vz, w.ax, w.ay, w.az);
  const Rates k2 = rates(tau + half, i2, w.rx + half * k1.rx, w.ry + half * k1.ry, w.rz + half * k1.rz,
                         w.vx + half * k1.vx, w.vy + half * k1.vy, w.vz + half * k1.vz, w.ax + half * k1.ax,
                         w.ay + half * k1.ay, w.az + half * k1.az);
  const Rates k3 = rates(tau + half, i2, w.rx + half * k2.rx, w.ry + half * k2.ry, w.rz + half * k2.rz,
                         w.vx + half * k2.vx, w.vy + half * k2.vy, w.vz + half * k2.vz, w.ax + half * k2.ax,
                         w.ay + half * k2.ay, w.az + half * k2.az);
  const Rates k4 = rates(tau + h, i4, w.rx + h * k3.rx, w.ry + h * k3.ry, w.rz + h * k3.rz, w.vx + h * k3.vx,
                         w.vy + h * k3.vy, w.vz + h * k3.vz, w.ax + h * k3.ax, w.ay + h * k3.ay, w.az + h * k3.az);

  const double sixth = h * (1.0 / 6), weight = (1 - finishes) * sixth;
  w.rx += weight * (k1.rx + 2 * (k2.rx + k3.rx) + k4.rx);
  w.ry += weight * (k1.ry + 2 * (k2.ry + k3.ry) + k4.ry);
  w.rz += weight * (k1.rz + 2 * (k2.rz + k3.rz) + k4.rz);
  w.vx += weight * (k1.vx + 2 * (k2.vx + k3.vx) + k4.vx);
  w.vy += weight * (k1.vy + 2 * (k2.vy + k3.vy) + k4.vy);
  w.vz += weight * (k1.vz + 2 * (k2.vz + k3.vz) + k4.vz);
  w.ax += weight * (k1.ax + 2 * (k2.ax + k3.ax) + k4.ax);
  w.ay += weight * (k1.ay + 2 * (k2.ay + k3.ay) + k4.ay);
  w.az += weight * (k1.az + 2 * (k2.az + k3.az) + k4.az);
  const double acting2 = k1.px * k1.px + k1.py * k1.py + k1.pz * k1.pz;
  w.largest2 = acting2 > w.largest2 ? acting2 : w.largest2;
  const double after_s = is_last ? w.stop_s : w.time_s + h;
  const double coasts = w.time_s > w.burnout_s ? 1.0 : 0.0;
  const double least2 = coasts * (m.minimum_speed_mps * m.minimum_speed_mps);
  w.time_s = finishes > 0 ? w.time_s : after_s;

  const Approach after = approach_of(m, w, w.time_s - w.path_begin_s);
  const double speed2 = w.vx * w.vx + w.vy * w.vy + w.vz * w.vz;
  const double counts = before.counts > 0 ? 1.0 : after.counts;
  const double closed = before.opening < 0 ? counts : 0.0;
  const double passes = after.opening >= 0 ? closed : 0.0;
  double event = is_last ? 1.0 : 0.0;
  event = speed2 < least2 ? 4.0 : event;
  event = passes > 0 ? 3.0 : event;
  w.event = finishes > 0 ? 2.0 : event;
}

}  // namespace guided_flight

/// One step of a round alone: guided_flight::step_guided by branches.
void step_guided_alone(const FlightModel& model, GuidedRow& row);

}  // namespace pavise
