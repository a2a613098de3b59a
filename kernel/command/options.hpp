// Threat evaluation and options: from tracks to possible engagements. Tracks and own status only.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "interceptors/intercept.hpp"
#include "kernel/command/picture.hpp"
#include "kernel/core/columns.hpp"

namespace pavise {

/// Threat evaluation: for each track the asset it most probably heads for, when it arrives there, and the expected loss
/// of value if it leaks. A track whose arrives_s is finite already (truth tracker) keeps it.
void evaluate(const CommandSetup& setup, double now_s, std::span<PictureTrack> tracks);

/// When a (station, track) pair needs no look: an option cannot become possible before. One per World.
struct OptionMemory {
  std::int32_t stations = 0, capacity = 0;   // capacity: track slots per replication
  Column<double> not_before_s;               // [(replication * stations + station) * capacity + slot]
  Column<std::int32_t> track_number;         // whose; a slot that is used anew starts afresh
};
void allocate(OptionMemory& memory, std::int32_t replications, std::int32_t stations, std::int32_t capacity);
void clear(OptionMemory& memory);

/// Whether rules other than geometry allow `station` to engage the track in Tracks row `track`.
struct MayOrder {
  bool (*ask)(const void* self, std::int32_t replication, std::int32_t station, std::int32_t track) = nullptr;
  const void* self = nullptr;
};

/// Appends to `options` every possible engagement of one lane, by station, within it by track: status first, then geometry
/// (predict_intercept with launch at now + the unit's reaction time, or the station's next launch if later), then
/// the rules. lane: index in the block.
void find_options(const CommandSetup& setup, const Armament& armament, std::int32_t lane, double now_s,
                  std::span<const PictureTrack> tracks, std::span<const StationStatus> status,
                  std::span<const double> next_launch_s, const MayOrder& may_order, OptionMemory& memory,
                  std::vector<Option>& options);

}  // namespace pavise
