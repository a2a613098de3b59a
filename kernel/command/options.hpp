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

/// What command knows of a station, from the armament. For making a CommandSetup.
StationSetup station_setup(const Armament& armament, std::int32_t station);

/// Which pairs of station and track need no look. One per World.
///
/// A target at p with velocity v, met at most T after now (reaction + longest flight), is met on p + v t, 0 <= t <= T. If
/// all of that way lies outside a station's envelope by a margin, no option is possible, and none becomes possible before
/// the way has moved by the margin. An estimate that changes by dp and dv moves it by |dp| + T |dv| at most. Each track
/// adds up |dp| and |dv| from decision to decision, jumps at updates included: moved_m and turned_mps; a pair sleeps
/// until moved_m + T turned_mps reads wake_at_m. That holds for any motion and any estimate, so the result never differs
/// from looking at all pairs.
struct OptionMemory {
  std::int32_t replications = 0, stations = 0, capacity = 0;  // capacity: track slots per replication
  Column<double> wake_at_m;                  // [(replication * capacity + slot) * stations + station]
  // [replication * capacity + slot]: the track at its last decision; a slot that is used anew starts afresh
  Column<std::int32_t> track_number, track_identity;
  Column<double> moved_m, turned_mps, x_m, y_m, z_m, vx_mps, vy_mps, vz_mps;
  // [station], from the armament at the first use
  bool is_ready = false;
  Column<double> flight_s;                   // T of each station: reaction + longest flight
  Column<double> slowest_s_per_m;            // greatest time of flight per metre of range; 0: not known
  Column<double> ceiling_m;                  // T holds for ways below; a way above it is looked at
  Column<double> edge_x[2], edge_y[2];       // inward normals of the sector's two edges; 0 for all round
  Column<std::uint8_t> is_considered;        // [identity * stations + station]; see consider()
  Column<std::uint8_t> is_last_resort;       // the same shape: left out while one of `others` can reach the track
  std::vector<std::vector<std::int32_t>> others;  // [identity] stations that are considered and no last resort
  std::int32_t identities = 0;
  const Policy* policy = nullptr;            // of consider(); asked what waits
  Column<double> tracks_moved_m, tracks_turned_mps, tracks_speed_mps;  // scratch, [capacity]
  Column<double> wait_s;                     // scratch, [station]: until it is free, beyond reaction; below 0: cannot order
  Column<double> rest_m;                     // scratch, [station]: what a pair may still move asleep
  std::vector<std::uint32_t> awake;          // scratch: pairs to look at
  Column<std::int32_t> pairs_near;           // scratch, [station]: its pairs that may give an option in this decision
  Column<std::uint8_t> tracks_reach;         // scratch, [capacity]: 0 not looked yet, 1 none of `others` can, 2 one can
};
void allocate(OptionMemory& memory, std::int32_t replications, std::int32_t stations, std::int32_t capacity);
void clear(OptionMemory& memory);
/// Remembers which stations the policy would use against which identity (Policy::considers, is_last_resort), and the
/// policy itself to ask which tracks it lets wait: it has to live as long. Without it: all. Once per World: takes memory.
void consider(OptionMemory& memory, const CommandSetup& setup, const Policy& policy);

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
