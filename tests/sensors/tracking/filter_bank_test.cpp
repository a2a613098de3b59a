#include "sensors/tracking/filter_bank.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernel/core/draws.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/detections.hpp"
#include "sensors/tracking/estimation.hpp"

namespace pavise {
namespace {

const Vec3 kSensor = {100, -50, 12};

/// A list of `count` random tracks and measurements; components cycle through `masks`.
void fill(FilterList& list, std::int32_t count, const std::vector<std::int32_t>& masks) {
  allocate(list, std::size_t(count));
  list.count = count;
  list.any_components = 0;
  list.sensor_m = kSensor;
  const Draws draws{11};
  for (std::int32_t k = 0; k < count; ++k) {
    const auto u = [&](std::uint32_t n) { return 2 * draws.uniform({0, std::uint32_t(k), Purpose::free, 0, n}) - 1; };
    const Vec3 p = {40e3 * u(0), 40e3 * u(1), 6e3 + 5e3 * u(2)};
    const double mean[6] = {p.x, p.y, p.z, 300 * u(3), 300 * u(4), 50 * u(5)};
    double lower[6][6] = {};
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j <= i; ++j)
        lower[i][j] = (i < 3 ? 80.0 : 15.0) * (i == j ? 1.0 : 0.3 * u(std::uint32_t(10 + 6 * i + j)));
    for (int i = 0; i < 6; ++i) {
      list.mean[i][std::size_t(k)] = mean[i];
      for (int j = 0; j <= i; ++j) {
        double sum = 0;
        for (int n = 0; n < 6; ++n) sum += lower[i][n] * lower[j][n];
        list.covariance[packed_index(i, j)][std::size_t(k)] = sum;
      }
    }
    list.duration_s[std::size_t(k)] = 2 + 2 * u(50);
    list.noise_m2_s3[std::size_t(k)] = 10;
    const Vec3 d = p - kSensor;
    const double azimuth = arctangent2(d.x, d.y), level = std::sqrt(d.x * d.x + d.y * d.y);
    set_measurement(
        list, k, masks[std::size_t(k) % masks.size()],
        {length(d) + 100 * u(51), azimuth < 0 ? azimuth + 2 * kPi : azimuth, arctangent2(d.z, level), 100 * u(52)},
        {15, 2e-3, 3e-3, 2});
  }
}

TEST(FilterBank, AgreesWithTheJointUpdateOfTheGeneralFilterForEverySetOfComponents) {
  for (std::int32_t mask = 0; mask < 16; ++mask) {
    FilterList list;
    fill(list, 37, {mask});
    FilterList before;
    fill(before, 37, {mask});
    update_filters(list);
    for (std::size_t k = 0; k < 37; ++k) {
      Gaussian state;
      Measurement z;
      for (int i = 0; i < 6; ++i) {
        state.mean[i] = before.mean[i][k];
        for (int j = 0; j <= i; ++j)
          state.covariance[i][j] = state.covariance[j][i] = before.covariance[packed_index(i, j)][k];
      }
      z.sensor_m = kSensor;
      for (int c = 0; c < 4; ++c) {
        if (!(mask >> c & 1)) continue;
        z.components[z.count] = Component(int(Component::range) + c);
        z.values[z.count] = before.value[c][k];
        z.sigmas[z.count++] = before.sigma[c][k];
      }
      predict(state, {10, 0}, before.duration_s[k]);
      const Fit fit = update(state, z);
      // rounding grows with the ratio of prior to posterior variance, some 1e4 here
      for (int i = 0; i < 6; ++i) {
        const double sigma = std::sqrt(state.covariance[i][i]);
        EXPECT_NEAR(list.mean[i][k], state.mean[i], 1e-10 * sigma + 1e-11 * std::fabs(state.mean[i]))
            << mask << " " << k;
        for (int j = 0; j <= i; ++j)
          EXPECT_NEAR(list.covariance[packed_index(i, j)][k], state.covariance[i][j],
                      1e-9 * sigma * std::sqrt(state.covariance[j][j]));
      }
      EXPECT_NEAR(list.nis[k], fit.nis, 1e-8 * (1 + fit.nis));
      EXPECT_NEAR(logarithm(list.determinant[k]), fit.log_determinant, 1e-8);
    }
  }
}

TEST(FilterBank, AMixedListGivesEachRowItsOwnComponents) {
  FilterList mixed, before, alone;
  fill(mixed, 16, {7, 15, 3, 6, 8, 0});
  fill(before, 16, {7, 15, 3, 6, 8, 0});
  update_filters(mixed);
  for (std::int32_t k = 0; k < 16; ++k) {
    fill(alone, 16, {7, 15, 3, 6, 8, 0});
    alone.count = k + 1;
    update_filters(alone);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(alone.mean[i][std::size_t(k)], mixed.mean[i][std::size_t(k)]);
  }
}

TEST(FilterBank, EveryVariantGivesTheSameBitsForEveryLength) {
  const Simd chosen = chosen_simd();
  for (std::int32_t count : {0, 1, 2, 3, 7, 8, 9, 31, 257})
    for (std::int32_t mask : {7, 15, 6, 2, 9}) {
      FilterList expected;
      fill(expected, count, {mask});
      force_simd(Simd::baseline);
      update_filters(expected);
      for (Simd simd : {Simd::v3, Simd::v4}) {
        if (!is_supported(simd)) continue;
        force_simd(simd);
        FilterList list;
        fill(list, count, {mask});
        update_filters(list);
        for (std::size_t k = 0; k < std::size_t(count); ++k) {
          for (int i = 0; i < 6; ++i) ASSERT_EQ(list.mean[i][k], expected.mean[i][k]) << name_of(simd);
          for (int i = 0; i < 21; ++i) ASSERT_EQ(list.covariance[i][k], expected.covariance[i][k]) << name_of(simd);
          ASSERT_EQ(list.nis[k], expected.nis[k]);
        }
      }
    }
  force_simd(chosen);
}

TEST(FilterBank, ABallisticRowFallsFreelyInThePrediction) {
  FilterList list;
  fill(list, 1, {0});
  const double z = list.mean[2][0], vz = list.mean[5][0];
  list.duration_s[0] = 2;
  list.gravity_mps2[0] = 10;
  update_filters(list);
  EXPECT_DOUBLE_EQ(list.mean[5][0], vz - 20);
  EXPECT_NEAR(list.mean[2][0], z + 2 * vz - 20, 1e-9);
}

// A target that moves as the filter believes, 1,000 runs: the normalised errors squared are chi-square with 6 degrees
// of freedom, their sum with 6,000, whose standard deviation is sqrt(12,000); the same for the innovations (3 per
// look).
TEST(FilterBank, IsConsistentOnATargetThatMovesAsItBelieves) {
  constexpr std::int32_t kRuns = 1000;
  constexpr double T = 2, q = 5;
  const Draws draws{21};
  FilterList list;
  allocate(list, kRuns);
  list.sensor_m = {0, 0, 0};
  list.count = kRuns;
  std::vector<Gaussian> truth(kRuns);
  const double start[6] = {20e3, 15e3, 5e3, -120, -60, 3}, sigma[6] = {60, 60, 60, 20, 20, 5};
  for (std::size_t k = 0; k < kRuns; ++k)
    for (int i = 0; i < 6; ++i) {
      truth[k].mean[i] = start[i];
      list.mean[i][k] = start[i] + sigma[i] * draws.normal({std::uint32_t(k), 0, Purpose::free, 0, std::uint32_t(i)});
      list.covariance[packed_index(i, i)][k] = sigma[i] * sigma[i];
    }
  double nis = 0;
  constexpr int kLooks = 12;
  for (std::uint32_t look = 1; look <= kLooks; ++look) {
    list.any_components = 0;
    for (std::size_t k = 0; k < kRuns; ++k) {
      const auto n = [&](std::uint32_t i) { return draws.normal({std::uint32_t(k), look, Purpose::free, 0, i}); };
      double* x = truth[k].mean;
      for (std::uint32_t a = 0; a < 3; ++a) {  // exact discretisation of white-noise acceleration
        const double first = n(a), second = n(3 + a), root = std::sqrt(q * T);
        x[a] += T * x[3 + a] + root * T * (0.5 * first + second / std::sqrt(12.0));
        x[3 + a] += root * first;
      }
      const Vec3 p = {x[0], x[1], x[2]};
      const double azimuth = arctangent2(p.x, p.y), level = std::sqrt(p.x * p.x + p.y * p.y);
      list.duration_s[k] = T;
      list.noise_m2_s3[k] = q;
      set_measurement(list, std::int32_t(k), 7,
                      {length(p) + 10 * n(6), azimuth + 1e-3 * n(7), arctangent2(p.z, level) + 1e-3 * n(8), 0},
                      {10, 1e-3, 1e-3, 1});
    }
    update_filters(list);
    for (std::size_t k = 0; k < kRuns; ++k) nis += list.nis[k];
  }
  double nees = 0;
  for (std::size_t k = 0; k < kRuns; ++k) {
    Gaussian estimate;
    for (int i = 0; i < 6; ++i) {
      estimate.mean[i] = list.mean[i][k];
      for (int j = 0; j <= i; ++j)
        estimate.covariance[i][j] = estimate.covariance[j][i] = list.covariance[packed_index(i, j)][k];
    }
    nees += normalised_error(estimate, truth[k].mean);
  }
  EXPECT_NEAR(nees, 6 * kRuns, 4 * std::sqrt(2.0 * 6 * kRuns));
  EXPECT_NEAR(nis, 3 * kLooks * kRuns, 4 * std::sqrt(2.0 * 3 * kLooks * kRuns));
}

}  // namespace
}  // namespace pavise
