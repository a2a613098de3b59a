// A camera on a director: narrow, so it needs a cue, a threat that another sensor of the laydown has detected lately. It
// points at one threat at a time, the nearest it can reach when it becomes free, and sees what stands in its field of view.
// It gives bearing and elevation. Contrast: infrared intensity over range squared, through the air.
#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "sensors/detection.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

constexpr double kCueAge_s = 10;          // a cue is good for that long
constexpr double kLeastLookPeriod_s = 0.2;  // faster pictures are averaged into one look, at the end of a frame
constexpr double kCuePeriod_s = 1;        // how often a camera asks for cues
constexpr double kLeastSignal = 0.05;     // of the reference's; below it nothing is seen at all

struct Camera {
  double reference_range_m, reference_extinction_per_km, field_of_view_rad, slew_time_s, angle_noise_rad, update_period_s,
      bad_weather_factor, antenna_height_m, bad_weather;
};

double look_period_s(const Camera& p) { return std::max(p.update_period_s, kLeastLookPeriod_s); }

// Signal of intensity I at range R, 1 where intensity 1 stands at the reference range in the reference air.
struct Contrast {
  double reference_m, gain, extinction_per_m;

  Contrast(const Camera& p, const Environment& environment) {
    reference_m = p.reference_range_m * (p.bad_weather != 0 ? p.bad_weather_factor : 1);
    gain = exponential(p.reference_extinction_per_km * reference_m / 1000);
    extinction_per_m = environment.visibility_extinction_per_km / 1000;
  }
  double signal(double intensity, double range_m) const {
    const double ratio = reference_m / range_m;
    return intensity * ratio * ratio * gain * exponential(-extinction_per_m * range_m);
  }
  // How much nearer a threat of this intensity must come at least until its signal is kLeastSignal. Over the way d to
  // half the range ln(signal) grows by no more than (4 / R + extinction) d.
  double gap_m(double intensity, double range_m) const {
    const double here = signal(intensity, range_m);
    if (here >= kLeastSignal) return 0;
    const double way_m = logarithm(kLeastSignal / std::max(here, 1e-300)) / (4 / range_m + extinction_per_m);
    return std::min(way_m, 0.5 * range_m);
  }
};

void start_optical(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const double period_s = look_period_s(context.sensors[std::size_t(sensor)].parameters.as<Camera>());
  for (std::int32_t row = 0; row < threats.rows; ++row) {
    const double appears_s = threats.appears_s[std::size_t(row)];
    double& next_s = sensors.next_look_s[std::size_t(sensor)][std::size_t(row)];
    next_s = kNever_s;
    if (!(appears_s < 1e9) || !(sensors.signatures[std::size_t(threats.number_of(row))].infrared > 0)) continue;
    next_s = std::ceil(appears_s / period_s) * period_s;
    if (next_s < appears_s) next_s += period_s;
  }
}

// The intensity that a threat can show within the next half minute: its exhaust only if it may have turned its back by then.
double brightest_soon(const Threats& t, const Sensors& sensors, const Looks& looks, std::size_t i) {
  const std::size_t row = std::size_t(looks.row[i]);
  const Signature& seen = sensors.signatures[std::size_t(t.number_of(looks.row[i]))];
  const Vec3 to{looks.x_m[i], looks.y_m[i], looks.z_m[i]}, v{looks.vx_mps[i], looks.vy_mps[i], looks.vz_mps[i]};
  const bool is_straight = t.cx[2][row] == 0 && t.cx[3][row] == 0 && t.cy[2][row] == 0 && t.cy[3][row] == 0;
  if (is_straight && -dot(to, v) > 40 * dot(v, v)) return seen.infrared;  // more than 40 s from its closest approach
  return seen.infrared * std::max(1.0, seen.infrared_factor_tail);
}

