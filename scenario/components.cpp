#include <algorithm>
#include <filesystem>

#include "scenario/check.hpp"
#include "scenario/overlay.hpp"
#include "scenario/spelling.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

bool is_component_name(std::string_view name) {
  bool needs_character = true;
  for (char c : name) {
    if (c == '/') {
      if (needs_character) return false;
      needs_character = true;
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-') {
      needs_character = false;
    } else {
      return false;
    }
  }
  return !needs_character && name.size() <= 255;
}

/// The two places where a folder of the search path may keep a component.
std::vector<std::string> places_of(const std::string& folder) {
  const std::string base = folder.empty() ? "." : folder;
  return {base + "/components", base};
}

const std::vector<std::string> kKinds = {"fire_unit", "interceptor", "sensor", "threat"};

}  // namespace

Components::Components(std::vector<std::string> folders, Diagnostics& diagnostics, std::vector<FileRead>& files)
    : folders_(std::move(folders)), diagnostics_(diagnostics), files_(files) {}

void Components::read_sources(const std::string& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return;
  const auto text = read_file(file, diagnostics_, {});
  if (!text) return;
  files_.push_back({file, *text});
  const std::int32_t source = diagnostics_.add_source(file, *text);
  const auto root = parse_document(diagnostics_, source);
  if (!root) return;
  if (const Node* ids = root->find("source"))
    for (const auto& entry : ids->entries) source_ids_.insert(entry.first);
}

std::vector<std::string> Components::names() const {
  std::set<std::string> found;
  for (const std::string& folder : folders_) {
    const std::string base = places_of(folder)[0];
    std::error_code error;
    for (fs::recursive_directory_iterator it(base, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error)) {
      if (it.depth() > 8) it.disable_recursion_pending();
      if (it->path().extension() != ".toml") continue;
      std::string name = it->path().lexically_relative(base).replace_extension().generic_string();
      if (is_component_name(name) && name != "sources") found.insert(std::move(name));
    }
  }
  return {found.begin(), found.end()};
}

const ComponentFile* Components::find(const std::string& name, Place asked_at, const std::string& table) {
  if (!is_component_name(name)) {
    diagnostics_.error("E0307", asked_at, table, "'" + name + "' is not a component's name", "",
                       "a name is words of a-z 0-9 _ - with '/' between them, such as \"sensor/patriot_radar\"");
    return nullptr;
  }
  if (const auto known = known_.find(name); known != known_.end())
    return known->second ? &*known->second : nullptr;
  if (!has_read_sources_) {
    has_read_sources_ = true;
    for (const std::string& folder : folders_)
      for (const std::string& place : places_of(folder)) read_sources(place + "/sources.toml");
  }
  for (const std::string& folder : folders_)
    for (const std::string& place : places_of(folder)) {
      const std::string file = place + "/" + name + ".toml";
      std::error_code ignored;
      if (!fs::exists(file, ignored)) continue;
      auto& slot = known_[name];
      slot = read(name, file, asked_at);
      return slot ? &*slot : nullptr;
    }
  diagnostics_.error("E0302", asked_at, table, "there is no component '" + name + "'", "not on the search path",
                     suggest(name, names(), "components") + (folders_.size() > 1 ? "" : "; --components DIR adds a folder"));
  return nullptr;
}

