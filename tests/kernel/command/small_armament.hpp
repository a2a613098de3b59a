// A small armament and pictures for tests of command.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

#include "interceptors/intercept.hpp"
#include "kernel/command/options.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {

inline Weapon missile(const std::string& name, double speed_mps, double min_range_m, double max_range_m,
                      std::vector<double> sspk) {
  Weapon weapon;
  weapon.name = name;
  weapon.flyout = &Registry<FlyoutKind>::instance().at("constant_speed");
  weapon.ideal_speed_mps = speed_mps;
  weapon.min_range_m = min_range_m;
  weapon.max_range_m = max_range_m;
  weapon.sspk = std::move(sspk);
  return weapon;
}

/// A unit with a pool of its own and one station.
inline void add_unit(Armament& armament, const std::string& name, Weapon weapon, Vec3 position_m, std::int32_t channels,
                     std::int32_t rounds, std::int32_t salvo = 1) {
  FireUnit unit;
  unit.name = name;
  unit.position_enu_m = position_m;
  unit.reaction_s = 2;
  unit.assessment_delay_s = 1;
  unit.salvo = salvo;
  unit.shot_separation_s = 1.5;
  Station station;
  station.name = name;
  station.fire_unit = std::int32_t(armament.fire_units.size());
  station.pool = std::int32_t(armament.pools.size());
  station.weapon = std::int32_t(armament.weapons.size());
  station.position_enu_m = position_m;
  station.ready_rounds = station.rounds = station.ready_capacity = rounds;
  armament.pools.push_back({name, station.fire_unit, channels});
  armament.weapons.push_back(std::move(weapon));
  armament.fire_units.push_back(unit);
  armament.stations.push_back(station);
}

inline CommandSetup setup_of(const Armament& armament, std::vector<std::string> identities, bool is_central) {
  CommandSetup setup;
  setup.assets = {{"hub", {0, 0, 0}, 300, 60, 20}, {"depot", {3000, -2000, 0}, 200, 40, 10}};
  setup.identity_names = std::move(identities);
  setup.damage_of_identity.assign(setup.identity_names.size(), 1.0);
  for (const FireUnit& unit : armament.fire_units) setup.fire_unit_names.push_back(unit.name);
  for (const ChannelPool& pool : armament.pools) setup.pool_channels.push_back(pool.channels);
  for (std::size_t s = 0; s < armament.stations.size(); ++s)
    setup.stations.push_back(station_setup(armament, std::int32_t(s)));
  setup.is_central = is_central;
  prepare(setup);
  return setup;
}

inline bool always(const void*, std::int32_t, std::int32_t, std::int32_t) { return true; }

/// A picture with full magazines and free channels over tracks and the options that find_options gives for them.
struct Scene {
  Scene(const Armament& a, CommandSetup s, std::vector<PictureTrack> t, double now_s = 100)
      : armament(a), setup(std::move(s)), tracks(std::move(t)) {
    evaluate(setup, now_s, tracks);
    for (const Station& station : armament.stations)
      picture.stations.push_back({station.ready_rounds, 0, armament.pools[std::size_t(station.pool)].channels});
    const std::vector<double> next_launch_s(armament.stations.size(), 0.0);
    OptionMemory memory;
    allocate(memory, 1, std::int32_t(armament.stations.size()), 64);
    find_options(setup, armament, 0, now_s, tracks, picture.stations, next_launch_s, {&always, nullptr}, memory,
                 options);
    picture.now_s = now_s;
    picture.setup = &setup;
    picture.tracks = tracks;
    picture.options = options;
    picture.pool_free = setup.pool_channels;
    picture.engaged.assign(tracks.size(), 0);
    picture.ordered.assign(tracks.size(), 0);
    picture.unit_engages.assign(tracks.size() * setup.fire_unit_names.size(), 0);
  }

  /// (station, track number, rounds) of what was given, in order.
  std::vector<std::array<std::int32_t, 3>> orders() const {
    std::vector<std::array<std::int32_t, 3>> result;
    for (const Picture::Given& given : picture.given) {
      const Option& option = options[std::size_t(given.option)];
      result.push_back({option.station, tracks[std::size_t(option.index)].number, given.rounds});
    }
    return result;
  }
  void decide(const std::string& policy_name) {
    const PolicyKind& kind = Registry<PolicyKind>::instance().at(policy_name);
    const auto policy = kind.make(defaults_of(kind.info));
    policy->begin(setup);
    policy->decide(picture);
  }

  const Armament& armament;
  CommandSetup setup;
  std::vector<PictureTrack> tracks;
  std::vector<Option> options;
  Picture picture;
};

/// A track that flies level towards the origin.
inline PictureTrack inbound(std::int32_t number, double bearing_rad, double range_m, double speed_mps,
                            double altitude_m = 500, std::int32_t identity = 0) {
  PictureTrack track;
  track.track = track.number = number;
  track.position_m = {range_m * sine(bearing_rad), range_m * cosine(bearing_rad), altitude_m};
  track.velocity_mps = {-speed_mps * sine(bearing_rad), -speed_mps * cosine(bearing_rad), 0};
  track.identity = identity;
  return track;
}

}  // namespace pavise
