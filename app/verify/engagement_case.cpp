#include "app/verify/engagement_case.hpp"

#include <algorithm>
#include <cmath>

#include "app/verify/engagement_fields.hpp"
#include "interceptors/intercept.hpp"
#include "kernel/core/clock.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostRounds = 1'000'000'000, kMostThreats = 1'000'000;

/// Fires at what it engages, and never kills: the kernel takes 0 for "not engaged", and no uniform draw falls below
/// this.
constexpr double kNeverKills = 1e-300;
double fired_at(double probability) { return probability > 0 ? probability : kNeverKills; }

std::string at_index(const char* name, std::size_t i) { return std::string(name) + "[" + std::to_string(i) + "]"; }

template <class Named>
std::int32_t index_of(const std::vector<Named>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return std::int32_t(i);
  return -1;
}

template <class Named>
void refuse_second(const std::vector<Named>& all, const EngagementFields& fields, const std::string& name) {
  if (index_of(all, name) >= 0) fields.fail("name", "\"" + name + "\" is given twice");
}

void read_assets(EngagementFields& top, Model& model) {
  const json& assets = top.array("assets");
  for (std::size_t i = 0; i < assets.size(); ++i) {
    EngagementFields fields(assets[i], at_index("assets", i));
    Asset asset;
    asset.name = fields.word("name");
    refuse_second(model.assets, fields, asset.name);
    asset.position_enu_m.x = fields.number("east_m", -EngagementFields::kUnbounded);
    asset.position_enu_m.y = fields.number("north_m", -EngagementFields::kUnbounded);
    asset.value = fields.number("value", 0);
    fields.finish();
    model.assets.push_back(std::move(asset));
  }
}

/// Each group is a class and an identity of its own.
void read_threats(EngagementFields& top, EngagementCase& result) {
  Model& model = result.model;
  const MotionKind& straight = Registry<MotionKind>::instance().at("straight");
  Raid raid;
  raid.name = "case";
  const json& groups = top.array("threats");
  if (groups.empty()) top.fail("threats", "no threat group");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    EngagementFields fields(groups[i], at_index("threats", i));
    ThreatClass group;
    group.name = fields.word("name");
    refuse_second(model.threat_classes, fields, group.name);
    group.identity = std::int32_t(i);
    group.motion = &straight;
    group.motion_parameters = defaults_of(straight.info);

    Wave wave;
    wave.name = group.name;
    wave.threat_class = std::int32_t(i);
    wave.is_sector = false;
    wave.aims_at_centre = true;
    wave.count = std::int32_t(fields.whole("count", 1, kMostThreats));
    wave.at_time_s = fields.number("start_time_s", 0);
    wave.spacing_s = fields.number("arrival_spacing_s", 0);
    wave.place_enu_m.x = fields.number("start_east_m", -EngagementFields::kUnbounded);
    wave.place_enu_m.y = fields.number("start_north_m", -EngagementFields::kUnbounded);
    wave.place_enu_m.z = wave.altitude_m = fields.number("altitude_m", 0);
    wave.speed_mps = group.speed_mps = fields.positive("speed_m_s");
    wave.target_asset = index_of(model.assets, fields.word("aim_asset"));
    if (wave.target_asset < 0) fields.fail("aim_asset", "no such asset");
    group.unit_cost = fields.number("unit_cost", 0, EngagementFields::kUnbounded, 0.0);
    group.p_destroy = fields.number("p_destroy", 0, 1, 1.0);
    fields.finish();

    model.identity_names.push_back(group.name);
    prepare_motion(group);
    model.threat_classes.push_back(std::move(group));
    result.group_sizes.push_back(wave.count);
    raid.waves.push_back(std::move(wave));
  }
  if (raid.threat_count() > kMostThreats) top.fail("threats", "more than a million");
  model.raids.push_back(std::move(raid));
}

void read_sensors(EngagementFields& top, Model& model, double frame_s) {
  const SensorKind& cookie_cutter = Registry<SensorKind>::instance().at("cookie_cutter");
  const json& sensors = top.array("sensors");
  for (std::size_t i = 0; i < sensors.size(); ++i) {
    EngagementFields fields(sensors[i], at_index("sensors", i));
    fields.word_of("kind", {"cookie_cutter"});
    Sensor sensor;
    sensor.name = at_index("sensor", i);
    sensor.kind = &cookie_cutter;
    sensor.parameters = defaults_of(cookie_cutter.info);
    sensor.position_enu_m.x = fields.number("east_m", -EngagementFields::kUnbounded);
    sensor.position_enu_m.y = fields.number("north_m", -EngagementFields::kUnbounded);
    sensor.stream = stream_of_name(sensor.name);
    const double scan_s = fields.number("scan_period_s", 0);
    if (std::fabs(scan_s / frame_s - std::round(scan_s / frame_s)) > 1e-6)
      fields.fail("scan_period_s", "not a multiple of frame_s");
    set_parameter(sensor.parameters, cookie_cutter.info, "range", fields.positive("range_m"));
    set_parameter(sensor.parameters, cookie_cutter.info, "scan_period", scan_s);
    fields.finish();
    model.sensors.push_back(std::move(sensor));
  }
}

