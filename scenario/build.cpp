#include "scenario/build.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "kernel/command/picture.hpp"
#include "kernel/core/clock.hpp"
#include "kernel/threats/threats.hpp"
#include "scenario/spelling.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

Vec3 Build::position(const Node* node) const {
  std::string ignored;
  if (node == nullptr || !node->is_text()) return {};
  const auto found = read_position(node->text, ignored);
  if (!found) return {};
  Vec3 p = position_enu(*found, origin);
  if (model.terrain == nullptr) return p;
  const double ground_m = model.terrain->height_m(p.x, p.y);
  if (!found->altitude_m) {
    p.z = ground_m;
  } else if (p.z < ground_m - 1e-3) {
    diagnostics.error("E0505", node->place, "", "this place lies beneath the terrain",
                      "the ground is at " + write_quantity(std::ceil(ground_m), Dimension::length) + ", the place at " +
                          write_quantity(p.z, Dimension::length),
                      "raise it, or leave the height out: then it stands on the ground");
  }
  return p;
}

bool Build::has_height(const Node* node) const {
  std::string ignored;
  if (node == nullptr || !node->is_text()) return false;
  const auto found = read_position(node->text, ignored);
  return found && found->altitude_m.has_value();
}

std::int32_t Build::refer(const std::map<std::string, std::int32_t>& known, const std::string& name, const Node& at,
                          const std::string& table, const char* category) const {
  if (const auto found = known.find(name); found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& entry : known) names.push_back(entry.first);
  diagnostics.error("E0301", at.place, table, "there is no " + std::string(category) + " '" + name + "'", "unknown name",
                    suggest(name, names, "known as " + std::string(category)));
  return -1;
}

Parameters parameters_of(const ComponentInfo& info, const Node& table) {
  Parameters parameters(info.size_bytes);
  for (const Parameter& p : info.parameters) {
    const Node* node = table.find(p.name);
    if (p.dimension == Dimension::table) {
      if (node != nullptr) *reinterpret_cast<Table*>(&parameters.at_offset(p.offset)) = table_of(*node);
      continue;
    }
    Key key;
    key.name = std::string(p.name);
    key.dimension = p.dimension;
    for (std::string_view w : p.words) key.words.emplace_back(w);
    std::optional<double> value;
    if (node != nullptr) value = value_of(*node, key);
    parameters.at_offset(p.offset) = value ? *value : p.otherwise.value_or(0);
  }
  return parameters;
}

const ComponentInfo* Build::check_entity(const std::string& category, const std::string& name, const Node& entity,
                                         KeyTable& keys) {
  const std::string path = name.empty() ? category : category + "." + name;
  if (!name.empty() && !is_entity_name(name))
    diagnostics.error("E0212", entity.key_place, category, "'" + name + "' is not a name for " + category, "",
                      "a name begins with a-z, has a-z 0-9 _ - and at most 63 characters");
  const char* word = category == "policy" ? "uses" : "model";
  const Node* chosen = entity.find(word);
  const ComponentInfo* info = nullptr;
  std::string model_name;
  const Node* effect = entity.find("effect");
  const bool needs_none = category == "interceptor" && effect != nullptr && effect->text == "jammer";
  const bool is_unresolved = entity.find("x-unresolved") != nullptr;
  if (chosen != nullptr && chosen->is_text())
    model_name = chosen->text;
  else if (chosen == nullptr && (category == "policy" || category == "tracking"))
    model_name = keys_of(category, "").find(word)->otherwise_text;
  if (!model_name.empty()) {
    info = model_info(category, model_name);
    if (info == nullptr) {
      Place place = chosen != nullptr ? chosen->place : entity.place;
      if (place.line == 0) place.line = place.column = 1;
      diagnostics.error("E0306", place, path, "there is no " + category + " model '" + model_name + "'", "not registered",
                        suggest(model_name, models_of(category), category + " models"));
    }
  } else if (chosen == nullptr && !needs_none && !is_unresolved) {
    diagnostics.error("E0202", entity.key_place, path, "'uses' is missing", category + " needs a component",
                      "write uses = \"" + category + "/...\" (`pavise list components`), or model = \"...\" and all its values");
  }
  keys = keys_of(category, info == nullptr ? "" : info->name);
  if (info == nullptr && !needs_none)
    for (Key& key : keys.keys) {  // without its model nobody knows what is needed or of use
      key.is_required = key.is_required && !is_unresolved && key.form != Form::value;
      key.is_for_another_model = false;
    }
  check_table(entity, keys, path, model_name, diagnostics);
  return info;
}

