#include "interceptors/kinematic.hpp"

#include <algorithm>
#include <cmath>

#include "interceptors/guided_rounds.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The steps of the simulation's rounds; docs/models/engagement.md#guided-flight shows what they leave.
constexpr double kStepShare = 0.2;  // of range over relative speed
constexpr double kStepLag = 0.5;    // ... and of the autopilot's lag: Runge-Kutta is stable to 2.78
constexpr double kFinish_s = 2e-3;  // the last two milliseconds are a parabola
constexpr double kPass_m = 100;     // a pass farther off while the motor burns: the round is still gathering speed

const FlightModel& model_of(const Weapon& weapon) {
  PAVISE_ASSERT(weapon.flight_table != nullptr);  // prepare(Armament&) makes it
  return static_cast<const KinematicTables&>(*weapon.flight_table).model;
}

void set_burns(const Kinematic& missile, FlightModel& model) {
  double edges[2 * 24 + 1] = {0};
  int count = 1;
  for (int i = 0; i < missile.burn_phases.size(); ++i)
    for (int k = 0; k < 2; ++k) edges[count++] = std::max(missile.burn_phases.cells[i][k], 0.0);
  std::sort(edges, edges + count);
  count = int(std::unique(edges, edges + count) - edges);
  model.segments = count;
  for (int s = 0; s < count; ++s) {
    double flow_kgps = 0;
    for (int i = 0; i < missile.burn_phases.size(); ++i) {
      const double* phase = missile.burn_phases.cells[i];
      if (s + 1 < count && phase[0] <= edges[s] && edges[s + 1] <= phase[1])
        flow_kgps += missile.mass_propellant_kg * phase[2] / (phase[1] - phase[0]);
    }
    model.begin_s[s] = edges[s];
    model.flow_kgps[s] = flow_kgps;
    model.line_kg[s] =
        missile.mass_launch_kg - missile.mass_propellant_kg * burnt_share(missile, edges[s]) + flow_kgps * edges[s];
  }
  model.burnout_s = burnout_s(missile);
}

void set_drag(const Kinematic& missile, FlightModel& model) {
  const Table& drag = missile.drag_by_mach;
  model.half_area_m2 = 0.5 * kPi * 0.25 * missile.diameter_m * missile.diameter_m;
  model.drag_rows = drag.size();
  if (model.drag_rows == 0) return;
  model.cd_at_rest = drag.cells[0][1];
  double before = 0;
  for (int i = 0; i < model.drag_rows; ++i) {
    const double* row = drag.cells[i];
    const double slope =
        i + 1 < model.drag_rows ? (drag.cells[i + 1][1] - row[1]) / (drag.cells[i + 1][0] - row[0]) : 0.0;
    model.hinge_mach[i] = row[0];
    model.hinge_slope[i] = slope - before;
    before = slope;
  }
}

}  // namespace

FlightModel flight_model_of(const Kinematic& missile) {
  FlightModel model;
  model.law = {.navigation_ratio = missile.navigation_constant,
               .is_pure = missile.is_pure,
               .augmentation = missile.augmentation,
               .limit_mps2 = missile.g_limit_mps2,
               .has_lag = 1,
               .inverse_lag_per_s = 1 / missile.autopilot_lag_s,
               .weight_mps2 = kStandardGravity_mps2,
               .acts_across = 1};
  model.gravity_mps2 = kStandardGravity_mps2;
  model.exhaust_mps = missile.specific_impulse_s * kStandardGravity_mps2;
  set_drag(missile, model);
  set_burns(missile, model);
  model.step_s = std::min(missile.step_s, kStepLag * missile.autopilot_lag_s);
  model.step_share = kStepShare;
  model.finish_s = kFinish_s;
  model.pass_m = kPass_m;
  model.minimum_speed_mps = missile.minimum_speed_mps;
  model.time_limit_s = missile.time_limit_s;
  return model;
}

