// A point mass in flight: gravity, drag in the standard atmosphere, thrust; one step of the classical fourth-order
// Runge-Kutta method. Branch-free where a loop over columns needs it (flight_lanes.cpp), with branches where one flight
// is stepped alone; the same operations, hence the same bits. This is the only integrator of ballistic motion: the
// simulation's missiles (ballistic_drag.cpp) and `pavise verify` (point_mass_flight.hpp) both fly by it.
//
// Equations: conformance cases `trajectory`, model ballistic (tests/cases/trajectory/README.md).
#pragma once

#include <cmath>
#include <cstdint>

#include "kernel/core/elementary.hpp"
#include "kernel/core/flight_air.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {

/// Cd over Mach, piecewise linear, end values held outside; no rows: vacuum.
struct DragCurve {
  static constexpr std::int32_t kCapacity = 64;
  double area_m2 = 0;
  std::int32_t rows = 0;
  // Cd = cd + slope Mach from `mach` of the row on; below the first row cd of `below`. Rows behind the last have mach =
  // infinity, up to 24.
  double below = 0;
  double mach[kCapacity], cd[kCapacity], slope[kCapacity];
};
/// rows [Mach, Cd] one after another, `stride` doubles apart; Mach strictly ascending, at most DragCurve::kCapacity.
void set_drag_curve(DragCurve& curve, double area_m2, const double* mach_cd, std::int32_t rows, std::int32_t stride);

/// What pushes through one step besides gravity and air.
struct StepForces {
  double mass_kg = 1, flow_kgps = 0;  // at the step's begin; mass(t) = mass - flow t
  double thrust_N = 0;
  bool is_along_velocity = true;  // else along `direction`, a unit vector
  Vec3 direction = {};
};

/// Position and velocity; [east, north, up] on a flat earth, ECEF on the rotating one.
struct PointState {
  double x, y, z, vx, vy, vz;
};

/// A curve for lanes: its first 1, 8 or 24 rows (those behind the last are at infinite Mach), found by selects. Copied,
/// so that the compiler knows that nothing in the loop writes them.
template <std::int32_t kRows>
struct CurveRows {
  static constexpr bool kInLanes = true;
  double below, mach[kRows], cd[kRows], slope[kRows];

  __attribute__((always_inline)) explicit CurveRows(const DragCurve& curve) : below(curve.below) {
    for (std::int32_t i = 0; i < kRows; ++i) {
      mach[i] = curve.mach[i];
      cd[i] = curve.cd[i], slope[i] = curve.slope[i];
    }
  }
  __attribute__((always_inline)) double coefficient(double m) const {
    double at_zero = below, rise = 0;
#pragma GCC unroll 32
    for (std::int32_t i = 0; i < kRows; ++i) {
      const bool is_above = m >= mach[i];
      at_zero = is_above ? cd[i] : at_zero;
      rise = is_above ? slope[i] : rise;
    }
    return at_zero + rise * m;
  }
};
/// One flight alone: all rows, found by branches.
template <>
struct CurveRows<0> {
  static constexpr bool kInLanes = false;
  const DragCurve* curve;

  __attribute__((always_inline)) double coefficient(double mach) const {
    std::int32_t i = curve->rows - 1;
    while (i >= 0 && mach < curve->mach[i]) --i;
    return i < 0 ? curve->below : curve->cd[i] + curve->slope[i] * mach;
  }
};

/// Of drag: 1/2 rho |u| Cd(|u| / a) A / m, by which -u is multiplied; from the air at the place.
template <std::int32_t kRows>
PAVISE_ELEMENTARY double drag_rate(const CurveRows<kRows>& curve, double half_area_per_mass, double density_kg_m3,
                                   double per_sound_s_m, double ux, double uy, double uz) {
  const double speed = std::sqrt(ux * ux + uy * uy + uz * uz);
  return (half_area_per_mass * density_kg_m3) * (speed * curve.coefficient(speed * per_sound_s_m));
}

