#include "interceptors/kinematic.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "interceptors/guided_rounds.hpp"
#include "kernel/core/environment.hpp"
#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

Table table(std::initializer_list<std::initializer_list<double>> rows) {
  Table t;
  int i = 0;
  for (const auto& row : rows) {
    int k = 0;
    for (double x : row) t.cells[i][k++] = x;
    ++i;
  }
  t.rows = i;
  return t;
}

Kinematic missile(double launch_kg, double propellant_kg, double impulse_s, Table burn, double diameter_m, double g) {
  return {launch_kg, propellant_kg, impulse_s, burn, diameter_m,
          table({{0, 0.25}, {0.8, 0.25}, {1.2, 0.5}, {2, 0.4}, {3, 0.33}, {4, 0.28}, {6, 0.25}}),
          4, 0.3, 200, g * kStandardGravity_mps2, 0.05, 180, 0, 0};
}

Weapon weapon_of(const Kinematic& parameters, double max_range_m) {
  Weapon weapon = Scene::missile_unit(900, 500, max_range_m, 0).weapon;
  weapon.flyout = &Registry<FlyoutKind>::instance().at("kinematic");
  weapon.flyout_parameters = Parameters::of(parameters);
  weapon.flight_table = weapon.flyout->prepare(weapon);
  return weapon;
}

Weapon mse() { return weapon_of(missile(312, 160, 250, table({{0, 5, 0.5}, {7, 12, 0.5}}), 0.25, 40), 45000); }

TargetPath line(Vec3 from, Vec3 velocity) { return {0, from, velocity, {}, {}}; }

FlyingRound flight(const Weapon& weapon, const TargetPath& target, double frame_s) {
  const Vec3 relative = target.position_at(0);
  const double tau = weapon.flyout->time_to_meet_s(weapon, relative, target.velocity_at(0));
  FlyingRound round;
  start_kinematic(weapon, {0, 0, 0}, target.position_at(tau), 0, round);
  for (int k = 1; round.end == FlightEnd::flying && k * frame_s < 300; ++k) fly_kinematic(weapon, target, k * frame_s, round);
  return round;
}

}  // namespace

TEST(Kinematic, InVacuumTheSpeedGainedIsTsiolkovskys) {
  // straight up from 200 km, where there is no air to speak of: dv = Isp g0 ln(m0/m1) - g t
  Kinematic parameters = missile(300, 150, 250, table({{0, 6, 0.25}, {6, 10, 0.75}}), 0.25, 40);
  const Weapon weapon = weapon_of(parameters, 45000);
  FlyingRound round;
  start_kinematic(weapon, {0, 0, 200e3}, {0, 0, 400e3}, 0, round);
  fly_kinematic(weapon, line({0, 0, 1e9}, {}), 12, round);
  const double expected = 250 * kStandardGravity_mps2 * std::log(2.0) - kStandardGravity_mps2 * 12;
  // fourth order with the steps cut at the burns' ends; the air at 200 km takes 1e-9 of it
  EXPECT_NEAR(round.velocity_mps.z, expected, 2e-8 * expected);
  EXPECT_NEAR(round.velocity_mps.x, 0, 1e-9);
}

/// The plain twin of the flight table: explicit Euler from rest, at a step so small that its error hardly counts.
double plain_climb_s(const Kinematic& p, double range_m, double sine_of_elevation) {
  const double dt = 0.0001, area_m2 = kPi * p.diameter_m * p.diameter_m / 4;
  double t = 0, s = 0, v = 0;
  while (s < range_m) {
    const Air air = air_at(s * sine_of_elevation);
    const double mass = p.mass_launch_kg - p.mass_propellant_kg * burnt_share(p, t);
    double flow = 0;
    for (int i = 0; i < p.burn_phases.size(); ++i) {
      const double* phase = p.burn_phases.cells[i];
      if (t >= phase[0] && t < phase[1]) flow += phase[2] * p.mass_propellant_kg / (phase[1] - phase[0]);
    }
    const double drag = 0.5 * air.density_kg_m3 * v * v * area_m2 * drag_coefficient(p, v / air.speed_of_sound_mps);
    const double rate = (flow * p.specific_impulse_s * kStandardGravity_mps2 - drag) / mass -
                        kStandardGravity_mps2 * sine_of_elevation;
    if (s + v * dt >= range_m) return t + (range_m - s) / v;
    s += v * dt;
    v += rate * dt;
    t += dt;
  }
  return t;
}
TEST(Kinematic, TheFlightTableIsThePlainIntegration) {
  const Weapon pac3 = mse();
  const Kinematic& p = pac3.flyout_parameters.as<Kinematic>();
  for (int node : {8, 20, 40, 60}) {  // at nodes, where nothing is interpolated
    const double range_m = node * pac3.flight_table->range_step_m;
    const double plain_s = plain_climb_s(p, range_m, 0.5);
    // the twin may take a burn's edge a step of 0.1 ms too late: 1e-5 of the impulse; and lags by half a step
    EXPECT_NEAR(time_of_flight_in(*pac3.flight_table, range_m, 0.5), plain_s, 2e-5 * plain_s + 1e-4);
    // between nodes: the chord of a smooth curve, off by h^2 t'' / 8
    const double middle_s = plain_climb_s(p, range_m + 0.5 * pac3.flight_table->range_step_m, 0.5);
    EXPECT_NEAR(time_of_flight_in(*pac3.flight_table, range_m + 0.5 * pac3.flight_table->range_step_m, 0.5), middle_s,
                3e-3 * middle_s);
  }
}

