// Inside of the `gnn` tracker: its parameters, memory, and the steps that one sensor's detections go through.
//
//   false alarms of the frame -> coarse gate against the tracks as they stand when it begins     gnn_alarms.cpp
//     -> almost all meet none: to the plot memory; the others become detections of their sensor
//   one pass of one sensor, one look per target at most (and those of other sensors that feed other files)
//     -> coarse gate: candidate tracks of the same replication and file           gnn_gating.cpp
//     -> dense list of (track, detection) pairs of many replications -> filter bank: predict, innovate, update
//     -> gate on the exact distance; optimal assignment where tracks compete      gnn_association.cpp
//     -> winners' estimates go back to the table; detections left over go to the plot memory, which starts tracks
//   misses where a look should have come, deletion                                gnn_upkeep.cpp
//
// What one replication's tracks become depends on that replication's detections alone: a list only carries rows.
#pragma once

#include <cstdint>
#include <vector>

#include "sensors/tracking/assignment.hpp"
#include "sensors/tracking/coarse_gate.hpp"
#include "sensors/tracking/estimates_lanes.hpp"
#include "sensors/tracking/filter_bank.hpp"
#include "sensors/tracking/initiation.hpp"
#include "sensors/tracking/plot_memory.hpp"
#include "sensors/tracking/track_files.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

struct GnnParameters {
  double confirm_hits = 3, confirm_window = 5, delete_misses = 5;
  double gate_probability = 0.999, detection_probability = 0.9, clutter_density = 1e-5;
  double process_noise_m2_s3 = 10;
  double ballistic_speed_mps = 900, ballistic_altitude_m = 5000, ballistic_process_noise_m2_s3 = 1000;
  double fastest_mps = 2000, rate_slack_mps = 60, largest_sigma_m = 5000;
  double angle_update_period_s = 1, bearing_wait_s = 3;
};

/// What the tracker needs to know of a sensor.
struct SensorTiming {
  double least_look_s = 0;   // two looks at one target are never closer
  double update_s = 0;       // usual time between looks at a tracked target
  double longest_s = 0;      // while searching
  double way_s = 0, longest_way_s = 0;  // from a measurement to its track file
};
/// From the sensor's own parameters (scan_period, search_frame, track_update_min, track_update_idle, update_period).
SensorTiming timing_of(const Sensor& sensor, double frame_s);

/// One track of a block.
struct CoarseTrack {
  float x_m = 0, y_m = 0, vx_mps = 0, vy_mps = 0, radius_m = CoarseBlock::kNobody, radius_rate_mps = 0;
};

/// The tracks of a table in blocks: a pass over one file's tracks is one stream through memory.
class CoarseTracks {
 public:
  static constexpr std::int32_t kRows = CoarseBlock::kRows;

  void allocate(std::size_t rows) {
    blocks_.resize((rows + kRows - 1) / kRows);
    clear();
  }
  void clear() {
    for (CoarseBlock& block : blocks_)
      for (float& radius_m : block.radius_m) radius_m = CoarseBlock::kNobody;
  }
  void set(std::int32_t row, const CoarseTrack& t) {
    CoarseBlock& b = blocks_[std::size_t(row / kRows)];
    const std::int32_t k = row % kRows;
    b.x_m[k] = t.x_m, b.y_m[k] = t.y_m, b.vx_mps[k] = t.vx_mps, b.vy_mps[k] = t.vy_mps;
    b.radius_m[k] = t.radius_m, b.radius_rate_mps[k] = t.radius_rate_mps;
  }
  CoarseTrack get(std::int32_t row) const {
    const CoarseBlock& b = blocks_[std::size_t(row / kRows)];
    const std::int32_t k = row % kRows;
    return {b.x_m[k], b.y_m[k], b.vx_mps[k], b.vy_mps[k], b.radius_m[k], b.radius_rate_mps[k]};
  }
  void remove(std::int32_t row) { blocks_[std::size_t(row / kRows)].radius_m[row % kRows] = CoarseBlock::kNobody; }
  const CoarseBlock* blocks() const { return blocks_.data(); }

 private:
  Records<CoarseBlock> blocks_;
};

/// What the tracker keeps of a row beside Tracks.
struct RowState {
  double period_s = 0;  // between looks of the sponsoring sensor
  std::int32_t sponsor = 0;
  std::int32_t degree = 0, owner = -1, local = -1;  // scratch of the assignment
};

struct GnnState final : TrackerState, TrackFiles {
  using Pair = FilterPair;
  struct Taken {  // a detection in the present batch
    std::int32_t detection, first_pair, pair_count;
    std::int32_t winner;  // pair, -1 none
  };
  struct Run {  // one replication's detections in a sensor's group
    std::int32_t replication, at, end;
  };
  struct Start {
    std::int32_t row, detection;
  };
  struct Waiting {  // tracks of one file that have gone without a radar
    static constexpr std::int32_t kMost = 12;
    std::int64_t frame = -1;
    std::int32_t count = 0;
    std::int32_t rows[kMost];
  };
  struct Promoted {  // an alarm that may belong to a track
    std::int32_t sensor, replication, detection;
  };

