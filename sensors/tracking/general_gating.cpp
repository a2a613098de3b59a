#include <algorithm>
#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/general_tracker.hpp"

namespace pavise {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;
constexpr double kRateSpan_mps = 1000;  // false alarms spread their range rates over so much

/// The probability that model j holds now if i held duration_s ago.
double transition(const GeneralSettings& s, int i, int j, double duration_s) {
  if (s.model_count == 1) return 1;
  if (!(s.switch_time_s > 0)) return s.transition[i][j];
  const double stays = exponential(-std::max(duration_s, 0.0) / s.switch_time_s);
  return i == j ? stays : (1 - stays) / (s.model_count - 1);
}

/// The model of a tracker of one model: what is too fast and too high for wings falls.
ProcessModel single_model(const GeneralSettings& s, const Gaussian& g) {
  const double speed2 = g.mean[3] * g.mean[3] + g.mean[4] * g.mean[4] + g.mean[5] * g.mean[5];
  if (speed2 < s.ballistic_speed_mps * s.ballistic_speed_mps || g.mean[2] < s.ballistic_altitude_m) return s.models[0];
  ProcessModel falling = s.models[0];
  falling.law = MotionLaw::free_fall;
  falling.spectral_density_m2_s3 = s.ballistic_density_m2_s3;
  return falling;
}

/// A bound of the largest eigenvalue of a 3 x 3 block of a packed covariance: its largest absolute row sum.
double largest_of(double xx, double yx, double yy, double zx, double zy, double zz) {
  const double a = std::fabs(yx), b = std::fabs(zx), c = std::fabs(zy);
  return std::max({xx + a + b, yy + a + c, zz + b + c});
}

/// u' P u of such a block.
double along(const Vec3& u, double xx, double yx, double yy, double zx, double zy, double zz) {
  return std::max(u.x * u.x * xx + u.y * u.y * yy + u.z * u.z * zz + 2 * (u.x * (u.y * yx + u.z * zx) + u.y * u.z * zy),
                  0.0);
}

/// How far from its place on a straight line a row may be seen within the gate: what its covariance allows, and what
/// its models may do in the meantime that a straight line does not.
struct Reach {
  double place_m;           // in any direction
  double bend_m, bend_mps;  // of place and velocity, beyond what the covariance says
  double way_s, fastest_mps;
};
Reach reach_of(const GeneralState& s, const Tracks& t, std::int32_t row, double after_s) {
  const double* p = t.covariance.row(std::size_t(row));
  const double root = s.reach[4], way = std::fabs(after_s);
  const double place = std::sqrt(largest_of(p[0], p[1], p[2], p[3], p[4], p[5]));
  const double rate = std::sqrt(largest_of(p[9], p[13], p[14], p[18], p[19], p[20]));
  const double speed = length({t.mean[3][row], t.mean[4][row], t.mean[5][row]});
  double noise = 0, acceleration = 0;
  if (s.settings.model_count == 1) {
    const ProcessModel model = single_model(s.settings, s.states[std::size_t(row)]);
    noise = model.spectral_density_m2_s3;
    acceleration = std::fabs(model.turn_rate_radps) * (speed + root * rate) + (model.law == MotionLaw::level ? 0 : 10);
  }
  for (int j = 0; j < s.settings.model_count && s.settings.model_count > 1; ++j) {
    const ProcessModel& m = s.settings.models[j];
    noise = std::max(noise, m.spectral_density_m2_s3);
    acceleration = std::max(acceleration, std::fabs(m.turn_rate_radps) * (speed + root * rate));
    if (m.law != MotionLaw::level) acceleration = std::max(acceleration, m.law == MotionLaw::drag ? 200.0 : 10.0);
  }
  Reach reach;
  reach.bend_m = root * std::sqrt(noise * way / 3) * way + 0.5 * acceleration * way * way;
  reach.bend_mps = root * std::sqrt(noise * way) + acceleration * way;
  reach.place_m = root * (place + way * rate) + reach.bend_m;
  reach.way_s = way;
  reach.fastest_mps = speed + root * rate + acceleration * way;
  return reach;
}

/// A tenth more than the bounds: the gate is an ellipsoid in angles and ranges, not in the plane.
constexpr double kSlack = 1.1;

/// Whether a plot may lie in the gate of a row, by its place, its range and its range rate.
bool may_belong(const GeneralState& s, const Detections& d, std::int32_t i, const GeneralState::Place& plot,
                const Vec3& antenna_m, const Tracks& t, std::int32_t row, double after_s, const Reach& reach) {
  const Vec3 velocity{t.mean[3][row], t.mean[4][row], t.mean[5][row]};
  const Vec3 apart = plot.position_m - Vec3{t.mean[0][row], t.mean[1][row], t.mean[2][row]} - after_s * velocity;
  const double together = kSlack * (reach.place_m + plot.reach_m) + 1, apart2 = dot(apart, apart);
  if (apart2 > together * together) return false;

  // along the sight line radars know more: what a step aside adds to range and range rate is little
  const double range = d.range_m[i], aside = std::sqrt(apart2), nearest = range - aside;
  if (nearest < 0.5 * range) return true;
  const double root = s.reach[4];
  const double* p = t.covariance.row(std::size_t(row));
  const Vec3 sight = (1 / range) * (plot.position_m - antenna_m);
  const double rate_sigma = std::sqrt(along(sight, p[9], p[13], p[14], p[18], p[19], p[20]));
  const double place_sigma = std::sqrt(along(sight, p[0], p[1], p[2], p[3], p[4], p[5]));
  const double turned = aside / nearest;  // of the sight line, at most
  const double allowed_m = kSlack * (root * (place_sigma + reach.way_s * rate_sigma + d.sigma_range_m[i]) +
                                     reach.bend_m + turned * (aside + root * reach.way_s * reach.fastest_mps)) +
                           1;
  if (std::fabs(dot(sight, apart)) > allowed_m) return false;
  if (!(d.components[i] & kMeasuresRangeRate)) return true;
  const double allowed_mps =
      kSlack * (root * (rate_sigma + d.sigma_range_rate_mps[i]) + reach.bend_mps + turned * 2 * reach.fastest_mps) + 1;
  return std::fabs(d.range_rate_mps[i] - dot(sight, velocity)) <= allowed_mps;
}

bool is_in_volume(const SensorView& v, const Vec3& antenna_m, const double* mean) {
  const Vec3 p = Vec3{mean[0], mean[1], mean[2]} - antenna_m;
  const double level = std::sqrt(p.x * p.x + p.y * p.y), range = length(p);
  if (range < v.range_min_m || range > v.range_max_m) return false;
  const double elevation = arctangent2(p.z, level);
  if (elevation < v.elevation_min_rad || elevation > v.elevation_max_rad) return false;
  const double turn = (arctangent2(p.x, p.y) - v.azimuth_from_rad) / (2 * kPi);
  return (turn - std::floor(turn)) * (2 * kPi) <= v.azimuth_span_rad;
}

std::int32_t add_track(GeneralState& s, std::int32_t row) {
  s.scan_rows.push_back(row);
  s.is_hit.push_back(0);
  s.is_in_volume.push_back(0);
  s.predicted_s.push_back(kNotMeasured);
  const std::size_t models = s.scan_rows.size() * std::size_t(s.settings.model_count);
  s.predicted.resize(models);
  s.predicted_probability.resize(models);
  return std::int32_t(s.scan_rows.size() - 1);
}

/// ln of the weight of a pair: P_D sum of c_j N(nu; 0, S_j) / clutter density. False outside every model's gate.
bool weigh(const GeneralState& s, const SensorView& view, std::int32_t track, const Expectation* expectation,
           const Measurement& z, bool has_rate, double& log_weight) {
  const int models = s.settings.model_count;
  double log_likelihood[kMostModels], largest = -1e300, nearest = 1e300, sum = 0;
  for (int j = 0; j < models; ++j) {
    const Fit f = fit(expectation[j], z);
    nearest = std::min(nearest, f.nis);
    log_likelihood[j] = -0.5 * (f.nis + f.log_determinant);
    largest = std::max(largest, log_likelihood[j]);
  }
  if (nearest > s.threshold[z.count]) return false;
  for (int j = 0; j < models; ++j)
    sum += s.predicted_probability[std::size_t(track * models + j)] * exponential(log_likelihood[j] - largest);
  const double density = view.clutter_density * (has_rate ? 1 / kRateSpan_mps : 1.0);
  log_weight = largest + logarithm(sum) - 0.5 * z.count * kLog2Pi + logarithm(view.detection_probability / density);
  return sum > 0;
}

}  // namespace

