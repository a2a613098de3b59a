// find_options on 16 stations and 24 tracks that fly in from 60 km: one iteration is a raid of 1,000 decisions. Beside
// the time it prints how many options were found, so that a faster run which finds others shows.
#include <benchmark/benchmark.h>

#include <vector>

#include "interceptors/intercept.hpp"
#include "kernel/command/options.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

Armament sixteen_stations() {
  Armament armament;
  for (int s = 0; s < 16; ++s) {
    Weapon weapon;
    weapon.flyout = &Registry<FlyoutKind>::instance().at("constant_speed");
    weapon.ideal_speed_mps = 700;
    weapon.max_range_m = s < 4 ? 40e3 : s < 8 ? 15e3 : 5e3;
    weapon.sspk = {0.7};
    FireUnit unit;
    unit.reaction_s = 5;
    Station station;
    station.fire_unit = station.pool = station.weapon = s;
    station.position_enu_m = {4000 * sine(0.4 * s), 4000 * cosine(0.4 * s), 0};
    station.rounds = station.ready_rounds = 8;
    armament.weapons.push_back(weapon);
    armament.fire_units.push_back(unit);
    armament.pools.push_back({"", s, 1});
    armament.stations.push_back(station);
  }
  return armament;
}

bool always(const void*, std::int32_t, std::int32_t, std::int32_t) { return true; }

void raid_of_decisions(benchmark::State& state) {
  const Armament armament = sixteen_stations();
  CommandSetup setup;
  setup.assets = {{"hub", {}, 500, 60, 20},
                  {"depot", {2100, 2100, 0}, 300, 40, 10},
                  {"store", {-2100, 2100, 0}, 300, 20, 10},
                  {"yard", {2100, -2100, 0}, 300, 20, 10},
                  {"staff", {-2100, -2100, 0}, 300, 20, 10}};
  setup.identity_names = {"drone"};
  setup.damage_of_identity = {1};
  for (int s = 0; s < 16; ++s) setup.stations.push_back(station_setup(armament, s));
  prepare(setup);
  const std::vector<StationStatus> status(16, {8, 0, 1});
  const std::vector<double> next_launch_s(16, 0.0);
  // engaged tracks are given to no other: at state.range(0) per cent of the time a track is under engagement
  const std::int64_t engaged_percent = state.range(0);
  OptionMemory memory;
  allocate(memory, 1, 16, 24);
  std::vector<Option> options;
  options.reserve(16 * 24);
  std::vector<PictureTrack> tracks(24);
  std::int64_t found = 0;
  for (auto _ : state) {
    clear(memory);
    for (int decision = 0; decision < 1000; ++decision) {
      const double now_s = decision;
      for (int i = 0; i < 24; ++i) {
        const double bearing = 0.26 * i, range_m = 60e3 - 55 * now_s;
        tracks[std::size_t(i)] = {};
        tracks[std::size_t(i)].track = tracks[std::size_t(i)].number = i;
        tracks[std::size_t(i)].position_m = {range_m * sine(bearing), range_m * cosine(bearing), 800};
        tracks[std::size_t(i)].velocity_mps = {-55 * sine(bearing), -55 * cosine(bearing), 0};
        tracks[std::size_t(i)].engagements = (decision / 20 + i * 37) % 100 < engaged_percent;
      }
      evaluate(setup, now_s, tracks);
      options.clear();
      find_options(setup, armament, 0, now_s, tracks, status, next_launch_s, {&always, nullptr}, memory, options);
      found += std::int64_t(options.size());
    }
  }
  state.counters["options"] = double(found) / double(state.iterations());
  state.counters["pairs_per_s"] = benchmark::Counter(16.0 * 24 * 1000, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(raid_of_decisions)->Arg(0)->Arg(90)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pavise
