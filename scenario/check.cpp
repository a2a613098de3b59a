#include "scenario/check.hpp"

#include <algorithm>
#include <cmath>

#include "scenario/spelling.hpp"

namespace pavise {
namespace {

std::string article_name(const Key& key) { return "'" + key.name + "'"; }

std::string write_help(const Key& key) {
  std::string help = "write for example " + std::string(example_of(key.dimension));
  const std::string units = units_of(key.dimension);
  if (!units.empty()) help += "; units: " + units;
  return help;
}

struct ValueCheck {
  const Node& node;
  const Key& key;
  const std::string& path;
  Diagnostics& diagnostics;

  bool fail(const char* code, std::string message, std::string note, std::string help) const {
    diagnostics.error(code, node.place, path, std::move(message), std::move(note), std::move(help));
    return false;
  }
  bool wrong_type(std::string_view wanted, std::string help) const {
    return fail("E0201", article_name(key) + " needs " + std::string(wanted) + ", this is " + std::string(phrase_of(node.type)),
                "", std::move(help));
  }

  bool in_range(double value) const {
    if (!std::isfinite(value))
      return fail("E0213", article_name(key) + " is not a finite number", "nan, inf or too large", write_help(key));
    if (value >= key.minimum && value <= key.maximum) return true;
    const auto shown = [&](double limit) { return write_quantity(limit, key.dimension); };
    std::string why;
    if (key.minimum > -1e300 && key.maximum < 1e300)
      why = "must be from " + shown(key.minimum) + " to " + shown(key.maximum);
    else if (key.minimum > -1e300)
      why = "must be at least " + shown(key.minimum);
    else
      why = "must be at most " + shown(key.maximum);
    return fail("E0207", article_name(key) + " is out of range", why, key.doc.empty() ? why : key.doc + ": " + why);
  }

  bool united() const {
    if (node.is_number())
      return fail("E0204", article_name(key) + " has no unit: expected " + std::string(phrase_of(key.dimension)) + " such as " +
                               std::string(example_of(key.dimension)),
                  "a number without unit", write_help(key));
    if (node.is_table())
      return node.find("dist") != nullptr
                 ? fail("E0209", article_name(key) + " takes no random value", "one value for the whole scenario", write_help(key))
                 : wrong_type(phrase_of(key.dimension), write_help(key));
    if (!node.is_text()) return wrong_type(phrase_of(key.dimension), write_help(key));
    const Quantity quantity = read_quantity(node.text, key.dimension);
    switch (quantity.fault) {
      case Quantity::Fault::none: return in_range(quantity.value);
      case Quantity::Fault::malformed:
        return fail("E0208", article_name(key) + " needs " + std::string(phrase_of(key.dimension)) + ", \"" + node.text +
                                 "\" is not \"<number> <unit>\"",
                    "", write_help(key));
      case Quantity::Fault::unknown_unit: {
        const std::string near = nearest_name(quantity.unit, all_units());
        return fail("E0206", "unknown unit '" + quantity.unit + "'", "",
                    (near.empty() || quantity.unit.size() < 2 ? "" : "did you mean '" + near + "'? ") + "units of " +
                        std::string(phrase_of(key.dimension)).substr(std::string(phrase_of(key.dimension)).find(' ') + 1) + ": " +
                        units_of(key.dimension));
      }
      case Quantity::Fault::wrong_dimension:
        return fail("E0205", article_name(key) + " needs " + std::string(phrase_of(key.dimension)) + ", \"" + node.text + "\" is " +
                                 std::string(phrase_of(quantity.dimension)),
                    "", write_help(key));
      case Quantity::Fault::not_finite:
        return fail("E0213", article_name(key) + " is not a finite number", "too large", write_help(key));
    }
    return false;
  }

