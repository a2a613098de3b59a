// Whether the tracker knows how wrong it is: over 1,000 replications the mean normalised squared errors of its confirmed
// tracks (NEES) and of their innovations (NIS) lie in the 99 % band of chi-square if the target moves as the filter
// believes; and how far off they are if it does not (docs/models/tracking.md#consistency).
// Bar-Shalom, Li, Kirubarajan (2001), 5.4.2.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "kernel/core/elementary.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/gnn_tracker.hpp"
#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6>;

constexpr std::int32_t kReplications = 1000;
constexpr double kQuantile995 = 2.5758293035489004;

struct Radar {
  Vec3 place_m;
  double first_look_s, period_s;
  RadarErrors errors;
};
struct Look {
  double time_s;
  std::size_t radar;
};

/// One target in each of 1,000 replications, the radars' looks at given instants, and the tracker.
class Consistency {
 public:
  /// Position and velocity at ascending instants. Called once for each, in order.
  using Motion = std::function<Vector6(std::int32_t replication, double time_s)>;

  Consistency(std::vector<Radar> radars, double process_noise_m2_s3, double end_s) : radars_(std::move(radars)) {
    for (std::size_t k = 0; k < radars_.size(); ++k) {
      Sensor sensor;
      sensor.kind = &test_radar_kind();
      sensor.parameters = Parameters::of(TestRadar{radars_[k].period_s});
      sensor.position_enu_m = radars_[k].place_m;
      sensors_.push_back(sensor);
      for (double t = radars_[k].first_look_s; t <= end_s; t += radars_[k].period_s) looks_.push_back({t, k});
    }
    std::sort(looks_.begin(), looks_.end(), [](const Look& a, const Look& b) { return a.time_s < b.time_s; });
    noise_m2_s3_ = process_noise_m2_s3;
    end_s_ = end_s;
  }

  double nees = 0, nis = 0;      // sums over tracks at the end; over all updates of confirmed ones
  double nees_over_time = 0;     // sum over all frames from from_s on
  std::int64_t nees_times = 0, innovations = 0;
  std::int32_t tracks_at_end = 0, replications_with_track = 0;

  void run(const Motion& motion, double from_s) {
    make_truth(motion);
    Threats threats;
    threats.per_replication = 1;
    threats.replications = threats.rows = kReplications;
    threats.class_of_number.assign(1, 0);
    std::vector<ThreatClass> classes(1);
    IdentificationModel identification;
    const TrackingContext context{sensors_, classes, identification, draws_, 0};
    GnnParameters p;
    p.process_noise_m2_s3 = noise_m2_s3_;
    p.gate_probability = 0.999999;  // the gate cuts nothing off the innovations' distribution
    const Parameters parameters = Parameters::of(p);
    const TrackerKind& kind = Registry<TrackerKind>::instance().at("gnn");
    Detections d;
    allocate(d, 8 * kReplications, sensors_.size());
    Tracks tracks;
    allocate(tracks, kReplications, kind.capacity(parameters, context, 1), 1);
    Outcomes outcomes;
    OutcomeSizes sizes{};
    sizes.replications = kReplications;
    sizes.threats = 1;
    sizes.events_per_replication = 64;
    allocate(outcomes, sizes);
    auto state = kind.make_state(parameters, context, threats, d.time_s.rows());
    kind.clear(*state, tracks);
    clear(outcomes);

    Clock clock{ticks_of(0.5), -1};
    while (clock.now_s() < end_s_) {
      ++clock.frame;
      clear(d);
      for (std::size_t s = 0; s < sensors_.size(); ++s)
        for (std::size_t k = 0; k < looks_.size(); ++k)
          if (looks_[k].radar == s && looks_[k].time_s > clock.begin_s() && looks_[k].time_s <= clock.now_s()) see(d, k);
      for (std::int32_t i = 0; i < d.count && clock.now_s() >= from_s; ++i) judge_innovation(d, i, tracks);
      kind.track(parameters, context, *state, threats, d, clock, tracks, outcomes);
      if (clock.now_s() >= from_s) judge_tracks(tracks);
    }
    nees = 0, tracks_at_end = replications_with_track = 0;
    for (std::int32_t r = 0; r < kReplications; ++r) {
      std::int32_t count = 0;
      for (std::int32_t slot = 0; slot < tracks.used[r]; ++slot) {
        const std::int32_t row = tracks.row_of(r, slot);
        if (tracks.state[row] != std::int32_t(TrackState::confirmed)) continue;
        nees += nees_of(tracks, r, row);
        ++count;
      }
      tracks_at_end += count;
      replications_with_track += count > 0;
    }
  }

