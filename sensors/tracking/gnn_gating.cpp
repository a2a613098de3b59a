#include <algorithm>
#include <cmath>

#include "kernel/threats/due_lanes.hpp"
#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {

namespace {

constexpr std::int32_t kMostCandidates = 8;  // per detection: the nearest
constexpr std::int32_t kStrips = 256;

std::int32_t blocks_of(std::int32_t rows) { return (rows + CoarseTracks::kRows - 1) / CoarseTracks::kRows; }

/// How near a candidate is, as the square of its distance over that at which the coarse gate would refuse it.
float nearness(const CoarseTrack& c, const CoarseProbe& probe, bool is_plot) {
  const float dx = c.x_m + c.vx_mps * probe.time_s - probe.x_m, dy = c.y_m + c.vy_mps * probe.time_s - probe.y_m;
  const float radius = c.radius_m + c.radius_rate_mps * probe.time_s;
  if (is_plot) return (dx * dx + dy * dy) / ((radius + probe.radius_m) * (radius + probe.radius_m));
  const float along = dx * probe.sine + dy * probe.cosine, across = dx * probe.cosine - dy * probe.sine;
  const float width = radius + probe.angle_rad * std::max(along, 0.0f);
  return across * across / (width * width);
}

CoarseProbe probe_of(const GnnFrame& f, const Sensor& sensor, std::int32_t i, bool is_plot) {
  const DetectionPlaces& places = f.state.places;
  CoarseProbe probe;
  probe.time_s = float(f.detections.time_s[i]);
  if (is_plot) {
    probe.x_m = places.first[i];
    probe.y_m = places.second[i];
    probe.radius_m = places.reach[i];
  } else {
    probe.x_m = float(sensor.position_enu_m.x);
    probe.y_m = float(sensor.position_enu_m.y);
    probe.sine = places.first[i];
    probe.cosine = places.second[i];
    probe.angle_rad = places.reach[i];
  }
  return probe;
}

/// Sorts one file's tracks into strips of their place at time_s, so that a detection meets only those of a few strips.
void build_strips(GnnState& s, const Tracks& tracks, std::int32_t begin, std::int32_t rows, float from_s, float to_s) {
  const float middle_s = 0.5f * (from_s + to_s), half_s = 0.5f * (to_s - from_s);
  float west = 1e30f, east = -1e30f;
  s.strip_radius_m = 0;
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    if (tracks.state[row] == std::int32_t(TrackState::none)) continue;
    const CoarseTrack c = s.coarse.get(row);
    const float x = c.x_m + c.vx_mps * middle_s;
    west = std::min(west, x);
    east = std::max(east, x);
    const float radius = c.radius_m + c.radius_rate_mps * to_s + std::fabs(c.vx_mps) * half_s;
    s.strip_radius_m = std::max(s.strip_radius_m, radius);
  }
  s.strip_west_m = west;
  s.strip_per_m = east > west ? float(kStrips) / (east - west) : 0.0f;
  std::fill(s.strip_begin.begin(), s.strip_begin.end(), 0);
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    std::int32_t& strip = s.strip_of[std::size_t(row - begin)];
    strip = -1;
    if (tracks.state[row] == std::int32_t(TrackState::none)) continue;
    const CoarseTrack c = s.coarse.get(row);
    strip = std::clamp(std::int32_t((c.x_m + c.vx_mps * middle_s - west) * s.strip_per_m), 0, kStrips - 1);
    ++s.strip_begin[std::size_t(strip) + 1];
  }
  for (std::int32_t k = 0; k < kStrips; ++k) s.strip_begin[std::size_t(k) + 1] += s.strip_begin[std::size_t(k)];
  const std::int32_t total = s.strip_begin[kStrips];
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    const std::int32_t strip = s.strip_of[std::size_t(row - begin)];
    if (strip < 0) continue;
    const std::int32_t at = s.strip_begin[std::size_t(strip)]++;
    s.strip_rows[std::size_t(at)] = row;
    s.strips.set(at, s.coarse.get(row));
  }
  for (std::int32_t k = kStrips; k > 0; --k) s.strip_begin[std::size_t(k)] = s.strip_begin[std::size_t(k) - 1];
  s.strip_begin[0] = 0;
  for (std::int32_t at = total; at < blocks_of(total) * CoarseTracks::kRows; ++at) s.strips.remove(at);
}

