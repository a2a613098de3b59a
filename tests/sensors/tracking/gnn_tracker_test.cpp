#include "sensors/tracking/gnn_tracker.hpp"

#include <gtest/gtest.h>

#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

const TrackerKind& gnn() { return Registry<TrackerKind>::instance().at("gnn"); }
Parameters defaults() { return Parameters::of(GnnParameters{}); }

TEST(GnnTracker, ConfirmsAFlierAtItsThirdLookAndFollowsItWithinItsErrors) {
  TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}}, 1);
  scene.add_radar({0, 0, 10}, 2, {});
  scene.start(gnn(), defaults());
  scene.advance_to(5.5);  // looks at 0.45, 2.45, 4.45 s
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 1);
  EXPECT_NEAR(scene.outcomes.threats.first_tracked_s[0], 4.447, 0.01);
  scene.advance_to(60);
  const std::int32_t row = scene.track_of(0, 0);
  ASSERT_GE(row, 0);
  EXPECT_EQ(scene.tracks.number[row], 0);
  EXPECT_LT(length(scene.error_of(row, 0)), 150);  // 60 m cross-range error of one look, smoothed
  EXPECT_NEAR(scene.tracks.mean[3][row], -100, 20);
  EXPECT_EQ(scene.count(0, TrackState::tentative), 0);
}

TEST(GnnTracker, KeepsTwoCrossingFliersApart) {
  // they cross at 30 s, 150 m apart in height, at 60 degrees to each other
  std::int32_t kept = 0;
  constexpr std::int32_t kReplications = 64;
  TrackingScene scene({{{15e3, 10e3, 2000}, {0, -100, 0}}, {{17.6e3, 8.5e3, 2150}, {-86.6, -50, 0}}}, kReplications);
  scene.add_radar({0, 0, 10}, 2, {.range_m = 15, .azimuth_rad = 1e-3, .elevation_rad = 1e-3});
  scene.start(gnn(), defaults());
  scene.advance_to(15);
  std::vector<std::int32_t> numbers;
  for (std::int32_t r = 0; r < kReplications; ++r)
    for (std::int32_t n = 0; n < 2; ++n) {
      ASSERT_GE(scene.track_of(r, n), 0);
      numbers.push_back(scene.tracks.number[scene.track_of(r, n)]);
    }
  scene.advance_to(60);
  for (std::int32_t r = 0; r < kReplications; ++r)
    for (std::int32_t n = 0; n < 2; ++n) {
      const std::int32_t row = scene.track_of(r, n);
      kept += row >= 0 && scene.tracks.number[row] == numbers[std::size_t(2 * r + n)];
    }
  EXPECT_GE(kept, 2 * kReplications * 95 / 100);
}

TEST(GnnTracker, DeletesATrackAfterFiveMissedLooks) {
  TrackingScene scene({{{20e3, 0.1, 2e3}, {-100, 0, 0}}}, 1);
  scene.add_radar({0, 0, 10}, 2, {});
  scene.hidden_from_s[0] = 20;
  scene.start(gnn(), defaults());
  scene.advance_to(20);
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 1);
  scene.advance_to(27);  // last look at 18.5; misses counted from 21.5 on, every 2 s
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 1);
  scene.advance_to(30);
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 0);
}

TEST(GnnTracker, DoesNotFollowFalseAlarms) {
  TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}}, 16);
  scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 30});
  scene.start(gnn(), defaults());
  scene.advance_to(120);
  std::int32_t confirmed = 0, right = 0, overflowed = 0;
  for (std::int32_t r = 0; r < 16; ++r) {
    confirmed += scene.count(r, TrackState::confirmed);
    right += scene.track_of(r, 0) >= 0;
    overflowed += scene.tracks.overflowed[r];
  }
  EXPECT_EQ(right, 16);
  EXPECT_LE(confirmed - right, 3);
  EXPECT_EQ(overflowed, 0);
}

// Alarms that meet no track are never made detections. The slow way makes a detection of each and gates it exactly. They
// part only where an alarm lies so near to a track's gate that it matters which of the frame's detections came first.
TEST(GnnTracker, SweepsFalseAlarmsToTheSameTracksAsIfEachWereADetection) {
  const auto tracks_of = [](bool makes_rows) {
    TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}, {{25e3, 8e3, 1e3}, {-60, -80, 0}}}, 16);
    scene.makes_rows_of_alarms = makes_rows;
    scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 40, .instrumented_m = 40e3});
    scene.add_radar({5e3, 0, 10}, 1, {.pd = 0.9, .false_alarms_per_scan = 20, .instrumented_m = 40e3});
    scene.start(gnn(), defaults());
    scene.advance_to(90);
    std::vector<std::vector<double>> all;
    for (std::int32_t r = 0; r < 16; ++r)
      for (std::int32_t slot = 0; slot < scene.tracks.used[r]; ++slot) {
        const std::int32_t row = scene.tracks.row_of(r, slot);
        if (scene.tracks.state[row] == std::int32_t(TrackState::none)) continue;
        std::vector<double> track{double(r), double(scene.tracks.state[row]), scene.tracks.time_s[row]};
        for (int n = 0; n < 6; ++n) track.push_back(scene.tracks.mean[n][row]);
        all.push_back(track);
      }
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto fast = tracks_of(false), slow = tracks_of(true);
  EXPECT_GT(fast.size(), 32u) << "the true ones, and some that false alarms began";
  std::vector<std::vector<double>> both;
  std::set_intersection(fast.begin(), fast.end(), slow.begin(), slow.end(), std::back_inserter(both));
  EXPECT_EQ(both.size(), fast.size());
  EXPECT_EQ(both.size(), slow.size());
}

