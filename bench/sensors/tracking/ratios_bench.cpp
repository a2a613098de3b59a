// Tracking against what one would write by hand, as ratios within one run: each iteration does the same work both ways, in
// turn. The plain code is compiled for the machine that all of pavise is compiled for (x86-64); the label names the
// variant that the bank chose.
#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>

#include "sensors/tracking/assignment.hpp"
#include "sensors/tracking/estimates_lanes.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/gnn_tracker.hpp"
#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;
using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix36 = Eigen::Matrix<double, 3, 6>;

/// This thread's share of a processor: what neighbours take is not counted.
double now_s() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

struct PlainTrack {
  EIGEN_MAKE_ALIGNED_OPERATOR_NEW
  Vector6 x = Vector6::Zero();
  Matrix6 P = Matrix6::Zero();
  double time_s = 0;
  int hits = 0, misses = 0;
};
using PlainTracks = std::vector<PlainTrack, Eigen::aligned_allocator<PlainTrack>>;

void predict(PlainTrack& track, double time_s, double q) {
  const double T = time_s - track.time_s;
  Matrix6 F = Matrix6::Identity();
  for (int n = 0; n < 3; ++n) F(n, 3 + n) = T;
  track.x = F * track.x;
  track.P = (F * track.P * F.transpose()).eval();
  for (int n = 0; n < 3; ++n) {
    track.P(n, n) += q * T * T * T / 3;
    track.P(n, 3 + n) += q * T * T / 2;
    track.P(3 + n, n) += q * T * T / 2;
    track.P(3 + n, 3 + n) += q * T;
  }
  track.time_s = time_s;
}

struct Expected {
  EIGEN_MAKE_ALIGNED_OPERATOR_NEW
  Matrix36 H;
  Eigen::Vector3d value;
  Eigen::Matrix3d S, inverse;
};

Expected expect(const PlainTrack& track, const Vec3& antenna_m, const Eigen::Vector3d& variance) {
  Expected e;
  const double x = track.x[0] - antenna_m.x, y = track.x[1] - antenna_m.y, z = track.x[2] - antenna_m.z;
  const double h2 = x * x + y * y, h = std::sqrt(h2), r2 = h2 + z * z, r = std::sqrt(r2);
  e.H.setZero();
  e.H.block<1, 3>(0, 0) << x / r, y / r, z / r;
  e.H.block<1, 2>(1, 0) << y / h2, -x / h2;
  e.H.block<1, 3>(2, 0) << -x * z / (r2 * h), -y * z / (r2 * h), h / r2;
  e.value << r, std::atan2(x, y), std::atan2(z, h);
  e.S = e.H * track.P * e.H.transpose();
  e.S.diagonal() += variance;
  e.inverse = e.S.inverse();
  return e;
}

void update(PlainTrack& track, const Expected& e, const Eigen::Vector3d& innovation) {
  // whole matrices: faster at this size than Eigen's views of one triangle
  const Eigen::Matrix<double, 6, 3> PHt = track.P * e.H.transpose(), K = PHt * e.inverse;
  track.x += K * innovation;
  track.P -= K * PHt.transpose();
}

/// The same with one triangle of P alone, as Eigen offers it.
void update_triangle(PlainTrack& track, double time_s, double q, const Vec3& antenna_m, const Eigen::Vector3d& variance,
                     Eigen::Vector3d measured) {
  const double T = time_s - track.time_s;
  Matrix6 F = Matrix6::Identity();
  for (int n = 0; n < 3; ++n) F(n, 3 + n) = T;
  track.x = F * track.x;
  track.P = F * track.P.selfadjointView<Eigen::Lower>() * F.transpose();
  for (int n = 0; n < 3; ++n) {
    track.P(n, n) += q * T * T * T / 3;
    track.P(3 + n, n) += q * T * T / 2;
    track.P(3 + n, 3 + n) += q * T;
  }
  track.time_s = time_s;
  const Expected e = expect(track, antenna_m, variance);  // of its H and value
  const Eigen::Matrix<double, 6, 3> PHt = track.P.selfadjointView<Eigen::Lower>() * e.H.transpose();
  Eigen::Matrix3d S = e.H * PHt;
  S.diagonal() += variance;
  const Eigen::Matrix<double, 6, 3> K = PHt * S.inverse();
  measured -= e.value;
  measured[1] = std::remainder(measured[1], 2 * kPi);
  track.x += K * measured;
  track.P.triangularView<Eigen::Lower>() -= K * PHt.transpose();
}

