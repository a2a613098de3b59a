// The clock's rules one by one, on scenes small enough to work out by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/interceptors/clock_harness.hpp"

namespace pavise::test {
namespace {

/// One asset at the origin, one threat from the north at 250 m/s.
Scene one_raider(double distance_m = 12000) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, distance_m, 0}, 250);
  return scene;
}

Scene::Unit sure_unit() {
  Scene::Unit unit = Scene::missile_unit(1000, 500, 8000, 4);
  unit.weapon.sspk.assign(16, 1.0);
  return unit;
}
Scene::Unit hopeless_unit() {
  Scene::Unit unit = sure_unit();
  unit.weapon.sspk.assign(16, 0.0);
  return unit;
}

struct Shot {
  double launch_s, end_s, range_m;
  ShotResult result;
  std::int32_t rounds, channel, order;
  double guide_end_s;
};
std::vector<Shot> shots_of(const Harness& h, std::int32_t lane = 0) {
  std::vector<Shot> shots;
  const Shots& s = h.outcomes.shots;
  for (std::int32_t i = 0; i < s.count[std::size_t(lane)]; ++i) {
    const std::size_t row = std::size_t(lane) * s.capacity_per_replication + std::size_t(i);
    shots.push_back({s.launch_s[row], s.end_s[row], s.range_m[row], ShotResult(s.result[row]), s.rounds[row],
                     s.channel[row], s.order[row], s.guide_end_s[row]});
  }
  return shots;
}

}  // namespace

TEST(Clock, ARoundMeetsItsTargetAtTheClosedFormInstant) {
  // the order comes when a round that leaves 4 s later meets within 8 km: R V/(V+v) <= 8000, R <= 10000, so t + 4 >= 8
  Scene scene = one_raider();
  scene.add(sure_unit());
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  ASSERT_EQ(shots.size(), 1u);
  EXPECT_DOUBLE_EQ(shots[0].launch_s, 8);
  EXPECT_DOUBLE_EQ(shots[0].end_s, 16);
  EXPECT_DOUBLE_EQ(shots[0].range_m, 8000);
  EXPECT_EQ(shots[0].result, ShotResult::hit);
  EXPECT_EQ(h.outcomes.first_order_s[0], 4);
  EXPECT_EQ(h.outcomes.first_intercept_range_m[0], shots[0].range_m);
  EXPECT_EQ(h.result(0).killed, 1);
  EXPECT_EQ(h.outcomes.threats.end_s[0], shots[0].end_s);
  EXPECT_DOUBLE_EQ(h.outcomes.threats.y_m[0], 8000);
}

TEST(Clock, ShootLookShootOrdersInTheFrameOfTheLook) {
  // misses at 16 s; look after 1 s takes effect in the frame at 17 s; next round leaves at 21 s
  Scene scene = one_raider();
  Scene::Unit unit = hopeless_unit();
  unit.unit.assessment_delay_s = 1;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  ASSERT_GE(shots.size(), 2u);
  EXPECT_DOUBLE_EQ(shots[1].launch_s, 21);
  EXPECT_EQ(h.result(0).leakers, 1);
  EXPECT_EQ(h.outcomes.damage[0], 1);
  EXPECT_DOUBLE_EQ(h.outcomes.threats.end_s[0], 48);
}

TEST(Clock, ALookThatFallsDueBetweenFramesTakesEffectInTheNext) {
  Scene scene = one_raider();
  Scene::Unit unit = hopeless_unit();
  unit.unit.assessment_delay_s = 1.1;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_DOUBLE_EQ(shots_of(h)[1].launch_s, 21.25);
  EXPECT_DOUBLE_EQ(shots_of(h)[0].guide_end_s, 17.25);
}

