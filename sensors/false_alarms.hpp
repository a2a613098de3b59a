// False alarms: noise that crosses a radar's threshold. Over a scan of N cells each crosses with probability Pfa, so
// alarms come as a Poisson process of mean N Pfa per scan, at places uniform over the cells; a turning radar's alarm lies
// where the beam points at that instant. Drawn in batches per replication, each from its running number: what else
// happens in the World moves none of them.
#pragma once

#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"

namespace pavise {

struct FalseAlarms {
  static constexpr std::int32_t kBatch = 16;

  // the instrumented volume
  double mean_gap_s = 0;                         // between alarms; 0: none
  double period_s = 0, phase_turns = 0;          // a turning beam; period 0: bearings uniform over the sector
  double azimuth_begin_rad = 0, azimuth_span_rad = 0;
  double range_m = 0;
  double elevation_begin_rad = 0, elevation_span_rad = 0;
  double range_rate_limit_mps = 0;               // uniform within plus and minus it; 0: not measured

  // [lane * kBatch + i]: alarms drawn and not yet given out from `at` on
  Column<double> time_s, range_share, elevation_share, azimuth_share, rate_share;
  Column<std::int32_t> at;                       // [lane]
  Column<std::uint32_t> drawn;                   // [lane]: running number of the next alarm to draw
};

void allocate(FalseAlarms& alarms, std::int32_t lanes);

/// Draws a lane's next batch of alarms, the first one after `from_s`, and sets `at` to its first.
void draw_batch(FalseAlarms& alarms, const Draws& draws, std::uint32_t replication, std::uint16_t stream,
                std::int32_t lane, double from_s);

}  // namespace pavise
