// What ships must load without a word; `pavise validate` on it prints nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/command/picture.hpp"
#include "kernel/threats/threats.hpp"
#include "scenario/scenario.hpp"
#include "sensors/sensors.hpp"

namespace pavise {
namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> names;
  for (const ListedScenario& s : list_scenarios()) names.push_back(s.name);
  return names;
}

const Station* station_of(const Model& model, const std::string& name) {
  for (const Station& s : model.armament.stations)
    if (s.name == name) return &s;
  return nullptr;
}

TEST(Shipped, EveryScenarioLoadsWithoutAWord) {
  const auto names = shipped();
  for (const char* name : {"nsatu_hub_amdtf", "nsatu_hub_patriot_only", "nsatu_hub_hills", "first_minute", "bench/hundred_tracks",
                           "bench/drones_24"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  for (const std::string& name : names) {
    const LoadedScenario loaded = load_scenario(name);
    EXPECT_TRUE(loaded.model.has_value()) << name;
    EXPECT_EQ(loaded.diagnostics.to_text(), "") << name;
    // a study file holds these names: where pavise is installed must not show in them
    for (const FileRead& file : loaded.files) EXPECT_EQ(file.name.rfind("data/", 0), 0u) << file.name;
  }
}

TEST(Shipped, MergedTextAloneLoadsToTheSameAndIsAFixedPoint) {
  for (const std::string& name : shipped()) {
    const LoadedScenario first = load_scenario(name);
    const LoadedScenario second = load_scenario_text(first.merged_text, name);
    ASSERT_TRUE(second.model.has_value()) << name << "\n" << second.diagnostics.to_text();
    EXPECT_EQ(second.merged_text, first.merged_text) << name;
    // but for terrain, which no text holds
    EXPECT_EQ(second.files.size(), second.model->terrain == nullptr ? 1u : 2u) << name << " reads other files";
    // the parts of the model that components bring
    ASSERT_TRUE(first.model.has_value());
    const Model &a = *first.model, &b = *second.model;
    ASSERT_EQ(a.armament.stations.size(), b.armament.stations.size());
    for (std::size_t i = 0; i < a.armament.weapons.size(); ++i) {
      EXPECT_EQ(a.armament.weapons[i].sspk, b.armament.weapons[i].sspk);
      EXPECT_EQ(a.armament.weapons[i].max_range_m, b.armament.weapons[i].max_range_m);
      EXPECT_EQ(a.armament.weapons[i].unit_cost, b.armament.weapons[i].unit_cost);
    }
    for (std::size_t i = 0; i < a.sensors.size(); ++i) {
      EXPECT_EQ(a.sensors[i].kind, b.sensors[i].kind);
      for (std::size_t k = 0; k < a.sensors[i].kind->info.size_bytes; k += sizeof(double))
        EXPECT_EQ(a.sensors[i].parameters.at_offset(k), b.sensors[i].parameters.at_offset(k));
    }
    for (std::size_t i = 0; i < a.raids.size(); ++i) EXPECT_EQ(a.raids[i].name, b.raids[i].name);
  }
}

TEST(Shipped, TheHubHasTheRoundsOfItsDescription) {
  const LoadedScenario loaded = load_scenario("nsatu_hub_amdtf");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  const Model& model = *loaded.model;
  // nsatu_hub: Patriot 8 GEM-T + 24 MSE, NASAMS 6 + 6 + 6, counter-drone 36 bursts of 20, 24 drones, 12 MANPADS
  std::map<std::string, int> ready;
  double price = 0;
  for (const Station& s : model.armament.stations) {
    const Weapon& w = model.armament.weapons[std::size_t(s.weapon)];
    ready[w.name] += s.ready_rounds;
    price += s.ready_rounds * w.unit_cost;
  }
  EXPECT_EQ(ready["pac2_gem_t"], 8);
  EXPECT_EQ(ready["pac3_mse"], 24);
  EXPECT_EQ(ready["amraam"], 6);
  EXPECT_EQ(ready["amraam_er"], 6);
  EXPECT_EQ(ready["ir_short"], 6);
  EXPECT_EQ(ready["airburst_gun"], 36 * 20);
  EXPECT_EQ(ready["interceptor_drone"], 24);
  EXPECT_EQ(ready["manpads"], 12);
  EXPECT_NEAR(price, 164e6 + 20.4e6 + 36 * 4e3 + 24 * 15e3 + 12 * 0.5e6, 1);

  const Station* mse = station_of(model, "patriot_1.l2.pac3_mse");
  ASSERT_NE(mse, nullptr);
  EXPECT_EQ(mse->rounds, 24);  // a set in store
  EXPECT_NEAR(mse->half_sector_rad, kPi / 3, 1e-12);
  EXPECT_NEAR(mse->facing_rad, kPi / 2, 1e-12);
  EXPECT_EQ(mse->reload_s, 3600);
  EXPECT_EQ(mse->launch_interval_s, 3);
  // both round types of Patriot share five channels
  const Station* gem = station_of(model, "patriot_1.l1.pac2_gem_t");
  ASSERT_NE(gem, nullptr);
  EXPECT_EQ(gem->pool, mse->pool);
  EXPECT_EQ(model.armament.pools[std::size_t(gem->pool)].channels, 5);
  const auto channels = [&](const std::string& name) {
    const Station* s = station_of(model, name);
    return s == nullptr ? -1 : model.armament.pools[std::size_t(s->pool)].channels;
  };
  EXPECT_EQ(channels("nasams_1.l3.amraam"), 12);
  EXPECT_EQ(channels("cuas_2.airburst_gun"), 1);
  EXPECT_EQ(channels("cuas_2.jammer"), 4);
  EXPECT_EQ(channels("cuas_2.interceptor_drone"), 2);
  EXPECT_EQ(channels("cuas_2.manpads"), 1);
  EXPECT_EQ(station_of(model, "cuas_2.interceptor_drone")->launch_interval_s, 20);
  EXPECT_TRUE(station_of(model, "cuas_2.jammer")->may_reengage);
  EXPECT_TRUE(station_of(model, "cuas_2.airburst_gun")->may_reengage);
  EXPECT_FALSE(station_of(model, "cuas_2.manpads")->may_reengage);

  const auto weapon = [&](const char* name) -> const Weapon& {
    for (const Weapon& w : model.armament.weapons)
      if (w.name == name) return w;
    return model.armament.weapons[0];
  };
  EXPECT_NEAR(weapon("airburst_gun").burst_interval_s, 20 * 0.06 + 2, 1e-12);
  EXPECT_EQ(weapon("airburst_gun").unit_cost, 200);
  EXPECT_NEAR(weapon("jammer").hazard_per_s[std::size_t(model.identification.owa_drone)], 0.01, 1e-15);
  EXPECT_EQ(weapon("jammer").hazard_per_s[std::size_t(model.identification.cruise_subsonic)], 0);
  EXPECT_EQ(weapon("jammer").effect_lost, 0.7);
  EXPECT_TRUE(weapon("amraam").frees_channel_at_hand_over);
  EXPECT_EQ(weapon("amraam").seeker_range_m, 8000);
  EXPECT_FALSE(weapon("pac2_gem_t").frees_channel_at_hand_over);
  EXPECT_EQ(weapon("pac3_mse").basket_m, 20);
  EXPECT_EQ(weapon("amraam").sspk[std::size_t(model.identification.cruise_subsonic)], 0.70);

  // one picture for all, but the cue has a file of its own that arrives late and is never engaged
  for (const Sensor& s : model.sensors) {
    EXPECT_EQ(s.guides, s.name != "surveillance_1");
    EXPECT_EQ(s.track_file, s.guides ? 0 : 1) << s.name;
    EXPECT_EQ(s.latency_s, s.guides ? 0 : 10) << s.name;
  }
  EXPECT_EQ(model.track_files, 2);
  for (const FireUnit& unit : model.armament.fire_units) EXPECT_EQ(unit.track_files, std::vector<std::int32_t>{0});
  EXPECT_TRUE(model.is_central);
  EXPECT_EQ(model.frame_ticks, 500'000'000);
  EXPECT_EQ(model.decision_ticks, 2'000'000'000);
}

TEST(Shipped, RaidsCountAndCostWhatTheirDescriptionSays) {
  const LoadedScenario loaded = load_scenario("nsatu_hub_amdtf");
  ASSERT_TRUE(loaded.model.has_value());
  const auto cost = [&](const Raid& raid) {
    double sum = 0;
    for (const Wave& w : raid.waves) sum += w.count * loaded.model->threat_classes[std::size_t(w.threat_class)].unit_cost;
    return sum / 1e6;
  };
  EXPECT_EQ(loaded.model->raids[0].name, "mixed_40");  // the default
  Diagnostics none;
  const std::tuple<const char*, int, double> expected[] = {
      {"drones_24", 24, 0.84}, {"mixed_40", 40, 64.66}, {"saturation_100", 100, 136.07}, {"stress_1000", 1000, 559.25}};
  for (const auto& [name, count, price] : expected) {
    const std::int32_t raid = find_raid(*loaded.model, name, none);
    ASSERT_GE(raid, 0);
    EXPECT_EQ(loaded.model->raids[std::size_t(raid)].threat_count(), count) << name;
    EXPECT_NEAR(cost(loaded.model->raids[std::size_t(raid)]), price, 0.0051) << name;
  }
}

TEST(Shipped, PatriotOnlyIsTheSameHubWithLess) {
  const LoadedScenario all = load_scenario("nsatu_hub_amdtf"), less = load_scenario("nsatu_hub_patriot_only");
  ASSERT_TRUE(all.model.has_value() && less.model.has_value());
  ASSERT_EQ(less.model->armament.fire_units.size(), 1u);
  EXPECT_EQ(less.model->armament.fire_units[0].name, "patriot_1");
  ASSERT_EQ(less.model->sensors.size(), 2u);
  // same classes under the same index, same raids, same streams of what remains: common random numbers stay common
  EXPECT_EQ(all.model->identity_names, less.model->identity_names);
  ASSERT_EQ(all.model->raids.size(), less.model->raids.size());
  for (std::size_t i = 0; i < all.model->raids.size(); ++i) EXPECT_EQ(all.model->raids[i].name, less.model->raids[i].name);
  for (const Sensor& s : less.model->sensors)
    for (const Sensor& t : all.model->sensors)
      if (s.name == t.name) { EXPECT_EQ(s.stream, t.stream); }
}

TEST(Shipped, EveryComponentValueHasItsOrigin) {
  Diagnostics diagnostics;
  const auto components = list_components({}, diagnostics);
  EXPECT_EQ(diagnostics.to_text(), "");
  EXPECT_EQ(components.size(), 24u);
  for (const ListedComponent& c : components) {
    EXPECT_GT(c.sourced + c.notional, 0u) << c.name;
    for (const ListedValue& v : c.values) {
      EXPECT_FALSE(v.origin.empty());
      // kill probabilities are notional without exception
      if (v.key.rfind("sspk", 0) == 0) { EXPECT_FALSE(v.is_sourced) << c.name; }
    }
  }
}

TEST(Shipped, HundredTracksFillFourFilesOfTheirOwn) {
  const LoadedScenario loaded = load_scenario("bench/hundred_tracks");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->track_files, 4);
  EXPECT_EQ(loaded.model->raids[0].threat_count(), 100);
  const Wave& wave = loaded.model->raids[0].waves[0];
  EXPECT_NEAR(wave.range_m + 99 * wave.range_step_m, 70e3, 10);
  EXPECT_NEAR(wave.speed_mps + 99 * wave.speed_step_mps, 250, 0.1);
  EXPECT_EQ(loaded.model->frame_ticks, 20'000'000);
  EXPECT_TRUE(loaded.model->armament.stations.empty());
}

TEST(Shipped, SchemasInTheTreeAreCurrent) {
  const auto content = [](const std::string& name) {
    std::ifstream file(std::string(PAVISE_SOURCE_DIR) + "/schema/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  };
  EXPECT_EQ(content("pavise-scenario-1.schema.json"), scenario_schema()) << "run `pavise schema scenario` into schema/";
  EXPECT_EQ(content("pavise-component-1.schema.json"), component_schema()) << "run `pavise schema component` into schema/";
}

}  // namespace
}  // namespace pavise
