// Rounds against paths that bend, kinematic rounds on the clock, false tracks.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

Scene one_raider() {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 500}, 250);
  return scene;
}

Scene::Unit sure_unit() {
  Scene::Unit unit = Scene::missile_unit(1000, 500, 8000, 4);
  unit.weapon.sspk.assign(16, 1.0);
  unit.unit.rule = FiringRule::salvo_once;
  return unit;
}

Scene::Unit kinematic_unit() {
  Scene::Unit unit = Scene::kinematic(sure_unit(), 0.05);
  unit.weapon.basket_m = 5;
  return unit;
}

/// Gives the threat's path a bend: from `time_s` on a piece that accelerates sideways.
void bend(Harness& h, double time_s, Vec3 turn_mps2) {
  const State at = state_at(h.threats, 0, time_s);
  const Vec3 c[4] = {at.position_m, at.velocity_mps, 0.5 * turn_mps2, {}};
  h.threats.piece_begin_s[0] = time_s;
  for (int k = 0; k < 4; ++k) {
    h.threats.cx[k][0] = c[k].x;
    h.threats.cy[k][0] = c[k].y;
    h.threats.cz[k][0] = c[k].z;
  }
}

}  // namespace

TEST(RoundsInFlight, ASolvedRoundHomesOnAPathThatBends) {
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  while (h.clock.now_s() < 12) h.advance();
  bend(h, 12, {20, 0, 0});
  h.run();
  const double end_s = h.outcomes.shots.end_s[0];
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[0]), ShotResult::hit);
  // wherever it is met: as far from the launcher as the round has flown
  const State at = state_at(h.threats, 0, end_s);
  EXPECT_NEAR(length(at.position_m), 1000 * (end_s - h.outcomes.shots.launch_s[0]), 1e-6);
  EXPECT_GT(at.position_m.x, 100);
}

TEST(RoundsInFlight, ASolvedRoundThatIsOutrunDestroysItself) {
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  while (h.clock.now_s() < 9) h.advance();
  bend(h, 9, {0, 0, 0});
  h.threats.cy[1][0] = 1200;  // away, faster than the round
  h.threats.arrives_s[0] = 60;
  h.run();
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[0]), ShotResult::self_destruct);
  EXPECT_DOUBLE_EQ(h.outcomes.shots.end_s[0], h.outcomes.shots.launch_s[0] + 1.5 * 8000 / 1000);
}

TEST(RoundsInFlight, AThreatThatFailsTakesNoDamageWithItAndLeavesRoundsWithoutTarget) {
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  h.threats.fails_s[0] = 12.3;
  h.run();
  EXPECT_EQ(ThreatResult(h.outcomes.threats.result[0]), ThreatResult::failed);
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[0]), ShotResult::target_gone);
  EXPECT_DOUBLE_EQ(h.outcomes.shots.end_s[0], 12.3);
  EXPECT_EQ(h.outcomes.damage[0], 0);
}

TEST(RoundsInFlight, KinematicRoundsHitOnTheClock) {
  Scene scene = one_raider();
  scene.add(kinematic_unit());
  Harness h(scene, 1);
  h.run();
  ASSERT_EQ(h.outcomes.shots.count[0], 1);
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[0]), ShotResult::hit);
  EXPECT_LT(h.outcomes.shots.miss_distance_m[0], 1);
  EXPECT_NEAR(h.outcomes.shots.end_s[0], h.outcomes.shots.planned_intercept_s[0], 0.5);
}

TEST(RoundsInFlight, AKinematicRoundOutsideTheBasketDoesNotKill) {
  Scene scene = one_raider();
  Scene::Unit unit = kinematic_unit();
  unit.weapon.basket_m = 1e-9;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[0]), ShotResult::miss);
  EXPECT_EQ(h.result(0).leakers, 1);
}

TEST(RoundsInFlight, MissDistanceKillsAsOftenAsTheRayleighLawSays) {
  // two axes of sd s within radius r: 1 - exp(-r^2 / (2 s^2))
  Scene scene = one_raider();
  Scene::Unit unit = sure_unit();
  unit.weapon.lethality = Lethality::miss_distance;
  unit.weapon.miss_sd_m = 5;
  unit.weapon.lethal_radius_m = 6;
  scene.add(unit);
  Harness h(scene, 4000);
  h.run();
  int killed = 0;
  for (std::int32_t lane = 0; lane < 4000; ++lane) killed += h.result(lane).killed;
  const double p = 1 - std::exp(-36.0 / 50);
  EXPECT_NEAR(killed / 4000.0, p, 4 * std::sqrt(p * (1 - p) / 4000));
}

TEST(RoundsInFlight, RoundsAtAFalseTrackFindNothing) {
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  h.advance();
  h.tracks.source[0] = -1;
  h.tracks.number[0] = 77;
  const Order order{0, 0, 0, 2, {0, 6000, 500}, {0, -100, 0}, kNever_s, 0.5};
  ASSERT_EQ(launch(h.context, h.clock, {&order, 1}, h.threats, h.sensors, h.tracks, *h.engagements, h.outcomes), 1);
  EXPECT_EQ(open_engagements(*h.engagements, h.tracks, 0, 0), 1);
  EXPECT_FALSE(may_order(h.context, *h.engagements, h.tracks, 0, 0, 0));
  for (int k = 0; k < 80; ++k) {
    ++h.clock.frame;
    fly_rounds(h.context, h.threats, h.clock, *h.engagements);
    resolve_effects(h.context, h.clock, h.threats, *h.engagements, h.outcomes);
    assess_kills(h.context, h.clock, h.threats, h.sensors, h.tracks, *h.engagements, h.outcomes);
  }
  EXPECT_FALSE(is_busy(*h.engagements, 0));
  EXPECT_EQ(h.outcomes.shots.count[0], 2);
  EXPECT_EQ(h.outcomes.shots.threat[0], -1);
  EXPECT_EQ(ShotResult(h.outcomes.shots.result[1]), ShotResult::miss);
  EXPECT_EQ(open_engagements(*h.engagements, h.tracks, 0, 0), 0);
}

TEST(RoundsInFlight, VisitedPositionsLieBetweenLauncherAndIntercept) {
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  while (h.clock.now_s() < 12) h.advance();
  struct Seen {
    int count = 0;
    State at;
  } seen;
  visit_rounds(
      *h.engagements, 12,
      [](void* self, std::int32_t, std::int32_t, const State& state) {
        auto& s = *static_cast<Seen*>(self);
        ++s.count;
        s.at = state;
      },
      &seen);
  ASSERT_EQ(seen.count, 1);
  EXPECT_NEAR(length(seen.at.velocity_mps), 1000, 1e-6);
  EXPECT_NEAR(length(seen.at.position_m), 1000 * (12 - h.outcomes.shots.launch_s[0]), 1e-6);
}

}  // namespace pavise::test
