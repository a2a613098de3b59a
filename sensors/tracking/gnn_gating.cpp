#include <algorithm>
#include <cmath>

#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {

void allocate(CoarseColumns& c, std::size_t rows) {
  for (Column<float>* column : {&c.x_m, &c.y_m, &c.vx_mps, &c.vy_mps, &c.radius_m, &c.radius_rate_mps})
    column->allocate(rows);
  c.radius_m.fill(CoarseColumns::kNobody);
}

namespace {

constexpr std::int32_t kMostCandidates = 8;  // per detection: the nearest
constexpr std::int32_t kStrips = 256;

std::int32_t whole_blocks(std::int32_t rows) {
  return (rows + CoarseColumns::kBlock - 1) / CoarseColumns::kBlock * CoarseColumns::kBlock;
}

/// How near a candidate is, as the square of its distance over that at which the coarse gate would refuse it.
float nearness(const CoarseColumns& c, std::int32_t row, const CoarseProbe& probe, bool is_plot) {
  const float dx = c.x_m[row] + c.vx_mps[row] * probe.time_s - probe.x_m;
  const float dy = c.y_m[row] + c.vy_mps[row] * probe.time_s - probe.y_m;
  const float radius = c.radius_m[row] + c.radius_rate_mps[row] * probe.time_s;
  if (is_plot) return (dx * dx + dy * dy) / ((radius + probe.radius_m) * (radius + probe.radius_m));
  const float along = dx * probe.sine + dy * probe.cosine, across = dx * probe.cosine - dy * probe.sine;
  const float width = radius + probe.angle_rad * std::max(along, 0.0f);
  return across * across / (width * width);
}

CoarseProbe probe_of(const GnnFrame& f, const Sensor& sensor, std::int32_t i, bool is_plot) {
  const Detections& d = f.detections;
  const GnnState& state = f.state;
  CoarseProbe probe;
  probe.time_s = float(d.time_s[i]);
  const double reach = state.reach[__builtin_popcount(unsigned(d.components[i]))];
  if (is_plot) {
    probe.x_m = float(sensor.position_enu_m.x + d.range_m[i] * state.east[i]);
    probe.y_m = float(sensor.position_enu_m.y + d.range_m[i] * state.north[i]);
    // along the ground: the range's share, the azimuth's, the elevation's
    const double across = d.range_m[i] * d.sigma_azimuth_rad[i];
    const double along = d.components[i] & kMeasuresElevation
                             ? d.range_m[i] * d.sigma_elevation_rad[i] * std::fabs(state.up[i])
                             : d.range_m[i];
    probe.radius_m = float(reach * (d.sigma_range_m[i] + std::sqrt(across * across + along * along)));
  } else {
    const double level = std::sqrt(state.east[i] * state.east[i] + state.north[i] * state.north[i]);
    probe.x_m = float(sensor.position_enu_m.x);
    probe.y_m = float(sensor.position_enu_m.y);
    probe.sine = float(state.east[i] / level);
    probe.cosine = float(state.north[i] / level);
    probe.angle_rad = float(std::min(1.5, 1.2 * reach * d.sigma_azimuth_rad[i]));
  }
  return probe;
}

/// Sorts one file's tracks into strips of their place at time_s, so that a detection meets only those of a few strips.
void build_strips(GnnState& s, const Tracks& tracks, std::int32_t begin, std::int32_t rows, float from_s, float to_s) {
  const CoarseColumns& c = s.coarse;
  const float middle_s = 0.5f * (from_s + to_s), half_s = 0.5f * (to_s - from_s);
  float west = 1e30f, east = -1e30f;
  s.strip_radius_m = 0;
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    if (tracks.state[row] == std::int32_t(TrackState::none)) continue;
    const float x = c.x_m[row] + c.vx_mps[row] * middle_s;
    west = std::min(west, x);
    east = std::max(east, x);
    const float radius = c.radius_m[row] + c.radius_rate_mps[row] * to_s + std::fabs(c.vx_mps[row]) * half_s;
    s.strip_radius_m = std::max(s.strip_radius_m, radius);
  }
  s.strip_west_m = west;
  s.strip_per_m = east > west ? float(kStrips) / (east - west) : 0.0f;
  const auto strip_at = [&](float x) { return std::clamp(std::int32_t((x - west) * s.strip_per_m), 0, kStrips - 1); };
  std::fill(s.strip_begin.begin(), s.strip_begin.end(), 0);
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    const bool is_empty = tracks.state[row] == std::int32_t(TrackState::none);
    s.strip_of[std::size_t(row - begin)] = is_empty ? -1 : strip_at(c.x_m[row] + c.vx_mps[row] * middle_s);
    if (!is_empty) ++s.strip_begin[std::size_t(s.strip_of[std::size_t(row - begin)]) + 1];
  }
  for (std::int32_t k = 0; k < kStrips; ++k) s.strip_begin[std::size_t(k) + 1] += s.strip_begin[std::size_t(k)];
  const std::int32_t total = s.strip_begin[kStrips];
  for (std::int32_t row = begin; row < begin + rows; ++row) {
    if (s.strip_of[std::size_t(row - begin)] < 0) continue;
    const std::int32_t at = s.strip_begin[std::size_t(s.strip_of[std::size_t(row - begin)])]++;
    s.strip_rows[std::size_t(at)] = row;
    s.strips.x_m[at] = c.x_m[row];
    s.strips.y_m[at] = c.y_m[row];
    s.strips.vx_mps[at] = c.vx_mps[row];
    s.strips.vy_mps[at] = c.vy_mps[row];
    s.strips.radius_m[at] = c.radius_m[row];
    s.strips.radius_rate_mps[at] = c.radius_rate_mps[row];
  }
  for (std::int32_t k = kStrips; k > 0; --k) s.strip_begin[std::size_t(k)] = s.strip_begin[std::size_t(k) - 1];
  s.strip_begin[0] = 0;
  for (std::int32_t at = total; at < whole_blocks(total); ++at) {
    s.strips.x_m[at] = s.strips.y_m[at] = s.strips.vx_mps[at] = s.strips.vy_mps[at] = s.strips.radius_rate_mps[at] = 0;
    s.strips.radius_m[at] = CoarseColumns::kNobody;
  }
}

