// The engagement layer driven by hand: straight threats, a picture that is exact, and a plain rule that gives orders each
// frame. No engine, no command: what the clock does is then this layer's doing alone.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "interceptors/engagements.hpp"
#include "interceptors/intercept.hpp"
#include "interceptors/kinematic.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise::test {

enum class Rule { nearest, first_arrival, random };

/// A scene as a conformance case of kind "engagement" describes it.
struct Scene {
  std::vector<Asset> assets;
  std::vector<ThreatClass> classes;
  Raid raid;
  Armament armament;
  Environment environment = [] {
    Environment flat;
    flat.is_flat_without_horizon = true;
    return flat;
  }();
  Vec3 sensor_m;
  double sensor_range_m = 1e9, scan_period_s = 0;
  double frame_s = 0.25;
  bool is_central = true;
  Rule rule = Rule::nearest;
  std::uint64_t seed = 1;

  void add_asset(double east_m, double north_m, double value = 1) {
    assets.push_back({"asset", {east_m, north_m, 0}, 0, value, 1});
  }
  /// `count` threats that fly straight from a place to above an asset.
  void add_threats(Vec3 from_m, double speed_mps, int count = 1, double start_s = 0, double spacing_s = 0, int asset = 0) {
    const MotionKind& straight = Registry<MotionKind>::instance().at("straight");
    ThreatClass threat_class;
    threat_class.name = "threat";
    threat_class.identity = std::int32_t(classes.size());
    threat_class.motion = &straight;
    threat_class.motion_parameters = Parameters(straight.info.size_bytes);
    threat_class.speed_mps = speed_mps;
    threat_class.p_destroy = 1;
    Wave wave;
    wave.threat_class = std::int32_t(classes.size());
    wave.count = count;
    wave.is_sector = false;
    wave.place_enu_m = from_m;
    wave.altitude_m = from_m.z;
    wave.speed_mps = speed_mps;
    wave.target_asset = asset;
    wave.aims_at_centre = true;
    wave.at_time_s = start_s;
    wave.spacing_s = spacing_s;
    classes.push_back(threat_class);
    raid.waves.push_back(wave);
  }
  struct Unit {
    FireUnit unit;
    Weapon weapon;
    Station station;
    int channels = 1;
  };
  static Unit missile_unit(double speed_mps, double min_range_m, double max_range_m, double reaction_s) {
    Unit u;
    u.weapon.effect = Effect::missile;
    u.weapon.flyout = &Registry<FlyoutKind>::instance().at("constant_speed");
    u.weapon.ideal_speed_mps = speed_mps;
    u.weapon.min_range_m = min_range_m;
    u.weapon.max_range_m = max_range_m;
    u.weapon.sspk.assign(16, 0.5);
    u.weapon.hazard_per_s.assign(16, 0.0);
    u.unit.reaction_s = reaction_s;
    u.station.rounds = u.station.ready_rounds = u.station.ready_capacity = 100;
    return u;
  }
  /// Its rounds are stepped: a motor of 8 s, drag, navigation with a lag.
  static Unit kinematic(Unit u, double step_s) {
    Kinematic parameters{312, 160, 250, {}, 0.25, {}, 4, 0.3, 200, 40 * kStandardGravity_mps2, step_s, 180, 0, 0};
    parameters.burn_phases.rows = 1;
    parameters.burn_phases.cells[0][1] = 8;
    parameters.burn_phases.cells[0][2] = 1;
    parameters.drag_by_mach.rows = 1;
    parameters.drag_by_mach.cells[0][1] = 0.3;
    u.weapon.flyout = &Registry<FlyoutKind>::instance().at("kinematic");
    u.weapon.flyout_parameters = Parameters::of(parameters);
    return u;
  }
  void add(Unit u) {
    u.unit.position_enu_m = u.station.position_enu_m;
    u.station.fire_unit = u.station.pool = std::int32_t(armament.fire_units.size());
    u.station.weapon = std::int32_t(armament.weapons.size());
    armament.pools.push_back({"pool", u.station.fire_unit, u.channels});
    armament.fire_units.push_back(u.unit);
    armament.weapons.push_back(u.weapon);
    armament.stations.push_back(u.station);
  }
};

/// What one replication came to.
struct Result {
  int leakers = 0, killed = 0, rounds = 0;
  std::vector<int> leakers_of_class, rounds_of_unit, kills_of_unit;
  double damage = 0, cost_rounds = 0, cost_threats = 0;
};