std::optional<ComponentFile> Components::read(const std::string& name, const std::string& file, Place asked_at) {
  const auto text = read_file(file, diagnostics_, asked_at);
  if (!text) return std::nullopt;
  files_.push_back({file, *text});
  const std::int32_t source = diagnostics_.add_source(file, *text);
  const auto root = parse_document(diagnostics_, source);
  if (!root) return std::nullopt;
  const std::size_t before = diagnostics_.error_count();

  ComponentFile component;
  component.name = name;
  component.file = file;
  const Place top{source, 1, 1, 1};
  static const std::vector<std::string> kKeys = {"kind", "model", "schema", "title", "values"};
  for (const auto& [key, child] : root->entries) {
    if (key.rfind("x-", 0) == 0) continue;
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      diagnostics_.error("E0203", child.key_place, name, "unknown key '" + key + "'", "not a key of a component",
                         suggest(key, kKeys, "keys of a component"));
    else if (key == "values" ? !child.is_table() : !child.is_text())
      diagnostics_.error("E0201", child.place, name, "'" + key + "' needs " + (key == "values" ? "a table" : "a text") + ", this is " +
                                                         std::string(phrase_of(child.type)),
                         "", key == "values" ? "write [values]" : "write it in double quotes");
  }
  const auto text_of = [&](const char* key) {
    const Node* n = root->find(key);
    return n != nullptr && n->is_text() ? n->text : std::string();
  };
  for (const char* key : {"schema", "kind", "title", "values"})
    if (root->find(key) == nullptr)
      diagnostics_.error("E0202", top, name, "'" + std::string(key) + "' is missing", "a component needs it",
                         std::string(key) == "schema" ? "write schema = \"pavise-component/1\""
                         : std::string(key) == "kind" ? "write kind = \"sensor\" (or " + enumerate_names(kKinds) + ")"
                         : std::string(key) == "title" ? "write title = \"...\""
                                                       : "write a table [values]");
  if (const Node* schema = root->find("schema"); schema != nullptr && schema->is_text() && schema->text != "pavise-component/1")
    diagnostics_.error(schema->text.rfind("pavise-component/", 0) == 0 ? "E0121" : "E0120", schema->place, name,
                       "this is '" + schema->text + "', this program reads 'pavise-component/1'", "",
                       "write schema = \"pavise-component/1\"");
  component.kind = text_of("kind");
  component.title = text_of("title");
  component.model = text_of("model");
  if (const Node* kind = root->find("kind");
      kind != nullptr && kind->is_text() && std::find(kKinds.begin(), kKinds.end(), kind->text) == kKinds.end())
    diagnostics_.error("E0211", kind->place, name, "'kind' cannot be '" + kind->text + "'", "", suggest(kind->text, kKinds, "kinds"));

  component.values = Node::make_table(top);
  component.values.is_from_component = true;
  if (const Node* values = root->find("values"); values != nullptr && values->is_table())
    resolve(*values, component.values, component, "values");
  if (diagnostics_.error_count() > before) return std::nullopt;
  return component;
}

/// { value, source | notional } becomes the value; tables of such go down.
void Components::resolve(const Node& from, Node& to, ComponentFile& component, const std::string& path) {
  for (const auto& [key, child] : from.entries) {
    if (key.rfind("x-", 0) == 0) continue;
    const std::string here = path + "." + key;
    const std::string help = "write " + key + " = { value = ..., notional = \"why this figure\" } or source = \"id\"";
    if (!child.is_table()) {
      diagnostics_.error("E0303", child.place, component.name, "'" + key + "' says not where it comes from", "no source, not notional", help);
      continue;
    }
    const Node *value = child.find("value"), *sourced = child.find("source"), *notional = child.find("notional");
    if (value == nullptr && sourced == nullptr && notional == nullptr) {
      Node below = Node::make_table(child.place);
      below.key_place = child.key_place;
      below.is_from_component = true;
      resolve(child, below, component, here);
      to.entries.emplace_back(key, std::move(below));
      continue;
    }
    for (const auto& [name, extra] : child.entries)
      if (name != "value" && name != "source" && name != "notional" && name.rfind("x-", 0) != 0)
        diagnostics_.error("E0203", extra.key_place, component.name, "unknown key '" + name + "'", "beside value, source, notional",
                           suggest(name, {"value", "source", "notional"}, "keys of a value"));
    const bool has_one = (sourced != nullptr) != (notional != nullptr);
    const Node* origin = sourced != nullptr ? sourced : notional;
    if (value == nullptr || !has_one) {
      diagnostics_.error("E0303", child.key_place, component.name,
                         value == nullptr ? "'" + key + "' has no value"
                                          : "'" + key + "' has " + (sourced != nullptr ? "both source and notional" : "neither source nor notional"),
                         "exactly one of source, notional", help);
      continue;
    }
    if (!origin->is_text() || origin->text.empty()) {
      diagnostics_.error("E0303", origin->place, component.name, "'" + key + "' says not where it comes from", "an empty or no text", help);
      continue;
    }
    if (sourced != nullptr && !source_ids_.contains(sourced->text)) {
      diagnostics_.error("E0304", sourced->place, component.name, "there is no source '" + sourced->text + "'", "not in sources.toml",
                         suggest(sourced->text, {source_ids_.begin(), source_ids_.end()}, "sources"));
      continue;
    }
    (sourced != nullptr ? component.sourced : component.notional) += 1;
    component.listed.push_back({here.substr(7), write_value(*value), sourced != nullptr, origin->text});
    Node plain = *value;
    plain.key_place = child.key_place;
    const auto mark = [](auto&& self, Node& node) -> void {
      node.is_from_component = true;
      for (Node& item : node.items) self(self, item);
      for (auto& entry : node.entries) self(self, entry.second);
    };
    mark(mark, plain);
    to.entries.emplace_back(key, std::move(plain));
  }
}

