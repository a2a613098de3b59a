// The kind `trajectory` of conformance cases: every case of tests/cases/trajectory passes, and what cannot be run says
// why.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/verify/driver.hpp"
#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

const Evaluator& evaluator() { return Registry<Evaluator>::instance().at("trajectory"); }

json outputs_of(const json& input) { return evaluator().evaluate(input, json::object()).values; }
std::string complaint_of(const json& input) {
  try {
    outputs_of(input);
  } catch (const CaseError& error) {
    return error.field;
  }
  return "none";
}

TEST(TrajectoryCases, AllPass) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PAVISE_SOURCE_DIR "/tests/cases/trajectory")) {
    if (entry.path().extension() != ".json") continue;
    const json file = json::parse(std::ifstream(entry.path()));
    for (const json& one : file["cases"]) {
      const json outputs = outputs_of(one["input"]);
      for (const auto& [name, expected] : one["expected"].items()) {
        ASSERT_TRUE(outputs.contains(name)) << one["name"] << " " << name;
        EXPECT_LE(compare_output(outputs[name], expected, one["tolerance"][name], nullptr).multiple, 1)
            << one["name"] << " " << name;
      }
      ++cases;
    }
  }
  EXPECT_EQ(cases, 46);
}

json falling() {
  return {{"model", "ballistic"},
          {"world", "flat"},
          {"initial", {{"position_enu_m", {0, 0, 0}}, {"velocity_enu_mps", {10, 0, 20}}}},
          {"step_s", 0.1},
          {"stop_up_m", 0}};
}
json over_the_earth() {
  json input = falling();
  input.erase("stop_up_m");
  input["world"] = "wgs84";
  input["initial"] = {{"latitude_deg", 50}, {"longitude_deg", 30}, {"height_m", 0}, {"velocity_enu_mps", {0, 0, 20}}};
  input["stop_height_m"] = 0;
  return input;
}
json flying() {
  return {{"model", "waypoints"},
          {"speed_mps", 50},
          {"waypoints_enu_m", {{0, 0, 100}, {5000, 0, 100}, {5000, 5000, 0}}},
          {"turn_rate_max_degps", 6},
          {"climb_rate_max_mps", 3},
          {"sample_times_s", {0, 10}}};
}
json with(json input, const std::string& field, const json& value) {
  input[field] = value;
  return input;
}
json burn(json overlay) {
  json phase = {{"duration_s", 1}, {"thrust_n", 100}, {"mass_flow_kgps", 1}, {"direction", "velocity"}};
  phase.update(overlay);
  return json::array({phase});
}

