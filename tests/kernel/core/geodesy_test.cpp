// Slow twin: GeographicLib (C. Karney), which shares no code with ours. Tolerances are those of the conformance kind:
// 1e-8 m, a few units in the last place of a double of earth size; 2e-8 m for geodesics.
#include "kernel/core/geodesy.hpp"

#include <gtest/gtest.h>

#include <GeographicLib/Geocentric.hpp>
#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/LocalCartesian.hpp>
#include <GeographicLib/Math.hpp>
#include <random>
#include <vector>

namespace pavise {
namespace {

constexpr double kPerDegree_m = 111'320;  // no degree of the ellipsoid's surface is longer than 111.7 km

/// Random points over the whole earth, -10 km to 10 000 km, with poles, equator and date line among them.
std::vector<Geodetic> points() {
  std::vector<Geodetic> list;
  for (const double latitude : {-90.0, -89.9999999, -45.0, 0.0, 1e-9, 45.0, 89.99999, 90.0})
    for (const double longitude : {-180.0, -90.0, 0.0, 21.0, 90.0, 179.9999999, 180.0})
      for (const double height : {-10e3, 0.0, 300.0, 400e3, 10e6}) list.push_back({latitude, longitude, height});
  std::mt19937_64 random(20261124);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int i = 0; i < 20'000; ++i)
    list.push_back({90 * unit(random), 180 * unit(random), i % 2 ? 20e3 * unit(random) / 2 : 5e6 + 5e6 * unit(random)});
  return list;
}

TEST(Geodesy, ConvertsToEcefAndBackLikeGeographicLib) {
  const auto& twin = GeographicLib::Geocentric::WGS84();
  for (const Geodetic& point : points()) {
    const Vec3 r = ecef_of(point);
    Vec3 expected;
    twin.Forward(point.latitude_deg, point.longitude_deg, point.height_m, expected.x, expected.y, expected.z);
    ASSERT_LE(length(r - expected), 1e-8) << point.latitude_deg << " " << point.longitude_deg << " " << point.height_m;

    const Geodetic back = geodetic_of(r);
    Geodetic theirs;
    twin.Reverse(r.x, r.y, r.z, theirs.latitude_deg, theirs.longitude_deg, theirs.height_m);
    const double reach_m = 1 + point.height_m / 6.4e6;
    ASSERT_NEAR(back.height_m, theirs.height_m, 1e-8);
    ASSERT_NEAR(back.latitude_deg * reach_m, theirs.latitude_deg * reach_m, 1.5e-8 / kPerDegree_m) << point.height_m;
    const double across_m = kPerDegree_m * std::sqrt(r.x * r.x + r.y * r.y) / 6.4e6;
    if (across_m > 1e-3) {
      const double off_deg = GeographicLib::Math::AngDiff(back.longitude_deg, theirs.longitude_deg);
      ASSERT_LE(std::fabs(off_deg) * across_m, 1e-8 + 3e-14 * across_m);
    }
    ASSERT_GT(back.longitude_deg, -180);
    ASSERT_LE(back.longitude_deg, 180);
  }
}

TEST(Geodesy, TurnsToTheTangentFrameAndBackLikeGeographicLib) {
  const auto list = points();
  for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
    Geodetic origin = list[i], point = list[i + 1];
    const GeographicLib::LocalCartesian twin(origin.latitude_deg, origin.longitude_deg, origin.height_m);
    const TangentFrame frame = tangent_frame(origin);
    Vec3 expected;
    twin.Forward(point.latitude_deg, point.longitude_deg, point.height_m, expected.x, expected.y, expected.z);
    const Vec3 enu = enu_of(frame, ecef_of(point));
    // at up to 3.2e7 m a double is spaced 3.7e-9 m apart
    ASSERT_LE(length(enu - expected), 2e-8) << i;
    ASSERT_LE(length(ecef_of_enu(frame, enu) - ecef_of(point)), 2e-8);
    ASSERT_NEAR(length(turned_to_ecef(frame, {3, 4, 12})), 13, 1e-14);
  }
}

TEST(Geodesy, FindsTheShortestGeodesicLikeGeographicLib) {
  const auto& twin = GeographicLib::Geodesic::WGS84();
  const auto list = points();
  int compared = 0;
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    Geodetic from = list[i], to = list[i + 1];
    if (i % 3 == 0)
      to = {from.latitude_deg * 0.999, from.longitude_deg + (from.longitude_deg < 0 ? 0.3 : -0.3)};  // short
    double distance_m, azimuth_deg, azimuth2_deg;
    twin.Inverse(from.latitude_deg, from.longitude_deg, to.latitude_deg, to.longitude_deg, distance_m, azimuth_deg,
                 azimuth2_deg);
    if (distance_m > 19e6 || distance_m < 1) continue;
    const Geodesic line = geodesic_between(from, to);
    ASSERT_TRUE(line.has_converged) << distance_m;
    ASSERT_NEAR(line.distance_m, distance_m, distance_m > 16e6 ? 4e-8 : 2e-8);
    if (distance_m > 16e6) continue;
    // an error of the azimuth moves the other end by its reduced length, which here is at least a tenth of this
    const double per_degree_m = std::min(distance_m, 4e6) * kPi / 180;
    const double off = std::fabs(GeographicLib::Math::AngDiff(line.azimuth_deg, azimuth_deg));
    const double off2 = std::fabs(GeographicLib::Math::AngDiff(line.azimuth2_deg, azimuth2_deg));
    const bool is_polar = std::fabs(from.latitude_deg) > 89.9 || std::fabs(to.latitude_deg) > 89.9;
    if (!is_polar) {
      ASSERT_LE(off, 2e-8 / per_degree_m + 6e-14) << distance_m << " " << i;
      ASSERT_LE(off2, 2e-8 / per_degree_m + 6e-14) << distance_m << " " << i;
    }
    ++compared;
  }
  EXPECT_GT(compared, 15'000);
}

TEST(Geodesy, SaysWhereAGeodesicIsNearlyAntipodal) {
  EXPECT_FALSE(geodesic_between({0.1, 0}, {-0.1, 179.9}).has_converged);
  EXPECT_TRUE(geodesic_between({40, 10}, {-30, 150}).has_converged);
}

TEST(Geodesy, KeepsWholeAnglesAndTheDateLine) {
  EXPECT_EQ(ecef_of({0, 90, 0}).x, 0);
  EXPECT_EQ(ecef_of({0, 180, 0}).y, 0);
  EXPECT_EQ(ecef_of({90, 77, 5}).x, 0);
  EXPECT_EQ(geodetic_of(ecef_of({10, -180, 7})).longitude_deg, 180);
  EXPECT_EQ(geodetic_of({-6.4e6, -1e-10, 0}).longitude_deg, 180);
  EXPECT_EQ(geodetic_of({0, 0, 7e6}).latitude_deg, 90);
  EXPECT_EQ(look_at({-1e-10, 5000, 0}).azimuth_deg, 0);
  EXPECT_EQ(look_at({-5000, 0, 0}).azimuth_deg, 270);
  EXPECT_EQ(look_at({0, 0, 800}).elevation_deg, 90);
  EXPECT_EQ(geodesic_between({-30, 20}, {40, 20}).azimuth_deg, 0);
  EXPECT_EQ(geodesic_between({40, 20}, {-30, 20}).azimuth2_deg, 180);
  EXPECT_EQ(geodesic_between({40, 20}, {40, 20}).distance_m, 0);
  const Geodesic over_date_line = geodesic_between({0, 179.5}, {0, -179.5});
  EXPECT_EQ(over_date_line.azimuth_deg, 90);
  EXPECT_NEAR(over_date_line.distance_m, wgs84::kSemiMajor_m * kPi / 180, 2e-8);
}

// The attraction is minus the gradient of the potential in the Jacobi integral; central differences in long double
// would do, here over 2 m in double: rounding 1e-9 of 6e7 m^2/s^2 by 4 m leaves 3e-8 m/s^2.
TEST(Gravity, IsTheGradientOfThePotential) {
  for (const Vec3 r : {Vec3{6.4e6, 0, 0}, Vec3{3e6, -4e6, 4e6}, Vec3{-1e6, 2e6, 8e6}, Vec3{10, 20, -6.5e6}}) {
    const Vec3 g = gravity_j2_ecef_mps2(r);
    const double w2 = wgs84::kRotation_radps * wgs84::kRotation_radps;
    const auto slope = [&](Vec3 step) { return (jacobi_m2ps2(r + step, {}) - jacobi_m2ps2(r - step, {})) / 400; };
    EXPECT_NEAR(g.x, -slope({200, 0, 0}) - w2 * r.x, 2e-8);  // third derivative: 200^2 / 6 * 6 g / r^2 = 1e-8
    EXPECT_NEAR(g.y, -slope({0, 200, 0}) - w2 * r.y, 2e-8);
    EXPECT_NEAR(g.z, -slope({0, 0, 200}), 2e-8);
  }
}

// Normal gravity at the equator and the poles (NIMA TR8350.2): 9.7803253359 and 9.8321849378 m/s^2. J2 alone leaves out
// J4 = -2.37091e-6, of which 15/8 and 5 times (mu / r^2) (a / r)^4 act there, and J6 = 6.1e-9 (times 7 g: 4e-7 m/s^2).
TEST(Gravity, IsNormalGravityAtEquatorAndPoleButForJ4) {
  const double g_equator = wgs84::kGravity_m3_s2 / (wgs84::kSemiMajor_m * wgs84::kSemiMajor_m);
  const Vec3 at_equator = free_fall_ecef_mps2({wgs84::kSemiMajor_m, 0, 0}, {});
  EXPECT_NEAR(-at_equator.x + 15.0 / 8 * 2.37091e-6 * g_equator, 9.7803253359, 5e-7);
  const double a_b = wgs84::kSemiMajor_m / wgs84::kSemiMinor_m;
  const Vec3 at_pole = free_fall_ecef_mps2({0, 0, wgs84::kSemiMinor_m}, {});
  EXPECT_NEAR(-at_pole.z + 5 * 2.37091e-6 * g_equator * std::pow(a_b, 6), 9.8321849378, 5e-7);
}

TEST(Gravity, TurnsAnEastwardBodyOutward) {
  const Vec3 still = free_fall_ecef_mps2({7e6, 0, 0}, {}), eastward = free_fall_ecef_mps2({7e6, 0, 0}, {0, 1000, 0});
  EXPECT_NEAR(eastward.x - still.x, 2 * 7.292115e-5 * 1000, 1e-14);
  EXPECT_EQ(free_fall_ecef_mps2({7e6, 0, 0}, {1000, 0, 0}).y, -2 * 7.292115e-5 * 1000);
}

TEST(RadarHorizon, IsTheSumOfTheTangentLengths) {
  const double a = 4.0 / 3 * kEarthRadius_m;
  const RadarHorizon both = radar_horizon(10, 100, a), one = radar_horizon(10, 0, a);
  EXPECT_NEAR(one.slant_range_m, std::sqrt(2 * a * 10), 1e-2);
  EXPECT_LT(both.ground_range_m, both.slant_range_m);
  EXPECT_EQ(radar_horizon(0, 0, a).ground_range_m, 0);
  // what just touches the horizon is as high as the lowest visible point there
  const RadarSight at_horizon = radar_sight(10, 100, both.ground_range_m, a);
  EXPECT_TRUE(at_horizon.is_visible);
  EXPECT_NEAR(at_horizon.lowest_visible_height_m, 100, 1e-8);
  EXPECT_FALSE(radar_sight(10, 100, both.ground_range_m * (1 + 1e-12), a).is_visible);
  EXPECT_EQ(radar_sight(10, 100, one.ground_range_m * 0.999, a).lowest_visible_height_m, 0);
  EXPECT_NEAR(radar_sight(0, 1000, 1, a).elevation_deg, 90 - 180 / kPi * 1e-3 * (1 + 1000 / a), 1e-7);
}

}  // namespace
}  // namespace pavise
