// The trackers `imm` (interacting models, global nearest neighbour) and `jpda` (one model, joint probabilities): one
// general tracker with two sets of parameters. docs/models/tracking.md#imm-and-jpda
#include "sensors/tracking/general_tracker.hpp"

#include <algorithm>
#include <cmath>

#include "sensors/radar.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {
namespace {

const Parameter* find_parameter(const Sensor& sensor, std::string_view name) {
  for (const Parameter& p : sensor.kind->info.parameters)
    if (p.name == name) return &p;
  return nullptr;
}
double value_of(const Sensor& sensor, std::string_view name) {
  const Parameter* p = find_parameter(sensor, name);
  return p ? sensor.parameters.at_offset(p->offset) : 0;
}

SensorView view_of(const GeneralSettings& settings, const Sensor& sensor, double frame_s) {
  SensorView v;
  v.detection_probability = settings.detection_probability;
  v.clutter_density = settings.clutter_density;
  const SensorTiming timing = timing_of(sensor, frame_s);
  v.update_s = timing.update_s;
  v.way_s = timing.way_s, v.longest_way_s = timing.longest_way_s;
  v.longest_s = timing.longest_s;
  if (!sensor.kind) return v;
  if (sensor.kind->is_radar) {
    const bool is_array = sensor.kind->info.name.find("array") != std::string_view::npos;
    v.false_alarms_per_s = false_alarm_rate(sensor.parameters.as<RadarParameters>(), is_array);
  }
  if (find_parameter(sensor, "false_alarms_per_scan"))
    v.false_alarms_per_s = value_of(sensor, "false_alarms_per_scan") / timing.update_s;
  if (!find_parameter(sensor, "first_scan")) return v;
  v.is_snapshot = true;
  v.first_scan_s = value_of(sensor, "first_scan");
  v.period_s = value_of(sensor, "scan_period");
  v.range_min_m = value_of(sensor, "range_min");
  v.range_max_m = value_of(sensor, "range_max");
  v.azimuth_from_rad = value_of(sensor, "azimuth_from");
  v.azimuth_span_rad = value_of(sensor, "azimuth_span");
  v.elevation_min_rad = value_of(sensor, "elevation_min");
  v.elevation_max_rad = value_of(sensor, "elevation_max");
  v.detection_probability = value_of(sensor, "detection_probability");
  // without clutter the association still wants a density: one alarm in a thousand scans
  const double per_scan = std::max(value_of(sensor, "false_alarms_per_scan"), 1e-3);
  const double volume =
      (v.range_max_m - v.range_min_m) * v.azimuth_span_rad * (v.elevation_max_rad - v.elevation_min_rad);
  v.clutter_density = per_scan / volume;
  return v;
}

/// Slots of one file: every threat with ghosts, and the tentative tracks that false alarms start, for as long as they
/// may live.
std::int32_t file_capacity_of(const GeneralSettings& settings, const TrackingContext& context, std::int32_t threats) {
  double starts = 0;
  const double scans = settings.rule.confirm_window - settings.rule.confirm_hits + 3;
  for (const Sensor& sensor : context.sensors) {
    const SensorView view = view_of(settings, sensor, 1e-3);
    starts += view.false_alarms_per_s * 1.5 * view.update_s * scans;
  }
  return std::int32_t(double(threats) * 1.5 + 2 * starts + 6 * std::sqrt(starts)) + 128;
}

}  // namespace

std::int32_t general_capacity(const GeneralSettings& settings, const TrackingContext& context,
                              std::int32_t threats_per_replication) {
  return files_of(context) * file_capacity_of(settings, context, threats_per_replication);
}

