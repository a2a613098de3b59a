#include <gtest/gtest.h>

#include <array>
#include <map>

#include "kernel/command/reach.hpp"
#include "tests/kernel/command/small_armament.hpp"

namespace pavise {
namespace {

using Orders = std::vector<std::array<std::int32_t, 3>>;  // station, track number, rounds

Armament two_units(std::int32_t channels, std::int32_t rounds, std::int32_t salvo = 1) {
  Armament armament;
  add_unit(armament, "west", missile("m", 800, 0, 20e3, {0.7}), {-1000, 0, 0}, channels, rounds, salvo);
  add_unit(armament, "east", missile("m", 800, 0, 20e3, {0.7}), {1000, 0, 0}, channels, rounds, salvo);
  return armament;
}

TEST(Nearest, UnitsTakeTurnsInFileOrderAtTheirOwnNearestTrack) {
  const Armament armament = two_units(2, 8);
  // from the north: 0 in the middle, 1 nearer, 2 to the east
  std::vector<PictureTrack> tracks = {inbound(0, 0, 15e3, 100), inbound(1, 0, 12e3, 100), inbound(2, 0.4, 12e3, 100)};
  Scene scene(armament, setup_of(armament, {"drone"}, true), tracks);
  scene.decide("nearest");
  // west: 1; east: 2; west's second channel: 0; nothing is left for east
  EXPECT_EQ(scene.orders(), (Orders{{0, 1, 1}, {1, 2, 1}, {0, 0, 1}}));
}

TEST(Nearest, BreaksTiesByTheLowestNumber) {
  const Armament armament = two_units(1, 8);
  Scene scene(armament, setup_of(armament, {"drone"}, false), {inbound(3, 0, 15e3, 100), inbound(5, 0, 15e3, 100)});
  scene.decide("nearest");
  EXPECT_EQ(scene.orders(), (Orders{{0, 3, 1}, {1, 3, 1}}));  // independent: both at the same one
}

TEST(FirstArrival, TakesWhatArrivesFirstEvenIfItIsFarther) {
  const Armament armament = two_units(1, 8);
  std::vector<PictureTrack> tracks = {inbound(0, 0, 10e3, 100), inbound(1, 0, 15e3, 300)};
  Scene scene(armament, setup_of(armament, {"drone"}, true), tracks);
  scene.decide("first_arrival");
  EXPECT_EQ(scene.orders(), (Orders{{0, 1, 1}, {1, 0, 1}}));
}

TEST(Random, ChoosesEachPossibleTrackEquallyOftenAndDependsOnNothingButItsAddress) {
  const Armament armament = two_units(1, 8);
  const std::vector<PictureTrack> tracks = {inbound(0, 0, 10e3, 100), inbound(1, 1, 10e3, 100),
                                            inbound(2, 2, 10e3, 100)};
  std::map<std::pair<int, int>, int> chosen;
  constexpr int kReplications = 6000;
  for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
    Scene scene(armament, setup_of(armament, {"drone"}, false), tracks);
    scene.picture.replication = replication;
    scene.decide("random");
    const Orders orders = scene.orders();
    ASSERT_EQ(orders.size(), 2u);
    ++chosen[{orders[0][1], orders[1][1]}];
    Scene again(armament, setup_of(armament, {"drone"}, false), tracks);
    again.picture.replication = replication;
    again.decide("random");
    ASSERT_EQ(again.orders(), orders);
  }
  // 9 pairs, each 1/9: 4.5 standard errors of a binomial
  const double expected = kReplications / 9.0, error = std::sqrt(expected * 8 / 9);
  for (int first = 0; first < 3; ++first)
    for (int second = 0; second < 3; ++second)
      EXPECT_NEAR((chosen[{first, second}]), expected, 4.5 * error) << first << second;
}

TEST(Turns, OfAUnitWithSeveralStationsIsOneAndGoesToTheStationThatMeetsTheTrackFirst) {
  Armament armament = two_units(2, 8);
  armament.stations[1].fire_unit = 0, armament.stations[1].pool = 0;  // two launchers of one unit
  armament.fire_units.resize(1);
  armament.pools.resize(1);
  Scene scene(armament, setup_of(armament, {"drone"}, true),
              {inbound(0, kPi / 2, 15e3, 100), inbound(1, -kPi / 2, 15e3, 100)});
  scene.decide("nearest");
  // the east launcher meets the track from the east first, the west launcher the one from the west
  const Orders orders = scene.orders();
  ASSERT_EQ(orders.size(), 2u);
  for (const auto& order : orders) EXPECT_EQ(order[0], order[1] == 0 ? 1 : 0);
}

TEST(Picture, BooksChannelsRoundsAndEngagementsSoThatNoOrderIsGivenTwice) {
  const Armament armament = two_units(1, 1);
  Scene scene(armament, setup_of(armament, {"drone"}, true), {inbound(0, 0, 10e3, 100), inbound(1, 1, 10e3, 100)});
  ASSERT_EQ(scene.options.size(), 4u);
  Picture& picture = scene.picture;
  EXPECT_TRUE(picture.give(scene.options[0]));
  EXPECT_FALSE(picture.give(scene.options[0]));
  EXPECT_FALSE(picture.is_possible(scene.options[1]));  // no channel, no round
  EXPECT_FALSE(picture.is_possible(scene.options[2]));  // central: the track is engaged by the other unit
  EXPECT_TRUE(picture.is_possible(scene.options[3]));
  EXPECT_TRUE(picture.is_engaged(0));
  EXPECT_EQ(picture.orders_so_far(0), 1);
  EXPECT_EQ(picture.status(0).ready, 0);
  EXPECT_EQ(picture.status(0).channels_free, 0);
}

TEST(Picture, LetsAGunGiveTwoOrdersForOneFullBurst) {
  // bursts take their rounds when they leave; an order needs a full burst ready, and takes none
  Armament armament;
  Weapon gun = missile("gun", 1000, 0, 4000, {0.4});
  gun.effect = Effect::gun, gun.rounds_per_burst = 10;
  add_unit(armament, "gun", gun, {0, 0, 0}, 2, 10);
  Scene scene(armament, setup_of(armament, {"drone"}, true), {inbound(0, 0, 3000, 50), inbound(1, 1, 3000, 50)});
  scene.decide("nearest");
  EXPECT_EQ(scene.orders().size(), 2u);
}

// Doctrine: a long weapon with reserve, a medium one, a short cheap one.
struct Layers {
  Layers() {
    add_unit(armament, "long", missile("long", 900, 0, 60e3, {0.8, 0.8}), {0, 0, 0}, 5, 8);
    add_unit(armament, "medium", missile("medium", 700, 0, 25e3, {0.8, 0.0}), {0, 0, 0}, 5, 4);
    add_unit(armament, "short", missile("short", 500, 0, 5e3, {0.8, 0.0}), {0, 0, 0}, 5, 4);
    setup = setup_of(armament, {"drone", "ballistic"}, true);
    ClassDoctrine drone, ballistic;
    drone.prefer = {"short", "medium", "long"};
    drone.only_if_alone = {"long"};
    ballistic.prefer = {"long"};
    ballistic.salvo = 2, ballistic.uses_reserve = true;
    setup.doctrine.by_identity = {drone, ballistic};
    setup.doctrine.reserve_weapon = "long";
    setup.doctrine.reserve_fraction = 0.25;  // 2 of 8
  }
  Armament armament;
  CommandSetup setup;
};

TEST(Doctrine, TakesTheFirstWeaponOfTheListAndTheNextIfThatHasNothingLeft) {
  Layers layers;
  Scene near(layers.armament, layers.setup, {inbound(0, 0, 4e3, 50)});
  near.decide("doctrine");
  EXPECT_EQ(near.orders(), (Orders{{2, 0, 1}}));
  Scene far(layers.armament, layers.setup, {inbound(0, 0, 20e3, 50)});
  far.picture.stations[2].ready = 0;
  far.decide("doctrine");
  EXPECT_EQ(far.orders(), (Orders{{1, 0, 1}}));
}

TEST(Doctrine, WaitsForABetterWeaponAsLongAsThisOneCouldStillFollowIt) {
  // the short weapon will reach the drone at 5 km, 300 s from now; after it the medium one still has time
  Layers layers;
  Scene slow(layers.armament, layers.setup, {inbound(0, 0, 20e3, 50)});
  slow.decide("doctrine");
  EXPECT_TRUE(slow.orders().empty());

  // at 1 km/s the short weapon's try ends 18 s from now, too late for a medium one that needs 4 km; but that one, first,
  // is assessed 16 s from now
  Layers fast;
  fast.armament.weapons[1].min_range_m = fast.setup.stations[1].min_range_m = 4e3;
  Scene quick(fast.armament, fast.setup, {inbound(0, 0, 24e3, 1000)});
  quick.decide("doctrine");
  EXPECT_EQ(quick.orders(), (Orders{{1, 0, 1}}));
}

TEST(Doctrine, TriesARoundBeforeAJammerThatWouldHoldTheTrackToTheEnd) {
  // reaction 2 s, look 1 s: the medium weapon is done long before half of the jammer's 80 s are over
  Layers layers;
  Weapon jammer = missile("jammer", 0, 0, 4e3, {});
  jammer.effect = Effect::jammer, jammer.hazard_per_s = {0.01, 0};
  add_unit(layers.armament, "jammer", jammer, {0, 0, 0}, 4, 0);
  const Doctrine doctrine = layers.setup.doctrine;
  layers.setup = setup_of(layers.armament, {"drone", "ballistic"}, true);
  layers.setup.doctrine = doctrine;
  layers.setup.doctrine.by_identity[0].prefer = {"jammer", "medium"};
  Scene both(layers.armament, layers.setup, {inbound(0, 0, 3.9e3, 50)});
  both.decide("doctrine");
  EXPECT_EQ(both.orders(), (Orders{{1, 0, 1}}));
  Scene empty(layers.armament, layers.setup, {inbound(0, 0, 3.9e3, 50)});
  empty.picture.stations[1].ready = 0;
  empty.decide("doctrine");
  ASSERT_EQ(empty.orders().size(), 1u);
  EXPECT_EQ(empty.orders()[0][0], 3);
}

TEST(Doctrine, KeepsAWeaponOnlyIfAloneWhileAnotherLayerWillReachTheTrack) {
  Layers layers;
  Scene later(layers.armament, layers.setup, {inbound(0, 0, 45e3, 50)});
  later.decide("doctrine");
  EXPECT_TRUE(later.orders().empty());

  // a descent that would end in the ground on the way is the estimate's noise: the course is level
  PictureTrack sinking = inbound(0, 0, 45e3, 50);
  sinking.velocity_mps.z = -8;
  Scene noisy(layers.armament, layers.setup, {sinking});
  noisy.decide("doctrine");
  EXPECT_TRUE(noisy.orders().empty());

  // a track that passes 40 km off is nobody else's
  PictureTrack passing = inbound(0, 0, 40e3, 50);
  passing.velocity_mps = {50, 0, 0};
  passing.arrives_s = 1e6;
  Scene alone(layers.armament, layers.setup, {passing});
  alone.decide("doctrine");
  EXPECT_EQ(alone.orders(), (Orders{{0, 0, 1}}));

  // nor is one that the others have no rounds left for
  Scene empty(layers.armament, layers.setup, {inbound(0, 0, 45e3, 50)});
  empty.picture.stations[1].ready = empty.picture.stations[2].ready = 0;
  empty.decide("doctrine");
  EXPECT_EQ(empty.orders(), (Orders{{0, 0, 1}}));
}

TEST(Doctrine, KeepsTheReserveForTheClassesThatMayTakeIt) {
  Layers layers;
  layers.setup.doctrine.by_identity[0].prefer = {"long"};
  layers.setup.doctrine.by_identity[0].only_if_alone.clear();
  for (const std::int32_t ready : {3, 2}) {
    Scene drone(layers.armament, layers.setup, {inbound(0, 0, 30e3, 50)});
    drone.picture.stations[0].ready = ready;
    drone.decide("doctrine");
    EXPECT_EQ(drone.orders().size(), ready == 3 ? 1u : 0u) << ready;
  }
  Scene ballistic(layers.armament, layers.setup, {inbound(0, 0, 30e3, 50, 500, 1)});
  ballistic.picture.stations[0].ready = 2;
  ballistic.decide("doctrine");
  EXPECT_EQ(ballistic.orders(), (Orders{{0, 0, 2}}));
}

TEST(Doctrine, FiresFewerRoundsAfterALook) {
  Layers layers;
  layers.setup.doctrine.by_identity[1].salvo_after_look = 1;
  Scene scene(layers.armament, layers.setup, {inbound(0, 0, 30e3, 50, 500, 1)});
  scene.picture.ordered[0] = 1;
  scene.decide("doctrine");
  EXPECT_EQ(scene.orders(), (Orders{{0, 0, 1}}));
}

TEST(Doctrine, HoldsFireAndKeepsOutOfZones) {
  Layers layers;
  Layers held;
  held.setup.doctrine.by_identity[0].is_held = true;
  Scene hold(held.armament, held.setup, {inbound(0, 0, 4e3, 50)});
  hold.decide("doctrine");
  EXPECT_TRUE(hold.orders().empty());

  const Scene probe(layers.armament, layers.setup, {inbound(0, 0, 4e3, 50, 100)});
  layers.setup.doctrine.keep_out = {{probe.options.back().point_m, 50, 150}};  // where the short weapon would meet it
  Scene keep_out(layers.armament, layers.setup, {inbound(0, 0, 4e3, 50, 100)});
  keep_out.decide("doctrine");
  for (const auto& order : keep_out.orders()) EXPECT_NE(order[0], 2);
}

TEST(GreedyMarginalReturn, GivesTheOnlyRoundToTheMostValueAtRiskTimesKillProbability) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 0, 30e3, {0.9, 0.3}), {0, 0, 0}, 1, 1);
  // equal courses and losses; the second is three times harder to kill
  Scene scene(armament, setup_of(armament, {"drone", "cruise"}, true),
              {inbound(0, 0, 15e3, 100, 500, 1), inbound(1, 0, 15e3, 100, 500, 0)});
  scene.decide("greedy_mmr");
  EXPECT_EQ(scene.orders(), (Orders{{0, 1, 1}}));
}

