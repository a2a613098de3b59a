#include "sensors/tracking/tracks.hpp"

#include <algorithm>
#include <cmath>

namespace pavise {

void allocate(Tracks& tracks, std::int32_t replications, std::int32_t capacity, std::int32_t files) {
  tracks.replications = replications;
  tracks.capacity = capacity;
  tracks.files = files;
  const std::size_t rows = std::size_t(replications) * std::size_t(capacity);
  for (Column<std::int32_t>* c : {&tracks.used, &tracks.next_number, &tracks.overflowed})
    c->allocate(std::size_t(replications));
  for (Column<std::int32_t>* c : {&tracks.state, &tracks.touched}) c->allocate(rows);
  for (Column<double>* c : {&tracks.confirmed_s, &tracks.optical_since_s, &tracks.scrutiny_s, &tracks.arrives_s,
                            &tracks.certainty_draw, &tracks.confusion_draw})
    c->allocate(rows);

  tracks.estimates.allocate(rows * kEstimateStride);
  double* estimate = tracks.estimates.data();
  for (int n = 0; n < 6; ++n) tracks.mean[n] = Field<double, kEstimateStride>(estimate + n);
  tracks.time_s = Field<double, kEstimateStride>(estimate + kTimeInEstimate);
  tracks.covariance = PackedCovariances(estimate + kCovarianceInEstimate);

  // eight numbers of 32 bits, then four of 64
  tracks.books.allocate(rows * 8);
  auto* whole = reinterpret_cast<std::int32_t*>(tracks.books.data());
  auto* real = reinterpret_cast<double*>(tracks.books.data());
  for (Tracks::Book<std::int32_t>* field : {&tracks.number, &tracks.file, &tracks.source, &tracks.hits, &tracks.scans,
                                            &tracks.misses, &tracks.identity, &tracks.drawn_for})
    *field = Tracks::Book<std::int32_t>(whole++);
  real += 4;
  for (Tracks::Book<double>* field : {&tracks.identity_holds_s, &tracks.started_s, &tracks.updated_s})
    *field = Tracks::Book<double>(real++);
  tracks.touched_frame = Tracks::Book<std::int64_t>(tracks.books.data() + 7);
  clear(tracks);
}

void clear(Tracks& tracks) {
  for (Column<std::int32_t>* c : {&tracks.used, &tracks.next_number, &tracks.overflowed, &tracks.state}) c->fill(0);
  for (Column<double>* c : {&tracks.certainty_draw, &tracks.confusion_draw}) c->fill(0);
  for (Column<double>* c : {&tracks.confirmed_s, &tracks.optical_since_s, &tracks.scrutiny_s, &tracks.arrives_s})
    c->fill(kNever_s);
  tracks.estimates.fill(0);
  tracks.books.fill(0);
  for (std::size_t row = 0; row < tracks.state.rows(); ++row) {
    tracks.number[row] = tracks.source[row] = tracks.identity[row] = -1;
    tracks.drawn_for[row] = -2;
  }
  tracks.touched_count = 0;
}

void start_track(Tracks& tracks, std::int32_t row, std::int32_t file, std::int32_t source, double time_s) {
  const std::int32_t replication = row / tracks.capacity, slot = row % tracks.capacity;
  tracks.used[replication] = std::max(tracks.used[replication], slot + 1);
  tracks.state[row] = std::int32_t(TrackState::tentative);
  tracks.number[row] = tracks.next_number[replication]++;
  tracks.file[row] = file;
  tracks.source[row] = source;
  tracks.hits[row] = tracks.scans[row] = tracks.misses[row] = 0;
  tracks.identity[row] = -1;
  tracks.identity_holds_s[row] = 0;
  tracks.drawn_for[row] = -2;
  tracks.started_s[row] = tracks.updated_s[row] = tracks.time_s[row] = time_s;
  tracks.confirmed_s[row] = tracks.optical_since_s[row] = tracks.scrutiny_s[row] = tracks.arrives_s[row] = kNever_s;
}

void confirm_track(const TrackingContext& context, Tracks& tracks, std::int32_t row, double time_s,
                   Outcomes& outcomes) {
  const std::int32_t replication = row / tracks.capacity, source = tracks.source[row];
  tracks.state[row] = std::int32_t(TrackState::confirmed);
  tracks.confirmed_s[row] = time_s;
  tracks.misses[row] = 0;
  // a cue's track file is a picture that nobody engages from: it does not count as tracked
  bool guides = context.sensors.empty();
  for (const Sensor& sensor : context.sensors)
    guides = guides || (sensor.guides && sensor.track_file == tracks.file[row]);
  if (!guides) return;
  if (source >= 0) {
    double& first =
        outcomes.threats.first_tracked_s[std::size_t(replication) * std::size_t(outcomes.threats_per_replication) +
                                         std::size_t(source)];
    if (std::isnan(first)) first = time_s;
  }
  record_event(outcomes, replication,
               {time_s, EventKind::tracked, EntityKind::track, tracks.number[row],
                source >= 0 ? EntityKind::threat : EntityKind::none, source, -1, double(tracks.file[row])});
}

void end_track(Tracks& tracks, std::int32_t row, double time_s, Outcomes& outcomes) {
  const std::int32_t source = tracks.source[row];
  if (tracks.state[row] == std::int32_t(TrackState::confirmed))
    record_event(outcomes, row / tracks.capacity,
                 {time_s, EventKind::track_lost, EntityKind::track, tracks.number[row],
                  source >= 0 ? EntityKind::threat : EntityKind::none, source, -1, double(tracks.file[row])});
  tracks.state[row] = std::int32_t(TrackState::none);
}

void strike_off(Tracks& tracks, std::int32_t replication, std::int32_t source) {
  const std::int32_t begin = tracks.row_of(replication, 0), end = begin + tracks.used[replication];
  for (std::int32_t row = begin; row < end; ++row)
    if (tracks.source[row] == source) tracks.state[row] = std::int32_t(TrackState::none);
}

}  // namespace pavise