double burnt_share(const Kinematic& missile, double time_s) {
  double share = 0;
  for (int i = 0; i < missile.burn_phases.size(); ++i) {
    const double* phase = missile.burn_phases.cells[i];
    const double part = (time_s - phase[0]) / (phase[1] - phase[0]);
    share += phase[2] * std::min(std::max(part, 0.0), 1.0);
  }
  return share;
}

double burnout_s(const Kinematic& missile) {
  double end_s = 0;
  for (int i = 0; i < missile.burn_phases.size(); ++i) end_s = std::max(end_s, missile.burn_phases.cells[i][1]);
  return end_s;
}

double drag_coefficient(const Kinematic& missile, double mach) {
  const Table& drag = missile.drag_by_mach;
  const int last = drag.size() - 1;
  int i = 0;
  while (i < last && mach > drag.cells[i + 1][0]) ++i;
  if (i >= last) return drag.cells[last][1];
  const double share = (mach - drag.cells[i][0]) / (drag.cells[i + 1][0] - drag.cells[i][0]);
  return drag.cells[i][1] + std::max(share, 0.0) * (drag.cells[i + 1][1] - drag.cells[i][1]);
}

void start_kinematic(const Weapon&, Vec3 launcher_m, Vec3 aim_m, double launch_s, FlyingRound& round) {
  round = FlyingRound{};
  const Vec3 offset = aim_m - launcher_m;
  const double distance = length(offset);
  round.axis = distance > 0 ? (1 / distance) * offset : Vec3{0, 0, 1};
  round.position_m = round.launched_from_m = launcher_m;
  round.launch_s = round.time_s = launch_s;
}

void fly_kinematic(const Weapon& weapon, const TargetPath& target, double until_s, FlyingRound& round) {
  fly_guided(model_of(weapon), target, until_s, round);
}

void fly_kinematic_rounds(const Weapon& weapon, std::span<const FlightTask> tasks, double until_s) {
  fly_guided(model_of(weapon), tasks, until_s);
}

std::shared_ptr<const FlightTable> make_flight_table(const Weapon& weapon) {
  auto tables = std::make_shared<KinematicTables>();
  tables->model = flight_model_of(weapon.flyout_parameters.as<Kinematic>());
  const FlightModel& model = tables->model;
  tables->range_step_m = 1.02 * weapon.max_range_m / (FlightTable::kRanges - 1);
  tables->steps_per_m = 1 / tables->range_step_m;
  for (int row = 0; row < FlightTable::kElevations; ++row) {
    const double elevation_sine = double(row) / (FlightTable::kElevations - 1);
    StraightFlight flight;
    int next = 1;
    tables->time_s[row][0] = 0;
    while (next < FlightTable::kRanges && flight.time_s < model.time_limit_s) {
      const StraightFlight from = flight;
      const double length_s = straight_step_s(model, from);
      step_straight(model, 0, elevation_sine, length_s, flight);
      if (flight.time_s > model.burnout_s && flight.speed_mps < model.minimum_speed_mps) break;
      // where the step's cubic (ends and speeds there) passes the nodes
      const double way_m = flight.distance_m - from.distance_m;
      const double m0 = length_s * from.speed_mps, m1 = length_s * flight.speed_mps;
      const double c2 = 3 * way_m - 2 * m0 - m1, c3 = m0 + m1 - 2 * way_m;
      for (; next < FlightTable::kRanges && flight.distance_m >= next * tables->range_step_m; ++next) {
        const double wanted_m = next * tables->range_step_m - from.distance_m;
        double share = wanted_m / way_m;
        for (int i = 0; i < 6; ++i) {
          const double slope = m0 + share * (2 * c2 + share * (3 * c3));
          share -= (share * (m0 + share * (c2 + share * c3)) - wanted_m) / slope;
        }
        tables->time_s[row][next] = from.time_s + length_s * share;
      }
    }
    for (; next < FlightTable::kRanges; ++next) tables->time_s[row][next] = kInfinity;
  }
  return tables;
}

double time_of_flight_in(const FlightTable& table, double slant_range_m, double elevation_sine) {
  return time_of_flight_near(table, slant_range_m, elevation_sine).time_s;
}

}  // namespace pavise
