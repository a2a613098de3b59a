// The only file that includes toml++. Version 3.3 asserts on some input that is merely wrong (a key that begins with a brace),
// so its assertion is made an exception here: the user gets an error, not an abort.
#include <stdexcept>

namespace pavise {
struct BrokenGrammar : std::runtime_error {
  using std::runtime_error::runtime_error;
};
}  // namespace pavise
#define TOML_ASSERT(claim) ((claim) ? void(0) : throw ::pavise::BrokenGrammar(#claim))
#undef NDEBUG  // else toml++ takes its claims for granted
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wterminate"  // some of its assertions stand in noexcept functions: those do abort
#include <toml++/toml.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>
#include <sstream>

#include "scenario/document.hpp"

namespace pavise {
namespace {

/// Nesting and dotted depth before parsing: a parser that descends must not be the one to find out.
/// Returns the place of the first thing that is too deep.
std::optional<Place> too_deep(const std::string& text, std::int32_t source) {
  int depth = 0, dots = 0, line = 1, column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    ++column;
    if (c == '\n') {
      ++line;
      column = 0;
      dots = 0;
    } else if (c == '#') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
    } else if (c == '"' || c == '\'') {
      const bool is_long = i + 2 < text.size() && text[i + 1] == c && text[i + 2] == c;
      i += is_long ? 3 : 1;
      column += is_long ? 2 : 0;
      for (; i < text.size(); ++i) {
        ++column;
        if (text[i] == '\n') {
          ++line;
          column = 0;
          if (!is_long) break;
        } else if (text[i] == '\\' && c == '"') {
          ++i;
        } else if (text[i] == c && (!is_long || (i + 2 < text.size() && text[i + 1] == c && text[i + 2] == c))) {
          i += is_long ? 2 : 0;
          break;
        }
      }
    } else if (c == '[' || c == '{') {
      dots = 0;
      if (++depth > kMostNesting) return Place{source, line, column, 1};
    } else if (c == ']' || c == '}') {
      depth = std::max(0, depth - 1);
      dots = 0;
    } else if (c == ',' || c == '=') {
      dots = 0;
    } else if (c == '.') {
      if (++dots > kMostNesting) return Place{source, line, column, 1};
    }
  }
  return std::nullopt;
}

Place place_of(const toml::source_region& region, std::int32_t source) {
  Place place{source, std::int32_t(region.begin.line), std::int32_t(region.begin.column), 1};
  if (region.end.line == region.begin.line && region.end.column > region.begin.column)
    place.length = std::int32_t(region.end.column - region.begin.column);
  return place;
}

struct Converter {
  std::int32_t source;
  std::optional<Place> deep = {};

  Node convert(const toml::node& from, int depth) {
    Node node;
    node.place = place_of(from.source(), source);
    if (depth > kMostNesting) {
      if (!deep) deep = node.place;
      return node;
    }
    if (const toml::table* table = from.as_table()) {
      node.type = Node::Type::table;
      for (const auto& [key, value] : *table) {
        Node child = convert(value, depth + 1);
        child.key_place = place_of(key.source(), source);
        if (child.place.line == 0) child.place = child.key_place;
        node.entries.emplace_back(std::string(key.str()), std::move(child));
      }
      // toml++ sorts by name; the file's order decides which raid is the first
      std::stable_sort(node.entries.begin(), node.entries.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.key_place.line, a.second.key_place.column) <
               std::pair(b.second.key_place.line, b.second.key_place.column);
      });
    } else if (const toml::array* array = from.as_array()) {
      node.type = Node::Type::array;
      for (const toml::node& item : *array) {
        node.items.push_back(convert(item, depth + 1));
        node.items.back().key_place = node.items.back().place;
      }
    } else if (const auto* text = from.as_string()) {
      node.type = Node::Type::text;
      node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      node.type = Node::Type::integer;
      node.integer = integer->get();
    } else if (const auto* real = from.as_floating_point()) {
      node.type = Node::Type::real;
      node.real = real->get();
    } else if (const auto* flag = from.as_boolean()) {
      node.type = Node::Type::flag;
      node.flag = flag->get();
    } else {
      node.type = Node::Type::date_time;
      std::ostringstream out;
      from.visit([&](const auto& value) {
        if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> ||
                      toml::is_date_time<decltype(value)>)
          out << value.get();
      });
      node.text = out.str();
    }
    return node;
  }
};

}  // namespace

