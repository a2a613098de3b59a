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

double coast_s(const RadarParameters& p) { return std::max(1.25 * p.search_frame_s, 4 * p.track_update_idle_s); }

// By what factor idle updates are stretched so that all updates asked for fit into the time that searching leaves:
// (1 - time_share_search) track_capacity updates per idle period. Search looks go on in any case, so the factor ends there.
std::int64_t stretch_of(const RadarParameters& p, const Grid& grid, const Threats& threats, const Column<std::int32_t>& engaged,
                        const Column<double>& last_detected_s, std::int32_t replication, double now_s) {
  const std::size_t begin = std::size_t(replication) * std::size_t(threats.per_replication);
  std::int32_t tracked, shot_at;
  PAVISE_VARIANTS(count_tracked)(threats.per_replication, &last_detected_s[begin], &threats.visible_until_s[begin],
                                 &engaged[begin], now_s - coast_s(p), now_s, tracked, shot_at);
  const std::int32_t idle = tracked - shot_at;
  const double budget = (1 - p.time_share_search) * p.track_capacity;
  const double left = std::max(1.0, budget - double(std::int64_t(shot_at) * grid.idle_steps));
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
  const Column<std::int32_t>& engaged = sensors.engaged[s];
  const double coasting_s = coast_s(p);
  const auto least_cosine = [](double sector) { return sector >= 2 * kPi ? -2.0 : cosine(0.5 * sector); };
  const double search_cosine = least_cosine(p.search_sector_rad), track_cosine = least_cosine(p.track_sector_rad);

  const std::size_t count = std::size_t(looks.count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_tracked = looks.time_s[i] - last_detected_s[std::size_t(looks.row[i])] <= coasting_s;
    looks.least_cosine[i] = is_tracked ? track_cosine : search_cosine;
  }
  const std::size_t hits = find_hits(context, sensor, sensors, clock.now_s(), looks);
  for (std::size_t k = 0; k < hits; ++k) {
    const std::size_t i = std::size_t(looks.hit[k]);
    last_detected_s[std::size_t(looks.row[i])] = looks.time_s[i];
  }
  measure_hits(context, sensor, sensors, hits, looks, detections);

  // when it looks again
  Column<double>&last_s = looks.noise[0], &stretch = looks.noise[1], &is_engaged = looks.noise[2], &is_tracked = looks.noise[3];
  std::uint32_t replication = 0;
  double stretched = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = std::size_t(looks.row[i]);
    if (stretched == 0 || looks.replication[i] != replication) {
      replication = looks.replication[i];
      stretched = double(stretch_of(p, grid, threats, engaged, last_detected_s,
                                    std::int32_t(replication) - context.first_replication, clock.now_s()));
    }
    last_s[i] = last_detected_s[row];
    stretch[i] = stretched;
    is_engaged[i] = engaged[row] > 0;
  }
  PAVISE_VARIANTS(next_updates)
  (UpdateColumns{std::int32_t(whole_vectors(looks.count)), grid.step_s, grid.phase, double(grid.search_steps),
                 double(grid.idle_steps), coasting_s, looks.entity.data(), looks.time_s.data(), last_s.data(), stretch.data(),
                 is_engaged.data(), looks.next_s.data(), is_tracked.data()});

  // search looks at which it certainly is still hidden are left out
  const double search_s = grid.step_s * double(grid.search_steps);
  for (std::size_t i = 0; i < count; ++i) {
    if (!(looks.hidden_by_m[i] > 0) || is_tracked[i] > 0) continue;
    const double time_s = looks.time_s[i];
    const double until_s = unseen_until_s(radar, threats, std::size_t(looks.row[i]), time_s, looks.range_m[i]);
    const std::int64_t skipped = std::int64_t(std::floor((until_s - time_s) / search_s));
    if (skipped < 2) continue;
    const std::int32_t number = std::int32_t(looks.entity[i]);
    const std::int64_t next = grid.index_of(number, looks.next_s[i]) + (skipped - 1) * grid.search_steps;
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
    .finish = add_false_alarms,
    .most_detections = most_array,
    .remembers_detections = true,
    .is_radar = true,
}};

}  // namespace
}  // namespace pavise