namespace {

/// Top level: fixed tables are checked whole; those whose keys depend on a model are checked entity by entity.
void check_top(Build& build) {
  KeyTable top = scenario_keys();
  for (Key& key : top.keys)
    for (const char* category : {"sensor", "threat", "interceptor", "policy", "tracking"})
      if (key.name == category) {
        if (const Node* node = build.root.find(key.name); node != nullptr && !node->is_table())
          build.diagnostics.error("E0201", node->place, "", "'" + key.name + "' needs a table, this is " + std::string(phrase_of(node->type)),
                                  "", "write [" + key.name + (key.form == Form::tables ? ".name]" : "]"));
        key.form = Form::patterns;
      }
  for (Key& key : top.keys) {
    if (key.name == "title") key.doc = "one line";
    if (key.name == "schema") key.is_required = false;  // told by the overlay already
    // a fire unit whose component is missing needs what the component would have brought
    if (key.name != "fire_unit") continue;
    const Node* units = build.root.find("fire_unit");
    if (units == nullptr) continue;
    for (const auto& entry : units->entries)
      if (entry.second.find("x-unresolved") != nullptr) build.unresolved.insert("fire_unit." + entry.first);
  }
  check_table(build.root, top, "", "", build.diagnostics);

  for (const char* category : {"sensor", "threat", "interceptor"})
    if (const Node* entities = build.root.find(category); entities != nullptr && entities->is_table())
      for (const auto& [name, child] : entities->entries)
        if (!child.is_table() && name.rfind("x-", 0) != 0)
          build.diagnostics.error("E0201", child.place, category, "'" + name + "' needs a table, this is " + std::string(phrase_of(child.type)),
                                  "entities are named tables", "write [" + std::string(category) + "." + name + "]");
}

}  // namespace

void build_surroundings(Build& build) {
  Model& model = build.model;
  const Reader top = build.top();
  model.title = top.text("title");

  const Reader frame = top.table("frame");
  if (const Node* origin = frame.node("origin"); origin != nullptr && origin->is_text()) {
    std::string why;
    const auto place = read_position(origin->text, why);
    if (place && !place->is_geodetic)
      build.diagnostics.error("E0210", origin->place, "frame", "'origin' needs latitude and longitude", "a local position has no origin",
                              "write for example \"52 N 20 E 100 m\"");
    if (place && place->is_geodetic) build.origin = {place->latitude_deg, place->longitude_deg, place->altitude_m.value_or(0)};
  }
  model.origin_latitude_deg = build.origin.latitude_deg;
  model.origin_longitude_deg = build.origin.longitude_deg;
  model.origin_altitude_m = build.origin.altitude_m;
  model.epoch = frame.text("epoch");

  build_environment(build);

  for (const auto& [name, node] : top.tables("asset")) {
    const Reader asset(node, &top.keys_below("asset"));
    build.assets[name] = std::int32_t(model.assets.size());
    model.assets.push_back({name, build.position(asset.node("at")), asset.value("radius"), asset.value("value"), asset.value("hardness")});
  }

  const Reader engine = top.table("engine");
  model.frame_ticks = ticks_of(engine.value("frame_length"));
  model.decision_ticks = ticks_of(engine.value("decision_period"));
  model.end_s = engine.value("time_limit");
  model.trail_period_s = engine.value("trail_period");
  model.quality_period_s = engine.value("quality_period");
  model.quality_cutoff_m = engine.value("quality_cutoff");
  if (model.frame_ticks <= 0) model.frame_ticks = ticks_of(0.5);
  if (model.decision_ticks % model.frame_ticks != 0)
    build.diagnostics.error("E0404", engine.node("decision_period")->place, "engine",
                            "'decision_period' is not a multiple of the frame",
                            "the frame is " + write_quantity(seconds_of(model.frame_ticks), Dimension::time),
                            "decisions fall on frames: choose " +
                                write_quantity(seconds_of((model.decision_ticks / model.frame_ticks + 1) * model.frame_ticks), Dimension::time) +
                                ", or a frame that divides it");

  const Reader identification = top.table("identification");
  IdentificationModel& id = model.identification;
  id.is_perfect = identification.flag("perfect");
  id.floor = identification.value("floor");
  id.ceiling_radar = identification.value("ceiling_radar");
  id.ceiling_optical = identification.value("ceiling_eo");
  id.time_constant_s = identification.value("time_constant");
  id.decoy_as_drone = identification.value("decoy_as_drone");
  id.decoy_as_drone_optical = identification.value("decoy_as_drone_eo");
  id.jet_as_cruise = identification.value("jet_as_cruise");

  const Node empty;
  KeyTable keys;
  const Node* tracking = build.root.find("tracking");
  const Node& tracking_table = tracking != nullptr && tracking->is_table() ? *tracking : empty;
  if (const ComponentInfo* info = build.check_entity("tracking", "", tracking_table, keys)) {
    model.tracker = Registry<TrackerKind>::instance().find(info->name);
    model.tracker_parameters = parameters_of(*info, tracking_table);
  }
  const Node* policy = build.root.find("policy");
  const Node& policy_table = policy != nullptr && policy->is_table() ? *policy : empty;
  if (const ComponentInfo* info = build.check_entity("policy", "", policy_table, keys)) {
    model.policy = Registry<PolicyKind>::instance().find(info->name);
    model.policy_parameters = parameters_of(*info, policy_table);
  }
}

