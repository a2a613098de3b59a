// Predictions, kinematic steps, and what the engagement clock costs a frame in which nothing is due.
#include <benchmark/benchmark.h>

#include "interceptors/kinematic.hpp"
#include "tests/interceptors/clock_harness.hpp"

namespace pavise {
namespace {

Weapon pac3() {
  Weapon weapon = test::Scene::missile_unit(900, 2000, 45000, 0).weapon;
  Kinematic parameters{312, 160, 250, {}, 0.25, {}, 4, 0.3, 200, 40 * kStandardGravity_mps2, 0.05, 180};
  parameters.burn_phases.rows = 2;
  const double burn[2][3] = {{0, 5, 0.5}, {7, 12, 0.5}};
  const double drag[7][2] = {{0, 0.25}, {0.8, 0.25}, {1.2, 0.5}, {2, 0.4}, {3, 0.33}, {4, 0.28}, {6, 0.25}};
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 3; ++k) parameters.burn_phases.cells[i][k] = burn[i][k];
  parameters.drag_by_mach.rows = 7;
  for (int i = 0; i < 7; ++i)
    for (int k = 0; k < 2; ++k) parameters.drag_by_mach.cells[i][k] = drag[i][k];
  weapon.flyout = &Registry<FlyoutKind>::instance().at("kinematic");
  weapon.flyout_parameters = Parameters::of(parameters);
  return weapon;
}

Armament armament_of(const Weapon& weapon) {
  Armament armament;
  armament.weapons.push_back(weapon);
  armament.fire_units.push_back({});
  armament.pools.push_back({"pool", 0, 1});
  armament.stations.push_back({});
  prepare(armament);
  return armament;
}

void predict(benchmark::State& state, const Weapon& weapon) {
  const Armament armament = armament_of(weapon);
  Target targets[64];
  for (int i = 0; i < 64; ++i)
    targets[i] = {{-8e3 + 250.0 * i, 30e3 - 300.0 * i, 500 + 40.0 * i}, {5.0 * i - 150, -250, 0}, 0, 1e9};
  int i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(predict_intercept(armament, 0, targets[i++ & 63], 6));
  state.SetItemsProcessed(state.iterations());
}

void PredictAtConstantSpeed(benchmark::State& state) { predict(state, test::Scene::missile_unit(900, 2000, 45000, 0).weapon); }
void PredictByFlightTable(benchmark::State& state) { predict(state, pac3()); }

void KinematicSteps(benchmark::State& state) {
  const Weapon weapon = pac3();
  const TargetPath target{0, {5000, 40000, 3000}, {-100, -250, 0}, {}, {}};
  FlyingRound round;
  std::int64_t steps = 0;
  for (auto _ : state) {
    start_kinematic(weapon, {0, 0, 0}, {4000, 30000, 3000}, 0, round);
    fly_kinematic(weapon, target, 20, round);
    benchmark::DoNotOptimize(round);
    steps += 400;
  }
  state.SetItemsProcessed(steps);
}

void MakeFlightTable(benchmark::State& state) {
  const Weapon weapon = pac3();
  for (auto _ : state) benchmark::DoNotOptimize(make_flight_table(weapon));
}

/// 32 replications of 24 threats far out, four missile units: per replication and frame.
void QuietFrame(benchmark::State& state) {
  test::Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 1e7, 1000}, 50, 24);
  for (int i = 0; i < 4; ++i) scene.add(test::Scene::missile_unit(900, 1000, 40000, 5));
  test::Harness h(scene, 32);
  h.clock.frame = 0;
  for (auto _ : state) {
    ++h.clock.frame;
    fly_rounds(h.context, h.threats, h.clock, *h.engagements);
    resolve_effects(h.context, h.clock, h.threats, *h.engagements, h.outcomes);
    assess_kills(h.context, h.clock, h.threats, h.sensors, h.tracks, *h.engagements, h.outcomes);
  }
  state.SetItemsProcessed(state.iterations() * 32);
}

BENCHMARK(PredictAtConstantSpeed);
BENCHMARK(PredictByFlightTable);
BENCHMARK(KinematicSteps);
BENCHMARK(MakeFlightTable);
BENCHMARK(QuietFrame);

}  // namespace
}  // namespace pavise
