// Inside of the trackers `imm` and `jpda`: one general, plain tracker. It filters by interacting models of
// estimation.hpp, one matrix at a time, and asks of every pair what it weighs; `gnn` is the fast one.
//
//   every false alarm of the frame becomes a detection                                         general_tracker.cpp
//   sensor after sensor, replication after replication, scan after scan (a pass of the beam, or the whole volume)
//     -> tracks near a plot are predicted to its time; pairs inside the gate get weights         general_gating.cpp
//     -> confirmed tracks: optimal assignment, or joint probabilities; then tentative ones     general_association.cpp
//     -> plots left over start tentative tracks, one each; counts, misses, deletion               general_upkeep.cpp
//
// Everything happens inside one replication and one track file at a time, so who shares a block changes nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sensors/tracking/assignment.hpp"
#include "sensors/tracking/estimation.hpp"
#include "sensors/tracking/initiation.hpp"
#include "sensors/tracking/joint_association.hpp"
#include "sensors/tracking/track_files.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

/// How the tracker works; the registered kinds make it from their parameters.
struct GeneralSettings {
  InitiationRule rule;
  bool is_joint = false;  // joint probabilities for confirmed tracks; one model only
  int model_count = 1;
  ProcessModel models[kMostModels];
  double initial_probability[kMostModels] = {1};
  double transition[kMostModels][kMostModels] = {{1}};  // [i][j], to j from i, per scan; unless:
  double switch_time_s = 0;  // > 0: a model gives way to another at this rate, whatever the time between scans
  // one model only: a faster and higher track falls freely, as the tracker gnn has it
  double ballistic_speed_mps = 1e300, ballistic_altitude_m = 0, ballistic_density_m2_s3 = 1000;
  double gate_probability = 0.999;
  double detection_probability = 0.9, clutter_density = 1e-5;  // where a sensor does not say
  double initial_speed_sigma_mps = 250;                        // of a track that was seen once, per axis
  bool has_drag = false;                                       // seventh state; needed by models of the law drag
  double initial_drag_m2_kg = 2e-4, initial_drag_sigma_m2_kg = 2e-4;
  double largest_sigma_m = 5000, longest_coast_s = 60;  // a coasting track is deleted beyond either
  double angle_update_period_s = 1;                     // bearings update a track this often
};

/// What the tracker knows of a sensor. A kind that sees its whole volume at one instant has the parameter first_scan,
/// and says what its volume, its detection probability and its clutter are; others look at each target by itself.
struct SensorView {
  bool is_snapshot = false;
  double first_scan_s = 0, period_s = 0;
  double range_min_m = 0, range_max_m = 0, azimuth_from_rad = 0, azimuth_span_rad = 0;
  double elevation_min_rad = 0, elevation_max_rad = 0;
  double detection_probability = 0, clutter_density = 0;  // 1/(m rad^2)
  double false_alarms_per_s = 0;
  double update_s = 0, longest_s = 0;  // between looks at one target: usual, and while searching
  double way_s = 0, longest_way_s = 0;  // from a measurement to its track file
};

struct GeneralState final : TrackerState, TrackFiles {
  GeneralSettings settings;
  double threshold[5] = {}, reach[5] = {};  // by number of components: chi-square gate and its root
  std::int32_t replications = 0;
  double view_frame_s = -1;
  std::vector<SensorView> views;  // [sensor]

  // per row, beside Tracks
  std::vector<Gaussian> states;     // [row * models + model]
  std::vector<double> probability;  // the same
  std::vector<double> period_s, angle_updated_s;
  std::vector<std::int64_t> scan_count;  // [sensor]: snapshots done

  // the frame's detections of one sensor by replication
  struct Entry {
    std::int32_t row, pass;
  };
  struct AlarmRows {
    std::int32_t sensor, replication, begin, end;
  };
  std::vector<AlarmRows> alarm_rows;
  std::vector<std::int32_t> entry_begin;
  std::vector<Entry> entries;

  // one scan of one replication
  struct Place {
    Vec3 position_m;
    double reach_m;
  };
  struct Pair {
    std::int32_t cluster, track, plot;  // indices into scan_rows and plots
    double log_weight;
  };
  std::vector<std::int32_t> plots, bearings;                // rows of Detections
  std::vector<Place> places;                                // of plots
  std::vector<std::int32_t> scan_rows;                      // tracks that take part
  std::vector<std::uint8_t> is_hit, is_in_volume, is_used;  // [track], [track], [plot]
  std::vector<double> predicted_s, predicted_probability;   // [track], [track * models + model]
  std::vector<Gaussian> predicted;                          // [track * models + model]
  std::vector<Pair> pairs, stage;
  std::vector<std::int32_t> label, owner, local_track, local_plot, cluster_tracks, cluster_plots;
  std::vector<double> cost, miss_cost, unassigned_cost, weight, miss_weight, part_weight;
  std::vector<Gaussian> parts;
  Assignment assignment;
  JointAssociation joint;
};

/// What the steps share in one call of the stage.
struct GeneralFrame {
  const TrackingContext& context;
  GeneralState& state;
  Detections& detections;
  const Clock& clock;
  Tracks& tracks;
  Outcomes& outcomes;
};

/// A scan of one replication: `time_s` of a snapshot, NaN for a pass of looks with times of their own.
struct GeneralScan {
  std::int32_t sensor, replication;
  double time_s;
};

/// Slots per replication, and the tracker's state: for a caller that has settings and no parameters of a kind. A state
/// is worked by the `track` of either kind.
std::int32_t general_capacity(const GeneralSettings& settings, const TrackingContext& context,
                              std::int32_t threats_per_replication);
std::unique_ptr<TrackerState> make_general_state(const GeneralSettings& settings, const TrackingContext& context,
                                                 const Threats& threats, std::size_t detection_capacity);
/// A track's estimate at a time, by its models without mixing.
Gaussian predicted_estimate(const TrackerState& state, const Tracks& tracks, std::int32_t row, double time_s);

/// Parameters as estimation.hpp wants them.
Measurement measurement_of(const Detections& detections, std::int32_t i, const Vec3& antenna_m);
/// Mixes and predicts a row's models to time_s.
void predict_row(const GeneralState& state, const Tracks& tracks, std::int32_t row, double time_s, Gaussian* predicted,
                 double* predicted_probability);
/// Predicts a track of the scan, unless it stands predicted to that time.
void predict_track(GeneralFrame& frame, std::int32_t track, double time_s);
/// Makes models and probabilities the row's estimate at time_s.
void store_estimate(GeneralFrame& frame, std::int32_t row, const Gaussian* states, const double* probability,
                    double time_s);

/// Finds the scan's tracks, predicts them, and lists the pairs inside the gate.
void gate_scan(GeneralFrame& frame, const GeneralScan& scan);
/// Chooses measurements for confirmed tracks, then for tentative ones, and updates them.
void associate_scan(GeneralFrame& frame, const GeneralScan& scan);
/// Starts tracks from plots left over, takes bearings, counts a snapshot's misses.
void finish_scan(GeneralFrame& frame, const GeneralScan& scan);
/// Keeps counts and label after detection `i` has updated a row.
void note_hit(GeneralFrame& frame, std::int32_t row, std::int32_t i);
/// Counts looks that have not come, and deletes.
void count_missed_looks(GeneralFrame& frame);

}  // namespace pavise
