// Scenario files: TOML -> validated Model, with every mistake told at once (FORMATS section 1).
//
//   LoadedScenario loaded = load_scenario("nsatu_hub_amdtf", {.sets = {"fire_unit.patriot_1.launchers=6"}});
//   if (!loaded.model) { std::cerr << loaded.diagnostics.to_text(); return 2; }
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/engine/model.hpp"
#include "scenario/diagnostics.hpp"

namespace pavise {

struct FileRead {
  std::string name, text;  // path as typed or as found; content as read
};

struct LoadOptions {
  std::vector<std::string> component_folders = {};  // --components DIR, searched after the scenario's own folder
  std::vector<std::string> sets = {};               // --set PATH=VALUE, in order
  bool is_strict = false;                           // --strict: warnings are errors
  std::vector<FileRead> known_files = {};           // as a study file holds them: taken for terrain of that file name
};

struct LoadedScenario {
  std::string name;                  // of the file, without folder and ending: "nsatu_hub_amdtf"
  std::optional<Model> model;        // empty if there is any error
  Diagnostics diagnostics;
  std::string merged_text;           // TOML, components resolved: loads again, alone, to the same Model
  std::string printed_text;          // the same with "# file:line" behind each value, for `validate --print`
  std::vector<FileRead> files;       // every file read, in the order of reading
  std::size_t sourced_values = 0, notional_values = 0;  // component values in use that carry a source / the word notional
};

/// A path (it has '/' or ends in .toml, and exists) or the name of a scenario that ships. Raid 0 of the model is the
/// default one. Never throws on bad input.
LoadedScenario load_scenario(const std::string& path_or_name, const LoadOptions& options = {});

/// The same from a text, such as /scenarios/text of a study file.
LoadedScenario load_scenario_text(const std::string& text, const std::string& name, const LoadOptions& options = {});

/// Puts the policy `name` with its default parameters into the model. False, with an error that names the nearest known
/// policy, if there is none of that name.
bool choose_policy(Model& model, const std::string& name, Diagnostics& diagnostics);

/// Index of a raid; -1, with an error that names the nearest known raid, if the model has none of that name.
std::int32_t find_raid(const Model& model, const std::string& name, Diagnostics& diagnostics);

/// Where the data that ships is: environment PAVISE_DATA, else the source tree's data/.
std::string data_folder();

// For `pavise list` and `pavise schema`.

struct ListedValue {
  std::string key, value;       // as in the file
  bool is_sourced = false;
  std::string origin;           // source id, or why it is notional
};
struct ListedComponent {
  std::string name, kind, title, model, file;
  std::size_t sourced = 0, notional = 0;
  std::vector<ListedValue> values;
};
/// Components on the search path, sorted by name; broken files are told in `diagnostics` and left out.
std::vector<ListedComponent> list_components(const LoadOptions& options, Diagnostics& diagnostics);

struct ListedScenario {
  std::string name, title, file;
  std::vector<std::string> raids;
};
std::vector<ListedScenario> list_scenarios();

struct ListedPolicy {
  std::string name, summary, source;
};
std::vector<ListedPolicy> list_policies();

/// JSON Schema draft-07 of scenario and component files, generated from the tables that the loader checks with.
std::string scenario_schema();
std::string component_schema();

}  // namespace pavise
