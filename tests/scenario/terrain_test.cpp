// Terrain and wind profile of a scenario: what is read, what stands on it, and every mistake at its place.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/core/geodesy.hpp"
#include "scenario/scenario.hpp"
#include "scenario/terrain_file.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

const std::string kScenario = R"(schema = "pavise-scenario/1"
title = "t"
[frame]
origin = "52 N 20 E 100 m"
epoch = "2026-01-01T00:00:00Z"
[environment]
terrain = "hills"
[tracking]
model = "truth"
[policy]
uses = "nearest"
[asset.a]
at = "0 km E 0 km N"
value = 10
[sensor.s]
model = "cookie_cutter"
antenna_height = "12 m"
at = "10 km E 10 km N"
range = "100 km"
[interceptor.m]
model = "constant_speed"
max_range = "20 km"
sspk = { t = 0.5 }
[threat.t]
model = "waypoint"
speed = "50 m/s"
altitude = "200 m"
[fire_unit.f]
at = "1 km E 0 km N"
sensors = ["s"]
magazine = { m = 4 }
engagement_channels = 2
[raid.r.wave.w]
threat = "t"
count = 2
from = ["20 km E 10 km N", "10 km E 10 km N 900 m"]
target = "a"
at_time = "0 s"
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

void expect_error(const LoadedScenario& loaded, const std::string& code, const std::string& file, int line, int column,
                  const std::string& message, const std::string& help) {
  EXPECT_FALSE(loaded.model.has_value());
  bool is_found = false;
  for (const Diagnostic& d : loaded.diagnostics.sorted())
    is_found = is_found || (d.code == code && loaded.diagnostics.source_name(d.place.source).ends_with(file) &&
                            d.place.line == line && d.place.column == column &&
                            d.message.find(message) != std::string::npos && d.help.find(help) != std::string::npos);
  EXPECT_TRUE(is_found) << code << " " << message << "\n" << loaded.diagnostics.to_text();
}

class TerrainScenario : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("pavise_terrain_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  LoadedScenario load(const std::string& scenario, const std::string& grid, const std::string& name = "dem.asc") {
    std::ofstream(folder_ / name) << grid;
    std::ofstream(folder_ / "s.toml") << scenario;
    return load_scenario((folder_ / "s.toml").string());
  }
  fs::path folder_;
};

// The formula in data/terrain/make_hills.py, evaluated here; the file has whole metres.
TEST(ShippedTerrain, IsTheFormulaItSays) {
  const LoadedScenario loaded = load_scenario_text(kScenario, "s.toml");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  const Terrain& terrain = *loaded.model->terrain;
  EXPECT_EQ(loaded.model->environment.terrain, &terrain);
  EXPECT_EQ(terrain.grid().columns, 121);
  const auto edge = [](double x) {
    const double u = std::min(std::max((30 - std::fabs(x)) / 5, 0.0), 1.0);
    return u * u * (3 - 2 * u);
  };
  const auto square = [](double s) { return s * s; };
  for (double x = -30; x <= 30; x += 0.5)
    for (double y = -30; y <= 30; y += 0.5) {
      const double ridges = 220 * square(std::sin((x + 0.4 * y) / 6 + 1.3 * std::sin(y / 17))) +
                            110 * square(std::sin((0.7 * x - y) / 3.1 + 0.5)) +
                            50 * square(std::sin(x / 1.3) * std::sin(y / 1.7));
      const double height_m = edge(x) * edge(y) * (1 - std::exp(-(x * x + y * y) / 81)) * ridges;
      ASSERT_NEAR(terrain.height_m(1000 * x, 1000 * y), height_m, 0.5 + 1e-9) << x << " " << y;
    }
}

TEST(ShippedTerrain, CarriesWhatHasNoHeightOfItsOwn) {
  const LoadedScenario loaded = load_scenario_text(kScenario, "s.toml");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  const Model& model = *loaded.model;
  const double ground_m = model.terrain->height_m(10e3, 10e3);
  EXPECT_GT(ground_m, 20);
  EXPECT_EQ(model.sensors[0].position_enu_m.z, ground_m + 12);
  const Wave& wave = model.raids[0].waves[0];
  EXPECT_EQ(wave.place_enu_m.z, model.terrain->height_m(20e3, 10e3) + 200);  // class altitude above the ground
  EXPECT_EQ(wave.route_enu_m[0].z, 900);
  EXPECT_EQ(model.assets[0].position_enu_m.z, 0);
}

