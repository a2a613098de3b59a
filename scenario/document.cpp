#include "scenario/document.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "scenario/quantity.hpp"

namespace pavise {

const Node* Node::find(std::string_view name) const {
  for (const auto& [key, node] : entries)
    if (key == name) return &node;
  return nullptr;
}
Node* Node::find(std::string_view name) { return const_cast<Node*>(std::as_const(*this).find(name)); }

Node& Node::at(std::string_view name) {
  if (Node* node = find(name)) return *node;
  entries.emplace_back(std::string(name), Node{});
  entries.back().second.place = entries.back().second.key_place = place;
  return entries.back().second;
}

void Node::erase(std::string_view name) {
  std::erase_if(entries, [&](const auto& entry) { return entry.first == name; });
}

Node Node::make_text(std::string value, Place place) {
  Node node;
  node.type = Type::text;
  node.text = std::move(value);
  node.place = node.key_place = place;
  return node;
}
Node Node::make_table(Place place) {
  Node node;
  node.place = node.key_place = place;
  return node;
}

std::string_view phrase_of(Node::Type type) {
  switch (type) {
    case Node::Type::table: return "a table";
    case Node::Type::array: return "an array";
    case Node::Type::text: return "a text";
    case Node::Type::integer: return "a whole number";
    case Node::Type::real: return "a number";
    case Node::Type::flag: return "true or false";
    case Node::Type::date_time: return "a date";
  }
  return "a value";
}

std::optional<std::string> read_file(const std::string& path, Diagnostics& diagnostics, Place asked_at,
                                     std::size_t most_bytes) {
  const auto refuse = [&](const char* code, const std::string& message, const char* help) {
    diagnostics.error(code, asked_at, "", message, "", help);
    return std::nullopt;
  };
  // opened without blocking, so that a FIFO is recognised instead of waited for
  const int file = path.find('\0') == std::string::npos ? ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  if (file < 0)
    return refuse("E0101", "cannot open '" + path + "': " + std::strerror(errno == 0 ? ENOENT : errno),
                  "check the path; `pavise list scenarios` names the scenarios that ship");
  struct stat status {};
  const bool is_regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (!is_regular || std::size_t(status.st_size) > most_bytes) {
    ::close(file);
    if (!is_regular)
      return refuse("E0102", "'" + path + "' is not a regular file", "name a file, not a folder, device or pipe");
    return refuse("E0103", "'" + path + "' is larger than " + std::to_string(most_bytes >> 20) + " MiB",
                  most_bytes == kMostFileBytes ? "a scenario is text; split it with `extends`" : "use a coarser or smaller one");
  }
  std::string text(std::size_t(status.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(file, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += std::size_t(got);
  }
  text.resize(have);
  ::close(file);
  return text;
}

std::string write_key(std::string_view key) {
  bool is_bare = !key.empty();
  for (char c : key)
    is_bare = is_bare && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-');
  if (is_bare) return std::string(key);
  return write_value(Node::make_text(std::string(key)));
}

std::string write_value(const Node& node) {
  switch (node.type) {
    case Node::Type::text: {
      std::string text = "\"";
      for (char c : node.text) {
        const unsigned char u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
          text += '\\';
          text += c;
        } else if (c == '\n') {
          text += "\\n";
        } else if (u < 0x20 || u == 0x7f) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04X", u);
          text += buffer;
        } else {
          text += c;
        }
      }
      return text + "\"";
    }
    case Node::Type::integer: return std::to_string(node.integer);
    case Node::Type::real: {
      if (std::isnan(node.real)) return "nan";
      if (std::isinf(node.real)) return node.real > 0 ? "inf" : "-inf";
      const std::string text = shortest_number(node.real);
      return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    case Node::Type::flag: return node.flag ? "true" : "false";
    case Node::Type::date_time: return node.text;
    case Node::Type::array: {
      std::string text = "[";
      for (std::size_t i = 0; i < node.items.size(); ++i) text += (i > 0 ? ", " : "") + write_value(node.items[i]);
      return text + "]";
    }
    case Node::Type::table: {
      std::string text = "{ ";
      for (std::size_t i = 0; i < node.entries.size(); ++i)
        text += (i > 0 ? ", " : "") + write_key(node.entries[i].first) + " = " + write_value(node.entries[i].second);
      return text + (node.entries.empty() ? "}" : " }");
    }
  }
  return "";
}

namespace {

void write_table(const Node& table, const std::string& path, const Diagnostics* origins, std::string& out) {
  // scalars first: after the first sub-table's header they would belong to that
  bool has_scalars = false;
  for (const auto& [key, child] : table.entries) has_scalars = has_scalars || !child.is_table();
  if (!path.empty() && (has_scalars || table.entries.empty())) out += "\n[" + path + "]\n";
  for (const auto& [key, child] : table.entries) {
    if (child.is_table()) continue;
    std::string line = write_key(key) + " = " + write_value(child);
    if (origins != nullptr) {
      if (line.size() < 60) line += std::string(60 - line.size(), ' ');
      line += "  # " + escape_control(origins->describe(child.place));
    }
    out += line + "\n";
  }
  for (const auto& [key, child] : table.entries)
    if (child.is_table()) write_table(child, path.empty() ? write_key(key) : path + "." + write_key(key), origins, out);
}

}  // namespace

std::string write_document(const Node& root, const Diagnostics* origins) {
  std::string out;
  write_table(root, "", origins, out);
  return out;
}

}  // namespace pavise
