#include <algorithm>
#include <cmath>

#include "kernel/threats/due_lanes.hpp"
#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {
namespace {

constexpr double kCoastReach_s = 30;  // the coarse gate allows for process noise over so long a coast

void expect_look(GnnState& s, Tracks& tracks, std::int32_t row, double time_s) {
  // half a period of grace: beams and targets move
  const RowState& state = s.row_state[std::size_t(row)];
  // what it sees may be some time on its way
  tracks.scrutiny_s[row] = time_s + 1.5 * state.period_s + s.timing[std::size_t(state.sponsor)].longest_way_s;
  double& next = s.next_scrutiny_s[std::size_t(row / tracks.capacity)];
  next = std::min(next, tracks.scrutiny_s[row]);
  s.next_scrutiny_of_all_s = std::min(s.next_scrutiny_of_all_s, next);
}

void drop(GnnFrame& f, std::int32_t row) {
  f.state.coarse.remove(row);
  f.state.looked_s[std::size_t(row)] = kNever_s;
  end_track(f.tracks, row, f.clock.now_s(), f.outcomes);
}

/// Covariance of a plot's place (packed 3 x 3): range along the line of sight, angles across it.
void place_covariance(const Plot& plot, const Vec3& antenna_m, double (&packed)[6]) {
  const Vec3 p = plot.position_enu_m - antenna_m;
  const double horizontal = std::max(std::sqrt(p.x * p.x + p.y * p.y), 1e-3), range = std::sqrt(dot(p, p));
  const Vec3 sight = (1 / range) * p;
  const Vec3 across = {p.y / horizontal, -p.x / horizontal, 0};
  const Vec3 upward = {-p.x * p.z / (horizontal * range), -p.y * p.z / (horizontal * range), horizontal / range};
  const double a = double(plot.sigma_range_m) * double(plot.sigma_range_m);
  const double b = horizontal * double(plot.sigma_azimuth_rad) * (horizontal * double(plot.sigma_azimuth_rad));
  const double c = range * double(plot.sigma_elevation_rad) * (range * double(plot.sigma_elevation_rad));
  const double s[3] = {sight.x, sight.y, sight.z}, t[3] = {across.x, across.y, 0},
               u[3] = {upward.x, upward.y, upward.z};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) packed[packed_index(i, j)] = a * s[i] * s[j] + b * t[i] * t[j] + c * u[i] * u[j];
}

/// Two-point start: place of the second plot, velocity of the difference (Bar-Shalom, Li, Kirubarajan, 5.5.3).
void write_estimate(const Plot& first, const Plot& second, const Vec3& antenna_m, double noise_m2_s3, Tracks& tracks,
                    std::int32_t row) {
  const double dt = second.time_s - first.time_s;
  double old_place[6], place[6];
  place_covariance(first, antenna_m, old_place);
  place_covariance(second, antenna_m, place);
  const Vec3 v = (1 / dt) * (second.position_enu_m - first.position_enu_m);
  const double mean[6] = {second.position_enu_m.x, second.position_enu_m.y, second.position_enu_m.z, v.x, v.y, v.z};
  for (int n = 0; n < 6; ++n) tracks.mean[n][row] = mean[n];
  double* packed = tracks.covariance.row(std::size_t(row));
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const int at = packed_index(std::max(i, j), std::min(i, j));
      packed[packed_index(3 + i, j)] = place[at] / dt;
      if (j > i) continue;
      packed[at] = place[at];
      packed[packed_index(3 + i, 3 + j)] =
          (place[at] + old_place[at]) / (dt * dt) + (i == j ? noise_m2_s3 * dt / 3 : 0);
    }
}

}  // namespace

CoarseRule coarse_rule(const GnnState& s, double frame_s) {
  const double noise = std::max(s.parameters.process_noise_m2_s3, 0.0);
  return {s.reach[4], std::sqrt(2 * noise * kCoastReach_s / 3), frame_s + s.disorder_s};
}

// As coarse_circles, for one row.
void set_coarse(GnnState& s, const Tracks& t, std::int32_t row, double frame_s) {
  const CoarseRule rule = coarse_rule(s, frame_s);
  const double* packed = t.covariance.row(std::size_t(row));
  const double time_s = t.time_s[row];
  const double place = rule.reach * std::sqrt(packed[0] + packed[2]);
  const double rate = rule.reach * (std::sqrt(packed[9] + packed[14]) + rule.drift_mps) + 5;
  CoarseTrack c;
  c.vx_mps = float(t.mean[3][row]);
  c.vy_mps = float(t.mean[4][row]);
  c.x_m = float(t.mean[0][row] - t.mean[3][row] * time_s);
  c.y_m = float(t.mean[1][row] - t.mean[4][row] * time_s);
  c.radius_rate_mps = float(rate);
  c.radius_m = float(place + 10 + rate * (rule.frame_s - time_s));
  s.coarse.set(row, c);
}