TEST(Kinematic, ClimbsComeNearTheOrientationInTheParameterFile) {
  // parameters.toml prints, "for orientation", climbs at 30 degrees that are 1 to 3 % faster than any integration from
  // rest; an initial speed of some 25 m/s would explain all of them. We start from rest.
  const auto times = [](const Weapon& w, double range_m) { return time_of_flight_in(*w.flight_table, range_m, 0.5); };
  const Weapon pac3 = mse();
  EXPECT_NEAR(times(pac3, 5000), 9.4, 0.04 * 9.4);
  EXPECT_NEAR(times(pac3, 20000), 22, 0.04 * 22);
  EXPECT_NEAR(times(pac3, 40000), 47, 0.04 * 47);
  const Weapon gem_t = weapon_of(missile(900, 450, 240, table({{0, 12, 1}}), 0.4, 25), 70000);
  EXPECT_NEAR(times(gem_t, 40000), 49, 0.04 * 49);
  const Weapon manpads = weapon_of(missile(10, 3.6, 230, table({{0, 1.5, 0.5}, {1.5, 5, 0.5}}), 0.07, 20), 12000);
  EXPECT_NEAR(times(manpads, 10000), 21, 0.04 * 21);
}

TEST(Kinematic, HitsAStraightTargetWhereTheTablePredicts) {
  const Weapon weapon = mse();
  for (const TargetPath& target : {line({0, 20000, 3000}, {0, -250, 0}), line({8000, 15000, 1000}, {-200, 0, 0}),
                                   line({-3000, 12000, 50}, {50, -240, 0})}) {
    const double tau = weapon.flyout->time_to_meet_s(weapon, target.position_at(0), target.velocity_at(0));
    const FlyingRound round = flight(weapon, target, 0.5);
    ASSERT_EQ(round.end, FlightEnd::closest_approach);
    EXPECT_LT(length(round.miss_m), 0.01);            // no noise, no weave: what the lag leaves of the heading error
    EXPECT_NEAR(round.end_s, tau, 0.03 * tau);        // the table flies straight; navigation bends the path a little
  }
}

TEST(Kinematic, APredictionSolvesTheTableToMilliseconds) {
  const Weapon weapon = mse();
  for (int i = 0; i < 200; ++i) {
    const Vec3 relative{-15e3 + 150.0 * i, 32e3 - 100.0 * i, 200 + 40.0 * i}, velocity{2.0 * i - 200, -260, -5};
    const double tau = weapon.flyout->time_to_meet_s(weapon, relative, velocity);
    if (!std::isfinite(tau)) continue;
    const Vec3 offset = relative + tau * velocity;
    EXPECT_NEAR(time_of_flight_in(*weapon.flight_table, length(offset), offset.z / length(offset)), tau, 1e-3);
  }
}

TEST(Kinematic, TheFrameLengthHardlyMattersAndNeverTheCalls) {
  const Weapon weapon = mse();
  const TargetPath target = line({5000, 18000, 2000}, {-100, -250, 0});
  const FlyingRound coarse = flight(weapon, target, 0.5), fine = flight(weapon, target, 0.05);
  EXPECT_NEAR(coarse.end_s, fine.end_s, 2e-5);  // kinks of the drag table fall into other steps
  const FlyingRound again = flight(weapon, target, 0.5);
  EXPECT_EQ(coarse.end_s, again.end_s);
  EXPECT_EQ(coarse.position_m.x, again.position_m.x);
}

