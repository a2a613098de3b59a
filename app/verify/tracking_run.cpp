// Runs a `tracking` case: truth and measurements from addressed draws into the kernel's tables, the kernel's own
// tracker over them, and the quality of its picture.
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/verify/tracking_case.hpp"
#include "kernel/core/variates.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/gnn_tracker.hpp"
#include "sensors/tracking/set_distance.hpp"

namespace pavise {
namespace {

/// What the tracker may know of a radar that sees its whole volume at one instant.
struct SnapshotParameters {
  double scan_period_s, first_scan_s, detection_probability, false_alarms_per_scan;
  double range_min_m, range_max_m, azimuth_from_rad, azimuth_span_rad, elevation_min_rad, elevation_max_rad;
};

const SensorKind& snapshot_kind() {
  using P = SnapshotParameters;
  using D = Dimension;
  static const SensorKind kind = [] {
    SensorKind k;
    k.info = {.category = "sensor",
              .name = "radar/snapshot",
              .summary = "Sees its whole volume at one instant.",
              .source = "tests/cases/tracking/README.md",
              .parameters = {parameter("scan_period", &P::scan_period_s, D::time, {0, 1e9}, ""),
                             parameter("first_scan", &P::first_scan_s, D::time, {0, 1e9}, ""),
                             parameter("detection_probability", &P::detection_probability, D::number, {0, 1}, ""),
                             parameter("false_alarms_per_scan", &P::false_alarms_per_scan, D::number, {0, 1e9}, ""),
                             parameter("range_min", &P::range_min_m, D::length, {0, 1e9}, ""),
                             parameter("range_max", &P::range_max_m, D::length, {0, 1e9}, ""),
                             parameter("azimuth_from", &P::azimuth_from_rad, D::angle, {-10, 10}, ""),
                             parameter("azimuth_span", &P::azimuth_span_rad, D::angle, {0, 10}, ""),
                             parameter("elevation_min", &P::elevation_min_rad, D::angle, {-2, 2}, ""),
                             parameter("elevation_max", &P::elevation_max_rad, D::angle, {-2, 2}, "")},
              .size_bytes = sizeof(P)};
    return k;
  }();
  return kind;
}

constexpr double kSameInstant_s = 1e-9;

/// Something that happens at an instant: a scan of a sensor, or (sensor -1) an evaluation.
struct Instant {
  double time_s;
  std::int32_t sensor;
  std::uint32_t number;
};

std::vector<Instant> instants_of(const TrackingCase& c) {
  std::vector<Instant> instants;
  for (std::size_t s = 0; s < c.sensors.size(); ++s)
    for (std::uint32_t k = 0;; ++k) {
      const double time_s = c.sensors[s].first_scan_s + double(k) * c.sensors[s].scan_period_s;
      if (time_s > c.duration_s + kSameInstant_s) break;
      instants.push_back({time_s, std::int32_t(s), k});
    }
  for (std::uint32_t k = 0;; ++k) {
    const double time_s = c.settle_s + double(k) * c.evaluation_period_s;
    if (time_s > c.duration_s + kSameInstant_s) break;
    instants.push_back({time_s, -1, k});
  }
  // what happens at the same instant: scans by sensor, then the evaluation
  std::stable_sort(instants.begin(), instants.end(),
                   [](const Instant& a, const Instant& b) { return a.time_s < b.time_s; });
  for (std::size_t from = 0; from < instants.size();) {
    std::size_t to = from + 1;
    while (to < instants.size() && instants[to].time_s <= instants[from].time_s + kSameInstant_s) ++to;
    std::stable_sort(
        instants.begin() + std::ptrdiff_t(from), instants.begin() + std::ptrdiff_t(to),
        [](const Instant& a, const Instant& b) { return std::uint32_t(a.sensor) < std::uint32_t(b.sensor); });
    from = to;
  }
  return instants;
}

struct Truth {
  bool exists;
  double state[6];
};

class TrackingRun {
 public:
  TrackingRun(const TrackingCase& c, TrackerUnderTest under_test, std::int32_t lanes)
      : case_(c), under_test_(under_test), lanes_(lanes), draws_{c.seed}, instants_(instants_of(c)) {
    for (std::size_t s = 0; s < c.sensors.size(); ++s) add_sensor(c.sensors[s], s);
    threats_.per_replication = std::int32_t(c.targets.size());
    threats_.replications = lanes;
    threats_.rows = threats_.per_replication * lanes;
    threats_.class_of_number.assign(c.targets.size(), 0);
    classes_.resize(1);
    double most = 64;
    for (const TrackingSensor& s : c.sensors)
      most += lanes * (double(c.targets.size()) + s.clutter_per_scan + 12 * std::sqrt(s.clutter_per_scan) + 40);
    allocate(detections_, std::size_t(most), c.sensors.size());
    for (std::size_t s = 0; s < c.sensors.size(); ++s)
      detections_.alarm_quality[s] = {
          kPlot, c.sensors[s].sigma_range_m, c.sensors[s].sigma_azimuth_rad, c.sensors[s].sigma_elevation_rad, 0,
          100,   c.sensors[s].position_m};

    const bool is_general = under_test == TrackerUnderTest::general;
    kind_ = &Registry<TrackerKind>::instance().at(!is_general ? "gnn" : c.tracker.is_joint ? "jpda" : "imm");
    if (!is_general) parameters_ = Parameters::of(gnn_parameters());
    const std::int32_t capacity = is_general ? general_capacity(c.tracker, context(), threats_.per_replication)
                                             : kind_->capacity(parameters_, context(), threats_.per_replication);
    allocate(tracks_, lanes, capacity, 1);
    state_ = is_general ? make_general_state(c.tracker, context(), threats_, detections_.time_s.rows())
                        : kind_->make_state(parameters_, context(), threats_, detections_.time_s.rows());
    OutcomeSizes sizes{};
    sizes.replications = lanes;
    sizes.threats = threats_.per_replication;
    allocate(outcomes_, sizes);
    truth_.resize(std::size_t(lanes) * c.targets.size());
    paired_number_.resize(truth_.size());
  }