// Points the camera of one replication, whose looks are [begin, end): stays with its threat while that is in reach and
// cued, else turns to the nearest one.
void point(PointedCamera& camera, const Camera& p, const Looks& looks, std::size_t begin, std::size_t end) {
  std::int32_t nearest = -1;
  double nearest_m = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (looks.able[i] == 0) continue;
    if (looks.row[i] == camera.row) return;
    if (nearest < 0 || looks.range_m[i] < nearest_m) {
      nearest = looks.row[i];
      nearest_m = looks.range_m[i];
    }
  }
  if (nearest >= 0) camera.settled_s = looks.time_s[begin] + p.slew_time_s;
  camera.row = nearest;
}

void add_optical(const SensingContext& context, std::int32_t sensor, const Threats& threats, const Camera& p,
                 const Looks& looks, std::size_t i, Detections& detections) {
  const std::int32_t row = looks.row[i];
  Address at{std::uint32_t(context.first_replication + threats.replication_of(row)), std::uint32_t(threats.number_of(row)),
             Purpose::look_detect, context.sensors[std::size_t(sensor)].stream, draw_number_of(looks.time_s[i])};
  // Pd 0.9 at signal 1, and the power of the contrast in the exponent: 1 - 0.1^(signal^2)
  const double signal = looks.snr[i];
  const double probability = 1 - exponential(-2.30258509299404568 * signal * signal);
  if (!(context.draws.uniform(at) < probability)) return;
  at.purpose = Purpose::look_noise_range_azimuth;
  const double azimuth_noise = context.draws.normals(at).second;
  at.purpose = Purpose::look_noise_elevation_rate;
  const double elevation_noise = context.draws.normals(at).first;

  const std::size_t d = append_detection(detections, threats.replication_of(row), sensor, threats.number_of(row),
                                         looks.time_s[i]);
  double turns = (arctangent2(looks.x_m[i], looks.y_m[i]) + p.angle_noise_rad * azimuth_noise) / (2 * kPi);
  turns -= std::floor(turns);
  const double ground_m = std::sqrt(looks.x_m[i] * looks.x_m[i] + looks.y_m[i] * looks.y_m[i]);
  detections.components[d] = kMeasuresAzimuth | kMeasuresElevation;
  detections.azimuth_rad[d] = turns * (2 * kPi);
  detections.elevation_rad[d] = arctangent2(looks.z_m[i], ground_m) + p.angle_noise_rad * elevation_noise;
  detections.sigma_azimuth_rad[d] = detections.sigma_elevation_rad[d] = p.angle_noise_rad;
  detections.snr[d] = signal;
}