class Harness {
 public:
  Harness(const Scene& given, std::int32_t lanes) : scene(given), lanes_(lanes) {
    prepare(scene.armament);
    allocate(threats, scene.raid, lanes);
    allocate(tracks, lanes, threats.per_replication, 1);
    allocate(sensors, {}, threats);
    engagements = std::make_unique<Engagements>(context, lanes, threats.per_replication, threats.per_replication);
    allocate(outcomes, {lanes, threats.per_replication, std::int32_t(scene.assets.size()),
                        std::int32_t(scene.armament.stations.size()), std::int32_t(scene.armament.fire_units.size()),
                        most_shots(scene.armament, threats.per_replication), 400, 0});
    seen_.resize(std::size_t(threats.rows));
    clock.frame_ticks = ticks_of(scene.frame_s);
    begin(0);
  }

  void begin(std::int32_t first_replication) {
    motion_.first_replication = context.first_replication = first_replication;
    start_raid(threats, scene.raid, scene.assets, motion_, lanes_);
    clear(tracks);
    clear(outcomes);
    for (std::int32_t lane = 0; lane < lanes_; ++lane)
      for (std::size_t a = 0; a < scene.assets.size(); ++a)
        outcomes.asset_value_left[std::size_t(lane) * scene.assets.size() + a] = scene.assets[a].value;
    start_engagements(context, lanes_, *engagements);
    std::fill(seen_.begin(), seen_.end(), std::uint8_t(0));
    clock.frame = -1;
  }

  /// One frame, the clock's steps in order; false once all is over.
  bool advance() {
    ++clock.frame;
    move_threats(threats, motion_, clock);
    fly_rounds(context, threats, clock, *engagements);
    resolve_effects(context, clock, threats, *engagements, outcomes);
    look();
    assess_kills(context, clock, threats, sensors, tracks, *engagements, outcomes);
    for (std::int32_t lane = 0; lane < lanes_; ++lane) give_orders(lane);
    return !is_over();
  }
  void run() {
    while (advance()) ASSERT_FALSE_IF(clock.now_s() > 5000);
  }

  Result result(std::int32_t lane) const {
    Result r;
    const std::size_t units = scene.armament.fire_units.size();
    r.leakers_of_class.assign(scene.classes.size(), 0);
    r.rounds_of_unit.assign(units, 0);
    r.kills_of_unit.assign(units, 0);
    for (std::int32_t n = 0; n < threats.per_replication; ++n) {
      const std::size_t row = std::size_t(lane * threats.per_replication + n);
      const auto outcome = ThreatResult(outcomes.threats.result[row]);
      if (outcome == ThreatResult::leaked) {
        ++r.leakers;
        ++r.leakers_of_class[std::size_t(threats.class_of_number[std::size_t(n)])];
      } else if (outcome == ThreatResult::killed) {
        ++r.killed;
        r.cost_threats += scene.classes[std::size_t(threats.class_of_number[std::size_t(n)])].unit_cost;
        const std::int32_t station = outcomes.threats.killer_station[row];
        ++r.kills_of_unit[std::size_t(scene.armament.stations[std::size_t(station)].fire_unit)];
      }
    }
    const Shots& shots = outcomes.shots;
    for (std::int32_t i = 0; i < shots.count[std::size_t(lane)]; ++i) {
      const std::size_t row = std::size_t(lane) * shots.capacity_per_replication + std::size_t(i);
      r.rounds += shots.rounds[row];
      r.rounds_of_unit[std::size_t(shots.fire_unit[row])] += shots.rounds[row];
      r.cost_rounds += shots.cost[row];
    }
    r.damage = outcomes.damage[std::size_t(lane)];
    return r;
  }

  Scene scene;
  Threats threats;
  Tracks tracks;
  Sensors sensors;
  Outcomes outcomes;
  Clock clock;

 private:
  std::int32_t lanes_;
  MotionContext motion_{scene.classes, scene.environment, Draws{scene.seed}, 0};

 public:
  EngagementContext context{scene.armament, scene.classes, scene.assets, scene.environment, motion_, Draws{scene.seed}, 0};
  std::unique_ptr<Engagements> engagements;

 private:
  static void ASSERT_FALSE_IF(bool is_endless) {
    if (is_endless) report_broken_invariant("a replication ends", __FILE__, __LINE__);
  }

  bool is_over() const {
    for (std::int32_t lane = 0; lane < lanes_; ++lane) {
      if (is_busy(*engagements, lane)) return false;
      for (std::int32_t n = 0; n < threats.per_replication; ++n) {
        const std::size_t row = std::size_t(lane * threats.per_replication + n);
        if (threats.ended_s[row] > clock.now_s()) return false;
        if (threats.visible_until_s[row] > clock.now_s() && threats.arrives_s[row] > clock.now_s()) return false;
      }
    }
    return true;
  }

