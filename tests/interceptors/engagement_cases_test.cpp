// The public cases of kind "engagement", on this layer alone: harness rules in place of engine and policies. Fewer
// replications than the cases ask for, held to the same number of standard errors; `pavise verify` runs them whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

using Json = nlohmann::json;

Scene scene_of(const Json& input) {
  Scene scene;
  scene.frame_s = input.at("frame_s");
  scene.seed = input.value("seed", 1);
  scene.is_central = input.at("coordination") == "central";
  scene.rule = input.at("policy") == "nearest"         ? Rule::nearest
               : input.at("policy") == "first_arrival" ? Rule::first_arrival
                                                       : Rule::random;
  std::vector<std::string> asset_names, group_names;
  for (const Json& a : input.at("assets")) {
    scene.add_asset(a.at("east_m"), a.at("north_m"), a.at("value"));
    asset_names.push_back(a.at("name"));
  }
  for (const Json& t : input.at("threats")) {
    const auto asset = std::find(asset_names.begin(), asset_names.end(), t.at("aim_asset")) - asset_names.begin();
    scene.add_threats({t.at("start_east_m"), t.at("start_north_m"), t.at("altitude_m")}, t.at("speed_m_s"), t.at("count"),
                      t.at("start_time_s"), t.at("arrival_spacing_s"), int(asset));
    scene.classes.back().unit_cost = t.value("unit_cost", 0.0);
    scene.classes.back().p_destroy = t.value("p_destroy", 1.0);
    group_names.push_back(t.at("name"));
  }
  const Json& sensor = input.at("sensors").at(0);
  scene.sensor_m = {sensor.at("east_m"), sensor.at("north_m"), 0};
  scene.sensor_range_m = sensor.at("range_m");
  scene.scan_period_s = sensor.at("scan_period_s");
  for (const Json& u : input.at("fire_units")) {
    Scene::Unit unit = Scene::missile_unit(u.value("interceptor_speed_m_s", 1.0), u.at("min_range_m"), u.at("max_range_m"),
                                           u.at("reaction_s"));
    const std::string kind = u.at("kind");
    unit.weapon.effect = kind == "gun" ? Effect::gun : kind == "jammer" ? Effect::jammer : Effect::missile;
    unit.station.position_enu_m = {u.at("east_m"), u.at("north_m"), u.value("up_m", 0.0)};
    unit.channels = u.at("channels");
    unit.unit.assessment_delay_s = u.at("assessment_delay_s");
    unit.unit.p_missed_kill = u.value("p_missed_kill", 0.0);
    unit.unit.p_false_kill = u.value("p_false_kill", 0.0);
    unit.unit.rule = u.value("doctrine", "") == "salvo" ? FiringRule::salvo_once : FiringRule::shoot_look_shoot;
    unit.unit.salvo = u.value("salvo", 1);
    unit.unit.shot_separation_s = u.value("shot_separation_s", 0.0);
    unit.station.rounds = u.value("rounds", 0);
    unit.station.ready_rounds = unit.station.ready_capacity = u.value("ready_rounds", unit.station.rounds);
    unit.station.reload_s = u.value("reload_s", 0.0);
    unit.weapon.rounds_per_burst = u.value("rounds_per_burst", 1);
    unit.weapon.burst_interval_s = u.value("burst_interval_s", 1.0);
    unit.weapon.unit_cost = u.value("round_cost", 0.0);
    for (std::size_t g = 0; g < group_names.size(); ++g) {
      if (u.contains("sspk") && u["sspk"].is_number()) unit.weapon.sspk[g] = u["sspk"];
      if (u.contains("sspk") && u["sspk"].is_object()) unit.weapon.sspk[g] = u["sspk"].value(group_names[g], 0.0);
      unit.weapon.hazard_per_s[g] = u.value("hazard_per_s", 0.0);
      const bool engages = !u.contains("engages") || std::find(u["engages"].begin(), u["engages"].end(), group_names[g]) !=
                                                         u["engages"].end();
      unit.unit.engages.push_back(engages);
    }
    scene.add(unit);
  }
  return scene;
}

