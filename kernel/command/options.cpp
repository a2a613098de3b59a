#include "kernel/command/options.hpp"

#include <algorithm>

#include "kernel/command/options_lanes.hpp"
#include "kernel/command/reach.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLastResortRest_m = 2000;  // a last resort that another spares is looked at again after this much moving

/// When a target on a straight course leaves the station's range band (or arrives); from now on, in seconds after now.
double window_ends_after_s(const Station& station, const Weapon& weapon, const PictureTrack& track, double now_s) {
  const Vec3 r = track.position_m - station.position_enu_m, v = track.velocity_mps;
  const double v2 = dot(v, v), rv = dot(r, v), r2 = dot(r, r);
  double after_s = track.arrives_s - now_s;
  if (v2 > 0) {
    const double out2 = rv * rv - v2 * (r2 - weapon.max_range_m * weapon.max_range_m);
    if (out2 > 0) after_s = std::min(after_s, (-rv + std::sqrt(out2)) / v2);
    const double in2 = rv * rv - v2 * (r2 - weapon.min_range_m * weapon.min_range_m);
    if (in2 > 0 && r2 > weapon.min_range_m * weapon.min_range_m && rv < 0)
      after_s = std::min(after_s, (-rv - std::sqrt(in2)) / v2);
  }
  return std::min(std::max(after_s, 0.0), 1e6);
}

/// Command's estimate of the single-shot kill probability, from the estimated identity.
double kill_probability(const Weapon& weapon, std::int32_t identity, double range_m, double dwell_s) {
  const std::vector<double>& table = weapon.effect == Effect::jammer ? weapon.hazard_per_s : weapon.sspk;
  if (std::size_t(identity) >= table.size()) return 0;
  const double value = table[std::size_t(identity)];
  if (weapon.effect == Effect::jammer) return 1 - exponential(-value * dwell_s);
  if (weapon.effect == Effect::gun && range_m > weapon.effective_range_m) {
    const double span_m = weapon.max_range_m - weapon.effective_range_m;
    return span_m > 0 ? value * std::max(weapon.max_range_m - range_m, 0.0) / span_m : 0;
  }
  return value;
}

/// Bit j: round j of a default order meets the track in its window.
std::uint64_t rounds_in_window(const Armament& armament, std::int32_t station, const Target& target, double launch_s,
                               std::int32_t ready) {
  const FireUnit& unit = armament.fire_units[std::size_t(armament.stations[std::size_t(station)].fire_unit)];
  std::uint64_t in_window = ~std::uint64_t{0};
  for (std::int32_t j = 1; j < std::min({unit.salvo, ready, 64}); ++j)
    if (!predict_intercept(armament, station, target, launch_s + j * unit.shot_separation_s).is_possible)
      in_window &= ~(std::uint64_t{1} << j);
  return in_window;
}

EnvelopeColumns envelopes_of(const OptionMemory& m) {
  return {.x_m = m.x_m.data(),
          .y_m = m.y_m.data(),
          .z_m = m.z_m.data(),
          .max_range_m = m.max_range_m.data(),
          .min_range_m = m.min_range_m.data(),
          .inner_m = m.inner_m.data(),
          .min_altitude_m = m.min_altitude_m.data(),
          .max_altitude_m = m.max_altitude_m.data(),
          .ceiling_m = m.ceiling_m.data(),
          .edge_x = {m.edge_x[0].data(), m.edge_x[1].data()},
          .edge_y = {m.edge_y[0].data(), m.edge_y[1].data()},
          .edge_free_m = m.edge_free_m.data(),
          .is_wide = m.is_wide.data(),
          .flight_s = m.flight_s.data(),
          .last_flight_s_per_m = m.last_flight_s_per_m.data(),
          .wait_s = m.wait_s.data(),
          .launch_s = m.launch_s.data()};
}

CourseColumns courses_of(const OptionMemory& m) {
  return {m.course[0].data(), m.course[1].data(),  m.course[2].data(), m.course[3].data(),   m.course[4].data(),
          m.course[5].data(), m.speed_mps.data(), m.moved_m.data(),   m.turned_mps.data(), m.arrives_s.data()};
}

