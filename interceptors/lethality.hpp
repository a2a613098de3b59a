// Whether a round that meets a living threat kills it.
#pragma once

#include "interceptors/engagement_state.hpp"

namespace pavise {

struct Encounter {
  double range_m = 0;      // slant, from the station
  Vec3 miss_m;             // target minus round at closest approach; zero for solved flights
  Vec3 closing_mps;        // round relative to target
};
struct Effectiveness {
  bool is_kill = false;
  double miss_m = 0;       // distance at which the warhead acted
};

/// fixed: sspk of the true class, inside the basket, for guns with its fall-off beyond effective range.
/// miss_distance: guidance miss plus miss_sd on two axes across the closing velocity, plus fuze delay times closing speed
/// along it; kills within the lethal radius. Draws are addressed by the threat and how many-th shot at it this is.
Effectiveness judge(const Scene& scene, std::int32_t lane, const Flight& flight, const Encounter& encounter);

/// Single-shot kill probability of the fixed rung at this range.
double kill_probability(const Weapon& weapon, std::int32_t identity, double range_m);

}  // namespace pavise