  /// Adds replications first ... first + active - 1 to the totals.
  void run(std::int32_t first, std::int32_t active) {
    first_ = std::uint32_t(first);
    active_ = active;
    kind_->clear(*state_, tracks_);
    clear(outcomes_);
    std::fill(paired_number_.begin(), paired_number_.end(), -1);
    existing_.assign(std::size_t(active), 0);
    paired_.assign(std::size_t(active), 0);
    nees_sum_.assign(std::size_t(active), 0);
    for (Truth& t : truth_) t.exists = false;
    truth_s_ = -1;
    truth_step_ = 0;
    for (std::size_t k = 0; k < instants_.size();) {
      // all scans of one instant in one frame
      const double time_s = instants_[k].time_s;
      advance_truth(time_s);
      clear(detections_);
      bool has_scan = false;
      for (; k < instants_.size() && instants_[k].sensor >= 0 && instants_[k].time_s <= time_s + kSameInstant_s; ++k) {
        scan(instants_[k]);
        has_scan = true;
      }
      if (has_scan) track(time_s);
      if (k < instants_.size() && instants_[k].sensor < 0 && instants_[k].time_s <= time_s + kSameInstant_s)
        evaluate(instants_[k++].time_s);
    }
    for (std::size_t r = 0; r < std::size_t(active); ++r) {
      continuity_sum_ += existing_[r] > 0 ? double(paired_[r]) / double(existing_[r]) : 1;
      if (paired_[r] == 0) continue;
      nees_mean_sum_ += nees_sum_[r] / double(paired_[r]);
      ++nees_replications_;
    }
    replications_ += active;
  }

  TrackingQuality quality() const {
    TrackingQuality q;
    q.mean_gospa_m = gospa_sum_m_ / double(evaluations_);
    q.false_tracks = double(false_count_) / double(evaluations_);
    q.continuity = continuity_sum_ / double(replications_);
    const double pairs = double(replications_) * double(case_.targets.size());
    q.id_switches = pairs > 0 ? double(switches_) / pairs : 0;
    q.nees = nees_replications_ > 0 ? nees_mean_sum_ / double(nees_replications_) : kNotMeasured;
    return q;
  }

 private:
  static constexpr std::int32_t kPlot = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;