std::int32_t gate_in_strips(GnnState& s, const CoarseProbe& probe) {
  const float reach = s.strip_radius_m + probe.radius_m;
  const auto strip_at = [&](float x) {
    return std::int32_t(std::clamp((x - s.strip_west_m) * s.strip_per_m, 0.0f, float(kStrips - 1)));
  };
  const std::int32_t first = s.strip_begin[std::size_t(strip_at(probe.x_m - reach))];
  const std::int32_t last = s.strip_begin[std::size_t(strip_at(probe.x_m + reach)) + 1];
  const std::int32_t begin = first / CoarseTracks::kRows;
  const std::int32_t count =
      PAVISE_VARIANTS(gate_plot)(s.strips.blocks(), begin, blocks_of(last), probe, s.found.data());
  for (std::int32_t k = 0; k < count; ++k) s.found[std::size_t(k)] = s.strip_rows[std::size_t(s.found[std::size_t(k)])];
  return count;
}

/// Whether a bearing is taken at this instant: angles come many times a second and add little after the first.
bool is_angle_due(GnnState& s, std::int32_t replication, std::int32_t sensor, double time_s) {
  const std::size_t at = std::size_t(replication * s.sensor_count + sensor);
  if (time_s >= s.angles_from_s[at] + s.parameters.angle_update_period_s) {
    s.angles_from_s[at] = time_s;
    s.angles_until_s[at] = time_s + 1.25 * s.timing[std::size_t(sensor)].least_look_s;
  }
  return time_s <= s.angles_until_s[at];
}

/// A bearing of 2 degrees is hundreds of metres wide: it tells nothing of a track that a radar holds, and where tracks are
/// dense it would rather pull one towards its neighbour. So bearings meet only tracks that have gone without a radar for
/// bearing_wait_s: mostly none, and few if any. Those that have, or will have before the frame ends; if there are none,
/// bearings_idle_until_s says until when nobody need ask: later detections can only put that off.
const GnnState::Waiting& waiting_of(GnnState& s, const Tracks& tracks, const Clock& clock,
                                    std::int32_t file_of_replication, std::int32_t begin, std::int32_t used) {
  GnnState::Waiting& waiting = s.waiting[std::size_t(file_of_replication)];
  if (waiting.frame == clock.frame) return waiting;
  waiting.frame = clock.frame;
  waiting.count = 0;
  const double wait_s = s.parameters.bearing_wait_s;
  if (used == 0) {
    s.bearings_idle_until_s[std::size_t(file_of_replication)] = clock.now_s() + wait_s;
    return waiting;
  }
  double* looked_s = &s.looked_s[std::size_t(begin)];
  const std::int32_t count = PAVISE_VARIANTS(find_due_rows)(looked_s, used, clock.now_s() - wait_s, s.found.data());
  for (std::int32_t k = 0; k < count; ++k) {
    const std::int32_t row = begin + s.found[std::size_t(k)];
    if (tracks.state[row] == std::int32_t(TrackState::none)) {  // struck off since
      s.looked_s[std::size_t(row)] = kNever_s;
      continue;
    }
    if (waiting.count < GnnState::Waiting::kMost) waiting.rows[waiting.count] = row;
    ++waiting.count;  // more than there is room for: all tracks are gated
  }
  const double longest_ago_s = std::min(clock.now_s(), PAVISE_VARIANTS(least_of)(looked_s, used));
  s.bearings_idle_until_s[std::size_t(file_of_replication)] = longest_ago_s + wait_s;
  return waiting;
}

/// As gate_bearing, for one track.
bool meets_bearing(const CoarseTrack& b, const CoarseProbe& probe) {
  const float t = probe.time_s, s = probe.sine, c = probe.cosine;
  const float dx = b.x_m + b.vx_mps * t - probe.x_m, dy = b.y_m + b.vy_mps * t - probe.y_m;
  const float radius = b.radius_m + b.radius_rate_mps * t;
  const float along = dx * s + dy * c, across = dx * c - dy * s;
  const float width = radius + probe.angle_rad * (along > 0.0f ? along : 0.0f);
  return radius > 0.0f && along > -radius && std::fabs(across) <= width;
}

/// Candidates of a bearing without elevation.
std::int32_t gate_waiting(GnnState& s, const GnnState::Waiting& waiting, const CoarseProbe& probe,
                          std::int32_t first_block, std::int32_t last_block) {
  if (waiting.count > GnnState::Waiting::kMost)
    return PAVISE_VARIANTS(gate_bearing)(s.coarse.blocks(), first_block, last_block, probe, s.found.data());
  std::int32_t count = 0;
  for (std::int32_t k = 0; k < waiting.count; ++k)
    if (meets_bearing(s.coarse.get(waiting.rows[k]), probe)) s.found[std::size_t(count++)] = waiting.rows[k];
  return count;
}

}  // namespace

