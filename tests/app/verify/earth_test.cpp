// The kinds `atmosphere` and `geodesy`: every case passes through the kernel's own functions, and what cannot be run
// names its field.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/verify/driver.hpp"
#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

CaseOutputs evaluate(const std::string& kind, const json& input) {
  return Registry<Evaluator>::instance().at(kind).evaluate(input, json::object());
}
std::string refused_field(const std::string& kind, const json& input) {
  try {
    evaluate(kind, input);
  } catch (const CaseError& error) {
    return error.field;
  }
  return "none";
}

int cases_passed(const std::string& kind) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PAVISE_SOURCE_DIR "/tests/cases/" + kind)) {
    if (entry.path().extension() != ".json") continue;
    const json file = json::parse(std::ifstream(entry.path()));
    for (const json& one : file["cases"]) {
      const CaseOutputs outputs = evaluate(kind, one["input"]);
      for (const auto& [name, expected] : one["expected"].items())
        EXPECT_LE(compare_output(outputs.values.at(name), expected, one["tolerance"][name], nullptr).multiple, 1)
            << one["name"] << " " << name;
      ++cases;
    }
  }
  return cases;
}

TEST(VerifyAtmosphere, ReproducesThePublishedCases) { EXPECT_EQ(cases_passed("atmosphere"), 37); }
TEST(VerifyGeodesy, ReproducesThePublishedCases) { EXPECT_EQ(cases_passed("geodesy"), 60); }

TEST(VerifyAtmosphere, NamesTheFieldThatIsMissingUnknownOrOutOfRange) {
  const std::vector<std::pair<json, std::string>> inputs = {
      {{{"geometric_altitude_m", {-5000, 0, 1e6}}}, "none"},
      {{{"geopotential_altitude_m", {-5000, 850e3, 850e3}}}, "none"},
      {json::object(), "geopotential_altitude_m"},
      {{{"geometric_altitude_m", {0}}, {"geopotential_altitude_m", {0}}}, "geopotential_altitude_m"},
      {{{"geometric_altitude_m", json::array()}}, "geometric_altitude_m"},
      {{{"geometric_altitude_m", 3}}, "geometric_altitude_m"},
      {{{"geometric_altitude_m", {0, -5000.1}}}, "geometric_altitude_m[1]"},
      {{{"geometric_altitude_m", {0, 1e6 + 1}}}, "geometric_altitude_m[1]"},
      {{{"geopotential_altitude_m", {850001}}}, "geopotential_altitude_m[0]"},
      {{{"geometric_altitude_m", {"1"}}}, "geometric_altitude_m[0]"},
      {{{"geometric_altitude_m", {1}}, {"latitude_deg", 5}}, "latitude_deg"},
  };
  for (const auto& [input, field] : inputs) EXPECT_EQ(refused_field("atmosphere", input), field) << input;
}

TEST(VerifyGeodesy, NamesTheFieldThatIsMissingUnknownOrOutOfRange) {
  const json point = {{"latitude_deg", 50}, {"longitude_deg", -180}, {"height_m", -10000}};
  const auto with = [](json object, const std::string& field, const json& value) {
    object[field] = value;
    return object;
  };
  const json ecef = {{"operation", "geodetic_to_ecef"}, {"point", point}};
  EXPECT_EQ(refused_field("geodesy", ecef), "none");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "point", with(point, "latitude_deg", 90.1))), "point.latitude_deg");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "point", with(point, "longitude_deg", 181))), "point.longitude_deg");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "point", with(point, "height_m", 1.1e7))), "point.height_m");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "point", with(point, "altitude_m", 1))), "point.altitude_m");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "point", {{"latitude_deg", 1}, {"longitude_deg", 1}})),
            "point.height_m");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "origin", point)), "origin");
  EXPECT_EQ(refused_field("geodesy", with(ecef, "operation", "area")), "operation");
  EXPECT_EQ(refused_field("geodesy", {{"operation", "ecef_to_geodetic"}, {"ecef_m", {1, 2}}}), "ecef_m");
  EXPECT_EQ(refused_field("geodesy", {{"operation", "ecef_to_geodetic"}, {"ecef_m", {1, 2, 3}}}), "ecef_m");
  EXPECT_EQ(refused_field("geodesy", {{"operation", "look"}, {"point", point}}), "origin");
  const json horizon = {{"operation", "radar_horizon"},
                        {"effective_earth_factor", 1.2},
                        {"radar_height_m", 0},
                        {"target_height_m", 100e3},
                        {"ground_range_m", 1e3}};
  EXPECT_EQ(refused_field("geodesy", horizon), "none");
  for (const auto& [field, value] : std::vector<std::pair<std::string, double>>{{"effective_earth_factor", 0.4},
                                                                                {"radar_height_m", -1},
                                                                                {"target_height_m", 100'001},
                                                                                {"ground_range_m", 0},
                                                                                {"ground_range_m", 2e6},
                                                                                {"slant_range_m", 1}})
    EXPECT_EQ(refused_field("geodesy", with(horizon, field, value)), field) << value;
  const json antipodal = {{"operation", "geodesic_inverse"},
                          {"point", {{"latitude_deg", 0.1}, {"longitude_deg", 0}}},
                          {"point2", {{"latitude_deg", -0.1}, {"longitude_deg", 179.9}}}};
  EXPECT_EQ(refused_field("geodesy", antipodal), "point2");
}

}  // namespace
}  // namespace pavise
