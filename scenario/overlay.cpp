#include "scenario/overlay.hpp"

#include <algorithm>
#include <filesystem>

#include "scenario/check.hpp"
#include "scenario/scenario.hpp"
#include "scenario/spelling.hpp"

namespace pavise {

void merge_into(Node& base, const Node& over) {
  for (const auto& [name, child] : over.entries) {
    Node* known = base.find(name);
    if (known == nullptr)
      base.entries.emplace_back(name, child);
    else if (known->is_table() && child.is_table())
      merge_into(*known, child);
    else
      *known = child;
  }
}

namespace {

constexpr int kMostDepth = 16;

struct Link {
  std::string path, identity;  // as typed; canonical
};

struct Chain {
  Diagnostics& diagnostics;
  std::vector<FileRead>& files;
  std::vector<Link> links = {};
  std::size_t bytes = 0;

  std::optional<Node> file(const std::string& path, Place asked_at) {
    std::error_code ignored;
    const auto canonical = std::filesystem::weakly_canonical(path, ignored);
    const std::string identity = ignored ? path : canonical.string();
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links[i].identity != identity) continue;
      std::string chain;
      for (std::size_t k = i; k < links.size(); ++k) chain += links[k].path + " -> ";
      diagnostics.error("E0111", asked_at, "", "`extends` goes in a circle: " + chain + path, "comes back to a file of the chain",
                        "let one of these files stand on its own");
      return std::nullopt;
    }
    if (links.size() >= std::size_t(kMostDepth)) {
      diagnostics.error("E0112", asked_at, "", "`extends` is deeper than " + std::to_string(kMostDepth) + " files", "",
                        "extend an earlier file of the chain");
      return std::nullopt;
    }
    auto text = read_file(path, diagnostics, asked_at);
    if (!text) return std::nullopt;
    // a lattice of files that extend two each must not read 2^16 of them
    bytes += text->size() + 4096;
    if (bytes > 8 * kMostFileBytes) {
      diagnostics.error("E0103", asked_at, "", "the files of this scenario are larger than 128 MiB together", "",
                        "extend fewer files");
      return std::nullopt;
    }
    links.push_back({path, identity});
    auto merged = this->text(*text, path, std::filesystem::path(path).parent_path().string());
    links.pop_back();
    return merged;
  }

  /// Beside the extending file; if nothing is there, a scenario that ships, so that a user's own file can change one.
  static std::string path_of_base(const std::string& folder, const std::string& name) {
    std::error_code ignored;
    const std::string beside =
        folder.empty() ? name : (std::filesystem::path(folder) / name).lexically_normal().string();
    if (std::filesystem::exists(beside, ignored)) return beside;
    const std::string shipped = (std::filesystem::path(data_folder()) / "scenarios" / name).lexically_normal().string();
    return std::filesystem::exists(shipped, ignored) ? shipped : beside;
  }

  std::optional<Node> text(const std::string& text, const std::string& name, const std::string& folder) {
    const bool is_known = std::any_of(files.begin(), files.end(), [&](const FileRead& f) { return f.name == name; });
    if (!is_known) files.push_back({name, text});
    const std::int32_t source = diagnostics.add_source(name, text);
    auto own = parse_document(diagnostics, source);
    if (!own) return std::nullopt;
    check_schema(*own, source);

    Node merged = Node::make_table(own->place);
    bool is_whole = true;
    if (const Node* extends = own->find("extends")) {
      std::vector<const Node*> names;
      if (extends->is_text()) names.push_back(extends);
      bool is_good = extends->is_text() || (extends->is_array() && !extends->items.empty());
      for (const Node& item : extends->items) {
        is_good = is_good && item.is_text();
        names.push_back(&item);
      }
      if (!is_good) {
        diagnostics.error("E0201", extends->place, "", "'extends' needs a file name or an array of them", "",
                          "write for example extends = \"base.toml\"");
        return std::nullopt;
      }
      for (const Node* entry : names) {
        if (entry->text.empty() || std::filesystem::path(entry->text).is_absolute()) {
          diagnostics.error("E0113", entry->place, "", "'extends' needs a path relative to this file", "absolute or empty",
                            "write for example extends = \"../base.toml\"");
          is_whole = false;
          continue;
        }
        const std::string path = path_of_base(folder, entry->text);
        if (auto base = file(path, entry->place))
          merge_into(merged, *base);
        else
          is_whole = false;
      }
    }
    select(merged, *own, "keep");
    select(merged, *own, "remove");
    for (const char* done : {"extends", "keep", "remove"}) own->erase(done);
    merge_into(merged, *own);
    merged.place = own->place;
    if (!is_whole) return std::nullopt;
    return merged;
  }

