// Predictions, kinematic steps, and what the engagement clock costs a frame in which nothing is due.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "bench/kernel/core/twins.hpp"
#include "interceptors/guided_flight_lanes.hpp"
#include "interceptors/guided_rounds.hpp"
#include "interceptors/kinematic.hpp"
#include "tests/interceptors/clock_harness.hpp"

namespace pavise {
namespace {

Weapon pac3() {
  Weapon weapon = test::Scene::missile_unit(900, 2000, 45000, 0).weapon;
  Kinematic parameters{312, 160, 250, {}, 0.25, {}, 4, 0.3, 200, 40 * kStandardGravity_mps2, 0.1, 180, 0, 0};
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

/// Rounds of one weapon on their way, all over the sky; far from their targets, so that no step is cut.
struct RoundsAloft {
  Weapon weapon = pac3();
  FlightModel model;
  std::vector<FlyingRound> rounds;
  std::vector<FlightTask> tasks;

  explicit RoundsAloft(int count) {
    weapon.flight_table = weapon.flyout->prepare(weapon);
    model = flight_model_of(weapon.flyout_parameters.as<Kinematic>());
    rounds.resize(std::size_t(count));
    for (int i = 0; i < count; ++i) {
      const double bearing_rad = 0.1 * i, x = std::sin(bearing_rad), y = std::cos(bearing_rad);
      const TargetPath path{0, {200e3 * x, 200e3 * y, 9000}, {-200 * y, -250 * x, -10}, {2, 1, 0}, {}};
      FlyingRound& round = rounds[std::size_t(i)];
      start_kinematic(weapon, {0, 0, 0}, {180e3 * x, 180e3 * y, 20e3 + 500.0 * (i % 50)}, 0, round);
      fly_guided(model, path, 2 + 0.4 * (i % 50), round);  // of all ages from boost to coast
      tasks.push_back({nullptr, path});
    }
  }
  std::vector<FlyingRound> copies() {
    std::vector<FlyingRound> result = rounds;
    for (std::size_t i = 0; i < rounds.size(); ++i) tasks[i].round = &result[i];
    return result;
  }
};

/// Steps of guided flight, 16 rounds at a time: lanes against step_guided_alone in a plain loop.
void guided_steps(benchmark::State& state, Simd simd) {
  constexpr int kSteps = 64;
  RoundsAloft aloft(GuidedSlots::kRounds);
  std::vector<FlyingRound> copies = aloft.copies();
  std::vector<GuidedRow> start;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    copies[i].launch_s += 100 - copies[i].time_s, copies[i].time_s = 100;
    start.push_back(guided_row(aloft.model, aloft.tasks[i].path, 1e9, copies[i]));
  }
  GuidedSlots slots;
  std::vector<double> computed(GuidedSlots::kRounds);
  bench::time_twins(
      state, std::size_t(kSteps * GuidedSlots::kRounds), computed,
      [&] {
        for (int i = 0; i < GuidedSlots::kRounds; ++i) put(slots, i, start[std::size_t(i)]);
        for (int k = 0; k < kSteps; ++k) PAVISE_VARIANTS(step_guided_groups).of(simd)(aloft.model, slots, 2);
        for (int i = 0; i < GuidedSlots::kRounds; ++i) computed[std::size_t(i)] = slots.columns[0][i];
      },
      [&] {
        for (GuidedRow row : start) {
          for (int k = 0; k < kSteps; ++k) step_guided_alone(aloft.model, row);
          benchmark::DoNotOptimize(row);
        }
      });
}

/// A frame of 0.5 s of 256 rounds in flight, with what it costs to bring them into lanes and back: per step of 0.1 s.
void guided_frame(benchmark::State& state, Simd simd) {
  constexpr int kRounds = 256, kStepsPerFrame = 5;
  RoundsAloft aloft(kRounds);
  for (int i = 0; i < kRounds; ++i) {
    FlyingRound& round = aloft.rounds[std::size_t(i)];
    round.launch_s += 100 - round.time_s, round.time_s = 100;
  }
  std::vector<FlyingRound> in_lanes = aloft.copies(), alone = in_lanes;
  std::vector<double> computed(kRounds);
  const Simd chosen = chosen_simd();
  bench::time_twins(
      state, kRounds * kStepsPerFrame, computed,
      [&] {
        for (int i = 0; i < kRounds; ++i)
          in_lanes[std::size_t(i)] = aloft.rounds[std::size_t(i)], aloft.tasks[std::size_t(i)].round = &in_lanes[std::size_t(i)];
        force_simd(simd);
        fly_guided(aloft.model, aloft.tasks, 100.5);
        force_simd(chosen);
        for (int i = 0; i < kRounds; ++i) computed[std::size_t(i)] = in_lanes[std::size_t(i)].position_m.x;
      },
      [&] {
        alone = aloft.rounds;
        for (int i = 0; i < kRounds; ++i)
          fly_guided(aloft.model, aloft.tasks[std::size_t(i)].path, 100.5, alone[std::size_t(i)]);
      });
}

const bool registered = [] {
  bench::register_variants("guided_steps", guided_steps);
  bench::register_variants("guided_frame", guided_frame);
  return true;
}();

/// A whole flight alone, launch to closest approach.
void KinematicFlight(benchmark::State& state) {
  Weapon weapon = pac3();
  weapon.flight_table = weapon.flyout->prepare(weapon);
  const TargetPath target{0, {5000, 30000, 3000}, {-100, -250, 0}, {}, {}};
  FlyingRound round;
  for (auto _ : state) {
    start_kinematic(weapon, {0, 0, 0}, {3000, 24000, 3000}, 0, round);
    fly_kinematic(weapon, target, 100, round);
    benchmark::DoNotOptimize(round);
  }
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
BENCHMARK(KinematicFlight);
BENCHMARK(MakeFlightTable);
BENCHMARK(QuietFrame);

}  // namespace
}  // namespace pavise