  void add_sensor(const TrackingSensor& s, std::size_t index) {
    Sensor sensor;
    sensor.name = "radar_" + std::to_string(index);
    sensor.kind = &snapshot_kind();
    sensor.parameters = Parameters::of(
        SnapshotParameters{s.scan_period_s, s.first_scan_s, s.pd, s.clutter_per_scan, s.range_min_m, s.range_max_m,
                           s.azimuth_from_rad, s.azimuth_span_rad, s.elevation_min_rad, s.elevation_max_rad});
    sensor.position_enu_m = s.position_m;
    sensor.stream = std::uint16_t(index + 1);
    sensors_.push_back(sensor);
  }

  GnnParameters gnn_parameters() const {
    GnnParameters p;
    const GeneralSettings& t = case_.tracker;
    p.confirm_hits = std::max(2, t.rule.confirm_hits);
    p.confirm_window = t.rule.confirm_window;
    p.delete_misses = t.rule.delete_misses;
    p.gate_probability = t.gate_probability;
    p.process_noise_m2_s3 = t.models[0].spectral_density_m2_s3;
    p.fastest_mps = 4 * t.initial_speed_sigma_mps;
    p.detection_probability = 0;
    p.clutter_density = 0;
    for (const TrackingSensor& s : case_.sensors) {
      p.detection_probability += s.pd / double(case_.sensors.size());
      p.clutter_density += std::max(s.clutter_per_scan, 1e-3) /
                           ((s.range_max_m - s.range_min_m) * s.azimuth_span_rad *
                            (s.elevation_max_rad - s.elevation_min_rad) * double(case_.sensors.size()));
    }
    return p;
  }

  TrackingContext context() const { return {sensors_, classes_, identification_, draws_, std::int32_t(first_)}; }

  Truth& truth(std::int32_t lane, std::size_t target) {
    return truth_[std::size_t(lane) * case_.targets.size() + target];
  }

  /// All targets of all lanes to time_s. A target with noise of its own walks from instant to instant.
  void advance_truth(double time_s) {
    ++truth_step_;
    for (std::size_t n = 0; n < case_.targets.size(); ++n) {
      const TrackingTarget& target = case_.targets[n];
      const bool exists = time_s >= target.start_s - kSameInstant_s && time_s <= target.end_s + kSameInstant_s;
      for (std::int32_t lane = 0; lane < active_; ++lane) {
        Truth& t = truth(lane, n);
        if (target.process_q_m2_s3 == 0) {
          if (exists) fly(target, time_s, t.state);
        } else if (exists) {
          if (!t.exists) fly(target, target.start_s, t.state);
          walk(target, n, lane, time_s - (t.exists ? truth_s_ : target.start_s), t.state);
        }
        t.exists = exists;
      }
    }
    truth_s_ = time_s;
  }

  /// x <- F x + w, w of covariance Q per axis: dv = sqrt(q T) a, and the place by dv T / 2 + sqrt(q T^3 / 12) b.
  void walk(const TrackingTarget& target, std::size_t n, std::int32_t lane, double T, double (&x)[6]) {
    if (!(T > 0)) return;
    const double q = target.process_q_m2_s3;
    for (int axis = 0; axis < 3; ++axis) {
      const Pair w = draws_.normals(
          {first_ + std::uint32_t(lane), std::uint32_t(n), Purpose::free, std::uint16_t(axis + 1), truth_step_});
      const double dv = std::sqrt(q * T) * w.first;
      x[axis] += T * x[3 + axis] + 0.5 * T * dv + std::sqrt(q * T * T * T / 12) * w.second;
      x[3 + axis] += dv;
    }
  }

