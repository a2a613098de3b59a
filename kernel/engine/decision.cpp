// From tracks to orders: the picture of each replication, its options, its policy's choice, admission and launch.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "kernel/engine/tables.hpp"

namespace pavise {
namespace {

/// The rules that kernel/command cannot see: whose tracks a unit takes, and what the engagement clock allows.
bool may_order_here(const void* self, std::int32_t lane, std::int32_t station, std::int32_t track) {
  const auto& w = *static_cast<const World::Tables*>(self);
  const std::int32_t unit = w.model.armament.stations[std::size_t(station)].fire_unit;
  const std::int32_t file = w.tracks.file[std::size_t(track)];
  if (!w.unit_takes_file[std::size_t(unit * w.tracks.files + file)]) return false;
  return may_order(w.engagement, *w.engagements, w.tracks, lane, station, track);
}

void fill_status(World::Tables& w, std::int32_t lane) {
  const FireUnits& units = w.engagements->fire_units;
  w.picture.pool_free.resize(w.command.pool_channels.size());
  for (std::size_t pool = 0; pool < w.command.pool_channels.size(); ++pool)
    w.picture.pool_free[pool] =
        w.command.pool_channels[pool] - units.channels_busy[std::size_t(lane) * std::size_t(units.pools) + pool];
  const std::size_t stations = w.command.stations.size();
  w.station_status.resize(stations);
  for (std::size_t s = 0; s < stations; ++s) {
    const std::size_t at = std::size_t(lane) * stations + s;
    w.station_status[s] = {units.ready[at], units.store[at],
                           w.picture.pool_free[std::size_t(w.command.stations[s].pool)]};
  }
  w.picture.stations = w.station_status;
}

void fill_track_status(World::Tables& w, std::int32_t lane) {
  const std::size_t count = w.picture_tracks.size();
  w.picture.engaged.resize(count);
  w.picture.ordered.resize(count);
  w.picture.unit_engages.assign(w.command.fire_unit_names.size() * count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    PictureTrack& track = w.picture_tracks[i];
    track.certainty = certainty_of(w.tracking, w.clock, w.tracks, track.track);
    w.picture.engaged[i] = track.engagements;
    w.picture.ordered[i] = orders_so_far(*w.engagements, w.tracks, lane, track.track);
  }
}

void take_orders(World::Tables& w, std::int32_t lane) {
  for (const Picture::Given& given : w.picture.given) {
    const Option& option = w.options[std::size_t(given.option)];
    const PictureTrack& track = w.picture_tracks[std::size_t(option.index)];
    w.orders.push_back({.replication = lane,
                        .station = option.station,
                        .track = track.track,
                        .rounds = given.rounds,
                        .position_m = track.position_m,
                        .velocity_mps = track.velocity_mps,
                        .arrives_s = track.arrives_s,
                        .pk = option.pk});
  }
}

}  // namespace

void list_tracks(const World::Tables& w, std::int32_t lane, std::vector<std::uint64_t>& rows) {
  constexpr std::int32_t kSlotsAhead = 4;
  rows.clear();
  const std::size_t begin = std::size_t(w.tracks.row_of(lane, 0)), end = begin + std::size_t(w.tracks.used[lane]);
  for (std::size_t row = begin; row < end; ++row) {
    if (row + kSlotsAhead < end) __builtin_prefetch(&w.tracks.number[row + kSlotsAhead]);
    if (w.tracks.state[row] != std::int32_t(TrackState::confirmed)) continue;
    if (!w.file_is_engageable[std::size_t(w.tracks.file[row])]) continue;
    // what fill_picture and find_options will read
    __builtin_prefetch(w.tracks.covariance.row(row));
    __builtin_prefetch(&w.tracks.mean[0][row]);
    __builtin_prefetch(&w.tracks.arrives_s[row]);
    prefetch(w.option_memory, row);
    rows.push_back(std::uint64_t(w.tracks.number[row]) << 32 | row);
  }
  // slots are reused, so numbers are not in slot order
  std::sort(rows.begin(), rows.end());
}

void fill_picture(World::Tables& w, std::int32_t lane, std::span<const std::uint64_t> rows) {
  const double now_s = w.clock.now_s();
  w.picture_tracks.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = std::uint32_t(rows[i]);
    const double tau = now_s - w.tracks.time_s[row];
    PictureTrack& track = w.picture_tracks[i];
    track.track = std::int32_t(row);
    track.number = w.tracks.number[row];
    track.velocity_mps = {w.tracks.mean[3][row], w.tracks.mean[4][row], w.tracks.mean[5][row]};
    track.position_m = Vec3{w.tracks.mean[0][row], w.tracks.mean[1][row], w.tracks.mean[2][row]} + tau * track.velocity_mps;
    const double variance =
        std::max(w.tracks.covariance[0][row], std::max(w.tracks.covariance[2][row], w.tracks.covariance[5][row]));
    track.sigma_position_m = std::sqrt(variance);
    track.identity = w.tracks.identity[row];
    track.age_s = now_s - w.tracks.started_s[row];
    track.arrives_s = w.tracks.arrives_s[row];
    track.engagements = open_engagements(*w.engagements, w.tracks, lane, std::int32_t(row));
  }
}

