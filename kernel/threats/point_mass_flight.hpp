// One flight of a point mass from start to end, with everything a reference asks for: phases, the instant it falls
// through a level, apex, burnout, states at given times. Steps of fixed length count from t = 0 and anew from each end
// of a phase, where the integrator splits exactly; what lies inside a step is solved for by shorter steps from its
// beginning, so that it does not shift the later ones.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/threats/point_mass.hpp"

namespace pavise {

enum class FlightWorld { flat, rotating_earth };

/// A burn (or a coast of known length: no thrust, no flow).
struct BurnPhase {
  double duration_s = 0, thrust_N = 0, flow_kgps = 0;
  bool is_along_velocity = true;  // of the thrust; else `direction`, a unit vector in the world's axes
  Vec3 direction = {};
  double drop_kg = 0;                     // lost at its end
  const DragCurve* drag_after = nullptr;  // from its end on; null: as before
};

struct PointMass {
  FlightWorld world = FlightWorld::flat;
  double gravity_mps2 = kStandardGravity_mps2;  // flat only
  Vec3 wind_mps = {};                           // flat only
  double mass_kg = 1;                           // at t = 0
  const DragCurve* drag = nullptr;              // null: vacuum
  std::vector<BurnPhase> phases = {};
};

/// When a flight ends: at a time, or where the height (flat: z; rotating earth: above the ellipsoid) falls through a
/// level. A start on the level going up is no fall; a start on it that does not rise ends at once.
struct FlightEnd {
  bool is_time = false;
  double value = 0;  // s or m
};

struct FlightPoint {
  double time_s = 0;
  Vec3 position_m, velocity_mps;  // the world's axes: [east, north, up] or ECEF
};

struct FlightReport {
  /// Why there is no report: "" if all is well; otherwise a sentence, and `phase` the one it is about, -1 the flight.
  std::string complaint = {};
  std::int32_t phase = -1;
  FlightPoint end;
  std::optional<FlightPoint> apex;     // the vertical speed first passes from + to -
  std::optional<FlightPoint> burnout;  // the end of the last phase
  double burnout_mass_kg = 0;          // before anything is dropped there
  std::vector<FlightPoint> samples;    // at the times asked for; those behind the end are missing
  double jacobi_m2ps2 = 0,
         jacobi_change_rel = 0;  // rotating earth: at the start; greatest |C(t) / C(0) - 1| over steps
};

/// Height and its rate: flat z, vz; rotating earth above the ellipsoid, along its normal.
struct VerticalMotion {
  double height_m, rate_mps;
};
VerticalMotion vertical_motion(FlightWorld world, const PointState& state);

/// One step from `state`, length_s long, not over the end of a phase. drag: null is vacuum.
void step_point_mass(const PointMass& body, const DragCurve* drag, const StepForces& forces, double length_s,
                     PointState& state);

/// Flies from (position, velocity) at t = 0. Sample times ascending.
FlightReport fly_point_mass(const PointMass& body, Vec3 position_m, Vec3 velocity_mps, double step_s, FlightEnd end,
                            std::span<const double> sample_times_s);

}  // namespace pavise
