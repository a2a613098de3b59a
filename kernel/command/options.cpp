#include "kernel/command/options.hpp"

#include <algorithm>

#include "kernel/command/reach.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLastResortRest_m = 2000;  // a last resort that another spares is looked at again after this much moving
constexpr double kRoundingSlack_m = 1.0;  // margins are trusted to this: doubles err by 1e-9 m here

double launch_delay_s(const Armament& armament, std::size_t station) {
  return armament.fire_units[std::size_t(armament.stations[station].fire_unit)].reaction_s;
}

/// How long a round can fly at most to an intercept in its envelope that lies no more than ceiling_m above its launcher.
struct LongestFlight {
  double time_s = 0, ceiling_m = kInfinity;
};

/// A weapon whose flights to high targets last much longer (an interceptor drone climbs slowly) gets a ceiling.
LongestFlight longest_flight(const Weapon& weapon, double launcher_m) {
  LongestFlight longest;
  if (weapon.flyout == nullptr || weapon.flyout->time_of_flight_s == nullptr || weapon.effect == Effect::jammer)
    return longest;
  longest.time_s = weapon.max_range_m / weapon.ideal_speed_mps;
  if (weapon.flight_table) {
    // interpolated between its nodes, so never above the greatest of them; solved to a millisecond
    for (const auto& row : weapon.flight_table->time_s)
      for (const double flight_s : row)
        if (flight_s < kInfinity) longest.time_s = std::max(longest.time_s, flight_s);
    longest.time_s += 0.01;
    return longest;
  }
  // sampled over the envelope from below upwards; a twentieth more covers what lies between samples
  constexpr int kHeights = 20, kRanges = 40, kDepressions = 18;
  constexpr double kMuchLonger = 1.25, kBetweenSamples = 1.05;
  const double highest_m = std::min(std::max(weapon.max_altitude_m - launcher_m, 0.0), weapon.max_range_m);
  const auto take = [&](double& most_s, double range_m, double elevation_rad) {
    const double flight_s = weapon.flyout->time_of_flight_s(weapon, range_m, elevation_rad);
    if (flight_s < kInfinity) most_s = std::max(most_s, flight_s);
  };
  for (int range = 1; range <= kRanges; ++range)
    for (int down = 0; down <= kDepressions; ++down)
      take(longest.time_s, weapon.max_range_m * range / kRanges, -down * (kPi / 2 / kDepressions));
  double lowest_s = 0;
  for (int height = 1; height <= kHeights; ++height) {
    const double top_m = highest_m * height / kHeights;
    double most_s = longest.time_s;
    for (int range = 1; range <= kRanges; ++range) {
      const double range_m = weapon.max_range_m * range / kRanges;
      take(most_s, range_m, arcsine(std::min(top_m / range_m, 1.0)));
    }
    if (height == 1) lowest_s = most_s;
    if (most_s > kMuchLonger * lowest_s) {
      longest.ceiling_m = highest_m * (height - 1) / kHeights;
      break;
    }
    longest.time_s = most_s;
  }
  longest.time_s *= kBetweenSamples;
  return longest;
}

/// The greatest time of flight per metre of slant range; 0: not known.
double slowest_s_per_m(const Weapon& weapon) {
  if (weapon.flyout == nullptr || weapon.flyout->time_of_flight_s == nullptr || !(weapon.min_range_m > 0)) return 0;
  double slowest = 1 / weapon.ideal_speed_mps;
  if (weapon.flight_table) {
    // linear between nodes, so that no ratio exceeds that of a node
    const FlightTable& table = *weapon.flight_table;
    for (const auto& row : table.time_s)
      for (int node = 1; node < FlightTable::kRanges; ++node)
        if (row[node] < kInfinity) slowest = std::max(slowest, row[node] / (node * table.range_step_m));
    return 1.001 * slowest;
  }
  for (int range = 1; range <= 40; ++range)
    for (int elevation = -18; elevation <= 18; ++elevation) {
      const double range_m = weapon.max_range_m * range / 40.0;
      const double flight_s = weapon.flyout->time_of_flight_s(weapon, range_m, elevation * (kPi / 36));
      if (flight_s < kInfinity) slowest = std::max(slowest, flight_s / range_m);
    }
  return 1.05 * slowest;
}