 private:
  void make_truth(const Motion& motion) {
    for (std::size_t k = 0; k < looks_.size(); ++k) {
      index_of_[looks_[k].time_s] = k;
      for (std::int32_t r = 0; r < kReplications; ++r) truth_.push_back(motion(r, looks_[k].time_s));
    }
  }
  const Vector6& truth(std::size_t look, std::int32_t replication) const {
    return truth_[look * kReplications + std::size_t(replication)];
  }

  /// All replications see their target in this look.
  void see(Detections& d, std::size_t look) {
    const std::size_t s = looks_[look].radar;
    const RadarErrors& e = radars_[s].errors;
    const std::int32_t begin = d.count;
    for (std::int32_t r = 0; r < kReplications; ++r) {
      const Vector6& x = truth(look, r);
      const Vec3 p = Vec3{x[0], x[1], x[2]} - sensors_[s].position_enu_m, v{x[3], x[4], x[5]};
      const double range = length(p);
      const std::uint16_t stream = std::uint16_t(s + 1);
      const Pair a = draws_.normals({std::uint32_t(r), 0, Purpose::look_noise_range_azimuth, stream, std::uint32_t(look)});
      const Pair b = draws_.normals({std::uint32_t(r), 0, Purpose::look_noise_elevation_rate, stream, std::uint32_t(look)});
      const std::size_t i = append_detection(d, r, std::int32_t(s), 0, looks_[look].time_s);
      d.components[i] = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation | (e.measures_rate ? kMeasuresRangeRate : 0);
      d.range_m[i] = range + e.range_m * a.first;
      d.azimuth_rad[i] = std::atan2(p.x, p.y) + e.azimuth_rad * a.second;
      if (d.azimuth_rad[i] < 0) d.azimuth_rad[i] += 2 * kPi;
      d.elevation_rad[i] = std::asin(p.z / range) + e.elevation_rad * b.first;
      if (e.measures_rate) d.range_rate_mps[i] = dot(p, v) / range + e.range_rate_mps * b.second;
      d.sigma_range_m[i] = e.range_m;
      d.sigma_azimuth_rad[i] = e.azimuth_rad;
      d.sigma_elevation_rad[i] = e.elevation_rad;
      d.sigma_range_rate_mps[i] = e.range_rate_mps;
      d.snr[i] = 100;
    }
    close_group(d, std::int32_t(s), begin);
  }