  void scan(const Instant& instant) {
    const TrackingSensor& s = case_.sensors[std::size_t(instant.sensor)];
    const std::int32_t begin = detections_.count;
    const std::uint16_t stream = std::uint16_t(instant.sensor + 1);
    for (std::int32_t lane = 0; lane < active_; ++lane) {
      const std::uint32_t replication = first_ + std::uint32_t(lane);
      for (std::size_t n = 0; n < case_.targets.size(); ++n) {
        const Truth& t = truth(lane, n);
        if (!t.exists) continue;
        const Vec3 p = Vec3{t.state[0], t.state[1], t.state[2]} - s.position_m;
        const double range = length(p), azimuth = arctangent2(p.x, p.y),
                     elevation = arctangent2(p.z, std::sqrt(p.x * p.x + p.y * p.y));
        const double turn = (azimuth - s.azimuth_from_rad) / (2 * kPi);
        const bool is_inside = range >= s.range_min_m && range <= s.range_max_m && elevation >= s.elevation_min_rad &&
                               elevation <= s.elevation_max_rad &&
                               (turn - std::floor(turn)) * (2 * kPi) <= s.azimuth_span_rad;
        const auto address = [&](Purpose purpose) {
          return Address{replication, std::uint32_t(n), purpose, stream, instant.number};
        };
        if (!is_inside || draws_.uniform(address(Purpose::look_detect)) >= s.pd) continue;
        const Pair a = draws_.normals(address(Purpose::look_noise_range_azimuth));
        const Pair b = draws_.normals(address(Purpose::look_noise_elevation_rate));
        const std::size_t i = append_detection(detections_, lane, instant.sensor, std::int32_t(n), instant.time_s);
        set_plot(i, s, range + s.sigma_range_m * a.first, azimuth + s.sigma_azimuth_rad * a.second,
                 elevation + s.sigma_elevation_rad * b.first);
      }
      add_clutter(s, instant, lane);
    }
    close_group(detections_, instant.sensor, begin);
  }

  void set_plot(std::size_t i, const TrackingSensor& s, double range_m, double azimuth_rad, double elevation_rad) {
    Detections& d = detections_;
    d.components[i] = kPlot;
    d.range_m[i] = range_m;
    d.azimuth_rad[i] = azimuth_rad - 2 * kPi * std::floor(azimuth_rad / (2 * kPi));
    d.elevation_rad[i] = elevation_rad;
    d.sigma_range_m[i] = s.sigma_range_m;
    d.sigma_azimuth_rad[i] = s.sigma_azimuth_rad;
    d.sigma_elevation_rad[i] = s.sigma_elevation_rad;
    d.snr[i] = 100;
  }

  /// False measurements, uniform over the volume in range, azimuth and elevation.
  void add_clutter(const TrackingSensor& s, const Instant& instant, std::int32_t lane) {
    const std::uint32_t replication = first_ + std::uint32_t(lane);
    const std::int64_t count = poisson_value(
        draws_, {replication, std::uint32_t(instant.sensor), Purpose::false_alarm_count, 0, instant.number},
        s.clutter_per_scan);
    if (count == 0) return;
    const std::int32_t begin = std::int32_t(detections_.alarms.size());
    for (std::int64_t k = 0; k < count; ++k) {
      const auto address = [&](Purpose purpose) {
        return Address{replication, std::uint32_t(k), purpose, std::uint16_t(instant.sensor + 1), instant.number};
      };
      const Pair u = draws_.uniforms(address(Purpose::false_alarm_place));
      const double w = draws_.uniform(address(Purpose::false_alarm_place_2));
      const double range_m = s.range_min_m + (s.range_max_m - s.range_min_m) * u.first;
      const double azimuth = s.azimuth_from_rad + s.azimuth_span_rad * u.second;
      const double elevation = s.elevation_min_rad + (s.elevation_max_rad - s.elevation_min_rad) * w;
      const double level = cosine(elevation);
      Plot plot;
      plot.position_enu_m =
          s.position_m + range_m * Vec3{level * sine(azimuth), level * cosine(azimuth), sine(elevation)};
      plot.time_s = instant.time_s;
      plot.range_m = range_m;
      plot.range_rate_mps = std::numeric_limits<float>::quiet_NaN();
      plot.sigma_range_m = float(s.sigma_range_m);
      plot.sigma_azimuth_rad = float(s.sigma_azimuth_rad);
      plot.sigma_elevation_rad = float(s.sigma_elevation_rad);
      detections_.alarms.push_back(plot);
    }
    detections_.alarm_runs.push_back({instant.sensor, lane, begin, std::int32_t(detections_.alarms.size())});
  }

  void track(double time_s) {
    // a frame of a microsecond that ends just after the instant; those in which nothing happens are left out
    const Clock clock{1000, std::int64_t(std::floor(time_s * 1e6)) + 1};
    kind_->track(parameters_, context(), *state_, threats_, detections_, clock, tracks_, outcomes_);
  }

