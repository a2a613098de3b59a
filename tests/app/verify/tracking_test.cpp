#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/verify/driver.hpp"
#include "app/verify/tracking_case.hpp"

namespace pavise {
namespace {

using nlohmann::json;

json published() {
  std::ifstream in(PAVISE_SOURCE_DIR "/tests/cases/tracking/scenarios.json");
  return json::parse(in);
}

TEST(VerifyTracking, MeetsThePublishedBounds) {
  std::ostringstream out, err;
  EXPECT_EQ(run_verify({PAVISE_SOURCE_DIR "/tests/cases/tracking"}, "-", out, err), 0) << out.str() << err.str();
  EXPECT_EQ(json::parse(out.str()).at("cases").size(), 7u);
}

// `gnn` starts a track from two plots no more than two and a quarter scans apart: where only six looks in ten see the
// target that takes longer, and one target in ten is missing from the picture. Otherwise it meets the same bounds.
TEST(VerifyTracking, TheFastTrackerIsHeldToTheSameScenarios) {
  const json file = published();
  int within = 0;
  for (const json& one : file.at("cases")) {
    const json &input = one.at("input"), &bounds = one.at("tolerance");
    if (input.at("tracker").at("association") != "gnn" || input.at("tracker").at("models").size() > 1) continue;
    const TrackingQuality fast = run_tracking(read_tracking_case(input), TrackerUnderTest::gnn);
    const std::string name = one.at("name");
    EXPECT_LE(fast.false_tracks, bounds.at("false_tracks").at("max").get<double>()) << name;
    EXPECT_LE(fast.id_switches, bounds.at("id_switches").at("max").get<double>()) << name;
    if (bounds.contains("nees")) {
      EXPECT_GE(fast.nees, bounds.at("nees").at("min").get<double>()) << name;
      EXPECT_LE(fast.nees, bounds.at("nees").at("max").get<double>()) << name;
    }
    if (name == "missed detections") {
      EXPECT_GT(fast.continuity, 0.85);
      continue;
    }
    EXPECT_LE(fast.mean_gospa_m, bounds.at("mean_gospa_m").at("max").get<double>()) << name;
    EXPECT_GE(fast.continuity, bounds.at("continuity").at("min").get<double>()) << name;
    ++within;
  }
  EXPECT_EQ(within, 4);
}

TEST(VerifyTracking, ResultsDoNotDependOnHowManyReplicationsRunSideBySide) {
  for (std::size_t which : {3u, 5u, 6u}) {  // clutter and misses, interacting models, joint probabilities
    json input = published().at("cases")[which].at("input");
    input["replications"] = 7;
    const TrackingCase c = read_tracking_case(input);
    const TrackingQuality alone = run_tracking(c, TrackerUnderTest::general, 1),
                          together = run_tracking(c, TrackerUnderTest::general, 4);
    EXPECT_NEAR(alone.mean_gospa_m, together.mean_gospa_m, 1e-12 * alone.mean_gospa_m);  // order of the sum
    EXPECT_EQ(alone.false_tracks, together.false_tracks);
    EXPECT_EQ(alone.id_switches, together.id_switches);
    EXPECT_NEAR(alone.nees, together.nees, 1e-12 * alone.nees);
  }
}

TEST(VerifyTracking, WithoutTargetsNothingIsMissedAndFewTracksAreFalse) {
  json input = published().at("cases")[2].at("input");
  input["targets"] = json::array();
  const CaseOutputs outputs = Registry<Evaluator>::instance().at("tracking").evaluate(input, json::object());
  EXPECT_EQ(outputs.values.at("continuity"), 1);
  EXPECT_EQ(outputs.values.at("id_switches"), 0);
  EXPECT_LT(outputs.values.at("false_tracks").get<double>(), 0.1);
  EXPECT_TRUE(outputs.values.at("nees").is_null());
}

TEST(VerifyTracking, ATargetTurnsOnAnExactArc) {
  TrackingTarget target;
  target.start_s = 10;
  target.position_m = {1000, 0, 500};
  target.velocity_mps = {0, 100, -1};
  target.turns = {{5, 20, 0.0}, {20, 20 + kPi / 0.2, 0.1}};  // a straight one, then a quarter to the left
  double x[6];
  fly(target, 30 + kPi / 0.2, x);
  // 10 s north, a quarter circle of 1 km towards west, 10 s west
  EXPECT_NEAR(x[0], 1000 - 1000 - 1000, 1e-9);
  EXPECT_NEAR(x[1], 1000 + 1000, 1e-9);
  EXPECT_NEAR(x[2], 500 - (20 + kPi / 0.2), 1e-9);
  EXPECT_NEAR(x[3], -100, 1e-11);
  EXPECT_NEAR(x[4], 0, 1e-11);
}

TEST(VerifyTracking, NamesTheFieldThatIsMissingUnknownOrOutOfRange) {
  const json good = published().at("cases")[5].at("input");
  const auto refused_field = [&](const std::string& pointer, const json& value) -> std::string {
    json input = good;
    if (value.is_null())
      input[json::json_pointer(pointer).parent_pointer()].erase(json::json_pointer(pointer).back());
    else
      input[json::json_pointer(pointer)] = value;
    try {
      read_tracking_case(input);
    } catch (const CaseError& error) {
      return error.field;
    }
    return "";
  };
  EXPECT_EQ(refused_field("/seed", 8), "");
  EXPECT_EQ(refused_field("/duration_s", nullptr), "duration_s");
  EXPECT_EQ(refused_field("/seed", 1.5), "seed");
  EXPECT_EQ(refused_field("/replications", 0), "replications");
  EXPECT_EQ(refused_field("/weather", 1), "weather");
  EXPECT_EQ(refused_field("/settle_s", 1e4), "settle_s");
  EXPECT_EQ(refused_field("/sensors", json::array()), "sensors");
  EXPECT_EQ(refused_field("/sensors/0/pd", 1.2), "sensors[0].pd");
  EXPECT_EQ(refused_field("/sensors/0/azimuth_deg", {0, 400}), "sensors[0].azimuth_deg");
  EXPECT_EQ(refused_field("/sensors/0/range_m", {5, 1}), "sensors[0].range_m");
  EXPECT_EQ(refused_field("/sensors/0/latency_s", 1), "sensors[0].latency_s");
  EXPECT_EQ(refused_field("/targets/0/end_s", nullptr), "targets[0].end_s");
  EXPECT_EQ(refused_field("/targets/0/process_q_m2_s3", 1), "targets[0].turns");
  EXPECT_EQ(refused_field("/targets/0/turns/0/to_s", 0), "targets[0].turns[0].to_s");
  EXPECT_EQ(refused_field("/tracker/association", "nearest"), "tracker.association");
  EXPECT_EQ(refused_field("/tracker/association", "jpda"), "tracker.association");
  EXPECT_EQ(refused_field("/tracker/transition", json::array({{1, 0, 0}, {0, 1, 0}, {0, 0.5, 0.6}})),
            "tracker.transition[2]");
  EXPECT_EQ(refused_field("/tracker/models/1/turn_rate_deg_s", 0), "tracker.models[1].turn_rate_deg_s");
  EXPECT_EQ(refused_field("/tracker/confirm_hits", 9), "tracker.confirm_hits");
}

}  // namespace
}  // namespace pavise
