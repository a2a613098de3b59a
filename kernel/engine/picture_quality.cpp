// How well the defenders' picture agrees with the truth; docs/models/tracking.md#quality-of-a-picture. Nothing that
// happens depends on it.
#include "kernel/engine/tables.hpp"

namespace pavise {

void record_quality(World::Tables& w) {
  const double period_s = w.model.quality_period_s, now_s = w.clock.now_s();
  if (!(period_s > 0) || now_s < w.next_quality_s) return;
  while (w.next_quality_s <= now_s) w.next_quality_s += period_s;
  for (std::int32_t lane = 0; lane < w.active; ++lane) {
    const std::size_t k = std::size_t(lane);
    if (w.has_ended[k]) continue;
    // what no sensor has seen yet is no fault of the tracker
    w.quality_truth_m.clear();
    for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
      const std::size_t row = k * std::size_t(w.threats.per_replication) + std::size_t(number);
      if (w.threats.appears_s[row] > now_s || w.threats.ended_s[row] <= now_s || !w.sensors.is_detected[row]) continue;
      w.quality_truth_m.push_back(state_at(w.threats, row, now_s).position_m);
    }
    fill_picture(w, lane);
    w.quality_estimates_m.clear();
    for (const PictureTrack& track : w.picture_tracks) w.quality_estimates_m.push_back(track.position_m);
    if (w.quality_truth_m.empty() && w.quality_estimates_m.empty()) continue;  // before the first, and when all is over
    const SetDistance distance = w.quality.solve(w.quality_truth_m, w.quality_estimates_m, 2, w.model.quality_cutoff_m);
    PictureQuality& q = w.outcomes.quality;
    ++q.evaluations[k];
    q.gospa_sum_m[k] += distance.gospa_m;
    q.ospa_sum_m[k] += distance.ospa_m;
    q.present_sum[k] += std::int64_t(w.quality_truth_m.size());
    q.paired_sum[k] += std::int64_t(w.quality_truth_m.size()) - distance.missed_count;
    q.false_sum[k] += distance.false_count;
  }
}

}  // namespace pavise
