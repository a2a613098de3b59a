#include "interceptors/kinematic.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/environment.hpp"

namespace pavise {
namespace {

/// Below this speed fins do nothing: the round goes straight where its launcher points.
constexpr double kSteeringSpeed_mps = 100;
/// A pass farther off than this while the motor burns is no closest approach: the round is still gathering speed.
constexpr double kPass_m = 100;

/// The standard atmosphere by height, linear between nodes: density to 3e-5 of itself below 80 km; beyond the last node
/// its value. Constant after start.
class AirTable {
 public:
  AirTable() {
    for (std::size_t i = 0; i < air_.size(); ++i) air_[i] = air_at(double(i) * kStep_m);
  }
  Air at(double height_m) const {
    const double across = std::min(std::max(height_m, 0.0) * (1 / kStep_m), double(kNodes) - 1.001);
    const std::size_t i = std::size_t(across);
    const double share = across - double(i);
    Air air = air_[i];
    air.density_kg_m3 += share * (air_[i + 1].density_kg_m3 - air.density_kg_m3);
    air.speed_of_sound_mps += share * (air_[i + 1].speed_of_sound_mps - air.speed_of_sound_mps);
    return air;
  }

 private:
  static constexpr double kStep_m = 100;
  static constexpr std::size_t kNodes = 1001;  // to 100 km
  std::array<Air, kNodes> air_;
};
const AirTable air_table;

struct Rates {
  Vec3 velocity_mps, acceleration_mps2, lateral_rate;
};

/// What holds through one step: the air at its middle, thrust (the step's mean, so that no impulse is lost at a burn's
/// edge), the guidance command from its begin.
struct Step {
  double drag_factor_kg_m;  // rho A / 2
  double speed_of_sound_mps;
  double thrust_N, mass_kg;
  bool is_steering;
  Vec3 command_mps2;
};

Rates rates_of(const Kinematic& missile, const Step& step, Vec3 velocity_mps, Vec3 lateral_mps2, Vec3 axis) {
  const double speed = length(velocity_mps);
  const Vec3 along = speed > 1 ? (1 / speed) * velocity_mps : axis;
  const double drag_N =
      step.drag_factor_kg_m * speed * speed * drag_coefficient(missile, speed / step.speed_of_sound_mps);
  const double forward = (step.thrust_N - drag_N) / step.mass_kg;
  if (!step.is_steering)  // across the path the launcher or the fins at zero command carry the weight
    return {velocity_mps, (forward - kStandardGravity_mps2 * along.z) * along, {}};
  const Vec3 across = lateral_mps2 - dot(lateral_mps2, along) * along;
  return {velocity_mps, forward * along + across - Vec3{0, 0, kStandardGravity_mps2},
          (1 / missile.autopilot_lag_s) * (step.command_mps2 - lateral_mps2)};
}

/// Proportional navigation a = N Vc Omega x (line of sight), plus the weight's part across the path, limited to g_limit.
Vec3 guidance(const Kinematic& missile, Vec3 relative_m, Vec3 relative_velocity_mps, Vec3 velocity_mps) {
  const double range2 = dot(relative_m, relative_m);
  const double range = std::sqrt(range2);
  const Vec3 sight = (1 / range) * relative_m;
  const double closing_mps = -dot(relative_velocity_mps, sight);
  const Vec3 turn_radps = (1 / range2) * cross(relative_m, relative_velocity_mps);
  const Vec3 along = (1 / length(velocity_mps)) * velocity_mps;
  Vec3 command = (missile.navigation_constant * std::max(closing_mps, 0.0)) * cross(turn_radps, sight);
  command = command + Vec3{0, 0, kStandardGravity_mps2};
  command = command - dot(command, along) * along;
  const double size = length(command);
  return size > missile.g_limit_mps2 ? (missile.g_limit_mps2 / size) * command : command;
}

Step step_at(const Kinematic& missile, double burnout, double height_m, double age_s, double step_s) {
  const double radius_m = 0.5 * missile.diameter_m;
  const Air air = air_table.at(height_m);
  const bool burns = age_s < burnout;
  const double burnt_before = burns ? burnt_share(missile, age_s) : burnt_share(missile, burnout);
  const double burnt_after = burns ? burnt_share(missile, age_s + step_s) : burnt_before;
  Step step;
  step.drag_factor_kg_m = 0.5 * air.density_kg_m3 * kPi * radius_m * radius_m;
  step.speed_of_sound_mps = air.speed_of_sound_mps;
  step.thrust_N = missile.mass_propellant_kg * (burnt_after - burnt_before) / step_s * missile.specific_impulse_s *
                  kStandardGravity_mps2;
  step.mass_kg = missile.mass_launch_kg - missile.mass_propellant_kg * 0.5 * (burnt_before + burnt_after);
  step.is_steering = false;
  return step;
}

/// One step by the midpoint rule.
void advance(const Kinematic& missile, const Step& step, double step_s, FlyingRound& round) {
  const Rates first = rates_of(missile, step, round.velocity_mps, round.lateral_mps2, round.axis);
  const Vec3 middle_velocity = round.velocity_mps + (0.5 * step_s) * first.acceleration_mps2;
  const Vec3 middle_lateral = round.lateral_mps2 + (0.5 * step_s) * first.lateral_rate;
  const Rates second = rates_of(missile, step, middle_velocity, middle_lateral, round.axis);
  round.position_m = round.position_m + step_s * second.velocity_mps;
  round.velocity_mps = round.velocity_mps + step_s * second.acceleration_mps2;
  round.lateral_mps2 = round.lateral_mps2 + step_s * second.lateral_rate;
}

}  // namespace

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
  const Kinematic& missile = weapon.flyout_parameters.as<Kinematic>();
  const double burnout = burnout_s(missile);
  while (round.end == FlightEnd::flying && round.time_s < until_s) {
    const Vec3 relative = target.position_at(round.time_s) - round.position_m;
    const Vec3 relative_velocity = target.velocity_at(round.time_s) - round.velocity_mps;
    const double range2 = dot(relative, relative);
    const double age_s = round.time_s - round.launch_s;

    // near the target a tenth of the step: within two tenths of a second at the default step
    const bool is_near = -dot(relative, relative_velocity) * 4 * missile.step_s > range2;
    const double wanted_s = is_near ? 0.1 * missile.step_s : missile.step_s;
    const double left_s = until_s - round.time_s;
    const bool is_last = left_s <= wanted_s * 1.0001;
    const double step_s = is_last ? left_s : wanted_s;

    Step step = step_at(missile, burnout, round.position_m.z + 0.5 * step_s * round.velocity_mps.z, age_s, step_s);
    step.is_steering = dot(round.velocity_mps, round.velocity_mps) > kSteeringSpeed_mps * kSteeringSpeed_mps;
    if (step.is_steering) step.command_mps2 = guidance(missile, relative, relative_velocity, round.velocity_mps);
    else  // steering will begin in trim: with the weight carried
      round.lateral_mps2 = kStandardGravity_mps2 * (Vec3{0, 0, 1} - round.axis.z * round.axis);
    advance(missile, step, step_s, round);
    const double begin_s = round.time_s;
    round.time_s = is_last ? until_s : round.time_s + step_s;

    // least distance on the step's relative motion, taken as straight
    const Vec3 moved = target.position_at(round.time_s) - round.position_m - relative;
    const double moved2 = dot(moved, moved);
    const double share = moved2 > 0 ? -dot(relative, moved) / moved2 : -1;
    if (share >= 0 && share < 1) {
      const Vec3 miss = relative + share * moved;
      if (dot(miss, miss) < kPass_m * kPass_m || age_s > burnout) {
        round.end = FlightEnd::closest_approach;
        round.end_s = begin_s + share * (round.time_s - begin_s);
        round.miss_m = miss;
        round.closing_mps = (-1 / step_s) * moved;
        return;
      }
    }
    const double speed2 = dot(round.velocity_mps, round.velocity_mps);
    if (age_s > burnout && speed2 < missile.minimum_speed_mps * missile.minimum_speed_mps) {
      round.end = FlightEnd::too_slow;
      round.end_s = round.time_s;
    } else if (round.time_s - round.launch_s >= missile.time_limit_s) {
      round.end = FlightEnd::time_limit;
      round.end_s = round.time_s;
    }
  }
}

