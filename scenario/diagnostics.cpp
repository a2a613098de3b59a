#include "scenario/diagnostics.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

namespace pavise {

std::int32_t Diagnostics::add_source(std::string name, std::string text) {
  Source source{std::move(name), std::move(text), {0}};
  for (std::size_t i = 0; i < source.text.size(); ++i)
    if (source.text[i] == '\n') source.line_begin.push_back(i + 1);
  sources_.push_back(std::move(source));
  return std::int32_t(sources_.size()) - 1;
}

void Diagnostics::add(Diagnostic diagnostic) {
  // the same mistake found twice (a component used by two entities) is told once
  for (const Diagnostic& d : all_)
    if (d.code == diagnostic.code && d.place.source == diagnostic.place.source && d.place.line == diagnostic.place.line &&
        d.place.column == diagnostic.place.column && d.message == diagnostic.message)
      return;
  if (all_.size() < 2000) all_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string code, Place place, std::string table, std::string message, std::string note,
                        std::string help) {
  add({std::move(code), false, place, std::move(table), std::move(message), std::move(note), std::move(help)});
}

void Diagnostics::warning(std::string code, Place place, std::string table, std::string message, std::string note,
                          std::string help) {
  add({std::move(code), true, place, std::move(table), std::move(message), std::move(note), std::move(help)});
}

void Diagnostics::make_warnings_errors() {
  for (Diagnostic& d : all_) d.is_warning = false;
}

std::size_t Diagnostics::error_count() const {
  return std::size_t(std::count_if(all_.begin(), all_.end(), [](const Diagnostic& d) { return !d.is_warning; }));
}
bool Diagnostics::has_errors() const { return error_count() > 0; }

std::vector<Diagnostic> Diagnostics::sorted() const {
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.is_warning, d.place.source, d.place.line, d.place.column, d.code, d.message);
  };
  std::vector<Diagnostic> result = all_;
  std::stable_sort(result.begin(), result.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  std::size_t errors = 0, warnings = 0;
  std::erase_if(result, [&](const Diagnostic& d) { return (d.is_warning ? warnings++ : errors++) >= kMost; });
  return result;
}

std::string Diagnostics::describe(Place place) const {
  if (place.source < 0) return "(default)";
  return source_name(place.source) + (place.line > 0 ? ":" + std::to_string(place.line) : "");
}

std::string Diagnostics::line_of(Place place) const {
  if (place.source < 0 || place.line < 1) return {};
  const Source& source = sources_[std::size_t(place.source)];
  if (std::size_t(place.line) > source.line_begin.size()) return {};
  const std::size_t begin = source.line_begin[std::size_t(place.line) - 1];
  std::size_t end = source.text.find('\n', begin);
  if (end == std::string::npos) end = source.text.size();
  if (end > begin && source.text[end - 1] == '\r') --end;
  return source.text.substr(begin, end - begin);
}

std::string escape_control(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    char buffer[8];
    if (c == '\t') {
      result += ' ';  // one column, so that the carets stay below their text
    } else if (c < 0x20 || c == 0x7f) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", c);
      result += buffer;
    } else if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned char>(text[++i]));  // C1 controls
      result += buffer;
    } else {
      result += text[i];
    }
  }
  return result;
}

namespace {

/// Splits UTF-8 into code points; a broken byte stands alone and is shown as an escape.
std::vector<std::string> code_points(const std::string& text) {
  std::vector<std::string> points;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    std::size_t size = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 0;
    bool is_whole = size > 0 && i + size <= text.size();
    for (std::size_t k = 1; is_whole && k < size; ++k)
      is_whole = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
    if (!is_whole) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", c);
      points.emplace_back(buffer);
      ++i;
    } else {
      points.push_back(text.substr(i, size));
      i += size;
    }
  }
  return points;
}

std::size_t width_of(const std::string& escaped) { return code_points(escaped).size(); }

constexpr std::size_t kWidth = 110;  // of a quoted line

/// The quoted line and the line of carets, both cut to a window around the place.
std::pair<std::string, std::string> quote(const std::string& line, Place place) {
  const auto points = code_points(line);
  const std::size_t column = std::min<std::size_t>(std::size_t(std::max(place.column, 1)) - 1, points.size());
  const std::size_t begin = column > kWidth - 40 ? column - 30 : 0;
  const std::size_t end = std::min(points.size(), begin + kWidth);
  std::string text = begin > 0 ? "..." : "", carets(begin > 0 ? 3 : 0, ' ');
  std::size_t length = std::max<std::size_t>(1, std::size_t(std::max(place.length, 1)));
  length = std::min(length, std::max<std::size_t>(1, end - column));
  for (std::size_t i = begin; i < end; ++i) {
    const std::string shown = escape_control(points[i]);
    text += shown;
    if (i < column + length) carets += std::string(width_of(shown), i < column ? ' ' : '^');
  }
  if (column >= end) carets += '^';
  if (end < points.size()) text += "...";
  return {text, carets};
}

}  // namespace

std::string Diagnostics::to_text(bool with_colour) const {
  const char* red = with_colour ? "\x1b[1;31m" : "";
  const char* yellow = with_colour ? "\x1b[1;33m" : "";
  const char* plain = with_colour ? "\x1b[0m" : "";
  std::string text;
  for (const Diagnostic& d : sorted()) {
    if (!text.empty()) text += '\n';
    text += (d.is_warning ? yellow : red) + std::string(d.is_warning ? "warning" : "error") + "[" + d.code + "]" + plain +
            ": " + escape_control(d.message) + "\n";
    if (d.place.source >= 0) {
      text += "  --> " + escape_control(source_name(d.place.source));
      if (d.place.line > 0) text += ":" + std::to_string(d.place.line) + ":" + std::to_string(d.place.column);
      if (!d.table.empty()) text += "  (" + escape_control(d.table) + ")";
      text += '\n';
      const std::string line = line_of(d.place);
      if (!line.empty()) {
        const auto [quoted, carets] = quote(line, d.place);
        const std::string number = std::to_string(d.place.line);
        text += number + " | " + quoted + "\n" + std::string(number.size(), ' ') + " | " + carets;
        if (!d.note.empty()) text += " " + escape_control(d.note);
        text += '\n';
      }
    }
    if (!d.help.empty()) text += "help: " + escape_control(d.help) + "\n";
  }
  const std::size_t errors = error_count();
  if (errors > kMost) text += "\nand " + std::to_string(errors - kMost) + " more errors\n";
  return text;
}

}  // namespace pavise
