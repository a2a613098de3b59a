#include "sensors/tracking/plot_memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/core/assert.hpp"

namespace pavise {

void PlotMemory::allocate(std::int32_t replications, std::int32_t sensors, std::int32_t ring) {
  PAVISE_ASSERT(ring > 0 && (ring & (ring - 1)) == 0);
  sensors_ = sensors;
  ring_ = ring;
  const std::size_t groups = std::size_t(replications) * std::size_t(sensors);
  plots_.resize(groups * std::size_t(ring));
  heads_.resize(groups * std::size_t(kHeads));
  next_.resize(groups);
  clear();
}

void PlotMemory::clear() {
  std::fill(heads_.begin(), heads_.end(), -1);
  std::fill(next_.begin(), next_.end(), 0);
}

PlotMemory::Cell PlotMemory::cell_of(const Vec3& position, const PlotReach& reach) {
  const double width_m = reach.speed_mps * reach.longest_s;
  return {std::int32_t(std::floor(position.x / width_m)), std::int32_t(std::floor(position.y / width_m))};
}

// Neighbouring cells get different heads: sixteen by sixteen cells tile the heads.
std::int32_t PlotMemory::head_of(Cell cell) { return (cell.x & 15) | (cell.y & 15) << 4; }

bool PlotMemory::find_partner(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach,
                              const Vec3& antenna_m, Plot& partner) const {
  const std::size_t group = std::size_t(replication * sensors_ + sensor);
  const std::int32_t oldest = next_[group] - ring_;
  const Plot* ring = plots_.data() + group * std::size_t(ring_);
  const std::int32_t* heads = heads_.data() + group * std::size_t(kHeads);
  const Cell middle = cell_of(plot.position_m, reach);
  const double range_m = length(plot.position_m - antenna_m);
  const Plot* best = nullptr;
  double best_speed2 = std::numeric_limits<double>::infinity();

  for (std::int32_t dy = -1; dy <= 1; ++dy)
    for (std::int32_t dx = -1; dx <= 1; ++dx)
      for (std::int32_t serial = heads[head_of({middle.x + dx, middle.y + dy})]; serial >= 0 && serial >= oldest;) {
        const Plot& earlier = ring[serial & (ring_ - 1)];
        const double between_s = plot.time_s - earlier.time_s;
        if (between_s > reach.longest_s) break;  // and so is everything behind it
        serial = earlier.previous;
        if (between_s < reach.shortest_s) continue;
        const Vec3 step = plot.position_m - earlier.position_m;
        const double speed2 = dot(step, step) / (between_s * between_s);
        if (!(speed2 <= reach.speed_mps * reach.speed_mps) || !(speed2 < best_speed2)) continue;
        // with Doppler, the range must have changed as fast as it was seen to change
        const double mean_rate = 0.5 * (plot.range_rate_mps + earlier.range_rate_mps);
        const double seen_rate = (range_m - length(earlier.position_m - antenna_m)) / between_s;
        const double error = 3 * (double(plot.sigma_range_m + earlier.sigma_range_m) / between_s +
                                  double(plot.sigma_range_rate_mps + earlier.sigma_range_rate_mps));
        if (std::fabs(seen_rate - mean_rate) > reach.rate_slack_mps + error) continue;  // NaN passes: no Doppler
        best = &earlier;
        best_speed2 = speed2;
      }
  if (!best) return false;
  partner = *best;
  return true;
}

void PlotMemory::remember(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach) {
  const std::size_t group = std::size_t(replication * sensors_ + sensor);
  const std::int32_t serial = next_[group]++;
  std::int32_t& head = heads_[group * std::size_t(kHeads) + std::size_t(head_of(cell_of(plot.position_m, reach)))];
  Plot& slot = plots_[group * std::size_t(ring_) + std::size_t(serial & (ring_ - 1))];
  slot = plot;
  slot.previous = head;
  head = serial;
}

}  // namespace pavise
