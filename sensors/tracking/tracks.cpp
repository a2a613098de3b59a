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
  for (Column<std::int32_t>* c : {&tracks.state, &tracks.number, &tracks.file, &tracks.source, &tracks.hits,
                                  &tracks.scans, &tracks.misses, &tracks.identity, &tracks.drawn_for, &tracks.touched})
    c->allocate(rows);
  for (Column<double>* c :
       {&tracks.certainty, &tracks.time_s, &tracks.started_s, &tracks.confirmed_s, &tracks.updated_s,
        &tracks.optical_since_s, &tracks.scrutiny_s, &tracks.arrives_s, &tracks.certainty_draw, &tracks.confusion_draw})
    c->allocate(rows);
  for (Column<double>& c : tracks.mean) c.allocate(rows);
  tracks.covariance.allocate(rows);
  tracks.touched_frame.allocate(rows);
  clear(tracks);
}

void clear(Tracks& tracks) {
  for (Column<std::int32_t>* c : {&tracks.used, &tracks.next_number, &tracks.overflowed, &tracks.state, &tracks.file,
                                  &tracks.hits, &tracks.scans, &tracks.misses})
    c->fill(0);
  tracks.number.fill(-1);
  tracks.source.fill(-1);
  tracks.identity.fill(-1);
  tracks.drawn_for.fill(-2);
  tracks.certainty.fill(0);
  for (Column<double>* c :
       {&tracks.time_s, &tracks.started_s, &tracks.updated_s, &tracks.certainty_draw, &tracks.confusion_draw})
    c->fill(0);
  for (Column<double>* c : {&tracks.confirmed_s, &tracks.optical_since_s, &tracks.scrutiny_s, &tracks.arrives_s})
    c->fill(kNever_s);
  for (Column<double>& c : tracks.mean) c.fill(0);
  tracks.covariance.fill(0);
  tracks.touched_count = 0;
  tracks.touched_frame.fill(0);
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
  tracks.certainty[row] = 0;
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