void fill_picture(World::Tables& w, std::int32_t lane) {
  list_tracks(w, lane, w.picture_rows);
  fill_picture(w, lane, w.picture_rows);
}

void judge_files(World::Tables& w) {
  if (w.model.network_outages.empty()) return;
  const bool is_down = holds(w.model.network_outages, w.clock.now_s());
  for (std::size_t file = 0; file < w.file_guides.size(); ++file) {
    const bool is_local = w.model.is_local_file[file] != 0;
    // files that neither need the network nor stand in for it are always taken
    w.file_is_engageable[file] = w.file_guides[file] && (is_local ? is_down : file != 0 || !is_down);
  }
}

void decide(World::Tables& w) {
  using Watch = std::chrono::steady_clock;
  if (w.command.stations.empty()) return;
  const double now_s = w.clock.now_s();
  w.orders.clear();
  judge_files(w);
  // a replication's tracks are on their way from memory while the one before decides
  const auto list_from = [&w](std::int32_t lane) {
    while (lane < w.active && w.has_ended[std::size_t(lane)]) ++lane;
    if (lane < w.active) list_tracks(w, lane, w.next_picture_rows);
    return lane;
  };
  for (std::int32_t lane = list_from(0), next; lane < w.active; lane = next) {
    w.picture_rows.swap(w.next_picture_rows);
    next = list_from(lane + 1);
    if (w.picture_rows.empty()) continue;
    fill_picture(w, lane, w.picture_rows);
    evaluate(w.command, now_s, w.picture_tracks);
    fill_status(w, lane);
    w.options.clear();
    const FireUnits& units = w.engagements->fire_units;
    const std::size_t stations = w.command.stations.size();
    find_options(w.command, w.model.armament, lane, now_s, w.picture_tracks, w.station_status,
                 {units.next_launch_s.data() + std::size_t(lane) * stations, stations}, {&may_order_here, &w},
                 w.option_memory, w.options);
    if (w.options.empty()) continue;

    w.picture.now_s = now_s;
    w.picture.replication = w.sensing.first_replication + std::uint32_t(lane);
    w.picture.tracks = w.picture_tracks;
    w.picture.options = w.options;
    w.picture.given.clear();
    fill_track_status(w, lane);
    const auto start = Watch::now();
    w.policy->decide(w.picture);
    w.decision_times.add(double(std::chrono::duration_cast<std::chrono::nanoseconds>(Watch::now() - start).count()));
    take_orders(w, lane);
  }
  if (!w.orders.empty())
    launch(w.engagement, w.clock, w.orders, w.threats, w.sensors, w.tracks, *w.engagements, w.outcomes);
}

void DecisionTimes::add(double nanoseconds) {
  const double octave = std::log2(std::max(nanoseconds, 1.0));
  counts[std::min(kBuckets - 1, int(octave * 8))] += 1;
}

void DecisionTimes::add(const DecisionTimes& other) {
  for (int i = 0; i < kBuckets; ++i) counts[i] += other.counts[i];
}

double DecisionTimes::quantile_us(double level) const {
  std::int64_t total = 0, below = 0;
  for (std::int64_t count : counts) total += count;
  if (total == 0) return 0;
  for (int i = 0; i < kBuckets; ++i) {
    below += counts[i];
    if (double(below) >= level * double(total)) return std::exp2((i + 1) / 8.0) / 1000;
  }
  return 0;
}

}  // namespace pavise