/// 256 updates of range, azimuth and elevation, of rows picked from a table of tracks: gathered, filtered, scattered; and
/// one by one on Eigen matrices, whole ones and one triangle.
void updates_against_eigen(benchmark::State& state) {
  constexpr std::int32_t count = 256;
  const std::int32_t tracks = std::int32_t(state.range(0));
  Column<double> estimates(std::size_t(tracks) * kEstimateStride);
  PackedCovariances packed(estimates.data());
  PlainTracks plain{std::size_t(tracks)};
  const Draws draws{3};
  for (std::int32_t row = 0; row < tracks; ++row) {
    const auto u = [&](std::uint32_t n) { return draws.uniform({0, std::uint32_t(row), Purpose::free, 0, n}); };
    const double mean[6] = {20e3 + 30e3 * u(0), 10e3 - 20e3 * u(1), 500 + 3000 * u(2), -100 * u(3), 50 * u(4), 0};
    PlainTrack& track = plain[std::size_t(row)];
    for (int n = 0; n < 6; ++n) {
      estimates[std::size_t(row) * kEstimateStride + std::size_t(n)] = track.x[n] = mean[n];
      packed[std::size_t(packed_index(n, n))][std::size_t(row)] = track.P(n, n) = n < 3 ? 2500.0 : 100.0;
    }
  }
  Detections d;
  allocate(d, count + 8, 1);
  const std::vector<double> antenna(1, 0.0);
  std::vector<FilterPair> pairs(count + 8);
  std::vector<std::int32_t> wins(count + 8, 1);
  std::vector<FilterBlock> blocks(count / FilterBlock::kRows + 1);
  FilterList list;
  allocate(list, count);
  const Eigen::Vector3d variance(225, 4e-6, 4e-6);
  double bank_s = 0, plain_s = 0, triangle_s = 0, time_s = 0;
  PlainTracks triangles = plain;
  std::int64_t updates = 0;
  for (auto _ : state) {
    time_s += 2;
    clear(d);
    for (std::int32_t k = 0; k < count; ++k) {
      const std::int32_t row = std::int32_t((std::int64_t(k) * 7919 + updates * 37) % tracks);
      const double* m = &estimates[std::size_t(row) * kEstimateStride];
      const double T = time_s - m[kTimeInEstimate];
      const Vec3 p{m[0] + T * m[3], m[1] + T * m[4], m[2] + T * m[5]};
      const std::size_t i = append_detection(d, 0, 0, 0, time_s);
      d.components[i] = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
      d.range_m[i] = length(p) + 10;
      d.azimuth_rad[i] = arctangent2(p.x, p.y) + 1e-3;
      d.elevation_rad[i] = arctangent2(p.z, std::sqrt(p.x * p.x + p.y * p.y)) - 1e-3;
      d.range_rate_mps[i] = 0;
      d.sigma_range_m[i] = 15, d.sigma_azimuth_rad[i] = d.sigma_elevation_rad[i] = 2e-3, d.sigma_range_rate_mps[i] = 1;
      pairs[std::size_t(k)] = {row, k};
    }
    for (std::size_t k = count; k < pairs.size(); ++k) pairs[k] = pairs[count - 1];

    const double begin_s = now_s();
    list.count = count;
    list.any_components = PAVISE_VARIANTS(gather_updates)
    (estimates.data(), pairs.data(), count, d, TrackDynamics{10, 1000, 900 * 900, 5000, 9.8}, antenna.data(), antenna.data(),
     antenna.data(), list.blocks.data());
    update_filters(list);
    PAVISE_VARIANTS(scatter_updates)
    (list.blocks.data(), pairs.data(), wins.data(), count, d.time_s.data(), estimates.data());
    const double middle_s = now_s();
    for (std::int32_t k = 0; k < count; ++k) {
      PlainTrack& track = plain[std::size_t(pairs[std::size_t(k)].row)];
      predict(track, d.time_s[std::size_t(k)], 10);
      const Expected e = expect(track, {}, variance);
      Eigen::Vector3d innovation(d.range_m[std::size_t(k)], d.azimuth_rad[std::size_t(k)], d.elevation_rad[std::size_t(k)]);
      innovation -= e.value;
      innovation[1] = std::remainder(innovation[1], 2 * kPi);
      update(track, e, innovation);
    }
    const double end_s = now_s();
    bank_s += middle_s - begin_s;
    plain_s += end_s - middle_s;
    for (std::size_t k = 0; k < count; ++k)
      update_triangle(triangles[std::size_t(pairs[k].row)], d.time_s[k], 10, {}, variance,
                      {d.range_m[k], d.azimuth_rad[k], d.elevation_rad[k]});
    triangle_s += now_s() - end_s;
    updates += count;
  }
  state.counters["bank_ns"] = 1e9 * bank_s / double(updates);
  state.counters["eigen_ns"] = 1e9 * plain_s / double(updates);
  state.counters["triangle_ns"] = 1e9 * triangle_s / double(updates);
  state.counters["ratio"] = plain_s / bank_s;
  state.counters["ratio_triangle"] = triangle_s / bank_s;
  state.SetLabel(name_of(chosen_simd()));
}
BENCHMARK(updates_against_eigen)->Arg(256)->Arg(3200)->Iterations(2000);