TEST(Clock, RoundsOutsideTheWindowAreLeftOutAndStayReady) {
  Scene scene = one_raider();
  Scene::Unit unit = hopeless_unit();
  unit.weapon.min_range_m = 6500;  // rounds that leave at 8, 12, 16 s meet at 8.0, 7.2, 6.4 km
  unit.unit.salvo = 3;
  unit.unit.shot_separation_s = 4;
  unit.unit.rule = FiringRule::salvo_once;
  unit.station.rounds = unit.station.ready_rounds = 4;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(shots_of(h).size(), 2u);
  EXPECT_EQ(h.engagements->fire_units.ready[0], 2);
}

TEST(Clock, ARoundAtADeadThreatIsSpentInVain) {
  Scene scene = one_raider();
  Scene::Unit unit = sure_unit();
  unit.unit.salvo = 2;
  unit.unit.shot_separation_s = 1;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  ASSERT_EQ(shots.size(), 2u);
  EXPECT_EQ(shots[0].result, ShotResult::hit);
  EXPECT_EQ(shots[1].result, ShotResult::target_gone);
  EXPECT_EQ(h.outcomes.threats.killer_shot[0], 0);
}

TEST(Clock, AMissedKillLeavesAGhostThatDrawsFireUntilItWouldHaveArrived) {
  Scene scene = one_raider();
  Scene::Unit unit = sure_unit();
  unit.unit.p_missed_kill = 1;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_GT(shots_of(h).size(), 2u);
  EXPECT_EQ(h.result(0).leakers, 0);
  EXPECT_EQ(h.result(0).killed, 1);
  EXPECT_GE(h.clock.now_s(), 48);                         // the ghost is in the picture until then
  EXPECT_DOUBLE_EQ(h.threats.visible_until_s[0], 48);
}

TEST(Clock, AFalseKillIsNeverEngagedAgainAndLeaks) {
  Scene scene = one_raider();
  Scene::Unit unit = hopeless_unit();
  unit.unit.p_false_kill = 1;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(shots_of(h).size(), 1u);
  EXPECT_EQ(h.result(0).leakers, 1);
}

TEST(Clock, ReloadStartsWhenTheLastOfTheRoundsOrderedLeaves) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 0}, 250, 1);
  scene.add_threats({0, 40000, 0}, 250, 1);
  Scene::Unit unit = hopeless_unit();
  unit.unit.rule = FiringRule::salvo_once;
  unit.unit.salvo = 2;
  unit.unit.shot_separation_s = 3;
  unit.station.rounds = 5;
  unit.station.ready_rounds = unit.station.ready_capacity = 2;
  unit.station.reload_s = 20.3;
  scene.add(unit);
  Harness h(scene, 1);
  // ordered at 4 s, rounds leave at 8 and 11 s: done at 31.3 s, seen in the frame at 31.5 s
  while (h.clock.now_s() < 31.25) h.advance();
  EXPECT_EQ(h.engagements->fire_units.ready[0], 0);
  EXPECT_EQ(h.engagements->fire_units.reloading[0], 1);
  h.advance();
  EXPECT_EQ(h.engagements->fire_units.ready[0], 2);
  EXPECT_EQ(h.engagements->fire_units.store[0], 1);
  h.run();
  EXPECT_EQ(shots_of(h).size(), 4u);
}

TEST(Clock, ASalvoHoldsOneChannelAndChannelsAreNumberedFromZero) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 0}, 250, 3);
  Scene::Unit unit = hopeless_unit();
  unit.channels = 2;
  unit.unit.salvo = 2;
  unit.unit.rule = FiringRule::salvo_once;
  scene.add(unit);
  Harness h(scene, 1);
  while (h.clock.now_s() < 4) h.advance();
  EXPECT_EQ(h.engagements->fire_units.channels_busy[0], 2);
  h.run();
  EXPECT_EQ(h.engagements->fire_units.channels_busy[0], 0);
  const auto shots = shots_of(h);
  ASSERT_EQ(shots.size(), 6u);
  EXPECT_EQ(shots[0].channel, 0);
  EXPECT_EQ(shots[1].channel, 0);
  EXPECT_EQ(shots[2].channel, 1);
}

