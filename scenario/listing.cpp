// `pavise list`: components with the share of sourced values, scenarios that ship, policies.
#include <algorithm>
#include <filesystem>

#include "kernel/command/picture.hpp"
#include "scenario/overlay.hpp"
#include "scenario/scenario.hpp"

namespace pavise {

std::vector<ListedComponent> list_components(const LoadOptions& options, Diagnostics& diagnostics) {
  std::vector<std::string> folders = options.component_folders;
  folders.push_back(data_folder());
  std::vector<FileRead> files;
  Components components(folders, diagnostics, files);
  std::vector<ListedComponent> result;
  for (const std::string& name : components.names())
    if (const ComponentFile* c = components.find(name, {}, ""))
      result.push_back({c->name, c->kind, c->title, c->model, c->file, c->sourced, c->notional, c->listed});
  return result;
}

std::vector<ListedScenario> list_scenarios() {
  namespace fs = std::filesystem;
  std::vector<ListedScenario> result;
  const std::string base = data_folder() + "/scenarios";
  std::error_code error;
  for (fs::recursive_directory_iterator it(base, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".toml") continue;
    ListedScenario listed;
    listed.file = it->path().string();
    listed.name = it->path().lexically_relative(base).replace_extension().generic_string();
    Diagnostics ignored;
    std::vector<FileRead> files;
    if (const auto root = merge_chain(listed.file, ignored, files)) {
      if (const Node* title = root->find("title")) listed.title = title->text;
      const Node* wanted = root->find("default_raid");
      if (const Node* raids = root->find("raid"))
        for (const auto& entry : raids->entries) listed.raids.push_back(entry.first);
      if (wanted != nullptr)
        std::stable_partition(listed.raids.begin(), listed.raids.end(), [&](const std::string& r) { return r == wanted->text; });
    }
    result.push_back(std::move(listed));
  }
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return result;
}

std::vector<ListedPolicy> list_policies() {
  std::vector<ListedPolicy> result;
  for (const PolicyKind* kind : Registry<PolicyKind>::instance().sorted())
    result.push_back({std::string(kind->info.name), std::string(kind->info.summary), std::string(kind->info.source)});
  return result;
}

}  // namespace pavise
