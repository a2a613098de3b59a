// The end of a replication, and recorded positions.
#include <algorithm>
#include <cmath>
#include <limits>

#include "interceptors/engagement_state.hpp"
#include "kernel/engine/tables.hpp"

namespace pavise {
namespace {

void append_trail(Trails& trails, std::int32_t lane, std::int32_t kind, std::int32_t entity, double time_s,
                  const State& state, double sigma_m) {
  std::int32_t& count = trails.count[std::size_t(lane)];
  if (std::size_t(count) >= trails.capacity_per_replication) {
    ++trails.dropped[std::size_t(lane)];
    return;
  }
  const std::size_t row = std::size_t(lane) * trails.capacity_per_replication + std::size_t(count++);
  trails.entity_kind[row] = kind;
  trails.entity[row] = entity;
  trails.time_s[row] = time_s;
  trails.x_m[row] = float(state.position_m.x);
  trails.y_m[row] = float(state.position_m.y);
  trails.z_m[row] = float(state.position_m.z);
  trails.vx_mps[row] = float(state.velocity_mps.x);
  trails.vy_mps[row] = float(state.velocity_mps.y);
  trails.vz_mps[row] = float(state.velocity_mps.z);
  trails.sigma_m[row] = float(sigma_m);
}

constexpr std::int32_t kTrailThreat = 0, kTrailInterceptor = 1, kTrailEstimate = 2;

/// Frames k with begin_s <= k frame_s <= end_s.
std::int64_t frames_between(double begin_s, double end_s, double frame_s) {
  if (!(end_s >= begin_s)) return 0;
  return std::int64_t(std::floor(end_s / frame_s)) - std::int64_t(std::ceil(begin_s / frame_s)) + 1;
}

/// The frames that each moving object of a lane lived: threats, and rounds that fly.
std::int64_t count_entity_updates(const World::Tables& w, std::int32_t lane, double now_s) {
  const double frame_s = w.clock.frame_s();
  std::int64_t updates = 0;
  for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
    const std::size_t row = std::size_t(lane) * std::size_t(w.threats.per_replication) + std::size_t(number);
    updates += frames_between(w.threats.appears_s[row], std::min(w.threats.ended_s[row], now_s), frame_s);
  }
  const Shots& shots = w.outcomes.shots;
  for (std::int32_t i = 0; i < shots.count[std::size_t(lane)]; ++i) {
    const std::size_t row = std::size_t(lane) * shots.capacity_per_replication + std::size_t(i);
    const Weapon& weapon = w.model.armament.weapons[std::size_t(shots.weapon[row])];
    if (weapon.effect == Effect::jammer) continue;
    const double end_s = std::isfinite(shots.end_s[row]) ? shots.end_s[row] : now_s;
    updates += frames_between(shots.launch_s[row], end_s, frame_s);
  }
  return updates;
}

/// Whether nothing will happen to a threat any more: it has ended, and nobody sees its ghost.
bool is_finished(const Threats& threats, std::size_t row, double now_s) {
  return threats.ended_s[row] <= now_s &&
         (threats.visible_until_s[row] <= now_s || threats.arrives_s[row] <= now_s);
}

void end_lane(World::Tables& w, std::int32_t lane, ReplicationResult result) {
  const double now_s = w.clock.now_s();
  const std::size_t k = std::size_t(lane);
  w.outcomes.end_s[k] = now_s;
  w.outcomes.result[k] = std::int32_t(result);
  for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
    const std::size_t row = k * std::size_t(w.threats.per_replication) + std::size_t(number);
    if (w.outcomes.threats.result[row] != std::int32_t(ThreatResult::airborne)) continue;
    const Vec3 at = state_at(w.threats, row, now_s).position_m;
    w.outcomes.threats.end_s[row] = now_s;
    w.outcomes.threats.x_m[row] = at.x;
    w.outcomes.threats.y_m[row] = at.y;
    w.outcomes.threats.z_m[row] = at.z;
  }
  w.outcomes.entity_updates[k] = count_entity_updates(w, lane, now_s);

  // an ended lane costs nothing: no rows that do something, no tracks, no looks, no false alarms
  w.has_ended[k] = 1;
  --w.running;
  for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
    const std::size_t row = k * std::size_t(w.threats.per_replication) + std::size_t(number);
    w.threats.piece_end_s[row] = kNever_s;
    w.threats.visible_until_s[row] = std::min(w.threats.visible_until_s[row], now_s);
    for (Column<double>& next : w.sensors.next_look_s) next[row] = kNever_s;
  }
  for (Column<double>& next : w.sensors.next_scan_s)
    if (next.rows() > k) next[k] = kNever_s;
  w.delivery.is_over[k] = 1;
  for (std::int32_t slot = 0; slot < w.tracks.used[k]; ++slot)
    w.tracks.state[std::size_t(w.tracks.row_of(lane, slot))] = std::int32_t(TrackState::none);
  w.tracks.used[k] = 0;
}

}  // namespace

void end_replications(World::Tables& w) {
  const double now_s = w.clock.now_s();
  const double limit_s = w.model.end_s > 0 ? w.model.end_s : 1e5;
  const bool is_time_over = now_s >= limit_s;
  for (std::int32_t lane = 0; lane < w.active; ++lane) {
    const std::size_t k = std::size_t(lane);
    if (w.has_ended[k]) continue;
    std::int32_t& number = w.first_unfinished[k];
    const std::size_t first = k * std::size_t(w.threats.per_replication);
    while (number < w.threats.per_replication && is_finished(w.threats, first + std::size_t(number), now_s)) ++number;
    if (number == w.threats.per_replication && !is_busy(*w.engagements, lane))
      end_lane(w, lane, ReplicationResult::complete);
    else if (is_time_over)
      end_lane(w, lane, ReplicationResult::time_limit);
  }
}

