// All tables of a World and what its stages share. Only kernel/engine includes this.
#pragma once

#include <memory>
#include <vector>

#include "interceptors/engagements.hpp"
#include "kernel/command/options.hpp"
#include "kernel/command/picture.hpp"
#include "kernel/engine/world.hpp"
#include "sensors/delivery.hpp"
#include "sensors/tracking/set_distance.hpp"

namespace pavise {

struct World::Tables {
  Tables(const Model& model, const RunSettings& settings);

  const Model& model;
  const RunSettings settings;
  const std::int32_t lanes;        // replications side by side
  const CommandSetup command;

  // what the stages read beside tables; first_replication is set at the start of a block
  MotionContext motion;
  SensingContext sensing;
  TrackingContext tracking;
  EngagementContext engagement;
  DeliveryContext on_the_way;

  Clock clock;
  Threats threats;
  Sensors sensors;
  Looks looks;
  Detections detections;
  Delivery delivery;
  Detections delivered;                         // what arrives in this frame and was measured in an earlier one
  Tracks tracks;
  std::unique_ptr<TrackerState> tracker;
  std::unique_ptr<Engagements> engagements;
  Outcomes outcomes;

  // command's share
  std::unique_ptr<Policy> policy;
  OptionMemory option_memory;
  std::vector<PictureTrack> picture_tracks;
  std::vector<std::uint64_t> picture_rows, next_picture_rows;  // list_tracks: of this lane, of the next
  std::vector<Option> options;
  std::vector<StationStatus> station_status;
  Picture picture;
  std::vector<Order> orders;
  std::vector<std::uint8_t> file_is_engageable;            // [track file], now
  std::vector<std::uint8_t> file_guides;                   // [track file]: not fed by cues alone
  std::vector<std::uint8_t> unit_takes_file;               // [fire unit * files + file]
  DecisionTimes decision_times;

  // the block
  std::int64_t first_replication = 0;
  std::int32_t active = 0;                      // lanes that hold a replication
  std::int32_t running = 0;                     // of those, not ended yet
  std::vector<std::uint8_t> has_ended;          // [lane]
  std::vector<std::int32_t> first_unfinished;   // [lane]: least number whose threat is not finished
  double next_trail_s = 0, next_quality_s = 0;
  SetDistanceSolver quality;                    // scratch of record_quality
  std::vector<Vec3> quality_truth_m, quality_estimates_m;
};

/// One decision for every running replication that has a confirmed track.
void decide(World::Tables& w);
/// The lane's confirmed, engageable tracks, brought to now, by ascending number. Truth labels stay behind; asset, time of
/// arrival and value at risk are evaluate's, and certainty is filled in where there are options.
void fill_picture(World::Tables& w, std::int32_t lane);
/// Which files are engageable now: the network's while it is up, the units' own while it is down.
void judge_files(World::Tables& w);
/// Positions of everything, level full.
void record_trails(World::Tables& w);
/// Compares each lane's picture with the truth, where the model asks for it.
void record_quality(World::Tables& w);
/// Ends lanes whose raid is over, or all at the time limit.
void end_replications(World::Tables& w);
/// Sweeps over all tables: counts add up, capacities are kept. Aborts on a broken one.
void check_tables(const World::Tables& w);

}  // namespace pavise
