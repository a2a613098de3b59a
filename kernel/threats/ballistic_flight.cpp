#include "kernel/threats/ballistic_flight.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"
#include "kernel/threats/flight_lanes.hpp"
#include "kernel/threats/point_mass_flight.hpp"

namespace pavise {
namespace {

constexpr double kAirTop_m = 60e3;  // below: short steps
constexpr double kSameInstant_s = 1e-9;
constexpr int kMostSteps = 20'000;
constexpr std::int32_t kAlone = 2;  // so many are stepped one after another
const PointMass kOverFlatEarth;

double burn_end_s(const BallisticBody& body) {
  double end_s = 0;
  for (int i = 0; i < body.phases->size(); ++i) end_s = std::max(end_s, body.phases->cells[i][1]);
  return end_s;
}
double cut_off_s(const BallisticBody& body, const BoostSetting& setting) {
  return std::min(setting.share, 1.0) * burn_end_s(body);
}

struct Burn {
  double mass_kg, flow_kgps, thrust_N;  // at a time; flow and thrust from there to the next end of a phase
};
Burn burn_at(const BallisticBody& body, const BoostSetting& setting, double time_s, double middle_s) {
  const double cut_s = cut_off_s(body, setting), propellant_kg = body.mass_kg - body.mass_burnout_kg;
  if (middle_s > cut_s && body.mass_after_kg > 0) return {body.mass_after_kg, 0, 0};
  Burn burn{body.mass_kg, 0, 0};
  for (int i = 0; i < body.phases->size(); ++i) {
    const double* phase = body.phases->cells[i];
    const double duration_s = phase[1] - phase[0];
    if (!(duration_s > 0)) continue;
    const double flow = phase[2] * propellant_kg / duration_s;
    burn.mass_kg -= flow * std::max(0.0, std::min({time_s, phase[1], cut_s}) - phase[0]);
    if (middle_s > phase[0] && middle_s < std::min(phase[1], cut_s)) burn.flow_kgps += flow;
  }
  burn.thrust_N = burn.flow_kgps * body.specific_impulse_s * kStandardGravity_mps2 * std::max(setting.share, 1.0);
  return burn;
}

/// Missiles that share a curve and burn or coast, as the lanes want them: in the plane of each, x along the ground.
struct Group {
  std::int32_t count = 0, member[kMostTogether];
  double x[kMostTogether], y[kMostTogether], z[kMostTogether], vx[kMostTogether], vy[kMostTogether], vz[kMostTogether];
  double step[kMostTogether], length[kMostTogether], mass[kMostTogether], flow[kMostTogether], thrust[kMostTogether];
  double dx[kMostTogether], dy[kMostTogether], dz[kMostTogether], along[kMostTogether];

