// A direction finder: hears what emits, gives a bearing and nothing else. Friis' transmission equation; it detects if the
// power received is above its sensitivity and the emitter is within its horizon.
#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "sensors/bearings.hpp"
#include "sensors/detection.hpp"
#include "sensors/terrain_mask.hpp"

namespace pavise {
namespace {

struct PassiveRf {
  double instrumented_range_m, sensitivity_W, antenna_gain_dB, frequency_Hz, bearing_noise_rad, update_period_s, coverage,
      antenna_height_m;
};

// Looks at a threat stand on a grid of its own, so that they spread over the period (golden section).
double offset_s(const Sensor& sensor, std::int32_t number, double period_s) {
  const double x = double(number) * 0.61803398874989484820 + double(sensor.stream) / 65536;
  return (x - std::floor(x)) * period_s;
}

void start_passive(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const Sensor& model = context.sensors[std::size_t(sensor)];
  const double period_s = model.parameters.as<PassiveRf>().update_period_s;
  for (std::int32_t row = 0; row < threats.rows; ++row) {
    const double appears_s = threats.appears_s[std::size_t(row)];
    const std::int32_t number = threats.number_of(row);
    double& next_s = sensors.next_look_s[std::size_t(sensor)][std::size_t(row)];
    next_s = kNever_s;
    if (!(appears_s < 1e9) || !(sensors.signatures[std::size_t(number)].eirp_W > 0)) continue;
    const double offset = offset_s(model, number, period_s);
    next_s = std::max(appears_s, offset + std::ceil((appears_s - offset) / period_s) * period_s);
  }
}

EarConstants ear_constants(const Sensor& model, const Environment& environment) {
  const auto& p = model.parameters.as<PassiveRf>();
  EarConstants e;
  e.gain = power(10.0, p.antenna_gain_dB / 10);
  e.spread_m = kSpeedOfLight_mps / p.frequency_Hz / (4 * kPi);
  e.sensitivity_W = p.sensitivity_W;
  e.instrumented_range_m = p.instrumented_range_m;
  e.antenna_height_m = model.position_enu_m.z;
  e.radius_m = environment.is_flat_without_horizon ? kFlat_m : environment.effective_earth * kEarthRadius_m;
  e.antenna_horizon_m =
      environment.is_flat_without_horizon ? kFlat_m : horizon_distance_m(model.position_enu_m.z, e.radius_m);
  e.period_s = p.update_period_s;
  e.phase = double(model.stream) / 65536;
  return e;
}

void look_passive(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                  const Clock&, Looks& looks, Detections& detections) {
  const EarConstants ear = ear_constants(context.sensors[std::size_t(sensor)], context.environment);
  const BearingColumns columns = bearing_columns(sensors, looks);
  PAVISE_VARIANTS(hear)(ear, columns);
  find_out_of_reach(threats, looks);  // updates at which it certainly is out of reach are left out; the grid stays
  PAVISE_VARIANTS(hear_again)(ear, columns);
  if (const Terrain* terrain = context.environment.terrain; terrain != nullptr)
    mask_able(*terrain, context.sensors[std::size_t(sensor)].position_enu_m, ear.radius_m, looks);

  std::size_t hits = 0;
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    looks.hit[hits] = std::int32_t(i);
    hits += looks.able[i] != 0;
  }
  const auto& p = context.sensors[std::size_t(sensor)].parameters.as<PassiveRf>();
  measure_bearings_of(context, sensor, p.bearing_noise_rad, kMeasuresAzimuth, hits, looks, detections);
}

std::size_t most_passive(const Sensor& sensor, std::int32_t rows, std::int32_t, double frame_s) {
  return std::size_t(rows) * std::size_t(2 + frame_s / sensor.parameters.as<PassiveRf>().update_period_s) + 8;
}

const Registration<SensorKind> registered{{
    .info = {.category = "sensor",
             .name = "passive_rf",
             .summary = "Direction finder: bearing of what emits, by Friis' equation.",
             .source = "docs/models/sensors.md#passive-rf",
             .parameters =
                 {
                     parameter("instrumented_range", &PassiveRf::instrumented_range_m, Dimension::length, {1, 5e6},
                               "farthest range"),
                     parameter("sensitivity", &PassiveRf::sensitivity_W, Dimension::power, {1e-30, 1},
                               "least power it detects"),
                     parameter("antenna_gain", &PassiveRf::antenna_gain_dB, Dimension::gain, {-100, 100}, "receiving", 0.0),
                     parameter("frequency", &PassiveRf::frequency_Hz, Dimension::frequency, {1e3, 1e12}, "of the emission"),
                     parameter("bearing_noise", &PassiveRf::bearing_noise_rad, Dimension::angle, {1e-9, kPi}, "1 sigma"),
                     parameter("update_period", &PassiveRf::update_period_s, Dimension::time, {0.01, 1e4},
                               "between bearings of one emitter", 1.0),
                     parameter("coverage", &PassiveRf::coverage, Dimension::word, {0, 1}, "all round, or a sector", 0.0,
                               {"rotating", "sector"}),
                     parameter("antenna_height", &PassiveRf::antenna_height_m, Dimension::length, {0, 1e5},
                               "above the place it stands at", 0.0),
                 },
             .size_bytes = sizeof(PassiveRf)},
    .start = start_passive,
    .look = look_passive,
    .most_detections = most_passive,
}};

}  // namespace
}  // namespace pavise
