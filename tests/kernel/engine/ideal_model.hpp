// A small scenario of the ideal rung for the engine's tests: a stream of threats from the north against one missile unit
// that shoots, looks and shoots again.
#pragma once

#include "interceptors/intercept.hpp"
#include "kernel/engine/model.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

inline Model ideal_model(std::int32_t threats = 12) {
  Model model;
  model.name = "ideal";
  model.environment.is_flat_without_horizon = true;
  model.assets.push_back({"hub", {0, 0, 0}, 0, 100, 1});
  model.identity_names = {"raider"};

  ThreatClass raider;
  raider.name = "raider";
  raider.motion = &Registry<MotionKind>::instance().at("straight");
  raider.motion_parameters = defaults_of(raider.motion->info);
  raider.speed_mps = 250;
  raider.p_destroy = 0.1;
  raider.unit_cost = 2;
  model.threat_classes.push_back(raider);

  Wave wave;
  wave.name = "stream";
  wave.count = threats;
  wave.is_sector = false;
  wave.place_enu_m = {500, 22000, 0};
  wave.speed_mps = 250;
  wave.target_asset = 0;
  wave.aims_at_centre = true;
  wave.spacing_s = 7;
  model.raids.push_back({"stream", "a stream", {wave}});

  Sensor sensor;
  sensor.name = "eye";
  sensor.kind = &Registry<SensorKind>::instance().at("cookie_cutter");
  sensor.parameters = defaults_of(sensor.kind->info);
  set_parameter(sensor.parameters, sensor.kind->info, "range", 100e3);
  set_parameter(sensor.parameters, sensor.kind->info, "scan_period", 0);
  sensor.stream = stream_of_name(sensor.name);
  model.sensors.push_back(sensor);
  model.tracker = &Registry<TrackerKind>::instance().at("truth");
  model.tracker_parameters = defaults_of(model.tracker->info);

  Weapon weapon;
  weapon.name = "round";
  weapon.flyout = &Registry<FlyoutKind>::instance().at("constant_speed");
  weapon.flyout_parameters = defaults_of(weapon.flyout->info);
  weapon.ideal_speed_mps = 1000;
  weapon.min_range_m = 2000;
  weapon.max_range_m = 15000;
  weapon.sspk = {0.6};
  weapon.unit_cost = 1;
  model.armament.weapons.push_back(weapon);
  FireUnit unit;
  unit.name = "alpha";
  unit.reaction_s = 4;
  unit.assessment_delay_s = 1;
  unit.p_missed_kill = 0.1;
  unit.engages = {1};
  unit.track_files = {0};
  model.armament.fire_units.push_back(unit);
  model.armament.pools.push_back({"guidance", 0, 2});
  Station station;
  station.name = "alpha";
  station.ready_rounds = station.rounds = station.ready_capacity = 20;
  model.armament.stations.push_back(station);

  prepare(model.armament);
  model.policy = &Registry<PolicyKind>::instance().at("nearest");
  model.policy_parameters = defaults_of(model.policy->info);
  model.frame_ticks = ticks_of(0.25);
  return model;
}

}  // namespace pavise
