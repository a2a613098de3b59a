// Tracks: what the defenders believe is out there. A row is a track of a replication: row = replication * capacity +
// slot. Written by track and identify; read by command through a Picture, which leaves out `source`. Covariance is
// packed, lower triangle by rows: (0,0) (1,0) (1,1) (2,0) ... (5,5), 21 numbers; state x y z vx vy vz.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/core/registry.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/detections.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {

/// One property of a table whose rows are records: entry `row` lies kStride places behind the one before.
template <class T, std::size_t kStride>
class Field {
 public:
  Field() = default;
  explicit Field(T* first) : first_(first) {}
  T& operator[](std::size_t row) { return first_[row * kStride]; }
  const T& operator[](std::size_t row) const { return first_[row * kStride]; }

 private:
  T* first_ = nullptr;
};

/// A track's estimate is one record of four cache lines: mean, its time, and the packed covariance. An update touches
/// all of a few rows.
inline constexpr std::size_t kEstimateStride = 32, kTimeInEstimate = 6, kCovarianceInEstimate = 8;

/// covariance[k][row] is entry k of the packed triangle.
class PackedCovariances {
 public:
  using Entry = Field<double, kEstimateStride>;

  PackedCovariances() = default;
  explicit PackedCovariances(double* first) : first_(first) {}
  double* row(std::size_t row) { return first_ + row * kEstimateStride; }
  const double* row(std::size_t row) const { return first_ + row * kEstimateStride; }
  Entry operator[](std::size_t k) { return Entry(first_ + k); }
  const Entry operator[](std::size_t k) const { return Entry(first_ + k); }

 private:
  double* first_ = nullptr;
};

enum class TrackState : std::int32_t { none = 0, tentative = 1, confirmed = 2 };

struct Tracks {
  template <class T>
  using Book = Field<T, 64 / sizeof(T)>;  // of a record of one cache line

  Tracks() = default;
  Tracks(const Tracks&) = delete;  // fields point into the columns at the end
  Tracks& operator=(const Tracks&) = delete;

  std::int32_t replications = 0;
  std::int32_t capacity = 0;         // slots per replication
  std::int32_t files = 1;            // track files; a track belongs to one
  Column<std::int32_t> used;         // per replication: slots in use are [0, used) with possible holes (state none)
  Column<std::int32_t> next_number;  // per replication: serial number of the next track
  Column<std::int32_t> overflowed;   // per replication: tracks that found no slot (must stay 0; counted, not hidden)

  Column<std::int32_t> state;  // TrackState
  Column<double> scrutiny_s;   // a miss is counted here unless a detection comes before
  Book<std::int32_t> number;   // serial number within the replication; identity of the track
  Book<std::int32_t> file;
  Book<std::int32_t> source;  // truth label: threat number that most recently updated it, -1 false. Not for command
  Book<std::int32_t> hits, scans, misses;  // of M-of-N and deletion
  Book<std::int32_t> identity;             // estimated identity, index into Model::identity_names
  Book<std::int32_t> drawn_for;            // source that the two draws below belong to; -2: none yet
  Book<double> identity_holds_s;           // while its source and its cameras stay, no look changes it before
  Book<double> started_s, updated_s;
  Book<std::int64_t> touched_frame;  // frame of the last touch + 1; minus: in a share of it before
  Field<double, kEstimateStride> mean[6];
  Field<double, kEstimateStride> time_s;  // instant of mean and covariance
  PackedCovariances covariance;
  Column<double> confirmed_s;
  Column<double> optical_since_s;                 // first seen by an optical sensor; kNever_s
  Column<double> arrives_s;                       // estimated arrival; `truth` tracker: the true one
  Column<double> certainty_draw, confusion_draw;  // what identification keeps per track

  // rows that a detection or a confirmation touched in the present frame, each once; the tracker fills it, identify
  // reads
  std::int32_t touched_count = 0;
  Column<std::int32_t> touched;

  Column<double> estimates;    // records behind mean, time_s, covariance
  Column<std::int64_t> books;  // records behind number .. touched_frame

  std::int32_t row_of(std::int32_t replication, std::int32_t slot) const { return replication * capacity + slot; }
};

struct TrackingContext {
  const std::vector<Sensor>& sensors;
  const std::vector<ThreatClass>& classes;
  const IdentificationModel& identification;
  Draws draws;
  std::int32_t first_replication;
};

/// Scratch and private state of a tracker, one per World.
struct TrackerState {
  virtual ~TrackerState() = default;
};

struct TrackerKind {
  ComponentInfo info;
  std::unique_ptr<TrackerState> (*make_state)(const Parameters&, const TrackingContext&, const Threats&,
                                              std::size_t detection_capacity) = nullptr;
  /// Slots one replication may need at most.
  std::int32_t (*capacity)(const Parameters&, const TrackingContext&, std::int32_t threats_per_replication) = nullptr;
  /// Forgets everything (start of a block).
  void (*clear)(TrackerState&, Tracks&) = nullptr;
  /// Takes this frame's detections, and makes rows of the false alarms that it wants to look at (promote_alarm);
  /// afterwards every confirmed track's mean is at its own time_s <= now.
  void (*track)(const Parameters&, const TrackingContext&, TrackerState&, const Threats&, Detections&,
                const Clock&, Tracks&, Outcomes&) = nullptr;
};

void allocate(Tracks& tracks, std::int32_t replications, std::int32_t capacity, std::int32_t files);
void clear(Tracks& tracks);

/// Stage: estimated identity for every confirmed track that was updated in this frame.
void identify(const TrackingContext& context, const Threats& threats, const Detections& detections, const Clock& clock,
              Tracks& tracks, Outcomes& outcomes);

/// How sure its observers are of a confirmed track's identity, as of its last touch. `clock` gives frames their instants.
double certainty_of(const TrackingContext& context, const Clock& clock, const Tracks& tracks, std::int32_t row);

/// Notes that an optical sensor sees the track; the first time its identity is to be looked at anew.
inline void see_optically(Tracks& tracks, std::int32_t row, double time_s) {
  if (time_s >= tracks.optical_since_s[row]) return;
  tracks.optical_since_s[row] = time_s;
  tracks.identity_holds_s[row] = 0;
}

/// Marks a row as touched in this frame.
inline void touch(Tracks& tracks, std::int32_t row, const Clock& clock) {
  if (tracks.touched_frame[row] == clock.frame + 1) return;
  tracks.touched_frame[row] = clock.frame + 1;
  tracks.touched[tracks.touched_count++] = row;
}

/// Makes `row` a track that was just started: zero counts, no identity, the replication's next serial number.
void start_track(Tracks& tracks, std::int32_t row, std::int32_t file, std::int32_t source, double time_s);
/// Notes that a track has been confirmed: state, time, event, and its threat's first_tracked_s.
void confirm_track(const TrackingContext& context, Tracks& tracks, std::int32_t row, double time_s, Outcomes& outcomes);
/// Ends a track; a confirmed one leaves a `track_lost` event.
void end_track(Tracks& tracks, std::int32_t row, double time_s, Outcomes& outcomes);

/// Strikes the tracks of a threat off (all files): called when it has been assessed as killed.
void strike_off(Tracks& tracks, std::int32_t replication, std::int32_t source);

}  // namespace pavise
