#include <gtest/gtest.h>

#include "kernel/core/environment.hpp"
#include "kernel/threats/ballistic_flight.hpp"
#include "kernel/threats/launch_table.hpp"
#include "kernel/threats/pieces.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

TEST(VacuumParabola, HasTheApogeeAndFlightTimeOfTheClosedForm) {
  Scene scene;
  scene.assets[0].radius_m = 0;
  scene.add_wave(scene.add_class("ballistic/vacuum", {{"apogee", 75e3}}), 1, 90, 0, 300e3, 0, 1340);
  scene.start();
  const Threats& t = scene.threats;
  const double g = kStandardGravity_mps2, duration_s = 2 * std::sqrt(2 * 75e3 / g);
  EXPECT_NEAR(t.arrives_s[0], 1340 + duration_s, 1e-9);
  EXPECT_NEAR(t.arrives_s[0], 1587, 0.5);  // shared/data/nsatu_hub.md, mixed_40
  const State top = state_at(t, 0, 1340 + duration_s / 2), end = state_at(t, 0, t.arrives_s[0]);
  EXPECT_NEAR(top.position_m.z, 75e3, 1e-6);
  EXPECT_NEAR(top.velocity_mps.z, 0, 1e-9);
  EXPECT_LT(length(end.position_m), 1e-6);
  EXPECT_EQ(t.piece_end_s[0], kNever_s);
}

TEST(VacuumParabola, WithoutApogeeTakesTheLeastEnergy) {
  Scene scene;
  scene.assets[0].radius_m = 0;
  scene.add_wave(scene.add_class("ballistic/vacuum"), 1, 90, 0, 300e3, 0);
  scene.start();
  const State launch = state_at(scene.threats, 0, 0);
  EXPECT_NEAR(length(launch.velocity_mps), std::sqrt(kStandardGravity_mps2 * 300e3), 1e-6);
  EXPECT_NEAR(launch.velocity_mps.z, -launch.velocity_mps.x, 1e-6);
}

Table table_of(std::vector<std::vector<double>> rows) {
  Table table;
  table.rows = double(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows[i].size(); ++k) table.cells[i][k] = rows[i][k];
  return table;
}

// Plain twin: the same equations with the atmosphere's own equations, steps of a fortieth, no tables, long double.
struct PlainFlight {
  long double r = 0, h = 0, vr = 0, vh = 0, t = 0;
};
void plain_step(const BallisticBody& body, const Table& phases, const Table& drag, long double share, PlainFlight& s,
                long double dt) {
  const auto rate = [&](long double t, long double h, long double vr, long double vh, long double middle) {
    long double mass = body.mass_kg, thrust = 0, end = 0;
    for (int i = 0; i < phases.size(); ++i) end = std::max(end, (long double)phases.cells[i][1]);
    const long double cut = std::min(share, 1.0L) * end, propellant = body.mass_kg - body.mass_burnout_kg;
    for (int i = 0; i < phases.size(); ++i) {
      const long double b = phases.cells[i][0], e = std::min((long double)phases.cells[i][1], cut);
      const long double flow = phases.cells[i][2] * propellant / (phases.cells[i][1] - phases.cells[i][0]);
      mass -= flow * std::max(0.0L, std::min(t, e) - b);
      if (middle > b && middle < e) thrust += flow * body.specific_impulse_s * kStandardGravity_mps2;
    }
    thrust *= std::max(share, 1.0L);
    const Air air = air_at(double(h > 0 ? h : 0));
    const long double v = std::sqrt(vr * vr + vh * vh), mach = v / air.speed_of_sound_mps;
    long double cd = drag.cells[drag.size() - 1][1];
    for (int i = drag.size() - 1; i > 0; --i) {
      const auto *low = drag.cells[i - 1], *high = drag.cells[i];
      if (mach <= high[0]) cd = low[1] + (mach - low[0]) / (high[0] - low[0]) * (high[1] - low[1]);
    }
    const long double k = 0.5L * air.density_kg_m3 * v * cd * body.curve.area_m2 / mass;
    const bool holds = middle < body.pitch_hold_s;
    struct {
      long double r, h;
    } a{thrust / mass * (holds ? body.cosine_pitch : vr / v) - k * vr,
        thrust / mass * (holds ? body.sine_pitch : vh / v) - kStandardGravity_mps2 - k * vh};
    return a;
  };
  const long double m = s.t + dt / 2;
  const auto a1 = rate(s.t, s.h, s.vr, s.vh, m);
  const auto a2 = rate(m, s.h + dt / 2 * s.vh, s.vr + dt / 2 * a1.r, s.vh + dt / 2 * a1.h, m);
  const auto a3 = rate(m, s.h + dt / 2 * (s.vh + dt / 2 * a1.h), s.vr + dt / 2 * a2.r, s.vh + dt / 2 * a2.h, m);
  const auto a4 = rate(s.t + dt, s.h + dt * (s.vh + dt / 2 * a2.h), s.vr + dt * a3.r, s.vh + dt * a3.h, m);
  s.r += dt * s.vr + dt * dt / 6 * (a1.r + a2.r + a3.r);
  s.h += dt * s.vh + dt * dt / 6 * (a1.h + a2.h + a3.h);
  s.vr += dt / 6 * (a1.r + 2 * (a2.r + a3.r) + a4.r);
  s.vh += dt / 6 * (a1.h + 2 * (a2.h + a3.h) + a4.h);
  s.t += dt;
}