  /// Step 2: exact tracks of what has been within range at a scan, until struck off or arrived. Track row = threat row.
  void look() {
    const double now_s = clock.now_s();
    const std::int64_t period = ticks_of(scene.scan_period_s);
    const bool is_scan = period == 0 || clock.frame * clock.frame_ticks % period == 0;
    for (std::int32_t row = 0; row < threats.rows; ++row) {
      const std::size_t r = std::size_t(row);
      const std::int32_t lane = threats.replication_of(row), n = threats.number_of(row);
      if (threats.appears_s[r] > now_s) continue;
      const State at = state_at(threats, r, now_s);
      if (!seen_[r] && is_scan && threats.visible_until_s[r] > now_s && threats.arrives_s[r] > now_s &&
          length(at.position_m - scene.sensor_m) <= scene.sensor_range_m) {
        seen_[r] = 1;
        tracks.used[std::size_t(lane)] = tracks.capacity;
        tracks.state[r] = std::int32_t(TrackState::confirmed);
        tracks.source[r] = tracks.number[r] = n;
        tracks.identity[r] = scene.classes[std::size_t(threats.class_of_number[std::size_t(n)])].identity;
        if (!(outcomes.threats.first_detected_s[r] <= now_s)) outcomes.threats.first_detected_s[r] = now_s;
      }
      if (threats.arrives_s[r] <= now_s) tracks.state[r] = std::int32_t(TrackState::none);
      tracks.mean[0][r] = at.position_m.x, tracks.mean[1][r] = at.position_m.y, tracks.mean[2][r] = at.position_m.z;
      tracks.mean[3][r] = at.velocity_mps.x, tracks.mean[4][r] = at.velocity_mps.y, tracks.mean[5][r] = at.velocity_mps.z;
      tracks.arrives_s[r] = threats.arrives_s[r];
    }
  }

  Target target_of(std::size_t r) const {
    return {{tracks.mean[0][r], tracks.mean[1][r], tracks.mean[2][r]},
            {tracks.mean[3][r], tracks.mean[4][r], tracks.mean[5][r]},
            clock.now_s(),
            tracks.arrives_s[r]};
  }

  /// Step 4: units in turn, one order a turn, until none can.
  void give_orders(std::int32_t lane) {
    bool any = true;
    for (std::uint32_t turn = 0; any; ++turn) {
      any = false;
      for (std::int32_t station = 0; station < std::int32_t(scene.armament.stations.size()); ++station)
        any = give_order(lane, station, turn) || any;
    }
  }

  bool give_order(std::int32_t lane, std::int32_t station, std::uint32_t turn) {
    const Station& s = scene.armament.stations[std::size_t(station)];
    const double launch_s = std::fmax(clock.now_s() + scene.armament.fire_units[std::size_t(s.fire_unit)].reaction_s,
                                      engagements->fire_units.next_launch_s[std::size_t(lane) * scene.armament.stations.size() +
                                                                            std::size_t(station)]);
    std::vector<std::int32_t> possible;
    for (std::int32_t n = 0; n < threats.per_replication; ++n) {
      const std::int32_t track = lane * threats.per_replication + n;
      if (tracks.state[std::size_t(track)] != std::int32_t(TrackState::confirmed)) continue;
      if (scene.is_central && open_engagements(*engagements, tracks, lane, track) > 0) continue;
      if (!may_order(context, *engagements, tracks, lane, station, track)) continue;
      if (predict_intercept(scene.armament, station, target_of(std::size_t(track)), launch_s).is_possible)
        possible.push_back(track);
    }
    if (possible.empty()) return false;
    std::int32_t chosen = possible[0];
    if (scene.rule == Rule::random) {
      const double u = Draws{scene.seed}.uniform({std::uint32_t(context.first_replication + lane), std::uint32_t(station),
                                                  Purpose::policy, std::uint16_t(turn), std::uint32_t(clock.frame)});
      chosen = possible[std::size_t(u * double(possible.size()))];
    } else {
      const auto cost = [&](std::int32_t track) {
        const Target target = target_of(std::size_t(track));
        return scene.rule == Rule::first_arrival ? target.arrives_s : length(target.position_m - s.position_enu_m);
      };
      for (std::int32_t track : possible)
        if (cost(track) < cost(chosen)) chosen = track;
    }
    const Target target = target_of(std::size_t(chosen));
    const Order order{lane, station, chosen, 0, target.position_m, target.velocity_mps, target.arrives_s, 0.5};
    return launch(context, clock, {&order, 1}, threats, sensors, tracks, *engagements, outcomes) == 1;
  }

  std::vector<std::uint8_t> seen_;
};

}  // namespace pavise::test
