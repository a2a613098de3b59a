// The first hit of a track that may never be: plots that belong to no track are kept for a scan or two, cheaply, until
// a second one of the same sensor lies within reach of a flying object. Thousands of false alarms pass through here and
// almost none of them becomes a track.
//
// Per (replication, sensor) a ring of plots, the newest overwriting the oldest. Place and time lie in chunks of sixteen, in
// single precision, and are tested sixteen at a time from the newest chunk that is old enough until one is too old; the few
// plots that pass are looked at again in double precision, and there their Doppler has its say. The ring begins small and doubles only when
// it would overwrite a plot that still matters, so that the memory of a whole block of replications stays in the cache.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/core/column_memory.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/variant.hpp"
#include "sensors/detections.hpp"

namespace pavise {

/// What counts as the same object.
struct PlotReach {
  double shortest_s = 0, longest_s = 0;  // between the two plots
  double speed_mps = 0;                  // no faster than this
  double rate_slack_mps = 0;             // measured range rates may differ from the mean one by this, plus 3 sigma
  double disorder_s = 0;                 // plots come in the order of their times but for this
};

/// Sixteen plots as a search sees them.
struct alignas(64) PlotChunk {
  static constexpr std::int32_t kPlots = 16;
  static constexpr float kLongAgo_s = -1e30f;  // time of an empty place

  float x_m[kPlots], y_m[kPlots], z_m[kPlots], time_s[kPlots];
};

/// The plot that looks for an earlier one, and its reach with the slack of single precision added.
struct PlotProbe {
  // in an order other than Plot's: a compiler that takes neighbours as one vector waits for the stores of a Plot that
  // was just made
  float x_m, time_s, y_m, shortest_s, z_m, longest_s;
  float speed_mps, margin_m;  // the earlier plot is no farther than speed times the time between, and this
  float disorder_s;
};

/// The plots of one (replication, sensor): plot `serial` stands at serial % size.
struct PlotRing {
  std::int32_t size = 0;  // plots it holds: PlotChunk::kPlots times a power of two, or 0
  std::int32_t next = 0;  // serial of the next plot
};

class PlotMemory {
 public:
  /// ring: most plots kept per (replication, sensor), a power of two, 16 at least.
  void allocate(std::int32_t replications, std::int32_t sensors, std::int32_t ring);
  void clear();

  /// The best earlier plot for this one, into `partner`: the least implied speed, the newest of equals. False if there
  /// is none. Plots of a (replication, sensor) come in the order of their times but for reach.disorder_s.
  bool find_partner(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach,
                    Plot& partner);
  void remember(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach) {
    Plot& place = next_place(replication, sensor, plot.position_enu_m, plot.time_s, reach);
    place = plot;
  }

  /// The same in steps, without a copy. First the place of a new plot, already remembered; the caller writes the plot.
  Plot& next_place(std::int32_t replication, std::int32_t sensor, Vec3 position_m, double time_s,
                   const PlotReach& reach);
  /// Then its partner, null if there is none; good until the next plot is remembered. A plot is never its own partner.
  const Plot* partner_of(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach);

  // for who remembers many at once
  static PlotProbe probe_of(const PlotReach& reach);
  PlotRing& ring(std::int32_t replication, std::int32_t sensor) { return rings_[group_of(replication, sensor)]; }
  PlotChunk* chunks(std::int32_t replication, std::int32_t sensor) {
    return chunks_.data() + group_of(replication, sensor) * std::size_t(most_ / PlotChunk::kPlots);
  }
  Plot* plots(std::int32_t replication, std::int32_t sensor) {
    return plots_.data() + group_of(replication, sensor) * std::size_t(most_);
  }
  std::int32_t most() const { return most_; }
  std::int32_t* found() { return found_.data(); }
  /// Doubles a ring.
  void grow(std::int32_t replication, std::int32_t sensor);
  /// The best of `count` places in found().
  const Plot* best_of(std::int32_t count, std::int32_t replication, std::int32_t sensor, const Plot& plot,
                      const PlotReach& reach) const;

 private:
  std::size_t group_of(std::int32_t replication, std::int32_t sensor) const {
    return std::size_t(replication * sensors_ + sensor);
  }

  std::int32_t sensors_ = 0, most_ = 0;
  Records<PlotChunk> chunks_;    // [(replication * sensors + sensor) * most / 16 + place / 16]
  Records<Plot> plots_;          // [(replication * sensors + sensor) * most + place], place = serial % size
  Records<PlotRing> rings_;         // [replication * sensors + sensor]
  std::vector<std::int32_t> found_;  // places that passed the search in single precision
};

}  // namespace pavise

/// Writes the places of the plots that the probe may belong to, by chunks from `newest` backwards round the ring of
/// `chunk_count`, to `found` (room for all); returns how many. Lets through a little too much, never too little.
PAVISE_DECLARE_VARIANTS(std::int32_t search_plots(const PlotChunk* chunks, std::int32_t chunk_count,
                                                  std::int32_t newest, const PlotProbe& probe, std::int32_t* found))
