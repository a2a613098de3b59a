// The sweep of a run of false alarms: past the coarse gate of the tracks, into the plot memory, past the plots there. Where
// neither meets anything, which is nearly always, that is all that an alarm costs.
#pragma once

#include <cstdint>

#include "sensors/tracking/coarse_gate.hpp"
#include "sensors/tracking/plot_memory.hpp"

namespace pavise {

struct AlarmSweep {
  // tracks
  const CoarseBlock* blocks;
  std::int32_t block_count;
  float reach_m, reach_rad;  // an alarm's own error along the ground: reach_m + range reach_rad
  // plots
  PlotProbe probe;           // but for place and time
  PlotChunk* chunks;
  Plot* plots;
  std::int32_t size, most;   // of the ring: now, at most
  std::int32_t* found;       // room for all plots
};

enum class AlarmStop : std::int32_t {
  end,         // all done
  meets_track, // the alarm may belong to a track; it is not remembered
  ring_full,   // the ring has to grow first
  meets_plots  // remembered; `found_count` earlier plots may belong to it
};

struct AlarmState {
  std::int32_t at;           // the alarm that it stopped at
  std::int32_t next;         // serial of the next plot
  std::int32_t found_count;
  AlarmStop stop;
};

}  // namespace pavise

/// Sweeps alarms[state.at ... count) until one meets something.
PAVISE_DECLARE_VARIANTS(void sweep_run(const AlarmSweep& sweep, const Plot* alarms, std::int32_t count,
                                       AlarmState& state))
