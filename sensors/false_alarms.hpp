// False alarms: noise that crosses a radar's threshold. Over a scan of N cells each crosses with probability Pfa, so
// alarms come as a Poisson process of mean N Pfa per scan, at places uniform over the cells; a turning radar's alarm lies
// where the beam points at that instant. Drawn, placed and measured in batches per replication, each from its running
// number: what else happens in the World moves none of them.
#pragma once

#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "sensors/detections.hpp"
#include "sensors/false_alarms_lanes.hpp"

namespace pavise {

struct FalseAlarms {
  static constexpr std::int32_t kBatch = 16;

  double mean_gap_s = 0;         // between alarms; 0: none
  AlarmVolume volume;
  AlarmQuality quality;

  // [lane * kBatch + i]: alarms drawn and not yet given out from `at` on
  Records<Plot> batch;
  Column<std::int32_t> at;       // [lane]
  Column<std::uint32_t> drawn;   // [lane]: running number of the next alarm to draw
};

void allocate(FalseAlarms& alarms, std::int32_t lanes);

/// Draws a lane's next batch of alarms, the first one after `from_s`, and sets `at` to its first.
void draw_batch(FalseAlarms& alarms, const Draws& draws, std::uint32_t replication, std::uint16_t stream,
                std::int32_t lane, double from_s);

}  // namespace pavise