TEST(Clock, HandOverFreesTheChannelBeforeTheAssessment) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 0}, 250, 2);
  Scene::Unit unit = hopeless_unit();
  unit.weapon.frees_channel_at_hand_over = true;
  unit.weapon.seeker_range_m = 2500;  // closing at 1250 m/s: 2 s before the intercept at 16 s
  unit.unit.rule = FiringRule::salvo_once;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  ASSERT_EQ(shots.size(), 2u);
  EXPECT_DOUBLE_EQ(shots[0].guide_end_s, 14);
  EXPECT_DOUBLE_EQ(shots[1].launch_s, 18);  // ordered in the frame of the hand-over
}

TEST(Clock, ALaunchIntervalSpacesOrdersOfOneStation) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 0}, 250, 2);
  Scene::Unit unit = hopeless_unit();
  unit.channels = 2;
  unit.station.launch_interval_s = 3;
  unit.unit.rule = FiringRule::salvo_once;
  scene.add(unit);
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  ASSERT_EQ(shots.size(), 2u);
  EXPECT_DOUBLE_EQ(shots[1].launch_s - shots[0].launch_s, 3);
}

TEST(Clock, AGunsSeriesEndsWhenItsKillIsSeenAtTheExactTime) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 3600, 0}, 100);
  Scene::Unit gun = sure_unit();
  gun.weapon.effect = Effect::gun;
  gun.weapon.ideal_speed_mps = 900;
  gun.weapon.min_range_m = 300;
  gun.weapon.max_range_m = 2000;
  gun.weapon.rounds_per_burst = 10;
  gun.weapon.burst_interval_s = 1;
  gun.unit.assessment_delay_s = 1.5;
  gun.unit.reaction_s = 2;
  scene.add(gun);
  Harness h(scene, 1);
  h.run();
  const auto shots = shots_of(h);
  // first burst flies 2.2 s or so; bursts leave until 3.7 s after it: four of them
  ASSERT_EQ(shots.size(), 4u);
  EXPECT_EQ(shots[0].result, ShotResult::hit);
  EXPECT_EQ(shots[0].rounds, 10);
  EXPECT_EQ(h.engagements->fire_units.ready[0], 60);
  EXPECT_EQ(h.result(0).rounds, 40);
}

TEST(Clock, AJammersKillTimesAreExponential) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 3500, 0}, 50);
  Scene::Unit jammer = sure_unit();
  jammer.weapon.effect = Effect::jammer;
  jammer.weapon.hazard_per_s.assign(16, 0.03);
  jammer.weapon.min_range_m = 0;
  jammer.weapon.max_range_m = 3000;
  jammer.unit.reaction_s = 3;
  jammer.station.rounds = jammer.station.ready_rounds = 0;
  scene.add(jammer);
  Harness h(scene, 2000);
  h.run();
  int within_20_s = 0, killed = 0;
  for (std::int32_t lane = 0; lane < 2000; ++lane) {
    const auto shots = shots_of(h, lane);
    ASSERT_EQ(shots.size(), 1u);
    killed += shots[0].result == ShotResult::hit;
    within_20_s += shots[0].result == ShotResult::hit && shots[0].end_s - shots[0].launch_s <= 20;
    if (shots[0].result == ShotResult::hit) continue;
    EXPECT_DOUBLE_EQ(shots[0].end_s, 70);  // at arrival
  }
  const auto near = [](int count, double p) { EXPECT_NEAR(count / 2000.0, p, 4 * std::sqrt(p * (1 - p) / 2000)); };
  near(killed, 1 - std::exp(-0.03 * 60));
  near(within_20_s, 1 - std::exp(-0.03 * 20));
}

TEST(Clock, AJammerThatDoesNotSendThemAwayOnlyDisturbsNavigation) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 3500, 0}, 50);
  Scene::Unit jammer = sure_unit();
  jammer.weapon.effect = Effect::jammer;
  jammer.weapon.hazard_per_s.assign(16, 10.0);
  jammer.weapon.max_range_m = 3000;
  jammer.weapon.effect_lost = 0;
  jammer.weapon.navigation_drift_mps = 1;
  scene.add(jammer);
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(h.result(0).killed, 0);
  EXPECT_EQ(h.result(0).leakers, 1);
  EXPECT_NE(h.threats.aim_x_m[0], 0);
}

