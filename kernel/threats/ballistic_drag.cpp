// Ballistic missiles: boost in phases, coast, drag in the standard atmosphere, weave near the end.
#include <algorithm>
#include <memory>
#include <type_traits>

#include "kernel/threats/ballistic_flight.hpp"
#include "kernel/threats/launch_table.hpp"
#include "kernel/threats/pieces.hpp"
#include "kernel/threats/weave.hpp"

namespace pavise {
namespace {

struct BallisticDrag {
  double mass_kg, mass_burnout_kg, specific_impulse_s, diameter_m, launch_pitch_rad, pitch_hold_s, step_s;
  double mass_after_kg, diameter_after_m;
  double terminal_weave_mps2, weave_below_m, weave_period_s;
  double burnout_speed_mps, apogee_m, flight_time_s, range_max_m;  // of the class's data sheet; the flight has its own
  Table boost_phases, drag_by_mach, drag_by_mach_after;
};

// Meaning of Threats::memory. The state is that at the end of the present piece, time from launch. kMiss: of the flight
// by which it was aimed; kHome...: from when on what is still left is taken out (0: not known yet), and how much it is.
enum Memory {
  kShare, kMiss, kDuration, kTime, kR, kH, kVr, kVh, kWeavePhase, kWeaveBegin, kHomeFrom, kHomeR, kHomeH, kUsed
};
static_assert(kUsed <= std::extent_v<decltype(Threats::memory)>);

/// Share of the flight after which the last rest of the miss is taken out.
constexpr double kHomesAfter = 15.0 / 16;

// When a component gives no tables (a Table has no default of its own): one burn of 30 s, and the textbook drag curve.
const Table& usual_phases() {
  static const Table table{1, {{0, 30, 1}}};
  return table;
}
const Table& usual_drag() {
  static const Table table{6, {{0, 0.20}, {0.8, 0.20}, {1.2, 0.40}, {2, 0.30}, {4, 0.22}, {8, 0.20}}};
  return table;
}

BallisticBody body_of(const BallisticDrag& p) {
  BallisticBody body;
  body.mass_kg = p.mass_kg;
  body.mass_burnout_kg = p.mass_burnout_kg;
  body.specific_impulse_s = p.specific_impulse_s;
  body.mass_after_kg = p.mass_after_kg;
  body.cosine_pitch = cosine(p.launch_pitch_rad);
  body.sine_pitch = sine(p.launch_pitch_rad);
  body.pitch_hold_s = p.pitch_hold_s;
  body.phases = p.boost_phases.size() > 0 ? &p.boost_phases : &usual_phases();
  const Table& drag = p.drag_by_mach.size() > 0 ? p.drag_by_mach : usual_drag();
  set_drag(body.curve, p.diameter_m, drag);
  set_drag(body.curve_after, p.diameter_after_m > 0 ? p.diameter_after_m : p.diameter_m,
           p.drag_by_mach_after.size() > 0 ? p.drag_by_mach_after : drag);
  return body;
}

/// A step is a piece, so it must be short enough for the weave too.
FlightSteps steps_of(const BallisticDrag& p) {
  const double air_s = p.terminal_weave_mps2 > 0 ? std::min(p.step_s, p.weave_period_s / 16) : p.step_s;
  return {air_s, p.step_s / 10};
}

Weave weave_of(const BallisticDrag& p, const Threats& t, std::size_t row) {
  return {p.terminal_weave_mps2, p.weave_period_s, t.memory[kWeavePhase][row], t.memory[kWeaveBegin][row],
          t.memory[kDuration][row]};
}

FlightState state_of(const Threats& t, std::size_t row) {
  return {t.memory[kTime][row], t.memory[kR][row], t.memory[kH][row], t.memory[kVr][row], t.memory[kVh][row]};
}
void remember(Threats& t, std::size_t row, const FlightState& s) {
  t.memory[kTime][row] = s.time_s;
  t.memory[kR][row] = s.r_m, t.memory[kH][row] = s.h_m;
  t.memory[kVr][row] = s.vr_mps, t.memory[kVh][row] = s.vh_mps;
}

/// From the vertical plane into the frame. Guidance takes out the miss of the flight by which the missile was aimed, as a
/// share growing with the square of time, and near the end what its own flight differs from that one by (find_rest); the
/// weave is added sideways.
State in_frame(const Threats& t, std::size_t row, const Weave& weave, const FlightState& s) {
  const Vec3 from = start_of(t, row), way = aim_of(t, row) - from;
  const double range_m = std::sqrt(way.x * way.x + way.y * way.y);
  const double dx = range_m > 0 ? way.x / range_m : 0, dy = range_m > 0 ? way.y / range_m : 1;
  const double share = s.time_s / t.memory[kDuration][row];
  double r = s.r_m - t.memory[kMiss][row] * share * share, h = s.h_m;
  double vr = s.vr_mps - 2 * t.memory[kMiss][row] * share / t.memory[kDuration][row], vh = s.vh_mps;
  if (t.memory[kHomeFrom][row] > 0) {
    const double length_s = t.memory[kDuration][row] - t.memory[kHomeFrom][row];
    const double homed = (s.time_s - t.memory[kHomeFrom][row]) / length_s;
    r += t.memory[kHomeR][row] * homed * homed, vr += 2 * t.memory[kHomeR][row] * homed / length_s;
    h += t.memory[kHomeH][row] * homed * homed, vh += 2 * t.memory[kHomeH][row] * homed / length_s;
  }
  const SidewaysOffset side = offset_at(weave, s.time_s);
  return {{from.x + r * dx - side.offset_m * dy, from.y + r * dy + side.offset_m * dx, h},
          {vr * dx - side.rate_mps * dy, vr * dy + side.rate_mps * dx, vh}};
}

/// Flies the rest of the flight of rows that are near its end, piece by piece as they will be, to see by how much they
/// would miss their aim at the instant of arrival.
void find_rest(const BallisticDrag& p, const BallisticBody& body, Threats& t, std::span<const std::int32_t> rows) {
  const FlightSteps steps = steps_of(p);
  std::int32_t member[kMostTogether], count = 0;
  BoostSetting setting[kMostTogether];
  FlightState at[kMostTogether], next[kMostTogether];
  double length_s[kMostTogether];
  for (const std::int32_t r : rows) {
    const std::size_t row = std::size_t(r);
    if (t.memory[kHomeFrom][row] > 0) continue;
    member[count] = r, setting[count] = {t.memory[kShare][row]}, at[count] = state_of(t, row);
    const double end_s = at[count].time_s + piece_length_s(body, setting[count], at[count], steps);
    if (end_s < kHomesAfter * t.memory[kDuration][row]) continue;
    t.memory[kHomeFrom][row] = std::max(at[count].time_s, 1e-9);
    ++count;
  }
  while (count > 0) {
    for (std::int32_t i = 0; i < count; ++i) length_s[i] = piece_length_s(body, setting[i], at[i], steps);
    fly_pieces(body, setting, steps, at, length_s, next, count);
    std::int32_t kept = 0;
    for (std::int32_t i = 0; i < count; ++i) {
      const std::size_t row = std::size_t(member[i]);
      const double duration_s = t.memory[kDuration][row];
      if (next[i].time_s >= duration_s) {
        const FlightState end = next[i].time_s > duration_s ? between(at[i], next[i], duration_s) : next[i];
        const Vec3 way = aim_of(t, row) - start_of(t, row);
        t.memory[kHomeR][row] = std::sqrt(way.x * way.x + way.y * way.y) - (end.r_m - t.memory[kMiss][row]);
        t.memory[kHomeH][row] = t.aim_z_m[row] - end.h_m;
        continue;
      }
      member[kept] = member[i], setting[kept] = setting[i], at[kept] = next[i];
      ++kept;
    }
    count = kept;
  }
}

/// The piece of each row that follows its present one: one step of the integrator.
void write_next_pieces(const BallisticDrag& p, const BallisticBody& body, Threats& t,
                       std::span<const std::int32_t> rows) {
  const FlightSteps steps = steps_of(p);
  BoostSetting setting[kMostTogether];
  FlightState from[kMostTogether], to[kMostTogether];
  double length_s[kMostTogether];
  for (std::size_t begin = 0; begin < rows.size(); begin += std::size_t(kMostTogether)) {
    const std::span<const std::int32_t> part =
        rows.subspan(begin, std::min(rows.size() - begin, std::size_t(kMostTogether)));
    find_rest(p, body, t, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t row = std::size_t(part[i]);
      setting[i] = {t.memory[kShare][row]};
      from[i] = state_of(t, row);
      length_s[i] = piece_length_s(body, setting[i], from[i], steps);
    }
    fly_pieces(body, setting, steps, from, length_s, to, std::int32_t(part.size()));

    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t row = std::size_t(part[i]);
      const double launch_s = t.appears_s[row], duration_s = t.memory[kDuration][row];
      const bool is_last = to[i].time_s >= duration_s;
      if (is_last && to[i].time_s > duration_s) to[i] = between(from[i], to[i], duration_s);
      const Weave weave = weave_of(p, t, row);
      write_cubic(t, row, launch_s + from[i].time_s, is_last ? kNever_s : launch_s + to[i].time_s,
                  to[i].time_s - from[i].time_s, in_frame(t, row, weave, from[i]), in_frame(t, row, weave, to[i]));
      remember(t, row, to[i]);
    }
  }
}

std::shared_ptr<const void> prepare(const Parameters& parameters) {
  return std::make_shared<LaunchTable>(make_launch_table(body_of(parameters.as<BallisticDrag>())));
}

void start(const MotionContext& context, const ThreatClass& threat_class, Threats& t,
           std::span<const std::int32_t> rows) {
  const BallisticDrag& p = threat_class.motion_parameters.as<BallisticDrag>();
  const BallisticBody body = body_of(p);
  // made with the scenario; whoever puts a class together by hand may leave it to us, at its price
  std::shared_ptr<const void> own;
  if (threat_class.prepared == nullptr) own = prepare(threat_class.motion_parameters);
  const LaunchTable* table =
      static_cast<const LaunchTable*>(own != nullptr ? own.get() : threat_class.prepared.get());
  double h0_m[kMostTogether], h1_m[kMostTogether], range_m[kMostTogether];
  BoostSetting setting[kMostTogether];
  Landing landing[kMostTogether];
  for (std::size_t begin = 0; begin < rows.size(); begin += std::size_t(kMostTogether)) {
    const std::span<const std::int32_t> part =
        rows.subspan(begin, std::min(rows.size() - begin, std::size_t(kMostTogether)));
    const std::int32_t count = std::int32_t(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t row = std::size_t(part[i]);
      const Vec3 from = start_of(t, row), way = aim_of(t, row) - from;
      h0_m[i] = from.z, h1_m[i] = t.aim_z_m[row], range_m[i] = std::sqrt(way.x * way.x + way.y * way.y);
    }
    aim_boost(body, *table, h0_m, h1_m, range_m, count, p.weave_below_m, setting, landing);

    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t row = std::size_t(part[i]);
      t.memory[kShare][row] = setting[i].share;
      t.memory[kMiss][row] = landing[i].r_m - range_m[i];
      t.memory[kDuration][row] = landing[i].time_s;
      t.memory[kWeaveBegin][row] = landing[i].falls_through_s;
      t.memory[kWeavePhase][row] =
          2 * kPi * context.draws.uniform(address_of(context, t, part[i], Purpose::motion_phase));
      t.arrives_s[row] = t.appears_s[row] + landing[i].time_s;
      if (!(t.speed_mps[row] > 0)) t.speed_mps[row] = p.burnout_speed_mps;
      remember(t, row, {.h_m = h0_m[i]});
    }
  }
  write_next_pieces(p, body, t, rows);
}