void build_doctrine(Build& build) {
  const Reader doctrine = build.top().table("doctrine");
  Doctrine& out = build.model.doctrine;
  const auto weapon_names = [&](const Reader& reader, const char* key, const std::string& table) {
    std::vector<std::string> names;
    for (const auto& [name, node] : reader.texts(key))
      if (build.refer(build.interceptors, name, *node, table, "interceptor") >= 0) names.push_back(name);
    return names;
  };
  const auto classes = doctrine.tables("class");
  if (!classes.empty()) {
    ClassDoctrine any;  // a class without a table of its own: everything that reaches it
    for (const Weapon& weapon : build.model.armament.weapons) any.prefer.push_back(weapon.name);
    out.by_identity.assign(build.model.identity_names.size(), any);
  }
  for (const auto& [name, node] : classes) {
    const std::string table = "doctrine.class." + name;
    Node at = *node;
    at.place = node->key_place;
    const std::int32_t identity = build.refer(build.threats, name, at, table, "threat");
    const Reader reader(node, &doctrine.keys_below("class"));
    ClassDoctrine rule;
    rule.prefer = weapon_names(reader, "prefer", table);
    rule.only_if_alone = weapon_names(reader, "only_if_alone", table);
    rule.salvo = std::int32_t(reader.value("salvo"));
    rule.salvo_after_look = std::int32_t(reader.value("salvo_after_look"));
    rule.uses_reserve = reader.flag("uses_reserve");
    rule.is_held = reader.flag("hold");
    if (identity >= 0) out.by_identity[std::size_t(identity)] = std::move(rule);
  }
  if (doctrine.has("reserve")) {
    const Reader reserve = doctrine.table("reserve");
    const Node* name = reserve.node("interceptor");
    if (name != nullptr && name->is_text() &&
        build.refer(build.interceptors, name->text, *name, "doctrine.reserve", "interceptor") >= 0) {
      out.reserve_weapon = name->text;
      out.reserve_fraction = reserve.value("fraction");
    }
  }
  for (const auto& [name, node] : doctrine.tables("keep_out")) {
    const Reader zone(node, &doctrine.keys_below("keep_out"));
    out.keep_out.push_back({build.position(zone.node("at")), zone.value("radius"), zone.value("below")});
  }
}

void build_model(Build& build) {
  check_top(build);
  build_surroundings(build);
  build_threats(build);
  build_raids(build);
  build_sensors(build);
  build_weapons(build);
  build_fire_units(build);
  build_doctrine(build);

  // for the classes that fly; of values that are known to be good
  if (build.diagnostics.has_errors()) return;
  std::set<std::int32_t> flying;
  for (const Raid& raid : build.model.raids)
    for (const Wave& wave : raid.waves) flying.insert(wave.threat_class);
  for (const std::int32_t threat : flying)
    if (threat >= 0) prepare_motion(build.model.threat_classes[std::size_t(threat)]);
}

}  // namespace pavise
