#include "scenario/terrain_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "kernel/core/geodesy.hpp"

namespace pavise {
namespace {

constexpr double kMostNodes = 64e6;
constexpr double kLowest_m = -12'000, kHighest_m = 9'000;  // of the earth's surface
constexpr const char* kHeaderHelp =
    "an ESRI ASCII grid begins with ncols, nrows, xllcorner (or xllcenter), yllcorner (or yllcenter), cellsize, one to "
    "a line";

/// Words of a text with their places.
class Words {
 public:
  Words(std::string_view text, std::int32_t source) : text_(text), source_(source) {}

  /// Empty at the end.
  std::string_view next() {
    while (at_ < text_.size() && is_space(text_[at_])) {
      if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
      ++at_;
    }
    begin_ = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return text_.substr(begin_, at_ - begin_);
  }
  /// Of the word read last.
  Place place() const {
    return {source_, line_, std::int32_t(begin_ - line_begin_) + 1,
            std::int32_t(std::max<std::size_t>(at_ - begin_, 1))};
  }
  /// So that the word read last is read once more.
  void back() { at_ = begin_; }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
  std::string_view text_;
  std::int32_t source_, line_ = 1;
  std::size_t at_ = 0, begin_ = 0, line_begin_ = 0;
};

std::optional<double> number_in(std::string_view word) {
  double value = 0;
  const char* begin = word.data() + (!word.empty() && word[0] == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return text;
}

struct Header {
  std::optional<double> columns, rows, west, south, spacing, nodata;
  bool is_west_corner = false, is_south_corner = false;
};

/// False, with an error, if the header is not one.
bool read_header(Words& words, Header& h, Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& message, const std::string& note) {
    diagnostics.error("E0501", words.place(), "", message, note, kHeaderHelp);
    return false;
  };
  for (;;) {
    const std::string key = lower(words.next());
    if (!key.empty() && !(key[0] >= 'a' && key[0] <= 'z')) break;  // the heights begin
    std::optional<double>* value = key == "ncols"                             ? &h.columns
                                   : key == "nrows"                           ? &h.rows
                                   : key == "xllcorner" || key == "xllcenter" ? &h.west
                                   : key == "yllcorner" || key == "yllcenter" ? &h.south
                                   : key == "cellsize"                        ? &h.spacing
                                   : key == "nodata_value"                    ? &h.nodata
                                                                              : nullptr;
    if (key.empty()) break;
    if (value == nullptr)
      return refuse("'" + escape_control(key.substr(0, 40)) + "' is not a word of a grid's header", "");
    if (value->has_value()) return refuse("'" + key + "' stands twice in the grid's header", "or its other form does");
    if (key == "xllcorner") h.is_west_corner = true;
    if (key == "yllcorner") h.is_south_corner = true;
    *value = number_in(words.next());
    if (!*value) return refuse("'" + key + "' needs a number", "");
    const bool is_count = value == &h.columns || value == &h.rows;
    if (is_count && !(**value >= 2 && **value <= 1e6 && **value == std::floor(**value)))
      return refuse("'" + key + "' is out of range", "a whole number, at least 2");
    if (value == &h.spacing && !(**value > 0)) return refuse("'cellsize' is out of range", "above 0");
  }
  for (const auto& [value, name] :
       {std::pair{&h.columns, "ncols"}, std::pair{&h.rows, "nrows"}, std::pair{&h.west, "xllcorner"},
        std::pair{&h.south, "yllcorner"}, std::pair{&h.spacing, "cellsize"}})
    if (!value->has_value()) return refuse(std::string("'") + name + "' is missing in the grid's header", "");
  if (*h.columns * *h.rows > kMostNodes) return refuse("the grid has more than 64 million heights", "");
  words.back();
  return true;
}

}  // namespace

std::optional<TerrainGrid> read_esri_ascii(const std::string& text, std::int32_t source, Diagnostics& diagnostics) {
  Words words(text, source);
  Header header;
  if (!read_header(words, header, diagnostics)) return std::nullopt;
  TerrainGrid grid;
  grid.columns = std::int32_t(*header.columns);
  grid.rows = std::int32_t(*header.rows);
  grid.spacing_m = *header.spacing;
  grid.west_m = *header.west + (header.is_west_corner ? 0.5 * grid.spacing_m : 0);
  grid.south_m = *header.south + (header.is_south_corner ? 0.5 * grid.spacing_m : 0);
  const std::size_t count = std::size_t(grid.columns) * std::size_t(grid.rows);
  if (text.size() < 2 * count - 1) {
    diagnostics.error("E0501", {source, 1, 1, 1}, "", "the grid has fewer heights than ncols x nrows",
                      std::to_string(count) + " are announced", "compare the header with the rows below it");
    return std::nullopt;
  }
  grid.height_m.resize(count);

  for (std::size_t k = 0; k < count; ++k) {
    const std::string_view word = words.next();
    const std::size_t columns = std::size_t(grid.columns), row = k / columns, column = k % columns;
    const auto refuse = [&](const char* code, const std::string& message, const std::string& note, const char* help) {
      diagnostics.error(
          code, words.place(), "",
          message + " (row " + std::to_string(row + 1) + " from the north, column " + std::to_string(column + 1) + ")",
          note, help);
      return std::nullopt;
    };
    if (word.empty())
      return refuse("E0501", "the grid ends early", std::to_string(k) + " heights of " + std::to_string(count),
                    "compare the header with the rows below it");
    const auto height_m = number_in(word);
    if (!height_m)
      return refuse("E0501", "'" + escape_control(word.substr(0, 40)) + "' is not a height", "",
                    "write metres, such as 112.5");
    if (header.nodata && *height_m == *header.nodata)
      return refuse("E0502", "there is no height here", "nodata_value",
                    "fill the hole (gdal_fillnodata.py), write 0 for the sea, or cut the grid smaller");
    if (*height_m < kLowest_m || *height_m > kHighest_m)
      return refuse("E0207", "the height is out of range", "from -12000 m to 9000 m",
                    "heights are in metres; holes need a nodata_value, and are refused");
    grid.height_m[(std::size_t(grid.rows) - 1 - row) * columns + column] = float(*height_m);
  }
  if (!words.next().empty()) {
    diagnostics.error("E0501", words.place(), "", "the grid goes on after its last height",
                      "ncols x nrows = " + std::to_string(count), "compare the header with the rows below it");
    return std::nullopt;
  }
  return grid;
}

std::optional<TerrainGrid> local_terrain(const TerrainGrid& degrees, const Origin& origin, Place place,
                                         Diagnostics& diagnostics) {
  const auto refuse = [&](const char* message, const char* note) {
    diagnostics.error(
        "E0501", place, "environment", message, note,
        "give coordinates in degrees, of a region around frame.origin; or terrain_coordinates = \"local\"");
    return std::nullopt;
  };
  const double west = degrees.west_m, south = degrees.south_m;
  const double east = west + degrees.spacing_m * (degrees.columns - 1);
  const double north = south + degrees.spacing_m * (degrees.rows - 1);
  if (!(west >= -180 && east <= 180 && south >= -89 && north <= 89))
    return refuse("the terrain's coordinates are not degrees", "longitude -180 to 180, latitude -89 to 89");
  const TangentFrame frame = tangent_frame({origin.latitude_deg, origin.longitude_deg, origin.altitude_m});

  // the rectangle of the local frame around the grid's edge
  double least_x = 1e30, least_y = 1e30, most_x = -1e30, most_y = -1e30;
  for (int k = 0; k <= 64; ++k)
    for (const auto& [latitude, longitude] :
         {std::pair{south, west + (east - west) * k / 64}, std::pair{north, west + (east - west) * k / 64},
          std::pair{south + (north - south) * k / 64, west}, std::pair{south + (north - south) * k / 64, east}}) {
      const Vec3 p = enu_of(frame, ecef_of({latitude, longitude, origin.altitude_m}));
      if (!(length(p) < 1e6)) return refuse("the terrain reaches farther than 1000 km from frame.origin", "");
      least_x = std::min(least_x, p.x), most_x = std::max(most_x, p.x);
      least_y = std::min(least_y, p.y), most_y = std::max(most_y, p.y);
    }

  TerrainGrid grid;
  grid.spacing_m = degrees.spacing_m * (kPi / 180) * kEarthRadius_m;
  grid.west_m = least_x;
  grid.south_m = least_y;
  grid.columns = std::int32_t((most_x - least_x) / grid.spacing_m) + 2;
  grid.rows = std::int32_t((most_y - least_y) / grid.spacing_m) + 2;
  if (double(grid.columns) * double(grid.rows) > kMostNodes)
    return refuse("the grid has more than 64 million heights", "in the local frame");
  const Terrain source(degrees);
  grid.height_m.reserve(std::size_t(grid.columns) * std::size_t(grid.rows));
  for (std::int32_t j = 0; j < grid.rows; ++j)
    for (std::int32_t i = 0; i < grid.columns; ++i) {
      const double x = grid.west_m + i * grid.spacing_m, y = grid.south_m + j * grid.spacing_m;
      const Geodetic at = geodetic_of(ecef_of_enu(frame, {x, y, -(x * x + y * y) / (2 * kEarthRadius_m)}));
      const bool is_known =
          at.longitude_deg >= west && at.longitude_deg <= east && at.latitude_deg >= south && at.latitude_deg <= north;
      grid.height_m.push_back(is_known ? float(source.height_m(at.longitude_deg, at.latitude_deg) - origin.altitude_m)
                                       : 0.0f);
    }
  return grid;
}

}  // namespace pavise