  void check_schema(const Node& own, std::int32_t source) {
    const Node* schema = own.find("schema");
    const std::string wanted = "pavise-scenario/1";
    if (schema == nullptr) {
      diagnostics.error("E0120", {source, 1, 1, 1}, "", "the file does not say what it is", "no schema",
                        "write schema = \"" + wanted + "\" at its top");
    } else if (!schema->is_text() || schema->text != wanted) {
      const bool is_newer = schema->text.rfind("pavise-scenario/", 0) == 0;
      diagnostics.error(is_newer ? "E0121" : "E0120", schema->place, "",
                        is_newer ? "this is '" + schema->text + "', this program reads '" + wanted + "'"
                                 : "this is no scenario: schema is " + write_value(*schema),
                        "", is_newer ? "use a newer pavise, or write schema = \"" + wanted + "\"" : "write schema = \"" + wanted + "\"");
    }
  }

  /// keep and remove: patterns per category over what has been merged so far.
  void select(Node& merged, const Node& own, const std::string& what) {
    const Node* rules = own.find(what);
    if (rules == nullptr) return;
    if (!rules->is_table()) {
      diagnostics.error("E0201", rules->place, "", "'" + what + "' needs a table of patterns", "",
                        "write for example " + what + ".sensor = [\"patriot_*\"]");
      return;
    }
    for (const auto& [category, patterns] : rules->entries) {
      const std::string table = what + "." + category;
      std::vector<std::string> categories;
      for (const Key& key : scenario_keys().keys)
        if (key.form == Form::tables) categories.push_back(key.name);
      if (std::find(categories.begin(), categories.end(), category) == categories.end()) {
        diagnostics.error("E0203", patterns.key_place, table, "unknown key '" + category + "'", "not a kind of entity",
                          suggest(category, categories, "kinds of entity"));
        continue;
      }
      bool is_good = patterns.is_array();
      for (const Node& pattern : patterns.items) is_good = is_good && pattern.is_text();
      if (!is_good) {
        diagnostics.error("E0201", patterns.place, table, "'" + category + "' needs an array of patterns", "",
                          "write for example [\"patriot_*\"]");
        continue;
      }
      Node* entities = merged.find(category);
      std::vector<std::string> names;
      if (entities != nullptr)
        for (const auto& entry : entities->entries) names.push_back(entry.first);
      std::set<std::string> matched;
      for (const Node& pattern : patterns.items) {
        bool has_match = false;
        for (const std::string& name : names)
          if (matches_pattern(name, pattern.text)) {
            has_match = true;
            matched.insert(name);
          }
        if (!has_match)
          diagnostics.error("E0114", pattern.place, table, "pattern '" + pattern.text + "' matches no " + category, "matches nothing",
                            suggest(pattern.text, names, category + " names"));
      }
      if (entities == nullptr) continue;
      const bool keeps = what == "keep";
      std::erase_if(entities->entries, [&](const auto& entry) { return matched.contains(entry.first) != keeps; });
    }
  }
};

}  // namespace

std::optional<Node> merge_chain(const std::string& path, Diagnostics& diagnostics, std::vector<FileRead>& files) {
  return Chain{diagnostics, files}.file(path, {});
}

