// The detect stage on the scene of bench/hundred_tracks: 100 vehicles on a ring, four rotating radars of 15 rpm, 50 frames
// a second. Reports looks a second of the stage alone, the time of a look, and the time of a frame per threat row.
#include <benchmark/benchmark.h>

#include <cmath>

#include "sensors/detection.hpp"
#include "sensors/sensors.hpp"

namespace pavise {
namespace {

struct Scene {
  std::vector<Sensor> models;
  std::vector<ThreatClass> classes = {ThreatClass{}};
  Environment environment;
  Threats threats;
  Sensors sensors;
  Looks looks;
  Detections detections;
  Outcomes outcomes;
  Clock clock;

  Scene(std::int32_t replications, bool with_false_alarms, double frame_s) {
    const SensorKind& kind = Registry<SensorKind>::instance().at("radar/rotating");
    for (int i = 0; i < 4; ++i) {
      Sensor s;
      s.name = "radar_" + std::to_string(i + 1);
      s.kind = &kind;
      s.parameters = defaults_of(kind.info);
      const auto give = [&](const char* name, double value) { set_parameter(s.parameters, kind.info, name, value); };
      give("instrumented_range", 150e3), give("reference_range", 120e3), give("scan_period", 4);
      give("elevation_max", 1), give("frequency", 5e9), give("beamwidth_azimuth", 0.035);
      give("beamwidth_elevation", 0.035), give("dwell", 0.01), give("bandwidth", 5e6), give("range_noise_floor", 5);
      give("angle_noise_floor", 1e-3), give("doppler_noise", 2), give("false_alarms", with_false_alarms ? 1 : 0);
      s.position_enu_m = {4e3 * std::cos(1.5708 * i), 4e3 * std::sin(1.5708 * i), 10};
      s.stream = stream_of_name(s.name);
      models.push_back(s);
    }
    Raid raid;
    raid.waves.resize(1);
    raid.waves[0].count = 100;
    allocate(threats, raid, replications);
    for (Column<double>* c : {&threats.piece_end_s, &threats.arrives_s, &threats.fails_s, &threats.ended_s,
                              &threats.visible_until_s})
      c->fill(kNever_s);
    for (std::size_t row = 0; row < std::size_t(threats.rows); ++row) {
      const int j = int(row) % 100;
      const double bearing = 0.0628 * j + 0.001 * double(row / 100), range = 40e3 + 300 * j, speed = 80 + 1.7 * j;
      threats.cx[0][row] = range * std::sin(bearing), threats.cx[1][row] = -speed * std::sin(bearing);
      threats.cy[0][row] = range * std::cos(bearing), threats.cy[1][row] = -speed * std::cos(bearing);
      threats.cz[0][row] = 3000;
      threats.speed_mps[row] = speed;
    }
    clock = {ticks_of(frame_s), -1};
    allocate(sensors, models, threats);
    allocate(detections, most_detections(models, threats.rows, replications, frame_s), models.size());
    allocate(outcomes, {replications, threats.per_replication, 0, 0, 0, 0, 0, 0});
    start_sensors(context(), threats, sensors);
  }
  SensingContext context() const { return {models, classes, environment, Draws{1}, 0}; }
  void step() {
    ++clock.frame;
    detect(context(), threats, clock, sensors, looks, detections, outcomes);
  }
};

void detect_hundred_tracks(benchmark::State& state) {
  const double frame_s = double(state.range(2)) / 1000;
  Scene scene(std::int32_t(state.range(0)), state.range(1) != 0, frame_s);
  while (scene.clock.now_s() < 10) scene.step();
  std::int64_t frames = 0, detections = 0;
  for (auto _ : state) {
    if (scene.clock.now_s() > 120) {  // two minutes: the nearest are still on their way in
      state.PauseTiming();
      scene.clock.frame = -1;
      start_sensors(scene.context(), scene.threats, scene.sensors);
      state.ResumeTiming();
    }
    for (int i = 0; i < 10; ++i) scene.step(), detections += scene.detections.count + std::int64_t(scene.detections.alarms.size());
    frames += 10;
  }
  // each row is looked at by each radar once in 4 s
  const double looks = double(frames) * frame_s / 4 * 4 * double(scene.threats.rows);
  state.counters["looks"] = benchmark::Counter(looks, benchmark::Counter::kIsRate);
  state.counters["per_look"] = benchmark::Counter(looks, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["per_row_frame"] =
      benchmark::Counter(double(frames) * double(scene.threats.rows), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["detections"] = benchmark::Counter(double(detections), benchmark::Counter::kIsRate);
}
BENCHMARK(detect_hundred_tracks)
    ->ArgNames({"block", "false_alarms", "frame_ms"})
    ->Args({1, 0, 20})
    ->Args({8, 0, 20})
    ->Args({32, 0, 20})
    ->Args({8, 1, 20})
    ->Args({8, 0, 500})
    ->Args({8, 1, 500});

void detection_probability_of_steady_targets(benchmark::State& state) {
  double snr = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(detection_probability(0, snr, 1e-6, std::int32_t(state.range(0))));
    snr = snr < 30 ? snr * 1.01 : 1;
  }
}
BENCHMARK(detection_probability_of_steady_targets)->Arg(1)->Arg(64)->Arg(512);

}  // namespace
}  // namespace pavise
