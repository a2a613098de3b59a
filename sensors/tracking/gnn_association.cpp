#include <algorithm>
#include <cmath>

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {
namespace {

/// A confirmed track has the first claim: whatever a tentative one would gain is less than this.
constexpr double kConfirmedFirst = 1000;

void gather(GnnFrame& f) {
  GnnState& s = f.state;
  FilterList& list = s.list;
  if (s.pairs.size() > list.capacity) allocate_pairs(s, s.pairs.size() + s.pairs.size() / 2);
  list.count = std::int32_t(s.pairs.size());
  if (list.count == 0) return;
  // nothing that flies on wings is so fast so high: gravity alone bends its path
  const GnnParameters& p = s.parameters;
  const TrackDynamics dynamics{p.process_noise_m2_s3, p.ballistic_process_noise_m2_s3,
                               p.ballistic_speed_mps * p.ballistic_speed_mps, p.ballistic_altitude_m,
                               kStandardGravity_mps2};
  list.any_components = PAVISE_VARIANTS(gather_updates)(
      f.tracks.estimates.data(), s.pairs.data(), list.count, f.detections, dynamics, s.antenna_x_m.data(),
      s.antenna_y_m.data(), s.antenna_z_m.data(), list.blocks.data());
}

/// -ln of the weight of a pair, over the clutter's density in the units of its components.
double cost_of(const GnnState& s, std::int32_t components, double nis, double determinant) {
  double density = components & kMeasuresRange ? s.parameters.clutter_density : 1.0;  // 1/(m rad^2); bearings: 1/rad^2
  if (components & kMeasuresRangeRate) density *= 1.0 / 400;                          // alarms spread over 400 m/s
  const int dimensions = component_count(components);
  return 0.5 * (nis + logarithm(determinant) + dimensions * 1.8378770664093454836) -  // ln 2 pi
         logarithm(s.parameters.detection_probability / density);
}

bool is_in_gate(const GnnFrame& f, std::int32_t k) { return f.state.is_inside[std::size_t(k)] != 0; }

/// Solves one set of detections that compete for tracks with each other, directly or through others.
void solve_group(GnnFrame& f) {
  GnnState& s = f.state;
  s.group_rows.clear();
  for (std::int32_t t : s.group_taken)
    for (std::int32_t k = s.taken[std::size_t(t)].first_pair, e = k + s.taken[std::size_t(t)].pair_count; k < e; ++k) {
      const std::int32_t row = s.pairs[std::size_t(k)].row;
      if (!is_in_gate(f, k) || s.row_state[std::size_t(row)].local >= 0) continue;
      s.row_state[std::size_t(row)].local = std::int32_t(s.group_rows.size());
      s.group_rows.push_back(row);
    }
  const std::size_t m = s.group_rows.size(), n = s.group_taken.size();
  s.cost.assign(m * n, kForbidden);
  s.pair_of_cell.assign(m * n, -1);
  s.unassigned_cost.assign(n, 0.0);
  s.miss_cost.assign(m, -logarithm(1 - s.parameters.detection_probability * s.parameters.gate_probability));
  for (std::size_t j = 0; j < n; ++j) {
    const GnnState::Taken& taken = s.taken[std::size_t(s.group_taken[j])];
    for (std::int32_t k = taken.first_pair; k < taken.first_pair + taken.pair_count; ++k) {
      if (!is_in_gate(f, k)) continue;
      const std::int32_t row = s.pairs[std::size_t(k)].row;
      const std::size_t cell = std::size_t(s.row_state[std::size_t(row)].local) * n + j;
      const bool is_confirmed = f.tracks.state[row] == std::int32_t(TrackState::confirmed);
      s.cost[cell] = cost_of(s, f.detections.components[taken.detection], s.list.nis[k], s.list.determinant[k]) -
                     (is_confirmed ? kConfirmedFirst : 0.0);
      s.pair_of_cell[cell] = k;
    }
  }
  s.assignment.solve(s.cost, s.miss_cost, s.unassigned_cost);
  for (std::size_t i = 0; i < m; ++i) {
    const std::int32_t j = s.assignment.column_of_row()[i];
    if (j >= 0) s.taken[std::size_t(s.group_taken[std::size_t(j)])].winner = s.pair_of_cell[i * n + std::size_t(j)];
    s.row_state[std::size_t(s.group_rows[i])].local = -1;
  }
}

/// Groups the detections of `conflicts` by the tracks they share (union-find), and solves each group.
void solve_conflicts(GnnFrame& f) {
  GnnState& s = f.state;
  const std::size_t count = s.conflicts.size();
  s.group.resize(count);
  const auto root = [&](std::int32_t c) {
    while (s.group[std::size_t(c)] != c) c = s.group[std::size_t(c)];
    return c;
  };
  for (std::size_t c = 0; c < count; ++c) {
    s.group[c] = std::int32_t(c);
    const GnnState::Taken& taken = s.taken[std::size_t(s.conflicts[c])];
    for (std::int32_t k = taken.first_pair; k < taken.first_pair + taken.pair_count; ++k) {
      if (!is_in_gate(f, k)) continue;
      std::int32_t& owner = s.row_state[std::size_t(s.pairs[std::size_t(k)].row)].owner;
      if (owner < 0) {
        owner = std::int32_t(c);
        continue;
      }
      const std::int32_t a = root(owner), b = root(std::int32_t(c));
      s.group[std::size_t(std::max(a, b))] = std::min(a, b);  // the smaller index leads: order of detections
    }
  }
  // chains of members, in order, one per leader
  s.group_next.assign(count, -1);
  s.group_head.assign(count, -1);
  for (std::size_t c = count; c-- > 0;) {
    const std::size_t leader = std::size_t(root(std::int32_t(c)));
    s.group_next[c] = s.group_head[leader];
    s.group_head[leader] = std::int32_t(c);
  }
  for (std::size_t c = 0; c < count; ++c) {
    if (s.group_head[c] < 0) continue;
    s.group_taken.clear();
    for (std::int32_t member = s.group_head[c]; member >= 0; member = s.group_next[std::size_t(member)])
      s.group_taken.push_back(s.conflicts[std::size_t(member)]);
    solve_group(f);
  }
}

/// Chooses each detection's winner among its pairs inside the gate.
void assign(GnnFrame& f) {
  GnnState& s = f.state;
  s.is_inside.resize(s.pairs.size());
  for (std::int32_t k = 0; k < s.list.count; ++k) {
    const std::int32_t components = f.detections.components[s.pairs[std::size_t(k)].detection];
    const bool is_inside = s.list.nis[k] <= s.threshold[component_count(components)];
    s.is_inside[std::size_t(k)] = is_inside;
    s.row_state[std::size_t(s.pairs[std::size_t(k)].row)].degree += is_inside;
  }

  s.conflicts.clear();
  for (std::size_t t = 0; t < s.taken.size(); ++t) {
    GnnState::Taken& taken = s.taken[t];
    std::int32_t inside = 0, only = -1, rivals = 0;
    for (std::int32_t k = taken.first_pair; k < taken.first_pair + taken.pair_count; ++k)
      if (is_in_gate(f, k)) ++inside, only = k, rivals = s.row_state[std::size_t(s.pairs[std::size_t(k)].row)].degree;
    if (inside == 0) continue;
    const bool is_bearing_only = f.detections.components[taken.detection] == kMeasuresAzimuth;
    if (inside == 1 && rivals == 1)
      taken.winner = only;
    else if (!is_bearing_only)  // a bearing that two tracks could own is left alone
      s.conflicts.push_back(std::int32_t(t));
  }
  if (!s.conflicts.empty()) solve_conflicts(f);
  for (const GnnState::Pair& pair : s.pairs)
    s.row_state[std::size_t(pair.row)].degree = 0, s.row_state[std::size_t(pair.row)].owner = -1;
}

/// The winners' estimates go back to the table, and their circles to the coarse gate.
void scatter(GnnFrame& f) {
  GnnState& s = f.state;
  const std::int32_t count = s.list.count;
  s.wins.assign(std::size_t(count), 0);
  for (const GnnState::Taken& taken : s.taken)
    if (taken.winner >= 0) s.wins[std::size_t(taken.winner)] = 1;
  const double* time_s = f.detections.time_s.data();
  PAVISE_VARIANTS(coarse_circles)
  (s.list.blocks.data(), s.pairs.data(), count, time_s, coarse_rule(s, f.clock.frame_s()),
   CoarseColumns{s.circle_x_m.data(), s.circle_y_m.data(), s.circle_vx_mps.data(), s.circle_vy_mps.data(),
                 s.circle_radius_m.data(), s.circle_radius_rate_mps.data()});
  PAVISE_VARIANTS(scatter_updates)
  (s.list.blocks.data(), s.pairs.data(), s.wins.data(), count, time_s, f.tracks.estimates.data());
}

}  // namespace

void finish_batch(GnnFrame& f) {
  GnnState& s = f.state;
  if (s.taken.empty()) return;
  gather(f);
  if (s.list.count > 0) {
    update_filters(s.list);
    assign(f);
    scatter(f);
  }
  constexpr std::int32_t kPlot = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
  for (const GnnState::Taken& taken : s.taken) {
    if (taken.winner >= 0) {
      const std::size_t k = std::size_t(taken.winner);
      s.coarse.set(s.pairs[k].row, {s.circle_x_m[k], s.circle_y_m[k], s.circle_vx_mps[k], s.circle_vy_mps[k],
                                    s.circle_radius_m[k], s.circle_radius_rate_mps[k]});
      note_hit(f, s.pairs[k].row, taken.detection);
    } else if ((f.detections.components[taken.detection] & kPlot) == kPlot) {
      take_leftover(f, taken.detection);
    }
  }
  if (!s.starts.empty()) refine_starts(f);
  s.pairs.clear();
  s.taken.clear();
  ++s.batch;
}

}  // namespace pavise