std::unique_ptr<TrackerState> make_general_state(const GeneralSettings& settings, const TrackingContext& context,
                                                 const Threats& threats, std::size_t detection_capacity) {
  PAVISE_ASSERT(settings.model_count >= 1 && settings.model_count <= kMostModels);
  PAVISE_ASSERT(!settings.is_joint || settings.model_count == 1);
  auto owned = std::make_unique<GeneralState>();
  GeneralState& s = *owned;
  s.settings = settings;
  for (int d = 1; d <= 4; ++d) {
    s.threshold[d] = chi_square_quantile(d, settings.gate_probability);
    s.reach[d] = std::sqrt(s.threshold[d]);
  }
  s.replications = threats.replications;
  s.allocate_files(s.replications, files_of(context), file_capacity_of(settings, context, threats.per_replication));

  const std::size_t files = std::size_t(s.replications * s.files), rows = files * std::size_t(s.file_capacity);
  const std::size_t models = std::size_t(settings.model_count), tracks = std::size_t(s.file_capacity);
  s.states.resize(rows * models);
  s.probability.resize(rows * models);
  s.period_s.resize(rows);
  s.angle_updated_s.resize(rows);
  s.scan_count.resize(context.sensors.size());
  s.alarm_rows.reserve(std::size_t(s.replications) * context.sensors.size());
  s.entry_begin.reserve(std::size_t(s.replications) + 2);
  s.entries.reserve(detection_capacity);
  for (auto* v : {&s.plots, &s.bearings, &s.owner, &s.local_plot, &s.cluster_plots}) v->reserve(detection_capacity);
  s.places.reserve(detection_capacity);
  s.is_used.reserve(detection_capacity);
  for (auto* v : {&s.scan_rows, &s.label, &s.local_track, &s.cluster_tracks}) v->reserve(tracks);
  for (auto* v : {&s.is_hit, &s.is_in_volume}) v->reserve(tracks);
  s.predicted_s.reserve(tracks);
  s.predicted.reserve(tracks * models);
  s.predicted_probability.reserve(tracks * models);
  s.pairs.reserve(4096);
  s.stage.reserve(4096);
  for (auto* v : {&s.cost, &s.weight}) v->reserve(4096);
  for (auto* v : {&s.miss_cost, &s.unassigned_cost, &s.miss_weight}) v->reserve(256);
  s.parts.reserve(64);
  s.part_weight.reserve(64);
  s.assignment.reserve(256, 256);
  s.joint.solve(std::vector<double>(16, 0.5), std::vector<double>(4, 0.5));  // takes its usual memory
  return owned;
}

Gaussian predicted_estimate(const TrackerState& base, const Tracks& tracks, std::int32_t row, double time_s) {
  const auto& s = static_cast<const GeneralState&>(base);
  const int models = s.settings.model_count;
  Gaussian states[kMostModels];
  double probability[kMostModels];
  predict_row(s, tracks, row, time_s, states, probability);
  return models == 1 ? states[0] : mixture(states, probability, models);
}