TEST(Kinematic, TheFlightIsOfFourthOrder) {
  // guided through boost into coast, with the steering's begin and the end of the burn inside; a drag table without kinks,
  // at which any method falls back to second order for a step
  const auto position = [](double step_s) {
    Kinematic parameters = missile(312, 160, 250, table({{0, 8.03, 1}}), 0.25, 40);
    parameters.drag_by_mach = table({{0, 0.3}});
    FlightModel model = flight_model_of(parameters);
    model.step_s = step_s;
    FlyingRound round;
    start_kinematic({}, {0, 0, 0}, {3000, 13000, 2000}, 0, round);
    fly_guided(model, {0, {5000, 25000, 2000}, {-100, -250, 0}, {15, 5, 0}, {}}, 10, round);
    return round.position_m;
  };
  const Vec3 exact = position(0.002);
  const double coarse = length(position(0.1) - exact), fine = length(position(0.05) - exact);
  EXPECT_LT(coarse, 1e-4);       // metres after 10 s and 6 km at the shipped step
  EXPECT_GT(coarse / fine, 12);  // 16, less what is left of higher orders
}

TEST(Kinematic, TheMissIsKnownToAMillimetreAtTheShippedSteps) {
  Kinematic parameters = missile(312, 160, 250, table({{0, 5, 0.5}, {7, 12, 0.5}}), 0.25, 40);
  parameters.step_s = 0.1;
  const FlightModel shipped = flight_model_of(parameters);
  FlightModel exact = shipped;
  exact.step_s = 0.002, exact.step_share = 0.005, exact.finish_s = 1e-5;
  for (const TargetPath& target : {line({0, 20000, 3000}, {0, -250, 0}), line({8000, 15000, 1000}, {-200, 0, 0}),
                                   TargetPath{0, {5000, 18000, 2000}, {-100, -250, 0}, {15, 5, 0}, {}}}) {
    FlyingRound coarse, fine;
    for (auto [model, round] : {std::pair<const FlightModel*, FlyingRound*>{&shipped, &coarse}, {&exact, &fine}}) {
      start_kinematic({}, {0, 0, 0}, target.position_at(18), 0, *round);
      fly_guided(*model, target, 100, *round);
      ASSERT_EQ(round->end, FlightEnd::closest_approach);
    }
    EXPECT_LT(length(coarse.miss_m - fine.miss_m), 1e-3);
    EXPECT_NEAR(coarse.end_s, fine.end_s, 1e-4);
  }
}

TEST(Kinematic, TheAccelerationAcrossStaysWithinTheLimit) {
  Kinematic parameters = missile(312, 160, 250, table({{0, 5, 0.5}, {7, 12, 0.5}}), 0.25, 10);
  const Weapon weapon = weapon_of(parameters, 45000);
  // a target that weaves hard: a cubic piece with 20 g across
  const TargetPath target{0, {0, 15000, 3000}, {0, -250, 0}, {100, 0, 0}, {-10, 0, 0}};
  FlyingRound round;
  start_kinematic(weapon, {0, 0, 0}, {0, 12000, 3000}, 0, round);
  for (int k = 1; round.end == FlightEnd::flying && k < 400; ++k) {
    fly_kinematic(weapon, target, 0.1 * k, round);
    EXPECT_LE(length(round.lateral_mps2), 10 * kStandardGravity_mps2 * (1 + 1e-9));
  }
}

TEST(Kinematic, ARoundWithoutSpeedIsLost) {
  const Weapon manpads = weapon_of(missile(10, 3.6, 230, table({{0, 1.5, 0.5}, {1.5, 5, 0.5}}), 0.07, 20), 12000);
  FlyingRound round;
  start_kinematic(manpads, {0, 0, 0}, {0, 20000, 1000}, 0, round);
  fly_kinematic(manpads, line({0, 20000, 1000}, {0, 300, 0}), 170, round);
  EXPECT_EQ(round.end, FlightEnd::too_slow);
  EXPECT_NEAR(length(round.velocity_mps), 200, 5);
  EXPECT_TRUE(std::isinf(time_of_flight_in(*manpads.flight_table, 30000, 0.5)));
}

TEST(Kinematic, DragFollowsItsTable) {
  const Kinematic parameters = missile(312, 160, 250, table({{0, 5, 1}}), 0.25, 40);
  EXPECT_DOUBLE_EQ(drag_coefficient(parameters, 0.5), 0.25);
  EXPECT_DOUBLE_EQ(drag_coefficient(parameters, 1.0), 0.375);
  EXPECT_DOUBLE_EQ(drag_coefficient(parameters, 2.5), 0.365);
  EXPECT_DOUBLE_EQ(drag_coefficient(parameters, 9), 0.25);
  EXPECT_DOUBLE_EQ(burnt_share(parameters, 2.5), 0.5);
  EXPECT_DOUBLE_EQ(burnt_share(parameters, 9), 1);
}

}  // namespace pavise::test