  bool numbers() const {
    const std::string help = "write rows of " + std::to_string(key.columns) + " numbers, such as " +
                             (key.columns == 3 ? "[[0, 12, 1.0]]" : "[[0.0, 0.25], [0.8, 0.25]]") + "; at most 24 rows";
    if (!node.is_array()) return wrong_type("rows of numbers", help);
    if (node.items.empty() || node.items.size() > 24)
      return fail("E0214", article_name(key) + " has " + std::to_string(node.items.size()) + " rows", "1 to 24 rows", help);
    for (const Node& row : node.items) {
      bool is_good = row.is_array() && (key.columns == 0 ? row.items.size() <= 3 : row.items.size() == std::size_t(key.columns));
      for (const Node& cell : row.items) is_good = is_good && cell.is_number() && std::isfinite(cell.number());
      if (!is_good)
        return ValueCheck{row, key, path, diagnostics}.fail("E0214", article_name(key) + " has a row that does not fit", "this row",
                                                            help);
    }
    if (key.name.ends_with("_phases")) return phases();
    return key.name.starts_with("drag_by_mach") ? curve() : true;
  }

  /// Rows [Mach, drag coefficient] are a curve over the first, which ascends.
  bool curve() const {
    for (std::size_t i = 1; i < node.items.size(); ++i)
      if (!(node.items[i].items[0].number() > node.items[i - 1].items[0].number()))
        return ValueCheck{node.items[i], key, path, diagnostics}.fail(
            "E0216", article_name(key) + " does not ascend", "its first number must be above that of the row before",
            "sort the rows by their first number, each of them once");
    return true;
  }

  /// Rows [begin, end, share of the whole], one phase after the other.
  bool phases() const {
    const std::string help = "write phases [start_s, end_s, share] one after the other, such as [[0, 5, 0.5], [7, 12, 0.5]]";
    double before = 0, whole = 0;
    for (const Node& row : node.items) {
      const double begin = row.items[0].number(), end = row.items[1].number(), share = row.items[2].number();
      const ValueCheck check{row, key, path, diagnostics};
      if (!(end > begin))
        return check.fail("E0216", article_name(key) + " has a phase that does not last", "must end after its start", help);
      if (begin < 0) return check.fail("E0216", article_name(key) + " has a phase before launch", "must start at 0 or later", help);
      if (begin < before)
        return check.fail("E0216", article_name(key) + " has phases that overlap", "must not start before the one above ends", help);
      if (!(share > 0)) return check.fail("E0216", article_name(key) + " has a phase without share", "must be greater than 0", help);
      before = end;
      whole += share;
      if (whole > 1 + 1e-9)
        return check.fail("E0216", article_name(key) + " has more than the whole", "shares up to here must not exceed 1", help);
    }
    return true;
  }

  bool position() const {
    const std::string help = "write for example \"12.5 km E 3 km S\", \"12.5 km E 3 km S 40 m\" or \"52.2297 N 21.0122 E 110 m\"";
    if (!node.is_text()) return wrong_type("a position", help);
    std::string why;
    const auto found = read_position(node.text, why);
    if (!found) return fail("E0210", article_name(key) + " is not a position: " + why, "", help);
    const Vec3 p = found->local_enu_m;
    if (std::fabs(p.x) > 5e6 || std::fabs(p.y) > 5e6 || std::fabs(p.z) > 1e6 || std::fabs(found->altitude_m.value_or(0)) > 1e6)
      return fail("E0207", article_name(key) + " is out of range", "farther than 5000 km from the origin, or 1000 km high", help);
    return true;
  }

