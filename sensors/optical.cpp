// A camera on a director: narrow, so it needs a cue, a threat that another sensor of the laydown has detected lately. It
// points at one threat at a time, the nearest it can reach when it becomes free, and sees what stands in its field of view.
// It gives bearing and elevation. Contrast: infrared intensity over range squared, through the air.
#include <algorithm>

#include "kernel/core/draws_lanes.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/threats/positions.hpp"
#include "sensors/bearings.hpp"
#include "sensors/detection.hpp"
#include "sensors/terrain_mask.hpp"

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

EyeConstants eye_constants(const Camera& p, const Sensor& model, const Environment& environment) {
  EyeConstants e;
  // signal 1 where intensity 1 stands at the reference range in the reference air
  e.reference_m = p.reference_range_m * (p.bad_weather != 0 ? p.bad_weather_factor : 1);
  e.gain = exponential(p.reference_extinction_per_km * e.reference_m / 1000);
  e.extinction_per_m = environment.visibility_extinction_per_km / 1000;
  e.least_signal = kLeastSignal;
  e.antenna_height_m = model.position_enu_m.z;
  // light is hardly bent
  e.radius_m = environment.is_flat_without_horizon ? kFlat_m : kEarthRadius_m;
  e.antenna_horizon_m =
      environment.is_flat_without_horizon ? kFlat_m : horizon_distance_m(model.position_enu_m.z, e.radius_m);
  e.period_s = look_period_s(p);
  e.cue_period_s = kCuePeriod_s;
  e.cue_age_s = kCueAge_s;
  return e;
}

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

// Lists in looks.hit what the cameras see, one camera per replication; how many that are.
std::size_t list_seen(const Camera& p, std::int32_t first_replication, PointedCamera* cameras, Looks& looks) {
  const double half_view_cosine = cosine(0.5 * p.field_of_view_rad);
  const std::size_t count = std::size_t(looks.count);
  std::size_t seen = 0;
  for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
    const std::uint32_t replication = looks.replication[begin];
    while (end < count && looks.replication[end] == replication) ++end;
    PointedCamera& camera = cameras[std::int32_t(replication) - first_replication];
    point(camera, p, looks, begin, end);
    if (camera.row < 0 || looks.time_s[begin] < camera.settled_s) continue;
    std::size_t middle = begin;
    while (looks.row[middle] != camera.row) ++middle;
    for (std::size_t i = begin; i < end; ++i) {
      if (looks.able[i] == 0) continue;
      const double along = looks.x_m[i] * looks.x_m[middle] + looks.y_m[i] * looks.y_m[middle] + looks.z_m[i] * looks.z_m[middle];
      if (i != middle && along < half_view_cosine * looks.range_m[i] * looks.range_m[middle]) continue;
      looks.hit[seen++] = std::int32_t(i);
    }
  }
  return seen;
}

void look_optical(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                  const Clock&, Looks& looks, Detections& detections) {
  const std::size_t s = std::size_t(sensor);
  const Sensor& model = context.sensors[s];
  const auto& p = model.parameters.as<Camera>();
  const EyeConstants eye = eye_constants(p, model, context.environment);
  const BearingColumns columns = bearing_columns(sensors, looks);
  PAVISE_VARIANTS(see)(eye, path_columns(threats), sensors.cue_s.data(), columns);
  find_out_of_reach(threats, looks);  // looks at which it certainly is out of reach are left out
  PAVISE_VARIANTS(see_again)(eye, columns);
  if (const Terrain* terrain = context.environment.terrain; terrain != nullptr)
    mask_able(*terrain, model.position_enu_m, eye.radius_m, looks);

  const std::size_t seen =
      list_seen(p, context.first_replication, &sensors.cameras[s * std::size_t(threats.replications)], looks);
  if (seen == 0) return;

  // of all that are seen those stay which luck is with
  const std::size_t lanes = pad_hits(looks, seen);
  list_addresses(looks, seen);
  PAVISE_VARIANTS(fill_uniforms)
  (hit_addresses(looks, seen, Purpose::look_detect, model.stream, context.draws.seed), looks.luck.data(),
   looks.noise[0].data());
  PAVISE_VARIANTS(recognise)(std::int32_t(lanes), looks.hit.data(), columns, looks.probability.data());
  std::size_t hits = 0;
  for (std::size_t k = 0; k < seen; ++k) {
    looks.hit[hits] = looks.hit[k];
    hits += looks.luck[k] < looks.probability[k];
  }
  measure_bearings_of(context, sensor, p.angle_noise_rad, kMeasuresAzimuth | kMeasuresElevation, hits, looks, detections);
}

std::size_t most_optical(const Sensor&, std::int32_t rows, std::int32_t, double) { return std::size_t(rows) + 8; }

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