Measurement measurement_of(const Detections& d, std::int32_t i, const Vec3& antenna_m) {
  Measurement z;
  z.sensor_m = antenna_m;
  const auto add = [&](Component component, double value, double sigma) {
    z.components[z.count] = component;
    z.values[z.count] = value;
    z.sigmas[z.count++] = sigma;
  };
  if (d.components[i] & kMeasuresRange) add(Component::range, d.range_m[i], d.sigma_range_m[i]);
  if (d.components[i] & kMeasuresAzimuth) add(Component::azimuth, d.azimuth_rad[i], d.sigma_azimuth_rad[i]);
  if (d.components[i] & kMeasuresElevation) add(Component::elevation, d.elevation_rad[i], d.sigma_elevation_rad[i]);
  if (d.components[i] & kMeasuresRangeRate) add(Component::range_rate, d.range_rate_mps[i], d.sigma_range_rate_mps[i]);
  return z;
}

void predict_row(const GeneralState& s, const Tracks& t, std::int32_t row, double time_s, Gaussian* predicted,
                 double* predicted_probability) {
  const int models = s.settings.model_count;
  const Gaussian* states = s.states.data() + std::size_t(row) * std::size_t(models);
  const double duration_s = time_s - t.time_s[row];
  if (models == 1) {
    predicted[0] = states[0];
    predicted_probability[0] = 1;
    predict(predicted[0], single_model(s.settings, states[0]), duration_s);
    return;
  }
  const double* probability = s.probability.data() + std::size_t(row) * std::size_t(models);
  // backwards nothing is mixed: the way forward has done it
  if (t.time_s[row] == t.started_s[row]) {  // all models still have the one state that the track started with
    for (int j = 0; j < models; ++j) {
      predicted[j] = states[j];
      predicted_probability[j] = 0;
      for (int i = 0; i < models; ++i)
        predicted_probability[j] += transition(s.settings, i, j, std::max(duration_s, 0.0)) * probability[i];
      predict(predicted[j], s.settings.models[j], duration_s);
    }
    return;
  }
  const auto to = [&](int i, int j) {
    return duration_s < 0 ? double(i == j) : transition(s.settings, i, j, duration_s);
  };
  mix(states, probability, models, to, predicted, predicted_probability);
  for (int j = 0; j < models; ++j) predict(predicted[j], s.settings.models[j], duration_s);
}

