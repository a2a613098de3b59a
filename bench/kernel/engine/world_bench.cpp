// The whole engine on the shipped scenarios, one core: replications an hour, entity updates a second, and each stage's
// share. The label is the outcome hash of what was run, so that a timing also proves its result.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <stdexcept>

#include "kernel/core/variant.hpp"
#include "kernel/engine/world.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

Model load(const std::string& scenario) {
  LoadedScenario loaded = load_scenario(scenario);
  if (!loaded.model) throw std::runtime_error(loaded.diagnostics.to_text());
  return std::move(*loaded.model);
}

void run_world(benchmark::State& state, const std::string& scenario, const std::string& raid) {
  const Model model = load(scenario);
  Diagnostics diagnostics;
  RunSettings settings;
  if (!raid.empty()) settings.raid = find_raid(model, raid, diagnostics);
  settings.block = std::int32_t(state.range(0));
  World world(model, settings);
  world.run(0, world.block());  // warm up: memory is touched, scratch vectors have their size
  StageTimes times;
  world.times = &times;
  std::int64_t replications = 0, updates = 0;
  std::uint64_t hash = 0;
  for (auto _ : state) {
    world.run(replications, world.block());
    for (std::int32_t lane = 0; lane < world.block(); ++lane) {
      updates += world.outcomes().entity_updates[std::size_t(lane)];
      if (replications == 0) hash ^= world.outcome_hash(lane) + std::uint64_t(lane);
    }
    replications += world.block();
  }
  std::int64_t total = 0;
  for (std::int64_t nanoseconds : times.nanoseconds) total += nanoseconds;
  for (int stage = 0; stage < StageTimes::kStages; ++stage)
    if (*StageTimes::name(stage))
      state.counters[fmt::format("share_{}", StageTimes::name(stage))] = double(times.nanoseconds[stage]) / double(total);
  state.counters["replications_per_hour"] = benchmark::Counter(3600.0 * double(replications), benchmark::Counter::kIsRate);
  state.counters["entity_updates_per_s"] = benchmark::Counter(double(updates), benchmark::Counter::kIsRate);
  state.SetLabel(fmt::format("block {} {} {:016x}", world.block(), name_of(chosen_simd()), hash));
}

BENCHMARK_CAPTURE(run_world, hundred_tracks, "bench/hundred_tracks", "")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_world, drones_24, "nsatu_hub_amdtf", "drones_24")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_world, mixed_40, "nsatu_hub_amdtf", "mixed_40")->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_world, mixed_40_patriot_only, "nsatu_hub_patriot_only", "mixed_40")->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_world, saturation_100, "nsatu_hub_amdtf", "saturation_100")->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_world, stress_1000, "nsatu_hub_amdtf", "stress_1000")->Arg(0)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pavise
