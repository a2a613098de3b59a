#include "kernel/threats/threats.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "kernel/threats/positions.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

Scene mixed_scene() {
  Scene scene;
  scene.assets.push_back({.name = "store", .position_enu_m = {2100, -2100, 0}, .radius_m = 300, .value = 70});
  const auto drone = scene.add_class("waypoint");
  const auto cruise = scene.add_class("cruise", {{"terminal_weave", 19.6}});
  const auto missile = scene.add_class("ballistic/drag", {{"terminal_weave", 49}});
  const auto level = scene.add_class("straight", {{"speed", 250}});
  for (ThreatClass& c : scene.classes) c.impact_error_m = 20, c.reliability = 0.9;
  scene.environment.wind_speed_mps = 5;
  scene.environment.wind_from_rad = 1.5 * kPi;
  scene.environment.wind_shear_exponent = 0.14;
  scene.add_wave(drone, 4, 90, 20, 20e3, 500, 0, 15).route_enu_m = {{9e3, 6e3, 800}, {5e3, -3e3, 0}};
  scene.add_wave(cruise, 3, 60, 30, 60e3, 50, 100, 8);
  scene.add_wave(missile, 2, 90, 15, 300e3, 0, 110, 5);
  scene.add_wave(level, 2, 180, 180, 30e3, 1000, 20, 1);
  return scene;
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

TEST(Threats, AreTheSameInEveryLaneAndBlock) {
  Scene block = mixed_scene();
  block.first_replication = 40;
  block.start(32);
  const std::int32_t n = block.threats.per_replication;

  std::vector<Scene> alone;
  for (int lane : {0, 5, 31}) {
    alone.push_back(mixed_scene());
    alone.back().first_replication = 40 + lane;
    alone.back().start(1);
  }
  Clock clock = clock_of(0.5);
  for (; clock.now_s() < 500; ++clock.frame) {
    block.move_to(clock);
    for (std::size_t s = 0; s < alone.size(); ++s) {
      alone[s].move_to(clock);
      const std::int32_t lane = alone[s].first_replication - 40;
      for (std::int32_t number = 0; number < n; ++number) {
        const Threats &a = alone[s].threats, &b = block.threats;
        const std::size_t i = std::size_t(number), k = std::size_t(lane * n + number);
        const State p = state_at(a, i, clock.now_s()), q = state_at(b, k, clock.now_s());
        ASSERT_TRUE(same_bits(p.position_m.x, q.position_m.x) && same_bits(p.position_m.y, q.position_m.y) &&
                    same_bits(p.position_m.z, q.position_m.z) && same_bits(p.velocity_mps.x, q.velocity_mps.x))
            << "lane " << lane << " number " << number << " at " << clock.now_s();
        ASSERT_TRUE(same_bits(a.arrives_s[i], b.arrives_s[k]) && same_bits(a.fails_s[i], b.fails_s[k]));
        ASSERT_EQ(a.asset[i], b.asset[k]);
      }
    }
  }
}

TEST(Threats, KeepAPieceThatCoversNowWhateverTheFrame) {
  for (double frame_s : {0.02, 0.5, 7.0}) {
    Scene scene = mixed_scene();
    scene.start(2);
    Clock clock = clock_of(frame_s);
    for (; clock.now_s() < 500; ++clock.frame) {
      scene.move_to(clock);
      for (std::size_t row = 0; row < std::size_t(scene.threats.rows); ++row) {
        ASSERT_GT(scene.threats.piece_end_s[row], clock.now_s());
        ASSERT_LE(scene.threats.piece_begin_s[row], std::max(clock.now_s(), scene.threats.appears_s[row]));
      }
      ASSERT_GT(scene.threats.next_piece_s, clock.now_s());
    }
  }
}

TEST(Threats, FlyTheSameWayWhateverTheFrame) {
  Scene fine = mixed_scene(), coarse = mixed_scene();
  fine.start(2), coarse.start(2);
  Clock often = clock_of(0.1), seldom = clock_of(5);
  for (; often.now_s() < 400; ++often.frame) {
    fine.move_to(often);
    if (often.frame % 50 != 0) continue;
    coarse.move_to(seldom);
    ++seldom.frame;
    for (std::size_t row = 0; row < std::size_t(fine.threats.rows); ++row) {
      const State a = state_at(fine.threats, row, often.now_s()), b = state_at(coarse.threats, row, often.now_s());
      ASSERT_TRUE(same_bits(a.position_m.x, b.position_m.x) && same_bits(a.position_m.z, b.position_m.z)) << row;
    }
  }
}

// Arcs, weaves and integration steps end several times within a long frame. An instant inside it must be answered by the
// piece that held then: the same bits as from short frames, whose present piece it was.
TEST(Threats, AreWhereTheyWereAtEveryInstantOfALongFrame) {
  Scene fine = mixed_scene(), coarse = mixed_scene();
  fine.start(2), coarse.start(2);
  const std::int32_t rows = fine.threats.rows;
  Clock often = clock_of(0.125), seldom = clock_of(2);
  std::vector<double> expected[6], instants;
  std::vector<std::int32_t> list;
  std::int64_t looked_back = 0;
  for (; often.now_s() < 400; ++often.frame) {
    fine.move_to(often);
    for (std::int32_t row = 0; row < rows; ++row) {
      const State s = state_at(fine.threats, std::size_t(row), often.now_s());
      const double values[] = {s.position_m.x,   s.position_m.y,   s.position_m.z,
                               s.velocity_mps.x, s.velocity_mps.y, s.velocity_mps.z};
      for (int k = 0; k < 6; ++k) expected[k].push_back(values[k]);
      list.push_back(row), instants.push_back(often.now_s());
    }
    if (often.frame % 16 != 0) continue;  // the coarse frame ends here
    coarse.move_to(seldom);
    ++seldom.frame;
    std::vector<double> computed[6];
    for (auto& c : computed) c.resize(list.size());
    positions_of_rows(coarse.threats, list.data(), instants.data(), std::int32_t(list.size()),
                      {computed[0].data(), computed[1].data(), computed[2].data(), computed[3].data(),
                       computed[4].data(), computed[5].data()});
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::size_t row = std::size_t(list[i]);
      if (instants[i] < coarse.threats.appears_s[row]) continue;
      looked_back += instants[i] < coarse.threats.piece_begin_s[row];
      for (int k = 0; k < 6; ++k)
        ASSERT_TRUE(same_bits(computed[k][i], expected[k][i])) << "row " << row << " at " << instants[i] << " s";
      const State alone = state_at(coarse.threats, row, instants[i]);
      ASSERT_TRUE(same_bits(alone.position_m.x, expected[0][i]) && same_bits(alone.velocity_mps.z, expected[5][i]));
    }
    for (auto& c : expected) c.clear();
    list.clear(), instants.clear();
  }
  EXPECT_GT(looked_back, 1000);
}

