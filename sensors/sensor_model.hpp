// What a scenario says of sensors; constant over a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

struct SensorKind;

struct Sensor {
  std::string name;
  const SensorKind* kind = nullptr;
  Parameters parameters;           // of kind->info
  Vec3 position_enu_m;             // of the antenna: ground + antenna height (ideal rung: as given)
  double facing_rad = 0;           // bearing of a sectored sensor's middle
  std::uint16_t stream = 0;        // addresses its draws; from its name alone, so that removing other sensors moves nothing
  std::int32_t track_file = 0;     // which track file its detections feed
  double latency_s = 0;            // its detections reach the track file this much later (cues)
  bool guides = true;              // false: a cue only; tracks of such a file are never engaged
};

/// The stream of a sensor, from its name (FNV-1a folded to 16 bits, never 0).
std::uint16_t stream_of_name(const std::string& name);

struct IdentificationModel {
  bool is_perfect = true;          // ideal rung: the true class from the first moment
  double floor = 0.5, ceiling_radar = 0.90, ceiling_optical = 0.98, time_constant_s = 20;
  double decoy_as_drone = 0.8, decoy_as_drone_optical = 0.3, jet_as_cruise = 0.3;
  // identities as indices into Model::identity_names; -1 where the scenario has none
  std::int32_t owa_drone = -1, decoy_drone = -1, jet_drone = -1, cruise_subsonic = -1;
};

}  // namespace pavise
