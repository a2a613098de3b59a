#include <xxhash.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "scenario/build.hpp"
#include "scenario/scenario.hpp"
#include "scenario/terrain_file.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

constexpr double kFastestWind_mps = 150;

/// Rows [height_m, east_mps, north_mps] into the environment.
void build_wind_profile(Build& build, const Reader& environment) {
  const Node* rows = environment.node("wind_profile");
  if (rows == nullptr || !rows->is_array()) return;
  const std::string help = "write rows [height in m, east in m/s, north in m/s], such as [[0, 4, 0], [2000, 12, -3]]";
  for (const char* other : {"wind_speed", "wind_from", "wind_shear_exponent"})
    if (const Node* beside = environment.node(other))
      build.diagnostics.error("E0407", beside->key_place, "environment",
                              "'" + std::string(other) + "' stands beside 'wind_profile'",
                              "the profile is the whole wind", "remove one of the two");
  const Table table = table_of(*rows);
  Environment& out = build.model.environment;
  out.wind_row_count = 0;
  for (int r = 0; r < int(table.rows) && r < kMostWindRows; ++r) {
    const WindRow row{table.cells[r][0], table.cells[r][1], table.cells[r][2]};
    const Place place = rows->items[std::size_t(r)].place;
    if (r > 0 && !(row.height_m > out.wind_row[r - 1].height_m))
      build.diagnostics.error("E0407", place, "environment", "'wind_profile' has heights that do not rise",
                              "this row is not above the one before it", help);
    if (std::fabs(row.height_m) > 1e6 || std::fabs(row.east_mps) > kFastestWind_mps ||
        std::fabs(row.north_mps) > kFastestWind_mps)
      build.diagnostics.error("E0207", place, "environment", "'wind_profile' has a row out of range",
                              "speeds up to 150 m/s, heights up to 1000 km", help);
    out.wind_row[r] = row;
    ++out.wind_row_count;
  }
}

/// Beside the file that says so, else among those that ship; empty if there is neither.
std::string path_of_terrain(const Build& build, const Node& node) {
  std::error_code ignored;
  const bool is_name = node.text.find_first_of("./\\") == std::string::npos;
  if (is_name) return data_folder() + "/terrain/" + node.text + ".asc";
  if (fs::path(node.text).is_absolute()) return node.text;
  const std::string folder =
      node.place.source < 0 ? "" : fs::path(build.diagnostics.source_name(node.place.source)).parent_path().string();
  return folder.empty() ? node.text : (fs::path(folder) / node.text).lexically_normal().string();
}

std::string hash_of(const std::string& text) {
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  return hash;
}

std::optional<std::string> text_of_terrain(Build& build, const Node& node, std::string& path) {
  path = path_of_terrain(build, node);
  const Node* made_with = build.top().table("environment").node("x-terrain-hash");
  for (const FileRead& known : build.known_files)
    if (fs::path(known.name).filename() == fs::path(path).filename() &&
        (made_with == nullptr || made_with->text == hash_of(known.text)))
      return known.text;
  std::error_code ignored;
  const bool is_name = node.text.find_first_of("./\\") == std::string::npos;
  if (is_name && !fs::exists(path, ignored)) {
    std::vector<std::string> names = {"flat"};
    for (const auto& entry : fs::directory_iterator(data_folder() + "/terrain", ignored))
      if (entry.path().extension() == ".asc") names.push_back(entry.path().stem().string());
    build.diagnostics.error(
        "E0101", node.place, "environment", "there is no terrain '" + escape_control(node.text) + "'", "",
        suggest(node.text, names, "terrain that ships") + "; a file of your own has a name that ends in .asc");
    return std::nullopt;
  }
  const std::string ending = fs::path(path).extension().string();
  if (ending != ".asc" && ending != ".ASC") {
    build.diagnostics.error("E0503", node.place, "environment",
                            "terrain of this kind is not read: '" + escape_control(node.text) + "'",
                            "only ESRI ASCII grids (.asc)",
                            "convert it: gdal_translate -of AAIGrid " +
                                escape_control(fs::path(path).filename().string()) + " terrain.asc");
    return std::nullopt;
  }
  return read_file(path, build.diagnostics, node.place, kMostTerrainBytes);
}

void build_terrain(Build& build, const Reader& environment) {
  const Node* node = environment.node("terrain");
  if (node == nullptr || !node->is_text() || node->text == "flat") return;
  std::string path;
  const auto text = text_of_terrain(build, *node, path);
  if (!text) return;
  build.terrain_hash = hash_of(*text);
  if (const Node* made_with = environment.node("x-terrain-hash");
      made_with != nullptr && made_with->is_text() && made_with->text != build.terrain_hash)
    build.diagnostics.error("E0504", node->place, "environment",
                            "the terrain is not the one this scenario was made with", "its content has changed",
                            "bring the old file back, or remove x-terrain-hash");
  build.terrain_file = FileRead{path, *text};
  auto grid = read_esri_ascii(*text, build.diagnostics.add_source(path, *text), build.diagnostics);
  if (grid && environment.value("terrain_coordinates") == 1)
    grid = local_terrain(*grid, build.origin, node->place, build.diagnostics);
  if (!grid) return;
  build.model.terrain = std::make_shared<const Terrain>(std::move(*grid));
  build.model.environment.terrain = build.model.terrain.get();
}

}  // namespace

void build_environment(Build& build) {
  const Reader environment = build.top().table("environment");
  Environment& out = build.model.environment;
  out.wind_speed_mps = environment.value("wind_speed");
  out.wind_from_rad = environment.value("wind_from");
  out.wind_shear_exponent = environment.value("wind_shear_exponent");
  out.effective_earth = environment.value("effective_earth");
  out.visibility_extinction_per_km = environment.value("visibility_extinction");
  out.is_flat_without_horizon = !environment.flag("has_horizon");
  build_wind_profile(build, environment);
  build_terrain(build, environment);
}

}  // namespace pavise
