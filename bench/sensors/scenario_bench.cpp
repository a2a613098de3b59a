// The detect stage alone on the shipped scenarios: nobody shoots, so every threat is seen until it arrives. Reports the
// time of a replication, of a detection, and how many there are.
#include <benchmark/benchmark.h>

#include <bit>
#include <cmath>
#include <stdexcept>

#include "kernel/engine/model.hpp"
#include "scenario/scenario.hpp"
#include "sensors/sensors.hpp"

namespace pavise {
namespace {

// Of all that is measured: a timing also proves its result.
std::uint64_t hash_of(const Detections& d, std::uint64_t hash) {
  for (std::size_t i = 0; i < std::size_t(d.count); ++i)
    for (const double value : {double(d.replication[i]), double(d.sensor[i]), double(d.source[i]), double(d.components[i]),
                               d.time_s[i], d.range_m[i], d.azimuth_rad[i], d.elevation_rad[i], d.range_rate_mps[i],
                               d.sigma_range_m[i], d.sigma_azimuth_rad[i], d.sigma_elevation_rad[i],
                               d.sigma_range_rate_mps[i], d.snr[i]})
      hash = (hash ^ (std::isnan(value) ? 1 : std::bit_cast<std::uint64_t>(value))) * 0x9E3779B97F4A7C15u;
  return hash;
}

void detect_scenario(benchmark::State& state, const std::string& scenario, const std::string& raid_name) {
  LoadedScenario loaded = load_scenario(scenario);
  if (!loaded.model) throw std::runtime_error(loaded.diagnostics.to_text());
  const Model& model = *loaded.model;
  Diagnostics diagnostics;
  const Raid& raid = model.raids[std::size_t(raid_name.empty() ? 0 : find_raid(model, raid_name, diagnostics))];
  const std::int32_t lanes = std::int32_t(state.range(0));
  const SensingContext sensing{model.sensors, model.threat_classes, model.environment, Draws{1}, 0};
  const MotionContext motion{model.threat_classes, model.environment, Draws{1}, 0};
  Clock clock{model.frame_ticks, -1};
  Threats threats;
  Sensors sensors;
  Looks looks;
  Detections detections;
  Outcomes outcomes;
  allocate(threats, raid, lanes);
  allocate(sensors, model.sensors, threats);
  allocate(looks, std::size_t(threats.rows));
  allocate(detections, most_detections(model.sensors, threats.rows, lanes, clock.frame_s()), model.sensors.size());
  OutcomeSizes sizes{};
  sizes.replications = lanes;
  sizes.threats = threats.per_replication;
  allocate(outcomes, sizes);
  std::int64_t replications = 0, seen = 0, alarms = 0;
  std::uint64_t hash = 0;
  for (auto _ : state) {
    state.PauseTiming();
    clear(outcomes);
    start_raid(threats, raid, model.assets, motion, lanes);
    start_sensors(sensing, threats, sensors);
    clock.frame = -1;
    double last_s = 0;
    for (std::int32_t row = 0; row < threats.rows; ++row)
      if (threats.arrives_s[std::size_t(row)] < 1e6) last_s = std::max(last_s, threats.arrives_s[std::size_t(row)]);
    if (!(last_s > 0)) last_s = 60;
    state.ResumeTiming();
    while (clock.now_s() < last_s) {
      ++clock.frame;
      move_threats(threats, motion, clock);
      for (std::size_t row = 0; row < std::size_t(threats.rows); ++row)
        if (threats.arrives_s[row] <= clock.now_s()) threats.visible_until_s[row] = threats.arrives_s[row];
      detect(sensing, threats, clock, sensors, looks, detections, outcomes);
      alarms += std::int64_t(detections.alarms.size());
      seen += detections.count;
      if (replications == 0) hash = hash_of(detections, hash);
    }
    replications += lanes;
  }
  state.SetLabel(std::to_string(hash));
  state.counters["per_replication"] =
      benchmark::Counter(double(replications), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["per_detection"] =
      benchmark::Counter(double(seen), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["detections"] = double(seen) / double(replications);
  state.counters["false_alarms"] = double(alarms) / double(replications);
}
BENCHMARK_CAPTURE(detect_scenario, drones_24, "nsatu_hub_amdtf", "drones_24")->Arg(1)->Arg(32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(detect_scenario, mixed_40, "nsatu_hub_amdtf", "mixed_40")->Arg(16)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(detect_scenario, hundred_tracks, "bench/hundred_tracks", "")->Arg(4)->Arg(32)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pavise
