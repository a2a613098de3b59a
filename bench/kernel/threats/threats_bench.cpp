// Threats: starting raids, moving them, and asking where they are, against what the machine's memory gives.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernel/threats/positions.hpp"
#include "kernel/threats/threats.hpp"

namespace pavise {
namespace {

struct Scene {
  std::vector<ThreatClass> classes;
  std::vector<Asset> assets{{.name = "airfield", .position_enu_m = {}, .radius_m = 800, .value = 30, .hardness = 40}};
  Environment environment;
  Raid raid;
  Threats threats;

  MotionContext context() const { return {classes, environment, Draws{1}, 0}; }
  void add(const char* motion, std::int32_t count, double range_m, double altitude_m, double weave_mps2 = 0) {
    ThreatClass c;
    c.motion = &Registry<MotionKind>::instance().at(motion);
    c.motion_parameters = defaults_of(c.motion->info);
    if (weave_mps2 > 0) set_parameter(c.motion_parameters, c.motion->info, "terminal_weave", weave_mps2);
    Wave wave;
    wave.threat_class = std::int32_t(classes.size());
    wave.count = count;
    wave.half_width_rad = 0.3;
    wave.range_m = range_m;
    wave.altitude_m = altitude_m;
    wave.spacing_s = 5;
    prepare_motion(c);
    classes.push_back(c);
    raid.waves.push_back(wave);
  }
};

/// mixed_40 without its waits: 28 drones and decoys, 8 cruise missiles, 4 ballistic missiles.
Scene mixed_40() {
  Scene scene;
  scene.add("waypoint", 28, 60e3, 1000);
  scene.add("cruise", 8, 120e3, 50, 19.6);
  scene.add("ballistic/drag", 4, 300e3, 0, 49);
  return scene;
}

void start_missile(benchmark::State& state) {
  Scene scene;
  scene.add("ballistic/drag", 1, 300e3, 0, 49);
  allocate(scene.threats, scene.raid, 1);
  std::int32_t replication = 0;
  for (auto _ : state) {
    const MotionContext context{scene.classes, scene.environment, Draws{1}, replication++};
    start_raid(scene.threats, scene.raid, scene.assets, context, 1);
    benchmark::DoNotOptimize(scene.threats.arrives_s[0]);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(start_missile)->Unit(benchmark::kMicrosecond);

void start_drones_24(benchmark::State& state) {
  Scene scene;
  scene.add("waypoint", 24, 60e3, 1000);
  allocate(scene.threats, scene.raid, 32);
  for (auto _ : state) start_raid(scene.threats, scene.raid, scene.assets, scene.context(), 32);
  state.SetItemsProcessed(state.iterations() * scene.threats.rows);
}
BENCHMARK(start_drones_24)->Unit(benchmark::kMicrosecond);

/// A whole raid from start to the last arrival at 0.5 s a frame: entity updates (row-frames) a second.
void fly_raid(benchmark::State& state, Scene scene, std::int32_t block) {
  allocate(scene.threats, scene.raid, block);
  std::int64_t updates = 0;
  for (auto _ : state) {
    start_raid(scene.threats, scene.raid, scene.assets, scene.context(), block);
    Clock clock{.frame_ticks = 500'000'000, .frame = 0};
    for (; clock.frame < 3000; ++clock.frame) {
      move_threats(scene.threats, scene.context(), clock);
      updates += scene.threats.rows;
    }
  }
  state.SetItemsProcessed(updates);
  state.counters["per_replication"] =
      benchmark::Counter(double(state.iterations()) * block, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
void fly_drones_24(benchmark::State& state) {
  Scene scene;
  scene.add("waypoint", 24, 60e3, 1000);
  fly_raid(state, std::move(scene), std::int32_t(state.range(0)));
}
void fly_mixed_40(benchmark::State& state) { fly_raid(state, mixed_40(), std::int32_t(state.range(0))); }
BENCHMARK(fly_drones_24)->Arg(1)->Arg(32)->Unit(benchmark::kMillisecond);
BENCHMARK(fly_mixed_40)->Arg(1)->Arg(32)->Unit(benchmark::kMillisecond);

struct Answer {
  Column<double> column[6];
  explicit Answer(std::int32_t rows) {
    for (auto& c : column) c.allocate(std::size_t(rows));
  }
  StateColumns columns() {
    return {column[0].data(), column[1].data(), column[2].data(), column[3].data(), column[4].data(), column[5].data()};
  }
};

Threats level_rows(std::int32_t rows) {
  Scene scene;
  scene.add("straight", rows, 60e3, 1000);
  allocate(scene.threats, scene.raid, 1);
  start_raid(scene.threats, scene.raid, scene.assets, scene.context(), 1);
  return scene.threats;
}

/// The machine's limit: a plain sum over as many bytes as a pass of positions_of_all reads (13 columns), as many
/// written.
void memory_limit(benchmark::State& state) {
  const std::size_t rows = std::size_t(state.range(0));
  std::vector<Column<double>> in, out;
  for (int k = 0; k < 13; ++k) in.emplace_back(rows);
  for (int k = 0; k < 6; ++k) out.emplace_back(rows);
  for (auto _ : state) {
    for (std::size_t k = 0; k < 6; ++k) {
      double* __restrict to = out[k].data();
      const double* __restrict a = in[2 * k].data(), * __restrict b = in[2 * k + 1].data();
#pragma omp simd
      for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] + b[i];
    }
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(std::int64_t(state.iterations() * rows * 18 * sizeof(double)));
  state.SetItemsProcessed(std::int64_t(state.iterations() * rows));
}
BENCHMARK(memory_limit)->Arg(1024)->Arg(32768)->Arg(1 << 20);

void positions_all(benchmark::State& state) {
  const std::int32_t rows = std::int32_t(state.range(0));
  const Threats threats = level_rows(rows);
  Answer answer(rows);
  double time_s = 0;
  for (auto _ : state) {
    positions_of_all(threats, time_s, answer.columns());
    time_s += 0.02;
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(std::int64_t(state.iterations()) * rows * 19 * std::int64_t(sizeof(double)));
  state.SetItemsProcessed(std::int64_t(state.iterations()) * rows);
}
BENCHMARK(positions_all)->Arg(1024)->Arg(32768)->Arg(1 << 20);

/// A list of looks: a quarter of the rows, scattered in ascending order, each at its own time.
void positions_list(benchmark::State& state) {
  const std::int32_t rows = std::int32_t(state.range(0)), count = rows / 4;
  const Threats threats = level_rows(rows);
  Answer answer(count);
  Column<std::int32_t> row{std::size_t(count)};
  Column<double> time_s{std::size_t(count)};
  for (std::int32_t i = 0; i < count; ++i) {
    row[std::size_t(i)] = 4 * i + (i * 7) % 4;
    time_s[std::size_t(i)] = 0.001 * i;
  }
  for (auto _ : state) {
    positions_of_rows(threats, row.data(), time_s.data(), count, answer.columns());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(std::int64_t(state.iterations()) * count);
}
BENCHMARK(positions_list)->Arg(1024)->Arg(32768);

/// What the gather replaces: state_at, one row after another.
void positions_plain(benchmark::State& state) {
  const std::int32_t rows = std::int32_t(state.range(0)), count = rows / 4;
  const Threats threats = level_rows(rows);
  Answer answer(count);
  for (auto _ : state) {
    for (std::int32_t i = 0; i < count; ++i) {
      const State s = state_at(threats, std::size_t(4 * i + (i * 7) % 4), 0.001 * i);
      answer.column[0][std::size_t(i)] = s.position_m.x, answer.column[1][std::size_t(i)] = s.position_m.y;
      answer.column[2][std::size_t(i)] = s.position_m.z, answer.column[3][std::size_t(i)] = s.velocity_mps.x;
      answer.column[4][std::size_t(i)] = s.velocity_mps.y, answer.column[5][std::size_t(i)] = s.velocity_mps.z;
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(std::int64_t(state.iterations()) * count);
}
BENCHMARK(positions_plain)->Arg(1024)->Arg(32768);

/// Waypoint motion: drones with two turns each, in every frame of 0.5 s the due pieces and then the positions of all.
/// Updates of rows a second.
void waypoint_updates(benchmark::State& state) {
  const std::int32_t rows = std::int32_t(state.range(0));
  Scene scene;
  scene.add("waypoint", rows, 60e3, 1000);
  scene.raid.waves[0].spacing_s = 0;
  scene.raid.waves[0].route_enu_m = {{30e3, 20e3, 800}, {10e3, 15e3, 500}};
  allocate(scene.threats, scene.raid, 1);
  Answer answer(rows);
  std::int64_t updates = 0;
  for (auto _ : state) {
    state.PauseTiming();
    start_raid(scene.threats, scene.raid, scene.assets, scene.context(), 1);
    Clock clock{.frame_ticks = 500'000'000, .frame = 0};
    state.ResumeTiming();
    for (; clock.frame < 2400; ++clock.frame) {
      move_threats(scene.threats, scene.context(), clock);
      positions_of_all(scene.threats, clock.now_s(), answer.columns());
      benchmark::ClobberMemory();
      updates += rows;
    }
  }
  state.SetItemsProcessed(updates);
}
BENCHMARK(waypoint_updates)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pavise