/// A global-nearest-neighbour tracker for one radar that sees all targets at once, as one would write it for that purpose:
/// predict each track once, gate by the innovation, optimal assignment, update, start from two plots.
class PlainTracker {
 public:
  PlainTracker(const Vec3& antenna_m, const RadarErrors& e) : antenna_m_(antenna_m) {
    variance_ << e.range_m * e.range_m, e.azimuth_rad * e.azimuth_rad, e.elevation_rad * e.elevation_rad;
    gate_ = chi_square_quantile(3, 0.999);
  }
  std::size_t confirmed() const {
    return std::size_t(std::count_if(tracks_.begin(), tracks_.end(), [](const PlainTrack& t) { return t.hits >= 3; }));
  }
  struct Plot3 {
    double time_s;
    Eigen::Vector3d value;
  };
  void scan(const std::vector<Plot3>& plots) {
    if (plots.empty()) return;
    const std::size_t n = tracks_.size(), m = plots.size();
    const double time_s = plots[0].time_s;
    expected_.clear();
    for (PlainTrack& track : tracks_) {
      predict(track, time_s, 10);
      expected_.push_back(expect(track, antenna_m_, variance_));
    }
    cost_.assign(n * m, kForbidden);
    for (std::size_t i = 0; i < n; ++i) {
      const double base = std::log(expected_[i].S.determinant());
      for (std::size_t j = 0; j < m; ++j) {
        const Eigen::Vector3d nu = innovation(i, plots[j]);
        if (nu[0] * nu[0] > gate_ * expected_[i].S(0, 0)) continue;  // cheap first
        const double d2 = nu.dot(expected_[i].inverse * nu);
        if (d2 <= gate_) cost_[i * m + j] = 0.5 * (d2 + base);
      }
    }
    miss_.assign(n, 20);
    unassigned_.assign(m, 0);
    assignment_.solve(cost_, miss_, unassigned_);
    is_used_.assign(m, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::int32_t j = assignment_.column_of_row()[i];
      if (j < 0) {
        ++tracks_[i].misses;
        continue;
      }
      update(tracks_[i], expected_[i], innovation(i, plots[std::size_t(j)]));
      ++tracks_[i].hits, tracks_[i].misses = 0;
      is_used_[std::size_t(j)] = 1;
    }
    std::erase_if(tracks_, [](const PlainTrack& t) { return t.misses > 4 || (t.hits < 3 && t.misses > 1); });
    start(plots);
  }

 private:
  Eigen::Vector3d innovation(std::size_t i, const Plot3& plot) const {
    Eigen::Vector3d nu = plot.value - expected_[i].value;
    if (nu[1] > kPi) nu[1] -= 2 * kPi;
    if (nu[1] < -kPi) nu[1] += 2 * kPi;
    return nu;
  }
  void start(const std::vector<Plot3>& plots) {
    leftover_.clear();
    for (std::size_t j = 0; j < plots.size(); ++j) {
      if (is_used_[j]) continue;
      const auto& v = plots[j].value;
      const double level = v[0] * std::cos(v[2]);
      const Vec3 at = antenna_m_ + Vec3{level * std::sin(v[1]), level * std::cos(v[1]), v[0] * std::sin(v[2])};
      bool is_start = false;
      for (const auto& [before_s, before] : earlier_) {
        const double T = plots[j].time_s - before_s;
        const Vec3 velocity = (1 / T) * (at - before);
        if (!(dot(velocity, velocity) < 400.0 * 400.0)) continue;
        PlainTrack t;
        t.x << at.x, at.y, at.z, velocity.x, velocity.y, velocity.z;
        const double place = std::max(variance_[0], v[0] * v[0] * variance_[1]);
        for (int k = 0; k < 3; ++k) {
          t.P(k, k) = place;
          t.P(3 + k, k) = t.P(k, 3 + k) = place / T;
          t.P(3 + k, 3 + k) = 2 * place / (T * T);
        }
        t.time_s = plots[j].time_s;
        t.hits = 2;
        tracks_.push_back(t);
        is_start = true;
        break;
      }
      if (!is_start) leftover_.push_back({plots[j].time_s, at});
    }
    std::swap(earlier_, leftover_);
  }

