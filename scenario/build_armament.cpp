// Interceptors and fire units: launchers with magazines become stations, channels become pools.
#include <algorithm>
#include <cmath>

#include "interceptors/intercept.hpp"
#include "scenario/build.hpp"
#include "scenario/spelling.hpp"

namespace pavise {
namespace {

constexpr std::size_t kMostStations = 100'000;

/// Probability, or time, by threat class. A class that the scenario does not have is a mistake where the scenario itself
/// names it, and nothing where a component does: that knows more classes than one scenario uses.
std::vector<double> by_class(Build& build, const Reader& reader, const char* key, const std::string& table) {
  std::vector<double> result(build.model.identity_names.size(), 0.0);
  const Node* node = reader.node(key);
  for (const auto& [name, value] : reader.values(key)) {
    const Node& at = *node->find(name);
    if (const auto found = build.threats.find(name); found != build.threats.end())
      result[std::size_t(found->second)] = value;
    else if (!at.is_from_component && !node->is_from_component)
      build.refer(build.threats, name, at, table, "threat");
  }
  return result;
}

void check_order(Build& build, const Reader& reader, const char* low, const char* high, const std::string& table) {
  if (!reader.has(low) || !reader.has(high) || reader.value(low) <= reader.value(high)) return;
  const Node* at = reader.node(low)->is_from_component ? reader.node(high) : reader.node(low);
  build.diagnostics.error("E0405", at->place, table, "'" + std::string(low) + "' is above '" + high + "'",
                          "nothing lies between", "exchange them, or change one");
}

}  // namespace

void build_weapons(Build& build) {
  Model& model = build.model;
  for (const auto& [name, node] : build.top().tables("interceptor")) {
    const std::string table = "interceptor." + name;
    KeyTable keys;
    const ComponentInfo* info = build.check_entity("interceptor", name, *node, keys);
    const Reader reader(node, &keys);
    Weapon weapon;
    weapon.name = name;
    weapon.effect = Effect(std::int32_t(reader.value("effect")));
    if (info != nullptr) {
      weapon.flyout = Registry<FlyoutKind>::instance().find(info->name);
      weapon.flyout_parameters = parameters_of(*info, *node);
    }
    weapon.ideal_speed_mps = reader.value("ideal_speed");
    weapon.min_range_m = reader.value("min_range");
    weapon.max_range_m = reader.value("max_range");
    weapon.min_altitude_m = reader.value("min_altitude");
    weapon.max_altitude_m = reader.value("max_altitude");
    check_order(build, reader, "min_range", "max_range", table);
    check_order(build, reader, "min_altitude", "max_altitude", table);
    weapon.sspk = by_class(build, reader, "sspk", table);
    weapon.lethality = Lethality(std::int32_t(reader.value("lethality")));
    weapon.lethal_radius_m = reader.value("lethal_radius");
    weapon.miss_sd_m = reader.value("miss_sd");
    weapon.fuze_delay_sd_s = reader.value("fuze_delay_sd");
    weapon.basket_m = reader.value_or("basket", 1e300);
    // an active seeker takes over at seeker_range; an infrared one needs nobody from the start; the others never let go
    const std::string seeker = reader.text("seeker");
    weapon.seeker_range_m = reader.value("seeker_range");
    if (seeker == "active_radar") weapon.frees_channel_at_hand_over = weapon.seeker_range_m > 0;
    if (seeker == "infrared") {
      weapon.frees_channel_at_hand_over = true;
      weapon.seeker_range_m = 1e9;
    }
    weapon.unit_cost = reader.value("unit_cost");
    if (weapon.effect == Effect::gun) {
      weapon.rounds_per_burst = std::max(1, std::int32_t(reader.value("burst_rounds")));
      weapon.burst_interval_s = weapon.rounds_per_burst * reader.value("round_interval") + reader.value("pause_between_bursts");
      if (weapon.burst_interval_s <= 0)
        build.diagnostics.error("E0207", node->key_place, table, "the gun's bursts have no interval",
                                "burst_rounds round_interval + pause_between_bursts is 0 s", "give pause_between_bursts a time above 0 s");
      weapon.effective_range_m = reader.value_or("effective_range", 1e300);
      weapon.unit_cost /= weapon.rounds_per_burst;  // the file has the price of a burst
    }
    if (weapon.effect == Effect::jammer) {
      weapon.hazard_per_s = by_class(build, reader, "mean_time_to_effect", table);
      for (double& hazard : weapon.hazard_per_s) hazard = hazard > 0 ? 1 / hazard : 0;
      weapon.spin_up_s = reader.value("spin_up");
      weapon.effect_lost = reader.value("effect_lost");
      weapon.navigation_drift_mps = reader.value("navigation_drift");
      weapon.gnss_denial_radius_m = reader.value("gnss_denial_radius");
    }
    build.interceptors[name] = std::int32_t(model.armament.weapons.size());
    model.armament.weapons.push_back(std::move(weapon));
  }
}

namespace {

struct Launcher {
  std::string name;
  Vec3 position_enu_m;
  double facing_rad;
  std::vector<std::pair<std::int32_t, std::int32_t>> magazine;  // weapon, count
};

/// One fire unit under construction.
struct UnitBuild {
  Build& build;
  std::string name, table;
  const Node& node;
  Reader reader;
  std::int32_t unit;
  std::map<std::int32_t, std::int32_t> pools = {};  // weapon (-1: shared) -> pool

