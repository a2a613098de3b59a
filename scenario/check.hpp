// Checks a table against its keys and reads values from it. A check tells every mistake; a reader trusts that the check has
// spoken and answers the default where a value is unusable, so that building goes on and finds the rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/document.hpp"
#include "scenario/keys.hpp"
#include "scenario/quantity.hpp"

namespace pavise {

/// Unknown and missing keys, types, dimensions, units, ranges, words; descends into tables of fixed keys.
/// `path`: "fire_unit.patriot_1". `model`: the model in use, for messages about keys of other models; may be empty.
void check_table(const Node& table, const KeyTable& keys, const std::string& path, const std::string& model,
                 Diagnostics& diagnostics);

/// One value; false if it is unusable (then an error says why).
bool check_value(const Node& node, const Key& key, const std::string& path, Diagnostics& diagnostics);

/// Whether a name may be an entity's: [a-z][a-z0-9_-]{0,62}.
bool is_entity_name(std::string_view name);

/// "did you mean 'x'?" or else the list of what is known.
std::string suggest(std::string_view name, const std::vector<std::string>& known, std::string_view what);

class Reader {
 public:
  Reader(const Node* table, const KeyTable* keys) : table_(table), keys_(keys) {}

  bool has(std::string_view name) const { return node(name) != nullptr; }
  const Node* node(std::string_view name) const { return table_ == nullptr ? nullptr : table_->find(name); }
  /// SI value, count, flag (0/1) or index of the word; the key's default if absent.
  double value(std::string_view name) const;
  double value_or(std::string_view name, double otherwise) const { return has(name) ? value(name) : otherwise; }
  bool flag(std::string_view name) const { return value(name) != 0; }
  std::string text(std::string_view name) const;
  std::vector<std::pair<std::string, const Node*>> texts(std::string_view name) const;
  /// Sub-table's reader (empty table if absent).
  Reader table(std::string_view name) const;
  /// Named sub-tables in natural order of their names.
  std::vector<std::pair<std::string, const Node*>> tables(std::string_view name) const;
  const KeyTable& keys_below(std::string_view name) const;
  /// name -> value of a Form::values key.
  std::vector<std::pair<std::string, double>> values(std::string_view name) const;
  const Node* table_node() const { return table_; }

 private:
  const Node* table_;
  const KeyTable* keys_;
};

/// The SI value of a checked node; empty if it is unusable.
std::optional<double> value_of(const Node& node, const Key& key);
/// Rows of a Dimension::table key.
Table table_of(const Node& node);

}  // namespace pavise
