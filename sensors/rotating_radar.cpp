// A radar that turns: it looks at a target when its beam crosses it. That instant is predicted from the target's path, so
// between two passes nothing is done; when it comes it is met exactly with the path as it is then.
#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

// Where the beam meets a row near `guess_s` on its present piece: Newton on the difference of bearings.
double crossing_near_s(const RadarConstants& radar, Vec3 antenna_m, const Threats& threats, std::size_t row,
                       double guess_s) {
  for (int step = 0; step < 3; ++step) {
    const State state = state_at(threats, row, guess_s);
    const Vec3 to = state.position_m - antenna_m, v = state.velocity_mps;
    const double turns = guess_s / radar.period_s + radar.phase_turns;
    const double ahead = arctangent2(to.x, to.y) / (2 * kPi) - (turns - std::floor(turns));
    const double off = ahead - std::floor(ahead + 0.5);
    const double rate = (v.x * to.y - v.y * to.x) / (2 * kPi * std::fmax(1.0, to.x * to.x + to.y * to.y)) * radar.period_s;
    guess_s += off * radar.period_s / (1 - std::clamp(rate, -0.5, 0.5));
  }
  return guess_s;
}

void start_rotating(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const std::size_t s = std::size_t(sensor);
  const RadarConstants& radar = sensors.radar[s];
  const Vec3 antenna_m = context.sensors[s].position_enu_m;
  for (std::size_t row = 0; row < std::size_t(threats.rows); ++row) {
    const double appears_s = threats.appears_s[row];
    double& next_s = sensors.next_look_s[s][row];
    next_s = kNever_s;
    if (!(appears_s < 1e9)) continue;
    // the first pass at or after it appears
    const Vec3 to = state_at(threats, row, appears_s).position_m - antenna_m;
    const double turns = arctangent2(to.x, to.y) / (2 * kPi) - (appears_s / radar.period_s + radar.phase_turns);
    next_s = appears_s + (turns - std::floor(turns)) * radar.period_s;
  }
  start_false_alarms(context, sensor, threats, sensors);
}

void look_rotating(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                   const Clock& clock, Looks& looks, Detections& detections) {
  const std::size_t s = std::size_t(sensor);
  const RadarConstants& radar = sensors.radar[s];
  const double now_s = clock.now_s(), begin_s = clock.begin_s();

  // the path may have changed since the prediction: meet the beam where the target is now
  const LookColumns columns = columns_of(looks);
  PAVISE_VARIANTS(meet_beam)(radar, columns);
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    looks.least_cosine[i] = -2;
    if (looks.time_s[i] <= begin_s) looks.time_s[i] = begin_s + 1e-6;  // it was crossed in the last frame: seen late
    if (looks.time_s[i] < threats.appears_s[std::size_t(looks.row[i])]) looks.able[i] = 0;
  }

  const std::size_t hits = find_hits(context, sensor, sensors, now_s, looks);
  measure_hits(context, sensor, sensors, hits, looks, detections);

  PAVISE_VARIANTS(predict_crossing)(radar, columns);
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const double time_s = looks.time_s[i];
    if (time_s > now_s) {
      looks.next_s[i] = time_s;  // the beam comes only in a later frame
    } else if (looks.hidden_by_m[i] > 0) {
      // passes at which it certainly is still hidden are left out
      const std::size_t row = std::size_t(looks.row[i]);
      const double until_s = unseen_until_s(radar, threats, row, time_s, looks.range_m[i]);
      const double turns = std::floor((until_s - time_s) / radar.period_s);
      if (turns >= 2) {
        const double guess_s = time_s + turns * radar.period_s;
        const double next_s = crossing_near_s(radar, context.sensors[s].position_enu_m, threats, row, guess_s);
        looks.next_s[i] = std::max(next_s, looks.next_s[i]);
      }
    }
  }
}

std::size_t most_rotating(const Sensor& sensor, std::int32_t rows, std::int32_t replications, double frame_s) {
  const auto& p = sensor.parameters.as<RadarParameters>();
  const double passes = 1 + std::floor(frame_s / (0.25 * p.scan_period_s));
  return std::size_t(double(rows) * passes) + 8 + most_false_alarms(p, false, replications, frame_s);
}

const Registration<SensorKind> registered{{
    .info = {.category = "sensor",
             .name = "radar/rotating",
             .summary = "Rotating surveillance radar: radar equation, Swerling targets, horizon, noise from SNR.",
             .source = "docs/models/sensors.md#rotating-radar",
             .parameters = radar_parameters(false),
             .size_bytes = sizeof(RadarParameters)},
    .start = start_rotating,
    .look = look_rotating,
    .finish = add_false_alarms,
    .most_detections = most_rotating,
    .is_radar = true,
}};

}  // namespace
}  // namespace pavise