  KeyTable mount_keys() const { return reader.keys_below("mount"); }

  std::vector<std::pair<std::int32_t, std::int32_t>> magazine_of(const Reader& from, const std::string& path) const {
    std::vector<std::pair<std::int32_t, std::int32_t>> result;
    for (const auto& [weapon, count] : from.values("magazine")) {
      const Node& at = *from.node("magazine")->find(weapon);
      Node key = at;
      key.place = at.key_place;
      const std::int32_t index = build.refer(build.interceptors, weapon, key, path, "interceptor");
      if (index >= 0 && count > 0) result.emplace_back(index, std::int32_t(count));
    }
    return result;
  }

  std::vector<Launcher> launchers() const {
    const Vec3 at = build.position(reader.node("at"));
    const double facing = reader.value("facing");
    std::vector<Launcher> defined;
    for (const auto& [launcher_name, launcher_node] : reader.tables("launcher")) {
      const Reader own(launcher_node, &reader.keys_below("launcher"));
      const std::string path = table + ".launcher." + launcher_name;
      Launcher launcher{launcher_name, own.has("at") ? build.position(own.node("at")) : at, own.value_or("facing", facing),
                        own.has("magazine") ? magazine_of(own, path) : magazine_of(reader, table)};
      if (!own.has("magazine") && !reader.has("magazine"))
        build.diagnostics.error("E0202", launcher_node->key_place, path, "'magazine' is missing", "a launcher without rounds",
                                "write magazine = { interceptor = 4 } here or in fire_unit." + name);
      defined.push_back(std::move(launcher));
    }
    if (defined.empty()) {
      if (!reader.has("magazine"))
        build.diagnostics.error("E0202", node.key_place, table, "'magazine' is missing", "fire_unit needs it",
                                "write magazine = { interceptor = 4 }, or launchers of their own: [" + table + ".launcher.NAME]");
      defined.push_back({"", at, facing, magazine_of(reader, table)});
    }
    // `launchers = N` takes them round and round, so that their number can be swept
    const std::size_t count = reader.has("launchers") ? std::size_t(std::max(1.0, reader.value("launchers"))) : defined.size();
    std::vector<Launcher> all;
    for (std::size_t i = 0; i < count; ++i) {
      Launcher launcher = defined[i % defined.size()];
      const std::size_t round = i / defined.size() + 1;
      if (launcher.name.empty())
        launcher.name = count > 1 ? std::to_string(i + 1) : "";
      else if (round > 1)
        launcher.name += "-" + std::to_string(round);
      all.push_back(std::move(launcher));
    }
    return all;
  }

