// From the merged tree to the kernel's Model. Each part checks its tables, then fills its piece of the model; a mistake
// anywhere leaves the rest to be checked all the same.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/engine/model.hpp"
#include "scenario/check.hpp"
#include "scenario/document.hpp"
#include "scenario/scenario.hpp"
#include "scenario/quantity.hpp"

namespace pavise {

struct Build {
  const Node& root;
  Diagnostics& diagnostics;
  Model& model;
  Origin origin = {};
  // name -> index in the model; filled in natural order of names before anything refers to them
  std::map<std::string, std::int32_t> assets = {}, threats = {}, interceptors = {}, sensors = {};
  // [sensor]: whether it feeds the network's track file, and how late its detections leave it
  std::vector<bool> shares_file = {};
  std::vector<double> own_latency_s = {};
  // entities whose component could not be resolved: references to them are good, nothing else is known of them
  std::set<std::string> unresolved = {};
  // of the terrain, if it is not flat; known_files: texts to take instead of files (LoadOptions)
  std::vector<FileRead> known_files = {};
  std::optional<FileRead> terrain_file = {};
  std::string terrain_hash = {};

  Reader top() const { return Reader(&root, &scenario_keys()); }
  /// Position of a key that was checked; origin of the frame if unusable. Without a height it stands on the ground;
  /// beneath the ground it is an error.
  Vec3 position(const Node* node) const;
  /// Whether its text gives a height.
  bool has_height(const Node* node) const;
  /// Index of a referenced entity, or -1 with an error that names the nearest known one.
  std::int32_t refer(const std::map<std::string, std::int32_t>& known, const std::string& name, const Node& at,
                     const std::string& table, const char* category) const;
  /// Checks an entity of a category whose keys depend on its model; null (with an error) if it has none that is known.
  const ComponentInfo* check_entity(const std::string& category, const std::string& name, const Node& entity, KeyTable& keys);
};

/// Parameters of a component from its checked table.
Parameters parameters_of(const ComponentInfo& info, const Node& table);

void build_environment(Build& build);    // wind, radio earth, sight, terrain
void build_surroundings(Build& build);   // frame, environment, assets, engine, identification, tracking, policy
void build_threats(Build& build);        // threat classes
void build_raids(Build& build);
void build_sensors(Build& build);
void build_weapons(Build& build);        // interceptors
void build_fire_units(Build& build);
void build_doctrine(Build& build);

/// All of them, in order, over a tree whose components are resolved.
void build_model(Build& build);

}  // namespace pavise
