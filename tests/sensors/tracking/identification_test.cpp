#include <gtest/gtest.h>

#include <cmath>

#include "tests/sensors/tracking/tracking_scene.hpp"

namespace pavise {
namespace {

constexpr std::int32_t kReplications = 2000;

/// One confirmed track per replication of a threat of class `truth`; 0 drone, 1 decoy, 2 jet, 3 cruise.
struct Identified {
  Identified(std::int32_t truth, double age_s, bool is_seen_optically, bool is_perfect = false)
      : scene({{{0, 0, 0}, {0, 0, 0}}}, kReplications) {
    scene.classes.resize(4);
    const double speeds[4] = {50, 45, 140, 250};
    for (std::int32_t c = 0; c < 4; ++c)
      scene.classes[std::size_t(c)].identity = c, scene.classes[std::size_t(c)].speed_mps = speeds[c];
    IdentificationModel& m = scene.identification;
    m.is_perfect = is_perfect;
    m.owa_drone = 0, m.decoy_drone = 1, m.jet_drone = 2, m.cruise_subsonic = 3;
    scene.threats.class_of_number[0] = std::max(truth, 0);
    allocate(scene.tracks, kReplications, 1, 1);
    OutcomeSizes sizes{};
    sizes.replications = kReplications, sizes.threats = 1, sizes.events_per_replication = 8;
    allocate(scene.outcomes, sizes);
    scene.clock.frame = std::int64_t(2 * age_s);
    for (std::int32_t row = 0; row < kReplications; ++row) {
      start_track(scene.tracks, row, 0, truth < 0 ? -1 : 0, 0);
      confirm_track(scene.context(), scene.tracks, row, 0, scene.outcomes);
      if (is_seen_optically) scene.tracks.optical_since_s[row] = 0;
      scene.tracks.mean[3][row] = 130;
      touch(scene.tracks, row, scene.clock);
    }
    identify(scene.context(), scene.threats, scene.detections, scene.clock, scene.tracks, scene.outcomes);
  }
  double share(std::int32_t identity) const {
    double n = 0;
    for (std::int32_t row = 0; row < kReplications; ++row) n += scene.tracks.identity[row] == identity;
    return n / kReplications;
  }
  std::vector<std::int32_t> identities() const {
    std::vector<std::int32_t> all;
    for (std::int32_t row = 0; row < kReplications; ++row) all.push_back(scene.tracks.identity[row]);
    return all;
  }
  double certainty() const { return certainty_of(scene.context(), scene.clock, scene.tracks, 0); }
  TrackingScene scene;
};

/// Four standard errors of a share p.
double within(double p) { return 4 * std::sqrt(p * (1 - p) / kReplications); }

TEST(Identification, IsRightAsOftenAsItsCertaintySays) {
  // 0.5 + (0.9 - 0.5) (1 - exp(-t / 20 s)); with a camera 0.98 in place of 0.9
  const double at_20_s = 0.5 + 0.4 * (1 - std::exp(-1.0)), seen_at_20_s = 0.5 + 0.48 * (1 - std::exp(-1.0));
  EXPECT_NEAR(Identified(0, 0, false).share(0), 0.5, within(0.5));
  const Identified later(0, 20, false);
  EXPECT_NEAR(later.share(0), at_20_s, within(at_20_s));
  EXPECT_NEAR(later.certainty(), at_20_s, 1e-12);
  EXPECT_NEAR(Identified(0, 20, true).share(0), seen_at_20_s, within(seen_at_20_s));
}

TEST(Identification, ADecoyIsTakenForADroneAsOftenAsItsDeceptionSays) {
  // deceived 0.8, or else wrong by 1 - certainty: the nearest class by speed is the drone again
  const double certainty = 0.5 + 0.4 * (1 - std::exp(-3.0)), seen = 0.5 + 0.48 * (1 - std::exp(-3.0));
  EXPECT_NEAR(Identified(1, 60, false).share(0), 0.8 + 0.2 * (1 - certainty), within(0.2));
  EXPECT_NEAR(Identified(1, 60, true).share(0), 0.3 + 0.7 * (1 - seen), within(0.3));
}

TEST(Identification, AJetDroneIsTakenForACruiseMissileUntilACameraSeesIt) {
  EXPECT_NEAR(Identified(2, 60, false).share(3), 0.3, within(0.3));
  EXPECT_EQ(Identified(2, 60, true).share(3), 0);
}

TEST(Identification, IsAlwaysRightOnTheIdealRung) {
  const Identified perfect(1, 0, false, true);
  EXPECT_EQ(perfect.share(1), 1);
  EXPECT_EQ(perfect.certainty(), 1);
}

TEST(Identification, AFalseTrackIsWhatFliesAsFast) { EXPECT_EQ(Identified(-1, 5, false).share(2), 1); }

TEST(Identification, DoesNotChangeItsMindBackWithTime) {
  for (double age_s : {0.0, 10.0, 40.0}) {
    const Identified now(0, age_s, false), later(0, age_s + 20, false);
    for (std::int32_t row = 0; row < kReplications; ++row)
      ASSERT_TRUE(now.scene.tracks.identity[row] != 0 || later.scene.tracks.identity[row] == 0);
  }
}

TEST(Identification, SkipsOnlyLooksThatWouldChangeNothing) {
  // the same tracks touched in every frame; in `plain` each touch is looked at. Cameras come to every third, and every
  // seventh is updated by another threat for a while
  for (std::int32_t truth = 0; truth < 4; ++truth) {
    SCOPED_TRACE(truth);
    Identified quick(truth, 0, false), plain(truth, 0, false);
    std::int32_t changes = 0, skipped = 0;
    for (std::int64_t frame = 1; frame < 240; ++frame) {
      for (Identified* each : {&quick, &plain}) {
        TrackingScene& scene = each->scene;
        scene.clock.frame = frame;
        scene.tracks.touched_count = 0;
        for (std::int32_t row = 0; row < kReplications; ++row) {
          const bool is_seen = row % 3 == 0 && frame > 10 + row % 50;
          if (is_seen) see_optically(scene.tracks, row, scene.clock.now_s() - 0.2);
          scene.tracks.source[row] = row % 7 == 0 && frame > 100 && frame < 120 ? -1 : 0;
          touch(scene.tracks, row, scene.clock);
          if (each == &plain) scene.tracks.identity_holds_s[row] = 0;
          skipped += each == &quick && scene.clock.now_s() < scene.tracks.identity_holds_s[row];
        }
        const std::vector<std::int32_t> before = each->identities();
        identify(scene.context(), scene.threats, scene.detections, scene.clock, scene.tracks, scene.outcomes);
        changes += each == &plain && before != each->identities();
      }
      ASSERT_EQ(quick.identities(), plain.identities()) << "frame " << frame;
    }
    EXPECT_GT(changes, 30);
    EXPECT_GT(skipped, 239 * kReplications / 2);
  }
}

}  // namespace
}  // namespace pavise
