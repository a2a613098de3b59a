#include "kernel/core/environment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernel/core/standard_atmosphere.hpp"

namespace pavise {
namespace {

// NOAA-S/T 76-1562, table I by geometric altitude: temperature, pressure, density, speed of sound; half a unit of the
// last printed digit (two above 80 km, where the table's kinetic temperature is left out).
TEST(Air, AgreesWithTheStandardsTables) {
  struct Row {
    double altitude_m, temperature_K, pressure_Pa, density_kg_m3, sound_mps;
  };
  for (const Row& row :
       {Row{0, 288.150, 1.01325e5, 1.2250, 340.29}, Row{5000, 255.676, 5.4048e4, 7.3643e-1, 320.55},
        Row{10000, 223.252, 2.6500e4, 4.1351e-1, 299.53}, Row{20000, 216.650, 5.5293e3, 8.8910e-2, 295.07},
        Row{30000, 226.509, 1.1970e3, 1.8410e-2, 301.71}, Row{50000, 270.650, 7.9779e1, 1.0269e-3, 329.80},
        Row{70000, 219.585, 5.2209, 8.2829e-5, 297.06}}) {
    const Air air = air_at(row.altitude_m);
    EXPECT_NEAR(air.temperature_K, row.temperature_K, 6e-4) << row.altitude_m;
    EXPECT_NEAR(air.pressure_Pa, row.pressure_Pa, 6e-5 * row.pressure_Pa) << row.altitude_m;
    EXPECT_NEAR(air.density_kg_m3, row.density_kg_m3, 6e-5 * row.density_kg_m3) << row.altitude_m;
    EXPECT_NEAR(air.speed_of_sound_mps, row.sound_mps, 6e-3) << row.altitude_m;
  }
}

// The textbook in long double: layer by layer from sea level, equations 18, 23, 33a, 33b, 42, 50 of the standard.
Air textbook_air(double altitude_m) {
  const long double r0 = 6356766, hydrostatic = 9.80665L * 28.9644L / 8314.32L;
  const long double base[8] = {0, 11000, 20000, 32000, 47000, 51000, 71000, r0 * 86000 / (r0 + 86000)};
  const long double lapse[8] = {-0.0065L, 0, 0.001L, 0.0028L, 0, -0.0028L, -0.002L, 0};
  const long double height = r0 * altitude_m / (r0 + altitude_m);
  long double temperature = 288.15L, pressure = 101325;
  for (int b = 0; b < 8; ++b) {
    const bool is_last = b == 7 || height < base[b + 1];
    const long double above = (is_last ? height : base[b + 1]) - base[b];
    const long double next = temperature + lapse[b] * above;
    pressure *= lapse[b] == 0 ? std::exp(-hydrostatic * above / temperature)
                              : std::pow(temperature / next, hydrostatic / lapse[b]);
    temperature = next;
    if (is_last) break;
  }
  const long double gas = 8314.32L / 28.9644L;
  return {double(pressure / (gas * temperature)), double(std::sqrt(1.4L * gas * temperature)), double(pressure),
          double(temperature), double(1.458e-6L * temperature * std::sqrt(temperature) / (temperature + 110.4L))};
}

TEST(Air, AgreesWithTheTextbookInLongDouble) {
  for (double altitude_m = -5000; altitude_m < 130'000; altitude_m += 97.3) {
    const Air computed = air_at(altitude_m), expected = textbook_air(altitude_m);
    // the issue asks for 1e-11 in density; the exponent (to 20) times some rounding errors gives 1e-14
    EXPECT_NEAR(computed.density_kg_m3 / expected.density_kg_m3, 1, 2e-14) << altitude_m;
    EXPECT_NEAR(computed.pressure_Pa / expected.pressure_Pa, 1, 2e-14) << altitude_m;
    EXPECT_NEAR(computed.temperature_K / expected.temperature_K, 1, 1e-15) << altitude_m;
    EXPECT_NEAR(computed.speed_of_sound_mps / expected.speed_of_sound_mps, 1, 1e-15) << altitude_m;
    EXPECT_NEAR(computed.dynamic_viscosity_Pa_s / expected.dynamic_viscosity_Pa_s, 1, 2e-15) << altitude_m;
  }
}

TEST(Air, IsContinuousAtEachBaseAndThinsOutAbove) {
  for (std::size_t b = 1; b < standard_atmosphere::kLayers; ++b) {
    const double height_m = standard_atmosphere::kLayer[b].base_m;
    const double altitude_m = 6'356'766.0 * height_m / (6'356'766.0 - height_m);
    const Air below = air_at(altitude_m - 1e-6), above = air_at(altitude_m + 1e-6);
    EXPECT_NEAR(above.density_kg_m3 / below.density_kg_m3, 1, 1e-9);
    EXPECT_NEAR(above.temperature_K, below.temperature_K, 1e-7);
  }
  EXPECT_LT(air_at(150'000).density_kg_m3, 1e-9);
  EXPECT_GT(air_at(150'000).density_kg_m3, 0);
  EXPECT_GE(air_at(1'000'000).density_kg_m3, 0);
  EXPECT_GT(air_at(-400).density_kg_m3, 1.225);
}

TEST(AirColumns, GiveTheBitsOfTheScalarFunctionInEveryVariant) {
  for (std::size_t rows :
       {std::size_t(0), std::size_t(1), std::size_t(7), std::size_t(8), std::size_t(9), std::size_t(2503)}) {
    std::vector<double> altitude_m(rows), density(rows + 1, -7), sound(rows + 1, -7);
    for (std::size_t i = 0; i < rows; ++i) altitude_m[i] = -2000 + 40.01 * double(i * 7919 % 2503);
    for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
      if (!is_supported(simd)) continue;
      PAVISE_VARIANTS(air_lanes).of(simd)(altitude_m.data(), rows, density.data(), sound.data());
      for (std::size_t i = 0; i < rows; ++i) {
        const Air expected = air_at(altitude_m[i]);
        ASSERT_EQ(density[i], expected.density_kg_m3) << name_of(simd) << " " << altitude_m[i];
        ASSERT_EQ(sound[i], expected.speed_of_sound_mps);
      }
      EXPECT_EQ(density[rows], -7);
    }
  }
}

TEST(Wind, IsLinearBetweenTheRowsOfItsProfileAndHeldBeyond) {
  Environment environment;
  environment.wind_speed_mps = 50;  // the profile replaces it
  environment.wind_row_count = 3;
  environment.wind_row[0] = {100, 4, -2};
  environment.wind_row[1] = {1100, 14, -2};
  environment.wind_row[2] = {1200, 0, 8};
  const auto expect = [&](double height_m, double east, double north) {
    const Vec3 wind = wind_at(environment, height_m);
    EXPECT_NEAR(wind.x, east, 1e-14) << height_m;
    EXPECT_NEAR(wind.y, north, 1e-14) << height_m;
    EXPECT_EQ(wind.z, 0);
  };
  expect(-50, 4, -2);
  expect(100, 4, -2);
  expect(350, 6.5, -2);
  expect(1100, 14, -2);
  expect(1150, 7, 3);
  expect(1200, 0, 8);
  expect(20'000, 0, 8);
  environment.wind_row_count = 1;
  expect(5000, 4, -2);
}

TEST(Wind, BlowsFromItsBearingAndGrowsWithHeight) {
  Environment environment;
  environment.wind_speed_mps = 8;
  environment.wind_from_rad = kPi / 2;  // from the east
  environment.wind_shear_exponent = 1.0 / 7;
  EXPECT_NEAR(wind_at(environment, 10).x, -8, 1e-14);
  EXPECT_NEAR(wind_at(environment, 10).y, 0, 1e-14);
  EXPECT_EQ(wind_at(environment, 10).z, 0);
  EXPECT_NEAR(wind_at(environment, 1280).x, -16, 1e-13);  // 128^(1/7) = 2
  EXPECT_EQ(wind_at(environment, 0).x, wind_at(environment, 10).x);
  environment.wind_shear_exponent = 0;
  EXPECT_EQ(wind_at(environment, 5000).x, wind_at(environment, 10).x);
  environment.wind_from_rad = 0;  // from the north: southward
  EXPECT_NEAR(wind_at(environment, 100).y, -8, 1e-14);
}

}  // namespace
}  // namespace pavise