void resolve_components(Node& root, Components& components, Diagnostics& diagnostics, LoadedScenario& result) {
  const Node* rungs = root.find("rungs");
  for (const std::string& category : kKinds) {
    Node* entities = root.find(category);
    if (entities == nullptr || !entities->is_table()) continue;
    const Node* rung = rungs == nullptr ? nullptr : rungs->find(category);
    for (auto& [name, entity] : entities->entries) {
      if (!entity.is_table() || name.rfind("x-", 0) == 0) continue;
      const std::string table = category + "." + name;
      const Node* uses = entity.find("uses");
      const ComponentFile* component = nullptr;
      Node own = entity;
      if (uses != nullptr) {
        const Place at = uses->place;
        if (!uses->is_text()) {
          diagnostics.error("E0201", at, table, "'uses' needs a text, this is " + std::string(phrase_of(uses->type)), "",
                            "write for example uses = \"sensor/patriot_radar\"");
        } else {
          component = components.find(uses->text, at, table);
          if (component != nullptr && component->kind != category) {
            diagnostics.error("E0305", at, table, "'" + uses->text + "' is a component of kind " + component->kind, "needs kind " + category,
                              "name a component of kind " + category + " (`pavise list components`)");
            component = nullptr;
          }
        }
        const std::string component_name = uses->text;
        own.erase("uses");
        if (component == nullptr) {
          // what hangs on the component cannot be judged
          entity.at("x-unresolved") = Node::make_text("yes", at);
          continue;
        }
        entity = component->values;
        entity.is_from_component = false;
        entity.place = own.place;
        entity.key_place = own.key_place;
        entity.entries.insert(entity.entries.begin(), {"x-uses", Node::make_text(component_name, at)});
        merge_into(entity, own);
        result.sourced_values += component->sourced;
        result.notional_values += component->notional;
      }
      // which model: the entity's own word, then the scenario's rung, then the component's
      if (category == "fire_unit" || own.find("model") != nullptr) continue;
      const Node* effect = entity.find("effect");
      const bool is_jammer = effect != nullptr && effect->is_text() && effect->text == "jammer";
      if (rung != nullptr && rung->is_text() && !is_jammer) {
        entity.at("model") = *rung;
      } else if (component != nullptr && !component->model.empty()) {
        Node model = Node::make_text(component->model, entity.find("x-uses")->place);
        model.is_from_component = true;
        entity.at("model") = std::move(model);
      }
    }
  }
  root.erase("rungs");
}

}  // namespace pavise
