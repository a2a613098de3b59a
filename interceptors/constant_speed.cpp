// The ideal rung's round: straight at constant speed to where the target will be; it homes on the truth.
#include <cmath>

#include "interceptors/intercept.hpp"

namespace pavise {
namespace {

double time_of_flight_s(const Weapon& weapon, double slant_range_m, double) { return slant_range_m / weapon.ideal_speed_mps; }

double meet_s(const Weapon& weapon, Vec3 relative_m, Vec3 velocity_mps) {
  return time_to_meet_s(relative_m, velocity_mps, weapon.ideal_speed_mps);
}

/// A round may be led half as far again as its greatest range by a target that turns away.
double endurance_s(const Weapon& weapon) { return 1.5 * weapon.max_range_m / weapon.ideal_speed_mps; }

double shortfall_m(const Weapon& weapon, Vec3 relative_m, double flown_s) {
  return length(relative_m) - weapon.ideal_speed_mps * flown_s;
}

const Registration<FlyoutKind> registered{{
    .info = {.category = "flyout",
             .name = "constant_speed",
             .summary = "Straight at the weapon's ideal speed to the target; the ideal rung, and guns.",
             .source = "closed form, docs/models/engagement.md#constant-speed"},
    .time_of_flight_s = time_of_flight_s,
    .is_stepped = false,
    .time_to_meet_s = meet_s,
    .endurance_s = endurance_s,
    .shortfall_m = shortfall_m,
}};

}  // namespace
}  // namespace pavise
