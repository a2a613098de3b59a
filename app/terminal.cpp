#include "app/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pavise {
namespace {

/// Columns that a UTF-8 text takes: code points, for the few non-ASCII signs that tables hold.
std::size_t width_of(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

bool is_terminal(int file_descriptor) { return isatty(file_descriptor) == 1; }

bool may_colour(int file_descriptor, bool is_forbidden) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (is_forbidden || (no_colour && *no_colour) || (term && std::strcmp(term, "dumb") == 0)) return false;
  return is_terminal(file_descriptor);
}

std::string with_interval(double mean, double half_width) {
  if (!std::isfinite(mean)) return "-";
  if (!(half_width > 0) || !std::isfinite(half_width)) return short_number(mean, 4);
  const double magnitude = std::floor(std::log10(half_width));
  const int leading_digit = int(half_width / std::pow(10, magnitude));
  const int decimals = std::max(0, int(-magnitude) + (leading_digit >= 4 ? 0 : 1));
  return fmt::format("{:.{}f} ± {:.{}f}", mean, decimals, half_width, decimals);
}

std::string short_number(double value, int digits) {
  value += 0.0;  // no "-0"
  if (!std::isfinite(value)) return "-";
  if (value == std::floor(value) && std::fabs(value) < 1e7) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}g}", value, digits);
}

std::string TextTable::aligned(bool is_all_left) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      if (i > 0) line += "  ";
      line += i == 0 || is_all_left ? row[i] + padding : padding + row[i];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

ProgressLine::ProgressLine(bool is_shown)
    : is_shown_(is_shown), start_(std::chrono::steady_clock::now()), last_(start_ - std::chrono::seconds(1)) {}

ProgressLine::~ProgressLine() {
  if (has_line_) std::fputs("\r\033[K", stderr);
}

void ProgressLine::show(long long done, long long total, const std::string& leading) {
  if (!is_shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100) && done < total) return;
  last_ = now;
  has_line_ = true;
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const double rate = elapsed_s > 0 ? double(done) / elapsed_s : 0;
  const double left_s = rate > 0 ? double(total - done) / rate : 0;
  constexpr int bar_width = 20;
  const int filled = total > 0 ? int(bar_width * done / total) : 0;
  std::string line = fmt::format("[{}{}] {}/{}  {:.0f}/s  {:.0f} s left  {}", std::string(std::size_t(filled), '#'),
                                 std::string(std::size_t(bar_width - filled), ' '), done, total, rate, left_s, leading);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace pavise
