// Own status: magazines and channels, and orders. No truth: command reads this.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "interceptors/weapon_model.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {

/// Status of all stations and channel pools of a block. Command reads it; only this layer writes it.
struct FireUnits {
  std::int32_t replications = 0, stations = 0, pools = 0;
  Column<std::int32_t> ready;        // [replication * stations + station] rounds that can be ordered now
  Column<std::int32_t> store;        // rounds behind them
  Column<std::int32_t> reloading;    // 0/1
  Column<double> next_launch_s;      // station free to launch from here on
  Column<std::int32_t> channels_busy;  // [replication * pools + pool]
};

/// One order: `station` engages `track` (row in Tracks) with up to `rounds`. Estimates are command's, at the frame's now.
struct Order {
  std::int32_t replication = 0;
  std::int32_t station = 0;
  std::int32_t track = 0;
  std::int32_t rounds = 1;
  Vec3 position_m, velocity_mps;  // the track's, at now
  double arrives_s = std::numeric_limits<double>::infinity();    // estimated
  double pk = 0;                  // command's estimate, recorded
};
}  // namespace pavise