void prepare_memory(OptionMemory& memory, const Armament& armament) {
  memory.is_ready = true;
  for (std::size_t s = 0; s < armament.stations.size(); ++s) {
    const Station& station = armament.stations[s];
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    // a jammer's effect begins when it has spun up
    const double delay_s = launch_delay_s(armament, s);
    const LongestFlight longest = longest_flight(weapon, station.position_enu_m.z);
    memory.flight_s[s] =
        weapon.effect == Effect::jammer ? std::max(delay_s, weapon.spin_up_s) : delay_s + longest.time_s;
    memory.slowest_s_per_m[s] = weapon.effect == Effect::missile ? slowest_s_per_m(weapon) : 0;
    memory.ceiling_m[s] = station.position_enu_m.z + longest.ceiling_m;
    if (station.half_sector_rad < kPi) {
      // bearings run clockwise from north; the inward normal of an edge at bearing b is that bearing turned by 90
      // degrees
      const double left = station.facing_rad - station.half_sector_rad,
                   right = station.facing_rad + station.half_sector_rad;
      memory.edge_x[0][s] = cosine(left), memory.edge_y[0][s] = -sine(left);
      memory.edge_x[1][s] = -cosine(right), memory.edge_y[1][s] = sine(right);
    }
  }
}

/// How far a target at p may still come off its straight course of the next T seconds before that course comes within
/// the station's envelope; <= 0: look at it.
double margin_m(const Station& station, const Weapon& weapon, const OptionMemory& memory, std::size_t s, Vec3 p,
                Vec3 v) {
  const double flight_s = memory.flight_s[s];
  const Vec3 r = p - station.position_enu_m, way = flight_s * v, end = r + way;
  // nearest and furthest place of the course
  const double r2 = dot(r, r), way2 = dot(way, way), ahead = -dot(r, way);
  double nearest2 = r2;
  if (ahead > 0) nearest2 = ahead < way2 ? std::max(r2 - ahead * ahead / way2, 0.0) : dot(end, end);
  double outside_m = std::sqrt(nearest2) - weapon.max_range_m;
  if (weapon.min_range_m > 0)
    outside_m = std::max(outside_m, weapon.min_range_m - std::sqrt(std::max(r2, dot(end, end))));
  // a jammer's order depends on range alone (predict_intercept)
  if (weapon.effect != Effect::jammer) {
    const double lowest_m = p.z + std::min(way.z, 0.0), highest_m = p.z + std::max(way.z, 0.0);
    outside_m = std::max(outside_m, std::max(lowest_m - weapon.max_altitude_m, weapon.min_altitude_m - highest_m));
    if (station.half_sector_rad < kPi) {
      double beyond_m[2];  // each edge, by the end of the course that lies further in
      for (int edge = 0; edge < 2; ++edge) {
        const double x = memory.edge_x[edge][s], y = memory.edge_y[edge][s];
        beyond_m[edge] = -std::max(x * r.x + y * r.y, x * end.x + y * end.y);
      }
      // a sector up to half a circle is what both edges enclose; a wider one is what either does
      const bool is_narrow = station.half_sector_rad <= kPi / 2;
      outside_m = std::max(outside_m, is_narrow ? std::max(beyond_m[0], beyond_m[1])
                                                : std::min(beyond_m[0], beyond_m[1]));
    }
  }
  // and no higher than where flights last longer than that
  const double below_m = memory.ceiling_m[s] - std::max(p.z, p.z + way.z);
  return std::min(outside_m, below_m) - kRoundingSlack_m;
}

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