TEST(Threats, StepNowhereFromPieceToPiece) {
  Scene scene = mixed_scene();
  scene.start(8);
  for (std::int32_t row = 0; row < scene.threats.rows; ++row) EXPECT_LT(follow(scene, row), 1e-6) << row;
}

TEST(Threats, ReachTheirAim) {
  Scene scene = mixed_scene();
  scene.start(8);
  for (std::int32_t row = 0; row < scene.threats.rows; ++row) {
    const std::size_t r = std::size_t(row);
    follow(scene, row);
    const State end = state_at(scene.threats, r, scene.threats.arrives_s[r]);
    EXPECT_NEAR(end.position_m.x, scene.threats.aim_x_m[r], 1e-6) << row;
    EXPECT_NEAR(end.position_m.y, scene.threats.aim_y_m[r], 1e-6) << row;
    EXPECT_NEAR(end.position_m.z, scene.threats.aim_z_m[r], 1e-6) << row;
  }
}

TEST(Threats, OfUnusedLanesHaveEndedAndNeverAppear) {
  Scene scene = mixed_scene();
  scene.start(4, 3);
  for (std::size_t row = std::size_t(3 * scene.threats.per_replication); row < std::size_t(scene.threats.rows); ++row) {
    EXPECT_EQ(scene.threats.appears_s[row], kNever_s);
    EXPECT_EQ(scene.threats.ended_s[row], 0);
    EXPECT_EQ(scene.threats.piece_end_s[row], kNever_s);
  }
}

