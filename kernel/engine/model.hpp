// A whole scenario as the kernel runs it: constant, shared by all threads. Made by scenario/ from TOML, or by a conformance
// case; everything a component needs is in its own Parameters.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "interceptors/weapon_model.hpp"
#include "kernel/command/picture.hpp"
#include "kernel/core/environment.hpp"
#include "kernel/core/terrain.hpp"
#include "kernel/threats/threat_model.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {

struct TrackerKind;

struct Model {
  std::string name, title;
  double origin_latitude_deg = 52, origin_longitude_deg = 20, origin_altitude_m = 0;
  std::string epoch;                       // RFC 3339

  Environment environment;
  std::shared_ptr<const Terrain> terrain;  // what environment.terrain points to
  std::vector<Asset> assets;
  std::vector<std::string> identity_names; // what identification can tell apart; a ThreatClass names one
  std::vector<ThreatClass> threat_classes;
  std::vector<Raid> raids;                 // a run uses one of them
  std::vector<Sensor> sensors;
  const TrackerKind* tracker = nullptr;
  Parameters tracker_parameters;
  std::int32_t track_files = 1;
  // what track files are fed by: empty: the sensors; else those in their order, and behind them the second feeds to the
  // files that fire units have of their own while the network is down
  std::vector<Sensor> feeds;
  std::vector<TimeWindow> network_outages;
  std::vector<std::uint8_t> is_local_file;  // [track file]: of a fire unit's own while the network is down; empty: none is
  IdentificationModel identification;
  Armament armament;
  Doctrine doctrine;
  bool is_central = true;

  const PolicyKind* policy = nullptr;
  Parameters policy_parameters;

  std::int64_t frame_ticks = 500'000'000;  // frame length
  std::int64_t decision_ticks = 0;         // 0: every frame; else a multiple of frame_ticks
  double end_s = 0;                        // time limit; 0: runs until the raid is over (capped at 1e5 s)
  double trail_period_s = 1;               // level full: time between recorded positions
  double quality_period_s = 0;             // between comparisons of the picture with the truth; 0: none
  double quality_cutoff_m = 1000;          // of their distances
};

/// Threat evaluation, options and policy setup that follow from a model.
CommandSetup command_setup(const Model& model);

}  // namespace pavise