TEST(GnnTracker, KeepsOneTrackPerFileOfEachRadarAndOneTrackOfAllRadarsInOneFile) {
  for (bool own_files : {true, false}) {
    TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}, {{25e3, -9e3, 1e3}, {-90, 30, 0}}}, 1);
    for (int k = 0; k < 4; ++k) scene.add_radar({1000.0 * k, 500.0 * k, 10}, 2 + 0.5 * k, {}, own_files ? k : 0);
    scene.start(gnn(), defaults());
    scene.advance_to(60);
    EXPECT_EQ(scene.count(0, TrackState::confirmed), own_files ? 8 : 2);
    EXPECT_EQ(scene.count(0, TrackState::tentative), 0);
  }
}

/// All that a lane's tracks are, as bits.
std::vector<double> everything(const TrackingScene& scene, std::int32_t replication) {
  std::vector<double> all;
  for (std::int32_t slot = 0; slot < scene.tracks.used[replication]; ++slot) {
    const std::int32_t row = scene.tracks.row_of(replication, slot);
    const Tracks& t = scene.tracks;
    all.insert(all.end(), {double(t.state[row]), double(t.number[row]), double(t.source[row]), double(t.hits[row]),
                           double(t.misses[row]), t.time_s[row], t.updated_s[row]});
    if (t.state[row] == std::int32_t(TrackState::none)) continue;
    for (int k = 0; k < 6; ++k) all.push_back(t.mean[k][row]);
    for (std::size_t k = 0; k < 21; ++k) all.push_back(t.covariance[k][std::size_t(row)]);
  }
  return all;
}

std::vector<Flier> swarm(int count) {
  std::vector<Flier> fliers;
  for (int k = 0; k < count; ++k) {
    const double bearing = 0.3 + 0.11 * k;
    fliers.push_back({{20e3 * std::sin(bearing) + 37.0 * k, 20e3 * std::cos(bearing), 1000.0 + 10 * k},
                      {-70 * std::sin(bearing + 0.2), -70 * std::cos(bearing + 0.2), 0}});
  }
  return fliers;
}

TEST(GnnTracker, AReplicationDoesNotDependOnTheBlockItIsIn) {
  const auto run = [](std::int32_t replications, std::uint32_t first) {
    auto scene = std::make_unique<TrackingScene>(swarm(40), replications, first);
    scene->add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 20});
    scene->add_radar({2000, 0, 10}, 0.4, {.pd = 0.8, .false_alarms_per_scan = 5, .measures_rate = false});
    scene->start(gnn(), defaults());
    scene->advance_to(30);
    return scene;
  };
  const auto block = run(7, 100);
  for (std::int32_t r : {0, 3, 6}) {
    const auto alone = run(1, 100 + std::uint32_t(r));
    EXPECT_EQ(everything(*block, r), everything(*alone, 0)) << "replication " << r;
  }
}

TEST(GnnTracker, EveryVariantGivesTheSameBits) {
  const Simd before = chosen_simd();
  std::vector<double> expected;
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    force_simd(simd);
    TrackingScene scene(swarm(60), 3);
    scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 20});
    scene.start(gnn(), defaults());
    scene.advance_to(30);
    std::vector<double> all;
    for (std::int32_t r = 0; r < 3; ++r) {
      const auto lane = everything(scene, r);
      all.insert(all.end(), lane.begin(), lane.end());
    }
    if (expected.empty()) expected = all;
    EXPECT_EQ(all, expected) << name_of(simd);
  }
  force_simd(before);
}

TEST(GnnTracker, StartsAgainAsIfNew) {
  TrackingScene scene(swarm(10), 2);
  scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 20});
  scene.start(gnn(), defaults());
  scene.advance_to(20);
  const auto first = everything(scene, 1);
  scene.restart();
  scene.advance_to(20);
  EXPECT_EQ(everything(scene, 1), first);
}

TEST(GnnTracker, StruckOffTracksAreGoneAndTheirThreatMayBeFoundAgain) {
  TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}}, 1);
  scene.add_radar({0, 0, 10}, 2, {});
  scene.start(gnn(), defaults());
  scene.advance_to(10);
  strike_off(scene.tracks, 0, 0);
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 0);
  scene.advance_to(20);
  ASSERT_GE(scene.track_of(0, 0), 0);
  EXPECT_EQ(scene.tracks.number[scene.track_of(0, 0)], 1);  // another track
}

}  // namespace
}  // namespace pavise