TEST(GreedyMarginalReturn, FiresNoRoundThatCostsMoreThanItSaves) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 0, 30e3, {0.9}), {0, 0, 0}, 1, 4);
  armament.weapons[0].unit_cost = 1e9;
  Scene scene(armament, setup_of(armament, {"drone"}, true), {inbound(0, 0, 15e3, 100)});
  scene.decide("greedy_mmr");
  EXPECT_TRUE(scene.orders().empty());
}

TEST(GreedyMarginalReturn, AddsASecondRoundOnlyWhereNoLookFitsIn) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 0, 30e3, {0.6}), {0, 0, 0}, 1, 4);
  const CommandSetup setup = setup_of(armament, {"drone"}, true);
  Scene far(armament, setup, {inbound(0, 0, 25e3, 100)});
  far.decide("greedy_mmr");
  EXPECT_EQ(far.orders(), (Orders{{0, 0, 1}}));
  Scene close(armament, setup, {inbound(0, 0, 1200, 300)});
  close.decide("greedy_mmr");
  EXPECT_EQ(close.orders(), (Orders{{0, 0, 2}}));
}

TEST(ProspectOf, AgreesWithTheCourse) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 500, 1e3, 5e3, {0.6}), {0, 0, 0}, 1, 4);
  const StationSetup station = station_setup(armament, 0);
  PictureTrack track = inbound(0, 0, 20e3, 100, 0);
  track.arrives_s = 300;
  const Prospect prospect = prospect_of(station, track, 100);
  ASSERT_TRUE(prospect.is_possible);
  EXPECT_TRUE(prospect.is_ahead);
  // in at 5 km, a tenth of the way sooner for doubt: 20000 - 100 t = 5000 + 10 t; out at 1 km, 190 s on, 2 s of flight
  EXPECT_NEAR(prospect.begin_s, 100 + 15000.0 / 110, 1e-6);
  EXPECT_NEAR(prospect.ends_s, prospect.begin_s + 1, 1e-9);
  EXPECT_NEAR(prospect.latest_launch_s, 100 + 190 - 2, 1e-6);
}