namespace {

void clear(TrackerState& base, Tracks& tracks) {
  auto& s = static_cast<GeneralState&>(base);
  clear(tracks);
  std::fill(s.file_used.begin(), s.file_used.end(), 0);
  std::fill(s.scan_count.begin(), s.scan_count.end(), 0);
}

/// Every false alarm may be somebody's first or next plot: all become rows.
void promote_alarms(GeneralFrame& f) {
  f.state.alarm_rows.clear();
  for (const AlarmRun& run : f.detections.alarm_runs) {
    const std::int32_t begin = f.detections.count;
    for (std::int32_t k = run.begin; k < run.end; ++k)
      promote_alarm(f.detections, run, f.detections.alarms[std::size_t(k)]);
    f.state.alarm_rows.push_back({run.sensor, run.replication, begin, f.detections.count});
  }
}

/// The frame's rows of one sensor by replication, with their pass; false alarms come with the first.
bool sort_detections(GeneralFrame& f, std::int32_t sensor) {
  GeneralState& s = f.state;
  const Detections& d = f.detections;
  s.entry_begin.assign(std::size_t(s.replications) + 2, 0);
  std::int32_t count = 0;
  const auto each = [&](auto&& take) {
    std::int32_t pass = 0;
    for (const DetectionGroup& group : d.groups) {
      if (group.sensor != sensor) continue;
      for (std::int32_t i = group.begin; i < group.end; ++i) take(i, pass);
      ++pass;
    }
    for (const GeneralState::AlarmRows& rows : s.alarm_rows) {
      if (rows.sensor != sensor) continue;
      for (std::int32_t i = rows.begin; i < rows.end; ++i) take(i, 0);
    }
  };
  each([&](std::int32_t i, std::int32_t) { ++s.entry_begin[std::size_t(d.replication[i]) + 2], ++count; });
  if (count == 0) return false;
  for (std::size_t r = 2; r < s.entry_begin.size(); ++r) s.entry_begin[r] += s.entry_begin[r - 1];
  s.entries.resize(std::size_t(count));
  each([&](std::int32_t i, std::int32_t pass) {
    s.entries[std::size_t(s.entry_begin[std::size_t(d.replication[i]) + 1]++)] = {i, pass};
  });
  return true;
}

std::span<const GeneralState::Entry> entries_of(const GeneralState& s, std::int32_t replication) {
  const std::size_t r = std::size_t(replication);
  return std::span(s.entries).subspan(std::size_t(s.entry_begin[r]),
                                      std::size_t(s.entry_begin[r + 1] - s.entry_begin[r]));
}

void take_scan(GeneralFrame& f, const GeneralScan& scan) {
  gate_scan(f, scan);
  associate_scan(f, scan);
  finish_scan(f, scan);
}

/// Takes a row into the scan as what it is.
void add_to_scan(GeneralFrame& f, std::int32_t i) {
  constexpr std::int32_t kPlot = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
  const std::int32_t components = f.detections.components[i];
  if ((components & kPlot) == kPlot)
    f.state.plots.push_back(i);
  else if (components & kMeasuresAzimuth)
    f.state.bearings.push_back(i);
}

void take_passes(GeneralFrame& f, std::int32_t sensor) {
  GeneralState& s = f.state;
  for (std::int32_t r = 0; r < s.replications; ++r) {
    const auto entries = entries_of(s, r);
    std::int32_t last = -1;
    for (const GeneralState::Entry& e : entries) last = std::max(last, e.pass);
    for (std::int32_t pass = 0; pass <= last; ++pass) {
      s.plots.clear();
      s.bearings.clear();
      for (const GeneralState::Entry& e : entries)
        if (e.pass == pass) add_to_scan(f, e.row);
      if (!s.plots.empty() || !s.bearings.empty()) take_scan(f, {sensor, r, kNotMeasured});
    }
  }
}

/// All snapshots due in this frame, whether anything was seen or not.
void take_snapshots(GeneralFrame& f, std::int32_t sensor, bool has_detections) {
  GeneralState& s = f.state;
  const SensorView& view = s.views[std::size_t(sensor)];
  for (std::int64_t& k = s.scan_count[std::size_t(sensor)];; ++k) {
    const double time_s = view.first_scan_s + double(k) * view.period_s;
    if (time_s > f.clock.now_s()) return;
    for (std::int32_t r = 0; r < s.replications; ++r) {
      s.plots.clear();
      s.bearings.clear();
      if (has_detections)
        for (const GeneralState::Entry& e : entries_of(s, r))
          if (std::fabs(f.detections.time_s[e.row] - time_s) < 0.25 * view.period_s) add_to_scan(f, e.row);
      take_scan(f, {sensor, r, time_s});
    }
  }
}

void track(const Parameters&, const TrackingContext& context, TrackerState& base, const Threats&,
           Detections& detections, const Clock& clock, Tracks& tracks, Outcomes& outcomes) {
  auto& s = static_cast<GeneralState&>(base);
  PAVISE_ASSERT(tracks.capacity == s.files * s.file_capacity && tracks.replications == s.replications);
  tracks.touched_count = 0;
  if (s.view_frame_s != clock.frame_s()) {
    s.views.clear();
    s.views.reserve(context.sensors.size());
    for (const Sensor& sensor : context.sensors) s.views.push_back(view_of(s.settings, sensor, clock.frame_s()));
    s.view_frame_s = clock.frame_s();
  }
  GeneralFrame frame{context, s, detections, clock, tracks, outcomes};
  promote_alarms(frame);
  for (std::int32_t sensor = 0; sensor < std::int32_t(context.sensors.size()); ++sensor) {
    const bool has_detections = sort_detections(frame, sensor);
    if (s.views[std::size_t(sensor)].is_snapshot)
      take_snapshots(frame, sensor, has_detections);
    else if (has_detections)
      take_passes(frame, sensor);
  }
  count_missed_looks(frame);
}

/// Parameters of both kinds; a kind registers those that are its own.
struct GeneralParameters {
  double confirm_hits = 3, confirm_window = 5, delete_misses = 5;
  double gate_probability = 0.999, detection_probability = 0.9, clutter_density = 1e-5;
  double process_noise_m2_s3 = 10, initial_speed_sigma_mps = 300;
  double largest_sigma_m = 5000, longest_coast_s = 60, angle_update_period_s = 1;
  double ballistic_speed_mps = 900, ballistic_altitude_m = 5000, ballistic_process_noise_m2_s3 = 1000;
  double turn_rate_radps = 0.1, turn_process_noise_m2_s3 = 10, switch_time_s = 30;
  double has_ballistic_model = 1, has_drag = 0, drag_process_noise_m2_s3 = 10;
};

GeneralSettings common_settings(const GeneralParameters& p) {
  GeneralSettings s;
  s.rule = {std::int32_t(p.confirm_hits), std::int32_t(std::max(p.confirm_window, p.confirm_hits)),
            std::int32_t(p.delete_misses)};
  s.gate_probability = p.gate_probability;
  s.detection_probability = p.detection_probability;
  s.clutter_density = p.clutter_density;
  s.initial_speed_sigma_mps = p.initial_speed_sigma_mps;
  s.largest_sigma_m = p.largest_sigma_m;
  s.longest_coast_s = p.longest_coast_s;
  s.angle_update_period_s = p.angle_update_period_s;
  s.models[0].spectral_density_m2_s3 = p.process_noise_m2_s3;
  return s;
}

GeneralSettings joint_settings(const Parameters& parameters) {
  const auto& p = parameters.as<GeneralParameters>();
  GeneralSettings s = common_settings(p);
  s.is_joint = true;
  s.ballistic_speed_mps = p.ballistic_speed_mps;
  s.ballistic_altitude_m = p.ballistic_altitude_m;
  s.ballistic_density_m2_s3 = p.ballistic_process_noise_m2_s3;
  return s;
}

GeneralSettings imm_settings(const Parameters& parameters) {
  const auto& p = parameters.as<GeneralParameters>();
  GeneralSettings s = common_settings(p);
  if (p.turn_rate_radps > 0)
    for (double rate_radps : {p.turn_rate_radps, -p.turn_rate_radps})
      s.models[s.model_count++] = {p.turn_process_noise_m2_s3, rate_radps, MotionLaw::level, 0};
  if (p.has_drag != 0) {
    // ln of the drag parameter wanders little in a minute; what it does not explain is noise
    const double walk = s.initial_drag_sigma_m2_kg / 10;
    s.has_drag = true;
    s.models[s.model_count++] = {p.drag_process_noise_m2_s3, 0, MotionLaw::drag, walk * walk / 60};
  } else if (p.has_ballistic_model != 0) {
    s.models[s.model_count++] = {p.ballistic_process_noise_m2_s3, 0, MotionLaw::free_fall, 0};
  }
  s.switch_time_s = p.switch_time_s;
  // at first any model may hold; most fly straight
  const int others = s.model_count - 1;
  for (int j = 0; j < s.model_count; ++j) s.initial_probability[j] = others == 0 ? 1.0 : j == 0 ? 0.7 : 0.3 / others;
  return s;
}

template <GeneralSettings (*settings_of)(const Parameters&)>
std::unique_ptr<TrackerState> make_state(const Parameters& parameters, const TrackingContext& context,
                                         const Threats& threats, std::size_t detection_capacity) {
  return make_general_state(settings_of(parameters), context, threats, detection_capacity);
}
template <GeneralSettings (*settings_of)(const Parameters&)>
std::int32_t capacity(const Parameters& parameters, const TrackingContext& context,
                      std::int32_t threats_per_replication) {
  return general_capacity(settings_of(parameters), context, threats_per_replication);
}

using P = GeneralParameters;
using D = Dimension;

std::vector<Parameter> common_parameters() {
  return {
      parameter("confirm_hits", &P::confirm_hits, D::count, {1, 100}, "M: detections that confirm a track", 3.0),
      parameter("confirm_window", &P::confirm_window, D::count, {1, 100}, "N: looks within which they must come", 5.0),
      parameter("delete_misses", &P::delete_misses, D::count, {1, 100},
                "missed looks in a row that delete a confirmed track", 5.0),
      parameter("gate_probability", &P::gate_probability, D::number, {0.5, 0.999999},
                "that a track's own detection falls into its gate", 0.999),
      parameter("detection_probability", &P::detection_probability, D::number, {0.01, 0.999},
                "that a look sees the track, as the association assumes", 0.9),
      parameter("clutter_density", &P::clutter_density, D::number, {1e-15, 1},
                "false alarms of a look per metre and square radian, as the association assumes", 1e-5),
      parameter("process_noise", &P::process_noise_m2_s3, D::number, {1e-6, 1e6},
                "spectral density of the acceleration, m^2/s^3, of straight flight", 10.0),
      parameter("initial_speed_sigma", &P::initial_speed_sigma_mps, D::speed, {1, 1e4},
                "standard deviation per axis of the velocity of a track that was seen once", 300.0),
      parameter("largest_sigma", &P::largest_sigma_m, D::length, {1, 1e6},
                "a coasting track whose place is less certain is deleted", 5000.0),
      parameter("longest_coast", &P::longest_coast_s, D::time, {1, 1e5},
                "a track that no radar has seen for so long is deleted", 60.0),
      parameter("angle_update_period", &P::angle_update_period_s, D::time, {0, 1000},
                "angles are taken into a track this often", 1.0),
      parameter("ballistic_process_noise", &P::ballistic_process_noise_m2_s3, D::number, {1e-6, 1e6},
                "spectral density, m^2/s^3, of free fall: drag, boost and weave", 1000.0),
  };
}

std::vector<Parameter> with(std::vector<Parameter> parameters, std::initializer_list<Parameter> own) {
  parameters.insert(parameters.end(), own);
  return parameters;
}

const Registration<TrackerKind> registered_joint{
    {.info = {.category = "tracker",
              .name = "jpda",
              .summary = "Joint probabilistic data association by clusters, one extended Kalman filter per track.",
              .source = "Bar-Shalom, Willett, Tian (2011), chapter 6; docs/models/tracking.md#imm-and-jpda",
              .parameters =
                  with(common_parameters(), {parameter("ballistic_speed", &P::ballistic_speed_mps, D::speed, {100, 1e5},
                                                       "a faster track above ballistic_altitude falls freely", 900.0),
                                             parameter("ballistic_altitude", &P::ballistic_altitude_m, D::length,
                                                       {0, 1e6}, "lowest altitude of that", 5000.0)}),
              .size_bytes = sizeof(GeneralParameters)},
     .make_state = make_state<joint_settings>,
     .capacity = capacity<joint_settings>,
     .clear = clear,
     .track = track}};

const Registration<TrackerKind> registered_imm{
    {.info = {.category = "tracker",
              .name = "imm",
              .summary = "Interacting models (straight, two turns, ballistic), global nearest neighbour.",
              .source = "Bar-Shalom, Li, Kirubarajan (2001), chapter 11; docs/models/tracking.md#imm-and-jpda",
              .parameters = with(common_parameters(),
                                 {parameter("turn_rate", &P::turn_rate_radps, D::angular_rate, {0, 2},
                                            "of the two turn models, one to each side; 0: no turns", 0.1),
                                  parameter("turn_process_noise", &P::turn_process_noise_m2_s3, D::number, {1e-6, 1e6},
                                            "spectral density, m^2/s^3, of a turn", 10.0),
                                  parameter("switch_time", &P::switch_time_s, D::time, {0.1, 1e5},
                                            "mean time until a model gives way to another", 30.0),
                                  parameter("ballistic", &P::has_ballistic_model, D::flag, {0, 1},
                                            "free fall is one of the models", 1.0),
                                  parameter("drag", &P::has_drag, D::flag, {0, 1},
                                            "the ballistic model estimates the drag parameter as a seventh state", 0.0),
                                  parameter("drag_process_noise", &P::drag_process_noise_m2_s3, D::number, {1e-6, 1e6},
                                            "spectral density, m^2/s^3, of fall with drag", 10.0)}),
              .size_bytes = sizeof(GeneralParameters)},
     .make_state = make_state<imm_settings>,
     .capacity = capacity<imm_settings>,
     .clear = clear,
     .track = track}};

}  // namespace
}  // namespace pavise
