// Nanoseconds per detection of the gnn tracker, all in: coarse gate, filter, assignment, upkeep, initiation.
#include "sensors/tracking/gnn_tracker.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

/// `radars` radars on a square, each with its own file, `targets` targets, false alarms; the tracker alone is timed.
void run(benchmark::State& state, int targets, int radars, double period_s, double frame_s, double false_alarms,
         bool sees_at_once) {
  const std::int32_t replications = std::int32_t(state.range(0));
  TrackingScene scene(ring_of_fliers(targets), replications);
  for (int k = 0; k < radars; ++k)
    scene.add_radar({2000.0 * (k % 2 ? 1 : -1), 2000.0 * (k / 2 ? 1 : -1), 10}, period_s,
                    {.pd = 0.95, .false_alarms_per_scan = false_alarms, .measures_rate = false}, k);
  scene.clock.frame_ticks = ticks_of(frame_s);
  scene.looks_at_once = sees_at_once;
  scene.start(Registry<TrackerKind>::instance().at("gnn"), Parameters::of(GnnParameters{}));
  scene.advance_to(5 * period_s);
  std::int64_t detections = 0, frames = 0;
  for (auto _ : state) {
    state.PauseTiming();
    scene.look();
    state.ResumeTiming();
    scene.track();
    detections += scene.detections.count;
    ++frames;
  }
  state.counters["ns/detection"] =
      benchmark::Counter(double(detections), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["detections/frame"] = double(detections) / double(frames);
}

void hundred_tracks(benchmark::State& state) { run(state, 100, 4, 4, 0.02, 0, false); }
BENCHMARK(hundred_tracks)->Arg(1)->Arg(8)->Arg(32)->Iterations(1500);

void hundred_tracks_and_thirty_false_alarms(benchmark::State& state) { run(state, 100, 4, 4, 0.02, 30, false); }
BENCHMARK(hundred_tracks_and_thirty_false_alarms)->Arg(8)->Iterations(1500);

void half_second_frames(benchmark::State& state) { run(state, 40, 1, 2, 0.5, 20, false); }
BENCHMARK(half_second_frames)->Arg(1)->Arg(32)->Iterations(200);

void thousand_targets_in_one_look(benchmark::State& state) { run(state, 1000, 1, 2, 2, 0, true); }
BENCHMARK(thousand_targets_in_one_look)->Arg(1)->Iterations(30);

void thousand_false_alarms(benchmark::State& state) { run(state, 1, 1, 2, 0.5, 1000, false); }
BENCHMARK(thousand_false_alarms)->Arg(1)->Arg(8)->Iterations(200);

}  // namespace
}  // namespace pavise
