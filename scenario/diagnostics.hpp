// A user's mistakes: collected, each with its place and a remedy, and shown together (FORMATS section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pavise {

/// Where something stands: an index into Diagnostics' sources, line and column from 1 (columns are code points).
struct Place {
  std::int32_t source = -1;
  std::int32_t line = 0, column = 0;
  std::int32_t length = 1;  // how many characters the carets underline
};

struct Diagnostic {
  std::string code;     // "E0203"; warnings "W0901"
  bool is_warning = false;
  Place place;
  std::string table;    // "fire_unit.patriot_1"; may be empty
  std::string message;  // what is wrong
  std::string note;     // beside the carets: why; may be empty
  std::string help;     // what to do
};

class Diagnostics {
 public:
  static constexpr std::size_t kMost = 20;  // as many errors are shown

  /// A text that places refer to; its name is the path as the user typed it.
  std::int32_t add_source(std::string name, std::string text);
  const std::string& source_name(std::int32_t source) const { return sources_[std::size_t(source)].name; }
  const std::string& source_text(std::int32_t source) const { return sources_[std::size_t(source)].text; }
  std::size_t source_count() const { return sources_.size(); }

  void add(Diagnostic diagnostic);
  void error(std::string code, Place place, std::string table, std::string message, std::string note, std::string help);
  void warning(std::string code, Place place, std::string table, std::string message, std::string note, std::string help);
  /// --strict: what was a warning stops the run.
  void make_warnings_errors();

  bool has_errors() const;
  std::size_t error_count() const;
  /// Sorted by file, line, column, code; at most kMost errors, then the warnings (at most kMost).
  std::vector<Diagnostic> sorted() const;

  /// Up to five lines each, as FORMATS section 5 shows them; empty if there is nothing to say.
  std::string to_text(bool with_colour = false) const;
  /// {"schema": "pavise-errors/1", "errors": [...], "warnings": [...]}
  std::string to_json() const;

  /// "file:line" of a place.
  std::string describe(Place place) const;

 private:
  struct Source {
    std::string name, text;
    std::vector<std::size_t> line_begin;
  };
  std::string line_of(Place place) const;
  std::vector<Source> sources_;
  std::vector<Diagnostic> all_;
};

/// Text with control characters written as escapes, so that quoted input cannot steer a terminal.
std::string escape_control(std::string_view text);

/// Every error class: code, what it means, an example of the remedy. For `pavise list errors`.
struct ErrorClass {
  std::string_view code, meaning, remedy;
};
const std::vector<ErrorClass>& error_catalogue();

}  // namespace pavise
