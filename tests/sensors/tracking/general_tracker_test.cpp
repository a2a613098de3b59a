#include "sensors/tracking/general_tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

const TrackerKind& kind_of(const std::string& name) { return Registry<TrackerKind>::instance().at(name); }

class GeneralTracker : public testing::TestWithParam<std::string> {
 protected:
  const TrackerKind& kind() const { return kind_of(GetParam()); }
  Parameters defaults() const { return defaults_of(kind().info); }
};
INSTANTIATE_TEST_SUITE_P(Kinds, GeneralTracker, testing::Values("imm", "jpda"),
                         [](const auto& kind) { return kind.param; });

TEST_P(GeneralTracker, ConfirmsAFlierAtItsThirdLookAndFollowsItWithinItsErrors) {
  TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}}, 1);
  scene.add_radar({0, 0, 10}, 2, {});
  scene.start(kind(), defaults());
  scene.advance_to(5.5);  // looks at 0.45, 2.45, 4.45 s
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 1);
  EXPECT_NEAR(scene.outcomes.threats.first_tracked_s[0], 4.447, 0.01);
  scene.advance_to(60);
  const std::int32_t row = scene.track_of(0, 0);
  ASSERT_GE(row, 0);
  EXPECT_LT(length(scene.error_of(row, 0)), 150);  // 60 m cross-range error of one look, smoothed
  EXPECT_NEAR(scene.tracks.mean[3][row], -100, 25);
  EXPECT_EQ(scene.count(0, TrackState::tentative), 0);
}

TEST_P(GeneralTracker, DeletesATrackAfterFiveMissedLooks) {
  TrackingScene scene({{{20e3, 0.1, 2e3}, {-100, 0, 0}}}, 1);
  scene.add_radar({0, 0, 10}, 2, {});
  scene.hidden_from_s[0] = 20;
  scene.start(kind(), defaults());
  scene.advance_to(27);  // last look at 18.5; misses counted from 21.5 on, every 2 s
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 1);
  scene.advance_to(30);
  EXPECT_EQ(scene.count(0, TrackState::confirmed), 0);
}

TEST_P(GeneralTracker, DoesNotFollowFalseAlarms) {
  TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}}, 16);
  scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 30});
  scene.start(kind(), defaults());
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

TEST_P(GeneralTracker, KeepsTwoCrossingFliersApart) {
  // they cross at 30 s, 150 m apart in height, at 60 degrees to each other
  constexpr std::int32_t kReplications = 64;
  TrackingScene scene({{{15e3, 10e3, 2000}, {0, -100, 0}}, {{17.6e3, 8.5e3, 2150}, {-86.6, -50, 0}}}, kReplications);
  scene.add_radar({0, 0, 10}, 2, {.range_m = 15, .azimuth_rad = 1e-3, .elevation_rad = 1e-3});
  scene.start(kind(), defaults());
  scene.advance_to(15);
  std::vector<std::int32_t> numbers;
  for (std::int32_t r = 0; r < kReplications; ++r)
    for (std::int32_t n = 0; n < 2; ++n) {
      ASSERT_GE(scene.track_of(r, n), 0);
      numbers.push_back(scene.tracks.number[scene.track_of(r, n)]);
    }
  scene.advance_to(60);
  std::int32_t kept = 0;
  for (std::int32_t r = 0; r < kReplications; ++r)
    for (std::int32_t n = 0; n < 2; ++n) {
      const std::int32_t row = scene.track_of(r, n);
      kept += row >= 0 && scene.tracks.number[row] == numbers[std::size_t(2 * r + n)];
    }
  EXPECT_GE(kept, 2 * kReplications * 95 / 100);
}

TEST_P(GeneralTracker, KeepsOneTrackPerFileOfEachRadarAndOneTrackOfAllRadarsInOneFile) {
  for (bool own_files : {true, false}) {
    TrackingScene scene({{{30e3, 5e3, 2e3}, {-100, 0, 0}}, {{25e3, -9e3, 1e3}, {-90, 30, 0}}}, 1);
    for (int k = 0; k < 4; ++k) scene.add_radar({1000.0 * k, 500.0 * k, 10}, 2 + 0.5 * k, {}, own_files ? k : 0);
    scene.start(kind(), defaults());
    scene.advance_to(60);
    EXPECT_EQ(scene.count(0, TrackState::confirmed), own_files ? 8 : 2);
  }
}

/// All that a lane's tracks are, as bits.
std::vector<double> everything(const TrackingScene& scene, std::int32_t replication) {
  std::vector<double> all;
  const Tracks& t = scene.tracks;
  for (std::int32_t slot = 0; slot < t.used[replication]; ++slot) {
    const std::int32_t row = t.row_of(replication, slot);
    if (t.state[row] == std::int32_t(TrackState::none)) continue;
    all.insert(all.end(), {double(t.state[row]), double(t.number[row]), double(t.source[row]), double(t.hits[row]),
                           double(t.misses[row]), t.time_s[row], t.updated_s[row]});
    for (int k = 0; k < 6; ++k) all.push_back(t.mean[k][row]);
    for (std::size_t k = 0; k < 21; ++k) all.push_back(t.covariance[k][std::size_t(row)]);
  }
  return all;
}

