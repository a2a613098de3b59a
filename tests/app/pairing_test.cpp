// Common random numbers, seen at the sensors: what other batteries or another policy do leaves the remaining radars' luck
// as it was. Two Worlds run side by side, frame by frame; their radars' detections are compared column by column.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <map>
#include <tuple>

#include "kernel/engine/world.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

using Look = std::tuple<std::int32_t, double>;  // threat number (-1: false alarm), time
using Measured = std::array<std::uint64_t, 4>;         // range, azimuth, elevation (alarms: place), rate, as bits: NaN equals NaN
using Seen = std::multimap<Look, Measured>;

Model load(const std::string& scenario, const std::string& policy = "") {
  LoadedScenario loaded = load_scenario(scenario);
  EXPECT_TRUE(loaded.model) << loaded.diagnostics.to_text();
  if (!policy.empty()) {
    EXPECT_TRUE(choose_policy(*loaded.model, policy, loaded.diagnostics));
  }
  for (Sensor& sensor : loaded.model->sensors) sensor.latency_s = 0;  // so that all that it sees is there in its frame
  return std::move(*loaded.model);
}

std::int32_t sensor_named(const Model& model, const std::string& name) {
  for (std::size_t i = 0; i < model.sensors.size(); ++i)
    if (model.sensors[i].name == name) return std::int32_t(i);
  return -1;
}

/// Everything that a sensor measured in one replication, up to a time.
Seen detections_of(const Model& model, const std::string& sensor, double until_s) {
  Diagnostics diagnostics;
  World world(model, {.raid = find_raid(model, "mixed_40", diagnostics), .seed = 9, .block = 1});
  const std::int32_t index = sensor_named(model, sensor);
  Seen seen;
  world.begin(4, 1);
  while (world.advance_frame() && world.clock().now_s() < until_s) {
    const Detections& d = world.detections();
    for (std::size_t i = 0; i < std::size_t(d.count); ++i)
      if (d.sensor[i] == index && d.source[i] >= 0)
        seen.insert({{d.source[i], d.time_s[i]},
                     {std::bit_cast<std::uint64_t>(d.range_m[i]), std::bit_cast<std::uint64_t>(d.azimuth_rad[i]),
                      std::bit_cast<std::uint64_t>(d.elevation_rad[i]), std::bit_cast<std::uint64_t>(d.range_rate_mps[i])}});
    for (const AlarmRun& run : d.alarm_runs) {
      if (run.sensor != index) continue;
      for (std::int32_t k = run.begin; k < run.end; ++k) {
        const Plot& a = d.alarms[std::size_t(k)];
        seen.insert({{-1, a.time_s},
                     {std::bit_cast<std::uint64_t>(a.position_enu_m.x), std::bit_cast<std::uint64_t>(a.position_enu_m.y),
                      std::bit_cast<std::uint64_t>(a.position_enu_m.z), std::uint64_t(std::bit_cast<std::uint32_t>(a.range_rate_mps))}});
      }
    }
  }
  return seen;
}

void expect_same_luck(const Seen& a, const Seen& b, const std::string& what) {
  std::size_t common = 0, differing = 0;
  for (const auto& [look, measured] : a) {
    const auto range = b.equal_range(look);
    if (range.first == range.second) {
      EXPECT_GE(std::get<0>(look), 0) << "a false alarm that only one arm has, at " << std::get<1>(look) << " s";
      continue;
    }
    ++common;
    bool is_found = false;
    for (auto at = range.first; at != range.second; ++at) is_found |= at->second == measured;
    differing += !is_found;
  }
  EXPECT_GT(common, a.size() / 2) << what;  // the others: threats that one arm killed and the other did not
  EXPECT_EQ(differing, 0u) << what << ", of " << common;
}

TEST(Pairing, RemovingNasamsAndCounterDroneLeavesTheRemainingRadarsDrawsAsTheyWere) {
  const Model full = load("nsatu_hub_amdtf"), patriot = load("nsatu_hub_patriot_only");
  // before jammers reach anything every look is common; after, those at threats that live in both
  for (const char* radar : {"patriot_radar_1", "surveillance_1"})
    expect_same_luck(detections_of(full, radar, 1400), detections_of(patriot, radar, 1400), radar);
}

TEST(Pairing, AnotherPolicyLeavesEveryRadarsDrawsAsTheyWere) {
  const Model doctrine = load("nsatu_hub_amdtf"), greedy = load("nsatu_hub_amdtf", "greedy_mmr");
  for (const char* radar : {"patriot_radar_1", "nasams_radar_1", "cuas_radar_2", "surveillance_1"})
    expect_same_luck(detections_of(doctrine, radar, 1400), detections_of(greedy, radar, 1400), radar);
}

}  // namespace
}  // namespace pavise