  void add(std::int32_t i, const FlightState& s, double length_s, const Burn& burn) {
    const std::int32_t k = count++;
    member[k] = i;
    x[k] = s.r_m, y[k] = 0, z[k] = s.h_m, vx[k] = s.vr_mps, vy[k] = 0, vz[k] = s.vh_mps;
    step[k] = length_s, mass[k] = burn.mass_kg, flow[k] = burn.flow_kgps, thrust[k] = burn.thrust_N;
    dx[k] = dy[k] = dz[k] = 0, along[k] = 1;
  }
  FlightColumns columns() { return {x, y, z, vx, vy, vz, step, mass, flow, thrust, dx, dy, dz, along}; }
  /// One step of each: in lanes, or one after another while they are so few that most lanes would stand idle. The same
  /// bits either way (tests/kernel/threats/flight_lanes_test.cpp).
  void fly_step(const DragCurve& curve, bool burns) {
    if (count > kAlone) {
      const FlightShared shared{&curve, {kStandardGravity_mps2, 0, 0, 0}};
      if (burns)
        PAVISE_VARIANTS(fly_burning_step)(shared, columns(), count);
      else
        PAVISE_VARIANTS(fly_coasting_step)(shared, columns(), count);
      return;
    }
    for (std::int32_t k = 0; k < count; ++k) {
      StepForces forces{.mass_kg = mass[k]};
      if (burns) {
        forces.flow_kgps = flow[k], forces.thrust_N = thrust[k];
        forces.is_along_velocity = along[k] != 0, forces.direction = {dx[k], dy[k], dz[k]};
      }
      PointState s{x[k], y[k], z[k], vx[k], vy[k], vz[k]};
      step_point_mass(kOverFlatEarth, &curve, forces, step[k], s);
      x[k] = s.x, y[k] = s.y, z[k] = s.z, vx[k] = s.vx, vy[k] = s.vy, vz[k] = s.vz;
    }
  }
  /// Each over its length in equal steps of at most longest_s; one that needs fewer than the others waits at its end.
  void burn(const DragCurve& curve, double longest_s) {
    double left[kMostTogether], most = 1;
    for (std::int32_t k = 0; k < count; ++k) {
      length[k] = step[k];
      left[k] = std::max(std::ceil(length[k] / longest_s - kSameInstant_s), 1.0);
      step[k] = length[k] / left[k];
      most = std::max(most, left[k]);
    }
    for (double n = 0; n < most; ++n) {
      fly_step(curve, true);
      for (std::int32_t k = 0; k < count; ++k) {
        mass[k] -= flow[k] * step[k];
        left[k] -= 1;
        if (!(left[k] > 0)) step[k] = 0;
      }
    }
    for (std::int32_t k = 0; k < count; ++k) step[k] = length[k];
  }
  void take(const FlightState* from, FlightState* to) const {
    for (std::int32_t k = 0; k < count; ++k)
      to[member[k]] = {from[member[k]].time_s + step[k], x[k], z[k], vx[k], vz[k]};
  }
};

}  // namespace

void set_drag(DragCurve& curve, double diameter_m, const Table& table) {
  PAVISE_ASSERT(table.size() >= 1);
  set_drag_curve(curve, 0.25 * kPi * diameter_m * diameter_m, &table.cells[0][0], table.size(), 3);
}

double piece_length_s(const BallisticBody& body, const BoostSetting& setting, const FlightState& s,
                      const FlightSteps& steps) {
  const double cut_s = cut_off_s(body, setting);
  double length_s = steps.air_s;
  if (s.h_m >= kAirTop_m && !(s.time_s < cut_s - kSameInstant_s)) {
    length_s = 8 * steps.air_s;
    if (s.vh_mps < 0) length_s = std::min(length_s, std::max(steps.air_s, (kAirTop_m - s.h_m) / s.vh_mps));
  }
  const auto end_at = [&](double time_s) {
    if (time_s > s.time_s + kSameInstant_s) length_s = std::min(length_s, time_s - s.time_s);
  };
  if (s.time_s < cut_s) end_at(cut_s);
  if (s.time_s < body.pitch_hold_s) end_at(body.pitch_hold_s);
  if (s.time_s < cut_s) {
    for (int i = 0; i < body.phases->size(); ++i) {
      if (body.phases->cells[i][0] < cut_s) end_at(body.phases->cells[i][0]);
      if (body.phases->cells[i][1] < cut_s) end_at(body.phases->cells[i][1]);
    }
  }
  return length_s;
}

void fly_pieces(const BallisticBody& body, const BoostSetting* setting, const FlightSteps& steps,
                const FlightState* from, const double* length_s, FlightState* to, std::int32_t count) {
  PAVISE_ASSERT_LE(count, kMostTogether);
  Group burning, coasting, separated;
  for (std::int32_t i = 0; i < count; ++i) {
    const FlightState& s = from[i];
    const double middle_s = s.time_s + 0.5 * length_s[i];
    const Burn burn = burn_at(body, setting[i], s.time_s, middle_s);
    if (burn.thrust_N > 0) {
      burning.add(i, s, length_s[i], burn);
      if (middle_s < body.pitch_hold_s || (s.vr_mps == 0 && s.vh_mps == 0)) {
        const std::int32_t k = burning.count - 1;
        burning.dx[k] = body.cosine_pitch, burning.dz[k] = body.sine_pitch, burning.along[k] = 0;
      }
    } else {
      (middle_s > cut_off_s(body, setting[i]) ? separated : coasting).add(i, s, length_s[i], burn);
    }
  }
  if (burning.count > 0) burning.burn(body.curve, steps.boost_s);
  if (coasting.count > 0) coasting.fly_step(body.curve, false);
  if (separated.count > 0) separated.fly_step(body.curve_after, false);
  burning.take(from, to), coasting.take(from, to), separated.take(from, to);
}

FlightState between(const FlightState& from, const FlightState& to, double time_s) {
  const double length_s = to.time_s - from.time_s, tau = time_s - from.time_s;
  const auto axis = [&](double p0, double v0, double p1, double v1, double& p, double& v) {
    const double mean = (p1 - p0) / length_s;
    const double c2 = (3 * mean - 2 * v0 - v1) / length_s, c3 = (v0 + v1 - 2 * mean) / (length_s * length_s);
    p = p0 + tau * (v0 + tau * (c2 + tau * c3));
    v = v0 + tau * (2 * c2 + tau * (3 * c3));
  };
  FlightState state{.time_s = time_s};
  axis(from.r_m, from.vr_mps, to.r_m, to.vr_mps, state.r_m, state.vr_mps);
  axis(from.h_m, from.vh_mps, to.h_m, to.vh_mps, state.h_m, state.vh_mps);
  return state;
}

namespace {

/// Where a step falls through a height: Newton on the cubic, from the chord.
double crossing_s(const FlightState& from, const FlightState& to, double h_m) {
  double t =
      from.h_m > h_m ? from.time_s + (to.time_s - from.time_s) * (from.h_m - h_m) / (from.h_m - to.h_m) : to.time_s;
  for (int i = 0; i < 6; ++i) {
    const FlightState at = between(from, to, t);
    if (at.vh_mps < 0) t = std::min(std::max(t - (at.h_m - h_m) / at.vh_mps, from.time_s), to.time_s);
  }
  return t;
}

}  // namespace

void fly_to_ground(const BallisticBody& body, const BoostSetting* setting, const double* h0_m, const double* h1_m,
                   std::int32_t count, const FlightSteps& steps, double watched_h_m, Landing* landing) {
  PAVISE_ASSERT_LE(count, kMostTogether);
  // those still in flight, close together
  std::int32_t member[kMostTogether];
  BoostSetting boost[kMostTogether];
  FlightState at[kMostTogether], next[kMostTogether];
  double length_s[kMostTogether];
  for (std::int32_t i = 0; i < count; ++i) {
    member[i] = i, boost[i] = setting[i], at[i] = {.h_m = h0_m[i]};
    landing[i] = {.falls_through_s = -1};
  }
  for (int k = 0; k < kMostSteps && count > 0; ++k) {
    for (std::int32_t i = 0; i < count; ++i) length_s[i] = piece_length_s(body, boost[i], at[i], steps);
    fly_pieces(body, boost, steps, at, length_s, next, count);

    std::int32_t kept = 0;
    for (std::int32_t i = 0; i < count; ++i) {
      Landing& l = landing[member[i]];
      const double end_m = h1_m[member[i]];
      if (l.falls_through_s < 0 && next[i].vh_mps < 0 && next[i].h_m < watched_h_m) l.falls_through_s = next[i].time_s;
      l.time_s = next[i].time_s, l.r_m = next[i].r_m;
      if (next[i].vh_mps < 0 && next[i].h_m <= end_m) {
        l.time_s = crossing_s(at[i], next[i], end_m);
        l.r_m = between(at[i], next[i], l.time_s).r_m;
        if (l.falls_through_s < 0 || l.falls_through_s > l.time_s) l.falls_through_s = l.time_s;
        continue;
      }
      member[kept] = member[i], boost[kept] = boost[i], at[kept] = next[i];
      ++kept;
    }
    count = kept;
  }
  for (std::int32_t i = 0; i < count; ++i)
    if (landing[member[i]].falls_through_s < 0) landing[member[i]].falls_through_s = landing[member[i]].time_s;
}

}  // namespace pavise