  Vec3 antenna_m_;
  Eigen::Vector3d variance_;
  double gate_ = 0;
  PlainTracks tracks_;
  std::vector<Expected, Eigen::aligned_allocator<Expected>> expected_;
  std::vector<double> cost_, miss_, unassigned_;
  std::vector<std::uint8_t> is_used_;
  std::vector<std::pair<double, Vec3>> earlier_, leftover_;
  Assignment assignment_;
};

/// One scan a frame of a radar that sees all targets at once, with clutter, in a block of replications: the tracker, and the
/// plain one for each replication, on the same detections. hit: they hold as many confirmed tracks.
void scans_against_plain(benchmark::State& state, int targets, double false_alarms, bool is_against_plain) {
  const std::int32_t replications = std::int32_t(state.range(0));
  TrackingScene scene(ring_of_fliers(targets), replications);
  const RadarErrors errors{.pd = 0.95, .false_alarms_per_scan = false_alarms, .instrumented_m = 80e3, .measures_rate = false};
  const Vec3 antenna{0, 0, 10};
  scene.add_radar(antenna, 2, errors);
  scene.clock.frame_ticks = ticks_of(2);
  scene.looks_at_once = true;
  scene.start(Registry<TrackerKind>::instance().at("gnn"), Parameters::of(GnnParameters{}));
  std::vector<PlainTracker> plain(std::size_t(replications), PlainTracker(antenna, errors));
  std::vector<std::vector<PlainTracker::Plot3>> plots(static_cast<std::size_t>(replications));
  double gnn_s = 0, plain_s = 0;
  std::int64_t scans = 0, held = 0, held_plain = 0;
  const auto one = [&](bool is_timed) {
    scene.look();
    const Detections& d = scene.detections;
    for (auto& p : plots) p.clear();
    for (std::size_t i = 0; i < std::size_t(d.count); ++i)
      plots[std::size_t(d.replication[i])].push_back({scene.clock.now_s(), {d.range_m[i], d.azimuth_rad[i], d.elevation_rad[i]}});
    for (const AlarmRun& run : d.alarm_runs)
      for (std::int32_t k = run.begin; k < run.end; ++k) {
        const Plot& a = d.alarms[std::size_t(k)];
        const Vec3 to = a.position_enu_m - antenna;
        const double azimuth = std::atan2(to.x, to.y);
        plots[std::size_t(run.replication)].push_back(
            {scene.clock.now_s(), {a.range_m, azimuth < 0 ? azimuth + 2 * kPi : azimuth, std::asin(to.z / a.range_m)}});
      }
    const double begin_s = now_s();
    scene.track();
    const double middle_s = now_s();
    if (is_against_plain)
      for (std::size_t r = 0; r < plots.size(); ++r) plain[r].scan(plots[r]);
    const double end_s = now_s();
    if (!is_timed) return;
    gnn_s += middle_s - begin_s;
    plain_s += end_s - middle_s;
    scans += replications;
    for (std::int32_t r = 0; r < replications; ++r) {
      held += scene.count(r, TrackState::confirmed);
      held_plain += std::int64_t(plain[std::size_t(r)].confirmed());
    }
  };
  for (int k = 0; k < 10; ++k) one(false);
  for (auto _ : state) one(true);
  state.counters["gnn_us/scan"] = 1e6 * gnn_s / double(scans);
  state.counters["tracks"] = double(held) / double(scans);
  if (is_against_plain) {
    state.counters["plain_us/scan"] = 1e6 * plain_s / double(scans);
    state.counters["plain_tracks"] = double(held_plain) / double(scans);
    state.counters["ratio"] = plain_s / gnn_s;
  }
  state.SetLabel(name_of(chosen_simd()));
}

void ten_targets_and_clutter(benchmark::State& state) { scans_against_plain(state, 10, 20, true); }
BENCHMARK(ten_targets_and_clutter)->Arg(1)->Arg(8)->Arg(32)->Iterations(60);

void thousand_targets_and_clutter(benchmark::State& state) { scans_against_plain(state, 1000, 200, false); }
BENCHMARK(thousand_targets_and_clutter)->Arg(1)->Iterations(30);

}  // namespace
}  // namespace pavise