  /// The mount table of a weapon, perhaps empty.
  Reader mount(std::int32_t weapon, const KeyTable& keys) const {
    const Node* mounts = reader.node("mount");
    const Node* found = mounts == nullptr ? nullptr : mounts->find(build.model.armament.weapons[std::size_t(weapon)].name);
    return Reader(found != nullptr && found->is_table() ? found : nullptr, &keys);
  }

  std::int32_t pool_of(std::int32_t weapon, const Reader& own, std::int32_t count_in_unit) {
    const Weapon& w = build.model.armament.weapons[std::size_t(weapon)];
    const bool has_own = own.has("channels") || w.effect != Effect::missile;
    const std::int32_t key = has_own ? weapon : -1;
    if (const auto known = pools.find(key); known != pools.end()) return known->second;
    ChannelPool pool;
    pool.fire_unit = unit;
    pool.name = has_own ? w.name : "channels";
    if (own.has("channels")) {
      pool.channels = std::int32_t(own.value("channels"));
    } else if (w.effect == Effect::jammer) {
      // each jammer of the unit treats as many threats as it has beams
      const Node* jammers = build.root.find("interceptor");
      const KeyTable keys = keys_of("interceptor", "");
      pool.channels = std::int32_t(Reader(jammers->find(w.name), &keys).value("beams")) * std::max(1, count_in_unit);
    } else if (w.effect == Effect::gun) {
      pool.channels = 1;
    } else if (reader.has("engagement_channels")) {
      pool.channels = std::int32_t(reader.value("engagement_channels"));
    } else {
      build.diagnostics.error("E0202", node.key_place, table, "'engagement_channels' is missing", "'" + w.name + "' has no channels",
                              "write engagement_channels = 4, or channels of its own: [" + table + ".mount." + w.name + "]");
    }
    pools[key] = std::int32_t(build.model.armament.pools.size());
    build.model.armament.pools.push_back(pool);
    return pools[key];
  }