TEST(ShippedTerrain, FlatIsTheDefaultAndHasNone) {
  const LoadedScenario flat = load_scenario_text(replaced(kScenario, "\"hills\"", "\"flat\""), "s.toml");
  const LoadedScenario without = load_scenario_text(replaced(kScenario, "terrain = \"hills\"\n", ""), "s.toml");
  for (const LoadedScenario* loaded : {&flat, &without}) {
    ASSERT_TRUE(loaded->model.has_value()) << loaded->diagnostics.to_text();
    EXPECT_EQ(loaded->model->environment.terrain, nullptr);
    EXPECT_EQ(loaded->model->sensors[0].position_enu_m.z, 12);
  }
}

TEST(ShippedTerrain, APlaceBeneathItIsRefusedWhereItStands) {
  expect_error(load_scenario_text(replaced(kScenario, "900 m", "20 m"), "s.toml"), "E0505", "s.toml", 36, 28,
               "beneath the terrain", "leave the height out");
  expect_error(
      load_scenario_text(replaced(kScenario, "at = \"10 km E 10 km N\"", "at = \"10 km E 10 km N 1 m\""), "s.toml"),
      "E0505", "s.toml", 18, 6, "beneath the terrain", "raise it");
  expect_error(load_scenario_text(replaced(kScenario, "\"hills\"", "\"hils\""), "s.toml"), "E0101", "s.toml", 7, 11,
               "there is no terrain 'hils'", "did you mean 'hills'?");
  expect_error(load_scenario_text(replaced(kScenario, "\"hills\"", "\"dem.tif\""), "s.toml"), "E0503", "s.toml", 7, 11,
               "'dem.tif'", "gdal_translate -of AAIGrid dem.tif");
  expect_error(load_scenario_text(replaced(kScenario, "\"hills\"", "\"none.asc\""), "s.toml"), "E0101", "s.toml", 7, 11,
               "cannot open", "");
}

// The study's text loads alone to the same ground, and only to the same.
TEST_F(TerrainScenario, TheMergedTextLoadsWithTheFilesThatWereRead) {
  const std::string scenario = replaced(kScenario, "\"hills\"", "\"dem.asc\"");
  const std::string grid = "ncols 2\nnrows 2\nxllcenter 0\nyllcenter 0\ncellsize 1000\n1 2\n3 4\n";
  const LoadedScenario loaded = load(scenario, grid);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->terrain->height_m(0, 0), 3);
  EXPECT_EQ(loaded.model->terrain->height_m(1000, 1000), 2);
  const LoadedScenario again = load_scenario_text(loaded.merged_text, "stored", {.known_files = loaded.files});
  ASSERT_TRUE(again.model.has_value()) << again.diagnostics.to_text();
  EXPECT_EQ(again.model->terrain->grid().height_m, loaded.model->terrain->grid().height_m);
  EXPECT_EQ(again.merged_text, loaded.merged_text);

  const std::string other = replaced(grid, "3 4", "3 5");
  std::string text = loaded.merged_text;
  const LoadedScenario changed = load(text, other);
  ASSERT_FALSE(changed.model.has_value());
  EXPECT_EQ(changed.diagnostics.sorted()[0].code, "E0504");
}

TEST_F(TerrainScenario, MistakesOfTheGridStandAtTheirPlace) {
  const std::string scenario = replaced(kScenario, "\"hills\"", "\"dem.asc\"");
  const std::string good =
      "NCOLS 3\nnrows 2\nxllcorner -1500\nyllcorner -1000\ncellsize 1000\nNODATA_value -9999\n1 2 3\n4 5.5 6e0\n";
  const LoadedScenario loaded = load(scenario, good);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->terrain->height_m(-1000, -500), 4);  // the middle of the south-western cell
  EXPECT_EQ(loaded.model->terrain->height_m(0, -500), 5.5);
  struct Case {
    const char *code, *what, *by;
    int line, column;
    const char *message, *help;
  };
  for (const Case& c : {
           Case{"E0501", "NCOLS 3", "NCOLS 1", 1, 7, "'ncols' is out of range", "ESRI ASCII"},
           {"E0501", "NCOLS 3", "NCOLS 3.5", 1, 7, "'ncols' is out of range", ""},
           {"E0501", "NCOLS 3", "NCOLUMNS 3", 1, 1, "'ncolumns' is not a word", "ncols, nrows"},
           {"E0501", "nrows 2", "ncols 2", 2, 1, "'ncols' stands twice", ""},
           {"E0501", "nrows 2\n", "", 6, 1, "'nrows' is missing", ""},
           {"E0501", "cellsize 1000", "cellsize 0", 5, 10, "'cellsize' is out of range", ""},
           {"E0501", "cellsize 1000", "cellsize nan", 5, 10, "'cellsize' needs a number", ""},
           {"E0501", "5.5", "5,5", 8, 3, "'5,5' is not a height (row 2 from the north, column 2)", "metres"},
           {"E0502", "5.5", "-9999", 8, 3, "no height here", "gdal_fillnodata"},
           {"E0207", "5.5", "32767", 8, 3, "out of range", "nodata_value"},
           {"E0501", " 6e0", "", 9, 1, "ends early", "compare the header"},
           {"E0501", " 6e0", " 6e0 7", 8, 11, "goes on after", "compare the header"},
           {"E0501", "5.5", "nan", 8, 3, "'nan' is not a height", ""},
       })
    expect_error(load(scenario, replaced(good, c.what, c.by)), c.code, "dem.asc", c.line, c.column, c.message, c.help);
  expect_error(load(scenario, ""), "E0501", "dem.asc", 1, 1, "'ncols' is missing", "");
  expect_error(load(scenario, "II*\x01\x02"), "E0501", "dem.asc", 1, 1, "not a word of a grid's header", "");
}

