// Threat evaluation and options: from tracks to possible engagements. Tracks and own status only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "interceptors/intercept.hpp"
#include "kernel/command/picture.hpp"
#include "kernel/core/columns.hpp"

namespace pavise {

/// Threat evaluation: for each track the asset it most probably heads for, when it arrives there, and the expected loss
/// of value if it leaks. A track whose arrives_s is finite already (truth tracker) keeps it.
void evaluate(const CommandSetup& setup, double now_s, std::span<PictureTrack> tracks);

/// The same for one track, plainly: falling courses go this way, and the test of the level ones' lanes.
void evaluate_track(const CommandSetup& setup, double now_s, PictureTrack& track);

/// What command knows of a station, from the armament. For making a CommandSetup.
StationSetup station_setup(const Armament& armament, std::int32_t station);

/// What find_options remembers of a track from its last decision; the wakes of its pairs stand behind it.
struct TrackMemory {
  std::int32_t number = -1, identity = -1;  // a slot that is used anew, or identified anew, starts afresh
  std::int32_t answers_first = -1;          // station that made it wait last (Policy::better_try): asked first
  std::int32_t reaches_first = -1;          // station that spared a last resort last: asked first too
  double moved_m = 0, turned_mps = 0;       // odometers
  Vec3 position_m, velocity_mps;
};

/// Which pairs of station and track need no look. One per World.
///
/// A target at p with velocity v, met at most T after now (reaction + longest flight), is met on p + v t, 0 <= t <= T. If
/// all of that way lies outside a station's envelope by a margin, no option is possible, and none becomes possible before
/// the way has moved by the margin. An estimate that changes by dp and dv moves it by |dp| + T |dv| at most. Each track
/// adds up |dp| and |dv| from decision to decision, jumps at updates included: moved_m and turned_mps; a pair sleeps
/// until moved_m + T turned_mps reads its wake. That holds for any motion and any estimate, so the result never differs
/// from looking at all pairs.
struct OptionMemory {
  std::int32_t replications = 0, stations = 0, capacity = 0;  // capacity: track slots per replication
  // [replication * capacity + slot], records of whole cache lines: TrackMemory, then a wake in metres for each station
  Column<std::byte> records;
  std::size_t stride = 0;                    // bytes of a record

  // [station], from the armament and the policy at the first use
  bool is_ready = false;
  Column<double> x_m, y_m, z_m;
  Column<double> max_range_m, min_range_m, inner_m, min_altitude_m, max_altitude_m;
  Column<double> flight_s;                   // T of each station: reaction + longest flight
  Column<double> last_flight_s_per_m;        // greatest time of flight per metre of range, with slack; 0: not known
  Column<double> ceiling_m;                  // T holds for ways below; a way above it is looked at
  Column<double> edge_x[2], edge_y[2];       // inward normals of the sector's two edges
  Column<double> edge_free_m, is_wide;       // see EnvelopeColumns
  Column<double> reaction_s;
  // [kind * words + word]: bits of the stations that are effective against an identity and that the policy considers.
  // kind: the identity, or `identities_known` for any other
  Column<std::uint64_t> usable;
  std::int32_t identities_known = 0, words = 0;
  Column<std::uint8_t> is_considered;        // [identity * stations + station]; see consider()
  Column<std::uint8_t> is_last_resort;       // the same shape: left out while one of `others` can reach the track
  std::vector<std::vector<std::int32_t>> others;  // [identity] stations that are considered and no last resort
  std::int32_t identities = 0;
  const Policy* policy = nullptr;            // of consider(); asked what waits

  // scratch of one decision
  Column<double> wait_s, launch_s;           // [station]: see EnvelopeColumns
  Column<double> course[6], arrives_s;       // [capacity]: see CourseColumns
  Column<double> speed_mps, moved_m, turned_mps;
  Column<std::int32_t> row, kind;            // [capacity]: see SleepColumns
  std::vector<std::uint32_t> pairs;          // those to look at (pair_of)
  std::size_t pair_count = 0;
  std::vector<double> pair_wake_at_m, pair_far_m, pair_at_least_s;  // beside them
  Column<std::int32_t> pairs_near;           // [station]: its pairs that may give an option in this decision
  Column<std::uint8_t> tracks_reach;         // [capacity]: 0 not looked yet, 1 none of `others` can, 2 one can

  TrackMemory& track(std::size_t at) { return *reinterpret_cast<TrackMemory*>(records.data() + at * stride); }
  double* wakes(std::size_t at) {
    return reinterpret_cast<double*>(records.data() + at * stride + sizeof(TrackMemory));
  }
};
void allocate(OptionMemory& memory, std::int32_t replications, std::int32_t stations, std::int32_t capacity);
void clear(OptionMemory& memory);
/// Asks for the memory of a track's slot, which find_options will read soon.
inline void prefetch(const OptionMemory& memory, std::size_t at) {
  constexpr std::size_t kCacheLine = 64;
  for (std::size_t byte = 0; byte < memory.stride; byte += kCacheLine)
    __builtin_prefetch(memory.records.data() + at * memory.stride + byte);
}
/// Remembers which stations the policy would use against which identity (Policy::considers, is_last_resort), and the
/// policy itself to ask which tracks it lets wait: it has to live as long. Without it: all. Once per World: takes memory.
void consider(OptionMemory& memory, const CommandSetup& setup, const Policy& policy);
/// What follows from the armament; find_options calls it at the first use.
void prepare(OptionMemory& memory, const Armament& armament);

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
