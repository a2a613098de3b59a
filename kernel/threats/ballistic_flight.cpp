#include "kernel/threats/ballistic_flight.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernel/core/elementary.hpp"
#include "kernel/core/environment.hpp"

namespace pavise {
namespace {

constexpr double kAirTop_m = 30e3;    // below: short steps
constexpr double kDragTop_m = 100e3;  // above: no drag (here under 1e-4 m/s^2)
constexpr double kAirSpacing_m = 25;
constexpr double kSameInstant_s = 1e-9;
constexpr int kMostSteps = 20'000;
constexpr double kCoarseStep_s = 1;
constexpr double kCloseEnough_m = 50;  // for the aiming; guidance takes the rest out

/// US76 every 25 m, linear between: density to 2e-6 relative, and twenty times as fast as its equations. Constant after
/// the first use, the same in every run.
struct AirTable {
  struct Entry {
    double density_kg_m3, inverse_sound_s_m;
  };
  std::vector<Entry> entry;
  AirTable() {
    const int count = int(kDragTop_m / kAirSpacing_m) + 2;
    for (int i = 0; i < count; ++i) {
      const Air air = air_at(i * kAirSpacing_m);
      entry.push_back({air.density_kg_m3, 1 / air.speed_of_sound_mps});
    }
  }
};
const AirTable& air_table() {
  static const AirTable table;
  return table;
}

double drag_coefficient(const BallisticBody& body, double mach) {
  // the row at or below; Mach changes slowly, so the branches are foreseen
  int i = body.drag_rows - 1;
  while (i > 0 && mach < body.drag_mach[i]) --i;
  return body.drag_cd[i] + std::max(mach - body.drag_mach[i], 0.0) * body.drag_slope[i];
}

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

struct Acceleration {
  double r, h;
};
Acceleration acceleration(const BallisticBody& body, const AirTable& air, double inverse_mass, double thrust_N,
                          bool holds_pitch, double h_m, double vr, double vh) {
  const double speed = std::sqrt(vr * vr + vh * vh);
  Acceleration a{0, -kStandardGravity_mps2};
  if (thrust_N > 0) {
    const double push = thrust_N * inverse_mass;
    a.r += push * (holds_pitch ? body.cosine_pitch : vr / speed);
    a.h += push * (holds_pitch ? body.sine_pitch : vh / speed);
  }
  if (h_m < kDragTop_m) {
    const double place = std::max(h_m, 0.0) * (1 / kAirSpacing_m);
    const int i = int(place);
    const double share = place - i;
    const AirTable::Entry& low = air.entry[std::size_t(i)];
    const AirTable::Entry& high = air.entry[std::size_t(i) + 1];
    const double density = low.density_kg_m3 + share * (high.density_kg_m3 - low.density_kg_m3);
    const double inverse_sound = low.inverse_sound_s_m + share * (high.inverse_sound_s_m - low.inverse_sound_s_m);
    const double k =
        0.5 * density * speed * body.area_m2 * inverse_mass * drag_coefficient(body, speed * inverse_sound);
    a.r -= k * vr;
    a.h -= k * vh;
  }
  return a;
}

}  // namespace

void set_drag(BallisticBody& body, const Table& table) {
  body.drag_rows = std::max(table.size(), 1);
  body.drag_mach[0] = body.drag_cd[0] = body.drag_slope[0] = 0;
  for (int i = 0; i < table.size(); ++i) {
    const bool is_last = i + 1 == table.size();
    body.drag_mach[i] = table.cells[i][0];
    body.drag_cd[i] = table.cells[i][1];
    body.drag_slope[i] =
        is_last ? 0 : (table.cells[i + 1][1] - table.cells[i][1]) / (table.cells[i + 1][0] - table.cells[i][0]);
  }
}

double step_length_s(const BallisticBody& body, const BoostSetting& setting, const FlightState& s, double base_s) {
  double length_s = base_s;
  if (s.h_m >= kAirTop_m) {
    length_s = 8 * base_s;
    if (s.vh_mps < 0) length_s = std::min(length_s, std::max(base_s, (kAirTop_m - s.h_m) / s.vh_mps));
  }
  const double cut_s = cut_off_s(body, setting);
  const auto end_at = [&](double time_s) {
    if (time_s > s.time_s + kSameInstant_s) length_s = std::min(length_s, time_s - s.time_s);
  };
  end_at(cut_s);
  end_at(body.pitch_hold_s);
  for (int i = 0; i < body.phases->size(); ++i) {
    if (body.phases->cells[i][0] < cut_s) end_at(body.phases->cells[i][0]);
    if (body.phases->cells[i][1] < cut_s) end_at(body.phases->cells[i][1]);
  }
  return length_s;
}

FlightState fly_step(const BallisticBody& body, const BoostSetting& setting, const FlightState& s, double length_s) {
  const AirTable& air = air_table();
  const double half_s = 0.5 * length_s;
  const Burn burn = burn_at(body, setting, s.time_s, s.time_s + half_s);
  const bool holds_pitch = s.time_s + half_s < body.pitch_hold_s || (s.vr_mps == 0 && s.vh_mps == 0);
  const double at_begin = 1 / burn.mass_kg;
  double at_middle = at_begin, at_end = at_begin;  // 1 / mass
  if (burn.flow_kgps > 0) {
    at_middle = 1 / (burn.mass_kg - burn.flow_kgps * half_s);
    at_end = 1 / (burn.mass_kg - burn.flow_kgps * length_s);
  }
  const auto accelerate = [&](double inverse_mass, double h_m, double vr, double vh) {
    return acceleration(body, air, inverse_mass, burn.thrust_N, holds_pitch, h_m, vr, vh);
  };

  const Acceleration a1 = accelerate(at_begin, s.h_m, s.vr_mps, s.vh_mps);
  const double vr2 = s.vr_mps + half_s * a1.r, vh2 = s.vh_mps + half_s * a1.h;
  const Acceleration a2 = accelerate(at_middle, s.h_m + half_s * s.vh_mps, vr2, vh2);
  const double vr3 = s.vr_mps + half_s * a2.r, vh3 = s.vh_mps + half_s * a2.h;
  const Acceleration a3 = accelerate(at_middle, s.h_m + half_s * vh2, vr3, vh3);
  const double vr4 = s.vr_mps + length_s * a3.r, vh4 = s.vh_mps + length_s * a3.h;
  const Acceleration a4 = accelerate(at_end, s.h_m + length_s * vh3, vr4, vh4);

  const double sixth_s = length_s / 6;
  return {s.time_s + length_s, s.r_m + sixth_s * (s.vr_mps + 2 * (vr2 + vr3) + vr4),
          s.h_m + sixth_s * (s.vh_mps + 2 * (vh2 + vh3) + vh4), s.vr_mps + sixth_s * (a1.r + 2 * (a2.r + a3.r) + a4.r),
          s.vh_mps + sixth_s * (a1.h + 2 * (a2.h + a3.h) + a4.h)};
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

Landing fly_to_ground(const BallisticBody& body, const BoostSetting& setting, double h0_m, double h1_m, double base_s,
                      double watched_h_m) {
  Landing landing{.falls_through_s = -1};
  FlightState s{.h_m = h0_m};
  for (int k = 0; k < kMostSteps; ++k) {
    const FlightState next = fly_step(body, setting, s, step_length_s(body, setting, s, base_s));
    if (landing.falls_through_s < 0 && next.vh_mps < 0 && next.h_m < watched_h_m) landing.falls_through_s = next.time_s;
    if (next.vh_mps < 0 && next.h_m <= h1_m) {
      // the crossing inside the step: Newton on the cubic, from the chord
      double t = s.h_m > h1_m ? s.time_s + (next.time_s - s.time_s) * (s.h_m - h1_m) / (s.h_m - next.h_m) : next.time_s;
      for (int i = 0; i < 6; ++i) {
        const FlightState at = between(s, next, t);
        if (at.vh_mps < 0) t = std::min(std::max(t - (at.h_m - h1_m) / at.vh_mps, s.time_s), next.time_s);
      }
      landing.time_s = t;
      landing.r_m = between(s, next, t).r_m;
      if (landing.falls_through_s < 0 || landing.falls_through_s > t) landing.falls_through_s = t;
      return landing;
    }
    s = next;
  }
  landing.time_s = s.time_s, landing.r_m = s.r_m;
  if (landing.falls_through_s < 0) landing.falls_through_s = s.time_s;
  return landing;
}

BoostSetting aim_boost(const BallisticBody& body, double h0_m, double h1_m, double range_m) {
  constexpr double kLeast = 0.02, kMost = 5;
  const auto range_with = [&](double share) { return fly_to_ground(body, {share}, h0_m, h1_m, kCoarseStep_s, 0).r_m; };
  // range grows with about the 3.5th power of the burnt share; whatever the start, the secant finds the rest
  double a = 1, range_a = range_with(a);
  double b = std::min(std::max(1 + (range_m / std::max(range_a, 1.0) - 1) / 3.5, 0.5), 2.0);
  if (std::fabs(b - a) < 1e-3) b = a + (range_m >= range_a ? 1e-3 : -1e-3);
  double range_b = range_with(b);
  for (int k = 0; k < 12 && std::fabs(range_b - range_m) > kCloseEnough_m; ++k) {
    const double slope = (range_b - range_a) / (b - a);
    if (!(slope > 0)) break;
    const double c = std::min(std::max(b + (range_m - range_b) / slope, kLeast), kMost);
    a = b, range_a = range_b;
    b = c, range_b = range_with(c);
    if (a == b) break;
  }
  return {b};
}

}  // namespace pavise
