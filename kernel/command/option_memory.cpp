// What find_options knows of stations, and remembers of tracks.
#include <algorithm>
#include <new>

#include "kernel/command/options.hpp"
#include "kernel/command/options_lanes.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFlightSlack_s = 0.1;  // predicted flights are solved to a few hundredths of a second

/// How long a round can fly at most to an intercept in its envelope that lies no more than ceiling_m above its
/// launcher.
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

/// Whether the weapon engages that identity at all.
bool is_effective(const Weapon& weapon, std::size_t identity) {
  const std::vector<double>& table = weapon.effect == Effect::jammer ? weapon.hazard_per_s : weapon.sspk;
  return identity < table.size() && table[identity] > 0;
}

void prepare_sector(OptionMemory& memory, const Station& station, bool has_sector, std::size_t s) {
  memory.edge_free_m[s] = has_sector ? 0 : -kInfinity;
  for (int edge = 0; edge < 2; ++edge) memory.edge_x[edge][s] = memory.edge_y[edge][s] = 0;
  if (!has_sector) return;
  // bearings run clockwise from north; the inward normal of an edge at bearing b is that bearing turned by 90 degrees
  const double left = station.facing_rad - station.half_sector_rad,
               right = station.facing_rad + station.half_sector_rad;
  memory.edge_x[0][s] = cosine(left), memory.edge_y[0][s] = -sine(left);
  memory.edge_x[1][s] = -cosine(right), memory.edge_y[1][s] = sine(right);
  // a sector up to half a circle is what both edges enclose; a wider one is what either does
  memory.is_wide[s] = station.half_sector_rad > kPi / 2;
}

void prepare_envelope(OptionMemory& memory, const Armament& armament, std::size_t s) {
  const Station& station = armament.stations[s];
  const Weapon& weapon = armament.weapons[std::size_t(station.weapon)];
  const double delay_s = armament.fire_units[std::size_t(station.fire_unit)].reaction_s;
  const LongestFlight longest = longest_flight(weapon, station.position_enu_m.z);
  const bool is_jammer = weapon.effect == Effect::jammer;
  memory.reaction_s[s] = delay_s;
  // a jammer's effect begins when it has spun up
  memory.flight_s[s] = is_jammer ? std::max(delay_s, weapon.spin_up_s) : delay_s + longest.time_s;
  const double slowest = weapon.effect == Effect::missile ? slowest_s_per_m(weapon) : 0;
  memory.last_flight_s_per_m[s] = slowest > 0 ? slowest + kFlightSlack_s / weapon.min_range_m : 0;
  memory.ceiling_m[s] = station.position_enu_m.z + longest.ceiling_m;
  memory.x_m[s] = station.position_enu_m.x;
  memory.y_m[s] = station.position_enu_m.y;
  memory.z_m[s] = station.position_enu_m.z;
  memory.max_range_m[s] = weapon.max_range_m;
  memory.min_range_m[s] = weapon.min_range_m;
  memory.inner_m[s] = weapon.min_range_m > 0 ? weapon.min_range_m : -kInfinity;
  // a jammer's order depends on range alone (predict_intercept)
  memory.min_altitude_m[s] = is_jammer ? -kInfinity : weapon.min_altitude_m;
  memory.max_altitude_m[s] = is_jammer ? kInfinity : weapon.max_altitude_m;
  prepare_sector(memory, station, !is_jammer && station.half_sector_rad < kPi, s);
}

}  // namespace

void prepare(OptionMemory& memory, const Armament& armament) {
  memory.is_ready = true;
  const std::size_t stations = armament.stations.size();
  std::size_t known = std::size_t(memory.identities);
  for (const Weapon& weapon : armament.weapons)
    known = std::max({known, weapon.sspk.size(), weapon.hazard_per_s.size()});
  memory.identities_known = std::int32_t(known);
  memory.usable.allocate((known + 1) * std::size_t(memory.words));
  for (std::size_t s = 0; s < stations; ++s) {
    prepare_envelope(memory, armament, s);
    const Weapon& weapon = armament.weapons[std::size_t(armament.stations[s].weapon)];
    for (std::size_t identity = 0; identity < known; ++identity) {
      if (!is_effective(weapon, identity)) continue;
      if (identity < std::size_t(memory.identities) && !memory.is_considered[identity * stations + s]) continue;
      memory.usable[identity * std::size_t(memory.words) + s / 64] |= std::uint64_t{1} << s % 64;
    }
  }
}

void allocate(OptionMemory& memory, std::int32_t replications, std::int32_t stations, std::int32_t capacity) {
  PAVISE_ASSERT(stations < 1 << 16 && capacity < 1 << 16);  // pair_of
  memory.replications = replications, memory.stations = stations, memory.capacity = capacity;
  memory.is_ready = false;
  memory.identities = 0;
  const std::size_t wakes = padded_rows<double>(std::size_t(stations)), most = std::size_t(capacity);
  memory.stride = padded_rows<std::byte>(sizeof(TrackMemory) + wakes * sizeof(double));
  memory.records.allocate(std::size_t(replications) * most * memory.stride);
  for (Column<double>* column : {&memory.x_m,
                                 &memory.y_m,
                                 &memory.z_m,
                                 &memory.max_range_m,
                                 &memory.min_range_m,
                                 &memory.inner_m,
                                 &memory.min_altitude_m,
                                 &memory.max_altitude_m,
                                 &memory.flight_s,
                                 &memory.last_flight_s_per_m,
                                 &memory.ceiling_m,
                                 &memory.edge_x[0],
                                 &memory.edge_x[1],
                                 &memory.edge_y[0],
                                 &memory.edge_y[1],
                                 &memory.edge_free_m,
                                 &memory.is_wide,
                                 &memory.reaction_s,
                                 &memory.wait_s,
                                 &memory.launch_s})
    column->allocate(std::size_t(stations));
  memory.words = (stations + 63) / 64;
  memory.pairs_near.allocate(std::size_t(stations));
  for (Column<double>& column : memory.course) column.allocate(most);
  for (Column<double>* column : {&memory.arrives_s, &memory.speed_mps, &memory.moved_m, &memory.turned_mps})
    column->allocate(most);
  for (Column<std::int32_t>* column : {&memory.row, &memory.kind}) column->allocate(most);
  memory.tracks_reach.allocate(most);
  const std::size_t pairs = most * std::size_t(stations) + kPairsAtOnce;
  memory.pairs.resize(pairs);
  for (std::vector<double>* column : {&memory.pair_wake_at_m, &memory.pair_far_m, &memory.pair_at_least_s})
    column->resize(pairs);
  clear(memory);
}

void clear(OptionMemory& memory) {
  const std::size_t rows = std::size_t(memory.replications) * std::size_t(memory.capacity);
  for (std::size_t row = 0; row < rows; ++row) ::new (&memory.track(row)) TrackMemory{};
}

void consider(OptionMemory& memory, const CommandSetup& setup, const Policy& policy) {
  memory.policy = &policy;
  memory.is_ready = false;
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

}  // namespace pavise