/// Where each track has got to since the last decision: odometers, and the slots that were used anew.
void read_odometers(const CommandSetup& setup, std::span<const PictureTrack> tracks, OptionMemory& memory) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const PictureTrack& track = tracks[i];
    const std::size_t at = std::size_t(track.track);
    TrackMemory& last = memory.track(at);
    const Vec3 p = track.position_m, v = track.velocity_mps;
    if (last.number != track.number || last.identity != track.identity) {
      last = TrackMemory{};
      last.number = track.number, last.identity = track.identity;
      std::fill_n(memory.wakes(at), padded_rows<double>(std::size_t(memory.stations)), 0.0);
    } else {
      last.moved_m += length(p - last.position_m);
      last.turned_mps += length(v - last.velocity_mps);
    }
    last.position_m = p, last.velocity_mps = v;
    memory.course[0][i] = p.x, memory.course[1][i] = p.y, memory.course[2][i] = p.z;
    memory.course[3][i] = v.x, memory.course[4][i] = v.y, memory.course[5][i] = v.z;
    memory.speed_mps[i] = length(v);
    memory.arrives_s[i] = track.arrives_s;
    memory.moved_m[i] = last.moved_m;
    memory.turned_mps[i] = last.turned_mps;
    memory.row[i] = setup.is_central && track.engagements > 0 ? -1 : track.track;
    memory.kind[i] = std::int32_t(std::min(std::size_t(track.identity), std::size_t(memory.identities_known)));
  }
}

/// When each station can launch, and whether it can be ordered to.
void read_stations(const CommandSetup& setup, double now_s, std::span<const StationStatus> status,
                   std::span<const double> next_launch_s, OptionMemory& memory) {
  for (std::size_t s = 0; s < setup.stations.size(); ++s) {
    const StationSetup& own = setup.stations[s];
    const bool can_order =
        status[s].channels_free > 0 && (own.is_soft_kill || status[s].ready >= own.rounds_per_order_unit);
    const double soonest_s = now_s + memory.reaction_s[s];
    memory.wait_s[s] = can_order ? std::max(next_launch_s[s] - soonest_s, 0.0) : -kInfinity;
    memory.launch_s[s] = std::max(soonest_s, next_launch_s[s]);
  }
}

/// The pairs to look at, by track, within it by station. Asleep: cannot have come within reach since it was last looked
/// at (a station that is not free yet reaches further).
void wake_pairs(std::size_t tracks, OptionMemory& memory) {
  const SleepColumns sleep{.wake_at_m = memory.wakes(0),
                           .stride = memory.stride / sizeof(double),
                           .row = memory.row.data(),
                           .usable = memory.usable.data(),
                           .kind = memory.kind.data(),
                           .stations = memory.stations,
                           .words = memory.words};
  memory.pair_count = std::size_t(PAVISE_VARIANTS(find_awake)(sleep, envelopes_of(memory), courses_of(memory),
                                                              std::int32_t(tracks), memory.pairs.data()));
}

/// Fills the last vector of pairs up; how many there are then.
std::int32_t whole_vectors(OptionMemory& memory) {
  std::size_t count = memory.pair_count;
  if (count == 0) return 0;
  const std::uint32_t last = memory.pairs[count - 1];
  while (count % kPairsAtOnce != 0) memory.pairs[count++] = last;
  return std::int32_t(count);
}

/// Whether a station that is no last resort against the track can reach it (the same in all of one decision).
bool is_spared(const CommandSetup& setup, double now_s, const PictureTrack& track, std::size_t i,
               std::span<const StationStatus> status, OptionMemory& memory) {
  std::uint8_t& reach = memory.tracks_reach[i];
  if (reach == 0) {
    std::int32_t& first = memory.track(std::size_t(track.track)).reaches_first;
    const std::int32_t station =
        find_reaching(setup, memory.others[std::size_t(track.identity)], status, track, now_s, first);
    if (station >= 0) first = station;
    reach = station >= 0 ? 2 : 1;
  }
  return reach == 2;
}

