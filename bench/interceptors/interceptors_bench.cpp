// Predictions, kinematic steps, and what the engagement clock costs a frame in which nothing is due.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "bench/kernel/core/twins.hpp"
#include "interceptors/guided_flight_lanes.hpp"
#include "interceptors/guided_rounds.hpp"
#include "interceptors/kinematic.hpp"
#include "kernel/core/environment.hpp"
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

/// The same step as one would write it down: the standard atmosphere's own equations (air_at), Cd by search in the table,
/// vectors, a branch where there is a case; no sharing of divisions. The plain scalar loop that lanes are measured by.
class TextbookStep {
 public:
  TextbookStep(const FlightModel& model, const Kinematic& missile) : m_(model), missile_(missile) {}

  void operator()(GuidedRow& w) const {
    const double tau = w.time_s - w.path_begin_s;
    const State from{{w.rx, w.ry, w.rz}, {w.vx, w.vy, w.vz}, {w.ax, w.ay, w.az}};
    const Vec3 u = target_velocity(w, tau) - from.velocity;
    const double opening = dot(from.relative, u), range = length(from.relative);
    const double to_go_s = -opening / dot(u, u);
    if (opening < 0 && to_go_s < m_.finish_s) return void(w.event = 2);
    double h = std::min(m_.step_s, m_.step_share * range / length(u));
    if (opening < 0) h = std::min(h, 0.75 * to_go_s);
    const bool is_last = w.stop_s - w.time_s <= 1.0001 * h;
    if (is_last) h = w.stop_s - w.time_s;

    const State k1 = rates(w, tau, from), k2 = rates(w, tau + h / 2, from + h / 2 * k1);
    const State k3 = rates(w, tau + h / 2, from + h / 2 * k2), k4 = rates(w, tau + h, from + h * k3);
    const State to = from + h / 6 * (k1 + 2 * (k2 + k3) + k4);
    w.rx = to.relative.x, w.ry = to.relative.y, w.rz = to.relative.z;
    w.vx = to.velocity.x, w.vy = to.velocity.y, w.vz = to.velocity.z;
    w.ax = to.held.x, w.ay = to.held.y, w.az = to.held.z;
    w.time_s = is_last ? w.stop_s : w.time_s + h;
    w.event = is_last;
    if (opening < 0 && dot(to.relative, target_velocity(w, w.time_s - w.path_begin_s) - to.velocity) >= 0) w.event = 3;
    if (w.time_s > w.burnout_s && length(to.velocity) < m_.minimum_speed_mps) w.event = 4;
  }

 private:
  struct State {
    Vec3 relative, velocity, held;
    friend State operator+(const State& a, const State& b) {
      return {a.relative + b.relative, a.velocity + b.velocity, a.held + b.held};
    }
    friend State operator*(double s, const State& a) { return {s * a.relative, s * a.velocity, s * a.held}; }
  };
  static Vec3 target_velocity(const GuidedRow& w, double tau) {
    return Vec3{w.c1x, w.c1y, w.c1z} + tau * (2.0 * Vec3{w.c2x, w.c2y, w.c2z} + (3 * tau) * Vec3{w.c3x, w.c3y, w.c3z});
  }
  State rates(const GuidedRow& w, double tau, const State& s) const {
    const Vec3 u = target_velocity(w, tau) - s.velocity;
    const double range = length(s.relative), speed = length(s.velocity);
    const Vec3 sight = (1 / range) * s.relative, ahead = (1 / speed) * s.velocity;
    // N Vc (omega x sight)
    const double closing = std::max(-dot(sight, u), 0.0);
    Vec3 command = (m_.law.navigation_ratio * closing / range) * (u - dot(u, sight) * sight);
    command.z += m_.law.weight_mps2;
    command = command - dot(command, ahead) * ahead;
    const double asked = length(command);
    if (asked > m_.law.limit_mps2) command = (m_.law.limit_mps2 / asked) * command;
    const Vec3 acts = s.held - dot(s.held, ahead) * ahead;

    const double altitude_m = w.c0z + tau * (w.c1z + tau * (w.c2z + tau * w.c3z)) - s.relative.z;
    const Air air = air_at(altitude_m);
    const double drag_N = m_.half_area_m2 * air.density_kg_m3 * speed * speed *
                          drag_coefficient(missile_, speed / air.speed_of_sound_mps);
    const double mass_kg = w.line_kg - w.flow_kgps * tau;
    const double forward = (m_.exhaust_mps * w.flow_kgps - drag_N) / mass_kg;
    return {u, forward * ahead + acts - Vec3{0, 0, m_.gravity_mps2}, m_.law.inverse_lag_per_s * (command - s.held)};
  }

  const FlightModel& m_;
  const Kinematic& missile_;
};

/// Steps of guided flight, all slots at a time: lanes against step_guided_alone in a plain loop (the same bits), and
/// against the textbook's step.
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
  const auto in_lanes = [&] {
    for (int i = 0; i < GuidedSlots::kRounds; ++i) put(slots, i, start[std::size_t(i)]);
    constexpr int kGroups = GuidedSlots::kRounds / GuidedSlots::kGroup;
    for (int k = 0; k < kSteps; ++k) PAVISE_VARIANTS(step_guided_groups).of(simd)(aloft.model, slots, kGroups);
    for (int i = 0; i < GuidedSlots::kRounds; ++i) computed[std::size_t(i)] = slots.columns[0][i];
  };
  bench::time_twins(state, std::size_t(kSteps * GuidedSlots::kRounds), computed, in_lanes, [&] {
    for (GuidedRow row : start) {
      for (int k = 0; k < kSteps; ++k) step_guided_alone(aloft.model, row);
      benchmark::DoNotOptimize(row);
    }
  });

  std::vector<double> expected;
  const TextbookStep step(aloft.model, aloft.weapon.flyout_parameters.as<Kinematic>());
  const auto by_textbook = [&] {
    expected.clear();
    for (GuidedRow row : start) {
      for (int k = 0; k < kSteps; ++k) step(row);
      expected.push_back(row.rx);
    }
  };
  state.counters["ratio_to_textbook"] = bench::median_ratio(by_textbook, in_lanes);
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::fabs(expected[i] - computed[i]) < 1e-3)) return state.SkipWithError("the textbook flies elsewhere");
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