namespace {

/// Where a parser without a position gave up: the first line after which the text no longer parses.
Place broken_key(const std::string& text, std::int32_t source) {
  std::int32_t line = 1;
  for (std::size_t end = text.find('\n'); end != std::string::npos && line < 10000; end = text.find('\n', end + 1), ++line) {
    try {
      (void)toml::parse(std::string_view(text).substr(0, end + 1));
    } catch (const BrokenGrammar&) {
      return {source, line, 1, 1};
    } catch (const toml::parse_error&) {
      // an open text or array may go on in the next line
    }
    if (end > (1u << 14)) break;  // a place is not worth more than this
  }
  return {source, line, 1, 1};
}

}  // namespace

std::optional<Node> parse_document(Diagnostics& diagnostics, std::int32_t source) {
  const std::string text = diagnostics.source_text(source);
  if (const auto place = too_deep(text, source)) {
    diagnostics.error("E0104", *place, "", "nested deeper than " + std::to_string(kMostNesting) + " levels", "too deep here",
                      "write the value as a table of its own, or shorten the path");
    return std::nullopt;
  }
  toml::table parsed;
  try {
    parsed = toml::parse(std::string_view(text));
  } catch (const toml::parse_error& error) {
    Place place = place_of(error.source(), source);
    place.length = 1;
    std::string why(error.description());
    // toml++ speaks of its grammar; what follows the prefix is what a person needs
    const std::string prefix = "Error while parsing ";
    if (why.rfind(prefix, 0) == 0) why = why.substr(prefix.size());
    diagnostics.error("E0110", place, "", "this is not TOML: " + why, "here or just before",
                      "TOML 1.0: key = value, texts in double quotes, [table.name] in a line of its own");
    return std::nullopt;
  } catch (const BrokenGrammar&) {
    diagnostics.error("E0110", broken_key(text, source), "", "this is not TOML: a key was expected", "in this line or after it",
                      "TOML 1.0: key = value, texts in double quotes, [table.name] in a line of its own");
    return std::nullopt;
  }
  Converter converter{source};
  Node root = converter.convert(parsed, 0);
  if (converter.deep) {
    diagnostics.error("E0104", *converter.deep, "", "nested deeper than " + std::to_string(kMostNesting) + " levels",
                      "too deep here", "write the value as a table of its own, or shorten the path");
    return std::nullopt;
  }
  return root;
}

Node parse_value(const std::string& text, std::int32_t source, std::int32_t column) {
  const std::string line = "v = " + text;
  Node node;
  bool is_toml = text.find('\n') == std::string::npos && !too_deep(line, source);
  if (is_toml) {
    try {
      const toml::table parsed = toml::parse(std::string_view(line));
      is_toml = parsed.size() == 1;
      if (is_toml) node = Converter{source}.convert(*parsed.get("v"), 1);
    } catch (const toml::parse_error&) {
      is_toml = false;  // a bare word: a text
    } catch (const BrokenGrammar&) {
      is_toml = false;
    }
  }
  if (!is_toml) node = Node::make_text(text);
  // everything in it stands at the value's place on the command line
  const Place place{source, 1, column, std::int32_t(std::max<std::size_t>(1, text.size()))};
  const auto set_place = [&](auto&& self, Node& n) -> void {
    n.place = n.key_place = place;
    for (Node& item : n.items) self(self, item);
    for (auto& [name, child] : n.entries) self(self, child);
  };
  set_place(set_place, node);
  return node;
}

}  // namespace pavise
