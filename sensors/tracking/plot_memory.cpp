#include "sensors/tracking/plot_memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

constexpr std::int32_t kChunk = PlotChunk::kPlots;
// what single precision may lose: times of some 10,000 s to 0.001 s; places some 1,000 km away to 0.06 m
constexpr double kTimeSlack_s = 0.005, kPlaceSlack_m = 1;

}  // namespace

void PlotMemory::allocate(std::int32_t replications, std::int32_t sensors, std::int32_t ring) {
  PAVISE_ASSERT(ring >= kChunk && (ring & (ring - 1)) == 0);
  sensors_ = sensors;
  most_ = ring;
  const std::size_t groups = std::size_t(replications) * std::size_t(sensors);
  plots_.resize(groups * std::size_t(ring));
  chunks_.resize(groups * std::size_t(ring / kChunk));
  rings_.resize(groups);
  found_.resize(std::size_t(ring));
  clear();
}

void PlotMemory::clear() { std::fill(rings_.begin(), rings_.end(), PlotRing{}); }

/// Its plots take the same places in order of age.
void PlotMemory::grow(std::int32_t replication, std::int32_t sensor) {
  PlotRing& ring = this->ring(replication, sensor);
  PlotChunk* chunks = this->chunks(replication, sensor);
  Plot* plots = this->plots(replication, sensor);
  const std::int32_t old_size = ring.size, size = old_size == 0 ? kChunk : 2 * old_size;
  for (std::int32_t c = old_size / kChunk; c < size / kChunk; ++c) {
    chunks[c] = {};
    for (float& time_s : chunks[c].time_s) time_s = PlotChunk::kLongAgo_s;
  }
  // serials next - old_size .. next - 1 lie at their rest by the old size: those whose rest by the new one is another
  // move to the upper half, and their old places become empty
  for (std::int32_t serial = std::max(0, ring.next - old_size); serial < ring.next; ++serial) {
    const std::int32_t from = serial & (old_size - 1), to = serial & (size - 1);
    if (from == to) continue;
    const auto move = [&](float(PlotChunk::*column)[kChunk]) {
      (chunks[to / kChunk].*column)[to % kChunk] = (chunks[from / kChunk].*column)[from % kChunk];
    };
    for (auto column : {&PlotChunk::x_m, &PlotChunk::y_m, &PlotChunk::z_m, &PlotChunk::time_s}) move(column);
    chunks[from / kChunk].time_s[from % kChunk] = PlotChunk::kLongAgo_s;
    plots[to] = plots[from];
  }
  ring.size = size;
}

bool PlotMemory::find_partner(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach,
                              Plot& partner) {
  const Plot* best = partner_of(replication, sensor, plot, reach);
  if (best) partner = *best;
  return best != nullptr;
}

const Plot* PlotMemory::partner_of(std::int32_t replication, std::int32_t sensor, const Plot& plot,
                                   const PlotReach& reach) {
  const PlotRing& ring = this->ring(replication, sensor);
  if (ring.next == 0) return nullptr;
  PlotProbe probe = probe_of(reach);
  probe.x_m = float(plot.position_enu_m.x), probe.time_s = float(plot.time_s);
  probe.y_m = float(plot.position_enu_m.y);
  probe.z_m = float(plot.position_enu_m.z);
  const std::int32_t count =
      PAVISE_VARIANTS(search_plots)(chunks(replication, sensor), ring.size / kChunk,
                                    ((ring.next - 1) & (ring.size - 1)) / kChunk, probe, found_.data());
  return count == 0 ? nullptr : best_of(count, replication, sensor, plot, reach);
}

PlotProbe PlotMemory::probe_of(const PlotReach& reach) {
  PlotProbe probe{};
  probe.shortest_s = float(reach.shortest_s - kTimeSlack_s);
  probe.longest_s = float(reach.longest_s + kTimeSlack_s);
  probe.speed_mps = float(reach.speed_mps);
  probe.disorder_s = float(reach.disorder_s);
  probe.margin_m = float(kPlaceSlack_m + reach.speed_mps * kTimeSlack_s);
  return probe;
}

const Plot* PlotMemory::best_of(std::int32_t count, std::int32_t replication, std::int32_t sensor, const Plot& plot,
                                const PlotReach& reach) const {
  const PlotRing& ring = rings_[group_of(replication, sensor)];
  const Plot* plots = plots_.data() + group_of(replication, sensor) * std::size_t(most_);
  const Plot* best = nullptr;
  std::int32_t best_age = 0;
  double best_speed2 = std::numeric_limits<double>::infinity();
  for (std::int32_t k = 0; k < count; ++k) {
    const std::int32_t place = found_[std::size_t(k)], age = (ring.next - 1 - place) & (ring.size - 1);
    const Plot& earlier = plots[place];
    const double between_s = plot.time_s - earlier.time_s;
    if (between_s > reach.longest_s || between_s < reach.shortest_s) continue;
    const Vec3 step = plot.position_enu_m - earlier.position_enu_m;
    const double speed2 = dot(step, step) / (between_s * between_s);
    if (!(speed2 <= reach.speed_mps * reach.speed_mps) || speed2 > best_speed2) continue;
    if (speed2 == best_speed2 && age > best_age) continue;
    // with Doppler, the range must have changed as fast as it was seen to change
    const double mean_rate = 0.5 * (double(plot.range_rate_mps) + double(earlier.range_rate_mps));
    const double seen_rate = (plot.range_m - earlier.range_m) / between_s;
    const double error = 3 * (double(plot.sigma_range_m + earlier.sigma_range_m) / between_s +
                              double(plot.sigma_range_rate_mps + earlier.sigma_range_rate_mps));
    if (std::fabs(seen_rate - mean_rate) > reach.rate_slack_mps + error) continue;  // NaN passes: no Doppler
    best = &earlier;
    best_age = age;
    best_speed2 = speed2;
  }
  return best;
}

Plot& PlotMemory::next_place(std::int32_t replication, std::int32_t sensor, Vec3 position_m, double time_s,
                             const PlotReach& reach) {
  PlotRing& ring = this->ring(replication, sensor);
  PlotChunk* chunks = this->chunks(replication, sensor);
  if (ring.next >= ring.size && ring.size < most_) {
    // full: is the plot that would be overwritten still within reach of those to come?
    const std::int32_t place = ring.next & std::max(ring.size - 1, 0);
    if (ring.size == 0 ||
        double(chunks[place / kChunk].time_s[place % kChunk]) >= time_s - reach.longest_s - reach.disorder_s - 1)
      grow(replication, sensor);
  }
  const std::int32_t place = ring.next & (ring.size - 1);
  PlotChunk& chunk = chunks[place / kChunk];
  chunk.x_m[place % kChunk] = float(position_m.x);
  chunk.y_m[place % kChunk] = float(position_m.y);
  chunk.z_m[place % kChunk] = float(position_m.z);
  chunk.time_s[place % kChunk] = float(time_s);
  ++ring.next;
  return plots(replication, sensor)[place];
}

}  // namespace pavise