std::shared_ptr<const FlightTable> make_flight_table(const Weapon& weapon) {
  const Kinematic& missile = weapon.flyout_parameters.as<Kinematic>();
  auto table = std::make_shared<FlightTable>();
  table->range_step_m = 1.02 * weapon.max_range_m / (FlightTable::kRanges - 1);
  const double burnout = burnout_s(missile);
  for (int row = 0; row < FlightTable::kElevations; ++row) {
    const double sine_of_elevation = double(row) / (FlightTable::kElevations - 1);
    double speed = 0, distance = 0, time_s = 0;
    int next = 1;
    table->time_s[row][0] = 0;
    while (next < FlightTable::kRanges && time_s < missile.time_limit_s) {
      Step step = step_at(missile, burnout, (distance + 0.5 * missile.step_s * speed) * sine_of_elevation, time_s, missile.step_s);
      const auto forward = [&](double v) {
        const double drag_N = step.drag_factor_kg_m * v * v * drag_coefficient(missile, v / step.speed_of_sound_mps);
        return (step.thrust_N - drag_N) / step.mass_kg - kStandardGravity_mps2 * sine_of_elevation;
      };
      const double middle = speed + 0.5 * missile.step_s * forward(speed);
      const double before = distance;
      distance += missile.step_s * middle;
      speed += missile.step_s * forward(middle);
      if (time_s > burnout && speed < missile.minimum_speed_mps) break;
      for (; next < FlightTable::kRanges && distance >= next * table->range_step_m; ++next)
        table->time_s[row][next] = time_s + missile.step_s * (next * table->range_step_m - before) / (distance - before);
      time_s += missile.step_s;
    }
    for (; next < FlightTable::kRanges; ++next) table->time_s[row][next] = std::numeric_limits<double>::infinity();
  }
  return table;
}

double time_of_flight_in(const FlightTable& table, double slant_range_m, double elevation_sine) {
  const double across = slant_range_m / table.range_step_m;
  const double up = std::min(std::max(elevation_sine, 0.0), 1.0) * (FlightTable::kElevations - 1);
  if (!(across < FlightTable::kRanges - 1)) return std::numeric_limits<double>::infinity();
  const int i = int(across), j = up >= FlightTable::kElevations - 1 ? FlightTable::kElevations - 2 : int(up);
  const double s = across - i, t = up - j;
  const double low = table.time_s[j][i] + s * (table.time_s[j][i + 1] - table.time_s[j][i]);
  const double high = table.time_s[j + 1][i] + s * (table.time_s[j + 1][i + 1] - table.time_s[j + 1][i]);
  const double time_s = low + t * (high - low);
  return time_s == time_s ? time_s : std::numeric_limits<double>::infinity();  // infinity minus infinity
}

}  // namespace pavise
