#include "kernel/core/flight_air.hpp"

#include <gtest/gtest.h>

#include "kernel/core/environment.hpp"
#include "kernel/core/standard_atmosphere.hpp"

namespace pavise {
namespace {

struct Range {
  double from_m, to_m, step_m, density, sound;
};

// What the header states. Measured: the interpolations' own errors, with the logarithm's times up to 35 in the layer
// from 20 km and 16 in that from 71 km.
TEST(FlightAir, IsTheStandardAtmosphereWithinItsBounds) {
  for (const Range& range : {Range{-5e3, -2e3, 3.7, 1e-6, 1e-7}, Range{-2e3, 0, 3.7, 1e-9, 1e-9},
                             Range{0, 120e3, 3.7, 3e-12, 6e-12}, Range{120e3, 200e3, 41, 1e-9, 6e-12}}) {
    double worst_density = 0, worst_sound = 0;
    for (double altitude_m = range.from_m; altitude_m < range.to_m; altitude_m += range.step_m) {
      double density, per_sound;
      flight_air_at<true>(altitude_m, density, per_sound);
      const Air air = air_at(altitude_m);
      worst_density = std::max(worst_density, std::fabs(density / air.density_kg_m3 - 1));
      worst_sound = std::max(worst_sound, std::fabs(per_sound * air.speed_of_sound_mps - 1));
    }
    EXPECT_LT(worst_density, range.density) << range.from_m;
    EXPECT_LT(worst_sound, range.sound) << range.from_m;
  }
}

TEST(FlightAir, IsFiniteFarOutsideTheAir) {
  for (double altitude_m : {-100e3, -30e3, 500e3, 1000e3, 5000e3}) {
    double density, per_sound;
    flight_air_at<true>(altitude_m, density, per_sound);
    EXPECT_TRUE(std::isfinite(density) && density >= 0) << altitude_m;
    EXPECT_TRUE(std::isfinite(per_sound)) << altitude_m;
  }
}

TEST(FlightAir, HasTheSameBitsBySelectsAndByBranches) {
  for (double altitude_m = -6e3; altitude_m < 200e3; altitude_m += 11.3) {
    double density[2], per_sound[2];
    flight_air_at<true>(altitude_m, density[0], per_sound[0]);
    flight_air_at<false>(altitude_m, density[1], per_sound[1]);
    ASSERT_EQ(density[0], density[1]) << altitude_m;
    ASSERT_EQ(per_sound[0], per_sound[1]) << altitude_m;
  }
}

}  // namespace
}  // namespace pavise