// A grid in degrees whose height is 100 m + 1000 m per degree of latitude north of the origin's: in the local frame the
// ground rises by 1000 m in a degree of the meridian (111.26 km there), and 0 is the origin's altitude.
TEST_F(TerrainScenario, AGridInDegreesIsTurnedIntoTheLocalFrame) {
  std::string grid = "ncols 101\nnrows 101\nxllcenter 19.5\nyllcenter 51.5\ncellsize 0.01\n";
  for (int row = 0; row <= 100; ++row) {
    for (int column = 0; column <= 100; ++column) grid += std::to_string(100 + 1000 * (0.5 - row * 0.01)) + " ";
    grid += "\n";
  }
  std::string scenario = replaced(kScenario, "\"hills\"", "\"dem.asc\"\nterrain_coordinates = \"degrees\"");
  const LoadedScenario loaded = load(scenario, grid);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  const TangentFrame frame = tangent_frame({52, 20, 100});
  for (const auto& [latitude, longitude] : {std::pair{52.0, 20.0}, std::pair{52.3, 20.2}, std::pair{51.6, 19.7}}) {
    const Vec3 p = enu_of(frame, ecef_of({latitude, longitude, 100}));
    // two bilinear look-ups of a plane, a curved meridian (0.01 degrees: below 1 cm), single precision
    EXPECT_NEAR(loaded.model->terrain->height_m(p.x, p.y), 1000 * (latitude - 52), 0.05) << latitude;
  }
  EXPECT_EQ(loaded.model->terrain->height_m(100e3, 0), 0);
  expect_error(load(scenario, replaced(grid, "cellsize 0.01", "cellsize 10")), "E0501", "s.toml", 7, 11, "not degrees",
               "local");
  expect_error(load(scenario, replaced(grid, "yllcenter 51.5", "yllcenter 1.5")), "E0501", "s.toml", 7, 11,
               "farther than 1000 km", "frame.origin");
}

TEST(WindProfile, IsReadAndItsMistakesStandAtTheirRow) {
  const auto with = [](const std::string& lines) { return replaced(kScenario, "terrain = \"hills\"\n", lines); };
  const LoadedScenario loaded = load_scenario_text(with("wind_profile = [[0, 4, 0], [2000.5, 12, -3]]\n"), "s.toml");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->environment.wind_row_count, 2);
  EXPECT_EQ(wind_at(loaded.model->environment, 3000).x, 12);
  EXPECT_EQ(wind_at(loaded.model->environment, 3000).y, -3);
  expect_error(load_scenario_text(with("wind_profile = [[0, 4, 0], [0, 12, -3]]\n"), "s.toml"), "E0407", "s.toml", 7,
               28, "heights that do not rise", "[[0, 4, 0], [2000, 12, -3]]");
  expect_error(load_scenario_text(with("wind_profile = [[0, 4, 0], [10, 12, 300]]\n"), "s.toml"), "E0207", "s.toml", 7,
               28, "out of range", "rows");
  expect_error(load_scenario_text(with("wind_profile = [[0, 4], [10, 12]]\n"), "s.toml"), "E0214", "s.toml", 7, 17,
               "does not fit", "rows of 3 numbers");
  expect_error(load_scenario_text(with("wind_profile = [[0, 4, nan]]\n"), "s.toml"), "E0214", "s.toml", 7, 17,
               "does not fit", "rows of 3 numbers");
  expect_error(load_scenario_text(with("wind_profile = [[0, 4, 0]]\nwind_speed = \"3 m/s\"\n"), "s.toml"), "E0407",
               "s.toml", 8, 1, "stands beside", "remove one");
}

}  // namespace
}  // namespace pavise
