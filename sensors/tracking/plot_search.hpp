// The search through a ring of plots, for the *_lanes.cpp of this folder only.
#pragma once

#include "sensors/tracking/hit_mask.hpp"
#include "sensors/tracking/plot_memory.hpp"

namespace pavise::PAVISE_VARIANT {

/// search_plots (plot_memory.hpp).
static inline __attribute__((always_inline)) std::int32_t search_ring(const PlotChunk* chunks, std::int32_t chunk_count,
                                                                      std::int32_t newest, const PlotProbe& probe,
                                                                      std::int32_t* found) {
  const PlotProbe p = probe;
  std::int32_t count = 0;
  for (std::int32_t n = 0; n < chunk_count; ++n) {
    const std::int32_t chunk = (newest - n) & (chunk_count - 1);
    const PlotChunk& c = chunks[chunk];
    // in order of time: none of its plots is old enough yet, and those about to be overwritten are all too old
    const float first_age = p.time_s - c.time_s[0], last_age = p.time_s - c.time_s[PlotChunk::kPlots - 1];
    if (first_age + p.disorder_s < p.shortest_s &&
        (last_age + p.disorder_s < p.shortest_s || last_age - p.disorder_s > p.longest_s))
      continue;
    std::uint32_t mask = hit_mask([&](std::int32_t k) {
      const float between = p.time_s - c.time_s[k];
      const float dx = p.x_m - c.x_m[k], dy = p.y_m - c.y_m[k], dz = p.z_m - c.z_m[k];
      const float farthest = p.speed_mps * between + p.margin_m;
      return std::int32_t(between >= p.shortest_s) & std::int32_t(between <= p.longest_s) &
             std::int32_t(dx * dx + dy * dy + dz * dz <= farthest * farthest);
    });
    for (; mask != 0; mask &= mask - 1) found[count++] = chunk * PlotChunk::kPlots + __builtin_ctz(mask);
    if (first_age - p.disorder_s > p.longest_s) break;  // so is everything behind it
  }
  return count;
}

}  // namespace pavise::PAVISE_VARIANT
