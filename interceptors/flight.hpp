// What a round flies at, and a round that is flown in steps. No table, no truth type: a target's path is one cubic piece,
// copied from wherever it comes from (truth for a seeker, an order's straight course for a round that flies at nothing).
#pragma once

#include <limits>

#include "kernel/core/geometry.hpp"

namespace pavise {

/// One piece of a path: position = c0 + c1 tau + c2 tau^2 + c3 tau^3, tau = t - begin_s.
struct TargetPath {
  double begin_s = 0;
  Vec3 c0, c1, c2, c3;

  Vec3 position_at(double time_s) const {
    const double tau = time_s - begin_s;
    return c0 + tau * (c1 + tau * (c2 + tau * c3));
  }
  Vec3 velocity_at(double time_s) const {
    const double tau = time_s - begin_s;
    return c1 + tau * (2.0 * c2 + (3.0 * tau) * c3);
  }
  bool is_straight() const { return dot(c2, c2) == 0 && dot(c3, c3) == 0; }
};

enum class FlightEnd { flying, closest_approach, too_slow, time_limit };

/// A round that is flown in steps: its state at time_s, and how its flight ended.
struct FlyingRound {
  Vec3 position_m, velocity_mps;
  Vec3 lateral_mps2;         // state of the autopilot
  Vec3 axis;                 // of the launcher: the way it goes until it is steered
  Vec3 launched_from_m;
  double launch_s = 0, time_s = 0;
  bool is_steered = false;   // false: straight out of the launcher, not fast enough yet
  double largest_mps2 = 0;   // acceleration by guidance so far, at the begins of steps
  FlightEnd end = FlightEnd::flying;
  double end_s = std::numeric_limits<double>::infinity();
  Vec3 miss_m;               // target minus round at closest approach
  Vec3 closing_mps;          // velocity of the round relative to the target there
};

/// A round to be flown on, at its target's path as known now.
struct FlightTask {
  FlyingRound* round;
  TargetPath path;
};

}  // namespace pavise