/// What acts over a flat earth: gravity along -up and a wind, both constant.
struct FlatWorld {
  double gravity_mps2, wind_x_mps, wind_y_mps, wind_z_mps;
};
/// Gravity and drag over a flat earth.
template <std::int32_t kRows>
PAVISE_ELEMENTARY void flat_acceleration(const CurveRows<kRows>& curve, const FlatWorld& world,
                                         double half_area_per_mass, double density_kg_m3, double per_sound_s_m,
                                         double vx, double vy, double vz, double& ax, double& ay, double& az) {
  const double ux = vx - world.wind_x_mps, uy = vy - world.wind_y_mps, uz = vz - world.wind_z_mps;
  const double k = drag_rate(curve, half_area_per_mass, density_kg_m3, per_sound_s_m, ux, uy, uz);
  ax = -k * ux, ay = -k * uy, az = -world.gravity_mps2 - k * uz;
}
/// Adds the thrust, along the velocity or along a unit vector.
PAVISE_ELEMENTARY void add_thrust(double push_mps2, bool is_along_velocity, double dx, double dy, double dz, double vx,
                                  double vy, double vz, double& ax, double& ay, double& az) {
  const double speed = std::sqrt(vx * vx + vy * vy + vz * vz);
  const double along = push_mps2 / (speed > 0 ? speed : 1.0);
  ax += is_along_velocity ? along * vx : push_mps2 * dx;
  ay += is_along_velocity ? along * vy : push_mps2 * dy;
  az += is_along_velocity ? along * vz : push_mps2 * dz;
}

/// One step of length_s: classical Runge-Kutta; the masses at begin, middle and end of the step.
template <class Acceleration>
PAVISE_ELEMENTARY void runge_kutta_step(const Acceleration& acceleration, double per_mass_begin, double per_mass_middle,
                                        double per_mass_end, double length_s, PointState& s) {
  const double half_s = 0.5 * length_s;
  double ax1, ay1, az1, ax2, ay2, az2, ax3, ay3, az3, ax4, ay4, az4;
  acceleration(per_mass_begin, s.x, s.y, s.z, s.vx, s.vy, s.vz, ax1, ay1, az1);
  const double vx2 = s.vx + half_s * ax1, vy2 = s.vy + half_s * ay1, vz2 = s.vz + half_s * az1;
  acceleration(per_mass_middle, s.x + half_s * s.vx, s.y + half_s * s.vy, s.z + half_s * s.vz, vx2, vy2, vz2, ax2, ay2,
               az2);
  const double vx3 = s.vx + half_s * ax2, vy3 = s.vy + half_s * ay2, vz3 = s.vz + half_s * az2;
  acceleration(per_mass_middle, s.x + half_s * vx2, s.y + half_s * vy2, s.z + half_s * vz2, vx3, vy3, vz3, ax3, ay3,
               az3);
  const double vx4 = s.vx + length_s * ax3, vy4 = s.vy + length_s * ay3, vz4 = s.vz + length_s * az3;
  acceleration(per_mass_end, s.x + length_s * vx3, s.y + length_s * vy3, s.z + length_s * vz3, vx4, vy4, vz4, ax4, ay4,
               az4);
  const double sixth_s = length_s * (1.0 / 6.0);
  s.x += sixth_s * (s.vx + 2 * (vx2 + vx3) + vx4);
  s.y += sixth_s * (s.vy + 2 * (vy2 + vy3) + vy4);
  s.z += sixth_s * (s.vz + 2 * (vz2 + vz3) + vz4);
  s.vx += sixth_s * (ax1 + 2 * (ax2 + ax3) + ax4);
  s.vy += sixth_s * (ay1 + 2 * (ay2 + ay3) + ay4);
  s.vz += sixth_s * (az1 + 2 * (az2 + az3) + az4);
}

}  // namespace pavise