/// Mean and its standard error of one number per replication.
struct Sum {
  double n = 0, sum = 0, squares = 0;
  void add(double x) { n += 1, sum += x, squares += x * x; }
  double mean() const { return sum / n; }
  double error() const { return std::sqrt(std::max(squares / n - mean() * mean(), 0.0) / (n - 1)); }
};

struct Checker {
  std::string name;
  const Json& expected;
  void mean(const char* key, const Sum& sum) const {
    if (!expected.contains(key)) return;
    compare(key, sum.mean(), expected[key], sum.error());
  }
  void means(const char* key, const std::vector<Sum>& sums) const {
    if (!expected.contains(key)) return;
    for (std::size_t i = 0; i < sums.size(); ++i) compare(key, sums[i].mean(), expected[key][i], sums[i].error());
  }
  void proportion(const char* key, const Sum& sum, double p) const {
    compare(key, sum.mean(), p, std::sqrt(p * (1 - p) / sum.n));
  }
  void compare(const char* key, double computed, double wanted, double error) const {
    EXPECT_LE(std::fabs(computed - wanted), 4 * error + 1e-12) << name << ": " << key << " " << computed << " not " << wanted
                                                              << ", z = " << (computed - wanted) / error;
  }
};

void run_case(const Json& the_case, std::int64_t most_replications) {
  const Json& input = the_case.at("input");
  const Json& expected = the_case.at("expected");
  const std::int64_t replications = std::min(input.at("replications").get<std::int64_t>(), most_replications);
  Harness harness(scene_of(input), std::int32_t(std::min<std::int64_t>(replications, 500)));
  const std::size_t groups = harness.scene.classes.size(), units = harness.scene.armament.fire_units.size();
  Sum leakers, killed, rounds, no_leaker, damage, cost_rounds, cost_threats;
  std::vector<Sum> leakers_by_group(groups), rounds_by_unit(units), kills_by_unit(units), rounds_at_most, leakers_at_most;
  const Json report = input.value("report", Json::object());
  const std::vector<int> round_limits = report.value("rounds_at_most", std::vector<int>{});
  const std::vector<int> leaker_limits = report.value("leakers_at_most", std::vector<int>{});
  rounds_at_most.resize(round_limits.size());
  leakers_at_most.resize(leaker_limits.size());
  std::vector<double> first_order(units, 1e300), first_hit(units, 1e300), first_range(units), last_hit(units, -1),
      last_range(units);
  for (std::int64_t first = 0; first < replications; first += harness.outcomes.replications) {
    harness.begin(std::int32_t(first));
    harness.run();
    for (std::int32_t lane = 0; lane < harness.outcomes.replications; ++lane) {
      const Result r = harness.result(lane);
      leakers.add(r.leakers), killed.add(r.killed), rounds.add(r.rounds), no_leaker.add(r.leakers == 0);
      damage.add(r.damage), cost_rounds.add(r.cost_rounds), cost_threats.add(r.cost_threats);
      for (std::size_t g = 0; g < groups; ++g) leakers_by_group[g].add(r.leakers_of_class[g]);
      for (std::size_t u = 0; u < units; ++u) {
        rounds_by_unit[u].add(r.rounds_of_unit[u]), kills_by_unit[u].add(r.kills_of_unit[u]);
        const std::size_t row = std::size_t(lane) * units + u;
        const Outcomes& out = harness.outcomes;
        if (out.first_order_s[row] < first_order[u]) first_order[u] = out.first_order_s[row];
        if (out.first_intercept_s[row] < first_hit[u])
          first_hit[u] = out.first_intercept_s[row], first_range[u] = out.first_intercept_range_m[row];
        if (out.last_intercept_s[row] > last_hit[u])
          last_hit[u] = out.last_intercept_s[row], last_range[u] = out.last_intercept_range_m[row];
      }
      for (std::size_t i = 0; i < round_limits.size(); ++i) rounds_at_most[i].add(r.rounds <= round_limits[i]);
      for (std::size_t i = 0; i < leaker_limits.size(); ++i) leakers_at_most[i].add(r.leakers <= leaker_limits[i]);
    }
  }
  ASSERT_EQ(leakers.n, double(replications));
  const Checker check{the_case.at("name"), expected};
  check.mean("leakers", leakers), check.mean("killed", killed), check.mean("rounds", rounds);
  check.mean("damage", damage), check.mean("cost_rounds", cost_rounds), check.mean("cost_threats_killed", cost_threats);
  check.means("leakers_by_group", leakers_by_group);
  check.means("rounds_by_unit", rounds_by_unit);
  check.means("kills_by_unit", kills_by_unit);
  if (expected.contains("p_no_leaker")) check.proportion("p_no_leaker", no_leaker, expected["p_no_leaker"]);
  for (std::size_t i = 0; i < round_limits.size(); ++i)
    if (expected.contains("p_rounds_at_most"))
      check.proportion("p_rounds_at_most", rounds_at_most[i], expected["p_rounds_at_most"][i]);
  for (std::size_t i = 0; i < leaker_limits.size(); ++i)
    if (expected.contains("p_leakers_at_most"))
      check.proportion("p_leakers_at_most", leakers_at_most[i], expected["p_leakers_at_most"][i]);

  // the footprint: exact, to the tolerance that the case states
  const auto exact = [&](const char* key, const std::vector<double>& values) {
    if (!expected.contains(key)) return;
    for (std::size_t u = 0; u < units; ++u) {
      if (expected[key][u].is_null()) continue;
      EXPECT_NEAR(values[u], expected[key][u].get<double>(), the_case["tolerance"][key].value("abs", 1e-9))
          << check.name << ": " << key;
    }
  };
  exact("first_order_time_s", first_order), exact("first_intercept_time_s", first_hit);
  exact("first_intercept_range_m", first_range), exact("last_intercept_range_m", last_range);
}

