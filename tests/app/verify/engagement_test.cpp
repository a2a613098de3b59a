#include <gtest/gtest.h>

#include <cmath>

#include "app/verify/engagement_case.hpp"
#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

/// One threat head on, one order of two rounds: P(leak) = (1 - p)^2.
json two_round_salvo() {
  return json::parse(R"({
    "replications": 4000, "frame_s": 0.25,
    "assets": [{"name": "hub", "east_m": 0, "north_m": 0, "value": 3}],
    "threats": [{"name": "raider", "count": 1, "start_time_s": 0, "arrival_spacing_s": 0, "start_east_m": 0,
                 "start_north_m": 12000, "altitude_m": 0, "speed_m_s": 200, "aim_asset": "hub"}],
    "sensors": [{"kind": "cookie_cutter", "east_m": 0, "north_m": 0, "range_m": 50000, "scan_period_s": 0}],
    "fire_units": [{"name": "unit", "kind": "missile", "east_m": 0, "north_m": 0, "channels": 1, "min_range_m": 0,
                    "max_range_m": 8000, "reaction_s": 1, "assessment_delay_s": 1, "rounds": 8,
                    "interceptor_speed_m_s": 800, "sspk": 0.6, "doctrine": "salvo", "salvo": 2, "shot_separation_s": 1}],
    "coordination": "central", "policy": "nearest"})");
}

CaseOutputs evaluated(const json& input) {
  return Registry<Evaluator>::instance().at("engagement").evaluate(input, json::object());
}
std::string field_of_error(const json& input) {
  try {
    read_engagement_case(input);
  } catch (const CaseError& error) {
    return error.field;
  }
  return "none";
}

TEST(EngagementCase, OfASalvoOfTwoLeaksWithTheSquareOfTheMissProbability) {
  const CaseOutputs outputs = evaluated(two_round_salvo());
  const double leak = 0.4 * 0.4, error = std::sqrt(leak * (1 - leak) / 4000);
  EXPECT_NEAR(outputs.values["leakers"].get<double>(), leak, 4 * error);
  EXPECT_NEAR(outputs.values["damage"].get<double>(), 3 * leak, 3 * 4 * error);
  EXPECT_EQ(outputs.values["rounds"].get<double>(), 2.0);
  EXPECT_EQ(outputs.standard_errors["rounds"].get<double>(), 0.0);
}

TEST(EngagementCase, FiresAtWhatItCannotKill) {
  json input = two_round_salvo();
  input["replications"] = 10;
  input["fire_units"][0]["sspk"] = 0.0;
  const CaseOutputs outputs = evaluated(input);
  EXPECT_EQ(outputs.values["rounds"].get<double>(), 2.0);
  EXPECT_EQ(outputs.values["leakers"].get<double>(), 1.0);
}

TEST(EngagementCase, GivesNullForAUnitWithoutAnyOrder) {
  json input = two_round_salvo();
  input["replications"] = 10;
  input["fire_units"][0]["engages"] = json::array();
  const CaseOutputs outputs = evaluated(input);
  EXPECT_TRUE(outputs.values["first_order_time_s"][0].is_null());
  EXPECT_TRUE(outputs.values["last_intercept_range_m"][0].is_null());
}

TEST(EngagementCase, NamesTheFieldThatIsWrong) {
  const auto with = [](const char* pointer, const json& value) {
    json input = two_round_salvo();
    input[json::json_pointer(pointer)] = value;
    return field_of_error(input);
  };
  EXPECT_EQ(field_of_error(two_round_salvo()), "none");
  EXPECT_EQ(with("/replications", 1), "replications");
  EXPECT_EQ(with("/seed", -1), "seed");
  EXPECT_EQ(with("/remark", 1), "remark");
  EXPECT_EQ(with("/policy", "clairvoyant"), "policy");
  EXPECT_EQ(with("/threats/0/aim_asset", "nowhere"), "threats[0].aim_asset");
  EXPECT_EQ(with("/threats/0/speed_m_s", 0), "threats[0].speed_m_s");
  EXPECT_EQ(with("/sensors/0/scan_period_s", 0.3), "sensors[0].scan_period_s");
  EXPECT_EQ(with("/fire_units/0/sspk", 1.5), "fire_units[0].sspk");
  EXPECT_EQ(with("/fire_units/0/sspk", {{"other", 0.5}}), "fire_units[0].sspk.other");
  EXPECT_EQ(with("/fire_units/0/ready_rounds", 9), "fire_units[0].ready_rounds");
  EXPECT_EQ(with("/fire_units/0/max_range_m", -1), "fire_units[0].max_range_m");
  EXPECT_EQ(with("/fire_units/0/hazard_per_s", 0.1), "fire_units[0].hazard_per_s");
  EXPECT_EQ(with("/report", {{"quantile_levels", {1.0}}}), "report.quantile_levels");
  json missing = two_round_salvo();
  missing["fire_units"][0].erase("salvo");
  EXPECT_EQ(field_of_error(missing), "fire_units[0].salvo");
}

}  // namespace
}  // namespace pavise
