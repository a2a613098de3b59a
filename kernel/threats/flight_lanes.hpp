// Many point masses over a flat earth, each one step of its own length: step_point_mass over columns, the same bits in
// every variant. Rows share the drag curve, gravity and wind (a class of missiles, a body of it); state, mass and
// length of the step are each row's own, so a row's flight does not depend on who shares the call.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"
#include "kernel/threats/point_mass.hpp"

namespace pavise {

/// Pointers to columns; the state is advanced in place.
struct FlightColumns {
  double *x_m, *y_m, *z_m, *vx_mps, *vy_mps, *vz_mps;
  const double* step_s;
  const double* mass_kg;  // at the step's begin
  // thrust: only fly_burning_step reads these
  const double *flow_kgps, *thrust_N;
  const double *dx, *dy, *dz;       // unit vector of the thrust
  const double* is_along_velocity;  // 1: along the velocity instead; 0
};

/// What the rows share.
struct FlightShared {
  const DragCurve* curve;  // at most 24 rows
  FlatWorld world;
};

}  // namespace pavise

/// One step of every row, no thrust.
PAVISE_DECLARE_VARIANTS(void fly_coasting_step(const FlightShared& shared, const FlightColumns& columns,
                                               std::int32_t rows))
/// One step of every row; thrust and flow may be 0.
PAVISE_DECLARE_VARIANTS(void fly_burning_step(const FlightShared& shared, const FlightColumns& columns,
                                              std::int32_t rows))