/// Whether the weapon engages that identity at all.
bool is_effective(const Weapon& weapon, std::int32_t identity) {
  const std::vector<double>& table = weapon.effect == Effect::jammer ? weapon.hazard_per_s : weapon.sspk;
  return std::size_t(identity) < table.size() && table[std::size_t(identity)] > 0;
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

/// Where each track has got to since the last decision: odometers, and the slots that were used anew.
void read_odometers(OptionMemory& memory, std::span<const PictureTrack> tracks) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const PictureTrack& track = tracks[i];
    const std::size_t at = std::size_t(track.track);
    const Vec3 p = track.position_m, v = track.velocity_mps;
    if (memory.track_number[at] != track.number || memory.track_identity[at] != track.identity) {
      memory.track_number[at] = track.number;
      memory.track_identity[at] = track.identity;
      memory.moved_m[at] = 0, memory.turned_mps[at] = 0;
      std::fill_n(&memory.wake_at_m[at * std::size_t(memory.stations)], std::size_t(memory.stations), 0.0);
    } else {
      const Vec3 dp = p - Vec3{memory.x_m[at], memory.y_m[at], memory.z_m[at]};
      const Vec3 dv = v - Vec3{memory.vx_mps[at], memory.vy_mps[at], memory.vz_mps[at]};
      memory.moved_m[at] += length(dp);
      memory.turned_mps[at] += length(dv);
    }
    memory.x_m[at] = p.x, memory.y_m[at] = p.y, memory.z_m[at] = p.z;
    memory.vx_mps[at] = v.x, memory.vy_mps[at] = v.y, memory.vz_mps[at] = v.z;
    memory.tracks_moved_m[i] = memory.moved_m[at];
    memory.tracks_turned_mps[i] = memory.turned_mps[at];
    memory.tracks_speed_mps[i] = length(v);
  }
}

/// The pairs to look at, by track, within it by station. Asleep: cannot have come within reach since it was last looked
/// at (a station that is not free yet reaches further).
void find_awake(const CommandSetup& setup, const Armament& armament, double now_s, std::span<const PictureTrack> tracks,
                std::span<const StationStatus> status, std::span<const double> next_launch_s, OptionMemory& memory) {
  const std::size_t stations = setup.stations.size();
  for (std::size_t s = 0; s < stations; ++s) {
    const StationSetup& own = setup.stations[s];
    const bool can_order =
        status[s].channels_free > 0 && (own.is_soft_kill || status[s].ready >= own.rounds_per_order_unit);
    memory.wait_s[s] = can_order ? std::max(next_launch_s[s] - (now_s + launch_delay_s(armament, s)), 0.0) : -kInfinity;
  }
  const double* const wait_s = memory.wait_s.data();
  const double* const flight_s = memory.flight_s.data();
  double* const rest_m = memory.rest_m.data();
  memory.awake.resize(tracks.size() * stations);
  std::size_t awake = 0;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (setup.is_central && tracks[i].engagements > 0) continue;
    const double* const wake_at_m = &memory.wake_at_m[std::size_t(tracks[i].track) * stations];
    const double moved_m = memory.tracks_moved_m[i], turned_mps = memory.tracks_turned_mps[i],
                 speed_mps = memory.tracks_speed_mps[i];
    // a station that cannot order has an infinite rest, or none (0 times infinity) for a track that stands
#pragma omp simd
    for (std::size_t s = 0; s < stations; ++s)
      rest_m[s] = wake_at_m[s] - (moved_m + flight_s[s] * turned_mps) - speed_mps * wait_s[s];
    for (std::size_t s = 0; s < stations; ++s) {
      memory.awake[awake] = std::uint32_t(i * stations + s);
      awake += rest_m[s] <= 0;
    }
  }
  memory.awake.resize(awake);
}