  void stations() {
    const KeyTable keys = mount_keys();
    if (const Node* mounts = reader.node("mount"))
      for (const auto& [weapon, child] : mounts->entries)
        if (!build.interceptors.contains(weapon) && !child.is_from_component && weapon.rfind("x-", 0) != 0) {
          Node at = child;
          at.place = child.key_place;
          build.refer(build.interceptors, weapon, at, table + ".mount", "interceptor");
        }
    const auto all = launchers();
    Armament& armament = build.model.armament;
    std::map<std::int32_t, std::int32_t> in_unit;
    for (const Launcher& launcher : all)
      for (const auto& [weapon, count] : launcher.magazine) in_unit[weapon] += count;
    for (const Launcher& launcher : all)
      for (const auto& [weapon, count] : launcher.magazine) {
        if (armament.stations.size() >= kMostStations) {
          build.diagnostics.error("E0105", node.key_place, table, "more than 100000 launchers", "", "use fewer launchers");
          return;
        }
        const Weapon& w = armament.weapons[std::size_t(weapon)];
        const Reader own = mount(weapon, keys);
        Station station;
        station.name = name + (launcher.name.empty() ? "" : "." + launcher.name) + "." + w.name;
        station.fire_unit = unit;
        station.pool = pool_of(weapon, own, in_unit[weapon]);
        station.weapon = weapon;
        station.position_enu_m = launcher.position_enu_m;
        station.facing_rad = launcher.facing_rad;
        const double sector = own.value_or("sector", reader.value("sector"));
        station.half_sector_rad = sector >= 2 * kPi * (1 - 1e-12) ? 1e9 : sector / 2;
        const double reload_sets = own.value_or("reload_sets", reader.value("reload_sets"));
        std::int64_t ready = count;
        if (w.effect == Effect::gun) ready *= w.rounds_per_burst;
        if (w.effect == Effect::jammer) ready = 0;
        if (ready * (1 + std::int64_t(reload_sets)) > 1'000'000'000) {
          build.diagnostics.error("E0105", node.key_place, table, "more than 1000000000 rounds of " + w.name, "", "use fewer");
          return;
        }
        station.ready_rounds = station.ready_capacity = std::int32_t(ready);
        station.rounds = std::int32_t(ready * (1 + std::int64_t(reload_sets)));
        station.reload_s = own.value_or("reload_time", reader.value("reload_time"));
        station.launch_interval_s = own.value_or("launch_interval", w.effect == Effect::missile ? reader.value("launch_interval") : 0.0);
        const Node* interceptors = build.root.find("interceptor");
        const Node* again = interceptors->find(w.name)->find("may_reengage");
        station.may_reengage = again != nullptr ? again->flag : w.effect != Effect::missile;
        armament.stations.push_back(std::move(station));
      }
  }
};

}  // namespace

void build_fire_units(Build& build) {
  Model& model = build.model;
  const Reader top = build.top();
  const Reader command = top.table("command");
  const bool has_network = command.value("network") != 0;
  model.is_central = command.has("coordination") ? command.value("coordination") == 0 : has_network;

  for (const auto& [name, node] : top.tables("fire_unit")) {
    if (node->find("x-unresolved") != nullptr) continue;
    const std::string table = "fire_unit." + name;
    const Reader reader(node, &top.keys_below("fire_unit"));
    UnitBuild unit{build, name, table, *node, reader, std::int32_t(model.armament.fire_units.size())};
    FireUnit out;
    out.name = name;
    out.position_enu_m = build.position(reader.node("at"));
    out.reaction_s = reader.value("reaction_time");
    if (has_network && model.is_central) out.reaction_s += command.value("network_delay");  // an order is a message too
    out.assessment_delay_s = reader.value_or("assessment_delay", command.value("assessment_delay"));
    out.p_missed_kill = reader.value_or("missed_kill", command.value("missed_kill"));
    out.p_false_kill = reader.value_or("false_kill", command.value("false_kill"));
    out.rule = FiringRule(std::int32_t(reader.value("rule")));
    out.salvo = std::int32_t(reader.value("salvo"));
    out.shot_separation_s = reader.value("launch_interval");
    out.engages.assign(model.threat_classes.size(), reader.has("engages") ? 0 : 1);
    for (const auto& [threat, at] : reader.texts("engages")) {
      const std::int32_t index = build.refer(build.threats, threat, *at, table, "threat");
      if (index >= 0) out.engages[std::size_t(index)] = 1;
    }

    // whose tracks it takes: the network's, and those its own sensors keep for themselves
    const auto sensors = reader.texts("sensors");
    bool has_guide = false;
    for (const auto& [sensor_name, at] : sensors) {
      const std::int32_t index = build.refer(build.sensors, sensor_name, *at, table, "sensor");
      if (index < 0) {
        has_guide = true;  // told already
        continue;
      }
      const Sensor& sensor = model.sensors[std::size_t(index)];
      out.sensors.push_back(index);
      if (!sensor.guides) continue;
      has_guide = true;
      if (std::find(out.track_files.begin(), out.track_files.end(), sensor.track_file) == out.track_files.end())
        out.track_files.push_back(sensor.track_file);
    }
    if (reader.has("sensors") && !has_guide)
      build.diagnostics.error("E0402", reader.node("sensors")->place, table, "fire unit '" + name + "' has no sensor that guides it",
                              sensors.empty() ? "an empty list" : "sensors that only cue", "name a sensor that is not cue_only");
    const bool has_shared = std::any_of(model.sensors.begin(), model.sensors.end(),
                                        [](const Sensor& s) { return s.guides && s.track_file == 0; });
    if (has_network && has_shared && std::find(out.track_files.begin(), out.track_files.end(), 0) == out.track_files.end())
      out.track_files.push_back(0);
    if (out.track_files.empty()) out.track_files.push_back(0);
    // while the network is down
    for (const auto& [sensor_name, at] : sensors)
      for (const Sensor& feed : model.feeds)
        if (feed.repeats >= 0 && feed.name == sensor_name &&
            std::find(out.track_files.begin(), out.track_files.end(), feed.track_file) == out.track_files.end())
          out.track_files.push_back(feed.track_file);

    model.armament.fire_units.push_back(std::move(out));
    unit.stations();
  }
}

}  // namespace pavise
