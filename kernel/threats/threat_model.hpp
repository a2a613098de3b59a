// What a scenario says of threats, raids and assets; constant over a run. Written by scenario/ (or a conformance case),
// read by kernel/threats, sensors, interceptors and the engine.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

struct MotionKind;

struct Asset {
  std::string name;
  Vec3 position_enu_m;
  double radius_m = 0;
  double value = 0;
  double hardness = 1;
};

/// A threat component as one scenario uses it.
struct ThreatClass {
  std::string name;                // the scenario's name for it, "owa_drone"
  std::int32_t identity = 0;       // index into Model::identity_names: what identification can tell apart
  const MotionKind* motion = nullptr;
  Parameters motion_parameters;    // of motion->info
  std::shared_ptr<const void> prepared;  // the motion's own, from its parameters (prepare_motion)
  double speed_mps = 0;            // cruise speed, for estimates and reporting; the motion has its own
  double rcs_m2 = 1, rcs_factor_side = 1, rcs_factor_tail = 1;
  std::int32_t swerling = 1;
  double infrared_intensity = 0, infrared_factor_tail = 1;
  double emission_eirp_W = 0;
  double damage = 1;               // relative; 0: a decoy
  double p_destroy = -1;           // ideal rung: destroys its asset with this probability; < 0: damage by radius and hardness
  double impact_error_m = 0;       // 1 sigma per axis
  bool uses_satellites = true;     // loses its way, slowly, where a jammer denies them
  double reliability = 1;
  double unit_cost = 0;            // USD
  bool is_decoy() const { return damage == 0 && p_destroy < 0; }
};

/// A wave's objects: `count` of one class, one after another.
struct Wave {
  std::string name;
  std::int32_t threat_class = 0;
  std::int32_t count = 0;
  // where from: a sector seen from the frame's origin, each object's bearing uniform in it; or a fixed place
  bool is_sector = true;
  double bearing_rad = 0, half_width_rad = 0, range_m = 0, altitude_m = 0;
  Vec3 place_enu_m;                      // if !is_sector
  double bearing_step_rad = 0;           // > 0: object j stands at bearing + j * step exactly (bench rings), no draw
  double range_step_m = 0;               // object j starts at range + j * range_step
  double speed_mps = 0, speed_step_mps = 0;  // > 0: overrides the class's speed, object j: speed + j * step
  std::vector<Vec3> route_enu_m;         // waypoints between start and aim, may be empty
  std::int32_t target_asset = -1;        // -1: drawn with probability proportional to value
  bool aims_at_centre = false;           // ideal rung: the point (above) the asset's centre; else uniform over its circle
  double at_time_s = 0, spacing_s = 0;
};

struct Raid {
  std::string name, title;
  std::vector<Wave> waves;
  std::int32_t threat_count() const {
    std::int32_t count = 0;
    for (const Wave& wave : waves) count += wave.count;
    return count;
  }
};

}  // namespace pavise
