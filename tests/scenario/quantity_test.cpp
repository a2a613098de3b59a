#include "scenario/quantity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace pavise {
namespace {

double si(const char* text, Dimension dimension) {
  const Quantity q = read_quantity(text, dimension);
  EXPECT_EQ(q.fault, Quantity::Fault::none) << text;
  return q.value;
}

TEST(Quantity, UnitsBecomeSi) {
  EXPECT_EQ(si("150 km", Dimension::length), 150e3);
  EXPECT_EQ(si("1 nmi", Dimension::length), 1852);
  EXPECT_EQ(si("10   ft", Dimension::length), 3.048);
  EXPECT_EQ(si("2.5 min", Dimension::time), 150);
  EXPECT_EQ(si("60 ms", Dimension::time), 0.06);
  EXPECT_EQ(si("36 km/h", Dimension::speed), 10);
  EXPECT_EQ(si("180 deg", Dimension::angle), kPi);
  EXPECT_DOUBLE_EQ(si("15 rpm", Dimension::angular_rate), kPi / 2);
  EXPECT_DOUBLE_EQ(si("2 g", Dimension::acceleration), 19.6133);
  EXPECT_DOUBLE_EQ(si("-10 dBsm", Dimension::area), 0.1);
  EXPECT_EQ(si("1e-13 W", Dimension::power), 1e-13);
  EXPECT_EQ(si("5.5 MUSD", Dimension::money), 5.5e6);
  EXPECT_EQ(si("1_000 m", Dimension::length), 1000);
  EXPECT_EQ(si("+3 dB", Dimension::gain), 3);
}

TEST(Quantity, WhatIsNoQuantityIsSaidToBeNone) {
  using F = Quantity::Fault;
  const std::tuple<const char*, F> cases[] = {
      {"150", F::malformed},      {"km", F::malformed},       {"150km", F::malformed},   {"2 min 30 s", F::malformed},
      {"nan m", F::malformed},    {"inf m", F::malformed},    {"0x10 m", F::malformed},  {"1. m", F::malformed},
      {".5 m", F::malformed},     {"1__0 m", F::malformed},   {"", F::malformed},        {" 1 m", F::malformed},
      {"1 KM", F::unknown_unit},  {"1 Mach", F::unknown_unit}, {"1 s", F::wrong_dimension}, {"1e999 m", F::not_finite}};
  for (const auto& [text, fault] : cases) EXPECT_EQ(int(read_quantity(text, Dimension::length).fault), int(fault)) << text;
}

TEST(Position, LocalAndGeodetic) {
  std::string why;
  const auto local = read_position("12.5 km E 3 km S 40 m", why);
  ASSERT_TRUE(local.has_value()) << why;
  EXPECT_EQ(local->local_enu_m.x, 12500);
  EXPECT_EQ(local->local_enu_m.y, -3000);
  EXPECT_EQ(local->local_enu_m.z, 40);
  const auto geodetic = read_position("52.2297 N 21.0122 E 110 m", why);
  ASSERT_TRUE(geodetic.has_value()) << why;
  EXPECT_EQ(geodetic->altitude_m, 110);
  for (const char* bad : {"", "1 km E", "1 km N 1 km E", "52 N 20", "91 N 20 E", "52 E 20 N", "1 km E 1 km N 5", "1 s E 1 km N",
                          "1e999 km E 1 km N", "52 N 20 E 5"})
    EXPECT_FALSE(read_position(bad, why).has_value()) << bad;
}

TEST(Position, TheTangentPlaneAgreesWithTheEllipsoid) {
  const Origin origin{52, 20, 100};
  const Vec3 at = enu_of_geodetic(52, 20, 100, origin);
  EXPECT_NEAR(length(at), 0, 1e-8);
  EXPECT_NEAR(enu_of_geodetic(52, 20, 150, origin).z, 50, 1e-8);
  // one arc second of latitude at 52 N: meridian radius M = a (1 - e2) / (1 - e2 sin2)^1.5 (WGS 84)
  const double e2 = 0.00669437999014, s = std::sin(52 * kPi / 180), m = 6378137 * (1 - e2) / std::pow(1 - e2 * s * s, 1.5);
  const Vec3 north = enu_of_geodetic(52 + 1.0 / 3600, 20, 100, origin);
  EXPECT_NEAR(north.y, (m + 100) * kPi / 180 / 3600, 1e-5);
  EXPECT_NEAR(north.x, 0, 1e-8);
}

TEST(Quantity, ShortestNumbersReadBack) {
  for (double v : {0.1, 1e-13, 123456.789, 1 / 3.0, 5e-324, 1.7976931348623157e308})
    EXPECT_EQ(std::strtod(shortest_number(v).c_str(), nullptr), v);
}

}  // namespace
}  // namespace pavise
