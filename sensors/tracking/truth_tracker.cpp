// The ideal tracker: what has been detected once is known exactly, until it is struck off or arrives.
#include <algorithm>
#include <cmath>

#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

/// The rows that are in the picture or on their way into it, so that a frame costs nothing for the others.
struct TruthState final : TrackerState {
  Column<std::int32_t> rows;  // slot = threat number, so a row of Tracks is a row of Threats
  Column<double> enters_s;    // [row] when its first detection reaches the picture; kNever_s
  std::int32_t count = 0;
};

std::unique_ptr<TrackerState> make_state(const Parameters&, const TrackingContext&, const Threats& threats,
                                         std::size_t) {
  auto state = std::make_unique<TruthState>();
  state->rows.allocate(std::size_t(threats.rows));
  state->enters_s.allocate(std::size_t(threats.rows));
  state->enters_s.fill(kNever_s);
  return state;
}

std::int32_t capacity(const Parameters&, const TrackingContext&, std::int32_t threats_per_replication) {
  return threats_per_replication;
}

void clear(TrackerState& base, Tracks& tracks) {
  auto& state = static_cast<TruthState&>(base);
  state.count = 0;
  state.enters_s.fill(kNever_s);
  clear(tracks);
}

/// A track's threat as it is now.
void copy_truth(const Threats& threats, std::int32_t row, double now_s, Tracks& tracks) {
  const State truth = state_at(threats, std::size_t(row), now_s);
  tracks.mean[0][row] = truth.position_m.x;
  tracks.mean[1][row] = truth.position_m.y;
  tracks.mean[2][row] = truth.position_m.z;
  tracks.mean[3][row] = truth.velocity_mps.x;
  tracks.mean[4][row] = truth.velocity_mps.y;
  tracks.mean[5][row] = truth.velocity_mps.z;
  tracks.time_s[row] = now_s;
  tracks.arrives_s[row] = threats.arrives_s[row];
}

void track(const Parameters&, const TrackingContext& context, TrackerState& base, const Threats& threats,
           Detections& detections, const Clock& clock, Tracks& tracks, Outcomes& outcomes) {
  auto& state = static_cast<TruthState&>(base);
  PAVISE_ASSERT(tracks.capacity == threats.per_replication);
  const double now_s = clock.now_s();
  tracks.touched_count = 0;

  for (std::int32_t i = 0; i < detections.count; ++i) {
    if (detections.source[i] < 0) continue;  // a false alarm
    const std::int32_t row = tracks.row_of(detections.replication[i], detections.source[i]);
    const Sensor& sensor = context.sensors[std::size_t(detections.sensor[i])];
    if (tracks.state[row] != std::int32_t(TrackState::none)) {
      if (sensor.guides) tracks.file[row] = sensor.track_file;
    } else if (tracks.number[row] >= 0) {
      continue;  // struck off: nobody takes it up again
    } else if (state.enters_s[row] == kNever_s) {
      state.rows[state.count++] = row;
      state.enters_s[row] = detections.time_s[i] + sensor.latency_s;
      tracks.file[row] = sensor.track_file;
    } else {
      state.enters_s[row] = std::min(state.enters_s[row], detections.time_s[i] + sensor.latency_s);
      if (sensor.guides) tracks.file[row] = sensor.track_file;
    }
    if (tracks.state[row] != std::int32_t(TrackState::none)) {
      tracks.updated_s[row] = now_s;
      if ((detections.components[i] & (kMeasuresRange | kMeasuresElevation)) == kMeasuresElevation)
        see_optically(tracks, row, detections.time_s[i]);
      touch(tracks, row, clock);
    }
  }

  for (std::int32_t i = 0; i < state.count;) {
    const std::int32_t row = state.rows[i];
    const bool was_in_picture = tracks.number[row] >= 0;
    if (threats.arrives_s[row] <= now_s || threats.visible_until_s[row] <= now_s) {
      if (tracks.state[row] != std::int32_t(TrackState::none)) end_track(tracks, row, now_s, outcomes);
    } else if (!was_in_picture && state.enters_s[row] <= now_s) {
      start_track(tracks, row, tracks.file[row], threats.number_of(row), now_s);
      tracks.number[row] = threats.number_of(row);  // ties between tracks are then ties between threats
      tracks.hits[row] = 1;
      confirm_track(context, tracks, row, now_s, outcomes);
      touch(tracks, row, clock);
    }
    const bool is_waiting =
        tracks.number[row] < 0 && threats.visible_until_s[row] > now_s && threats.arrives_s[row] > now_s;
    if (tracks.state[row] == std::int32_t(TrackState::none) && !is_waiting) {
      state.rows[i] = state.rows[--state.count];  // order carries no meaning: rows are independent
      continue;
    }
    if (!is_waiting) copy_truth(threats, row, now_s, tracks);
    ++i;
  }
}

const Registration<TrackerKind> registered{{
    .info = {.category = "tracker",
             .name = "truth",
             .summary = "What has been detected once is tracked exactly until it is struck off or arrives.",
             .source = "docs/models/tracking.md#truth",
             .parameters = {},
             .size_bytes = 0},
    .make_state = make_state,
    .capacity = capacity,
    .clear = clear,
    .track = track,
}};

}  // namespace
}  // namespace pavise