TEST(ProspectOf, FollowsAFallingCourseDownItsParabola) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 1500, 0, 40e3, {0.6}), {0, 0, 0}, 1, 4);
  armament.weapons[0].max_altitude_m = 24e3;
  const StationSetup station = station_setup(armament, 0);
  PictureTrack track;  // at the apogee, level flight there: falls on the origin
  track.position_m = {0, 100e3, 60e3};
  const double fall_s = std::sqrt(2 * 60e3 / kStandardGravity_mps2);
  track.velocity_mps = {0, -100e3 / fall_s, 0};
  track.arrives_s = 100 + fall_s;
  const Prospect prospect = prospect_of(station, track, 100);
  ASSERT_TRUE(prospect.is_possible);
  // below 24 km after the share sqrt(36/60) of the fall, 22.5 km out: inside the range; within a sample
  EXPECT_NEAR(prospect.begin_s, 100 + std::sqrt(0.6) * fall_s, fall_s / 24 + 1e-9);
}

TEST(CanEverReach, LooksAlongTheCourseUntilArrival) {
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 0, 5e3, {0.6}), {0, 0, 0}, 1, 4);
  const StationSetup station = station_setup(armament, 0);
  PictureTrack track = inbound(0, 0, 40e3, 100);
  EXPECT_TRUE(can_ever_reach(station, track, 0));
  track.arrives_s = 300;  // arrives after 30 km, 10 km off
  EXPECT_FALSE(can_ever_reach(station, track, 0));
  track.arrives_s = 1e6;
  track.velocity_mps = {100, 0, 0};
  EXPECT_FALSE(can_ever_reach(station, track, 0));
}

}  // namespace
}  // namespace pavise