void predict_track(GeneralFrame& f, std::int32_t track, double time_s) {
  GeneralState& s = f.state;
  if (s.predicted_s[std::size_t(track)] == time_s) return;
  const std::size_t first = std::size_t(track * s.settings.model_count);
  predict_row(s, f.tracks, s.scan_rows[std::size_t(track)], time_s, &s.predicted[first],
              &s.predicted_probability[first]);
  s.predicted_s[std::size_t(track)] = time_s;
}

void gate_scan(GeneralFrame& f, const GeneralScan& scan) {
  GeneralState& s = f.state;
  const Tracks& t = f.tracks;
  const Detections& d = f.detections;
  const Sensor& sensor = f.context.sensors[std::size_t(scan.sensor)];
  const SensorView& view = s.views[std::size_t(scan.sensor)];
  const int models = s.settings.model_count;
  s.scan_rows.clear();
  s.is_hit.clear();
  s.is_in_volume.clear();
  s.predicted_s.clear();
  s.pairs.clear();
  s.places.clear();
  s.is_used.assign(s.plots.size(), 0);
  for (std::int32_t i : s.plots) {
    double sine_az, cosine_az, sine_el, cosine_el;
    sine_cosine(d.azimuth_rad[i], sine_az, cosine_az);
    sine_cosine(d.elevation_rad[i], sine_el, cosine_el);
    const double r = d.range_m[i];
    const double sigma_m = std::max({d.sigma_range_m[i], r * d.sigma_azimuth_rad[i], r * d.sigma_elevation_rad[i]});
    s.places.push_back(
        {sensor.position_enu_m + r * Vec3{cosine_el * sine_az, cosine_el * cosine_az, sine_el}, s.reach[4] * sigma_m});
  }

  const std::int32_t begin = s.first_row(t, scan.replication, sensor.track_file);
  const std::int32_t end = begin + s.file_used[std::size_t(scan.replication * s.files + sensor.track_file)];
  for (std::int32_t row = begin; row < end; ++row) {
    if (t.state[row] == std::int32_t(TrackState::none)) continue;
    std::int32_t track = -1;
    if (view.is_snapshot) {  // whoever is in the volume takes part, seen or not
      track = add_track(s, row);
      predict_track(f, track, scan.time_s);
      const std::size_t first = std::size_t(track * models);
      const Gaussian whole =
          models == 1 ? s.predicted[first] : mixture(&s.predicted[first], &s.predicted_probability[first], models);
      s.is_in_volume[std::size_t(track)] = is_in_volume(view, sensor.position_enu_m, whole.mean);
    }
    Expectation expectation[kMostModels];
    std::int32_t expected_for = -1;  // the plot whose kind of measurement is expected
    double after_s = kNever_s;
    Reach reach{};
    for (std::size_t k = 0; k < s.plots.size(); ++k) {
      const std::int32_t i = s.plots[k];
      if (d.time_s[i] - t.time_s[row] != after_s) {
        after_s = d.time_s[i] - t.time_s[row];
        reach = reach_of(s, t, row, after_s);
      }
      if (!may_belong(s, d, i, s.places[k], sensor.position_enu_m, t, row, after_s, reach)) continue;
      if (track < 0) track = add_track(s, row);
      const Measurement z = measurement_of(d, i, sensor.position_enu_m);
      const bool is_alike = expected_for >= 0 && d.time_s[expected_for] == d.time_s[i] &&
                            d.components[expected_for] == d.components[i] &&
                            d.sigma_range_m[expected_for] == d.sigma_range_m[i] &&
                            d.sigma_azimuth_rad[expected_for] == d.sigma_azimuth_rad[i] &&
                            d.sigma_elevation_rad[expected_for] == d.sigma_elevation_rad[i];
      if (!is_alike) {
        predict_track(f, track, d.time_s[i]);
        for (int j = 0; j < models; ++j) expectation[j] = expect(s.predicted[std::size_t(track * models + j)], z);
        expected_for = i;
      }
      double log_weight;
      if (weigh(s, view, track, expectation, z, d.components[i] & kMeasuresRangeRate, log_weight))
        s.pairs.push_back({0, track, std::int32_t(k), log_weight});
    }
  }
}

}  // namespace pavise
