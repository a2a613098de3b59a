// From a scenario file to one merged tree: extends, keep, remove, --set, and components put in place of `uses`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenario/document.hpp"
#include "scenario/scenario.hpp"

namespace pavise {

/// Merge-patch without null: tables key by key, everything else replaced whole.
void merge_into(Node& base, const Node& over);

/// The file at `path` with all that it extends. Empty if a file of the chain could not be read or parsed.
std::optional<Node> merge_chain(const std::string& path, Diagnostics& diagnostics, std::vector<FileRead>& files);
/// The same for a text; what it extends is relative to `folder`.
std::optional<Node> merge_text(const std::string& text, const std::string& name, const std::string& folder,
                               Diagnostics& diagnostics, std::vector<FileRead>& files);

/// One PATH=VALUE over the tree.
void apply_set(Node& root, const std::string& assignment, Diagnostics& diagnostics);

/// A component file, read and checked.
struct ComponentFile {
  std::string name, kind, title, model, file;
  Node values;                       // plain values, each at its place in the component file
  std::size_t sourced = 0, notional = 0;
  std::vector<ListedValue> listed;
};

class Components {
 public:
  Components(std::vector<std::string> folders, Diagnostics& diagnostics, std::vector<FileRead>& files);
  /// Null, with an error at `asked_at`, if it does not exist or is broken.
  const ComponentFile* find(const std::string& name, Place asked_at, const std::string& table);
  /// Names of all component files on the search path, sorted.
  std::vector<std::string> names() const;

 private:
  std::optional<ComponentFile> read(const std::string& name, const std::string& file, Place asked_at);
  void read_sources(const std::string& file);
  void resolve(const Node& from, Node& to, ComponentFile& component, const std::string& path);

  std::vector<std::string> folders_;  // each holds components/ or is it
  Diagnostics& diagnostics_;
  std::vector<FileRead>& files_;
  std::map<std::string, std::optional<ComponentFile>> known_;
  std::set<std::string> source_ids_;
  bool has_read_sources_ = false;
};

/// Replaces `uses` of sensors, threats, interceptors and fire units by the component's values below the entity's own,
/// and applies [rungs]. Adds the counts of component values in use.
void resolve_components(Node& root, Components& components, Diagnostics& diagnostics, LoadedScenario& result);

}  // namespace pavise
