// What goes to a terminal: plain aligned tables, numbers rounded to their interval, a progress line. stdout is the answer,
// stderr everything else; colour and progress only on a terminal, each stream judged by itself.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pavise {

bool is_terminal(int file_descriptor);
/// Whether a stream may have colour: a terminal, no non-empty NO_COLOR, TERM not dumb, no --no-color.
bool may_colour(int file_descriptor, bool is_forbidden);

/// "3.42 ± 0.07": the half width to two digits (one if its first is 4 or more), the mean to the same place.
std::string with_interval(double mean, double half_width);
/// A number to about `digits` significant digits, without exponent where it is short.
std::string short_number(double value, int digits = 3);

/// Columns aligned by the longest cell; the first column to the left, all others to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const { return aligned(false); }
  /// The same with every column to the left, for lists of words.
  std::string left_aligned_text() const { return aligned(true); }

 private:
  std::string aligned(bool is_all_left) const;
  std::vector<std::vector<std::string>> rows_;
};

/// done/total, rate, time left and a word on the leading metric, rewritten in place on stderr at most ten times a second.
class ProgressLine {
 public:
  explicit ProgressLine(bool is_shown);
  ~ProgressLine();
  void show(long long done, long long total, const std::string& leading);

 private:
  bool is_shown_, has_line_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

}  // namespace pavise