/// Keeps the awake pairs that geometry and the policy's plain rules do not exclude; the others go to sleep.
void keep_near(const CommandSetup& setup, double now_s, std::span<const PictureTrack> tracks,
               std::span<const StationStatus> status, OptionMemory& memory) {
  const std::size_t stations = setup.stations.size();
  std::fill_n(memory.tracks_reach.data(), tracks.size(), std::uint8_t(0));
  PAVISE_VARIANTS(look_at_pairs)(envelopes_of(memory), courses_of(memory), memory.pairs.data(),
                                 whole_vectors(memory), memory.pair_wake_at_m.data(), memory.pair_far_m.data());
  std::size_t kept = 0;
  for (std::size_t k = 0; k < memory.pair_count; ++k) {
    const std::uint32_t pair = memory.pairs[k];
    const std::size_t i = index_of(pair), s = station_of(pair);
    if (memory.launch_s[s] >= memory.arrives_s[i]) continue;
    double& wake_at_m = memory.wakes(std::size_t(memory.row[i]))[s];
    wake_at_m = memory.pair_wake_at_m[k];
    if (memory.pair_far_m[k] > 0) continue;

    const PictureTrack& track = tracks[i];
    if (track.identity < memory.identities &&
        memory.is_last_resort[std::size_t(track.identity) * stations + s] &&
        is_spared(setup, now_s, track, i, status, memory)) {
      wake_at_m = memory.moved_m[i] + memory.flight_s[s] * memory.turned_mps[i] + kLastResortRest_m;
      continue;
    }
    memory.pairs[kept++] = pair;
  }
  memory.pair_count = kept;
}

/// Whether all pairs [first, end) of one track wait for a better station.
bool is_waiting(const CommandSetup& setup, double now_s, const PictureTrack& track,
                std::span<const StationStatus> status, std::size_t first, std::size_t end, OptionMemory& memory) {
  if (track.identity >= memory.identities) return false;
  const std::span<const std::int32_t> pairs_near{memory.pairs_near.data(), setup.stations.size()};
  for (std::size_t k = first; k < end; ++k)
    if (!(memory.last_flight_s_per_m[station_of(memory.pairs[k])] > 0)) return false;
  std::int32_t& answers_first = memory.track(std::size_t(track.track)).answers_first;
  std::int32_t asked_weapon = -1, asked_unit = -1;  // what the last answer holds for
  double better_ends_s = kInfinity;
  for (std::size_t k = first; k < end; ++k) {
    const std::size_t s = station_of(memory.pairs[k]);
    const StationSetup& own = setup.stations[s];
    const double at_least_s = memory.pair_at_least_s[k];
    const bool is_known = asked_weapon == own.weapon && (setup.is_central || asked_unit == own.fire_unit);
    if (!is_known || !(better_ends_s + own.reaction_s <= at_least_s)) {
      const Policy::BetterTry better = memory.policy->better_try(setup, status, pairs_near, track, now_s,
                                                                 std::int32_t(s), at_least_s, answers_first);
      better_ends_s = better.ends_s;
      if (better.station >= 0) answers_first = better.station;
    }
    if (!(better_ends_s + own.reaction_s <= at_least_s)) return false;
    asked_weapon = own.weapon, asked_unit = own.fire_unit;
  }
  return true;
}

/// Leaves out the tracks of which every pair waits for a better station (Policy::better_try): no order can come of them
/// in this decision.
void leave_out_waiting(const CommandSetup& setup, double now_s, std::span<const PictureTrack> tracks,
                       std::span<const StationStatus> status, OptionMemory& memory) {
  std::fill_n(memory.pairs_near.data(), setup.stations.size(), 0);
  for (std::size_t k = 0; k < memory.pair_count; ++k) ++memory.pairs_near[station_of(memory.pairs[k])];
  PAVISE_VARIANTS(last_launches_at_least)(envelopes_of(memory), courses_of(memory), now_s, memory.pairs.data(),
                                          whole_vectors(memory), memory.pair_at_least_s.data());
  std::size_t kept = 0;
  for (std::size_t first = 0, end = 0; first < memory.pair_count; first = end) {
    const std::uint32_t i = index_of(memory.pairs[first]);
    while (end < memory.pair_count && index_of(memory.pairs[end]) == i) ++end;
    if (is_waiting(setup, now_s, tracks[i], status, first, end, memory)) continue;
    for (std::size_t k = first; k < end; ++k) memory.pairs[kept++] = memory.pairs[k];
  }
  memory.pair_count = kept;
}

}  // namespace

