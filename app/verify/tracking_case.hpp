// A case of the conformance kind `tracking`: small scenarios of targets and snapshot radars, and the tracker to be held
// to them. Times in seconds of the scenario's clock, angles in radians.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "sensors/tracking/general_tracker.hpp"

namespace pavise {

struct TrackingTurn {
  double from_s, to_s, rate_radps;  // positive: to the left
};

struct TrackingTarget {
  double start_s = 0, end_s = 0;    // exists in between, ends included
  Vec3 position_m, velocity_mps;    // at start_s
  std::vector<TrackingTurn> turns;  // in order of time
  double process_q_m2_s3 = 0;       // of the truth's own white-noise acceleration
};

struct TrackingSensor {
  Vec3 position_m;
  double scan_period_s, first_scan_s, pd;
  double sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad;
  double clutter_per_scan;
  double range_min_m, range_max_m, azimuth_from_rad, azimuth_span_rad, elevation_min_rad, elevation_max_rad;
};

struct TrackingCase {
  double duration_s = 0, settle_s = 0, evaluation_period_s = 0, gospa_cutoff_m = 0;
  std::int32_t replications = 1;
  std::uint64_t seed = 1;
  std::vector<TrackingTarget> targets;
  std::vector<TrackingSensor> sensors;
  GeneralSettings tracker;
};

/// Reads the input of a case; throws CaseError that names the field.
TrackingCase read_tracking_case(const nlohmann::json& input);

struct TrackingQuality {
  double mean_gospa_m = 0, false_tracks = 0, continuity = 1, id_switches = 0;
  double nees = 0;  // NaN if nothing was ever paired
};

/// Who tracks: the general tracker as the case sets it, or the tracker `gnn` with the parameters that it shares.
enum class TrackerUnderTest { general, gnn };

/// Runs all replications, `lanes` of them side by side; the result does not depend on their number.
TrackingQuality run_tracking(const TrackingCase& c, TrackerUnderTest tracker = TrackerUnderTest::general,
                             std::int32_t lanes = 8);

/// Where a target without noise of its own is at time_s >= start_s: straight lines and exact arcs.
void fly(const TrackingTarget& target, double time_s, double (&state)[6]);

}  // namespace pavise
