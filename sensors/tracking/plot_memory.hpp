// The first hit of a track that may never be: plots that belong to no track are kept for a scan or two, cheaply, until
// a second one of the same sensor lies within reach of a flying object. Thousands of false alarms pass through here and
// almost none of them becomes a track.
//
// Per (replication, sensor) a ring of plots, the newest overwriting the oldest, and a hashed grid over the ground whose
// cells are as wide as the fastest object flies in the longest time; each cell is a chain from its newest plot to its
// oldest. Nothing is ever taken out: a chain ends where a plot is too old or has been overwritten.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/core/geometry.hpp"

namespace pavise {

struct Plot {
  Vec3 position_m;
  double time_s = 0;
  double range_rate_mps = 0;  // NaN: not measured
  float sigma_range_m = 0, sigma_azimuth_rad = 0, sigma_elevation_rad = 0, sigma_range_rate_mps = 0;
  std::int32_t source = -1;
  std::int32_t previous = -1;  // serial of the plot before in its cell's chain
};

/// What counts as the same object.
struct PlotReach {
  double shortest_s = 0, longest_s = 0;  // between the two plots
  double speed_mps = 0;                  // no faster than this
  double rate_slack_mps = 0;             // measured range rates may differ from the mean one by this, plus 3 sigma
};

class PlotMemory {
 public:
  /// ring: plots kept per (replication, sensor), a power of two.
  void allocate(std::int32_t replications, std::int32_t sensors, std::int32_t ring);
  void clear();

  /// The best earlier plot for this one, into `partner`: the least implied speed, the newest of equals. False if there
  /// is none. The plot found is taken out.
  bool find_partner(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach,
                    const Vec3& antenna_m, Plot& partner) const;
  void remember(std::int32_t replication, std::int32_t sensor, const Plot& plot, const PlotReach& reach);

 private:
  static constexpr std::int32_t kHeads = 256;
  struct Cell {
    std::int32_t x, y;
  };
  static Cell cell_of(const Vec3& position, const PlotReach& reach);
  static std::int32_t head_of(Cell cell);

  std::int32_t sensors_ = 0, ring_ = 0;
  std::vector<Plot> plots_;          // [(replication * sensors + sensor) * ring + serial % ring]
  std::vector<std::int32_t> heads_;  // [(replication * sensors + sensor) * kHeads + head]: newest serial, -1
  std::vector<std::int32_t> next_;   // [replication * sensors + sensor]: next serial
};

}  // namespace pavise