  GnnParameters parameters;
  InitiationRule rule;
  double threshold[5] = {}, reach[5] = {};  // by number of measured components: chi-square gate and its root
  std::int32_t replications = 0, sensor_count = 0;
  double timing_frame_s = -1;
  std::vector<SensorTiming> timing;

  // beside the columns of Tracks, per row
  CoarseTracks coarse;
  Records<RowState> row_state;
  Column<double> looked_s;              // last look of the sponsoring sensor; kNever_s: no track
  std::vector<double> next_scrutiny_s;  // [replication]: lower bound
  double next_scrutiny_of_all_s = kNever_s;
  double disorder_s = 0;     // two detections of one file may come in the wrong order by so much
  double scrutiny_step_s = 0;                         // a quarter of the shortest period: misses need no closer watch
  std::vector<double> angles_from_s, angles_until_s;  // [replication * sensors + sensor]: bearings are taken then

  DetectionPlaces places;
  PlotMemory plots;
  // a batch may hold detections of several sensors, but a track file of a replication only once
  std::int32_t batch = 0;
  std::vector<double> bearings_idle_until_s;  // [replication * files + file]: until then no track needs bearings
  Records<Waiting> waiting;               // [replication * files + file], of the frame it names
  std::vector<std::int32_t> batch_of_file;  // [replication * files + file]: last batch that looked at it
  std::vector<Run> runs;
  Records<Pair> pairs;
  Records<Taken> taken;
  std::vector<Start> starts;
  std::vector<Promoted> promoted;  // by sensor, replication and time
  std::vector<std::int32_t> found;
  std::vector<std::uint8_t> is_inside;  // [pair]: within the exact gate
  FilterList list;
  std::vector<std::int32_t> wins;  // [pair]: 1 if its detection goes to its track
  Column<float> circle_x_m, circle_y_m, circle_vx_mps, circle_vy_mps, circle_radius_m, circle_radius_rate_mps;  // [pair]
  std::vector<double> antenna_x_m, antenna_y_m, antenna_z_m;  // [sensor]

  // one replication's tracks in strips from west to east, for looks that see many targets at once
  CoarseTracks strips;
  std::vector<std::int32_t> strip_rows, strip_begin, strip_of;
  float strip_west_m = 0, strip_per_m = 0, strip_radius_m = 0;

  Assignment assignment;
  std::vector<std::int32_t> conflicts, group, group_next, group_head, group_rows, group_taken, pair_of_cell;
  std::vector<double> cost, miss_cost, unassigned_cost;
};

/// How many of the four components are measured.
constexpr int component_count(std::int32_t components) {
  return (components & 1) + (components >> 1 & 1) + (components >> 2 & 1) + (components >> 3 & 1);
}

/// Everything the steps share in one call of the stage.
struct GnnFrame {
  const TrackingContext& context;
  GnnState& state;
  Detections& detections;
  const Clock& clock;
  Tracks& tracks;
  Outcomes& outcomes;
};

/// Room for batches of so many pairs.
void allocate_pairs(GnnState& state, std::size_t capacity);

/// Finds the candidate pairs of detections [from, to) of one replication and sensor and appends them to the batch.
void gate_detections(GnnFrame& frame, std::int32_t sensor, std::int32_t replication, std::int32_t from,
                     std::int32_t to);
/// Finishes the batch if it has detections of the same track file of this replication.
void make_way(GnnFrame& frame, std::int32_t sensor, std::int32_t replication);
/// Whether this replication's track file wants none of the frame's bearings without elevation.
bool are_bearings_idle(const GnnFrame& frame, std::int32_t sensor, std::int32_t replication);

/// Takes the frame's false alarms: those that meet no track go to the plot memory, the others to `promoted`.
void sweep_alarms(GnnFrame& frame);

/// Filters, assigns and writes back the batch, starts tracks, and empties the batch.
void finish_batch(GnnFrame& frame);

/// Keeps counts and timing after a detection has updated a row.
void note_hit(GnnFrame& frame, std::int32_t row, std::int32_t detection);
/// Pairs a leftover plot with an earlier one and starts a track, or remembers it.
void take_leftover(GnnFrame& frame, std::int32_t detection);
/// Two plots of one object: a track, whose second detection is this row.
void start_from(GnnFrame& frame, const Plot& first, const Plot& second, std::int32_t replication, std::int32_t sensor,
                std::int32_t detection);
/// What a sensor's plots are paired by.
PlotReach plot_reach(const GnnFrame& frame, std::int32_t sensor);
/// Takes in the range rates of the tracks just started.
void refine_starts(GnnFrame& frame);
/// Counts misses where a look has not come, and deletes.
void scrutinise(GnnFrame& frame);
/// Writes a row of the coarse gate from its mean and covariance.
void set_coarse(GnnState& state, const Tracks& tracks, std::int32_t row, double frame_s);
/// How the coarse gate's circles follow from estimates.
CoarseRule coarse_rule(const GnnState& state, double frame_s);

}  // namespace pavise