void note_hit(GnnFrame& f, std::int32_t row, std::int32_t i) {
  GnnState& s = f.state;
  Tracks& t = f.tracks;
  const Detections& d = f.detections;
  const std::int32_t sensor = d.sensor[i];
  const double time_s = d.time_s[i];
  touch(t, row, f.clock);
  t.updated_s[row] = std::max(t.updated_s[row], time_s);
  if (d.source[i] >= 0) t.source[row] = d.source[i];  // a stray alarm does not unname the track
  if (!(d.components[i] & kMeasuresRange)) {
    if (d.components[i] & kMeasuresElevation) see_optically(t, row, time_s);
    return;  // bearings sponsor no track
  }

  const SensorTiming& timing = s.timing[std::size_t(sensor)];
  const double since_s = time_s - s.looked_s[std::size_t(row)];
  const bool is_same = s.row_state[std::size_t(row)].sponsor == sensor;
  s.row_state[std::size_t(row)].period_s =
      is_same ? std::clamp(since_s, timing.update_s, timing.longest_s) : timing.update_s;
  s.row_state[std::size_t(row)].sponsor = sensor;
  s.looked_s[std::size_t(row)] = time_s;
  t.misses[row] = 0;
  expect_look(s, t, row, time_s);
  if (t.state[row] != std::int32_t(TrackState::tentative)) return;
  ++t.hits[row];
  ++t.scans[row];
  if (judge_tentative(s.rule, t.hits[row], t.scans[row]) == Verdict::confirm)
    confirm_track(f.context, t, row, time_s + timing.way_s, f.outcomes);
}

PlotReach plot_reach(const GnnFrame& f, std::int32_t sensor) {
  const SensorTiming& timing = f.state.timing[std::size_t(sensor)];
  return {0.8 * timing.update_s, 2.25 * timing.longest_s, f.state.parameters.fastest_mps,
          f.state.parameters.rate_slack_mps, f.clock.frame_s()};
}

void start_from(GnnFrame& f, const Plot& first, const Plot& plot, std::int32_t replication, std::int32_t sensor_index,
                std::int32_t detection) {
  GnnState& s = f.state;
  Tracks& t = f.tracks;
  const Sensor& sensor = f.context.sensors[std::size_t(sensor_index)];
  const SensorTiming& timing = s.timing[std::size_t(sensor_index)];
  const std::int32_t row = s.free_row(t, replication, sensor.track_file);
  if (row < 0) return;
  start_track(t, row, sensor.track_file, plot.source >= 0 ? plot.source : first.source, plot.time_s);
  t.started_s[row] = first.time_s;
  write_estimate(first, plot, sensor.position_enu_m, s.parameters.process_noise_m2_s3, t, row);
  const double between_s = plot.time_s - first.time_s;
  s.row_state[std::size_t(row)].sponsor = sensor_index;
  s.looked_s[std::size_t(row)] = plot.time_s;
  s.row_state[std::size_t(row)].period_s = std::clamp(between_s, timing.update_s, timing.longest_s);
  t.hits[row] = 2;
  t.scans[row] = std::max(2, 1 + std::int32_t(std::floor(between_s / s.row_state[std::size_t(row)].period_s + 0.5)));
  expect_look(s, t, row, plot.time_s);
  touch(t, row, f.clock);
  if (f.detections.components[detection] & kMeasuresRangeRate)
    s.starts.push_back({row, detection});
  else
    set_coarse(s, t, row, f.clock.frame_s());
  if (judge_tentative(s.rule, t.hits[row], t.scans[row]) == Verdict::confirm)
    confirm_track(f.context, t, row, plot.time_s + timing.way_s, f.outcomes);
}

void take_leftover(GnnFrame& f, std::int32_t i) {
  GnnState& s = f.state;
  const Detections& d = f.detections;
  const std::int32_t replication = d.replication[i], sensor = d.sensor[i];
  const bool has_rate = d.components[i] & kMeasuresRangeRate;
  const PlotReach reach = plot_reach(f, sensor);
  const Vec3 position_m{s.places.x_m[i], s.places.y_m[i], s.places.z_m[i]};
  Plot& plot = s.plots.next_place(replication, sensor, position_m, d.time_s[i], reach);
  plot.position_enu_m = position_m;
  plot.range_m = d.range_m[i];
  plot.time_s = d.time_s[i];
  plot.range_rate_mps = has_rate ? float(d.range_rate_mps[i]) : std::numeric_limits<float>::quiet_NaN();
  plot.sigma_range_m = float(d.sigma_range_m[i]);
  plot.sigma_azimuth_rad = float(d.sigma_azimuth_rad[i]);
  plot.sigma_elevation_rad = float(d.sigma_elevation_rad[i]);
  plot.sigma_range_rate_mps = has_rate ? float(d.sigma_range_rate_mps[i]) : 0.0f;
  plot.source = d.source[i];
  const Plot* partner = s.plots.partner_of(replication, sensor, plot, reach);
  if (partner) start_from(f, *partner, plot, replication, sensor, i);
}

