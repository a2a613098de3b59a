// What happened. One row per threat of a replication, one row per round launched, and, if asked for, one row per event.
// Written through the functions below by every stage; read by the hash, the recording and the statistics.
#pragma once

#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {

enum class ThreatResult : std::int32_t { airborne = 0, killed = 1, leaked = 2, missed_asset = 3, failed = 4 };
enum class ShotResult : std::int32_t {
  in_flight = 0, hit = 1, miss = 2, no_detonation = 3, lost_guidance = 4, target_gone = 5, self_destruct = 6
};
enum class ReplicationResult : std::int32_t { complete = 0, time_limit = 1, policy_error = 2 };
enum class RecordLevel { summary, events, full };
enum class EventKind : std::int32_t {
  appeared = 0, detected = 1, tracked = 2, identified = 3, ordered = 4, launched = 5, intercept = 6, killed = 7,
  soft_killed = 8, assessed_killed = 9, assessed_alive = 10, arrived = 11, failed = 12, damaged = 13, reload_done = 14,
  order_refused = 15, track_lost = 16, dwell_ended = 17, exhausted = 18
};
enum class EntityKind : std::int32_t { none = 0, threat = 1, sensor = 2, fire_unit = 3, station = 4, asset = 5, track = 6 };

/// One row per threat: row = replication * threats_per_replication + number.
struct ThreatOutcomes {
  Column<std::int32_t> result;        // ThreatResult
  Column<std::int32_t> asset;         // aimed at, -1 none
  Column<std::int32_t> shots;         // rounds launched at it (bursts and dwells count one each)
  Column<std::int32_t> killer_shot;   // row in this replication's shots, -1: none
  Column<std::int32_t> killer_station;  // -1: none
  Column<double> end_s, x_m, y_m, z_m;  // end of the threat
  Column<double> first_detected_s, first_tracked_s, first_engaged_s;  // NaN: never
};

/// One row per round launched (a gun's burst, a jammer's dwell), per replication: row = replication * capacity + i.
struct Shots {
  std::size_t capacity_per_replication = 0;
  Column<std::int32_t> count;  // per replication
  Column<std::int32_t> fire_unit, station, channel, weapon, threat, salvo, result, order;
  Column<std::int32_t> rounds;  // magazine rounds spent: bursts of a gun count rounds_per_burst, a dwell 0
  Column<double> launch_s, planned_intercept_s, end_s, guide_begin_s, guide_end_s;
  Column<double> x_m, y_m, z_m, range_m, miss_distance_m, pk, cost;
};

struct Events {
  std::size_t capacity_per_replication = 0;  // 0: not recorded
  Column<std::int32_t> count;                // per replication
  Column<std::int32_t> dropped;              // per replication: rows that found no room (must stay 0)
  Column<std::int32_t> kind, actor_kind, actor, object_kind, object, shot;
  Column<double> time_s, value;
};

/// Recorded positions, level full: one row per entity and recording instant.
struct Trails {
  std::size_t capacity_per_replication = 0;  // 0: not recorded
  Column<std::int32_t> count, dropped;       // per replication
  Column<std::int32_t> entity_kind, entity;  // 0 threat, 1 interceptor, 2 estimate
  Column<double> time_s;
  Column<float> x_m, y_m, z_m, vx_mps, vy_mps, vz_mps, sigma_m;
};

/// How well the picture agreed with the truth, summed over the instants at which they were compared; per replication.
/// Says nothing of what happened, and no outcome depends on it.
struct PictureQuality {
  Column<std::int32_t> evaluations;                      // instants; 0 where nothing is compared
  Column<double> gospa_sum_m, ospa_sum_m;
  Column<std::int64_t> present_sum, paired_sum, false_sum;  // threats there, those with a track, tracks of none
};

/// Everything one block of replications leaves behind.
struct Outcomes {
  std::int32_t replications = 0;  // in the block
  std::int32_t threats_per_replication = 0, assets = 0, stations = 0, fire_units = 0;
  ThreatOutcomes threats;
  Shots shots;
  Events events;
  Trails trails;
  PictureQuality quality;
  Column<double> asset_value_left;  // replication * assets + asset
  Column<double> damage;            // per replication: asset value lost
  Column<double> end_s;             // per replication
  Column<std::int32_t> result;      // per replication: ReplicationResult
  Column<std::int32_t> orders_refused;  // per replication
  Column<std::int64_t> entity_updates;  // per replication
  Column<double> first_order_s;     // replication * fire_units + unit; NaN: never
  Column<double> first_intercept_s, first_intercept_range_m, last_intercept_s, last_intercept_range_m;  // the same; NaN
  Column<double> first_detection_s, first_detection_range_m;  // per replication: the first threat to get into the picture
  Column<double> exhausted_s;       // replication * stations + station: when the last round was ordered; NaN
};

struct Event {
  double time_s;
  EventKind kind;
  EntityKind actor_kind = EntityKind::none;
  std::int32_t actor = -1;
  EntityKind object_kind = EntityKind::none;
  std::int32_t object = -1;
  std::int32_t shot = -1;
  double value = 0;
};

/// Appends an event of a replication; nothing if events are not recorded.
void record_event(Outcomes& outcomes, std::int32_t replication, const Event& event);

/// Takes memory for a block: all counts zero, times NaN, asset values left for the caller to set.
struct OutcomeSizes {
  std::int32_t replications, threats, assets, stations, fire_units;
  std::size_t shots_per_replication, events_per_replication, trails_per_replication;
};
void allocate(Outcomes& outcomes, const OutcomeSizes& sizes);
/// Makes the block as it was after allocate, without taking memory.
void clear(Outcomes& outcomes);

}  // namespace pavise