  static Matrix6 covariance_of(const Tracks& tracks, std::int32_t row) {
    Matrix6 p;
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j < 6; ++j)
        p(i, j) = tracks.covariance[std::size_t(packed_index(std::max(i, j), std::min(i, j)))][std::size_t(row)];
    return p;
  }
  static Vector6 mean_of(const Tracks& tracks, std::int32_t row) {
    Vector6 m;
    for (int n = 0; n < 6; ++n) m[n] = tracks.mean[n][std::size_t(row)];
    return m;
  }
  double nees_of(const Tracks& tracks, std::int32_t replication, std::int32_t row) const {
    const Vector6 error = mean_of(tracks, row) - truth(index_of_.at(tracks.time_s[std::size_t(row)]), replication);
    return error.dot(covariance_of(tracks, row).ldlt().solve(error));
  }
  void judge_tracks(const Tracks& tracks) {
    for (std::int32_t r = 0; r < kReplications; ++r)
      for (std::int32_t slot = 0; slot < tracks.used[r]; ++slot) {
        const std::int32_t row = tracks.row_of(r, slot);
        if (tracks.state[row] != std::int32_t(TrackState::confirmed)) continue;
        nees_over_time += nees_of(tracks, r, row);
        ++nees_times;
      }
  }

  /// The innovation of a detection that comes after the confirmed track's last update, by matrices.
  void judge_innovation(const Detections& d, std::int32_t i, const Tracks& tracks) {
    const std::int32_t r = d.replication[std::size_t(i)];
    for (std::int32_t slot = 0; slot < tracks.used[r]; ++slot) {
      const std::int32_t row = tracks.row_of(r, slot);
      if (tracks.state[row] != std::int32_t(TrackState::confirmed)) continue;
      const double T = d.time_s[std::size_t(i)] - tracks.time_s[std::size_t(row)];
      Matrix6 F = Matrix6::Identity(), Q = Matrix6::Zero();
      for (int n = 0; n < 3; ++n) {
        F(n, 3 + n) = T;
        Q(n, n) = noise_m2_s3_ * T * T * T / 3;
        Q(n, 3 + n) = Q(3 + n, n) = noise_m2_s3_ * T * T / 2;
        Q(3 + n, 3 + n) = noise_m2_s3_ * T;
      }
      const Vector6 m = F * mean_of(tracks, row);
      const Matrix6 M = F * covariance_of(tracks, row) * F.transpose() + Q;
      const Vec3 a = sensors_[std::size_t(d.sensor[std::size_t(i)])].position_enu_m;
      const Eigen::Vector3d p(m[0] - a.x, m[1] - a.y, m[2] - a.z), v(m[3], m[4], m[5]);
      const double range = p.norm(), h2 = p[0] * p[0] + p[1] * p[1], h = std::sqrt(h2), rate = p.dot(v) / range;
      const bool has_rate = d.components[std::size_t(i)] & kMeasuresRangeRate;
      const int rows = has_rate ? 4 : 3;
      Eigen::MatrixXd H = Eigen::MatrixXd::Zero(rows, 6);
      H.block<1, 3>(0, 0) = (p / range).transpose();
      H.block<1, 2>(1, 0) << p[1] / h2, -p[0] / h2;
      H.block<1, 3>(2, 0) << -p[0] * p[2] / (range * range * h), -p[1] * p[2] / (range * range * h), h / (range * range);
      Eigen::VectorXd nu(rows), R(rows);
      nu[0] = d.range_m[std::size_t(i)] - range;
      nu[1] = std::remainder(d.azimuth_rad[std::size_t(i)] - std::atan2(p[0], p[1]), 2 * kPi);
      nu[2] = d.elevation_rad[std::size_t(i)] - std::asin(p[2] / range);
      R[0] = d.sigma_range_m[std::size_t(i)], R[1] = d.sigma_azimuth_rad[std::size_t(i)];
      R[2] = d.sigma_elevation_rad[std::size_t(i)];
      if (has_rate) {
        H.block<1, 3>(3, 0) = ((v - rate * p / range) / range).transpose();
        H.block<1, 3>(3, 3) = (p / range).transpose();
        nu[3] = d.range_rate_mps[std::size_t(i)] - rate;
        R[3] = d.sigma_range_rate_mps[std::size_t(i)];
      }
      Eigen::MatrixXd S = H * M * H.transpose();
      S.diagonal() += R.cwiseProduct(R);
      nis += nu.dot(S.ldlt().solve(nu));
      ++innovations;
    }
  }

  std::vector<Radar> radars_;
  std::vector<Sensor> sensors_;
  std::vector<Look> looks_;
  std::map<double, std::size_t> index_of_;
  std::vector<Vector6> truth_;
  Draws draws_{11};
  double noise_m2_s3_ = 10, end_s_ = 0;
};

/// A target whose acceleration is white noise of this spectral density: what the filter believes.
Consistency::Motion white_noise_acceleration(Vector6 start, double noise_m2_s3) {
  struct Now {
    std::vector<Vector6> x;
    std::vector<double> time_s;
    std::vector<std::uint32_t> number;
  };
  auto now = std::make_shared<Now>();
  now->x.assign(kReplications, start);
  now->time_s.assign(kReplications, 0);
  now->number.assign(kReplications, 0);
  return [now, noise_m2_s3](std::int32_t replication, double time_s) {
    const std::size_t r = std::size_t(replication);
    Vector6& x = now->x[r];
    const double T = time_s - now->time_s[r];
    for (int n = 0; n < 3; ++n) {
      const Pair u = Draws{5}.normals({std::uint32_t(replication), std::uint32_t(n), Purpose::free, 0, now->number[r]});
      // Cholesky factor of q [[T^3/3, T^2/2], [T^2/2, T]]
      x[n] += T * x[3 + n] + std::sqrt(noise_m2_s3 * T * T * T / 3) * u.first;
      x[3 + n] += std::sqrt(noise_m2_s3 * T) * (std::sqrt(0.75) * u.first + 0.5 * u.second);
    }
    now->time_s[r] = time_s;
    ++now->number[r];
    return x;
  };
}