// The difference of two places says little of the velocity; the second plot's range rate says much of a third of it.
void refine_starts(GnnFrame& f) {
  GnnState& s = f.state;
  FilterList& list = s.list;
  const Detections& d = f.detections;
  if (s.starts.size() > list.capacity) allocate(list, 2 * s.starts.size());
  list.count = std::int32_t(s.starts.size());
  list.any_components = 0;
  for (std::int32_t k = 0; k < list.count; ++k) {
    const auto [row, i] = s.starts[std::size_t(k)];
    const double* packed = f.tracks.covariance.row(std::size_t(row));
    for (int n = 0; n < 6; ++n) list.mean[n][k] = f.tracks.mean[n][row];
    for (int n = 0; n < 21; ++n) list.covariance[n][k] = packed[n];
    list.duration_s[k] = list.gravity_mps2[k] = 0;
    list.noise_m2_s3[k] = 1;
    set_antenna(list, k, f.context.sensors[std::size_t(d.sensor[i])].position_enu_m);
    set_measurement(list, k, kMeasuresRangeRate, {0, 0, 0, d.range_rate_mps[i]}, {1, 1, 1, d.sigma_range_rate_mps[i]});
  }
  update_filters(list);
  for (std::int32_t k = 0; k < list.count; ++k) {
    const std::int32_t row = s.starts[std::size_t(k)].row;
    double* packed = f.tracks.covariance.row(std::size_t(row));
    for (int n = 0; n < 6; ++n) f.tracks.mean[n][row] = list.mean[n][k];
    for (int n = 0; n < 21; ++n) packed[n] = list.covariance[n][k];
    set_coarse(s, f.tracks, row, f.clock.frame_s());
  }
  s.starts.clear();
}

namespace {

/// Counts the misses of one row whose look has not come, and deletes it if those are too many.
void count_misses(GnnFrame& f, std::int32_t row) {
  GnnState& s = f.state;
  Tracks& t = f.tracks;
  const double now_s = f.clock.now_s();
  while (t.state[row] != std::int32_t(TrackState::none) && t.scrutiny_s[row] <= now_s) {
    const bool is_tentative = t.state[row] == std::int32_t(TrackState::tentative);
    t.scans[row] += is_tentative ? 1 : 0;
    ++t.misses[row];
    const Verdict verdict = is_tentative ? judge_tentative(s.rule, t.hits[row], t.scans[row])
                                         : judge_confirmed(s.rule, t.misses[row]);
    // where it may be by now: useless when that is as wide as the picture
    const double age_s = now_s - t.time_s[row];
    const double* packed = t.covariance.row(std::size_t(row));
    const double variance = packed[0] + packed[2] + packed[5] + age_s * age_s * (packed[9] + packed[14] + packed[20]);
    if (verdict == Verdict::drop || variance > s.parameters.largest_sigma_m * s.parameters.largest_sigma_m)
      drop(f, row);
    else
      t.scrutiny_s[row] += s.row_state[std::size_t(row)].period_s;
  }
  if (t.state[row] == std::int32_t(TrackState::none)) t.scrutiny_s[row] = kNever_s;
}

}  // namespace

void scrutinise(GnnFrame& f) {
  GnnState& s = f.state;
  Tracks& t = f.tracks;
  const double now_s = f.clock.now_s();
  if (s.next_scrutiny_of_all_s > now_s) return;
  s.next_scrutiny_of_all_s = kNever_s;
  std::int32_t* due = s.found.data();
  for (std::int32_t r = 0; r < s.replications; ++r) {
    double& next = s.next_scrutiny_s[std::size_t(r)];
    if (next <= now_s) {
      next = kNever_s;
      for (std::int32_t file = 0; file < s.files; ++file) {
        const std::int32_t begin = s.first_row(t, r, file), used = s.file_used[std::size_t(r * s.files + file)];
        if (used == 0) continue;
        const std::int32_t count = PAVISE_VARIANTS(find_due_rows)(&t.scrutiny_s[std::size_t(begin)], used, now_s, due);
        for (std::int32_t k = 0; k < count; ++k) count_misses(f, begin + due[k]);
        next = std::min(next, PAVISE_VARIANTS(least_of)(&t.scrutiny_s[std::size_t(begin)], used));
      }
      next = std::max(next, now_s + s.scrutiny_step_s);
    }
    s.next_scrutiny_of_all_s = std::min(s.next_scrutiny_of_all_s, next);
  }
}

}  // namespace pavise