void next_piece(const MotionContext&, const ThreatClass& threat_class, Threats& t, std::span<const std::int32_t> rows) {
  const BallisticDrag& p = threat_class.motion_parameters.as<BallisticDrag>();
  write_next_pieces(p, body_of(p), t, rows);
}

const Registration<MotionKind> registered{{
    .info =
        {.category = "threat motion",
         .name = "ballistic/drag",
         .summary = "A ballistic missile: phased boost, coast and drag in the standard atmosphere, terminal weave.",
         .source = "docs/models/threats.md#ballistic-with-drag",
         .parameters =
             {parameter("mass", &BallisticDrag::mass_kg, Dimension::mass, {1, 1e6}, "at launch", 4000.0),
              parameter("mass_burnout", &BallisticDrag::mass_burnout_kg, Dimension::mass, {1, 1e6},
                        "with all propellant burnt", 1500.0),
              parameter("specific_impulse", &BallisticDrag::specific_impulse_s, Dimension::time, {1, 1000},
                        "thrust = specific impulse x standard gravity x mass flow", 240.0),
              parameter("boost_phases", &BallisticDrag::boost_phases, Dimension::table, {0, 1e4},
                        "burns, each [start_s, end_s, share of the propellant]; default one of 30 s", 0.0, {}, 3),
              parameter("diameter", &BallisticDrag::diameter_m, Dimension::length, {0.01, 20}, "of the body", 0.9),
              parameter("drag_by_mach", &BallisticDrag::drag_by_mach, Dimension::table, {0, 100},
                        "rows [Mach, Cd], linear between, end values held; default a textbook curve", 0.0, {}, 2),
              parameter("mass_after", &BallisticDrag::mass_after_kg, Dimension::mass, {0, 1e6},
                        "of the body that separates at the end of the boost and flies on; 0: nothing separates", 0.0),
              parameter("diameter_after", &BallisticDrag::diameter_after_m, Dimension::length, {0, 20},
                        "of the body after the boost; 0: as before", 0.0),
              parameter("drag_by_mach_after", &BallisticDrag::drag_by_mach_after, Dimension::table, {0, 100},
                        "rows [Mach, Cd] of the body after the boost; default as before", 0.0, {}, 2),
              parameter("launch_pitch", &BallisticDrag::launch_pitch_rad, Dimension::angle, {0.2, 1.5},
                        "of the thrust above the horizontal until the gravity turn begins", 67 * kPi / 180),
              parameter("pitch_hold", &BallisticDrag::pitch_hold_s, Dimension::time, {0.5, 1000},
                        "time from launch at which the gravity turn begins: thrust along the velocity", 2.0),
              parameter("terminal_weave", &BallisticDrag::terminal_weave_mps2, Dimension::acceleration, {0, 1000},
                        "amplitude of the sideways acceleration, seeded phase; 0: none", 0.0),
              parameter("weave_below", &BallisticDrag::weave_below_m, Dimension::length, {0, 30e3},
                        "height below which it weaves on its way down", 20e3),
              parameter("weave_period", &BallisticDrag::weave_period_s, Dimension::time, {0.1, 1000},
                        "period of the weave", 4.0),
              parameter("step", &BallisticDrag::step_s, Dimension::time, {0.01, 5},
                        "of the integrator below 60 km; a tenth of that in the boost, eight times that above",
                        0.25),
              parameter("burnout_speed", &BallisticDrag::burnout_speed_mps, Dimension::speed, {1, 10e3},
                        "for estimates and reporting; the flight's own follows from mass and thrust", 1715.0),
              parameter("apogee", &BallisticDrag::apogee_m, Dimension::length, {0, 1.5e6},
                        "data sheet; the flight's own follows", 75e3),
              parameter("flight_time", &BallisticDrag::flight_time_s, Dimension::time, {0, 1e4},
                        "data sheet; the flight's own follows", 247.0),
              parameter("range_max", &BallisticDrag::range_max_m, Dimension::length, {0, 4e6}, "data sheet", 500e3)},
         .size_bytes = sizeof(BallisticDrag)},
    .prepare = prepare,
    .start = start,
    .next_piece = next_piece,
}};

}  // namespace
}  // namespace pavise
