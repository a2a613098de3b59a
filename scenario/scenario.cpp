#include "scenario/scenario.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "interceptors/intercept.hpp"
#include "scenario/build.hpp"
#include "scenario/overlay.hpp"
#include "scenario/spelling.hpp"
#include "sensors/sensors.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntities = 100'000;

bool is_file(const std::string& path) {
  std::error_code ignored;
  return path.find('\0') == std::string::npos && fs::exists(path, ignored);
}

std::string name_of(const std::string& path) { return fs::path(path).stem().string(); }

/// Takes out what only loading needed, and what components bring that this scenario has no use for (keys of other models,
/// values against classes it has not): the merged text says what the run is and nothing else.
void clean(Node& root) {
  const auto names_of = [&](const char* category) {
    std::set<std::string> names;
    if (const Node* entities = root.find(category))
      for (const auto& entry : entities->entries) names.insert(entry.first);
    return names;
  };
  const auto threats = names_of("threat"), interceptors = names_of("interceptor");
  const auto keep_known = [](Node* table, const std::set<std::string>& known) {
    if (table != nullptr)
      std::erase_if(table->entries, [&](const auto& e) { return e.second.is_from_component && !known.contains(e.first); });
  };
  for (const char* category : {"sensor", "threat", "interceptor", "fire_unit"}) {
    Node* entities = root.find(category);
    if (entities == nullptr) continue;
    for (auto& [name, entity] : entities->entries) {
      entity.erase("x-unresolved");
      keep_known(entity.find("sspk"), threats);
      keep_known(entity.find("mean_time_to_effect"), threats);
      keep_known(entity.find("mount"), interceptors);
      const Node* model = entity.find("model");
      const KeyTable keys = std::string_view(category) == "fire_unit" ? *scenario_keys().find("fire_unit")->table
                                                                      : keys_of(category, model == nullptr ? "" : model->text);
      std::erase_if(entity.entries, [&](const auto& e) {
        const Key* key = keys.find(e.first);
        return e.second.is_from_component && key != nullptr && key->is_for_another_model;
      });
    }
  }
}

bool has_too_many_entities(const Node& root, Diagnostics& diagnostics) {
  std::size_t count = 0;
  for (const auto& [name, child] : root.entries)
    for (const auto& entry : child.entries) {
      ++count;
      if (const Node* waves = entry.second.find("wave")) count += waves->entries.size();
      if (const Node* launchers = entry.second.find("launcher")) count += launchers->entries.size();
    }
  if (count <= kMostEntities) return false;
  diagnostics.error("E0105", {root.place.source, 1, 1, 1}, "", "the scenario has " + std::to_string(count) + " entities",
                    "more than 100000", "use fewer");
  return true;
}

void finish(Node root, const std::string& folder, const LoadOptions& options, LoadedScenario& result) {
  Diagnostics& diagnostics = result.diagnostics;
  for (const std::string& assignment : options.sets) apply_set(root, assignment, diagnostics);
  if (has_too_many_entities(root, diagnostics)) return;

  if (const Node* rungs = root.find("rungs")) {
    for (const Key& key : scenario_keys().keys)
      if (key.name == "rungs") check_value(*rungs, key, "", diagnostics);
  }
  std::vector<std::string> folders = {folder};
  folders.insert(folders.end(), options.component_folders.begin(), options.component_folders.end());
  folders.push_back(data_folder());
  Components components(folders, diagnostics, result.files);
  resolve_components(root, components, diagnostics, result);

  Model model;
  model.name = result.name;
  Build build{root, diagnostics, model};
  build.known_files = options.known_files;
  build_model(build);
  clean(root);
  if (build.terrain_file) {
    root.at("environment").at("x-terrain-hash") = Node::make_text(build.terrain_hash);
    result.files.push_back(std::move(*build.terrain_file));
  }
  result.merged_text = write_document(root);
  result.printed_text = write_document(root, &diagnostics);
  if (options.is_strict) diagnostics.make_warnings_errors();
  if (diagnostics.has_errors()) return;
  prepare(model.armament);
  result.model = std::move(model);
}

}  // namespace

namespace {

/// Files that ship are recorded as "data/...", so that a study does not depend on where pavise is installed.
void name_shipped_files(LoadedScenario& result) {
  const std::string base = data_folder() + "/";
  for (FileRead& file : result.files)
    if (file.name.rfind(base, 0) == 0) file.name = "data/" + file.name.substr(base.size());
}

}  // namespace

std::string data_folder() {
  const char* chosen = std::getenv("PAVISE_DATA");
  return chosen != nullptr && *chosen != '\0' ? std::string(chosen) : std::string(PAVISE_SOURCE_DIR) + "/data";
}

LoadedScenario load_scenario(const std::string& path_or_name, const LoadOptions& options) {
  LoadedScenario result;
  result.name = name_of(path_or_name);
  std::string path = path_or_name;
  const bool looks_like_file = path.size() > 5 && path.ends_with(".toml");
  if (!(is_file(path) && (looks_like_file || path.find('/') != std::string::npos))) {
    const std::string shipped = data_folder() + "/scenarios/" + path_or_name + ".toml";
    const bool climbs = path_or_name.find("..") != std::string::npos;
    if (!looks_like_file && !climbs && !path_or_name.empty() && path_or_name[0] != '/' && is_file(shipped)) {
      path = shipped;
      result.name = path_or_name;
    } else if (!is_file(path) && !looks_like_file) {
      std::vector<std::string> names;
      for (const ListedScenario& s : list_scenarios()) names.push_back(s.name);
      result.diagnostics.error("E0101", {}, "", "there is no scenario '" + path_or_name + "'", "",
                               suggest(path_or_name, names, "scenarios that ship"));
      return result;
    }
  }
  if (auto root = merge_chain(path, result.diagnostics, result.files))
    finish(std::move(*root), fs::path(path).parent_path().string(), options, result);
  name_shipped_files(result);
  return result;
}

LoadedScenario load_scenario_text(const std::string& text, const std::string& name, const LoadOptions& options) {
  LoadedScenario result;
  result.name = name;
  if (text.size() > kMostFileBytes) {
    result.diagnostics.error("E0103", {}, "", "the scenario's text is larger than 16 MiB", "", "use a smaller one");
    return result;
  }
  if (auto root = merge_text(text, name, ".", result.diagnostics, result.files)) finish(std::move(*root), ".", options, result);
  name_shipped_files(result);
  return result;
}

bool choose_policy(Model& model, const std::string& name, Diagnostics& diagnostics) {
  const PolicyKind* kind = Registry<PolicyKind>::instance().find(name);
  if (kind == nullptr) {
    diagnostics.error("E0306", {}, "", "there is no policy '" + name + "'", "", suggest(name, models_of("policy"), "policies"));
    return false;
  }
  model.policy = kind;
  model.policy_parameters = parameters_of(kind->info, Node::make_table());
  return true;
}

std::int32_t find_raid(const Model& model, const std::string& name, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.raids.size(); ++i) {
    if (model.raids[i].name == name) return std::int32_t(i);
    names.push_back(model.raids[i].name);
  }
  diagnostics.error("E0301", {}, "", "scenario '" + model.name + "' has no raid '" + name + "'", "", suggest(name, names, "raids"));
  return -1;
}

}  // namespace pavise