void record_trails(World::Tables& w) {
  if (w.settings.record != RecordLevel::full) return;
  const double now_s = w.clock.now_s();
  if (now_s < w.next_trail_s) return;
  w.next_trail_s += w.model.trail_period_s;
  for (std::int32_t lane = 0; lane < w.active; ++lane) {
    if (w.has_ended[std::size_t(lane)]) continue;
    for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
      const std::size_t row = std::size_t(lane) * std::size_t(w.threats.per_replication) + std::size_t(number);
      if (w.threats.appears_s[row] > now_s || w.threats.ended_s[row] <= now_s) continue;
      append_trail(w.outcomes.trails, lane, kTrailThreat, number, now_s, state_at(w.threats, row, now_s), NAN);
    }
  }
  visit_rounds(
      *w.engagements, now_s,
      [](void* self, std::int32_t lane, std::int32_t shot, const State& state) {
        auto& tables = *static_cast<World::Tables*>(self);
        if (tables.has_ended[std::size_t(lane)]) return;
        append_trail(tables.outcomes.trails, lane, kTrailInterceptor, shot, tables.clock.now_s(), state, NAN);
      },
      &w);
  for (std::int32_t lane = 0; lane < w.active; ++lane) {
    if (w.has_ended[std::size_t(lane)]) continue;
    fill_picture(w, lane);
    for (const PictureTrack& track : w.picture_tracks)
      append_trail(w.outcomes.trails, lane, kTrailEstimate, track.number, now_s,
                   {track.position_m, track.velocity_mps}, track.sigma_position_m);
  }
}

namespace {

/// A sensor that updates engaged threats faster counts the open orders of the units that it serves, and no others.
void check_engaged(const World::Tables& w, std::int32_t lane) {
  const EngagementState& state = *w.engagements->state;
  for (std::size_t s = 0; s < w.sensors.engaged.size(); ++s) {
    if (w.sensors.engaged[s].rows() == 0) continue;
    for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
      std::int32_t open = 0;
      for (std::int32_t slot = 0; slot < state.order_high[std::size_t(lane)]; ++slot) {
        const OpenOrder& order = state.orders_of(lane)[slot];
        if (!order.is_open || order.threat != number) continue;
        const auto& serving = w.model.armament.fire_units[std::size_t(order.unit)].sensors;
        open += std::int32_t(std::count(serving.begin(), serving.end(), std::int32_t(s)));
      }
      PAVISE_ASSERT(w.sensors.engaged[s][std::size_t(lane * w.threats.per_replication + number)] == open);
    }
  }
}

}  // namespace

void check_tables(const World::Tables& w) {
  const FireUnits& units = w.engagements->fire_units;
  for (std::int32_t lane = 0; lane < w.active; ++lane) {
    const std::size_t k = std::size_t(lane);
    for (std::size_t pool = 0; pool < w.command.pool_channels.size(); ++pool) {
      const std::int32_t busy = units.channels_busy[k * w.command.pool_channels.size() + pool];
      PAVISE_ASSERT(busy >= 0);
      PAVISE_ASSERT_LE(busy, w.command.pool_channels[pool]);
    }
    for (std::size_t s = 0; s < w.command.stations.size(); ++s) {
      const std::size_t at = k * w.command.stations.size() + s;
      PAVISE_ASSERT(units.ready[at] >= 0 && units.store[at] >= 0);
      PAVISE_ASSERT_LE(units.ready[at] + units.store[at], w.model.armament.stations[s].rounds);
    }
    check_engaged(w, lane);
    PAVISE_ASSERT_LE(std::size_t(w.outcomes.shots.count[k]), w.outcomes.shots.capacity_per_replication);
    PAVISE_ASSERT(w.tracks.overflowed[k] == 0);
    for (std::int32_t a = 0; a < w.tracks.used[k]; ++a) {
      const std::size_t row_a = std::size_t(w.tracks.row_of(lane, a));
      if (w.tracks.state[row_a] == std::int32_t(TrackState::none)) continue;
      PAVISE_ASSERT(w.tracks.number[row_a] < w.tracks.next_number[k]);
      for (std::int32_t b = 0; b < a; ++b) {
        const std::size_t row_b = std::size_t(w.tracks.row_of(lane, b));
        PAVISE_ASSERT(w.tracks.state[row_b] == std::int32_t(TrackState::none) ||
                      w.tracks.number[row_a] != w.tracks.number[row_b]);
      }
    }
    for (std::int32_t number = 0; number < w.threats.per_replication; ++number) {
      const std::size_t row = k * std::size_t(w.threats.per_replication) + std::size_t(number);
      const bool has_ended = w.threats.ended_s[row] <= w.clock.now_s();
      PAVISE_ASSERT(has_ended == (w.outcomes.threats.result[row] != std::int32_t(ThreatResult::airborne)) ||
                    w.has_ended[k]);
    }
  }
  PAVISE_ASSERT_LE(std::size_t(w.detections.count), w.detections.time_s.rows());
}

}  // namespace pavise
