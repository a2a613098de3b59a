// What a round does against a target that turns inside a frame does not depend on where the frames' edges lie.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

/// One drone from the north that turns off sharply, east of the launcher, back to its asset beside it. Its turn begins and
/// ends inside frames of any shipped length, while the round that was ordered at once is under way.
Scene one_that_turns(double frame_s, double turns_at_m) {
  Scene scene;
  scene.frame_s = frame_s;
  scene.add_asset(0, -300);
  scene.add_threats({0, 9000, 600}, 250);
  ThreatClass& drone = scene.classes[0];
  drone.motion = &Registry<MotionKind>::instance().at("waypoint");
  drone.motion_parameters = defaults_of(drone.motion->info);
  scene.raid.waves[0].route_enu_m = {{0, turns_at_m, 600}, {1800, turns_at_m - 1800, 600}};
  return scene;
}

Scene::Unit solved_unit() {
  Scene::Unit unit = Scene::missile_unit(700, 500, 8000, 3);
  unit.weapon.sspk.assign(16, 1.0);
  unit.unit.rule = FiringRule::salvo_once;
  return unit;
}

Scene::Unit stepped_unit() { return Scene::kinematic(solved_unit(), 0.01); }

struct End {
  double time_s, x_m, y_m, z_m, miss_m;
};
End end_of(Harness& h) {
  h.run();
  EXPECT_EQ(h.outcomes.shots.count[0], 1);
  return {h.outcomes.shots.end_s[0], h.outcomes.shots.x_m[0], h.outcomes.shots.y_m[0], h.outcomes.shots.z_m[0],
          h.outcomes.shots.miss_distance_m[0]};
}
End flown(const Scene::Unit& unit, double frame_s, double turns_at_m) {
  Scene scene = one_that_turns(frame_s, turns_at_m);
  scene.add(unit);
  Harness h(scene, 1);
  return end_of(h);
}

}  // namespace

// Turns before, at and after the place of meeting; a meeting in the turn's own frame is where the old piece matters most.
constexpr double kFirstTurn_m = 4600, kLastTurn_m = 7000, kTurnsApart_m = 100;

TEST(FramesAndTurns, ASolvedRoundMeetsTheTurnWhereItIs) {
  for (double turns_at_m = kFirstTurn_m; turns_at_m <= kLastTurn_m; turns_at_m += kTurnsApart_m) {
    const End exact = flown(solved_unit(), 0.03125, turns_at_m);
    for (double frame_s : {0.25, 1.0, 2.0, 4.0}) {
      const End end = flown(solved_unit(), frame_s, turns_at_m);
      EXPECT_NEAR(end.time_s, exact.time_s, 1e-9) << frame_s << ", " << turns_at_m;
      EXPECT_NEAR(end.x_m, exact.x_m, 1e-6) << frame_s << ", " << turns_at_m;
      EXPECT_NEAR(end.y_m, exact.y_m, 1e-6) << frame_s << ", " << turns_at_m;
    }
  }
}

// Steps are cut at frames' edges, so that the integration's own error (at 0.01 s) is what differs.
TEST(FramesAndTurns, ASteppedRoundHomesOnTheTurnAsItIsFlown) {
  for (double turns_at_m = kFirstTurn_m; turns_at_m <= kLastTurn_m; turns_at_m += kTurnsApart_m) {
    const End exact = flown(stepped_unit(), 0.03125, turns_at_m);
    for (double frame_s : {0.25, 1.0, 2.0, 4.0}) {
      const End end = flown(stepped_unit(), frame_s, turns_at_m);
      EXPECT_NEAR(end.time_s, exact.time_s, 1e-5) << frame_s << ", " << turns_at_m;
      EXPECT_NEAR(end.x_m, exact.x_m, 2e-3) << frame_s << ", " << turns_at_m;
      EXPECT_NEAR(end.y_m, exact.y_m, 2e-3) << frame_s << ", " << turns_at_m;
      EXPECT_NEAR(end.miss_m, exact.miss_m, 1e-3) << frame_s << ", " << turns_at_m;
    }
  }
}

// A soft kill that takes the satellites away bends the path inside the frame: rounds and dwells see it from there on.
TEST(FramesAndTurns, ARoundFollowsADenialFromItsInstantOn) {
  for (const bool is_stepped : {false, true}) {
    const auto end_with = [&](double frame_s) {
      Scene scene = one_that_turns(frame_s, 6000);
      scene.raid.waves[0].route_enu_m.clear();
      scene.add(is_stepped ? stepped_unit() : solved_unit());
      Scene::Unit jammer = Scene::missile_unit(900, 0, 20e3, 3);
      jammer.weapon.effect = Effect::jammer;
      jammer.weapon.hazard_per_s.assign(16, 0.5);
      jammer.weapon.effect_lost = 0;
      jammer.weapon.navigation_drift_mps = 60;
      scene.is_central = false;
      scene.seed = 7;
      scene.add(jammer);
      Harness h(scene, 1);
      h.run();
      EXPECT_EQ(h.threats.navigation_denied[0], 1);
      EXPECT_EQ(h.outcomes.shots.count[0], 2);
      const std::size_t round = h.outcomes.shots.rounds[0] == 1 ? 0 : 1;
      EXPECT_EQ(ShotResult(h.outcomes.shots.result[round]), ShotResult::hit);
      return End{h.outcomes.shots.end_s[round], h.outcomes.shots.x_m[round], h.outcomes.shots.y_m[round],
                 h.outcomes.shots.z_m[round], h.threats.aim_x_m[0]};
    };
    const End exact = end_with(0.03125);
    EXPECT_GT(std::fabs(exact.miss_m), 20) << "the aim has moved";
    for (double frame_s : {0.25, 1.0, 4.0}) {
      const End end = end_with(frame_s);
      EXPECT_NEAR(end.miss_m, exact.miss_m, 1e-9) << frame_s;
      EXPECT_NEAR(end.time_s, exact.time_s, is_stepped ? 1e-5 : 1e-9) << is_stepped << frame_s;
      EXPECT_NEAR(end.x_m, exact.x_m, is_stepped ? 2e-3 : 1e-6) << is_stepped << frame_s;
    }
  }
}

}  // namespace pavise::test
