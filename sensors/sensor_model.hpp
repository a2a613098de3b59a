// What a scenario says of sensors; constant over a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

struct SensorKind;

/// The instants from_s <= t < until_s.
struct TimeWindow {
  double from_s = 0, until_s = 1e300;
};
/// Whether any of the windows holds this instant.
inline bool holds(const std::vector<TimeWindow>& windows, double time_s) {
  for (const TimeWindow& w : windows)
    if (time_s >= w.from_s && time_s < w.until_s) return true;
  return false;
}

/// A sensor, or, in Model::feeds, what a track file gets of one (sensors/delivery.hpp).
struct Sensor {
  std::string name;
  const SensorKind* kind = nullptr;
  Parameters parameters;           // of kind->info
  Vec3 position_enu_m;             // of the antenna: ground + antenna height (ideal rung: as given)
  double facing_rad = 0;           // bearing of a sectored sensor's middle
  std::uint16_t stream = 0;        // addresses its draws; from its name alone, so that removing other sensors moves nothing
  std::int32_t track_file = 0;     // which track file its detections feed
  std::vector<TimeWindow> outages; // it sees nothing then, and has no false alarms
  // its way to the track file
  double latency_s = 0;            // a detection arrives this much later than it was measured
  double fusion_period_s = 0;      // what has arrived is handed over at whole multiples of this; 0: in the frame of arrival
  double loss = 0;                 // share of detections that get lost
  std::vector<TimeWindow> cuts;    // what is measured then never arrives
  std::int32_t repeats = -1;       // a second feed of that sensor to another file; -1: the sensor itself
  bool guides = true;              // false: a cue only; tracks of such a file are never engaged
};

/// The longest that something may be on its way from the sensor to its track file, loss apart.
inline double longest_way_s(const Sensor& feed) { return feed.latency_s + feed.fusion_period_s; }

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