class DragFlight : public testing::Test {
 protected:
  static constexpr FlightSteps kSteps{0.25, 0.025};  // the component's defaults
  Table phases = table_of({{0, 12, 0.6}, {12, 30, 0.4}});
  Table drag = table_of({{0, 0.2}, {0.8, 0.2}, {1.2, 0.4}, {2, 0.3}, {4, 0.22}, {8, 0.2}});
  BallisticBody body;
  DragFlight() {
    body.mass_kg = 4000, body.mass_burnout_kg = 1500, body.specific_impulse_s = 240;
    body.cosine_pitch = std::cos(67 * kPi / 180), body.sine_pitch = std::sin(67 * kPi / 180);
    body.pitch_hold_s = 2;
    body.phases = &phases;
    set_drag(body.curve, 0.9, drag);
    set_drag(body.curve_after, 0.9, drag);
  }
  Landing land(double share) const {
    const BoostSetting setting{share};
    const double ground_m = 0;
    Landing landing;
    fly_to_ground(body, &setting, &ground_m, &ground_m, 1, kSteps, 0, &landing);
    return landing;
  }
  FlightState step(const FlightState& from, const FlightSteps& steps = kSteps, double at_most_s = 1e9) const {
    const BoostSetting setting{1};
    const double length_s = std::min(piece_length_s(body, setting, from, steps), at_most_s);
    FlightState to;
    fly_pieces(body, &setting, steps, &from, &length_s, &to, 1);
    return to;
  }
};

