#include "kernel/core/air_pieces.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/core/environment.hpp"
#include "kernel/core/flight_air.hpp"

namespace pavise {
namespace {

constexpr double kCell_m = 1 / AirPieces::kPerCell_m;

// What the header states. Interpolation at Chebyshev's nodes within 500 m on either side: density r^6 / (2^5 6!) with
// r = 500 m / scale height, at least 5.5 km (80 km up), 2.5e-11, and 0.7e-11 from coefficients kept in half a double; sound
// (0.0065 x 500 / 217)^4 x 0.27 / 8, 2e-9.
TEST(AirPieces, AreTheStandardAtmosphereWithinTheirReach) {
  double worst_density = 0, worst_sound = 0;
  for (double from_m = 0; from_m < 90e3; from_m += 31.7) {
    for (const double rise_m : {-430.0, -200.0, -3.0, 0.0, 50.0, 270.0, 480.0}) {
      const AirOfStep air = air_of_step(air_pieces(), from_m, rise_m / 0.1, 0.1);
      if (air.piece == nullptr) continue;
      for (const double share : {0.0, 0.5, 1.0}) {
        const double altitude_m = from_m + share * rise_m;
        double density, per_sound;
        air_in_piece(air, altitude_m, density, per_sound);
        const Air expected = air_at(altitude_m);
        worst_density = std::max(worst_density, std::fabs(density / expected.density_kg_m3 - 1));
        worst_sound = std::max(worst_sound, std::fabs(per_sound * expected.speed_of_sound_mps - 1));
      }
    }
  }
  EXPECT_LT(worst_density, 4e-11);
  EXPECT_LT(worst_sound, 3e-9);
  EXPECT_GT(worst_density, 1e-13);  // it has looked at something
}

// 1.2 km up and 1.2 km down in a second are out of reach; over an edge of a layer nothing is within it.
TEST(AirPieces, ServeNoStepThatLeavesTheirLayerOrTheirReach) {
  const AirPieces& pieces = air_pieces();
  EXPECT_NE(air_of_step(pieces, 5000, -1200, 0.25).piece, nullptr);
  EXPECT_EQ(air_of_step(pieces, 5000, -1200, 1).piece, nullptr);
  EXPECT_EQ(air_of_step(pieces, 5000, 1200, 1).piece, nullptr);
  for (const double edge_m : {11019.1, 20063.1, 32161.9, 47350.1, 51412.5, 71802.0}) {
    EXPECT_EQ(air_of_step(pieces, edge_m + 5, -100, 0.1).piece, nullptr) << edge_m;
    EXPECT_EQ(air_of_step(pieces, edge_m - 5, 100, 0.1).piece, nullptr) << edge_m;
    EXPECT_NE(air_of_step(pieces, edge_m + 3 * kCell_m, 100, 0.1).piece, nullptr) << edge_m;
    EXPECT_NE(air_of_step(pieces, edge_m - 3 * kCell_m, 100, 0.1).piece, nullptr) << edge_m;
  }
}

TEST(AirPieces, ServeNobodyOutsideTheirTable) {
  for (const double altitude_m : {-1e9, -6e3, -2001.0, 91.6e3, 400e3, 1e12, elementary::kInfinity, elementary::kNan}) {
    const AirOfStep air = air_of_step(air_pieces(), altitude_m, 1, 0.01);
    EXPECT_EQ(air.piece, nullptr) << altitude_m;
  }
  EXPECT_EQ(air_of_step(air_pieces(), 5000, elementary::kNan, 0.01).piece, nullptr);
}

/// Steps of 1 cm across the edges of cells and layers: no jump larger than the bounds.
TEST(AirPieces, GoOverIntoOneAnotherAndIntoFlightAir) {
  for (double altitude_m = 0; altitude_m < 90e3; altitude_m += 0.5 * kCell_m) {
    double density[2], per_sound[2];
    flight_air_at<false>(altitude_m, density[0], per_sound[0]);
    const AirOfStep air = air_of_step(air_pieces(), altitude_m, 0, 0.01);
    if (air.piece == nullptr) continue;
    air_in_piece(air, altitude_m, density[1], per_sound[1]);
    ASSERT_NEAR(density[1] / density[0], 1, 4e-11) << altitude_m;
    ASSERT_NEAR(per_sound[1] / per_sound[0], 1, 3e-9) << altitude_m;
  }
}

}  // namespace
}  // namespace pavise
