#include "interceptors/intercept.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "kernel/core/draws.hpp"
#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

Armament one_weapon(const Weapon& weapon) {
  Armament armament;
  armament.weapons.push_back(weapon);
  armament.fire_units.push_back({});
  armament.pools.push_back({"pool", 0, 1});
  armament.stations.push_back({});
  return armament;
}

Weapon round_of(double speed_mps, double max_range_m = 1e6) {
  return Scene::missile_unit(speed_mps, 0, max_range_m, 0).weapon;
}

/// The textbook quadratic in long double.
long double plain_time_to_meet(Vec3 r, Vec3 v, double speed) {
  const long double a = (long double)speed * speed - ((long double)v.x * v.x + (long double)v.y * v.y + (long double)v.z * v.z);
  const long double b = (long double)r.x * v.x + (long double)r.y * v.y + (long double)r.z * v.z;
  const long double c = (long double)r.x * r.x + (long double)r.y * r.y + (long double)r.z * r.z;
  return (b + std::sqrt(b * b + a * c)) / a;
}

}  // namespace

TEST(Intercept, HeadOnMeetsAtROverSumOfSpeeds) {
  EXPECT_DOUBLE_EQ(time_to_meet_s({0, 10000, 0}, {0, -250, 0}, 1000), 8.0);
}

TEST(Intercept, IsThePlainQuadraticForRandomCourses) {
  const Draws draws{7};
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const auto u = [&](std::uint32_t k) { return 2 * draws.uniform({i, k, Purpose::free, 0, 0}) - 1; };
    const Vec3 r{5e4 * u(0), 5e4 * u(1), 1e4 * u(2)}, v{400 * u(3), 400 * u(4), 100 * u(5)};
    const double speed = 900 + 200 * u(6);
    const double tau = time_to_meet_s(r, v, speed);
    // a few roundings of a well-conditioned sum
    EXPECT_NEAR(tau, double(plain_time_to_meet(r, v, speed)), 1e-14 * tau + 1e-15);
    EXPECT_NEAR(length(r + tau * v), speed * tau, 1e-13 * speed * tau + 1e-12);
  }
}

TEST(Intercept, AFasterTargetIsMetOnlyIfItComesCloseEnough) {
  // straight at the launcher: met at R / (v + V)
  EXPECT_DOUBLE_EQ(time_to_meet_s({0, 30000, 0}, {0, -2000, 0}, 1000), 10.0);
  EXPECT_TRUE(std::isinf(time_to_meet_s({0, 30000, 0}, {0, 2000, 0}, 1000)));
  EXPECT_TRUE(std::isinf(time_to_meet_s({30000, 30000, 0}, {0, -2000, 0}, 1000)));
  // equal speeds: R^2 / (-2 r.v)
  EXPECT_DOUBLE_EQ(time_to_meet_s({0, 10000, 0}, {0, -500, 0}, 500), 10.0);
}

TEST(Intercept, TheEnvelopeIsHeldToItsEdges) {
  Weapon weapon = round_of(1000, 8000);
  weapon.min_range_m = 2000;
  weapon.min_altitude_m = 50;
  weapon.max_altitude_m = 5000;
  Armament armament = one_weapon(weapon);
  armament.stations[0].facing_rad = kPi / 2;
  armament.stations[0].half_sector_rad = kPi / 3;
  const auto possible = [&](Vec3 at, double arrives_s = 1e9) {
    return predict_intercept(armament, 0, {at, {}, 0, arrives_s}, 5).is_possible;
  };
  EXPECT_TRUE(possible({7000, 0, 1000}));
  EXPECT_FALSE(possible({8000, 0, 1000}));                       // beyond maximum range
  EXPECT_FALSE(possible({1500, 0, 1000}));                       // inside minimum range
  EXPECT_FALSE(possible({5000, 0, 49}));                         // too low
  EXPECT_FALSE(possible({5000, 0, 5001}));                       // too high
  EXPECT_TRUE(possible({5000, 5000 * 0.57, 1000}));              // 29.7 degrees off the middle
  EXPECT_TRUE(possible({2500, -2500 * 1.73, 1000}));             // 59.97 degrees
  EXPECT_FALSE(possible({2500, -2500 * 1.74, 1000}));            // 60.1 degrees
  EXPECT_FALSE(possible({-5000, 0, 1000}));                      // behind
  EXPECT_TRUE(possible({5000, 0, 1000}, 10.2));                  // met at 5 + 5.099 s
  EXPECT_FALSE(possible({5000, 0, 1000}, 10.0));                 // arrives before
}

TEST(Intercept, AJammerNeedsTheTargetInItsBandWhenTheDwellBegins) {
  Weapon weapon = round_of(1, 5000);
  weapon.effect = Effect::jammer;
  weapon.spin_up_s = 4;
  const Armament armament = one_weapon(weapon);
  // 100 m/s from 5.5 km: inside at 5 s; spin-up makes the dwell begin 4 s after now
  const auto begins = [&](double distance_m) {
    return predict_intercept(armament, 0, {{0, distance_m, 0}, {0, -100, 0}, 10, 1e9}, 11);
  };
  EXPECT_TRUE(begins(5399).is_possible);
  EXPECT_DOUBLE_EQ(begins(5399).time_s, 14);
  EXPECT_FALSE(begins(5401).is_possible);
}

TEST(Drone, ClimbsNoFasterThanItsClimbRate) {
  const FlyoutKind& kind = Registry<FlyoutKind>::instance().at("drone");
  Weapon weapon = round_of(80);
  weapon.flyout = &kind;
  weapon.flyout_parameters = Parameters(kind.info.size_bytes);
  weapon.flyout_parameters.at_offset(kind.info.parameters[0].offset) = 10;   // climb_rate
  weapon.flyout_parameters.at_offset(kind.info.parameters[1].offset) = 480;  // endurance
  EXPECT_DOUBLE_EQ(kind.time_to_meet_s(weapon, {0, 4000, 100}, {0, 0, 0}), std::sqrt(4000.0 * 4000 + 100 * 100) / 80);
  EXPECT_DOUBLE_EQ(kind.time_to_meet_s(weapon, {0, 400, 1000}, {0, 0, 0}), 100);
  // a faster target that is past before the climb is done
  EXPECT_TRUE(std::isinf(kind.time_to_meet_s(weapon, {0, 400, 1000}, {0, -140, 0})));
}

}  // namespace pavise::test