std::vector<std::uint8_t> read_engages(EngagementFields& fields, const Model& model) {
  std::vector<std::uint8_t> engages(model.threat_classes.size(), 1);
  if (!fields.has("engages")) return engages;
  std::fill(engages.begin(), engages.end(), 0);
  for (const json& name : fields.array("engages")) {
    if (!name.is_string()) fields.fail("engages", "not an array of names");
    const std::int32_t group = index_of(model.threat_classes, name.get<std::string>());
    if (group < 0) fields.fail("engages", "no such group: " + name.dump());
    engages[std::size_t(group)] = 1;
  }
  return engages;
}

/// By identity, which is the group; 0 for groups that the unit does not engage.
std::vector<double> read_sspk(EngagementFields& fields, const Model& model, const std::vector<std::uint8_t>& engages) {
  std::vector<double> sspk(engages.size(), 0.0);
  const json& given = fields.at("sspk");
  if (given.is_object()) {
    for (const auto& [name, value] : given.items()) {
      const std::int32_t group = index_of(model.threat_classes, name);
      if (group < 0) fields.fail("sspk." + name, "no such group");
      const double probability = fields.in_range(value, "sspk." + name, 0, 1);
      if (engages[std::size_t(group)]) sspk[std::size_t(group)] = fired_at(probability);
    }
    for (std::size_t group = 0; group < engages.size(); ++group)
      if (engages[group] && !given.contains(model.threat_classes[group].name))
        fields.fail("sspk." + model.threat_classes[group].name, "missing: the unit engages this group");
  } else {
    const double probability = fields.in_range(given, "sspk", 0, 1);
    for (std::size_t group = 0; group < engages.size(); ++group)
      if (engages[group]) sspk[group] = fired_at(probability);
  }
  return sspk;
}

/// More rounds than a unit can ever launch only take memory: one order at a threat after the other, each at least a
/// frame long; a gun's bursts follow at their interval.
std::int64_t most_launched(const Model& model, const FireUnit& unit, const Weapon& weapon, double frame_s) {
  double launched = 0;
  for (const Wave& wave : model.raids[0].waves) {
    const Vec3 way = model.assets[std::size_t(wave.target_asset)].position_enu_m - wave.place_enu_m;
    const double life_s = std::sqrt(way.x * way.x + way.y * way.y) / wave.speed_mps;
    double rounds = 0;
    if (weapon.effect == Effect::gun)
      rounds = (life_s / weapon.burst_interval_s + 2) * weapon.rounds_per_burst;
    else if (unit.rule == FiringRule::salvo_once)
      rounds = unit.salvo;
    else
      rounds = (life_s / std::max(frame_s, unit.reaction_s + unit.assessment_delay_s) + 2) * unit.salvo;
    launched += rounds * wave.count;
  }
  return std::int64_t(std::min(launched, double(kMostRounds))) + unit.salvo + 2 * weapon.rounds_per_burst;
}

