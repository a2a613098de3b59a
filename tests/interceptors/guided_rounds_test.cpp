#include "interceptors/guided_rounds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "interceptors/kinematic.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/variant.hpp"

namespace pavise::test {
namespace {

Kinematic missile(int drag_rows, double is_pure, double augmentation) {
  Kinematic k{312, 160, 250, {}, 0.25, {}, 4, 0.3, 200, 40 * kStandardGravity_mps2, 0.1, 60, is_pure, augmentation};
  k.burn_phases.rows = 2;
  const double burn[2][3] = {{0, 5, 0.5}, {7, 12, 0.5}};
  std::memcpy(k.burn_phases.cells, burn, sizeof burn);
  k.drag_by_mach.rows = drag_rows;
  for (int i = 0; i < drag_rows; ++i) {
    k.drag_by_mach.cells[i][0] = 0.4 * i;
    k.drag_by_mach.cells[i][1] = 0.3 + 0.1 * std::exp(-(0.4 * i - 1.1) * (0.4 * i - 1.1));
  }
  return k;
}

/// Targets of all kinds: near, far, high (above the layers that the lanes' short way knows), receding, weaving.
std::vector<FlightTask> random_tasks(std::vector<FlyingRound>& rounds, std::uint32_t seed) {
  const Draws draws{seed};
  std::vector<FlightTask> tasks;
  for (std::uint32_t i = 0; i < rounds.size(); ++i) {
    const auto u = [&](std::uint32_t k) { return 2 * draws.uniform({i, k, Purpose::free, 0, 0}) - 1; };
    const TargetPath path{0,
                          {2e4 * u(0), 2e4 * u(1), 500 + (i % 5 == 4 ? 40e3 : 8e3) * (1 + u(2))},
                          {300 * u(3), 300 * u(4), 50 * u(5)},
                          {10 * u(6), 10 * u(7), 0},
                          {0.2 * u(8), 0, 0}};
    start_kinematic({}, {100 * u(9), 100 * u(10), 0}, path.position_at(10), 0.3 * (1 + u(11)), rounds[i]);
    tasks.push_back({&rounds[i], path});
  }
  return tasks;
}

bool is_same(const FlyingRound& a, const FlyingRound& b) {
  return a.end == b.end && a.end_s == b.end_s && a.time_s == b.time_s && a.is_steered == b.is_steered &&
         a.largest_mps2 == b.largest_mps2 && std::memcmp(&a.position_m, &b.position_m, sizeof(Vec3)) == 0 &&
         std::memcmp(&a.velocity_mps, &b.velocity_mps, sizeof(Vec3)) == 0 &&
         std::memcmp(&a.lateral_mps2, &b.lateral_mps2, sizeof(Vec3)) == 0 &&
         std::memcmp(&a.miss_m, &b.miss_m, sizeof(Vec3)) == 0;
}

}  // namespace

TEST(GuidedRounds, LanesFlyEveryRoundAsAloneToTheBit) {
  const Simd chosen = chosen_simd();
  for (const Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    force_simd(simd);
    for (const Kinematic& k : {missile(7, 0, 0), missile(7, 1, 0), missile(12, 0, 1), missile(1, 1, 1)}) {
      const FlightModel model = flight_model_of(k);
      for (const std::size_t count : {0, 1, 2, 3, 7, 8, 9, 16, 17, 101}) {
        std::vector<FlyingRound> together(count), alone(count);
        const auto tasks = random_tasks(together, std::uint32_t(count)), same = random_tasks(alone, std::uint32_t(count));
        for (int frame = 1; frame <= 140; ++frame) {
          fly_guided(model, tasks, 0.5 * frame);
          for (std::size_t i = 0; i < count; ++i) {
            fly_guided(model, same[i].path, 0.5 * frame, alone[i]);
            ASSERT_TRUE(is_same(together[i], alone[i])) << name_of(simd) << ", " << count << " rounds, round " << i << ", frame " << frame;
          }
        }
        for (const FlyingRound& round : together) EXPECT_NE(round.end, FlightEnd::flying);
      }
    }
  }
  force_simd(chosen);
}

TEST(GuidedRounds, AugmentedNavigationNeedsNoMoreAccelerationThanTheTargetAtTheEnd) {
  // against a constant target acceleration n, N = 4: true navigation ends at N/(N-2) n = 2n, augmented at 0 (Zarchan, ch. 2 and 8)
  const auto largest = [](double augmentation) {
    FlightModel model;
    model.law = {.navigation_ratio = 4, .augmentation = augmentation, .acts_across = 0};
    model.step_s = 0.005, model.step_share = 0.01, model.finish_s = 1e-6, model.finish_m = 1e-3;
    FlyingRound round;
    round.velocity_mps = {1000, 0, 0};
    round.is_steered = true;
    const TargetPath path{0, {15000, 0, 0}, {-500, 0, 0}, {0, 0.005, 0}, {}};
    fly_guided(model, path, 9.9, round);
    return length(acting_guidance_mps2(model, path, round)) / 0.01;
  };
  EXPECT_NEAR(largest(0), 2 * (1 - 1e-4), 1e-3);          // 2 (1 - tau^2) with tau = 1 - 9.9 / 10
  EXPECT_NEAR(largest(1), 4.0 / 2 * 1e-4, 1e-3);          // N/2 tau^(N-2)
}

TEST(GuidedRounds, TheClosestApproachOfAParabolaIsItsOwn) {
  // distance^2 = (3 - t^2/2)^2 + (1 - t)^2 seen from the moving frame: least where its derivative vanishes
  const Vec3 r{0.5, -2e-3, 0}, u{-900, 3, 0}, w{40, -30, 5};
  const double t = time_to_closest_s(r, u, w);
  const auto distance = [&](double s) { return length(r + s * (u + (0.5 * s) * w)); };
  EXPECT_LE(distance(t), distance(t - 1e-7));
  EXPECT_LE(distance(t), distance(t + 1e-7));
  EXPECT_NEAR(dot(r + t * (u + (0.5 * t) * w), u + t * w), 0, 1e-9);
}

}  // namespace pavise::test
