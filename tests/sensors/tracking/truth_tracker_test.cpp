#include <gtest/gtest.h>

#include <cmath>

#include "sensors/tracking/tracks.hpp"
#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

/// Two threats on straight courses; the first arrives at 100 s.
class TruthTracker : public ::testing::Test {
 protected:
  TruthTracker() : kind(Registry<TrackerKind>::instance().at("truth")) {
    Raid raid;
    raid.waves.resize(1);
    raid.waves[0].count = 2;
    allocate(threats, raid, 2);
    for (std::int32_t row = 0; row < 4; ++row) {
      threats.cx[0][row] = 1000.0 * row, threats.cx[1][row] = -10;
      threats.cz[0][row] = 500;
      threats.piece_begin_s[row] = 0;
      for (Column<double>* c :
           {&threats.piece_end_s, &threats.fails_s, &threats.ended_s, &threats.visible_until_s, &threats.arrives_s})
        (*c)[row] = kNever_s;
      if (threats.number_of(row) == 0) threats.arrives_s[row] = 100;
    }
    sensors.resize(1);
    allocate(detections, 16, 8);
    allocate(tracks, 2, kind.capacity({}, context(), 2), 1);
    OutcomeSizes sizes{};
    sizes.replications = 2, sizes.threats = 2, sizes.events_per_replication = 16;
    allocate(outcomes, sizes);
    state = kind.make_state({}, context(), threats, 16);
    kind.clear(*state, tracks);
    clock = {ticks_of(1), 0};
  }
  TrackingContext context() const { return {sensors, classes, identification, Draws{1}, 0}; }
  void advance(double now_s, std::int32_t replication = -1, std::int32_t source = -1) {
    clock.frame = std::int64_t(now_s);
    detections.count = 0;
    if (replication >= 0) {
      const std::int32_t i = detections.count++;
      detections.replication[i] = replication;
      detections.source[i] = source;
      detections.components[i] = 7;
      detections.time_s[i] = now_s;
    }
    kind.track({}, context(), *state, threats, detections, clock, tracks, outcomes);
  }
  bool is_tracked(std::int32_t row) const { return tracks.state[row] == std::int32_t(TrackState::confirmed); }

  const TrackerKind& kind;
  Threats threats;
  std::vector<Sensor> sensors;
  std::vector<ThreatClass> classes;
  IdentificationModel identification;
  Detections detections;
  Tracks tracks;
  Outcomes outcomes;
  Clock clock;
  std::unique_ptr<TrackerState> state;
};

TEST_F(TruthTracker, KnowsExactlyWhatHasBeenDetectedOnceUntilItArrives) {
  advance(5);
  EXPECT_FALSE(is_tracked(2));
  advance(6, 1, 0);
  ASSERT_TRUE(is_tracked(2));
  EXPECT_FALSE(is_tracked(0));
  EXPECT_EQ(tracks.number[2], 0);
  EXPECT_EQ(outcomes.threats.first_tracked_s[2], 6);
  EXPECT_EQ(tracks.mean[0][2], 2000 - 60);
  EXPECT_EQ(tracks.arrives_s[2], 100);
  advance(50);  // without another detection
  EXPECT_EQ(tracks.mean[0][2], 2000 - 500);
  EXPECT_EQ(tracks.mean[3][2], -10);
  EXPECT_EQ(tracks.time_s[2], 50);
  advance(100);
  EXPECT_FALSE(is_tracked(2));
}

TEST_F(TruthTracker, IgnoresFalseAlarms) {
  advance(6, 1, -1);
  for (std::int32_t row = 0; row < 4; ++row) EXPECT_FALSE(is_tracked(row));
}

TEST_F(TruthTracker, FollowsADeadThreatOnItsOldCourseUntilItIsStruckOff) {
  advance(6, 0, 1);
  threats.ended_s[1] = 7;
  advance(8);
  EXPECT_TRUE(is_tracked(1));
  EXPECT_EQ(tracks.mean[0][1], 1000 - 80);
  strike_off(tracks, 0, 1);
  EXPECT_FALSE(is_tracked(1));
  advance(9, 0, 1);  // and nobody takes it up again
  EXPECT_FALSE(is_tracked(1));
}

TEST_F(TruthTracker, EndsATrackWhenItsThreatIsNoLongerVisible) {
  advance(6, 0, 1);
  threats.visible_until_s[1] = 8;
  advance(8);
  EXPECT_FALSE(is_tracked(1));
}

TEST_F(TruthTracker, ACueReachesThePictureAfterItsLatency) {
  sensors[0].latency_s = 10;
  advance(6, 0, 1);
  EXPECT_FALSE(is_tracked(1));
  advance(15);
  EXPECT_FALSE(is_tracked(1));
  advance(16);
  EXPECT_TRUE(is_tracked(1));
}

}  // namespace
}  // namespace pavise