TEST(Threats, ThatHaveEndedUnseenAreNeverDueAgain) {
  Scene scene = mixed_scene();
  scene.start(1);
  for (std::size_t row = 0; row < std::size_t(scene.threats.rows); ++row)
    scene.threats.ended_s[row] = 10, scene.threats.visible_until_s[row] = row == 0 ? 30 : 10;
  Clock clock = clock_of(1);
  for (; clock.now_s() < 1000; ++clock.frame) scene.move_to(clock);
  EXPECT_EQ(scene.threats.next_piece_s, kNever_s);
}

TEST(Threats, TakeTargetsByValueAndAimPointsUniformlyOverTheCircle) {
  Scene scene;
  scene.assets = {{.name = "a", .position_enu_m = {}, .radius_m = 800, .value = 30},
                  {.name = "b", .position_enu_m = {5e3, 0, 0}, .radius_m = 300, .value = 70}};
  scene.add_wave(scene.add_class("straight"), 1, 90, 45, 60e3, 1000);
  constexpr int n = 20'000;
  scene.start(n);
  double on_a = 0, inside = 0, bearing = 0;
  for (std::size_t row = 0; row < n; ++row) {
    const Threats& t = scene.threats;
    const Asset& asset = scene.assets[std::size_t(t.asset[row])];
    on_a += t.asset[row] == 0;
    const double dx = t.aim_x_m[row] - asset.position_enu_m.x, dy = t.aim_y_m[row] - asset.position_enu_m.y;
    const double share = std::sqrt(dx * dx + dy * dy) / asset.radius_m;
    ASSERT_LE(share, 1 + 1e-12);
    inside += share < 0.5;
    bearing += std::atan2(t.start_x_m[row], t.start_y_m[row]);
  }
  // five standard errors of a proportion, of a uniform mean
  EXPECT_NEAR(on_a / n, 0.3, 5 * std::sqrt(0.3 * 0.7 / n));
  EXPECT_NEAR(inside / n, 0.25, 5 * std::sqrt(0.25 * 0.75 / n));
  EXPECT_NEAR(bearing / n, kPi / 2, 5 * (kPi / 2) / std::sqrt(12.0 * n));
}

TEST(Threats, FailAtAUniformShareOfTheirFlight) {
  Scene scene;
  scene.add_wave(scene.add_class("straight"), 1, 90, 0, 60e3, 1000, 100);
  scene.classes[0].reliability = 0.8;
  constexpr int n = 20'000;
  scene.start(n);
  double failed = 0, share = 0;
  for (std::size_t row = 0; row < n; ++row) {
    const Threats& t = scene.threats;
    if (t.fails_s[row] == kNever_s) continue;
    failed += 1;
    share += (t.fails_s[row] - t.appears_s[row]) / (t.arrives_s[row] - t.appears_s[row]);
  }
  EXPECT_NEAR(failed / n, 0.2, 5 * std::sqrt(0.2 * 0.8 / n));
  EXPECT_NEAR(share / failed, 0.5, 5 / std::sqrt(12 * failed));
}

TEST(Threats, OfABenchRingStandExactlyWhereTheirNumberSays) {
  Scene scene;
  Wave& wave = scene.add_wave(scene.add_class("straight"), 100, 0, 10, 40e3, 3000);
  wave.bearing_step_rad = 2 * kPi / 100;
  wave.range_step_m = 300;
  wave.speed_mps = 80;
  wave.speed_step_mps = 1.7;
  wave.aims_at_centre = true;
  scene.start(1);
  for (std::size_t j = 0; j < 100; ++j) {
    const double range_m = 40e3 + 300.0 * double(j), bearing_rad = double(j) * 2 * kPi / 100;
    const State s = state_at(scene.threats, j, 0);
    EXPECT_NEAR(s.position_m.x, range_m * std::sin(bearing_rad), 1e-9 * range_m);
    EXPECT_NEAR(s.position_m.y, range_m * std::cos(bearing_rad), 1e-9 * range_m);
    EXPECT_NEAR(length(s.velocity_mps), 80 + 1.7 * double(j), 1e-11);
    EXPECT_NEAR(scene.threats.arrives_s[j], range_m / (80 + 1.7 * double(j)), 1e-9);
  }
}

