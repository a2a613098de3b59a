#include <algorithm>
#include <cmath>

#include "kernel/threats/threats.hpp"
#include "scenario/build.hpp"
#include "scenario/spelling.hpp"

namespace pavise {

void build_threats(Build& build) {
  Model& model = build.model;
  for (const auto& [name, node] : build.top().tables("threat")) {
    KeyTable keys;
    const ComponentInfo* info = build.check_entity("threat", name, *node, keys);
    const Reader reader(node, &keys);
    ThreatClass threat;
    threat.name = name;
    threat.identity = std::int32_t(model.identity_names.size());
    if (info != nullptr) {
      threat.motion = Registry<MotionKind>::instance().find(info->name);
      threat.motion_parameters = parameters_of(*info, *node);
    }
    // a ballistic class has no cruise speed; its burnout speed stands for it in estimates and reports
    threat.speed_mps = reader.has("speed") ? reader.value("speed") : reader.value("burnout_speed");
    threat.rcs_m2 = reader.value("rcs");
    threat.rcs_factor_side = reader.value("rcs_factor_side");
    threat.rcs_factor_tail = reader.value("rcs_factor_tail");
    threat.swerling = std::int32_t(reader.value("swerling"));
    threat.infrared_intensity = reader.value("infrared_intensity");
    threat.infrared_factor_tail = reader.value("infrared_factor_tail");
    threat.emission_eirp_W = reader.value("emission_eirp");
    threat.damage = reader.value("damage");
    threat.p_destroy = reader.value("p_destroy");
    threat.impact_error_m = reader.value("impact_error");
    threat.uses_satellites = reader.value("navigation") < 2;  // gnss, gnss_inertial
    threat.reliability = reader.value("reliability");
    threat.unit_cost = reader.value("unit_cost");
    build.threats[name] = threat.identity;
    model.identity_names.push_back(name);
    model.threat_classes.push_back(std::move(threat));
  }
  const auto index = [&](const char* name) {
    const auto found = build.threats.find(name);
    return found == build.threats.end() ? -1 : found->second;
  };
  model.identification.owa_drone = index("owa_drone");
  model.identification.decoy_drone = index("decoy_drone");
  model.identification.jet_drone = index("jet_drone");
  model.identification.cruise_subsonic = index("cruise_subsonic");
}

namespace {

constexpr std::int64_t kMostThreats = 1'000'000;

void place_wave(Build& build, const Reader& wave, const Node& from, double class_altitude_m, Wave& out) {
  if (from.is_table()) {
    const Reader sector(&from, &sector_keys());
    out.is_sector = true;
    out.bearing_rad = sector.value("bearing");
    out.half_width_rad = sector.value("half_width");
    out.range_m = sector.value("range");
    out.altitude_m = sector.value_or("altitude", class_altitude_m);
    out.bearing_step_rad = sector.value("bearing_step");
    out.range_step_m = sector.value("range_step");
  } else {
    // a position is a route of one point; a point on the ground means the class's altitude
    out.is_sector = false;
    std::vector<Vec3> points;
    const auto add = [&](const Node& node) {
      Vec3 p = build.position(&node);
      if (!build.has_height(&node))
        p.z += class_altitude_m;  // above the ground there
      else if (p.z == 0)
        p.z = class_altitude_m;
      points.push_back(p);
    };
    if (from.is_text()) add(from);
    for (const Node& item : from.items) add(item);
    if (points.empty()) points.emplace_back();
    out.place_enu_m = points.front();
    out.altitude_m = points.front().z;
    out.route_enu_m.assign(points.begin() + 1, points.end());
  }
  out.speed_mps = wave.value("speed");
  out.speed_step_mps = wave.value("speed_step");
}

}  // namespace

void build_raids(Build& build) {
  Model& model = build.model;
  const Reader top = build.top();
  const Node* raids = top.node("raid");
  if (raids == nullptr || raids->entries.empty()) {
    Place place = raids != nullptr ? raids->key_place : Place{build.root.place.source, 1, 1, 1};
    if (place.line == 0) place.line = place.column = 1;
    build.diagnostics.error("E0401", place, "", "the scenario has no raid", "nothing would happen",
                            "write a table [raid.NAME.wave.W] with threat, count, from, target, at_time");
    return;
  }
  // file order, but the default first: raid 0 is what a run takes if it is told nothing
  std::vector<const Entry*> ordered;
  for (const auto& entry : raids->entries)
    if (entry.second.is_table() && entry.first.rfind("x-", 0) != 0) ordered.push_back(&entry);
  if (const Node* wanted = top.node("default_raid"); wanted != nullptr && wanted->is_text()) {
    std::map<std::string, std::int32_t> names;
    for (const auto* entry : ordered) names[entry->first] = 0;
    if (build.refer(names, wanted->text, *wanted, "", "raid") >= 0)
      std::stable_partition(ordered.begin(), ordered.end(), [&](const auto* entry) { return entry->first == wanted->text; });
  }

  for (const auto* entry : ordered) {
    const auto& [name, node] = *entry;
    const Reader reader(&node, &top.keys_below("raid"));
    Raid raid;
    raid.name = name;
    raid.title = reader.text("title");
    std::int64_t count = 0;
    for (const auto& [wave_name, wave_node] : reader.tables("wave")) {
      const std::string table = "raid." + name + ".wave." + wave_name;
      const Reader wave(wave_node, &reader.keys_below("wave"));
      Wave out;
      out.name = wave_name;
      double class_altitude_m = 0;
      if (const Node* threat = wave.node("threat"); threat != nullptr && threat->is_text()) {
        out.threat_class = build.refer(build.threats, threat->text, *threat, table, "threat");
        if (out.threat_class >= 0) {
          const Node* class_node = top.node("threat")->find(threat->text);
          const KeyTable keys = keys_of("threat", "");
          class_altitude_m = Reader(class_node, &keys).value("altitude");
        }
      }
      out.count = std::int32_t(wave.value("count"));
      count += out.count;
      if (const Node* from = wave.node("from")) place_wave(build, wave, *from, class_altitude_m, out);
      if (const Node* target = wave.node("target"); target != nullptr && target->is_text() && target->text != "by_value")
        out.target_asset = build.refer(build.assets, target->text, *target, table, "asset");
      if (build.assets.empty() && wave.has("target"))
        build.diagnostics.error("E0301", wave.node("target")->place, table, "the scenario has no asset to aim at", "",
                                "write a table [asset.NAME] with at and value");
      out.aims_at_centre = wave.value("aim") == 1;
      out.at_time_s = wave.value("at_time");
      out.spacing_s = wave.value("spacing");
      if (out.count > 0 && wave.has("speed_step") && out.speed_mps + out.speed_step_mps * (out.count - 1) <= 0)
        build.diagnostics.error("E0207", wave.node("speed_step")->place, table, "'speed_step' is out of range",
                                "the last object would not fly forward", "speed + (count - 1) speed_step must be above 0 m/s");
      if (out.count > 0) raid.waves.push_back(std::move(out));
    }
    if (count == 0)
      build.diagnostics.error("E0401", node.key_place, "raid." + name, "raid '" + name + "' is empty", "no threat in it",
                              "give it a table [raid." + name + ".wave.W] with a count of 1 or more");
    if (count > kMostThreats)
      build.diagnostics.error("E0105", node.key_place, "raid." + name, "raid '" + name + "' has " + std::to_string(count) + " threats",
                              "more than 1000000", "split it into several raids");
    model.raids.push_back(std::move(raid));
  }
}

}  // namespace pavise
