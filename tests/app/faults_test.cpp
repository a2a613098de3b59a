// The faults of a real picture, from a scenario to its outcomes: outages, a network that delays and loses, its loss.
#include <gtest/gtest.h>

#include "kernel/engine/world.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

/// The hub with tables added and values set.
Model hub(const std::string& more, std::vector<std::string> sets = {}) {
  const LoadedScenario shipped = load_scenario("nsatu_hub_amdtf");
  LoadedScenario loaded = load_scenario_text(shipped.merged_text + "\n" + more, "hub.toml", {.sets = std::move(sets)});
  EXPECT_TRUE(loaded.model) << loaded.diagnostics.to_text();
  return std::move(*loaded.model);
}

Model hub_with_all_faults() {
  return hub(R"(
[command.network_outage.a]
from = "1400 s"
until = "1500 s"
[sensor.patriot_radar_1.outage.a]
from = "1500 s"
until = "1560 s"
[sensor.nasams_radar_1.link_outage.a]
from = "1300 s"
until = "1310 s"
)",
             {"command.network_delay=0.7 s", "command.network_loss=0.01", "command.fusion_period=1 s",
              "sensor.nasams_radar_1.latency=2 s"});
}

std::vector<std::uint64_t> hashes(const Model& model, std::int32_t block, std::int32_t replications) {
  Diagnostics diagnostics;
  World world(model, {.raid = find_raid(model, "mixed_40", diagnostics), .seed = 5, .block = block, .is_checked = true});
  std::vector<std::uint64_t> result;
  for (std::int32_t first = 0; first < replications; first += block) {
    const std::int32_t count = std::min(block, replications - first);
    world.run(first, count);
    for (std::int32_t lane = 0; lane < count; ++lane) result.push_back(world.outcome_hash(lane));
  }
  return result;
}

TEST(Faults, OutcomesDoNotDependOnTheBlock) {
  const Model model = hub_with_all_faults();
  const auto one = hashes(model, 1, 6);
  for (const std::int32_t block : {2, 4, 6}) EXPECT_EQ(hashes(model, block, 6), one) << block;
}

TEST(Faults, KeysAtTheirDefaultsChangeNothing) {
  EXPECT_EQ(hashes(hub(""), 2, 2), hashes(hub("", {"command.network_delay=0 s", "command.network_loss=0", "command.fusion_period=0 s"}), 2, 2));
}

/// Confirmed tracks that the taskforce's common picture has at some instant of the raid, mean over four replications.
double tracks_at(const Model& model, double time_s, std::int32_t file) {
  Diagnostics diagnostics;
  World world(model, {.raid = find_raid(model, "mixed_40", diagnostics), .seed = 5, .block = 4});
  world.begin(0, 4);
  while (world.clock().now_s() < time_s && world.advance_frame()) {
  }
  const Tracks& t = world.tracks();
  double count = 0;
  for (std::size_t row = 0; row < std::size_t(t.replications * t.capacity); ++row)
    count += t.state[row] == std::int32_t(TrackState::confirmed) && t.file[row] == file;
  return count / 4;
}

TEST(Faults, ADelayLongerThanTheRadarsPeriodsCostsNoTracks) {
  // radars look every 1 to 2 s: were a delayed look counted as missed, tracks would not live 8 s
  const double without = tracks_at(hub(""), 1300, 0);
  const double with = tracks_at(hub("", {"command.network_delay=8 s"}), 1308, 0);
  ASSERT_GT(without, 15);
  EXPECT_NEAR(with, without, 0.15 * without);
}

double shots_of(const Model& model, const std::string& unit) {
  Diagnostics diagnostics;
  World world(model, {.raid = find_raid(model, "mixed_40", diagnostics), .seed = 5, .block = 4});
  world.run(0, 4);
  const Shots& all = world.outcomes().shots;
  double shots = 0;
  for (std::size_t lane = 0; lane < 4; ++lane)
    for (std::size_t i = 0; i < std::size_t(all.count[lane]); ++i)
      shots += model.armament.fire_units[std::size_t(all.fire_unit[lane * all.capacity_per_replication + i])].name == unit;
  return shots / 4;
}

TEST(Faults, AUnitWithoutItsRadarFiresFromTheNetworksPictureAndNotWithoutTheNetwork) {
  const std::string blind = "[sensor.nasams_radar_1.outage.all]\nfrom = \"0 s\"\n";
  EXPECT_GT(shots_of(hub(blind), "nasams_1"), 5);
  EXPECT_EQ(shots_of(hub(blind + "[command.network_outage.all]\nfrom = \"0 s\"\n"), "nasams_1"), 0);
}

TEST(Faults, EachUnitFiresFromItsOwnSensorsWhileTheNetworkIsDown) {
  const Model down = hub("[command.network_outage.all]\nfrom = \"0 s\"\n");
  EXPECT_EQ(tracks_at(down, 1300, 0), 0) << "nothing reaches the common picture";
  for (const char* unit : {"nasams_1", "patriot_1", "cuas_1"}) EXPECT_GT(shots_of(down, unit), 2) << unit;
}

}  // namespace
}  // namespace pavise
