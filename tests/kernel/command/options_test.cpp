#include "kernel/command/options.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/core/variant.hpp"
#include "tests/kernel/command/small_armament.hpp"

namespace pavise {
namespace {

/// The rules without any memory: every pair is looked at. What find_options must give, whatever it leaves asleep.
std::vector<Option> plain_options(const CommandSetup& setup, const Armament& armament, double now_s,
                                  const std::vector<PictureTrack>& tracks, const std::vector<StationStatus>& status,
                                  const std::vector<double>& next_launch_s) {
  std::vector<Option> options;
  for (std::size_t s = 0; s < armament.stations.size(); ++s)
    for (std::size_t i = 0; i < tracks.size(); ++i) {
      const StationSetup& station = setup.stations[s];
      const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
      if (status[s].channels_free < 1) continue;
      if (weapon.effect != Effect::jammer && status[s].ready < station.rounds_per_order_unit) continue;
      if (setup.is_central && tracks[i].engagements > 0) continue;
      const auto& table = weapon.effect == Effect::jammer ? weapon.hazard_per_s : weapon.sspk;
      if (!(table.at(std::size_t(tracks[i].identity)) > 0)) continue;
      const double launch_s =
          std::max(now_s + armament.fire_units[std::size_t(station.fire_unit)].reaction_s, next_launch_s[s]);
      const Target target{tracks[i].position_m, tracks[i].velocity_mps, now_s, tracks[i].arrives_s};
      const Intercept intercept = predict_intercept(armament, std::int32_t(s), target, launch_s);
      if (!intercept.is_possible) continue;
      Option option;
      option.station = std::int32_t(s);
      option.index = std::int32_t(i);
      option.intercept_s = intercept.time_s;
      option.range_m = intercept.range_m;
      options.push_back(option);
    }
  return options;
}

Armament mixed_armament() {
  Armament armament;
  add_unit(armament, "long", missile("long", 900, 3000, 70e3, {0.8, 0.5}), {-1000, 0, 5}, 3, 8);
  armament.stations.back().facing_rad = kPi / 2, armament.stations.back().half_sector_rad = kPi / 3;
  armament.weapons.back().min_altitude_m = 30, armament.weapons.back().max_altitude_m = 24e3;
  add_unit(armament, "wide", missile("wide", 600, 1500, 25e3, {0.7, 0.0}), {0, 4000, 0}, 2, 6, 2);
  armament.stations.back().facing_rad = -2.5, armament.stations.back().half_sector_rad = 2.0;
  armament.weapons.back().max_altitude_m = 3000;
  Weapon gun = missile("gun", 800, 200, 4000, {0.3, 0.2});
  gun.effect = Effect::gun, gun.rounds_per_burst = 20, gun.max_altitude_m = 2500;
  add_unit(armament, "gun", gun, {500, 500, 0}, 1, 200);
  Weapon jammer;
  jammer.name = "jammer", jammer.effect = Effect::jammer, jammer.max_range_m = 5000, jammer.hazard_per_s = {0.05, 0.0};
  jammer.spin_up_s = 4;
  add_unit(armament, "jammer", jammer, {-500, 300, 0}, 4, 0);
  return armament;
}

/// Tracks as a tracker makes them: they fly, turn, jump at updates, vanish, and slots are used anew.
class RandomTracks {
 public:
  explicit RandomTracks(unsigned seed) : random_(seed) {
    for (std::int32_t slot = 0; slot < 12; ++slot) tracks_.push_back(fresh(slot));
  }
  const std::vector<PictureTrack>& step(double dt_s) {
    for (PictureTrack& track : tracks_) {
      track.position_m = track.position_m + dt_s * track.velocity_mps;
      if (uniform(0, 1) < 0.3) {  // an update
        track.position_m = track.position_m + Vec3{uniform(-50, 50), uniform(-50, 50), uniform(-30, 30)};
        track.velocity_mps = track.velocity_mps + Vec3{uniform(-5, 5), uniform(-5, 5), uniform(-1, 1)};
      }
      if (uniform(0, 1) < 0.01)  // a turn, or a false association far away
        track.velocity_mps = {uniform(-300, 300), uniform(-300, 300), uniform(-20, 20)};
      if (uniform(0, 1) < 0.003) track.position_m = {uniform(-60e3, 60e3), uniform(-60e3, 60e3), uniform(0, 12e3)};
      if (uniform(0, 1) < 0.005) track = fresh(track.track);
    }
    return tracks_;
  }
  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