void make_way(GnnFrame& f, std::int32_t sensor, std::int32_t replication) {
  const GnnState& s = f.state;
  const std::int32_t file = f.context.sensors[std::size_t(sensor)].track_file;
  if (s.batch_of_file[std::size_t(replication * s.files + file)] == s.batch) finish_batch(f);
}

bool are_bearings_idle(const GnnFrame& f, std::int32_t sensor, std::int32_t replication) {
  const std::int32_t file = f.context.sensors[std::size_t(sensor)].track_file;
  return f.clock.now_s() < f.state.bearings_idle_until_s[std::size_t(replication * f.state.files + file)];
}

void gate_detections(GnnFrame& f, std::int32_t sensor_index, std::int32_t replication, std::int32_t from,
                     std::int32_t to) {
  GnnState& s = f.state;
  Tracks& tracks = f.tracks;
  const Sensor& sensor = f.context.sensors[std::size_t(sensor_index)];
  const std::int32_t file_of_replication = replication * s.files + sensor.track_file;
  std::int32_t& batch_of_file = s.batch_of_file[std::size_t(file_of_replication)];
  const std::int32_t begin = s.first_row(tracks, replication, sensor.track_file);
  const std::int32_t used = s.file_used[std::size_t(file_of_replication)];
  const std::int32_t first_block = begin / CoarseTracks::kRows, last_block = first_block + blocks_of(used);
  const bool has_strips = to - from >= 16 && used >= 96;
  if (has_strips)
    build_strips(s, tracks, begin, used, float(f.detections.time_s[from]), float(f.detections.time_s[to - 1]));

  for (std::int32_t i = from; i < to; ++i) {
    const std::int32_t components = f.detections.components[i];
    const bool is_plot = components & kMeasuresRange;
    if (!(components & kMeasuresAzimuth)) continue;
    const bool is_bearing = components == kMeasuresAzimuth;
    if (is_bearing && (f.detections.time_s[i] < s.bearings_idle_until_s[std::size_t(file_of_replication)] ||
                       waiting_of(s, tracks, f.clock, file_of_replication, begin, used).count == 0))
      continue;
    if (!is_plot && !is_angle_due(s, replication, sensor_index, f.detections.time_s[i])) continue;
    const CoarseProbe probe = probe_of(f, sensor, i, is_plot);
    std::int32_t count = 0;
    if (is_plot && has_strips)
      count = gate_in_strips(s, probe);
    else if (is_plot)
      count = PAVISE_VARIANTS(gate_plot)(s.coarse.blocks(), first_block, last_block, probe, s.found.data());
    else if (is_bearing)
      count = gate_waiting(s, s.waiting[std::size_t(file_of_replication)], probe, first_block, last_block);
    else
      count = PAVISE_VARIANTS(gate_bearing)(s.coarse.blocks(), first_block, last_block, probe, s.found.data());

    // tracks that were struck off since have still to leave the coarse gate
    std::int32_t alive = 0;
    for (std::int32_t k = 0; k < count; ++k) {
      const std::int32_t row = s.found[std::size_t(k)];
      if (tracks.state[row] == std::int32_t(TrackState::none))
        s.coarse.remove(row);
      else if (!is_bearing || f.detections.time_s[i] >= s.looked_s[std::size_t(row)] + s.parameters.bearing_wait_s)
        s.found[std::size_t(alive++)] = row;
    }
    count = alive;
    if (count > kMostCandidates) {
      if (!is_plot && !(components & kMeasuresElevation)) continue;  // a bearing that fits many says nothing of any
      std::partial_sort(s.found.begin(), s.found.begin() + kMostCandidates, s.found.begin() + count,
                        [&](std::int32_t a, std::int32_t b) {
                          const float da = nearness(s.coarse.get(a), probe, is_plot);
                          const float db = nearness(s.coarse.get(b), probe, is_plot);
                          return da != db ? da < db : a < b;
                        });
      count = kMostCandidates;
    }
    if (count == 0 && !is_plot) continue;
    batch_of_file = s.batch;
    s.taken.push_back({i, std::int32_t(s.pairs.size()), count, -1});
    for (std::int32_t k = 0; k < count; ++k) {
      const std::int32_t row = s.found[std::size_t(k)];
      s.pairs.push_back({row, i});
      // on their way by the time the batch is gathered
      const double* estimate = tracks.estimates.data() + std::size_t(row) * kEstimateStride;
      for (int line = 0; line < 4; ++line) __builtin_prefetch(estimate + 8 * line, 1);
    }
  }
}

}  // namespace pavise
