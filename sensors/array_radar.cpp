// A phased array: searches its sector once per search frame and updates what it tracks in between.
//
// Its looks at a threat stand on one grid, t = offset + j u with u = track_update_min and an offset of that threat and
// sensor alone. Search looks are every k-th of them, idle updates every m-th, updates of an engaged track all of them: so
// whoever engages more gets more looks, and the looks that two policies have in common are the same draws.
#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

// The grid of one sensor, in steps of track_update_min.
struct Grid {
  double step_s;
  std::int64_t search_steps, idle_steps;
  double phase;

  explicit Grid(const Sensor& sensor) {
    const auto& p = sensor.parameters.as<RadarParameters>();
    step_s = p.track_update_min_s;
    search_steps = std::max<std::int64_t>(1, std::int64_t(std::floor(p.search_frame_s / step_s + 0.5)));
    idle_steps = std::max<std::int64_t>(1, std::int64_t(std::floor(p.track_update_idle_s / step_s + 0.5)));
    phase = double(sensor.stream) / 65536;
  }
  // spreads the threats evenly over the search frame, whatever their number (golden section)
  double offset_s(std::int32_t number) const {
    const double x = double(number) * 0.61803398874989484820 + phase;
    return (x - std::floor(x)) * (step_s * double(search_steps));
  }
  double time_s(std::int32_t number, std::int64_t j) const { return offset_s(number) + double(j) * step_s; }
  std::int64_t index_of(std::int32_t number, double at_s) const {
    return std::int64_t(std::floor((at_s - offset_s(number)) / step_s + 0.5));
  }
};

std::int64_t next_multiple(std::int64_t j, std::int64_t of) { return (j / of + (j >= 0 || j % of == 0 ? 1 : 0)) * of; }

double coast_s(const RadarParameters& p) { return std::max(1.25 * p.search_frame_s, 4 * p.track_update_idle_s); }

// By what factor idle updates are stretched so that all updates asked for fit into the time that searching leaves:
// (1 - time_share_search) track_capacity updates per idle period. Search looks go on in any case, so the factor ends there.
std::int64_t stretch_of(const RadarParameters& p, const Grid& grid, const Threats& threats, const Sensors& sensors,
                        const Column<double>& last_detected_s, std::int32_t replication, double now_s) {
  const double since_s = now_s - coast_s(p);
  const std::size_t begin = std::size_t(replication) * std::size_t(threats.per_replication);
  std::int64_t idle = 0, engaged = 0;
  for (std::size_t row = begin; row < begin + std::size_t(threats.per_replication); ++row) {
    const bool is_tracked = last_detected_s[row] >= since_s && threats.visible_until_s[row] > now_s;
    const bool is_engaged = sensors.engaged[row] > 0;
    idle += is_tracked && !is_engaged;
    engaged += is_tracked && is_engaged;
  }
  const double budget = (1 - p.time_share_search) * p.track_capacity;
  const double left = std::max(1.0, budget - double(engaged * grid.idle_steps));
  const std::int64_t most = std::max<std::int64_t>(1, grid.search_steps / grid.idle_steps);
  return std::clamp<std::int64_t>(std::int64_t(std::ceil(double(idle) / left)), 1, most);
}

void start_array(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const std::size_t s = std::size_t(sensor);
  const Grid grid(context.sensors[s]);
  const double search_s = grid.step_s * double(grid.search_steps);
  for (std::int32_t row = 0; row < threats.rows; ++row) {
    const double appears_s = threats.appears_s[std::size_t(row)];
    double& next_s = sensors.next_look_s[s][std::size_t(row)];
    next_s = kNever_s;
    if (!(appears_s < 1e9)) continue;
    const std::int32_t number = threats.number_of(row);
    std::int64_t scan = std::int64_t(std::ceil((appears_s - grid.offset_s(number)) / search_s));
    if (grid.time_s(number, scan * grid.search_steps) < appears_s) ++scan;
    next_s = grid.time_s(number, scan * grid.search_steps);
  }
  start_false_alarms(context, sensor, threats, sensors);
}

void look_array(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                const Clock& clock, Looks& looks, Detections& detections) {
  const std::size_t s = std::size_t(sensor);
  const Sensor& model = context.sensors[s];
  const auto& p = model.parameters.as<RadarParameters>();
  const Grid grid(model);
  const RadarConstants& radar = sensors.radar[s];
  Column<double>& last_detected_s = sensors.last_detected_s[s];
  const double coasting_s = coast_s(p);
  const auto least_cosine = [](double sector) { return sector >= 2 * kPi ? -2.0 : cosine(0.5 * sector); };
  const double search_cosine = least_cosine(p.search_sector_rad), track_cosine = least_cosine(p.track_sector_rad);

  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const bool is_tracked = looks.time_s[i] - last_detected_s[std::size_t(looks.row[i])] <= coasting_s;
    looks.least_cosine[i] = is_tracked ? track_cosine : search_cosine;
  }
  const std::size_t first = std::size_t(detections.count);
  detect_and_measure(context, sensor, sensors, clock.now_s(), looks, detections);
  for (std::size_t d = first; d < std::size_t(detections.count); ++d)
    last_detected_s[std::size_t(detections.replication[d] * threats.per_replication + detections.source[d])] =
        detections.time_s[d];

  std::int32_t replication = -1;
  std::int64_t stretch = 1;
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const std::size_t row = std::size_t(looks.row[i]);
    const std::int32_t number = threats.number_of(looks.row[i]);
    if (threats.replication_of(looks.row[i]) != replication) {
      replication = threats.replication_of(looks.row[i]);
      stretch = stretch_of(p, grid, threats, sensors, last_detected_s, replication, clock.now_s());
    }
    const double time_s = looks.time_s[i];
    const std::int64_t j = grid.index_of(number, time_s);
    std::int64_t next = next_multiple(j, grid.search_steps);
    if (time_s - last_detected_s[row] <= coasting_s) {
      const std::int64_t every = sensors.engaged[row] > 0 ? 1 : std::min(grid.idle_steps * stretch, grid.search_steps);
      next = std::min(next, next_multiple(j, every));
    } else if (looks.hidden_by_m[i] > 0) {
      // search looks at which it certainly is still hidden are left out
      const double until_s = unseen_until_s(radar, threats, row, time_s, looks.range_m[i]);
      const double search_s = grid.step_s * double(grid.search_steps);
      const std::int64_t skipped = std::int64_t(std::floor((until_s - time_s) / search_s));
      if (skipped >= 2) next += (skipped - 1) * grid.search_steps;
    }
    looks.next_s[i] = grid.time_s(number, next);
  }
}

std::size_t most_array(const Sensor& sensor, std::int32_t rows, std::int32_t replications, double frame_s) {
  const auto& p = sensor.parameters.as<RadarParameters>();
  const double updates = 2 + std::floor(frame_s / p.track_update_min_s);
  return std::size_t(double(rows) * updates) + 8 + most_false_alarms(p, true, replications, frame_s);
}

const Registration<SensorKind> registered{{
    .info = {.category = "sensor",
             .name = "radar/array",
             .summary = "Phased array: searches a sector, tracks faster, engaged tracks fastest, within its time.",
             .source = "docs/models/sensors.md#phased-array",
             .parameters = radar_parameters(true),
             .size_bytes = sizeof(RadarParameters)},
    .start = start_array,
    .look = look_array,
    .false_alarms = add_false_alarms,
    .most_detections = most_array,
    .remembers_detections = true,
    .is_radar = true,
}};

}  // namespace
}  // namespace pavise