Vector6 vector(double x, double y, double z, double vx, double vy, double vz) {
  Vector6 v;
  v << x, y, z, vx, vy, vz;
  return v;
}

/// 99 % band of a mean of n chi-squares of `degrees`, by the normal approximation (n > 1,000).
double half_band(double degrees, double n) { return kQuantile995 * std::sqrt(2 * degrees / n); }

TEST(Consistency, OfAModelMatchedTargetSeenByOneRadar) {
  for (const bool measures_rate : {false, true})
    for (const double noise_m2_s3 : {1.0, 10.0}) {
      RadarErrors errors;
      errors.measures_rate = measures_rate;
      Consistency c({{{0, 0, 10}, 0.3, 2, errors}}, noise_m2_s3, 60);
      c.run(white_noise_acceleration(vector(20e3, 15e3, 4000, -120, -60, 0), noise_m2_s3), 20);
      const double degrees = measures_rate ? 4 : 3;
      EXPECT_EQ(c.replications_with_track, kReplications);
      EXPECT_EQ(c.tracks_at_end, kReplications);
      EXPECT_NEAR(c.nees / kReplications, 6, half_band(6, kReplications)) << measures_rate << " " << noise_m2_s3;
      EXPECT_NEAR(c.nis / double(c.innovations), degrees, half_band(degrees, double(c.innovations)))
          << measures_rate << " " << noise_m2_s3 << " " << c.innovations;
    }
}

TEST(Consistency, OfAModelMatchedTargetSeenByTwoRadarsInTheWrongOrder) {
  // in half-second frames the first radar's look at 0.3 s is worked off before the second one's at 0.1 s
  for (const double early_s : {0.35, 0.1}) {
    Consistency c({{{0, 0, 10}, 0.3, 2, {}}, {{3000, -2000, 10}, early_s, 1, {}}}, 10, 60);
    c.run(white_noise_acceleration(vector(20e3, 15e3, 4000, -120, -60, 0), 10), 20);
    EXPECT_EQ(c.tracks_at_end, kReplications);
    EXPECT_NEAR(c.nees / kReplications, 6, half_band(6, kReplications));
  }
}

double over_time(Consistency& c, const Consistency::Motion& motion) {
  c.run(motion, 20);
  EXPECT_EQ(c.tracks_at_end, kReplications);
  return c.nees_over_time / double(c.nees_times);
}

// Recorded from this program, as the documentation prints it: nothing says how far off a filter ought to be whose model does
// not hold. A figure that moves belongs into docs/models/tracking.md too.
TEST(Consistency, OfManoeuvringTargetsIsAsFarOffAsTheDocumentationSays) {
  // cruise missile, 240 m/s, weaving across its course with 2 g and a period of 4 s, as data has it
  const double w = 2 * kPi / 4, a = 2 * 9.80665;
  const auto weaving = [&](std::int32_t, double t) {
    return vector(20e3 - 240 * t, 8e3 - a / (w * w) * std::sin(w * t), 50, -240, -a / w * std::cos(w * t), 0);
  };
  // drone, 50 m/s, turning at 5 degrees a second
  const double turn = 5 * kPi / 180, radius = 50 / turn;
  const auto turning = [&](std::int32_t, double t) {
    return vector(8e3 + radius * std::sin(turn * t), 4e3 + radius * std::cos(turn * t), 500, 50 * std::cos(turn * t),
                  -50 * std::sin(turn * t), 0);
  };
  const auto straight = [&](std::int32_t, double t) { return vector(8e3 - 50 * t, 4e3, 500, -50, 0, 0); };
  for (const double period_s : {1.0, 2.0}) {
    const auto figure = [&](const Consistency::Motion& motion) {
      Consistency c({{{0, 0, 10}, 0.3, period_s, {}}}, 10, 60);
      return over_time(c, motion);
    };
    EXPECT_NEAR(figure(weaving), period_s == 1 ? 7.3 : 7.2, 0.06) << period_s;
    EXPECT_NEAR(figure(turning), period_s == 1 ? 7.0 : 7.4, 0.06) << period_s;
    EXPECT_NEAR(figure(straight), 3.9, 0.06) << period_s;
  }
}

}  // namespace
}  // namespace pavise