std::vector<Flier> swarm(int count) {
  std::vector<Flier> fliers;
  for (int k = 0; k < count; ++k) {
    const double bearing = 0.3 + 0.11 * k;
    fliers.push_back({{25e3 * std::sin(bearing), 25e3 * std::cos(bearing), 1500},
                      {-100 * std::sin(bearing), -100 * std::cos(bearing), 0}});
  }
  return fliers;
}

TEST_P(GeneralTracker, AReplicationIsTheSameInEveryBlockAndAfterARestart) {
  const auto scene_of = [&](std::int32_t replications, std::uint32_t first) {
    auto scene = std::make_unique<TrackingScene>(swarm(12), replications, first);
    scene->add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 20});
    scene->add_radar({3e3, 0, 10}, 1.3, {.pd = 0.8, .false_alarms_per_scan = 10});
    scene->start(kind(), defaults());
    return scene;
  };
  const auto block = scene_of(5, 0);
  block->advance_to(30);
  for (std::uint32_t r : {0u, 3u, 4u}) {
    const auto alone = scene_of(1, r);
    alone->advance_to(30);
    EXPECT_EQ(everything(*block, std::int32_t(r)), everything(*alone, 0)) << "replication " << r;
  }
  const auto before = everything(*block, 2);
  EXPECT_GT(before.size(), 12 * 34u);
  block->restart();
  block->advance_to(30);
  EXPECT_EQ(before, everything(*block, 2));
}

// A flier that turns at 6 deg/s: models that turn keep its velocity, one straight model lags behind.
TEST(GeneralTrackerImm, FollowsATurnBetterThanOneModelAndFindsIt) {
  GeneralSettings imm, single;
  imm.model_count = 3;
  for (int j = 0; j < 3; ++j) imm.models[j].spectral_density_m2_s3 = 1;
  imm.models[1].turn_rate_radps = 0.1, imm.models[2].turn_rate_radps = -0.1;
  imm.initial_probability[0] = 0.8, imm.initial_probability[1] = imm.initial_probability[2] = 0.1;
  imm.switch_time_s = 20;
  single.models[0].spectral_density_m2_s3 = 50;  // less, and it loses the target
  Threats threats;
  threats.per_replication = threats.replications = threats.rows = 1;
  const std::vector<ThreatClass> classes(1);
  const IdentificationModel identification;
  std::vector<Sensor> sensors(1);
  sensors[0].kind = &test_radar_kind();
  sensors[0].parameters = Parameters::of(TestRadar{1, 0});
  const TrackingContext context{sensors, classes, identification, Draws{1}, 0};
  double error[2];
  for (int which = 0; which < 2; ++which) {
    const GeneralSettings& settings = which == 0 ? imm : single;
    Detections detections;
    allocate(detections, 16, 1);
    Tracks tracks;
    allocate(tracks, 1, general_capacity(settings, context, 1), 1);
    Outcomes outcomes;
    allocate(outcomes, {1, 1, 0, 0, 0, 0, 0, 0});
    const auto state = make_general_state(settings, context, threats, 16);
    const TrackerKind& kind = kind_of("imm");
    kind.clear(*state, tracks);
    double sum = 0;
    for (int k = 0; k <= 80; ++k) {
      // straight for 40 s, then a left turn of radius 1 km
      const double t = k, turn = 0.1 * std::max(0.0, t - 40);
      const Vec3 p{20e3 - 100 * std::min(t, 40.0) - 1000 * std::sin(turn), 10e3 - 1000 * (1 - std::cos(turn)), 2e3};
      const Vec3 v{-100 * std::cos(turn), -100 * std::sin(turn), 0};
      clear(detections);
      const std::size_t i = append_detection(detections, 0, 0, 0, t);
      const Draws draws{9};
      const Pair a = draws.normals({0, 0, Purpose::free, 1, std::uint32_t(k)}),
                 b = draws.normals({0, 0, Purpose::free, 2, std::uint32_t(k)});
      detections.components[i] = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
      detections.range_m[i] = length(p) + 10 * a.first;
      detections.azimuth_rad[i] = arctangent2(p.x, p.y) + 1e-3 * a.second;
      detections.elevation_rad[i] = arctangent2(p.z, std::sqrt(p.x * p.x + p.y * p.y)) + 1e-3 * b.first;
      detections.sigma_range_m[i] = 10;
      detections.sigma_azimuth_rad[i] = detections.sigma_elevation_rad[i] = 1e-3;
      close_group(detections, 0, 0);
      kind.track({}, context, *state, threats, detections, Clock{kTicksPerSecond, k}, tracks, outcomes);
      if (k < 45) continue;
      const std::int32_t row = 0;
      ASSERT_EQ(tracks.state[row], std::int32_t(TrackState::confirmed));
      sum += length(Vec3{tracks.mean[3][row], tracks.mean[4][row], tracks.mean[5][row]} - v);
    }
    error[which] = sum / 36;
    if (which == 0) {
      EXPECT_GT(static_cast<GeneralState&>(*state).probability[1], 0.8) << "the left turn";
    }
  }
  EXPECT_LT(error[0], 8);
  EXPECT_GT(error[1], 2 * error[0]);
}

}  // namespace
}  // namespace pavise