/// Keeps the awake pairs that geometry and the policy's plain rules do not exclude; the others go to sleep.
void keep_near(const CommandSetup& setup, const Armament& armament, double now_s, std::span<const PictureTrack> tracks,
               std::span<const StationStatus> status, std::span<const double> next_launch_s, OptionMemory& memory) {
  const std::size_t stations = setup.stations.size();
  std::fill_n(memory.tracks_reach.data(), tracks.size(), std::uint8_t(0));
  std::size_t kept = 0;
  for (const std::uint32_t pair_awake : memory.awake) {
    const std::size_t i = pair_awake / stations, s = pair_awake % stations;
    const Station& station = armament.stations[s];
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    const PictureTrack& track = tracks[i];
    double& wake = memory.wake_at_m[std::size_t(track.track) * stations + s];

    // rules that need no geometry; the pair wakes up again when the track is identified anew
    const std::size_t pair = std::size_t(track.identity) * stations + s;
    if (!is_effective(weapon, track.identity) || (track.identity < memory.identities && !memory.is_considered[pair])) {
      wake = kInfinity;
      continue;
    }
    if (std::max(now_s + launch_delay_s(armament, s), next_launch_s[s]) >= track.arrives_s) continue;

    const double odometer_m = memory.tracks_moved_m[i] + memory.flight_s[s] * memory.tracks_turned_mps[i];
    const double margin = margin_m(station, weapon, memory, s, track.position_m, track.velocity_mps);
    wake = odometer_m + margin;
    if (margin > memory.tracks_speed_mps[i] * memory.wait_s[s]) continue;

    if (track.identity < memory.identities && memory.is_last_resort[pair]) {
      std::uint8_t& reach = memory.tracks_reach[i];
      if (reach == 0)
        reach = can_any_reach(setup, memory.others[std::size_t(track.identity)], status, track, now_s) ? 2 : 1;
      if (reach == 2) {
        wake = odometer_m + kLastResortRest_m;
        continue;
      }
    }
    memory.awake[kept++] = pair_awake;
  }
  memory.awake.resize(kept);
}

/// A bound from below of Option::last_launch_s, without an intercept: as if the last flight were the slowest one.
double last_launch_at_least_s(const Station& station, const Weapon& weapon, double slowest_s_per_m,
                              const PictureTrack& track, double now_s, double launch_s) {
  constexpr double kFlightSlack_s = 0.1;  // predicted flights are solved to a few hundredths of a second
  const double ends_after_s = window_ends_after_s(station, weapon, track, now_s);
  const double last_m = length(track.position_m + ends_after_s * track.velocity_mps - station.position_enu_m);
  const double flight_s = last_m * (slowest_s_per_m + kFlightSlack_s / weapon.min_range_m);
  return std::max(launch_s, now_s + ends_after_s - flight_s);
}