  Gaussian estimate(std::int32_t row, double time_s) const {
    if (under_test_ == TrackerUnderTest::general) return predicted_estimate(*state_, tracks_, row, time_s);
    Gaussian g;
    const double* packed = tracks_.covariance.row(std::size_t(row));
    for (int i = 0; i < 6; ++i) {
      g.mean[i] = tracks_.mean[i][std::size_t(row)];
      for (int j = 0; j <= i; ++j) g.covariance[i][j] = g.covariance[j][i] = packed[packed_index(i, j)];
    }
    predict(g, case_.tracker.models[0], time_s - tracks_.time_s[std::size_t(row)]);
    return g;
  }

  void evaluate(double time_s) {
    for (std::int32_t lane = 0; lane < active_; ++lane) {
      estimates_.clear();
      places_m_.clear();
      numbers_.clear();
      for (std::int32_t slot = 0; slot < tracks_.used[std::size_t(lane)]; ++slot) {
        const std::int32_t row = tracks_.row_of(lane, slot);
        if (tracks_.state[std::size_t(row)] != std::int32_t(TrackState::confirmed)) continue;
        estimates_.push_back(estimate(row, time_s));
        const double* x = estimates_.back().mean;
        places_m_.push_back({x[0], x[1], x[2]});
        numbers_.push_back(tracks_.number[std::size_t(row)]);
      }
      truth_m_.clear();
      present_.clear();
      for (std::size_t n = 0; n < case_.targets.size(); ++n) {
        const Truth& t = truth(lane, n);
        if (!t.exists) continue;
        truth_m_.push_back({t.state[0], t.state[1], t.state[2]});
        present_.push_back(n);
      }
      const SetDistance distance = solver_.solve(truth_m_, places_m_, 2, case_.gospa_cutoff_m);
      gospa_sum_m_ += distance.gospa_m;
      false_count_ += distance.false_count;
      ++evaluations_;
      existing_[std::size_t(lane)] += std::int64_t(present_.size());
      for (std::size_t i = 0; i < present_.size(); ++i) {
        const std::int32_t j = solver_.estimate_of_truth()[i];
        if (j < 0) continue;
        ++paired_[std::size_t(lane)];
        std::int32_t& before = paired_number_[std::size_t(lane) * case_.targets.size() + present_[i]];
        switches_ += before >= 0 && before != numbers_[std::size_t(j)];
        before = numbers_[std::size_t(j)];
        nees_sum_[std::size_t(lane)] +=
            normalised_error(estimates_[std::size_t(j)], truth(lane, present_[i]).state) / 6;
      }
    }
  }

  const TrackingCase& case_;
  const TrackerUnderTest under_test_;
  const std::int32_t lanes_;
  std::int32_t active_ = 0;
  std::uint32_t first_ = 0;
  Draws draws_;
  const std::vector<Instant> instants_;
  std::vector<Sensor> sensors_;
  std::vector<ThreatClass> classes_;
  IdentificationModel identification_;
  Threats threats_;
  Detections detections_;
  Tracks tracks_;
  Outcomes outcomes_;
  const TrackerKind* kind_ = nullptr;
  Parameters parameters_;
  std::unique_ptr<TrackerState> state_;
  std::vector<Truth> truth_;
  double truth_s_ = -1;
  std::uint32_t truth_step_ = 0;

  // of an evaluation
  SetDistanceSolver solver_;
  std::vector<Gaussian> estimates_;
  std::vector<Vec3> places_m_, truth_m_;
  std::vector<std::int32_t> numbers_, paired_number_;  // the latter: [lane * targets + target], last pair's track
  std::vector<std::size_t> present_;

  // totals
  std::int64_t evaluations_ = 0, false_count_ = 0, switches_ = 0, nees_replications_ = 0;
  std::int32_t replications_ = 0;
  double gospa_sum_m_ = 0, continuity_sum_ = 0, nees_mean_sum_ = 0;
  std::vector<std::int64_t> existing_, paired_;
  std::vector<double> nees_sum_;
};

}  // namespace

TrackingQuality run_tracking(const TrackingCase& c, TrackerUnderTest tracker, std::int32_t lanes) {
  TrackingRun run(c, tracker, lanes);
  for (std::int32_t first = 0; first < c.replications; first += lanes)
    run.run(first, std::min(lanes, c.replications - first));
  return run.quality();
}

}  // namespace pavise
