// A scene for tracker tests: straight fliers seen by turning radars with Gaussian errors, uniform false alarms, drawn
// by address, so that a replication is the same in every block. No detection model: what the tracker gets is known
// exactly.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernel/core/elementary.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

struct TestRadar {
  double scan_period_s = 2, false_alarms_per_scan = 0;
};

inline const SensorKind& test_radar_kind() {
  static const SensorKind kind = [] {
    SensorKind k;
    k.info.category = "sensor";
    k.info.name = "radar/test";
    k.info.parameters = {parameter("scan_period", &TestRadar::scan_period_s, Dimension::time, {0, 1000}, "one turn"),
                         parameter("false_alarms_per_scan", &TestRadar::false_alarms_per_scan, Dimension::number, {0, 1e6},
                                   "what a tracker may expect")};
    k.info.size_bytes = sizeof(TestRadar);
    return k;
  }();
  return kind;
}

struct Flier {
  Vec3 start_m, velocity_mps;
};

/// Fliers 40 to 70 km from the origin, each at a bearing of its own, flying in at 80 to 250 m/s.
inline std::vector<Flier> ring_of_fliers(int count) {
  std::vector<Flier> fliers;
  for (int k = 0; k < count; ++k) {
    const double bearing = 2 * kPi * k / count, range = 40e3 + 30e3 * ((k * 37) % count) / count;
    const double speed = 80 + 170.0 * ((k * 61) % count) / count;
    fliers.push_back({{range * std::sin(bearing), range * std::cos(bearing), 1000.0 + 20 * (k % 50)},
                      {-speed * std::sin(bearing), -speed * std::cos(bearing), 0}});
  }
  return fliers;
}

struct RadarErrors {
  double range_m = 15, azimuth_rad = 2e-3, elevation_rad = 2e-3, range_rate_mps = 2;
  double pd = 1;
  double false_alarms_per_scan = 0;
  double instrumented_m = 60e3;
  bool measures_rate = true;
};

/// One World's worth of tables around a tracker.
class TrackingScene {
 public:
  TrackingScene(std::vector<Flier> fliers, std::int32_t replications, std::uint32_t first_replication = 0)
      : fliers_(std::move(fliers)), first_replication_(first_replication) {
    threats.per_replication = std::int32_t(fliers_.size());
    threats.replications = replications;
    threats.rows = threats.per_replication * replications;
    threats.class_of_number.assign(fliers_.size(), 0);
    classes.resize(1);
    classes[0].speed_mps = 100;
    clock.frame_ticks = ticks_of(0.5);
  }

  void add_radar(Vec3 place_m, double scan_period_s, RadarErrors errors, std::int32_t file = 0) {
    Sensor sensor;
    sensor.name = "radar_" + std::to_string(sensors.size());
    sensor.kind = &test_radar_kind();
    sensor.parameters = Parameters::of(TestRadar{scan_period_s, errors.false_alarms_per_scan});
    sensor.position_enu_m = place_m;
    sensor.track_file = file;
    sensor.stream = std::uint16_t(sensors.size() + 1);
    sensors.push_back(sensor);
    errors_.push_back(errors);
    periods_.push_back(scan_period_s);
  }

  void start(const TrackerKind& kind, const Parameters& parameters) {
    kind_ = &kind;
    parameters_ = parameters;
    std::int32_t files = 1;
    for (const Sensor& s : sensors) files = std::max(files, s.track_file + 1);
    double per_frame = 0;
    for (std::size_t s = 0; s < sensors.size(); ++s)
      per_frame += threats.rows + 4.0 * threats.replications * (errors_[s].false_alarms_per_scan + 10);
    allocate(detections, std::size_t(2 * per_frame) + 64, sensors.size());
    const std::int32_t capacity = kind.capacity(parameters, context(), threats.per_replication);
    allocate(tracks, threats.replications, capacity, files);
    OutcomeSizes sizes{};
    sizes.replications = threats.replications;
    sizes.threats = threats.per_replication;
    sizes.events_per_replication = 4096;
    allocate(outcomes, sizes);
    state = kind.make_state(parameters, context(), threats, detections.time_s.rows());
    restart();
  }
  void restart() {
    clock.frame = -1;
    kind_->clear(*state, tracks);
    clear(outcomes);
  }

  TrackingContext context() const {
    return {sensors, classes, identification, draws, std::int32_t(first_replication_)};
  }

  State truth(std::int32_t flier, double time_s) const {
    const Flier& f = fliers_[std::size_t(flier)];
    return {f.start_m + time_s * f.velocity_mps, f.velocity_mps};
  }

