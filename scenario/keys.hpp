// What a scenario or component file may say: one table of keys per TOML table. The loader checks with these tables, the
// JSON Schema is written from them, and messages quote them. The keys of sensors, threats, interceptors, trackers and
// policies are those of the registered kinds (kernel/core/registry.hpp) beside the fixed keys listed here.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/core/registry.hpp"

namespace pavise {

enum class Form {
  value,        // by its dimension: a quantity, number, count, flag, word, table of numbers
  text,         // any text
  date_time,    // RFC 3339, as a text or a TOML date-time
  position,     // "12.5 km E 3 km S 40 m"
  start,        // a wave's `from`: position, route or sector
  reference,    // name of an entity
  references,   // array of them
  names,        // array of texts
  values,       // table: name -> value of the dimension
  table,        // a table of fixed keys
  tables,       // name -> table of fixed keys
  patterns,     // keep, remove
};

struct KeyTable;

struct Key {
  std::string name;
  Form form = Form::value;
  Dimension dimension = Dimension::number;
  double minimum = 0, maximum = 1e300;
  std::string doc;
  std::optional<double> otherwise = {};       // value when absent
  std::string otherwise_text = {};            // the same for texts
  bool is_required = false;
  std::vector<std::string> words = {};
  int columns = 0;
  std::string refers_to = {};                 // category of the entities that a reference names
  std::shared_ptr<const KeyTable> table = {};
  bool is_for_another_model = false;          // known and checked, but the chosen model reads it not
};

struct KeyTable {
  std::string name, doc;
  std::vector<Key> keys = {};
  const Key* find(std::string_view key) const;
  std::vector<std::string> names() const;
};

/// The top level of a scenario; Key::table leads to everything below.
const KeyTable& scenario_keys();

/// Categories whose keys depend on a model: "sensor", "threat", "interceptor", "tracking", "policy".
/// With a model that is not registered, or "": all keys that any model of the category has.
KeyTable keys_of(std::string_view category, std::string_view model);
/// Models one may name there, sorted.
std::vector<std::string> models_of(std::string_view category);
/// Null if it is not registered.
const ComponentInfo* model_info(std::string_view category, std::string_view model);

/// Keys of a sector in a wave's `from`.
const KeyTable& sector_keys();

}  // namespace pavise
