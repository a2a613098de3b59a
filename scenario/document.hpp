// A TOML document as a tree that remembers where each key and value stands. Tables keep the order of the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/diagnostics.hpp"

namespace pavise {

struct Entry;

struct Node {
  enum class Type { table, array, text, integer, real, flag, date_time };
  Type type = Type::table;
  Place place;                        // of the value
  Place key_place;                    // of its key
  bool is_from_component = false;     // stands in a component file, not in a scenario
  std::string text;                   // text, date_time
  std::int64_t integer = 0;
  double real = 0;
  bool flag = false;
  std::vector<Node> items;            // of an array
  std::vector<Entry> entries;         // of a table

  bool is_table() const { return type == Type::table; }
  bool is_array() const { return type == Type::array; }
  bool is_text() const { return type == Type::text; }
  bool is_number() const { return type == Type::integer || type == Type::real; }
  double number() const { return type == Type::integer ? double(integer) : real; }

  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
  /// The entry of that name, made (an empty table) if there is none.
  Node& at(std::string_view name);
  void erase(std::string_view name);

  static Node make_text(std::string value, Place place = {});
  static Node make_table(Place place = {});
};

/// A key and its value. (No std::pair: that needs Node complete, and Clang says so.)
struct Entry {
  std::string first;
  Node second;
  Entry(std::string key, Node value) : first(std::move(key)), second(std::move(value)) {}
};

/// "a text", "a table": what a node is, for messages.
std::string_view phrase_of(Node::Type type);

inline constexpr std::size_t kMostFileBytes = 16u << 20;
inline constexpr int kMostNesting = 64;

/// Parses a text that was added to `diagnostics` as `source`. Empty after a syntax error, which is then in diagnostics.
std::optional<Node> parse_document(Diagnostics& diagnostics, std::int32_t source);

/// Parses `PATH=VALUE`'s VALUE (a TOML value; what is none is taken as a text). `column` is where it begins.
Node parse_value(const std::string& text, std::int32_t source, std::int32_t column);

/// Reads a regular file of at most kMostFileBytes. Empty, with the error in `diagnostics`, if it is not one.
/// `asked_at`: where the name stands (no source: on the command line).
std::optional<std::string> read_file(const std::string& path, Diagnostics& diagnostics, Place asked_at,
                                     std::size_t most_bytes = kMostFileBytes);

/// The tree as TOML; reading it back gives the same tree. With `origin_of`, each value is followed by "# file:line".
std::string write_document(const Node& root, const Diagnostics* origins = nullptr);
std::string write_key(std::string_view key);
std::string write_value(const Node& node);

}  // namespace pavise