StationSetup station_setup(const Armament& armament, std::int32_t index) {
  const Station& station = armament.stations[std::size_t(index)];
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  const FireUnit& unit = armament.fire_units[std::size_t(station.fire_unit)];
  StationSetup setup;
  setup.name = station.name;
  setup.weapon_name = weapon.name;
  setup.fire_unit = station.fire_unit;
  setup.pool = station.pool;
  setup.weapon = station.weapon;
  setup.salvo = unit.salvo;
  setup.rounds_per_order_unit = weapon.effect == Effect::gun ? weapon.rounds_per_burst : 1;
  setup.is_soft_kill = weapon.effect == Effect::jammer;
  setup.is_gun = weapon.effect == Effect::gun;
  setup.unit_cost = weapon.unit_cost;
  setup.ready_rounds = station.ready_rounds;
  setup.position_m = station.position_enu_m;
  setup.min_range_m = weapon.min_range_m, setup.max_range_m = weapon.max_range_m;
  setup.min_altitude_m = weapon.min_altitude_m, setup.max_altitude_m = weapon.max_altitude_m;
  setup.facing_rad = station.facing_rad, setup.half_sector_rad = station.half_sector_rad;
  setup.reaction_s = unit.reaction_s;
  setup.look_s = unit.assessment_delay_s + unit.reaction_s;
  setup.speed_mps = weapon.ideal_speed_mps;
  setup.facing_x = sine(station.facing_rad), setup.facing_y = cosine(station.facing_rad);
  setup.cosine_half_sector = station.half_sector_rad < kPi ? cosine(station.half_sector_rad) : -1;
  if (weapon.effect == Effect::jammer)
    for (const double hazard : weapon.hazard_per_s) setup.pk_by_identity.push_back(hazard > 0 ? 1 : 0);
  else
    setup.pk_by_identity = weapon.sspk;
  return setup;
}

void find_options(const CommandSetup& setup, const Armament& armament, std::int32_t lane, double now_s,
                  std::span<const PictureTrack> tracks, std::span<const StationStatus> status,
                  std::span<const double> next_launch_s, const MayOrder& may_order, OptionMemory& memory,
                  std::vector<Option>& options) {
  PAVISE_ASSERT(lane >= 0 && lane < memory.replications && tracks.size() <= std::size_t(memory.capacity));
  if (!memory.is_ready) prepare(memory, armament);
  read_odometers(setup, tracks, memory);
  read_stations(setup, now_s, status, next_launch_s, memory);
  wake_pairs(tracks.size(), memory);
  if (memory.pair_count > 0) keep_near(setup, now_s, tracks, status, memory);
  if (memory.pair_count > 0 && memory.policy != nullptr) leave_out_waiting(setup, now_s, tracks, status, memory);

  // from by track to by station
  std::uint32_t* const pairs = memory.pairs.data();
  for (std::size_t k = 0; k < memory.pair_count; ++k) pairs[k] = pair_of(station_of(pairs[k]), index_of(pairs[k]));
  std::sort(pairs, pairs + memory.pair_count);
  for (std::size_t k = 0; k < memory.pair_count; ++k) {
    const std::size_t s = index_of(pairs[k]), i = station_of(pairs[k]);
    const Station& station = armament.stations[s];
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    const FireUnit& unit = armament.fire_units[std::size_t(station.fire_unit)];
    const double launch_s = memory.launch_s[s];
    const PictureTrack& track = tracks[i];
    const Target target{track.position_m, track.velocity_mps, now_s, track.arrives_s};
    const Intercept intercept = predict_intercept(armament, std::int32_t(s), target, launch_s);
    if (!intercept.is_possible || !may_order.ask(may_order.self, lane, std::int32_t(s), track.track)) continue;

    const double ends_after_s = window_ends_after_s(station, weapon, track, now_s);
    const double flight_s = intercept.time_s - launch_s;
    Option option;
    option.station = std::int32_t(s);
    option.fire_unit = station.fire_unit;
    option.weapon = station.weapon;
    option.index = std::int32_t(i);
    option.intercept_s = intercept.time_s;
    option.range_m = intercept.range_m;
    option.target_range_m = length(track.position_m - station.position_enu_m);
    option.point_m = intercept.point_m;
    option.pk =
        kill_probability(weapon, track.identity, intercept.range_m, std::max(now_s + ends_after_s - launch_s, 0.0));
    // the window's last intercept, less a flight of the same mean speed to there
    const Vec3 last_m = track.position_m + ends_after_s * track.velocity_mps - station.position_enu_m;
    const double last_flight_s = intercept.range_m > 0 ? flight_s * (length(last_m) / intercept.range_m) : 0;
    option.last_launch_s = std::max(launch_s, now_s + ends_after_s - last_flight_s);
    if (weapon.effect == Effect::missile && unit.salvo > 1)
      option.in_window = rounds_in_window(armament, std::int32_t(s), target, launch_s, status[s].ready);
    options.push_back(option);
  }
}

}  // namespace pavise