void run_file(const std::string& file) {
  std::ifstream stream(std::string(PAVISE_SOURCE_DIR) + "/tests/cases/engagement/" + file);
  if (!stream) GTEST_SKIP() << file << " is not here";
  const char* all = std::getenv("PAVISE_ALL_REPLICATIONS");
  const Json envelope = Json::parse(stream);
  ASSERT_FALSE(envelope.at("cases").empty());
  for (const Json& the_case : envelope.at("cases")) run_case(the_case, all ? 1'000'000 : 3000);
}

}  // namespace

TEST(EngagementCases, SingleShotsAndSalvosLeakAsQToTheN) { run_file("engagement-01-single-and-salvo.json"); }
TEST(EngagementCases, ShootLookShootFitsItsCycles) { run_file("engagement-02-shoot-look-shoot.json"); }
TEST(EngagementCases, MagazinesRunOutAndReload) { run_file("engagement-03-magazine-and-reload.json"); }
TEST(EngagementCases, ChannelsLimitWhatIsEngagedAtOnce) { run_file("engagement-04-channels.json"); }
TEST(EngagementCases, RaidsSaturateChannels) { run_file("engagement-05-raid-size.json"); }
TEST(EngagementCases, LayersMultiplySurvival) { run_file("engagement-06-layers.json"); }
TEST(EngagementCases, CoordinationDecidesWhoShootsAtWhat) { run_file("engagement-07-coordination.json"); }
TEST(EngagementCases, AssessmentErrorsWasteRoundsAndLeak) { run_file("engagement-08-assessment.json"); }
TEST(EngagementCases, GunsAndJammersFollowTheirClosedForms) { run_file("engagement-09-gun-and-jammer.json"); }
TEST(EngagementCases, ClassesCostsAndDamageAddUp) { run_file("engagement-10-classes-cost-damage.json"); }
TEST(EngagementCases, FootprintsAreExact) { run_file("engagement-11-footprint.json"); }
TEST(EngagementCases, CombinationsHold) { run_file("engagement-12-combinations.json"); }
TEST(EngagementCases, EachRuleIsReadAsWritten) { run_file("engagement-13-rules.json"); }

}  // namespace pavise::test
