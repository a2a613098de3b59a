#include <algorithm>
#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/general_tracker.hpp"

namespace pavise {
namespace {

/// A cluster with more rivals on both sides is assigned, not averaged: exact marginals cost 2^rivals.
constexpr int kMostRivals = 10;

/// Gives a track of the scan its measurement.
void take_measurement(GeneralFrame& f, std::int32_t sensor, std::int32_t track, std::int32_t i) {
  GeneralState& s = f.state;
  const int models = s.settings.model_count;
  const Measurement z = measurement_of(f.detections, i, f.context.sensors[std::size_t(sensor)].position_enu_m);
  predict_track(f, track, f.detections.time_s[i]);
  Gaussian* states = &s.predicted[std::size_t(track * models)];
  double* probability = &s.predicted_probability[std::size_t(track * models)];
  double log_likelihood[kMostModels], largest = -1e300, sum = 0;
  for (int j = 0; j < models; ++j) {
    const Fit fit = update(states[j], z);
    log_likelihood[j] = -0.5 * (fit.nis + fit.log_determinant);
    largest = std::max(largest, log_likelihood[j]);
  }
  for (int j = 0; j < models; ++j) {
    probability[j] *= exponential(log_likelihood[j] - largest);
    sum += probability[j];
  }
  for (int j = 0; j < models; ++j) probability[j] /= sum;
  const std::int32_t row = s.scan_rows[std::size_t(track)];
  store_estimate(f, row, states, probability, f.detections.time_s[i]);
  s.predicted_s[std::size_t(track)] = kNotMeasured;
  s.is_hit[std::size_t(track)] = 1;
  note_hit(f, row, i);
}

/// Pairs of tracks of one state and plots that are free, with the number of their cluster, in its order.
void list_stage(GeneralFrame& f, TrackState state) {
  GeneralState& s = f.state;
  s.stage.clear();
  s.label.assign(s.scan_rows.size(), -1);
  s.owner.assign(s.plots.size(), -1);
  const auto root = [&](std::int32_t a) {
    while (s.label[std::size_t(a)] != a) a = s.label[std::size_t(a)];
    return a;
  };
  for (const GeneralState::Pair& pair : s.pairs) {
    if (s.is_used[std::size_t(pair.plot)] ||
        f.tracks.state[s.scan_rows[std::size_t(pair.track)]] != std::int32_t(state))
      continue;
    s.stage.push_back(pair);
    if (s.label[std::size_t(pair.track)] < 0) s.label[std::size_t(pair.track)] = pair.track;
    std::int32_t& owner = s.owner[std::size_t(pair.plot)];
    if (owner < 0) owner = pair.track;
    const std::int32_t a = root(owner), b = root(pair.track);
    s.label[std::size_t(std::max(a, b))] = std::min(a, b);
  }
  for (GeneralState::Pair& pair : s.stage) pair.cluster = root(pair.track);
  std::sort(s.stage.begin(), s.stage.end(), [](const GeneralState::Pair& a, const GeneralState::Pair& b) {
    if (a.cluster != b.cluster) return a.cluster < b.cluster;
    return a.track != b.track ? a.track < b.track : a.plot < b.plot;
  });
}

/// Tracks and plots of a cluster, numbered from 0.
void number_cluster(GeneralState& s, std::span<const GeneralState::Pair> cluster) {
  s.cluster_tracks.clear();
  s.cluster_plots.clear();
  for (const GeneralState::Pair& pair : cluster) {
    if (s.cluster_tracks.empty() || s.cluster_tracks.back() != pair.track) {
      s.local_track[std::size_t(pair.track)] = std::int32_t(s.cluster_tracks.size());
      s.cluster_tracks.push_back(pair.track);
    }
    if (s.local_plot[std::size_t(pair.plot)] < 0) {
      s.local_plot[std::size_t(pair.plot)] = std::int32_t(s.cluster_plots.size());
      s.cluster_plots.push_back(pair.plot);
    }
  }
}

void assign_cluster(GeneralFrame& f, const GeneralScan& scan, std::span<const GeneralState::Pair> cluster,
                    double log_miss_weight) {
  GeneralState& s = f.state;
  const std::size_t m = s.cluster_tracks.size(), n = s.cluster_plots.size();
  s.cost.assign(m * n, kForbidden);
  s.miss_cost.assign(m, -log_miss_weight);
  s.unassigned_cost.assign(n, 0.0);
  for (const GeneralState::Pair& pair : cluster)
    s.cost[std::size_t(s.local_track[std::size_t(pair.track)]) * n +
           std::size_t(s.local_plot[std::size_t(pair.plot)])] = -pair.log_weight;
  s.assignment.solve(s.cost, s.miss_cost, s.unassigned_cost);
  for (std::size_t a = 0; a < m; ++a) {
    const std::int32_t j = s.assignment.column_of_row()[a];
    if (j < 0) continue;
    const std::int32_t plot = s.cluster_plots[std::size_t(j)];
    s.is_used[std::size_t(plot)] = 1;
    take_measurement(f, scan.sensor, s.cluster_tracks[a], s.plots[std::size_t(plot)]);
  }
}

/// The track's estimate as the mixture over which of the cluster's measurements is its own, if any; all brought to the
/// latest of their times. beta: none, then the cluster's plots in order.
void take_mixture(GeneralFrame& f, std::int32_t sensor, std::int32_t track, std::span<const double> beta) {
  GeneralState& s = f.state;
  const Detections& d = f.detections;
  const std::int32_t row = s.scan_rows[std::size_t(track)];
  double latest_s = -1e300;
  std::size_t best = 0;
  for (std::size_t k = 0; k < s.cluster_plots.size(); ++k) {
    if (!(beta[k + 1] > 0)) continue;
    latest_s = std::max(latest_s, d.time_s[s.plots[std::size_t(s.cluster_plots[k])]]);
    if (beta[k + 1] > beta[best + 1]) best = k;
  }
  if (!(latest_s > -1e300)) return;  // nothing in its gate after all
  s.parts.clear();
  s.part_weight.clear();
  predict_track(f, track, latest_s);
  s.parts.push_back(s.predicted[std::size_t(track)]);
  s.part_weight.push_back(beta[0]);
  for (std::size_t k = 0; k < s.cluster_plots.size(); ++k) {
    if (!(beta[k + 1] > 0)) continue;
    const std::int32_t i = s.plots[std::size_t(s.cluster_plots[k])];
    predict_track(f, track, d.time_s[i]);
    Gaussian part = s.predicted[std::size_t(track)];
    update(part, measurement_of(d, i, f.context.sensors[std::size_t(sensor)].position_enu_m));
    if (d.time_s[i] != latest_s) predict(part, s.settings.models[0], latest_s - d.time_s[i]);
    s.parts.push_back(part);
    s.part_weight.push_back(beta[k + 1]);
  }
  const Gaussian whole = mixture(s.parts.data(), s.part_weight.data(), int(s.parts.size()));
  const double certain = 1;
  store_estimate(f, row, &whole, &certain, latest_s);
  s.predicted_s[std::size_t(track)] = kNotMeasured;
  if (beta[0] >= 0.5) return;  // more likely not seen: no hit
  s.is_hit[std::size_t(track)] = 1;
  note_hit(f, row, s.plots[std::size_t(s.cluster_plots[best])]);
}

/// False if the cluster is too large for exact marginals.
bool average_cluster(GeneralFrame& f, const GeneralScan& scan, std::span<const GeneralState::Pair> cluster,
                     double miss_weight) {
  GeneralState& s = f.state;
  const std::size_t m = s.cluster_tracks.size(), n = s.cluster_plots.size();
  s.weight.assign(m * n, 0.0);
  s.miss_weight.assign(m, miss_weight);
  for (const GeneralState::Pair& pair : cluster)
    s.weight[std::size_t(s.local_track[std::size_t(pair.track)]) * n +
             std::size_t(s.local_plot[std::size_t(pair.plot)])] = exponential(pair.log_weight);
  if (!s.joint.solve(s.weight, s.miss_weight, false, kMostRivals)) return false;
  const std::vector<double>& beta = s.joint.result().beta;
  for (std::size_t k = 0; k < n; ++k) {
    double taken = 0;  // that some track of the cluster owns this measurement
    for (std::size_t a = 0; a < m; ++a) taken += beta[a * (n + 1) + k + 1];
    s.is_used[std::size_t(s.cluster_plots[k])] = taken >= 0.5;
  }
  for (std::size_t a = 0; a < m; ++a)
    take_mixture(f, scan.sensor, s.cluster_tracks[a], std::span(beta).subspan(a * (n + 1), n + 1));
  return true;
}

}  // namespace

void associate_scan(GeneralFrame& f, const GeneralScan& scan) {
  GeneralState& s = f.state;
  const double miss = miss_weight(s.views[std::size_t(scan.sensor)].detection_probability, s.settings.gate_probability);
  s.local_track.assign(s.scan_rows.size(), -1);
  for (TrackState state : {TrackState::confirmed, TrackState::tentative}) {
    // a track that is confirmed by this scan has had its measurement
    list_stage(f, state);
    s.local_plot.assign(s.plots.size(), -1);
    for (std::size_t from = 0; from < s.stage.size();) {
      std::size_t to = from + 1;
      while (to < s.stage.size() && s.stage[to].cluster == s.stage[from].cluster) ++to;
      const std::span<const GeneralState::Pair> cluster(s.stage.data() + from, to - from);
      number_cluster(s, cluster);
      const bool is_averaged =
          s.settings.is_joint && state == TrackState::confirmed && average_cluster(f, scan, cluster, miss);
      if (!is_averaged) assign_cluster(f, scan, cluster, logarithm(miss));
      from = to;
    }
  }
}

}  // namespace pavise