/// A fire unit is one pool of channels and one station with a weapon of its own.
void read_fire_unit(EngagementFields& fields, Model& model, double frame_s) {
  FireUnit unit;
  Weapon weapon;
  ChannelPool pool;
  Station station;
  unit.name = weapon.name = pool.name = station.name = fields.word("name");
  refuse_second(model.armament.fire_units, fields, unit.name);
  const std::string kind = fields.word_of("kind", {"missile", "gun", "jammer"});
  weapon.effect = kind == "gun" ? Effect::gun : kind == "jammer" ? Effect::jammer : Effect::missile;

  unit.position_enu_m.x = fields.number("east_m", -EngagementFields::kUnbounded);
  unit.position_enu_m.y = fields.number("north_m", -EngagementFields::kUnbounded);
  unit.position_enu_m.z = fields.number("up_m", -EngagementFields::kUnbounded, EngagementFields::kUnbounded, 0.0);
  station.position_enu_m = unit.position_enu_m;
  pool.channels = std::int32_t(fields.whole("channels", 1, 1'000'000));
  weapon.min_range_m = fields.number("min_range_m", 0);
  weapon.max_range_m = fields.number("max_range_m", weapon.min_range_m);
  unit.reaction_s = fields.number("reaction_s", 0);
  unit.assessment_delay_s = fields.number("assessment_delay_s", 0);
  unit.engages = read_engages(fields, model);
  unit.track_files = {0};

  if (weapon.effect == Effect::jammer) {
    const double hazard_per_s = fields.number("hazard_per_s", 0);
    for (const std::uint8_t is_engaged : unit.engages)
      weapon.hazard_per_s.push_back(is_engaged ? fired_at(hazard_per_s) : 0.0);
  } else {
    const std::int64_t rounds = fields.whole("rounds", 0, kMostRounds);
    station.rounds = std::int32_t(rounds);
    station.ready_rounds = station.ready_capacity = std::int32_t(fields.whole("ready_rounds", 0, rounds, rounds));
    station.reload_s = fields.number("reload_s", 0, EngagementFields::kUnbounded, 0.0);
    weapon.ideal_speed_mps = fields.positive("interceptor_speed_m_s");
    weapon.flyout = &Registry<FlyoutKind>::instance().at("constant_speed");
    weapon.flyout_parameters = defaults_of(weapon.flyout->info);
    weapon.sspk = read_sspk(fields, model, unit.engages);
    weapon.unit_cost = fields.number("round_cost", 0, EngagementFields::kUnbounded, 0.0);
  }
  if (weapon.effect == Effect::missile) {
    const std::string rule = fields.word_of("doctrine", {"shoot_look_shoot", "salvo"});
    unit.rule = rule == "salvo" ? FiringRule::salvo_once : FiringRule::shoot_look_shoot;
    unit.salvo = std::int32_t(fields.whole("salvo", 1, 1'000'000));
    unit.shot_separation_s = fields.number("shot_separation_s", 0);
    unit.p_missed_kill = fields.number("p_missed_kill", 0, 1, 0.0);
    unit.p_false_kill = fields.number("p_false_kill", 0, 1, 0.0);
  }
  if (weapon.effect == Effect::gun) {
    weapon.rounds_per_burst = std::int32_t(fields.whole("rounds_per_burst", 1, kMostRounds));
    weapon.burst_interval_s = fields.positive("burst_interval_s");
  }
  fields.finish();

  if (weapon.effect != Effect::jammer && station.ready_rounds == station.rounds) {
    const std::int64_t most = most_launched(model, unit, weapon, frame_s);
    station.rounds = std::int32_t(std::min<std::int64_t>(station.rounds, most));
    station.ready_rounds = station.ready_capacity = station.rounds;
  }
  Armament& armament = model.armament;
  station.fire_unit = pool.fire_unit = std::int32_t(armament.fire_units.size());
  station.pool = std::int32_t(armament.pools.size());
  station.weapon = std::int32_t(armament.weapons.size());
  armament.weapons.push_back(std::move(weapon));
  armament.pools.push_back(std::move(pool));
  armament.stations.push_back(std::move(station));
  armament.fire_units.push_back(std::move(unit));
}

void read_report(EngagementFields& top, EngagementCase& result) {
  if (!top.has("report")) return;
  EngagementFields fields(top.at("report"), "report");
  for (const auto& [name, numbers] :
       {std::pair{"leakers_at_most", &result.leakers_at_most}, std::pair{"rounds_at_most", &result.rounds_at_most}})
    if (fields.has(name))
      for (const json& value : fields.array(name))
        numbers->push_back(fields.whole_in_range(value, name, -kMostRounds, kMostRounds));
  if (fields.has("quantile_levels"))
    for (const json& value : fields.array("quantile_levels")) {
      const double level = fields.in_range(value, "quantile_levels", 0, 1);
      if (!(level > 0 && level < 1)) fields.fail("quantile_levels", "out of range: " + value.dump());
      result.quantile_levels.push_back(level);
    }
  fields.finish();
}

}  // namespace

EngagementCase read_engagement_case(const json& input) {
  EngagementFields top(input, "");
  EngagementCase result;
  Model& model = result.model;
  model.name = model.title = "conformance case";
  model.environment.is_flat_without_horizon = true;

  result.replications = top.whole("replications", 2, std::int64_t{1} << 31);
  const double frame_s = top.positive("frame_s");
  model.frame_ticks = ticks_of(frame_s);
  if (model.frame_ticks < 1) top.fail("frame_s", "shorter than a nanosecond");
  if (top.has("seed")) {
    const json& seed = top.at("seed");
    if (!seed.is_number_unsigned()) top.fail("seed", "not a non-negative integer");
    result.seed = seed.get<std::uint64_t>();
  }

  read_assets(top, model);
  read_threats(top, result);
  read_sensors(top, model, frame_s);
  const json& units = top.array("fire_units");
  for (std::size_t i = 0; i < units.size(); ++i) {
    EngagementFields fields(units[i], at_index("fire_units", i));
    read_fire_unit(fields, model, frame_s);
  }
  model.is_central = top.word_of("coordination", {"central", "independent"}) == "central";
  model.policy = &Registry<PolicyKind>::instance().at(top.word_of("policy", {"nearest", "first_arrival", "random"}));
  model.policy_parameters = defaults_of(model.policy->info);
  read_report(top, result);
  top.finish();

  model.tracker = &Registry<TrackerKind>::instance().at("truth");
  model.tracker_parameters = defaults_of(model.tracker->info);
  prepare(model.armament);
  return result;
}

}  // namespace pavise