TEST(Clock, ATextbookArrivalTakesTheShareThatDamageAndHardnessGive) {
  Scene scene = one_raider();
  scene.assets[0] = {"depot", {0, 0, 0}, 100, 30, 10};
  scene.classes[0].p_destroy = -1;
  scene.classes[0].damage = 8;
  Harness h(scene, 1);
  h.run();
  EXPECT_NEAR(h.outcomes.damage[0], 30 * (1 - std::exp(-0.8)), 1e-12);
  EXPECT_NEAR(h.outcomes.asset_value_left[0], 30 * std::exp(-0.8), 1e-12);
}

TEST(Clock, ADecoyArrivesWithoutDamage) {
  Scene scene = one_raider();
  scene.classes[0].p_destroy = -1;
  scene.classes[0].damage = 0;
  Harness h(scene, 1);
  h.run();
  EXPECT_EQ(h.result(0).leakers, 1);
  EXPECT_EQ(h.outcomes.damage[0], 0);
}

TEST(Clock, AnOrderThatBreaksARuleIsRefusedAndCounted) {
  Scene scene = one_raider();
  scene.add(hopeless_unit());
  Harness h(scene, 1);
  while (h.clock.now_s() < 4) h.advance();  // the unit's only channel is busy now
  const Order second{.replication = 0, .station = 0, .track = 0, .rounds = 1, .position_m = {0, 11000, 0},
                     .velocity_mps = {}};
  EXPECT_EQ(launch(h.context, h.clock, {&second, 1}, h.threats, h.sensors, h.tracks, *h.engagements, h.outcomes), 0);
  EXPECT_EQ(h.outcomes.orders_refused[0], 1);
}

TEST(Clock, AReplicationDoesNotDependOnItsLaneOrItsBlockMates) {
  Scene scene;
  scene.add_asset(0, 0);
  scene.add_threats({0, 12000, 0}, 250, 5, 0, 7);
  Scene::Unit unit = Scene::missile_unit(1000, 500, 8000, 4);
  unit.channels = 2;
  unit.unit.p_missed_kill = 0.3;
  unit.station.ready_rounds = unit.station.ready_capacity = 3;
  unit.station.reload_s = 10;
  scene.add(unit);
  Harness block(scene, 8), alone(scene, 1);
  block.run();
  for (std::int32_t lane = 0; lane < 8; ++lane) {
    alone.begin(lane);
    alone.run();
    const auto expected = shots_of(alone), shots = shots_of(block, lane);
    ASSERT_EQ(shots.size(), expected.size());
    for (std::size_t i = 0; i < shots.size(); ++i) {
      EXPECT_EQ(shots[i].launch_s, expected[i].launch_s);
      EXPECT_EQ(shots[i].end_s, expected[i].end_s);
      EXPECT_EQ(shots[i].result, expected[i].result);
      EXPECT_EQ(shots[i].channel, expected[i].channel);
    }
    EXPECT_EQ(block.outcomes.events.count[std::size_t(lane)], alone.outcomes.events.count[0]);
  }
}

TEST(Clock, OutcomesDoNotDependOnTheFrameForASingleOrderedRound) {
  // the round's flight is solved, not stepped: a frame ten times as long gives the same intercept
  for (double frame_s : {0.05, 0.25, 1.0, 4.0}) {
    Scene scene = one_raider();
    scene.frame_s = frame_s;
    Scene::Unit unit = sure_unit();
    unit.unit.reaction_s = 4;
    scene.add(unit);
    Harness h(scene, 1);
    h.run();
    EXPECT_DOUBLE_EQ(shots_of(h)[0].end_s, 16) << frame_s;
  }
}

}  // namespace pavise::test
