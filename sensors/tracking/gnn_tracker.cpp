// The working tracker: gates, global nearest neighbour by optimal assignment, extended Kalman filters, M-of-N
// initiation from pairs of plots, deletion by missed looks. docs/models/tracking.md#gnn
#include "sensors/tracking/gnn_tracker.hpp"

#include <algorithm>
#include <cmath>

#include "sensors/sensors.hpp"
#include "sensors/tracking/gating.hpp"

namespace pavise {
namespace {

constexpr std::int32_t kBatchPairs = 256;  // enough for full lanes, few enough for the first-level caches

/// Slots of one file: every threat, ghosts and false tracks beside them, whole blocks of the coarse gate.
std::int32_t file_capacity_of(std::int32_t threats) { return (threats + threats / 4 + 32 + 15) / 16 * 16; }

double parameter_of(const Sensor& sensor, std::string_view name) {
  for (const Parameter& p : sensor.kind->info.parameters)
    if (p.name == name) return sensor.parameters.at_offset(p.offset);
  return 0;
}

std::int32_t power_of_two_above(std::int32_t value) {
  std::int32_t power = 1;
  while (power < value) power *= 2;
  return power;
}

}  // namespace

void allocate_pairs(GnnState& s, std::size_t capacity) {
  allocate(s.list, capacity);
  s.wins.reserve(capacity);
  const std::size_t whole = (capacity + FilterBlock::kRows - 1) / FilterBlock::kRows * FilterBlock::kRows;
  for (Column<float>* c : {&s.circle_x_m, &s.circle_y_m, &s.circle_vx_mps, &s.circle_vy_mps, &s.circle_radius_m,
                           &s.circle_radius_rate_mps})
    c->allocate(whole);
}

namespace {

std::unique_ptr<TrackerState> make_state(const Parameters& parameters, const TrackingContext& context,
                                         const Threats& threats, std::size_t detection_capacity) {
  auto owned = std::make_unique<GnnState>();
  GnnState& s = *owned;
  s.parameters = parameters.as<GnnParameters>();
  s.rule = {std::int32_t(s.parameters.confirm_hits),
            std::int32_t(std::max(s.parameters.confirm_window, s.parameters.confirm_hits)),
            std::int32_t(s.parameters.delete_misses)};
  for (int d = 1; d <= 4; ++d) {
    s.threshold[d] = chi_square_quantile(d, s.parameters.gate_probability);
    s.reach[d] = std::sqrt(s.threshold[d]);
  }
  s.replications = threats.replications;
  s.sensor_count = std::int32_t(context.sensors.size());
  s.allocate_files(s.replications, files_of(context), file_capacity_of(threats.per_replication));

  const std::size_t replications = std::size_t(s.replications), capacity = std::size_t(s.file_capacity);
  const std::size_t rows = replications * std::size_t(s.files) * capacity;
  s.coarse.allocate(rows);
  s.strips.allocate(capacity);
  s.row_state.resize(rows);
  s.looked_s.allocate(rows);
  for (Column<double>* c : {&s.places.x_m, &s.places.y_m, &s.places.z_m}) c->allocate(detection_capacity);
  for (Column<float>* c : {&s.places.first, &s.places.second, &s.places.reach}) c->allocate(detection_capacity);
  s.batch_of_file.resize(replications * std::size_t(s.files));
  s.bearings_idle_until_s.resize(replications * std::size_t(s.files));
  s.waiting.resize(replications * std::size_t(s.files));
  s.next_scrutiny_s.resize(replications);
  s.angles_from_s.resize(replications * context.sensors.size());
  s.angles_until_s.resize(replications * context.sensors.size());
  s.plots.allocate(s.replications, s.sensor_count,
                   std::clamp(power_of_two_above(4 * threats.per_replication), 256, 4096));

  s.strip_rows.resize(capacity);
  s.strip_of.resize(capacity);
  s.strip_begin.resize(257);
  s.found.resize(capacity + CoarseTracks::kRows);
  s.runs.reserve(replications);
  const std::size_t batch = kBatchPairs + 8 * capacity;
  allocate_pairs(s, batch);
  for (const Sensor& sensor : context.sensors) {
    s.antenna_x_m.push_back(sensor.position_enu_m.x);
    s.antenna_y_m.push_back(sensor.position_enu_m.y);
    s.antenna_z_m.push_back(sensor.position_enu_m.z);
  }
  s.pairs.reserve(batch);
  s.is_inside.reserve(batch);
  s.taken.reserve(std::max(detection_capacity, std::size_t(64)));
  s.starts.reserve(s.taken.capacity());
  s.promoted.reserve(detection_capacity);
  for (auto* v : {&s.conflicts, &s.group, &s.group_next, &s.group_head, &s.group_rows, &s.group_taken})
    v->reserve(batch);
  s.assignment.reserve(64, 64);
  for (auto* v : {&s.cost, &s.miss_cost, &s.unassigned_cost}) v->reserve(4096);
  s.pair_of_cell.reserve(4096);
  return owned;
}

std::int32_t capacity(const Parameters&, const TrackingContext& context, std::int32_t threats_per_replication) {
  return files_of(context) * file_capacity_of(threats_per_replication);
}

void clear(TrackerState& base, Tracks& tracks) {
  auto& s = static_cast<GnnState&>(base);
  clear(tracks);
  s.coarse.clear();
  std::fill(s.row_state.begin(), s.row_state.end(), RowState{});
  s.looked_s.fill(kNever_s);
  std::fill(s.file_used.begin(), s.file_used.end(), 0);
  std::fill(s.batch_of_file.begin(), s.batch_of_file.end(), -1);
  std::fill(s.bearings_idle_until_s.begin(), s.bearings_idle_until_s.end(), -1e9);
  for (GnnState::Waiting& waiting : s.waiting) waiting.frame = -1;
  s.batch = 0;
  std::fill(s.next_scrutiny_s.begin(), s.next_scrutiny_s.end(), kNever_s);
  std::fill(s.angles_from_s.begin(), s.angles_from_s.end(), -1e9);
  std::fill(s.angles_until_s.begin(), s.angles_until_s.end(), -1e9);
  s.next_scrutiny_of_all_s = kNever_s;
  s.plots.clear();
}

/// Takes one promoted alarm by itself.
void take_promoted(GnnFrame& f, std::size_t& next) {
  const auto [sensor, replication, detection] = f.state.promoted[next++];
  make_way(f, sensor, replication);
  gate_detections(f, sensor, replication, detection, detection + 1);
}

/// Bearings without elevation are asked for only by tracks that have gone without a radar; mostly none has.
bool is_wanted(const GnnFrame& f, const DetectionGroup& group) {
  const Detections& d = f.detections;
  if (d.components[group.begin] != kMeasuresAzimuth) return true;
  for (std::int32_t i = group.begin; i < group.end; ++i)
    if (!are_bearings_idle(f, group.sensor, d.replication[i])) return true;
  return false;
}

/// One pass of a sensor, and, beside its first pass, those of its alarms that may belong to a track: of `promoted`,
/// from `next` on.
void track_pass(GnnFrame& f, const DetectionGroup& group, std::size_t& next) {
  GnnState& s = f.state;
  const Detections& d = f.detections;
  const std::int32_t sensor = group.sensor;
  const auto take_alarms = [&](std::int32_t before) {
    // of replications below `before`: nothing else was seen of them
    while (next < s.promoted.size() && s.promoted[next].sensor == sensor && s.promoted[next].replication < before)
      take_promoted(f, next);
  };
  for (std::int32_t from = group.begin; from < group.end;) {
    const std::int32_t replication = d.replication[from];
    std::int32_t to = from + 1;
    while (to < group.end && d.replication[to] == replication) ++to;
    take_alarms(replication);
    make_way(f, sensor, replication);
    gate_detections(f, sensor, replication, from, to);
    for (; next < s.promoted.size() && s.promoted[next].sensor == sensor && s.promoted[next].replication == replication;
         ++next)
      gate_detections(f, sensor, replication, s.promoted[next].detection, s.promoted[next].detection + 1);
    if (std::int32_t(s.pairs.size()) >= kBatchPairs) finish_batch(f);
    from = to;
  }
}

void track(const Parameters&, const TrackingContext& context, TrackerState& base, const Threats&, Detections& detections,
           const Clock& clock, Tracks& tracks, Outcomes& outcomes) {
  auto& s = static_cast<GnnState&>(base);
  PAVISE_ASSERT(tracks.capacity == s.files * s.file_capacity && tracks.replications == s.replications);
  tracks.touched_count = 0;
  if (s.timing_frame_s != clock.frame_s()) {
    s.timing.clear();
    s.timing.reserve(context.sensors.size());
    for (const Sensor& sensor : context.sensors) s.timing.push_back(timing_of(sensor, clock.frame_s()));
    s.timing_frame_s = clock.frame_s();
    s.scrutiny_step_s = kNever_s;
    for (const SensorTiming& t : s.timing) s.scrutiny_step_s = std::min(s.scrutiny_step_s, 0.25 * t.update_s);
    s.disorder_s = 0;
    for (const Sensor& a : context.sensors)
      for (const Sensor& b : context.sensors)
        if (a.track_file == b.track_file) s.disorder_s = std::max(s.disorder_s, longest_way_s(a) - b.latency_s);
  }
  GnnFrame frame{context, s, detections, clock, tracks, outcomes};
  // whole vectors are written behind the last row, where promoted alarms will stand: so this comes first
  for (const DetectionGroup& group : detections.groups)
    if (is_wanted(frame, group))
      PAVISE_VARIANTS(place_detections)
      (detections, group.begin, group.end, context.sensors[std::size_t(group.sensor)].position_enu_m, s.reach, s.places);
  sweep_alarms(frame);

  std::size_t next = 0;  // of promoted
  for (const DetectionGroup& group : detections.groups) {
    while (next < s.promoted.size() && s.promoted[next].sensor < group.sensor) take_promoted(frame, next);
    if (is_wanted(frame, group)) track_pass(frame, group, next);
  }
  while (next < s.promoted.size()) take_promoted(frame, next);
  finish_batch(frame);
  scrutinise(frame);
}

using P = GnnParameters;
using D = Dimension;
const Registration<TrackerKind> registered{
    {
        .info = {.category = "tracker",
                 .name = "gnn",
                 .summary =
                     "Gates, global nearest neighbour, extended Kalman filters, M-of-N initiation, deletion by misses.",
                 .source = "Blackman, Popoli (1999), chapters 6 and 7; docs/models/tracking.md#gnn",
                 .parameters =
                     {
                         parameter("confirm_hits", &P::confirm_hits, D::count, {2, 100},
                                   "M: detections that confirm a track (a track starts with its second)", 3.0),
                         parameter("confirm_window", &P::confirm_window, D::count, {2, 100},
                                   "N: looks within which they must come", 5.0),
                         parameter("delete_misses", &P::delete_misses, D::count, {1, 100},
                                   "missed looks in a row that delete a confirmed track", 5.0),
                         parameter("gate_probability", &P::gate_probability, D::number, {0.5, 0.999999},
                                   "that a track's own detection falls into its gate", 0.999),
                         parameter("detection_probability", &P::detection_probability, D::number, {0.01, 0.999},
                                   "that a look sees the track, as the association assumes", 0.9),
                         parameter("clutter_density", &P::clutter_density, D::number, {1e-15, 1},
                                   "false alarms of a look per metre and square radian, as the association assumes",
                                   1e-5),
                         parameter("process_noise", &P::process_noise_m2_s3, D::number, {1e-6, 1e6},
                                   "spectral density of the acceleration, m^2/s^3, of a track at ordinary speed", 10.0),
                         parameter("ballistic_speed", &P::ballistic_speed_mps, D::speed, {100, 1e5},
                                   "a faster track above ballistic_altitude falls freely", 900.0),
                         parameter("ballistic_altitude", &P::ballistic_altitude_m, D::length, {0, 1e6},
                                   "lowest altitude of that", 5000.0),
                         parameter("ballistic_process_noise", &P::ballistic_process_noise_m2_s3, D::number,
                                   {1e-6, 1e6}, "spectral density, m^2/s^3, of such a track: drag, boost and weave",
                                   1000.0),
                         parameter("fastest", &P::fastest_mps,
                                   D::speed, {10, 1e5}, "two plots that imply more than this are not one object",
                                   2500.0),
                         parameter(
                             "rate_slack", &P::rate_slack_mps, D::speed, {0, 1e5},
                             "range rates of one object's two plots may differ from the change of range by this", 60.0),
                         parameter("largest_sigma", &P::largest_sigma_m,
                                   D::length, {1, 1e6}, "a coasting track whose place is less certain is deleted",
                                   5000.0),
                         parameter("angle_update_period", &P::angle_update_period_s,
                                   D::time, {0, 1000}, "angles of one sensor are taken in this often", 1.0),
                         parameter("bearing_wait", &P::bearing_wait_s, D::time, {0, 1000},
                                   "bearings without elevation help only tracks that no radar has updated for so long",
                                   3.0),
                     },
                 .size_bytes = sizeof(GnnParameters)},
        .make_state = make_state,
        .capacity = capacity,
        .clear = clear,
        .track = track,
    }};

}  // namespace

SensorTiming timing_of(const Sensor& sensor, double frame_s) {
  SensorTiming timing;
  if (sensor.kind) {
    const double scan_s = parameter_of(sensor, "scan_period"), update_s = parameter_of(sensor, "update_period");
    const bool is_array = sensor.kind->info.name.find("array") != std::string_view::npos;
    timing.least_look_s = timing.update_s = timing.longest_s = std::max(scan_s, update_s);
    if (is_array) {
      timing.least_look_s = parameter_of(sensor, "track_update_min");
      timing.update_s = parameter_of(sensor, "track_update_idle");
      timing.longest_s = parameter_of(sensor, "search_frame");
    }
  }
  // a sensor without a period of its own looks in every frame
  if (!(timing.least_look_s > 0)) timing.least_look_s = frame_s;
  timing.update_s = std::max({timing.update_s, timing.least_look_s, frame_s});
  timing.longest_s = std::max(timing.longest_s, timing.update_s);
  timing.way_s = sensor.latency_s;
  timing.longest_way_s = longest_way_s(sensor);
  return timing;
}

}  // namespace pavise