  /// One frame: its detections, then the tracker.
  void advance() {
    look();
    track();
  }
  void look() {
    ++clock.frame;
    clear(detections);
    for (std::size_t s = 0; s < sensors.size(); ++s) {
      const RadarErrors& e = errors_[s];
      detections.alarm_quality[s] = {components_of(e), e.range_m, e.azimuth_rad, e.elevation_rad, e.range_rate_mps, 100,
                                     sensors[s].position_enu_m};
      const std::int32_t begin = detections.count;
      for (std::int32_t r = 0; r < threats.replications; ++r) see(std::int32_t(s), r);
      close_group(detections, std::int32_t(s), begin);
    }
  }
  void track() { kind_->track(parameters_, context(), *state, threats, detections, clock, tracks, outcomes); }
  void advance_to(double time_s) {
    while (clock.now_s() < time_s - 1e-9 || clock.frame < 0) advance();
  }

  std::int32_t count(std::int32_t replication, TrackState state_wanted, std::int32_t file = -1) const {
    std::int32_t n = 0;
    for (std::int32_t slot = 0; slot < tracks.used[replication]; ++slot) {
      const std::int32_t row = tracks.row_of(replication, slot);
      n += tracks.state[row] == std::int32_t(state_wanted) && (file < 0 || tracks.file[row] == file);
    }
    return n;
  }
  /// The row of the confirmed track of a flier, -1 if there is none, -2 if there are several.
  std::int32_t track_of(std::int32_t replication, std::int32_t flier) const {
    std::int32_t found = -1;
    for (std::int32_t slot = 0; slot < tracks.used[replication]; ++slot) {
      const std::int32_t row = tracks.row_of(replication, slot);
      if (tracks.state[row] != std::int32_t(TrackState::confirmed) || tracks.source[row] != flier) continue;
      found = found == -1 ? row : -2;
    }
    return found;
  }
  Vec3 error_of(std::int32_t row, std::int32_t flier) const {
    const State s = truth(flier, tracks.time_s[row]);
    return Vec3{tracks.mean[0][row], tracks.mean[1][row], tracks.mean[2][row]} - s.position_m;
  }

  std::vector<Sensor> sensors;
  std::vector<ThreatClass> classes;
  IdentificationModel identification;
  Draws draws{7};
  Threats threats;
  Detections detections;
  Tracks tracks;
  Outcomes outcomes;
  Clock clock;
  std::unique_ptr<TrackerState> state;
  bool looks_at_once = false;                                               // all fliers at the start of each turn
  std::vector<double> hidden_from_s = std::vector<double>(2000, kNever_s);  // per flier: not seen any more

  bool makes_rows_of_alarms = false;  // the slow way: every false alarm stands among the detections of its sensor

 private:
  static std::int32_t components_of(const RadarErrors& e) {
    return kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation | (e.measures_rate ? kMeasuresRangeRate : 0);
  }
  void append_alarm(std::int32_t sensor, std::int32_t replication, double time_s, double range_m, double azimuth_rad,
                    double elevation_rad, double rate_mps) {
    const double level = cosine(elevation_rad), azimuth = azimuth_rad - 2 * kPi * std::floor(azimuth_rad / (2 * kPi));
    const Vec3 to = range_m * Vec3{level * sine(azimuth), level * cosine(azimuth), sine(elevation_rad)};
    const RadarErrors& e = errors_[std::size_t(sensor)];
    Detections& d = detections;
    const std::int32_t at = std::int32_t(d.alarms.size());
    const bool is_first = d.alarm_runs.empty() || d.alarm_runs.back().sensor != sensor ||
                          d.alarm_runs.back().replication != replication;
    if (is_first) d.alarm_runs.push_back({sensor, replication, at, at});
    ++d.alarm_runs.back().end;
    Plot plot;
    plot.position_enu_m = sensors[std::size_t(sensor)].position_enu_m + to;
    plot.time_s = time_s;
    plot.range_m = range_m;
    plot.range_rate_mps = e.measures_rate ? float(rate_mps) : std::numeric_limits<float>::quiet_NaN();
    plot.sigma_range_m = float(e.range_m);
    plot.sigma_azimuth_rad = float(e.azimuth_rad);
    plot.sigma_elevation_rad = float(e.elevation_rad);
    plot.sigma_range_rate_mps = e.measures_rate ? float(e.range_rate_mps) : 0.0f;
    d.alarms.push_back(plot);
  }
  void append(std::int32_t sensor, std::int32_t replication, std::int32_t source, double time_s, double range_m,
              double azimuth_rad, double elevation_rad, double rate_mps) {
    const RadarErrors& e = errors_[std::size_t(sensor)];
    Detections& d = detections;
    const std::int32_t i = d.count++;
    d.replication[i] = replication;
    d.sensor[i] = sensor;
    d.source[i] = source;
    d.components[i] = components_of(e);
    d.time_s[i] = time_s;
    d.range_m[i] = range_m;
    d.azimuth_rad[i] = azimuth_rad - 2 * kPi * std::floor(azimuth_rad / (2 * kPi));
    d.elevation_rad[i] = elevation_rad;
    d.range_rate_mps[i] = e.measures_rate ? rate_mps : std::numeric_limits<double>::quiet_NaN();
    d.sigma_range_m[i] = e.range_m;
    d.sigma_azimuth_rad[i] = e.azimuth_rad;
    d.sigma_elevation_rad[i] = e.elevation_rad;
    d.sigma_range_rate_mps[i] = e.range_rate_mps;
    d.snr[i] = 100;
  }