/// Leaves out the tracks of which every pair waits for a better station (Policy::better_try_ends_s): no order can come
/// of them in this decision.
void leave_out_waiting(const CommandSetup& setup, const Armament& armament, double now_s,
                       std::span<const PictureTrack> tracks, std::span<const StationStatus> status,
                       std::span<const double> next_launch_s, OptionMemory& memory) {
  const std::size_t stations = setup.stations.size();
  std::fill_n(memory.pairs_near.data(), stations, 0);
  for (const std::uint32_t pair : memory.awake) ++memory.pairs_near[pair % stations];
  const std::span<const std::int32_t> pairs_near{memory.pairs_near.data(), stations};
  std::size_t kept = 0;
  for (std::size_t first = 0, next = 0; first < memory.awake.size(); first = next) {
    const std::size_t i = memory.awake[first] / stations;
    while (next < memory.awake.size() && memory.awake[next] / stations == i) ++next;
    const PictureTrack& track = tracks[i];
    bool waits = track.identity < memory.identities;
    std::int32_t asked_weapon = -1, asked_unit = -1;  // what the last answer holds for
    double better_ends_s = kInfinity;
    for (std::size_t k = first; waits && k < next; ++k) {
      const std::size_t s = memory.awake[k] % stations;
      const Station& station = armament.stations[s];
      const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
      if (weapon.effect != Effect::missile || !(memory.slowest_s_per_m[s] > 0)) {
        waits = false;
        break;
      }
      const double reaction_s = setup.stations[s].reaction_s;
      const double launch_s = std::max(now_s + launch_delay_s(armament, s), next_launch_s[s]);
      const double at_least_s =
          last_launch_at_least_s(station, weapon, memory.slowest_s_per_m[s], track, now_s, launch_s);
      const bool is_known = asked_weapon == station.weapon && (setup.is_central || asked_unit == station.fire_unit);
      if (!is_known || !(better_ends_s + reaction_s <= at_least_s))
        better_ends_s = memory.policy->better_try_ends_s(setup, status, pairs_near, track, now_s, std::int32_t(s),
                                                         at_least_s);
      asked_weapon = station.weapon, asked_unit = station.fire_unit;
      waits = better_ends_s + reaction_s <= at_least_s;
    }
    if (!waits)
      for (std::size_t k = first; k < next; ++k) memory.awake[kept++] = memory.awake[k];
  }
  memory.awake.resize(kept);
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

void allocate(OptionMemory& memory, std::int32_t replications, std::int32_t stations, std::int32_t capacity) {
  memory.replications = replications, memory.stations = stations, memory.capacity = capacity;
  memory.is_ready = false;
  memory.identities = 0;
  const std::size_t rows = std::size_t(replications) * std::size_t(capacity);
  memory.wake_at_m.allocate(rows * std::size_t(stations));
  memory.track_number.allocate(rows);
  memory.track_identity.allocate(rows);
  for (Column<double>* column :
       {&memory.moved_m, &memory.turned_mps, &memory.x_m, &memory.y_m, &memory.z_m, &memory.vx_mps,
        &memory.vy_mps, &memory.vz_mps})
    column->allocate(rows);
  for (Column<double>* column :
       {&memory.flight_s, &memory.slowest_s_per_m, &memory.ceiling_m, &memory.edge_x[0], &memory.edge_x[1],
        &memory.edge_y[0], &memory.edge_y[1]})
    column->allocate(std::size_t(stations));
  memory.tracks_moved_m.allocate(std::size_t(capacity));
  memory.tracks_turned_mps.allocate(std::size_t(capacity));
  memory.tracks_speed_mps.allocate(std::size_t(capacity));
  memory.wait_s.allocate(std::size_t(stations));
  memory.rest_m.allocate(std::size_t(stations));
  memory.pairs_near.allocate(std::size_t(stations));
  memory.awake.reserve(std::size_t(capacity) * std::size_t(stations));
  memory.tracks_reach.allocate(std::size_t(capacity));
  clear(memory);
}

void clear(OptionMemory& memory) { memory.track_number.fill(-1); }

void consider(OptionMemory& memory, const CommandSetup& setup, const Policy& policy) {
  memory.policy = &policy;
  memory.identities = std::int32_t(setup.identity_names.size());
  memory.is_considered.allocate(setup.identity_names.size() * setup.stations.size());
  memory.is_last_resort.allocate(setup.identity_names.size() * setup.stations.size());
  memory.others.assign(setup.identity_names.size(), {});
  for (std::size_t identity = 0; identity < setup.identity_names.size(); ++identity)
    for (std::size_t s = 0; s < setup.stations.size(); ++s) {
      const std::size_t at = identity * setup.stations.size() + s;
      memory.is_considered[at] = policy.considers(std::int32_t(s), std::int32_t(identity));
      memory.is_last_resort[at] = policy.is_last_resort(std::int32_t(s), std::int32_t(identity));
      if (memory.is_considered[at] && !memory.is_last_resort[at]) memory.others[identity].push_back(std::int32_t(s));
    }
}

void find_options(const CommandSetup& setup, const Armament& armament, std::int32_t lane, double now_s,
                  std::span<const PictureTrack> tracks, std::span<const StationStatus> status,
                  std::span<const double> next_launch_s, const MayOrder& may_order, OptionMemory& memory,
                  std::vector<Option>& options) {
  PAVISE_ASSERT(lane >= 0 && lane < memory.replications && tracks.size() <= std::size_t(memory.capacity));
  if (!memory.is_ready) prepare_memory(memory, armament);
  const std::size_t stations = setup.stations.size();
  read_odometers(memory, tracks);
  find_awake(setup, armament, now_s, tracks, status, next_launch_s, memory);
  keep_near(setup, armament, now_s, tracks, status, next_launch_s, memory);
  if (memory.policy != nullptr) leave_out_waiting(setup, armament, now_s, tracks, status, next_launch_s, memory);

  // from by track to by station
  for (std::uint32_t& pair : memory.awake) pair = std::uint32_t(pair % stations * tracks.size() + pair / stations);
  std::sort(memory.awake.begin(), memory.awake.end());
  for (const std::uint32_t pair : memory.awake) {
    const std::size_t s = pair / tracks.size(), i = pair % tracks.size();
    const Station& station = armament.stations[s];
    const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
    const FireUnit& unit = armament.fire_units[std::size_t(station.fire_unit)];
    const double launch_s = std::max(now_s + unit.reaction_s, next_launch_s[s]);
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
