#include "sensors/radar.hpp"

#include "kernel/core/draws_lanes.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/detection.hpp"
#include "sensors/terrain_mask.hpp"

namespace pavise {
namespace {

constexpr double kTurn = 2 * kPi;

double ratio_of_dB(double dB) { return power(10.0, dB / 10); }

}  // namespace

std::vector<Parameter> radar_parameters(bool is_array) {
  using P = RadarParameters;
  using D = Dimension;
  std::vector<Parameter> p = {
      parameter("instrumented_range", &P::instrumented_range_m, D::length, {1, 5e6}, "farthest range it reports"),
      parameter("reference_range", &P::reference_range_m, D::length, {0, 5e6},
                "1 m^2, Swerling 1, is detected with Pd 0.9 at Pfa 1e-6 here; 0: from mean_power", 0.0),
      parameter("coverage", &P::coverage, D::word, {0, 1}, "all round, or a sector", is_array ? 1.0 : 0.0,
                {"rotating", "sector"}),
      parameter("elevation_min", &P::elevation_min_rad, D::angle, {-kPi / 2, kPi / 2}, "lowest beam's elevation", 0.0),
      parameter("elevation_max", &P::elevation_max_rad, D::angle, {-kPi / 2, kPi / 2}, "highest beam's elevation",
                kPi / 2),
      parameter("frequency", &P::frequency_Hz, D::frequency, {1e6, 1e12}, "carrier"),
      parameter("beamwidth_azimuth", &P::beamwidth_azimuth_rad, D::angle, {1e-6, kTurn}, "3 dB width"),
      parameter("beamwidth_elevation", &P::beamwidth_elevation_rad, D::angle, {1e-6, kPi}, "3 dB width"),
      parameter("gain", &P::gain_dB, D::gain, {-100, 100}, "antenna, both ways the same", 0.0),
      parameter("noise_figure", &P::noise_figure_dB, D::gain, {0, 100}, "receiver", 0.0),
      parameter("losses", &P::losses_dB, D::gain, {0, 100}, "all losses together", 0.0),
      parameter("dwell", &P::dwell_s, D::time, {1e-6, 100}, "coherent time on a target"),
      parameter("mean_power", &P::mean_power_W, D::power, {0, 1e9}, "used if there is no reference_range", 0.0),
      parameter("bandwidth", &P::bandwidth_Hz, D::frequency, {1, 1e12}, "range cell = c / (2 bandwidth)"),
      parameter("range_noise_floor", &P::range_noise_floor_m, D::length, {0, 1e6}, "1 sigma at any SNR", 0.0),
      parameter("angle_noise_floor", &P::angle_noise_floor_rad, D::angle, {0, 1}, "1 sigma at any SNR", 0.0),
      parameter("doppler_noise", &P::doppler_noise_mps, D::speed, {0, 1e4},
                "1 sigma of range rate at any SNR; 0: range rate is not measured", 0.0),
      parameter("false_alarm", &P::false_alarm, D::number, {1e-300, 0.5}, "probability per cell", 1e-6),
      parameter("clutter_to_noise", &P::clutter_to_noise_dB, D::gain, {-300, 200},
                "in the lowest beam within the horizon", -300.0),
      parameter("clutter_cancellation", &P::clutter_cancellation_dB, D::gain, {0, 200}, "what filtering takes off it",
                0.0),
      parameter("minimum_speed", &P::minimum_speed_mps, D::speed, {0, 1e4},
                "radial speed below which clutter filtering removes a target", 0.0),
      parameter("antenna_height", &P::antenna_height_m, D::length, {0, 1e5}, "above the place it stands at", 0.0),
      parameter("track_capacity", &P::track_capacity, D::count, {1, 1e9}, "tracks", 1e9),
      parameter("false_alarms", &P::false_alarms, D::flag, {0, 1}, "whether noise crosses the threshold too", 1.0),
  };
  const auto optional = [&](bool is_optional, double otherwise) {
    return is_optional ? std::optional<double>(otherwise) : std::nullopt;
  };
  p.push_back(parameter("scan_period", &P::scan_period_s, D::time, {0.01, 1000}, "one turn", optional(is_array, 4.0)));
  p.push_back(parameter("search_sector", &P::search_sector_rad, D::angle, {0, kTurn}, "width it searches",
                        optional(!is_array, kTurn)));
  p.push_back(parameter("track_sector", &P::track_sector_rad, D::angle, {0, kTurn}, "width it tracks in",
                        optional(!is_array, kTurn)));
  p.push_back(parameter("search_frame", &P::search_frame_s, D::time, {0.01, 1000}, "time to search the sector once",
                        optional(!is_array, 4.0)));
  p.push_back(parameter("track_update_min", &P::track_update_min_s, D::time, {0.01, 1000},
                        "between updates of an engaged track", optional(!is_array, 0.2)));
  p.push_back(parameter("track_update_idle", &P::track_update_idle_s, D::time, {0.01, 1000},
                        "between updates of another track", optional(!is_array, 1.0)));
  p.push_back(parameter("time_share_search", &P::time_share_search, D::number, {0, 1},
                        "share of the time spent on searching; the rest is for track updates", 0.5));
  return p;
}

RadarConstants radar_constants(const Sensor& sensor, bool is_array, const Environment& environment) {
  const auto& p = sensor.parameters.as<RadarParameters>();
  RadarConstants c;
  const double wavelength_m = kSpeedOfLight_mps / p.frequency_Hz;
  c.threshold = -logarithm(p.false_alarm);
  if (p.reference_range_m > 0) {
    // SNR at which Swerling 1 has Pd 0.9 at Pfa 1e-6: ln(Pfa) / ln(Pd) - 1
    const double reference_snr = logarithm(1e-6) / logarithm(0.9) - 1;
    const double r2 = p.reference_range_m * p.reference_range_m;
    c.snr_at_1m = reference_snr * r2 * r2;
  } else {
    const double gain = ratio_of_dB(p.gain_dB), four_pi = 4 * kPi;
    c.snr_at_1m = p.mean_power_W * p.dwell_s * gain * gain * wavelength_m * wavelength_m /
                  (four_pi * four_pi * four_pi * kBoltzmann_J_K * kNoiseTemperature_K *
                   ratio_of_dB(p.noise_figure_dB + p.losses_dB));
  }
  c.instrumented_range_m = p.instrumented_range_m;

  // the limits are those of beam centres: half a beam more on either side
  const double half = 0.5 * p.beamwidth_elevation_rad;
  const auto sine_within = [](double angle) { return angle >= kPi / 2 ? 2.0 : angle <= -kPi / 2 ? -2.0 : sine(angle); };
  c.sine_elevation_min = sine_within(p.elevation_min_rad - half);
  c.sine_elevation_max = sine_within(p.elevation_max_rad + half);
  c.sine_lowest_beam = sine_within(std::fmax(p.elevation_min_rad, 0.0) + half);
  c.clutter = ratio_of_dB(p.clutter_to_noise_dB - p.clutter_cancellation_dB);
  c.minimum_speed_mps = p.minimum_speed_mps;

  c.antenna_height_m = std::fmax(sensor.position_enu_m.z, 0.0);
  const bool is_flat = environment.is_flat_without_horizon;
  c.effective_radius_m = is_flat ? kFlat_m : environment.effective_earth * kEarthRadius_m;
  c.antenna_horizon_m = is_flat ? kFlat_m : horizon_distance_m(c.antenna_height_m, c.effective_radius_m);

  c.range_scale_m = kSpeedOfLight_mps / (2 * p.bandwidth_Hz);
  c.azimuth_scale_rad = p.beamwidth_azimuth_rad / 1.6;
  c.elevation_scale_rad = p.beamwidth_elevation_rad / 1.6;
  c.rate_scale_mps = wavelength_m / (2 * p.dwell_s);
  c.range_floor_m = p.range_noise_floor_m;
  c.angle_floor_rad = p.angle_noise_floor_rad;
  c.rate_floor_mps = p.doppler_noise_mps;

  c.facing_sine = sine(sensor.facing_rad);
  c.facing_cosine = cosine(sensor.facing_rad);
  c.period_s = is_array ? p.search_frame_s : p.scan_period_s;
  c.phase_turns = double(sensor.stream) / 65536;
  return c;
}

double false_alarm_rate(const RadarParameters& p, bool is_array) {
  if (p.false_alarms == 0) return 0;
  const double range_cells = p.instrumented_range_m / (kSpeedOfLight_mps / (2 * p.bandwidth_Hz));
  const double azimuth_beams = (is_array ? p.search_sector_rad : kTurn) / p.beamwidth_azimuth_rad;
  const double elevation_beams = (p.elevation_max_rad - p.elevation_min_rad) / p.beamwidth_elevation_rad;
  const double cells = range_cells * azimuth_beams * std::fmax(elevation_beams, 1.0);
  return p.false_alarm * cells / (is_array ? p.search_frame_s : p.scan_period_s);
}

FalseAlarms false_alarm_process(const Sensor& sensor, bool is_array, const RadarConstants& radar) {
  const auto& p = sensor.parameters.as<RadarParameters>();
  FalseAlarms a;
  const double rate = false_alarm_rate(p, is_array);
  a.mean_gap_s = rate > 0 ? 1 / rate : 0;
  AlarmVolume& v = a.volume;
  v.antenna_enu_m = sensor.position_enu_m;
  v.period_s = is_array ? 0 : radar.period_s;
  v.phase_turns = radar.phase_turns;
  v.azimuth_begin_rad = sensor.facing_rad - 0.5 * p.search_sector_rad;
  v.azimuth_span_rad = p.search_sector_rad;
  v.range_m = p.instrumented_range_m;
  v.elevation_begin_rad = p.elevation_min_rad;
  v.elevation_span_rad = p.elevation_max_rad - p.elevation_min_rad;
  v.range_rate_limit_mps = p.doppler_noise_mps > 0 ? 500 : 0;

  // an alarm is an echo that just crosses the threshold
  AlarmQuality& q = a.quality;
  const double share = 1 / (2 * radar.threshold);
  const auto sigma = [share](double scale, double floor) { return std::sqrt(scale * scale * share + floor * floor); };
  q.components = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
  if (p.doppler_noise_mps > 0) q.components |= kMeasuresRangeRate;
  q.sigma_range_m = sigma(radar.range_scale_m, radar.range_floor_m);
  q.sigma_azimuth_rad = sigma(radar.azimuth_scale_rad, radar.angle_floor_rad);
  q.sigma_elevation_rad = sigma(radar.elevation_scale_rad, radar.angle_floor_rad);
  q.sigma_range_rate_mps = sigma(radar.rate_scale_mps, radar.rate_floor_mps);
  q.snr = radar.threshold;
  q.antenna_enu_m = sensor.position_enu_m;
  return a;
}

void start_false_alarms(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const std::size_t s = std::size_t(sensor);
  FalseAlarms& alarms = sensors.alarms[s];
  alarms.drawn.fill(0);
  for (std::int32_t lane = 0; lane < threats.replications; ++lane) {
    double& next = sensors.next_scan_s[s][std::size_t(lane)];
    next = kNever_s;
    if (!(alarms.mean_gap_s > 0)) continue;
    draw_batch(alarms, context.draws, std::uint32_t(context.first_replication + lane), context.sensors[s].stream, lane,
               0.0);
    next = alarms.batch[std::size_t(lane) * FalseAlarms::kBatch].time_s;
  }
}

void add_false_alarms(const SensingContext& context, std::int32_t sensor, const Threats&, Sensors& sensors,
                      const Clock& clock, Detections& detections) {
  const std::size_t s = std::size_t(sensor);
  FalseAlarms& a = sensors.alarms[s];
  const double now_s = clock.now_s();
  double* next_scan_s = sensors.next_scan_s[s].data();
  const std::int32_t lanes = std::int32_t(sensors.next_scan_s[s].rows());
  detections.alarm_quality[s] = a.quality;
  const std::vector<TimeWindow>& outages = context.sensors[s].outages;
  for (std::int32_t lane = 0; lane < lanes; ++lane) {
    if (!(next_scan_s[lane] <= now_s)) continue;
    const std::size_t k = std::size_t(lane);
    const std::int32_t begin = std::int32_t(detections.alarms.size());
    const Plot* batch = &a.batch[k * FalseAlarms::kBatch];
    double time_s = next_scan_s[lane];
    while (time_s <= now_s) {
      if (outages.empty() || !holds(outages, time_s)) detections.alarms.push_back(batch[a.at[k]]);
      if (++a.at[k] == FalseAlarms::kBatch)
        draw_batch(a, context.draws, std::uint32_t(context.first_replication + lane), context.sensors[s].stream, lane,
                   time_s);
      time_s = batch[a.at[k]].time_s;
    }
    next_scan_s[lane] = time_s;
    const std::int32_t end = std::int32_t(detections.alarms.size());
    if (end > begin) detections.alarm_runs.push_back({sensor, lane, begin, end});
  }
}

std::size_t most_false_alarms(const RadarParameters& radar, bool is_array, std::int32_t replications, double frame_s) {
  // beyond mean + 12 sigma + 40 a Poisson count comes once in 1e30 frames
  const double mean = false_alarm_rate(radar, is_array) * frame_s;
  return mean > 0 ? std::size_t(double(replications) * (mean + 12 * std::sqrt(mean) + 40)) : 0;
}

LookColumns columns_of(Looks& l) {
  return {std::int32_t(whole_vectors(l.count)), l.time_s.data(),       l.x_m.data(),           l.y_m.data(),
          l.z_m.data(),      l.vx_mps.data(),       l.vy_mps.data(),        l.vz_mps.data(),
          l.rcs_m2.data(),   l.swerling.data(),     l.least_cosine.data(),  l.range_m.data(),
          l.azimuth_rad.data(), l.elevation_rad.data(), l.range_rate_mps.data(), l.snr.data(),
          l.probability.data(), l.hidden_by_m.data(), l.next_s.data()};
}

std::size_t find_hits(const SensingContext& context, std::int32_t sensor, const Sensors& sensors, double now_s,
                      Looks& looks) {
  const std::size_t s = std::size_t(sensor);
  const RadarConstants& radar = sensors.radar[s];
  PAVISE_VARIANTS(illuminate)(radar, columns_of(looks));

  // one uniform per look, addressed by threat and time alone
  const std::size_t count = std::size_t(looks.count);
  for (std::size_t i = 0; i < count; ++i) looks.number[i] = draw_number_of(looks.time_s[i]);
  const DrawColumns at{whole_vectors(looks.count), looks.replication.data(), looks.entity.data(), looks.number.data(),
                       Purpose::look_detect, context.sensors[s].stream, context.draws.seed};
  PAVISE_VARIANTS(fill_uniforms)(at, looks.luck.data(), looks.noise[0].data());

  std::size_t hits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    double probability = looks.probability[i];
    if (looks.swerling[i] < 0.5 && probability > 0)  // a steady target: Marcum's function, rare enough for a plain call
      probability = detection_probability(0, looks.snr[i], exponential(-radar.threshold), 1, radar.threshold);
    const bool is_hit = (looks.luck[i] < probability) & (looks.able[i] != 0) & (looks.time_s[i] <= now_s);
    looks.hit[hits] = std::int32_t(i);
    hits += is_hit;
  }
  if (const Terrain* terrain = context.environment.terrain; terrain != nullptr)
    hits = keep_unmasked(*terrain, context.sensors[s].position_enu_m, radar.effective_radius_m, looks, hits);
  return hits;
}