  bool by_dimension() const {
    switch (key.dimension) {
      case Dimension::flag: return node.type == Node::Type::flag || wrong_type("true or false", "write true or false, without quotes");
      case Dimension::count:
        if (node.type == Node::Type::integer) return in_range(double(node.integer));
        if (node.is_table() && node.find("dist") != nullptr)
          return fail("E0209", article_name(key) + " takes no random value", "one value for the whole scenario", write_help(key));
        return wrong_type("a whole number", "write a whole number without quotes, such as 4");
      case Dimension::number:
        if (node.is_number()) return in_range(node.number());
        if (node.is_table() && node.find("dist") != nullptr)
          return fail("E0209", article_name(key) + " takes no random value", "one value for the whole scenario", write_help(key));
        return wrong_type("a number", "it has no dimension: write a number without quotes, such as 0.5");
      case Dimension::word: {
        if (!node.is_text()) return wrong_type("a word", "one of: " + enumerate_names(key.words));
        if (std::find(key.words.begin(), key.words.end(), node.text) != key.words.end()) return true;
        return fail("E0211", article_name(key) + " cannot be '" + node.text + "'", "",
                    suggest(node.text, key.words, "possible words"));
      }
      case Dimension::table: return numbers();
      default: return united();
    }
  }
};

bool is_rfc3339(const std::string& text) {
  // 2026-01-01T00:00:00Z, fraction and offset allowed; ranges of the fields, not the calendar
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18})
    if (!digit(i)) return false;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':')
    return false;
  const auto two = [&](std::size_t i) { return (text[i] - '0') * 10 + (text[i + 1] - '0'); };
  if (two(5) < 1 || two(5) > 12 || two(8) < 1 || two(8) > 31 || two(11) > 23 || two(14) > 59 || two(17) > 60) return false;
  std::size_t i = 19;
  if (text[i] == '.') {
    ++i;
    if (!digit(i)) return false;
    while (digit(i)) ++i;
  }
  if (i + 1 == text.size()) return text[i] == 'Z';
  return i + 6 == text.size() && (text[i] == '+' || text[i] == '-') && digit(i + 1) && digit(i + 2) && text[i + 3] == ':' &&
         digit(i + 4) && digit(i + 5);
}

}  // namespace