TEST_F(DragFlight, AgreesWithAPlainTwinOfManySmallSteps) {
  PlainFlight plain;
  for (int k = 0; k < 48'000 && (plain.vh >= 0 || plain.h > 0); ++k)
    plain_step(body, phases, drag, 1, plain, 1 / 128.0L);
  const Landing landing = land(1);
  // the twin's last step stands below the ground; back along its velocity
  const long double over_s = plain.h / plain.vh;
  EXPECT_NEAR(landing.time_s, double(plain.t - over_s), 1e-5);
  EXPECT_NEAR(landing.r_m, double(plain.r - over_s * plain.vr), 5e-3);
}

TEST_F(DragFlight, BurnsOutAtTheRocketEquationInVacuum) {
  body.curve.area_m2 = 0;
  body.pitch_hold_s = 100;  // constant attitude: the rocket equation along it, gravity down
  FlightState s{};
  while (s.time_s < 30 - 1e-9) s = step(s);
  EXPECT_NEAR(s.time_s, 30, 1e-9);
  const double g = kStandardGravity_mps2, ideal = 240 * g * std::log(4000.0 / 1500);
  EXPECT_NEAR(s.vr_mps, ideal * body.cosine_pitch, 1e-5);
  EXPECT_NEAR(s.vh_mps, ideal * body.sine_pitch - 30 * g, 1e-5);
}

TEST_F(DragFlight, IsAimedAtAnyRangeFromAnyHeight) {
  const LaunchTable table = make_launch_table(body);
  for (const bool is_high : {false, true}) {
    constexpr int kCount = 8;
    const double range_m[kCount] = {60e3, 120e3, 250e3, 297e3, 303e3, 350e3, 480e3, 900e3};
    double from_m[kCount] = {}, to_m[kCount] = {};
    for (int i = 0; is_high && i < kCount; ++i) from_m[i] = 250 * i, to_m[i] = 1700 - 200 * i;
    BoostSetting setting[kCount];
    Landing aimed[kCount];
    aim_boost(body, table, from_m, to_m, range_m, kCount, 0, setting, aimed);
    for (int i = 0; i < kCount; ++i) {
      // the miss that guidance takes out on the way, and what the flight of finer steps differs by from the aiming one
      EXPECT_NEAR(aimed[i].r_m, range_m[i], kAimedWithin_m);
      Landing flown;
      fly_to_ground(body, setting + i, from_m + i, to_m + i, 1, kSteps, 0, &flown);
      EXPECT_NEAR(flown.r_m, aimed[i].r_m, 5) << range_m[i];
      EXPECT_NEAR(flown.time_s, aimed[i].time_s, 0.01) << range_m[i];
      // and the aim is the row's own, whoever is aimed beside it
      BoostSetting alone;
      Landing reached;
      aim_boost(body, table, from_m + i, to_m + i, range_m + i, 1, 0, &alone, &reached);
      EXPECT_EQ(alone.share, setting[i].share);
      EXPECT_EQ(reached.time_s, aimed[i].time_s);
    }
  }
}

TEST_F(DragFlight, IsAimedByATableThatRisesAndMeetsItsRows) {
  const LaunchTable table = make_launch_table(body);
  ASSERT_GT(table.rows, 20);
  double before = 0;
  for (double range_m = table.range_m[0]; range_m < table.range_m[table.rows - 1]; range_m *= 1.003) {
    EXPECT_GT(table.share_at(range_m), before) << range_m;
    before = table.share_at(range_m);
  }
  for (std::int32_t i = 0; i < table.rows; ++i) EXPECT_NEAR(table.share_at(table.range_m[i]), table.share[i], 1e-12);
  EXPECT_EQ(table.share_at(0), table.share[0]);
  EXPECT_EQ(table.share_at(1e9), table.share[table.rows - 1]);
}

/// What the pieces of the simulation say, step by step, against steps of 1/128 s and 1/256 s.
TEST_F(DragFlight, HasPiecesWithinFiveMillimetresOfThePath) {
  FlightState coarse{}, fine{};
  double worst_m = 0, worst_at_s = 0;
  while (coarse.vh_mps >= 0 || coarse.h_m > 0) {
    const FlightState next = step(coarse);
    for (int k = 1; k <= 4; ++k) {
      const double t = coarse.time_s + 0.25 * k * (next.time_s - coarse.time_s);
      while (fine.time_s < t - 1e-9) fine = step(fine, {1 / 128.0, 1 / 256.0}, t - fine.time_s);
      const FlightState at = between(coarse, next, t);
      const double off_m = std::hypot(at.r_m - fine.r_m, at.h_m - fine.h_m);
      if (off_m > worst_m) worst_m = off_m, worst_at_s = t;
    }
    coarse = next;
  }
  RecordProperty("worst_mm", std::to_string(1e3 * worst_m));
  EXPECT_LT(worst_m, 5e-3) << "at " << worst_at_s << " s";
}

TEST_F(DragFlight, SeparatesAtTheEndOfTheBoostIntoABodyWithItsOwnDrag) {
  const Landing whole = land(1);
  // a light body with the whole missile's drag falls short; a slender one that keeps its mass flies on
  body.mass_after_kg = 500;
  EXPECT_LT(land(1).r_m, whole.r_m - 10e3);
  set_drag(body.curve_after, 0.3, drag);
  EXPECT_GT(land(1).r_m, whole.r_m);
  // area / mass as before: the same fall, to the rounding of mass and area
  body.mass_after_kg = 1500.0 / 9;
  EXPECT_NEAR(land(1).r_m, whole.r_m, 1e-3);
}

TEST(BallisticDrag, FallsOnItsAimAndLooksLikeTheDataSheet) {
  Scene scene;
  scene.assets[0].radius_m = 800;
  scene.add_wave(scene.add_class("ballistic/drag", {{"terminal_weave", 49}}), 4, 90, 15, 300e3, 0, 1340, 5);
  scene.start(4);
  for (std::int32_t row = 0; row < scene.threats.rows; ++row) {
    const std::size_t r = std::size_t(row);
    double apogee_m = 0, fastest_mps = 0;
    EXPECT_LT(follow(scene, row,
                     [&](double, double, const State& from, const State&) {
                       apogee_m = std::max(apogee_m, from.position_m.z);
                       fastest_mps = std::max(fastest_mps, length(from.velocity_mps));
                     }),
              1e-6);
    const State end = state_at(scene.threats, r, scene.threats.arrives_s[r]);
    EXPECT_LT(length(end.position_m - Vec3{scene.threats.aim_x_m[r], scene.threats.aim_y_m[r], 0}), 1e-6);
    // parameters.toml: 75 km, 1715 m/s, 247 s for the parabola; boost and drag shift them by some ten per cent
    EXPECT_NEAR(apogee_m, 75e3, 20e3);
    EXPECT_NEAR(fastest_mps, 1715, 170);
    EXPECT_NEAR(scene.threats.arrives_s[r] - scene.threats.appears_s[r], 247, 40);
  }
}

TEST(BallisticDrag, MeetsAnAimAtAnotherHeightWithoutAJerk) {
  Scene scene;
  scene.assets[0].radius_m = 800;
  scene.assets[0].position_enu_m.z = 400;
  scene.add_wave(scene.add_class("ballistic/drag"), 3, 90, 15, 200e3, 1500);
  scene.start();
  for (std::int32_t row = 0; row < scene.threats.rows; ++row) {
    const std::size_t r = std::size_t(row);
    Vec3 before;
    double worst_mps = 0;
    const double off_m = follow(scene, row, [&](double begin_s, double, const State& from, const State& to) {
      if (begin_s > scene.threats.appears_s[r]) worst_mps = std::max(worst_mps, length(from.velocity_mps - before));
      before = to.velocity_mps;
    });
    EXPECT_LT(off_m, 1e-6);
    // the homing begins and ends with a piece, and pieces share their ends' velocities
    EXPECT_LT(worst_mps, 1e-6);
    const State end = state_at(scene.threats, r, scene.threats.arrives_s[r]);
    EXPECT_LT(length(end.position_m - aim_of(scene.threats, r)), 1e-6);
  }
}

TEST(BallisticDrag, FliesTheSameWithATableMadeBeforeOrAtItsLaunch) {
  Scene with, without;
  for (Scene* scene : {&with, &without}) {
    scene->add_wave(scene->add_class("ballistic/drag"), 3, 90, 15, 300e3, 0);
    if (scene == &without) scene->classes[0].prepared.reset();
    scene->start(2);
  }
  for (std::size_t r = 0; r < 6; ++r) {
    EXPECT_EQ(with.threats.arrives_s[r], without.threats.arrives_s[r]);
    for (int k = 0; k < 10; ++k) EXPECT_EQ(with.threats.memory[k][r], without.threats.memory[k][r]);
  }
}

}  // namespace
}  // namespace pavise::threats_test