void look_optical(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                  const Clock&, Looks& looks, Detections& detections) {
  const std::size_t s = std::size_t(sensor);
  const Sensor& model = context.sensors[s];
  const auto& p = model.parameters.as<Camera>();
  const double period_s = look_period_s(p);
  const Contrast contrast(p, context.environment);
  const bool is_flat = context.environment.is_flat_without_horizon;
  const double radius_m = kEarthRadius_m;  // light is hardly bent
  const double own_horizon_m = horizon_distance_m(model.position_enu_m.z, radius_m);
  const double half_view_cosine = cosine(0.5 * p.field_of_view_rad);

  // what it could see if it pointed there: `able` is narrowed to that
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const std::size_t row = std::size_t(looks.row[i]);
    const double range_m = std::max(1.0, length({looks.x_m[i], looks.y_m[i], looks.z_m[i]}));
    const double time_s = looks.time_s[i];
    const double horizon_m = own_horizon_m + horizon_distance_m(looks.z_m[i] + model.position_enu_m.z, radius_m);
    looks.range_m[i] = range_m;
    looks.snr[i] = contrast.signal(looks.infrared[i], range_m);
    const bool is_cued = time_s - sensors.cue_s[row] <= kCueAge_s;
    const bool is_in_reach = looks.snr[i] >= kLeastSignal && (is_flat || range_m <= horizon_m);
    looks.able[i] = looks.able[i] != 0 && is_cued && is_in_reach ? 1 : 0;

    // looks at which it certainly is out of reach are left out, and what is not cued is asked for once a second
    const double gap_m = contrast.gap_m(brightest_soon(threats, sensors, looks, i), range_m);
    const double until_s = out_of_reach_until_s(threats, row, time_s, gap_m);
    const double least_s = looks.able[i] != 0 ? period_s : std::max(period_s, kCuePeriod_s);
    const double skipped = std::floor((std::max(until_s, time_s + least_s) - time_s) / period_s + 1e-9);
    looks.next_s[i] = (std::floor(time_s / period_s + 1e-9) + std::max(1.0, skipped)) * period_s;
  }

  // one camera per replication
  for (std::size_t begin = 0, end = 0; begin < std::size_t(looks.count); begin = end) {
    const std::int32_t lane = threats.replication_of(looks.row[begin]);
    while (end < std::size_t(looks.count) && threats.replication_of(looks.row[end]) == lane) ++end;
    PointedCamera& camera = sensors.cameras[s * std::size_t(threats.replications) + std::size_t(lane)];
    point(camera, p, looks, begin, end);
    if (camera.row < 0 || looks.time_s[begin] < camera.settled_s) continue;
    std::size_t middle = begin;
    while (looks.row[middle] != camera.row) ++middle;
    for (std::size_t i = begin; i < end; ++i) {
      if (looks.able[i] == 0) continue;
      const double along = looks.x_m[i] * looks.x_m[middle] + looks.y_m[i] * looks.y_m[middle] + looks.z_m[i] * looks.z_m[middle];
      if (i != middle && along < half_view_cosine * looks.range_m[i] * looks.range_m[middle]) continue;
      add_optical(context, sensor, threats, p, looks, i, detections);
    }
  }
}

std::size_t most_optical(const Sensor&, std::int32_t rows, std::int32_t, double) { return std::size_t(rows); }

const Registration<SensorKind> registered{{
    .info = {.category = "sensor",
             .name = "optical",
             .summary = "Camera on a director: needs a cue, one threat at a time, bearing and elevation.",
             .source = "docs/models/sensors.md#optical",
             .parameters =
                 {
                     parameter("reference_range", &Camera::reference_range_m, Dimension::length, {1, 1e6},
                               "infrared intensity 1 is seen with Pd 0.9 here, in the reference visibility"),
                     parameter("reference_extinction", &Camera::reference_extinction_per_km, Dimension::number, {0, 100},
                               "per km, of the reference", 0.1),
                     parameter("field_of_view", &Camera::field_of_view_rad, Dimension::angle, {1e-6, kPi}, "full width"),
                     parameter("slew_time", &Camera::slew_time_s, Dimension::time, {0, 1e4}, "to point at another threat",
                               2.0),
                     parameter("angle_noise", &Camera::angle_noise_rad, Dimension::angle, {1e-9, 1},
                               "1 sigma, bearing and elevation"),
                     parameter("update_period", &Camera::update_period_s, Dimension::time, {1e-3, 1e3},
                               "of the camera; one look averages frames over at least 0.2 s", 0.04),
                     parameter("bad_weather_factor", &Camera::bad_weather_factor, Dimension::number, {0.001, 1},
                               "reference range in fog or rain against clear air", 1.0),
                     parameter("antenna_height", &Camera::antenna_height_m, Dimension::length, {0, 1e5},
                               "above the place it stands at", 0.0),
                     parameter("bad_weather", &Camera::bad_weather, Dimension::flag, {0, 1}, "fog or rain", 0.0),
                 },
             .size_bytes = sizeof(Camera)},
    .start = start_optical,
    .look = look_optical,
    .most_detections = most_optical,
    .looks_at_frame_instants = true,  // all looks of a camera at the same instant: it chooses among them
    .gives_cue = false,
}};

}  // namespace
}  // namespace pavise