bool is_entity_name(std::string_view name) {
  if (name.empty() || name.size() > 63 || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string suggest(std::string_view name, const std::vector<std::string>& known, std::string_view what) {
  const std::string near = nearest_name(name, known);
  if (!near.empty()) return "did you mean '" + near + "'?";
  if (known.empty()) return "there are no " + std::string(what);
  auto sorted = known;
  std::sort(sorted.begin(), sorted.end());
  return std::string(what) + ": " + enumerate_names(sorted);
}

bool check_value(const Node& node, const Key& key, const std::string& path, Diagnostics& diagnostics) {
  const ValueCheck check{node, key, path, diagnostics};
  switch (key.form) {
    case Form::value: return check.by_dimension();
    case Form::text:
    case Form::reference:
      return node.is_text() || check.wrong_type(key.form == Form::text ? "a text" : "a name", "write it in double quotes");
    case Form::date_time:
      if (node.type != Node::Type::date_time && !node.is_text())
        return check.wrong_type("an instant", "write for example \"2026-01-01T00:00:00Z\"");
      return is_rfc3339(node.text) || check.fail("E0215", article_name(key) + " is not an instant of RFC 3339", "with date, time and zone",
                                                 "write for example \"2026-01-01T00:00:00Z\"");
    case Form::position: return check.position();
    case Form::start: {
      if (node.is_text()) return check.position();
      if (node.is_table()) {
        const std::size_t before = diagnostics.error_count();
        check_table(node, sector_keys(), path + "." + key.name, "", diagnostics);
        return diagnostics.error_count() == before;
      }
      if (!node.is_array() || node.items.empty())
        return check.wrong_type("a position, a route or a sector",
                                "write for example { bearing = \"60 deg\", half_width = \"30 deg\", range = \"120 km\" }");
      bool is_good = true;
      for (const Node& item : node.items) is_good = ValueCheck{item, key, path, diagnostics}.position() && is_good;
      return is_good;
    }
    case Form::references:
    case Form::names: {
      if (key.form == Form::names && node.is_text()) return true;
      bool is_good = node.is_array();
      for (const Node& item : node.items) is_good = is_good && item.is_text();
      return is_good || check.wrong_type("an array of names", "write for example [\"first\", \"second\"]");
    }
    case Form::values: {
      if (!node.is_table()) return check.wrong_type("a table of values", "write for example { name = " + std::string(example_of(key.dimension)) + " }");
      bool is_good = true;
      for (const auto& [name, child] : node.entries) {
        if (name.rfind("x-", 0) == 0) continue;
        Key each = key;
        each.name = key.name + "." + name;
        each.form = Form::value;
        is_good = check_value(child, each, path, diagnostics) && is_good;
      }
      return is_good;
    }
    case Form::table:
    case Form::tables: {
      if (!node.is_table()) return check.wrong_type("a table", "write [" + (path.empty() ? "" : path + ".") + key.name + (key.form == Form::tables ? ".name]" : "]"));
      const std::string below = path.empty() ? key.name : path + "." + key.name;
      if (key.form == Form::table) {
        check_table(node, *key.table, below, "", diagnostics);
        return true;
      }
      for (const auto& [name, child] : node.entries) {
        if (name.rfind("x-", 0) == 0) continue;
        if (!child.is_table()) {
          diagnostics.error("E0201", child.place, below, "'" + name + "' needs a table, this is " + std::string(phrase_of(child.type)),
                            "entities are named tables", "write [" + below + ".name]");
          continue;
        }
        if (!is_entity_name(name) && key.refers_to.empty())
          diagnostics.error("E0212", child.key_place, below, "'" + name + "' is not a name for " + key.name, "",
                            "a name begins with a-z, has a-z 0-9 _ - and at most 63 characters");
        check_table(child, *key.table, below + "." + name, "", diagnostics);
      }
      return true;
    }
    case Form::patterns: return true;  // the overlay checks them
  }
  return false;
}

void check_table(const Node& table, const KeyTable& keys, const std::string& path, const std::string& model,
                 Diagnostics& diagnostics) {
  for (const auto& [name, child] : table.entries) {
    if (name.rfind("x-", 0) == 0) continue;
    const Key* key = keys.find(name);
    if (key == nullptr) {
      // what a component says beside the keys of this build's models is told when the component itself is checked
      std::vector<std::string> known;
      for (const Key& k : keys.keys)
        if (!k.is_for_another_model || child.is_from_component) known.push_back(k.name);
      std::string near = nearest_name(name, known);
      if (near.empty()) near = nearest_name(name, keys.names());
      Place place = child.key_place;
      place.length = std::max<std::int32_t>(place.length, 1);
      diagnostics.error("E0203", place, path, "unknown key '" + name + "'", "not a key of " + keys.name,
                        !near.empty() ? "did you mean '" + near + "'?" : "keys of " + keys.name + ": " + enumerate_names(known, 20));
      continue;
    }
    const bool is_good = check_value(child, *key, path, diagnostics);
    if (is_good && key->is_for_another_model && !child.is_from_component)
      diagnostics.warning("W0902", child.key_place, path,
                          "'" + name + "' has no effect" + (model.empty() ? "" : " with model '" + model + "'"),
                          "no part of this run reads it", "remove it, or choose a model that has it (`pavise list components`)");
  }
  for (const Key& key : keys.keys) {
    if (!key.is_required || table.find(key.name) != nullptr) continue;
    std::string help = "write " + key.name + " = ";
    switch (key.form) {
      case Form::value: help += key.dimension == Dimension::word && !key.words.empty() ? "\"" + key.words[0] + "\"" : std::string(example_of(key.dimension)); break;
      case Form::position: help += key.name == "origin" ? "\"52 N 20 E 100 m\"" : "\"12.5 km E 3 km S\""; break;
      case Form::references: help += "[\"name\"]"; break;
      case Form::start: help += "{ bearing = \"60 deg\", half_width = \"30 deg\", range = \"120 km\" }"; break;
      case Form::date_time: help += "\"2026-01-01T00:00:00Z\""; break;
      case Form::table: help = "write a table [" + key.name + "]"; break;
      default: help += "\"...\"";
    }
    Place place = table.key_place.line > 0 ? table.key_place : table.place;
    if (place.line == 0) place.line = place.column = 1;
    diagnostics.error("E0202", place, path, "'" + key.name + "' is missing", keys.name + " needs it",
                      help + (key.doc.empty() ? "" : " (" + key.doc + ")"));
  }
}

std::optional<double> value_of(const Node& node, const Key& key) {
  switch (key.dimension) {
    case Dimension::flag:
      if (node.type == Node::Type::flag) return node.flag ? 1.0 : 0.0;
      return std::nullopt;
    case Dimension::count:
    case Dimension::number:
      if (node.is_number() && std::isfinite(node.number())) return node.number();
      return std::nullopt;
    case Dimension::word: {
      const auto found = std::find(key.words.begin(), key.words.end(), node.text);
      if (!node.is_text() || found == key.words.end()) return std::nullopt;
      return double(found - key.words.begin());
    }
    case Dimension::table: return std::nullopt;
    default: {
      if (!node.is_text()) return std::nullopt;
      const Quantity quantity = read_quantity(node.text, key.dimension);
      if (quantity.fault != Quantity::Fault::none) return std::nullopt;
      return quantity.value;
    }
  }
}

Table table_of(const Node& node) {
  Table table;
  for (const Node& row : node.items) {
    const int r = int(table.rows);
    if (r == 24) break;
    for (std::size_t c = 0; c < row.items.size() && c < 3; ++c) table.cells[r][c] = row.items[c].number();
    table.rows = r + 1;
  }
  return table;
}

double Reader::value(std::string_view name) const {
  const Key* key = keys_->find(name);
  if (key == nullptr) return 0;
  if (const Node* n = node(name))
    if (const auto found = value_of(*n, *key)) return *found;
  return key->otherwise.value_or(0);
}

std::string Reader::text(std::string_view name) const {
  const Node* n = node(name);
  if (n != nullptr && (n->is_text() || n->type == Node::Type::date_time)) return n->text;
  const Key* key = keys_->find(name);
  return key == nullptr ? std::string() : key->otherwise_text;
}

std::vector<std::pair<std::string, const Node*>> Reader::texts(std::string_view name) const {
  std::vector<std::pair<std::string, const Node*>> result;
  if (const Node* n = node(name)) {
    if (n->is_text()) result.emplace_back(n->text, n);
    for (const Node& item : n->items)
      if (item.is_text()) result.emplace_back(item.text, &item);
  }
  return result;
}

const KeyTable& Reader::keys_below(std::string_view name) const {
  static const KeyTable none;
  const Key* key = keys_->find(name);
  return key == nullptr || !key->table ? none : *key->table;
}

Reader Reader::table(std::string_view name) const {
  const Node* n = node(name);
  return Reader(n != nullptr && n->is_table() ? n : nullptr, &keys_below(name));
}

std::vector<std::pair<std::string, const Node*>> Reader::tables(std::string_view name) const {
  std::vector<std::pair<std::string, const Node*>> result;
  if (const Node* n = node(name))
    for (const auto& [key, child] : n->entries)
      if (child.is_table() && key.rfind("x-", 0) != 0) result.emplace_back(key, &child);
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
  return result;
}

std::vector<std::pair<std::string, double>> Reader::values(std::string_view name) const {
  std::vector<std::pair<std::string, double>> result;
  const Key* key = keys_->find(name);
  const Node* n = node(name);
  if (key == nullptr || n == nullptr) return result;
  for (const auto& [entry, child] : n->entries)
    if (entry.rfind("x-", 0) != 0)
      if (const auto found = value_of(child, *key)) result.emplace_back(entry, *found);
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
  return result;
}

}  // namespace pavise
