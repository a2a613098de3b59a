#include <algorithm>
#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/filter_bank.hpp"
#include "sensors/tracking/general_tracker.hpp"

namespace pavise {
namespace {

/// One look: counts it, confirms or deletes.
void count_look(GeneralFrame& f, std::int32_t row, bool is_hit, double time_s) {
  Tracks& t = f.tracks;
  Verdict verdict;
  t.misses[row] = is_hit ? 0 : t.misses[row] + 1;
  if (t.state[row] == std::int32_t(TrackState::tentative)) {
    t.hits[row] += is_hit ? 1 : 0;
    ++t.scans[row];
    verdict = judge_tentative(f.state.settings.rule, t.hits[row], t.scans[row]);
  } else {
    verdict = judge_confirmed(f.state.settings.rule, t.misses[row]);
  }
  if (verdict == Verdict::confirm && t.state[row] == std::int32_t(TrackState::tentative))
    confirm_track(f.context, t, row, time_s, f.outcomes);
  else if (verdict == Verdict::drop)
    end_track(t, row, f.clock.now_s(), f.outcomes);
}

/// Whether a track has been out of sight for too long to be of use.
bool is_lost(const GeneralState& s, const Tracks& t, std::int32_t row, double now_s) {
  const double age_s = now_s - t.time_s[row];
  const double* packed = t.covariance.row(std::size_t(row));
  const double variance = packed[0] + packed[2] + packed[5] + age_s * age_s * (packed[9] + packed[14] + packed[20]);
  return now_s - t.updated_s[row] > s.settings.longest_coast_s ||
         (now_s > t.updated_s[row] && t.hits[row] > 1 &&
          variance > s.settings.largest_sigma_m * s.settings.largest_sigma_m);
}

/// One-point start: the place that was measured, no velocity, and what is known of either.
void start_from(GeneralFrame& f, const GeneralScan& scan, std::int32_t i, const Vec3& place_m) {
  GeneralState& s = f.state;
  Tracks& t = f.tracks;
  const Detections& d = f.detections;
  const Sensor& sensor = f.context.sensors[std::size_t(scan.sensor)];
  const std::int32_t row = s.free_row(t, scan.replication, sensor.track_file);
  if (row < 0) return;
  start_track(t, row, sensor.track_file, d.source[i], d.time_s[i]);

  const Vec3 p = place_m - sensor.position_enu_m;
  const double level = std::max(std::sqrt(p.x * p.x + p.y * p.y), 1e-3), range = length(p);
  const Vec3 axes[3] = {(1 / range) * p,
                        {p.y / level, -p.x / level, 0},
                        {-p.x * p.z / (level * range), -p.y * p.z / (level * range), level / range}};
  const double sigma_m[3] = {d.sigma_range_m[i], level * d.sigma_azimuth_rad[i], range * d.sigma_elevation_rad[i]};
  Gaussian start;
  start.n = s.settings.has_drag ? 7 : 6;
  const double mean[3] = {place_m.x, place_m.y, place_m.z};
  for (int a = 0; a < 3; ++a) {
    start.mean[a] = mean[a];
    start.covariance[3 + a][3 + a] = s.settings.initial_speed_sigma_mps * s.settings.initial_speed_sigma_mps;
    const double axis[3] = {axes[a].x, axes[a].y, axes[a].z};
    for (int b = 0; b < 3; ++b)
      for (int c = 0; c < 3; ++c) start.covariance[b][c] += sigma_m[a] * sigma_m[a] * axis[b] * axis[c];
  }
  if (s.settings.has_drag) {
    start.mean[6] = s.settings.initial_drag_m2_kg;
    start.covariance[6][6] = s.settings.initial_drag_sigma_m2_kg * s.settings.initial_drag_sigma_m2_kg;
  }
  if (d.components[i] & kMeasuresRangeRate) {  // says what the velocity is along the line of sight
    Measurement rate;
    rate.count = 1;
    rate.components[0] = Component::range_rate;
    rate.values[0] = d.range_rate_mps[i];
    rate.sigmas[0] = d.sigma_range_rate_mps[i];
    rate.sensor_m = sensor.position_enu_m;
    update(start, rate);
  }
  Gaussian states[kMostModels];
  for (int j = 0; j < s.settings.model_count; ++j) states[j] = start;
  store_estimate(f, row, states, s.settings.initial_probability, d.time_s[i]);
  s.angle_updated_s[std::size_t(row)] = -1e9;
  s.period_s[std::size_t(row)] = s.views[std::size_t(scan.sensor)].update_s;
  note_hit(f, row, i);
}

/// A bearing updates the one confirmed track that it fits, if that has not just had one.
void take_bearing(GeneralFrame& f, const GeneralScan& scan, std::int32_t i) {
  GeneralState& s = f.state;
  Tracks& t = f.tracks;
  const Detections& d = f.detections;
  const Sensor& sensor = f.context.sensors[std::size_t(scan.sensor)];
  const Measurement z = measurement_of(d, i, sensor.position_enu_m);
  const int models = s.settings.model_count;
  const std::int32_t begin = s.first_row(t, scan.replication, sensor.track_file);
  const std::int32_t end = begin + s.file_used[std::size_t(scan.replication * s.files + sensor.track_file)];
  std::int32_t only = -1, fitting = 0;
  for (std::int32_t row = begin; row < end && fitting < 2; ++row) {
    if (t.state[row] != std::int32_t(TrackState::confirmed)) continue;
    Gaussian whole = predicted_estimate(s, t, row, d.time_s[i]);
    if (fit(expect(whole, z), z).nis > s.threshold[z.count]) continue;
    ++fitting;
    only = row;
  }
  if (fitting != 1 || d.time_s[i] < s.angle_updated_s[std::size_t(only)] + s.settings.angle_update_period_s) return;
  s.angle_updated_s[std::size_t(only)] = d.time_s[i];
  Gaussian states[kMostModels];
  double probability[kMostModels], log_likelihood[kMostModels], largest = -1e300, sum = 0;
  predict_row(s, t, only, d.time_s[i], states, probability);
  for (int j = 0; j < models; ++j) {
    const Fit fit = update(states[j], z);
    log_likelihood[j] = -0.5 * (fit.nis + fit.log_determinant);
    largest = std::max(largest, log_likelihood[j]);
  }
  for (int j = 0; j < models; ++j) sum += probability[j] *= exponential(log_likelihood[j] - largest);
  for (int j = 0; j < models; ++j) probability[j] /= sum;
  store_estimate(f, only, states, probability, d.time_s[i]);
  note_hit(f, only, i);
}

}  // namespace

void store_estimate(GeneralFrame& f, std::int32_t row, const Gaussian* states, const double* probability,
                    double time_s) {
  GeneralState& s = f.state;
  const int models = s.settings.model_count;
  const std::size_t first = std::size_t(row) * std::size_t(models);
  for (int j = 0; j < models; ++j) {
    s.states[first + std::size_t(j)] = states[j];
    s.probability[first + std::size_t(j)] = probability[j];
  }
  const Gaussian whole = models == 1 ? states[0] : mixture(states, probability, models);
  f.tracks.time_s[row] = time_s;
  double* packed = f.tracks.covariance.row(std::size_t(row));
  for (int i = 0; i < 6; ++i) {
    f.tracks.mean[i][row] = whole.mean[i];
    for (int j = 0; j <= i; ++j) packed[packed_index(i, j)] = whole.covariance[i][j];
  }
}

void note_hit(GeneralFrame& f, std::int32_t row, std::int32_t i) {
  GeneralState& s = f.state;
  Tracks& t = f.tracks;
  const Detections& d = f.detections;
  const double time_s = d.time_s[i];
  touch(t, row, f.clock);
  const double since_s = time_s - t.updated_s[row];
  if (d.source[i] >= 0) t.source[row] = d.source[i];  // a stray alarm does not unname the track
  if (!(d.components[i] & kMeasuresRange)) {
    if (d.components[i] & kMeasuresElevation) see_optically(t, row, time_s);
    return;  // bearings sponsor no track
  }
  t.updated_s[row] = std::max(t.updated_s[row], time_s);
  const SensorView& view = s.views[std::size_t(d.sensor[i])];
  if (view.is_snapshot) {
    t.scrutiny_s[row] = kNever_s;
  } else {
    // the next look is due a period after this one, with half a period of grace: beams and targets move
    double& period_s = s.period_s[std::size_t(row)];
    period_s = since_s > 0 ? std::clamp(since_s, view.update_s, view.longest_s) : view.update_s;
    t.scrutiny_s[row] = time_s + 1.5 * period_s + view.longest_way_s;
  }
  count_look(f, row, true, time_s + view.way_s);
}

void finish_scan(GeneralFrame& f, const GeneralScan& scan) {
  GeneralState& s = f.state;
  Tracks& t = f.tracks;
  if (s.views[std::size_t(scan.sensor)].is_snapshot) {
    const int models = s.settings.model_count;
    for (std::size_t track = 0; track < s.scan_rows.size(); ++track) {
      const std::int32_t row = s.scan_rows[track];
      if (s.is_hit[track] || t.state[row] == std::int32_t(TrackState::none)) continue;
      if (s.is_in_volume[track]) {
        // also a missed scan is a step of the models
        if (models > 1)
          store_estimate(f, row, &s.predicted[track * std::size_t(models)],
                         &s.predicted_probability[track * std::size_t(models)], scan.time_s);
        count_look(f, row, false, scan.time_s);
      }
      if (t.state[row] != std::int32_t(TrackState::none) && is_lost(s, t, row, scan.time_s))
        end_track(t, row, f.clock.now_s(), f.outcomes);
    }
  }
  for (std::size_t k = 0; k < s.plots.size(); ++k)
    if (!s.is_used[k]) start_from(f, scan, s.plots[k], s.places[k].position_m);
  for (std::int32_t i : s.bearings) take_bearing(f, scan, i);
}

void count_missed_looks(GeneralFrame& f) {
  GeneralState& s = f.state;
  Tracks& t = f.tracks;
  const double now_s = f.clock.now_s();
  for (std::int32_t r = 0; r < s.replications; ++r)
    for (std::int32_t file = 0; file < s.files; ++file) {
      const std::int32_t begin = s.first_row(t, r, file), end = begin + s.file_used[std::size_t(r * s.files + file)];
      for (std::int32_t row = begin; row < end; ++row)
        while (t.state[row] != std::int32_t(TrackState::none) && t.scrutiny_s[row] <= now_s) {
          t.scrutiny_s[row] += s.period_s[std::size_t(row)];
          count_look(f, row, false, now_s);
          if (t.state[row] != std::int32_t(TrackState::none) && is_lost(s, t, row, now_s))
            end_track(t, row, now_s, f.outcomes);
        }
    }
}

}  // namespace pavise
