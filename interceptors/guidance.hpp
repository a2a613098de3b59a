// The guidance equations: from what a seeker sees to the acceleration that acts on the round. This is their only copy:
// the simulation's rounds (one by one and in lanes) and `pavise verify`, kind guidance, all steer by it.
//
// Equations and sources: docs/models/engagement.md#guidance; Zarchan, Tactical and Strategic Missile Guidance, ch. 2 and
// 8; Guelman, IEEE Trans. Aerospace and Electronic Systems 7 (1971) and 12 (1976). Branch-free, components one by one,
// so that a loop over rounds vectorises.
#pragma once

#include <cmath>

#include "kernel/core/elementary.hpp"

namespace pavise {

/// Added to a square that may be zero before it divides; changes no other.
inline constexpr double kTiny = 1e-60;

struct GuidanceLaw {
  double navigation_ratio = 4;   // N
  double is_pure = 0;            // 1: pure proportional navigation, across the velocity; 0: true, across the line of sight
  double augmentation = 0;       // share of N/2 of the target's acceleration across the line of sight that is fed forward
  double limit_mps2 = 1e100;     // of the command; before the lag
  double has_lag = 0;            // 1: the autopilot follows the command with a first-order lag; 0: at once
  double inverse_lag_per_s = 0;  // 1 / T
  double weight_mps2 = 0;        // carried by the command
  double acts_across = 1;        // 1: only what is at right angles to the velocity acts (fins, side thrusters); 0: all
};

/// Proportional navigation, a_c = N (omega x c) with omega = (r x u) / r^2 and c the velocity (pure) or V_c r / |r|
/// (true; no command while the range opens), as N ((r.c) u - (u.c) r) / r^2; augmented, plus N/2 of the target's
/// acceleration across r. r: target minus round, u: its rate; v: the round's velocity; t: the target's acceleration.
/// inverse_r2 = 1 / r^2.
template <bool kIsPure, bool kIsAugmented>
PAVISE_ELEMENTARY void navigate(const GuidanceLaw& law, double rx, double ry, double rz, double ux, double uy, double uz,
                                double vx, double vy, double vz, double tx, double ty, double tz, double r2,
                                double inverse_r2, double& x, double& y, double& z) {
  const double scale = law.navigation_ratio * inverse_r2;
  double along_u, along_r;
  if (kIsPure) {
    along_u = scale * (rx * vx + ry * vy + rz * vz);
    along_r = scale * (ux * vx + uy * vy + uz * vz);
  } else {
    const double opening = rx * ux + ry * uy + rz * uz;
    const double closing_share = scale * ((opening < 0 ? -opening : 0.0) * inverse_r2);
    along_u = closing_share * r2;
    along_r = closing_share * opening;
  }
  x = along_u * ux - along_r * rx, y = along_u * uy - along_r * ry, z = along_u * uz - along_r * rz;
  if (kIsAugmented) {
    const double half = 0.5 * law.navigation_ratio * law.augmentation;
    const double along = (rx * tx + ry * ty + rz * tz) * inverse_r2;
    x += half * (tx - along * rx), y += half * (ty - along * ry), z += half * (tz - along * rz);
  }
}

/// The command (x, y, z) as it asks for acceleration: the weight on top, then what of it is across the velocity.
/// kIsMissile: has_lag and acts_across are 1, as they are of every simulated round.
template <bool kIsMissile>
PAVISE_ELEMENTARY double share_across(const GuidanceLaw& law, double inverse_v2) {
  return kIsMissile ? inverse_v2 : law.acts_across * inverse_v2;
}
template <bool kIsMissile>
PAVISE_ELEMENTARY void turn_across(const GuidanceLaw& law, double vx, double vy, double vz, double inverse_v2,
                                   double& x, double& y, double& z) {
  z += law.weight_mps2;
  const double along = share_across<kIsMissile>(law, inverse_v2) * (x * vx + y * vy + z * vz);
  x -= along * vx, y -= along * vy, z -= along * vz;
}

/// That command on its way to the airframe: limited (direction kept), then the lag. ax ...: state of the autopilot;
/// px ...: acceleration that acts; jx ...: rate of the state.
template <bool kIsMissile>
PAVISE_ELEMENTARY void actuate(const GuidanceLaw& law, double x, double y, double z, double vx, double vy, double vz,
                               double inverse_v2, double ax, double ay, double az, double& px,
                               double& py, double& pz, double& jx, double& jy, double& jz) {
  const double size2 = (x * x + y * y + z * z) + kTiny;
  const double limit2 = law.limit_mps2 * law.limit_mps2, excess = limit2 / size2;
  const double scale = std::sqrt(excess < 1 ? excess : 1.0);
  x *= scale, y *= scale, z *= scale;

  const bool has_lag = kIsMissile || law.has_lag != 0;
  jx = law.inverse_lag_per_s * (x - ax), jy = law.inverse_lag_per_s * (y - ay), jz = law.inverse_lag_per_s * (z - az);
  const double hx = has_lag ? ax : x, hy = has_lag ? ay : y, hz = has_lag ? az : z;
  const double along_held = share_across<kIsMissile>(law, inverse_v2) * (hx * vx + hy * vy + hz * vz);
  px = hx - along_held * vx, py = hy - along_held * vy, pz = hz - along_held * vz;
}

}  // namespace pavise
