// A direction finder: hears what emits, gives a bearing and nothing else. Friis' transmission equation; it detects if the
// power received is above its sensitivity and the emitter is within its horizon.
#include <algorithm>

#include "kernel/core/draws_lanes.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/detection.hpp"
#include "sensors/radar.hpp"

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

void look_passive(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors&, const Clock&,
                  Looks& looks, Detections& detections) {
  const Sensor& model = context.sensors[std::size_t(sensor)];
  const auto& p = model.parameters.as<PassiveRf>();
  const double spread = kSpeedOfLight_mps / p.frequency_Hz / (4 * kPi);
  const double gain = power(10.0, p.antenna_gain_dB / 10);
  const bool is_flat = context.environment.is_flat_without_horizon;
  const double radius_m = context.environment.effective_earth * kEarthRadius_m;
  const double own_horizon_m = horizon_distance_m(model.position_enu_m.z, radius_m);

  std::size_t hits = 0;
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const Vec3 to{looks.x_m[i], looks.y_m[i], looks.z_m[i]};
    const double range_m = std::max(1.0, length(to)), time_s = looks.time_s[i];
    const std::int32_t row = looks.row[i];
    // Friis: received = EIRP G (wavelength / (4 pi R))^2, so the reach is where that equals the sensitivity
    const double received_W = looks.eirp_W[i] * gain * (spread / range_m) * (spread / range_m);
    const double reach_m = std::min(p.instrumented_range_m, spread * std::sqrt(looks.eirp_W[i] * gain / p.sensitivity_W));
    const double horizon_m = own_horizon_m + horizon_distance_m(to.z + model.position_enu_m.z, radius_m);
    if (looks.able[i] != 0 && range_m <= reach_m && (is_flat || range_m <= horizon_m)) {
      looks.replication[hits] = std::uint32_t(context.first_replication + threats.replication_of(row));
      looks.entity[hits] = std::uint32_t(threats.number_of(row));
      looks.number[hits] = draw_number_of(time_s);
      looks.hit[hits++] = std::int32_t(i);
      looks.snr[i] = received_W / p.sensitivity_W;
    }
    // updates at which it certainly is out of reach are left out; the grid stays
    const double until_s = out_of_reach_until_s(threats, std::size_t(row), time_s, range_m - reach_m);
    const double skipped = std::floor((until_s - time_s) / p.update_period_s);
    const double offset = offset_s(model, threats.number_of(row), p.update_period_s);
    const double step = std::floor((time_s - offset) / p.update_period_s + 0.5) + std::max(1.0, skipped);
    looks.next_s[i] = offset + step * p.update_period_s;
  }

  if (hits == 0) return;
  const DrawColumns at{whole_vectors(std::int32_t(hits), 16), looks.replication.data(), looks.entity.data(),
                       looks.number.data(), Purpose::look_noise_range_azimuth, model.stream, context.draws.seed};
  PAVISE_VARIANTS(fill_normals)(at, looks.noise[0].data(), looks.noise[1].data());
  for (std::size_t k = 0; k < hits; ++k) {
    const std::size_t i = std::size_t(looks.hit[k]);
    const std::int32_t row = looks.row[i];
    const std::size_t d =
        append_detection(detections, threats.replication_of(row), sensor, threats.number_of(row), looks.time_s[i]);
    double turns = (arctangent2(looks.x_m[i], looks.y_m[i]) + p.bearing_noise_rad * looks.noise[1][k]) / (2 * kPi);
    turns -= std::floor(turns);
    detections.components[d] = kMeasuresAzimuth;
    detections.azimuth_rad[d] = turns * (2 * kPi);
    detections.sigma_azimuth_rad[d] = p.bearing_noise_rad;
    detections.snr[d] = looks.snr[i];
  }
}

std::size_t most_passive(const Sensor& sensor, std::int32_t rows, std::int32_t, double frame_s) {
  return std::size_t(rows) * std::size_t(2 + frame_s / sensor.parameters.as<PassiveRf>().update_period_s);
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