std::optional<Node> merge_text(const std::string& text, const std::string& name, const std::string& folder,
                               Diagnostics& diagnostics, std::vector<FileRead>& files) {
  return Chain{diagnostics, files}.text(text, name, folder);
}

void apply_set(Node& root, const std::string& assignment, Diagnostics& diagnostics) {
  const std::int32_t source = diagnostics.add_source("--set", assignment);
  const Place whole{source, 1, 1, std::int32_t(std::max<std::size_t>(1, assignment.size()))};
  const std::size_t equals = assignment.find('=');
  const std::string help = "write --set PATH=VALUE, such as --set fire_unit.patriot_1.launchers=6";
  if (equals == std::string::npos || equals == 0) {
    diagnostics.error("E0115", whole, "", "'--set " + assignment + "' has no " + (equals == 0 ? "path" : "'='"), "", help);
    return;
  }
  // split the path; a name has no dots, so quotes are not needed
  std::vector<std::string> parts(1);
  for (char c : assignment.substr(0, equals)) {
    if (c == '.')
      parts.emplace_back();
    else if (c != ' ')
      parts.back() += c;
  }
  if (parts.size() > std::size_t(kMostNesting) || std::any_of(parts.begin(), parts.end(), [](const auto& p) { return p.empty(); })) {
    diagnostics.error("E0115", whole, "", "'" + assignment.substr(0, equals) + "' is no path", "", help);
    return;
  }
  for (const char* fixed : {"schema", "extends", "keep", "remove"})
    if (parts[0] == fixed) {
      diagnostics.error("E0115", whole, "", "'" + parts[0] + "' cannot be set from outside", "", "change the file");
      return;
    }

  std::string value = assignment.substr(equals + 1);
  std::int32_t column = std::int32_t(equals) + 2;
  while (!value.empty() && value.front() == ' ') value.erase(0, 1), ++column;
  while (!value.empty() && value.back() == ' ') value.pop_back();
  Node node = parse_value(value, source, column);

  // down the path: tables of keys are made as needed, named entities must exist
  Node* at = &root;
  const KeyTable* keys = &scenario_keys();
  const Key* key = nullptr;
  bool is_names = false;
  std::int32_t part_column = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Place place{source, 1, part_column, std::int32_t(parts[i].size())};
    part_column += std::int32_t(parts[i].size()) + 1;
    if (is_names) {
      if (at->find(parts[i]) == nullptr && (key == nullptr || key->refers_to.empty())) {
        std::vector<std::string> names;
        for (const auto& entry : at->entries) names.push_back(entry.first);
        std::string path;
        for (std::size_t k = 0; k < i; ++k) path += (k > 0 ? "." : "") + parts[k];
        diagnostics.error("E0301", place, path, "there is no " + path + " '" + parts[i] + "'", "unknown name",
                          suggest(parts[i], names, path + " names"));
        return;
      }
      is_names = false;
    } else if (keys != nullptr) {
      key = keys->find(parts[i]);
      if (key == nullptr) {
        diagnostics.error("E0203", place, "", "unknown key '" + parts[i] + "'", "not a key of " + keys->name,
                          suggest(parts[i], keys->names(), "keys of " + keys->name));
        return;
      }
      is_names = key->form == Form::tables;
      keys = key->table.get();
    }
    Node* next = at->find(parts[i]);
    if (i + 1 == parts.size()) {
      node.key_place = place;
      if (next != nullptr && next->is_table() && !node.is_table() && key != nullptr && key->form != Form::start) {
        diagnostics.error("E0115", whole, "", "'" + assignment.substr(0, equals) + "' is a table", "names no value",
                          "add the key: --set " + assignment.substr(0, equals) + ".KEY=VALUE");
        return;
      }
      at->at(parts[i]) = std::move(node);
      return;
    }
    if (next == nullptr || !next->is_table()) {
      Node table = Node::make_table(place);
      at->at(parts[i]) = std::move(table);
      next = at->find(parts[i]);
    }
    at = next;
  }
}

}  // namespace pavise