TEST(TrajectoryCases, ThatCannotBeRunNameTheirField) {
  const json heavy = with(falling(), "mass_kg", 10);
  const json curve = {{"reference_area_m2", 0.1}, {"cd_mach", {{0, 0.2}, {1, 0.4}}}};
  const std::vector<std::pair<json, std::string>> cases = {
      {with(falling(), "model", "orbit"), "model"},
      {with(falling(), "world", "round"), "world"},
      {with(falling(), "stop_time_s", 1), "stop_time_s"},
      {with(falling(), "stop_height_m", 1), "stop_height_m"},
      {with(falling(), "step_s", 0), "step_s"},
      {with(falling(), "unheard", 1), "unheard"},
      {with(falling(), "sample_times_s", {2, 1}), "sample_times_s[1]"},
      {with(falling(), "sample_times_s", {0, 100}), "sample_times_s[1]"},
      {with(falling(), "drag", curve), "mass_kg"},
      {with(falling(), "mass_kg", -1), "mass_kg"},
      {with(falling(), "stop_up_m", 1000), "input"},  // never that high
      {with(heavy, "drag", {{"reference_area_m2", 0}, {"cd_mach", {{0, 0.2}}}}), "drag.reference_area_m2"},
      {with(heavy, "drag", {{"reference_area_m2", 1}, {"cd_mach", json::array()}}), "drag.cd_mach"},
      {with(heavy, "drag", {{"reference_area_m2", 1}, {"cd_mach", {{1, 0.2}, {1, 0.3}}}}), "drag.cd_mach[1]"},
      {with(heavy, "phases", burn({{"duration_s", -1}})), "phases[0].duration_s"},
      {with(heavy, "phases", burn({{"mass_flow_kgps", 10}})), "phases[0]"},
      {with(heavy, "phases", burn({{"drop_kg", 9}})), "phases[0]"},
      {with(heavy, "phases", burn({{"direction", "up"}})), "phases[0].direction"},
      {with(heavy, "phases", burn({{"direction", {0, 0, 0}}})), "phases[0].direction"},
      {with(heavy, "phases", burn({{"drag_after", {{"reference_area_m2", 1}}}})), "phases[0].drag_after.cd_mach"},
      {with(over_the_earth(), "gravity_mps2", 9.8), "gravity_mps2"},
      {with(over_the_earth(), "wind_enu_mps", {1, 0, 0}), "wind_enu_mps"},
      {with(over_the_earth(), "stop_up_m", 1), "stop_up_m"},
      {with(flying(), "speed_mps", 0), "speed_mps"},
      {with(flying(), "climb_rate_max_mps", 0), "climb_rate_max_mps"},
      {with(flying(), "waypoints_enu_m", {{0, 0, 0}}), "waypoints_enu_m"},
      {with(flying(), "waypoints_enu_m", {{0, 0, 0}, {0, 0, 9}}), "waypoints_enu_m[1]"},
      {with(flying(), "waypoints_enu_m", {{0, 0, 0}, {5000, 0, 0}, {1, 0, 0}}), "waypoints_enu_m[1]"},       // reverses
      {with(flying(), "waypoints_enu_m", {{0, 0, 0}, {5000, 0, 0}, {5000, 400, 0}}), "waypoints_enu_m[2]"},  // short
      {with(flying(), "wind_enu_mps", {1, 0, 0}), "wind_enu_mps"},
      {with(flying(), "sample_times_s", {0, 1e6}), "sample_times_s[1]"},
  };
  for (const auto& [input, field] : cases) EXPECT_EQ(complaint_of(input), field) << input.dump();

  json windy = with(flying(), "wind_enu_mps", {0, 60, 0});  // across the first leg, faster than the drone
  windy.erase("turn_rate_max_degps");
  EXPECT_EQ(complaint_of(windy), "waypoints_enu_m[1]");
  json still = with(heavy, "phases", burn(json::object()));
  still["initial"]["velocity_enu_mps"] = {0, 0, 0};
  EXPECT_EQ(complaint_of(still), "phases[0]");
}

TEST(TrajectoryCases, ARiseAndFallInsideOneStepAreFound) {
  json input = with(falling(), "step_s", 100);
  const double g = 9.80665;
  EXPECT_NEAR(outputs_of(input)["end_time_s"].get<double>(), 40 / g, 1e-9);
  EXPECT_NEAR(outputs_of(input)["apex_time_s"].get<double>(), 20 / g, 1e-9);
  // from below the level, up through it and down again
  input["stop_up_m"] = 10;
  EXPECT_NEAR(outputs_of(input)["end_time_s"].get<double>(), (20 + std::sqrt(400 - 20 * g)) / g, 1e-9);
}

TEST(TrajectoryCases, ALaunchFromRestOnTheLevelIsNoFallAndADropFromItEndsAtOnce) {
  json input = with(with(falling(), "mass_kg", 10), "phases", burn({{"direction", {0, 0, 1}}, {"thrust_n", 1000}}));
  input["initial"]["velocity_enu_mps"] = {0, 0, 0};
  EXPECT_GT(outputs_of(input)["end_time_s"].get<double>(), 10);
  input.erase("phases");
  EXPECT_EQ(outputs_of(input)["end_time_s"].get<double>(), 0);
}

TEST(TrajectoryCases, AHeadwindAlmostAsFastAsTheDroneIsFlown) {
  json input = with(flying(), "waypoints_enu_m", {{0, 0, 100}, {1000, 0, 100}});
  input.erase("turn_rate_max_degps");
  input["wind_enu_mps"] = {-49, 0, 0};
  EXPECT_NEAR(outputs_of(input)["arrival_time_s"].get<double>(), 1000, 1e-8);
}

TEST(TrajectoryCases, AShortLegAsLongAsItsTangentsIsLongEnough) {
  // two right angles, R = V / rate: the middle leg takes R from each
  const double radius_m = 50 / (6 * 3.14159265358979323846 / 180);
  const json input =
      with(flying(), "waypoints_enu_m", {{0, 0, 0}, {5000, 0, 0}, {5000, 2 * radius_m, 0}, {9000, 2 * radius_m, 0}});
  EXPECT_EQ(complaint_of(input), "none");
}

}  // namespace
}  // namespace pavise