TEST(Threats, WithoutSatellitesDriftByTheirRemainingTimeAndGoOnFromWhereTheyAre) {
  Scene scene;
  scene.add_wave(scene.add_class("waypoint"), 1, 90, 0, 60e3, 1000);
  constexpr int n = 4000;
  scene.start(n);
  Threats& t = scene.threats;
  Clock clock = clock_of(0.5);
  clock.frame = 600;
  scene.move_to(clock);
  double sum2_x = 0, sum2_y = 0;
  for (std::int32_t row = 0; row < n; ++row) {
    const std::size_t r = std::size_t(row);
    const double left_s = t.arrives_s[r] - 299.7, x = t.aim_x_m[r], y = t.aim_y_m[r];
    const State before = state_at(t, r, 299.7);
    deny_navigation(t, scene.context(), row, 299.7, 299.7, 0.5, NavigationDenial::for_good);
    const State after = state_at(t, r, 299.7);
    ASSERT_LT(length(after.position_m - before.position_m), 1e-6);
    ASSERT_LT(length(after.velocity_mps - before.velocity_mps), 1e-6);
    sum2_x += std::pow((t.aim_x_m[r] - x) / (0.5 * left_s), 2);
    sum2_y += std::pow((t.aim_y_m[r] - y) / (0.5 * left_s), 2);
    const double aim_x = t.aim_x_m[r];
    deny_navigation(t, scene.context(), row, 299.9, 299.9, 0.5, NavigationDenial::for_good);
    ASSERT_EQ(t.aim_x_m[r], aim_x) << "a second denial changes nothing";
  }
  EXPECT_NEAR(sum2_x / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(sum2_y / n, 1, 5 * std::sqrt(2.0 / n));
  for (std::int32_t row = 0; row < 50; ++row) {
    EXPECT_LT(follow(scene, row), 1e-6);
    const State end = state_at(t, std::size_t(row), t.arrives_s[std::size_t(row)]);
    EXPECT_NEAR(end.position_m.x, t.aim_x_m[std::size_t(row)], 1e-6);
    EXPECT_NEAR(end.position_m.y, t.aim_y_m[std::size_t(row)], 1e-6);
  }
}

TEST(Threats, AreDeniedSatellitesAtAnyTimeOfTheirFlight) {
  for (double share = 0.01; share < 1; share += 0.021) {
    Scene scene = mixed_scene();
    scene.start(1);
    for (std::int32_t row = 0; row < scene.threats.rows; ++row) {
      Threats& t = scene.threats;
      const std::size_t r = std::size_t(row);
      const double time_s = t.appears_s[r] + share * (t.arrives_s[r] - t.appears_s[r]);
      const ThreatClass& c = scene.classes[std::size_t(t.class_of_number[r])];
      while (t.piece_end_s[r] <= time_s) c.motion->next_piece(scene.context(), c, t, std::span(&row, 1));
      const State before = state_at(t, r, time_s);
      deny_navigation(t, scene.context(), row, time_s, time_s, 1.0, NavigationDenial::for_good);
      EXPECT_LT(length(state_at(t, r, time_s).position_m - before.position_m), 1e-6);
      EXPECT_LT(follow(scene, row), 1e-6) << share << " row " << row;
      const State end = state_at(t, r, t.arrives_s[r]);
      EXPECT_LT(length(end.position_m - Vec3{t.aim_x_m[r], t.aim_y_m[r], t.aim_z_m[r]}), 1e-6)
          << share << " row " << row;
    }
  }
}

}  // namespace
}  // namespace pavise::threats_test