  /// All that one radar sees of one replication in this frame, by time.
  void see(std::int32_t sensor, std::int32_t replication) {
    struct Seen {
      double time_s;
      std::int32_t source;
      double range_m, azimuth_rad, elevation_rad, rate_mps;
    };
    static thread_local std::vector<Seen> seen;
    seen.clear();
    const std::size_t s = std::size_t(sensor);
    const RadarErrors& e = errors_[s];
    const double period_s = periods_[s], begin_s = clock.begin_s(), now_s = clock.now_s();
    const std::uint32_t absolute = first_replication_ + std::uint32_t(replication);
    for (std::int32_t n = 0; n < threats.per_replication; ++n) {
      // each flier is looked at once per turn, when the beam points at where it started
      const Vec3 first = fliers_[std::size_t(n)].start_m - sensors[s].position_enu_m;
      double turn = std::atan2(first.x, first.y) / (2 * kPi);
      turn = looks_at_once ? 0 : turn - std::floor(turn);
      for (double k = std::max(0.0, std::ceil(begin_s / period_s - turn)); (k + turn) * period_s <= now_s; ++k) {
        const double time_s = (k + turn) * period_s;
        if (!(time_s > begin_s) || time_s >= hidden_from_s[std::size_t(n)]) continue;
        const std::uint32_t number = draw_number_of(time_s);
        if (draws.uniform({absolute, std::uint32_t(n), Purpose::look_detect, std::uint16_t(sensor + 1), number}) > e.pd)
          continue;
        const Pair a = draws.normals(
            {absolute, std::uint32_t(n), Purpose::look_noise_range_azimuth, std::uint16_t(sensor + 1), number});
        const Pair b = draws.normals(
            {absolute, std::uint32_t(n), Purpose::look_noise_elevation_rate, std::uint16_t(sensor + 1), number});
        const State t = truth(n, time_s);
        const Vec3 p = t.position_m - sensors[s].position_enu_m;
        const double range = length(p);
        seen.push_back({time_s, n, range + e.range_m * a.first, arctangent2(p.x, p.y) + e.azimuth_rad * a.second,
                        arctangent2(p.z, std::sqrt(p.x * p.x + p.y * p.y)) + e.elevation_rad * b.first,
                        dot(p, t.velocity_mps) / range + e.range_rate_mps * b.second});
      }
    }
    // false alarms: a Bernoulli draw per small cell of the frame's time
    const double frame_s = clock.frame_s();
    const int cells = std::max(1, int(std::ceil(4 * e.false_alarms_per_scan * frame_s / period_s)));
    if (e.false_alarms_per_scan > 0)
      for (int c = 0; c < cells; ++c) {
        const std::uint32_t number = std::uint32_t(clock.frame);
        const auto draw = [&](Purpose purpose) {
          return draws.uniforms({absolute, std::uint32_t(c), purpose, std::uint16_t(sensor + 1), number});
        };
        if (draw(Purpose::false_alarm_count).first > e.false_alarms_per_scan * frame_s / period_s / cells) continue;
        const double time_s = begin_s + frame_s * (c + 0.5) / cells;
        if (time_s < 0) continue;
        const Pair u = draw(Purpose::false_alarm_place), v = draw(Purpose::false_alarm_place_2);
        seen.push_back({time_s, -1, e.instrumented_m * u.first, 2 * kPi * (time_s / period_s), 0.3 * u.second,
                        800 * v.first - 400});
      }
    std::sort(seen.begin(), seen.end(), [](const Seen& x, const Seen& y) {
      return x.time_s != y.time_s ? x.time_s < y.time_s : x.source < y.source;
    });
    for (const Seen& x : seen)
      if (x.source < 0 && !makes_rows_of_alarms)
        append_alarm(sensor, replication, x.time_s, x.range_m, x.azimuth_rad, x.elevation_rad, x.rate_mps);
      else
        append(sensor, replication, x.source, x.time_s, x.range_m, x.azimuth_rad, x.elevation_rad,
               double(float(x.rate_mps)));  // as an alarm keeps it
  }

  std::vector<Flier> fliers_;
  std::uint32_t first_replication_;
  std::vector<RadarErrors> errors_;
  std::vector<double> periods_;
  const TrackerKind* kind_ = nullptr;
  Parameters parameters_;
};

}  // namespace pavise