void measure_hits(const SensingContext& context, std::int32_t sensor, const Sensors& sensors, std::size_t hits,
                  Looks& l, Detections& detections) {
  if (hits == 0) return;
  const RadarConstants& radar = sensors.radar[std::size_t(sensor)];
  draw_noise(context, sensor, hits, true, l);

  // whole vectors: what is written behind the last detection, the next one writes anew
  const bool has_rate = radar.rate_floor_mps > 0;
  const std::size_t first = std::size_t(detections.count), rows = whole_vectors(std::int32_t(hits));
  PAVISE_ASSERT_LE(first + rows, detections.time_s.rows());
  const MeasureColumns m{std::int32_t(rows),
                         sensor,
                         kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation | (has_rate ? kMeasuresRangeRate : 0),
                         has_rate,
                         kNotMeasured,
                         context.first_replication,
                         l.hit.data(),
                         l.replication.data(),
                         l.entity.data(),
                         l.time_s.data(),
                         l.range_m.data(),
                         l.azimuth_rad.data(),
                         l.elevation_rad.data(),
                         l.range_rate_mps.data(),
                         l.snr.data(),
                         {l.noise[0].data(), l.noise[1].data(), l.noise[2].data(), l.noise[3].data()},
                         &detections.replication[first],
                         &detections.sensor[first],
                         &detections.source[first],
                         &detections.components[first],
                         &detections.time_s[first],
                         &detections.range_m[first],
                         &detections.azimuth_rad[first],
                         &detections.elevation_rad[first],
                         &detections.range_rate_mps[first],
                         &detections.sigma_range_m[first],
                         &detections.sigma_azimuth_rad[first],
                         &detections.sigma_elevation_rad[first],
                         &detections.sigma_range_rate_mps[first],
                         &detections.snr[first]};
  PAVISE_VARIANTS(measure)(radar, m);
  detections.count += std::int32_t(hits);
}