std::int32_t gate_in_strips(GnnState& s, const CoarseProbe& probe) {
  const float reach = s.strip_radius_m + probe.radius_m;
  const auto strip_at = [&](float x) {
    return std::int32_t(std::clamp((x - s.strip_west_m) * s.strip_per_m, 0.0f, float(kStrips - 1)));
  };
  const std::int32_t first = s.strip_begin[std::size_t(strip_at(probe.x_m - reach))];
  const std::int32_t last = s.strip_begin[std::size_t(strip_at(probe.x_m + reach)) + 1];
  const std::int32_t begin = first / CoarseColumns::kBlock * CoarseColumns::kBlock;
  const std::int32_t count = PAVISE_VARIANTS(gate_plot)(s.strips, begin, whole_blocks(last), probe, s.found.data());
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

}  // namespace

void gate_detections(GnnFrame& f, std::int32_t sensor_index, std::int32_t replication, std::int32_t from,
                     std::int32_t to) {
  GnnState& s = f.state;
  Tracks& tracks = f.tracks;
  const Sensor& sensor = f.context.sensors[std::size_t(sensor_index)];
  const std::int32_t begin = s.first_row(tracks, replication, sensor.track_file);
  const std::int32_t used = s.file_used[std::size_t(replication * s.files + sensor.track_file)];
  const bool has_strips = to - from >= 16 && used >= 96;
  if (has_strips)
    build_strips(s, tracks, begin, used, float(f.detections.time_s[from]), float(f.detections.time_s[to - 1]));

  for (std::int32_t i = from; i < to; ++i) {
    const std::int32_t components = f.detections.components[i];
    const bool is_plot = components & kMeasuresRange;
    if (!(components & kMeasuresAzimuth)) continue;
    if (!is_plot && !is_angle_due(s, replication, sensor_index, f.detections.time_s[i])) continue;
    const CoarseProbe probe = probe_of(f, sensor, i, is_plot);
    std::int32_t count = 0;
    if (is_plot && has_strips)
      count = gate_in_strips(s, probe);
    else if (is_plot)
      count = PAVISE_VARIANTS(gate_plot)(s.coarse, begin, begin + whole_blocks(used), probe, s.found.data());
    else
      count = PAVISE_VARIANTS(gate_bearing)(s.coarse, begin, begin + whole_blocks(used), probe, s.found.data());

    // tracks that were struck off since have still to leave the coarse gate
    std::int32_t alive = 0;
    for (std::int32_t k = 0; k < count; ++k) {
      const std::int32_t row = s.found[std::size_t(k)];
      if (tracks.state[row] == std::int32_t(TrackState::none))
        s.coarse.radius_m[row] = CoarseColumns::kNobody;
      else
        s.found[std::size_t(alive++)] = row;
    }
    count = alive;
    if (count > kMostCandidates) {
      if (!is_plot && !(components & kMeasuresElevation)) continue;  // a bearing that fits many says nothing of any
      std::partial_sort(s.found.begin(), s.found.begin() + kMostCandidates, s.found.begin() + count,
                        [&](std::int32_t a, std::int32_t b) {
                          const float da = nearness(s.coarse, a, probe, is_plot);
                          const float db = nearness(s.coarse, b, probe, is_plot);
                          return da != db ? da < db : a < b;
                        });
      count = kMostCandidates;
    }
    s.taken.push_back({i, std::int32_t(s.pairs.size()), count, -1});
    for (std::int32_t k = 0; k < count; ++k) s.pairs.push_back({s.found[std::size_t(k)], i});
  }
}

}  // namespace pavise