 private:
  PictureTrack fresh(std::int32_t slot) {
    PictureTrack track = inbound(0, uniform(0, 2 * kPi), uniform(5e3, 120e3), uniform(40, 300), uniform(50, 6000));
    track.track = slot;
    track.number = next_number_++;
    track.identity = uniform(0, 1) < 0.3;
    track.arrives_s = 1e9;
    return track;
  }
  std::mt19937 random_;
  std::vector<PictureTrack> tracks_;
  std::int32_t next_number_ = 0;
};

/// Each machine's build of the lanes in turn; afterwards the one that was chosen before.
class EachVariant {
 public:
  ~EachVariant() { force_simd(before_); }
  template <class Test>
  void run(Test test) {
    for (const Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
      if (!is_supported(simd)) continue;
      SCOPED_TRACE(name_of(simd));
      force_simd(simd);
      test();
    }
  }

 private:
  Simd before_ = chosen_simd();
};

/// More than 64 stations: guns all round in a row behind those of mixed_armament.
Armament seventy_stations() {
  Armament armament = mixed_armament();
  for (int gun = 0; gun < 66; ++gun) {
    Weapon weapon = missile("row", 800, 0, 6000, {0.3, 0.2});
    weapon.effect = Effect::gun, weapon.rounds_per_burst = 20;
    add_unit(armament, "row", weapon, {-20e3 + 600.0 * gun, 2000, 0}, 1, 200);
  }
  return armament;
}

void compare_with_every_pair(const Armament& armament, int decisions, std::size_t at_least) {
  const CommandSetup setup = setup_of(armament, {"drone", "missile"}, true);
  std::size_t possible = 0;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    RandomTracks air(seed);
    OptionMemory memory;
    allocate(memory, 1, std::int32_t(armament.stations.size()), 12);
    std::vector<Option> options;
    std::vector<double> next_launch_s(armament.stations.size(), 0.0);
    for (int decision = 0; decision < decisions; ++decision) {
      const double now_s = 0.5 * decision;
      std::vector<PictureTrack> tracks = air.step(0.5);
      for (PictureTrack& track : tracks) track.engagements = air.uniform(0, 1) < 0.1;
      std::vector<StationStatus> status;
      for (std::size_t s = 0; s < armament.stations.size(); ++s) {
        status.push_back({air.uniform(0, 1) < 0.8 ? 20 : 0, 0, air.uniform(0, 1) < 0.8 ? 1 : 0});
        next_launch_s[s] = air.uniform(0, 1) < 0.8 ? 0 : now_s + air.uniform(0, 40);
      }
      options.clear();
      find_options(setup, armament, 0, now_s, tracks, status, next_launch_s, {&always, nullptr}, memory, options);
      const auto expected = plain_options(setup, armament, now_s, tracks, status, next_launch_s);
      ASSERT_EQ(options.size(), expected.size()) << "decision " << decision;
      for (std::size_t i = 0; i < options.size(); ++i) {
        ASSERT_EQ(options[i].station, expected[i].station);
        ASSERT_EQ(options[i].index, expected[i].index);
        ASSERT_EQ(options[i].intercept_s, expected[i].intercept_s);
        ASSERT_EQ(options[i].range_m, expected[i].range_m);
      }
      possible += options.size();
    }
  }
  EXPECT_GT(possible, at_least);  // the comparison was about something
}

TEST(FindOptions, GivesWhatLookingAtEveryPairGives) {
  EachVariant().run([] { compare_with_every_pair(mixed_armament(), 1500, 10'000u); });
}

TEST(FindOptions, GivesWhatLookingAtEveryPairGivesForMoreStationsThanAWordHasBits) {
  compare_with_every_pair(seventy_stations(), 300, 3'000u);
}

TEST(FindOptions, OpensTheWindowWhenTheFirstRoundsInterceptComesWithinMaximumRange) {
  // head on: a round leaving at range R meets the target at R V/(V + v); it leaves reaction_s after the order
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 0, 10e3, {0.5}), {0, 0, 0}, 1, 4);
  const CommandSetup setup = setup_of(armament, {"drone"}, true);
  const double at_launch_m = 10e3 * (800.0 + 200.0) / 800.0, at_order_m = at_launch_m + 200 * 2;
  for (const double margin_m : {-0.01, 0.01}) {
    const Scene scene(armament, setup, {inbound(0, 0.7, at_order_m + margin_m, 200, 0)});
    EXPECT_EQ(scene.options.size(), margin_m < 0 ? 1u : 0u) << margin_m;
    if (margin_m < 0) {
      EXPECT_NEAR(scene.options[0].range_m, 10e3, 0.01);
    }
  }
}

TEST(FindOptions, LeavesOutOfASalvoTheRoundsWhoseOwnInterceptIsNotInTheWindow) {
  // the target is about to pass inside the minimum range: later rounds of the salvo would meet it there
  Armament armament;
  add_unit(armament, "unit", missile("m", 800, 2000, 10e3, {0.5}), {0, 0, 0}, 1, 5, 4);
  const CommandSetup setup = setup_of(armament, {"drone"}, true);
  const Scene scene(armament, setup, {inbound(0, 0, 2000 * 1000.0 / 800.0 + 200 * (2 + 1.6), 200, 0)});
  ASSERT_EQ(scene.options.size(), 1u);
  EXPECT_EQ(scene.options[0].in_window & 15u, 3u);  // rounds at 0 and 1.5 s; 3 and 4.5 s are too late
  Picture picture = scene.picture;
  ASSERT_TRUE(picture.give(scene.options[0]));
  EXPECT_EQ(picture.status(0).ready, 3);  // two of four rounds were booked
}

TEST(FindOptions, LetsAGunsKillProbabilityFallToZeroBeyondItsEffectiveRange) {
  Armament armament;
  Weapon gun = missile("gun", 1000, 0, 4000, {0.4});
  gun.effect = Effect::gun, gun.effective_range_m = 2000;
  add_unit(armament, "gun", gun, {0, 0, 0}, 1, 100);
  const Scene scene(armament, setup_of(armament, {"drone"}, true), {inbound(0, 0, 3000 * 1.1 + 200, 100, 0)});
  ASSERT_EQ(scene.options.size(), 1u);
  EXPECT_NEAR(scene.options[0].range_m, 3000, 1e-6);
  EXPECT_NEAR(scene.options[0].pk, 0.2, 1e-9);
}

TEST(FindOptions, EstimatesAJammersChanceFromTheDwellThatIsLeft) {
  Armament armament;
  Weapon jammer;
  jammer.effect = Effect::jammer, jammer.max_range_m = 5000, jammer.hazard_per_s = {0.02};
  add_unit(armament, "jammer", jammer, {0, 0, 0}, 1, 0);
  std::vector<PictureTrack> tracks = {inbound(0, 0, 4000, 50, 0)};
  tracks[0].arrives_s = 100 + 4000 / 50.0;
  const Scene scene(armament, setup_of(armament, {"drone"}, true), tracks);
  ASSERT_EQ(scene.options.size(), 1u);
  EXPECT_NEAR(scene.options[0].pk, 1 - std::exp(-0.02 * (80 - 2)), 1e-12);
}

TEST(FindOptions, LeavesOutWhatThePolicyNeverOrders) {
  Armament armament;
  add_unit(armament, "costly", missile("costly", 900, 0, 40e3, {0.8, 0.8}), {0, 0, 0}, 1, 4);
  add_unit(armament, "cheap", missile("cheap", 900, 0, 40e3, {0.8, 0.8}), {0, 0, 0}, 1, 4);
  CommandSetup setup = setup_of(armament, {"drone", "ballistic"}, true);
  setup.doctrine.by_identity.resize(2);
  setup.doctrine.by_identity[0].prefer = {"cheap"};
  setup.doctrine.by_identity[1].prefer = {"costly", "cheap"};
  const PolicyKind& kind = Registry<PolicyKind>::instance().at("doctrine");
  const auto policy = kind.make(defaults_of(kind.info));
  policy->begin(setup);
  OptionMemory memory;
  allocate(memory, 1, 2, 4);
  consider(memory, setup, *policy);
  std::vector<PictureTrack> tracks = {inbound(0, 0, 20e3, 50), inbound(1, 1, 20e3, 50)};
  tracks[1].identity = 1;
  std::vector<Option> options;
  const std::vector<StationStatus> status(2, {4, 0, 1});
  const std::vector<double> next_launch_s(2, 0.0);
  find_options(setup, armament, 0, 0, tracks, status, next_launch_s, {&always, nullptr}, memory, options);
  ASSERT_EQ(options.size(), 3u);
  EXPECT_EQ(options[0].station, 0);
  EXPECT_EQ(options[0].index, 1);
}

/// What the policy orders with these options and full magazines: pairs of station and track number.
std::vector<std::array<std::int32_t, 2>> orders_of(Policy& policy, const CommandSetup& setup, double now_s,
                                                   const std::vector<PictureTrack>& tracks,
                                                   const std::vector<StationStatus>& status,
                                                   const std::vector<Option>& options) {
  Picture picture;
  picture.now_s = now_s;
  picture.setup = &setup;
  picture.tracks = tracks;
  picture.options = options;
  picture.stations = status;
  for (const StationStatus& own : status) picture.pool_free.push_back(own.channels_free);  // a pool per station
  for (const PictureTrack& track : tracks) picture.engaged.push_back(track.engagements);
  picture.ordered.assign(tracks.size(), 0);
  picture.unit_engages.assign(setup.fire_unit_names.size() * tracks.size(), 0);
  policy.decide(picture);
  std::vector<std::array<std::int32_t, 2>> orders;
  for (const Picture::Given& given : picture.given) {
    const Option& option = options[std::size_t(given.option)];
    orders.push_back({option.station, tracks[std::size_t(option.index)].number});
  }
  return orders;
}

TEST(FindOptions, LeavesOutTracksThatWaitWithoutChangingAnOrder) {
  const Armament armament = mixed_armament();
  CommandSetup setup = setup_of(armament, {"drone", "missile"}, true);
  setup.doctrine.by_identity.resize(2);
  setup.doctrine.by_identity[0].prefer = {"jammer", "gun", "wide", "long"};
  setup.doctrine.by_identity[1].prefer = {"gun", "long"};
  const PolicyKind& kind = Registry<PolicyKind>::instance().at("doctrine");
  const auto policy = kind.make(defaults_of(kind.info));
  std::size_t left_out = 0, ordered = 0;
  for (const bool is_central : {true, false}) {
    setup.is_central = is_central;
    policy->begin(setup);
    for (unsigned seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(seed);
      RandomTracks air(seed);
      OptionMemory memory, plain;
      for (OptionMemory* each : {&memory, &plain}) allocate(*each, 1, std::int32_t(armament.stations.size()), 12);
      consider(memory, setup, *policy);
      std::vector<Option> options, all;
      const std::vector<double> next_launch_s(armament.stations.size(), 0.0);
      for (int decision = 0; decision < 1500; ++decision) {
        const double now_s = 0.5 * decision;
        std::vector<PictureTrack> tracks = air.step(0.5);
        for (PictureTrack& track : tracks) {
          track.arrives_s = std::numeric_limits<double>::infinity();
          track.engagements = air.uniform(0, 1) < 0.1;
        }
        evaluate(setup, now_s, tracks);
        std::vector<StationStatus> status;
        for (std::size_t s = 0; s < armament.stations.size(); ++s)
          status.push_back({int(air.uniform(0, 4)) * 20, 0, int(air.uniform(0, 4))});
        options.clear();
        all.clear();
        find_options(setup, armament, 0, now_s, tracks, status, next_launch_s, {&always, nullptr}, memory, options);
        find_options(setup, armament, 0, now_s, tracks, status, next_launch_s, {&always, nullptr}, plain, all);
        const auto orders = orders_of(*policy, setup, now_s, tracks, status, options);
        ASSERT_EQ(orders, orders_of(*policy, setup, now_s, tracks, status, all)) << "decision " << decision;
        ordered += orders.size();
        for (const Option& option : all)
          left_out += tracks[std::size_t(option.index)].identity == 0;
        for (const Option& option : options)
          left_out -= tracks[std::size_t(option.index)].identity == 0;
      }
    }
  }
  EXPECT_GT(ordered, 1000u);
  EXPECT_GT(left_out, 1000u);  // every weapon is on the list of identity 0: what is missing waits
}

TEST(Evaluate, FindsTheAssetThatACourseLeadsToAndWhen) {
  const Armament armament;
  const CommandSetup setup = setup_of(armament, {"drone"}, true);
  std::vector<PictureTrack> tracks = {inbound(0, 1.0, 12e3, 60), inbound(1, 2.0, 12e3, 60)};
  tracks[1].position_m = tracks[1].position_m + Vec3{3000, -2000, 0};  // shifted: heads for the depot
  evaluate(setup, 50, tracks);
  EXPECT_EQ(tracks[0].asset, 0);
  EXPECT_EQ(tracks[1].asset, 1);
  EXPECT_NEAR(tracks[0].arrives_s, 50 + 12e3 / 60, 1e-6);
  EXPECT_NEAR(tracks[1].arrives_s, 50 + 12e3 / 60, 1e-6);
  EXPECT_GT(tracks[0].value_at_risk, 0);
  EXPECT_LE(tracks[0].value_at_risk, 60 * (1 - std::exp(-1.0 / 20)) + 40 * (1 - std::exp(-1.0 / 10)));
}

TEST(Evaluate, FollowsAVacuumParabolaForWhatFliesSteeply) {
  const Armament armament;
  const CommandSetup setup = setup_of(armament, {"ballistic"}, true);
  PictureTrack track;  // 40 km up, falling; impact at 2 g h + vz^2 = v^2
  track.position_m = {-30e3, 0, 40e3};
  const double fall_s = (-500 + std::sqrt(500.0 * 500 + 2 * kStandardGravity_mps2 * 40e3)) / kStandardGravity_mps2;
  track.velocity_mps = {30e3 / fall_s, 0, -500};
  std::vector<PictureTrack> tracks = {track};
  evaluate(setup, 0, tracks);
  EXPECT_EQ(tracks[0].asset, 0);
  EXPECT_NEAR(tracks[0].arrives_s, fall_s, 1e-9);
}

TEST(Evaluate, GivesForManyTracksWhatItGivesForEachAlone) {
  const Armament armament;
  const CommandSetup setup = setup_of(armament, {"drone", "ballistic"}, true);
  RandomTracks air(4);
  EachVariant().run([&] {
    for (int decision = 0; decision < 400; ++decision) {
      std::vector<PictureTrack> tracks = air.step(2);
      for (PictureTrack& track : tracks) {
        track.arrives_s = std::numeric_limits<double>::infinity();
        track.sigma_position_m = air.uniform(0, 300);
        if (air.uniform(0, 1) < 0.1) track.velocity_mps.z = -500;       // falls
        if (air.uniform(0, 1) < 0.05) track.velocity_mps = {};          // stands
        if (air.uniform(0, 1) < 0.05) track.identity = 7;               // nobody knows what it would cost
      }
      std::vector<PictureTrack> expected = tracks;
      for (PictureTrack& track : expected) evaluate_track(setup, decision, track);
      evaluate(setup, decision, tracks);
      for (std::size_t i = 0; i < tracks.size(); ++i) {
        ASSERT_EQ(tracks[i].asset, expected[i].asset);
        ASSERT_EQ(tracks[i].arrives_s, expected[i].arrives_s);
        ASSERT_EQ(tracks[i].value_at_risk, expected[i].value_at_risk);
      }
    }
  });
}

TEST(Evaluate, KeepsAnArrivalThatIsKnown) {
  const Armament armament;
  std::vector<PictureTrack> tracks = {inbound(0, 1.0, 30e3, 60)};
  tracks[0].arrives_s = 123;
  evaluate(setup_of(armament, {"drone"}, true), 50, tracks);
  EXPECT_EQ(tracks[0].arrives_s, 123);
}

}  // namespace
}  // namespace pavise