namespace {
constexpr double kLookAhead_s = 30;

double velocity_of(const Column<double>* c, std::size_t row, double tau) {
  return c[1][row] + tau * (2 * c[2][row] + tau * (3 * c[3][row]));
}
// the greatest acceleration of one axis within kLookAhead_s on this piece
double acceleration_of(const Column<double>* c, std::size_t row, double tau) {
  return 2 * std::fabs(c[2][row]) + 6 * std::fabs(c[3][row]) * (std::fabs(tau) + kLookAhead_s);
}
}  // namespace

double out_of_reach_until_s(const Threats& t, std::size_t row, double time_s, double gap_m) {
  const double tau = time_s - t.piece_begin_s[row];
  const Vec3 v{velocity_of(t.cx, row, tau), velocity_of(t.cy, row, tau), velocity_of(t.cz, row, tau)};
  const Vec3 a{acceleration_of(t.cx, row, tau), acceleration_of(t.cy, row, tau), acceleration_of(t.cz, row, tau)};
  const double speed = std::fmax(length(v) + kLookAhead_s * length(a), t.speed_mps[row]);
  const double ahead = std::fmin(kLookAhead_s, gap_m / (1.25 * speed + 20));
  return std::fmin(time_s + std::fmax(ahead, 0.0), std::fmax(t.piece_end_s[row], time_s));
}

double unseen_until_s(const RadarConstants& radar, const Threats& t, std::size_t row, double time_s, double range_m) {
  double gap_m = range_m - radar.instrumented_range_m;
  if (radar.effective_radius_m < kFlat_m) {
    // it may climb meanwhile
    const double tau = time_s - t.piece_begin_s[row];
    const double height = state_at(t, row, time_s).position_m.z;
    const double climb = std::fmax(velocity_of(t.cz, row, tau), 0.0) + kLookAhead_s * acceleration_of(t.cz, row, tau);
    const double highest = height + 1.25 * kLookAhead_s * climb + 20;
    const double horizon = radar.antenna_horizon_m + horizon_distance_m(highest, radar.effective_radius_m);
    gap_m = std::fmax(gap_m, range_m - horizon);
  }
  return out_of_reach_until_s(t, row, time_s, gap_m);
}

}  // namespace pavise
