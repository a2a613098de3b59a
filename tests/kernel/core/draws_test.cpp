#include "kernel/core/draws.hpp"

#include <gtest/gtest.h>

#include <Random123/philox.h>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include "kernel/core/draws_lanes.hpp"

namespace pavise {
namespace {

constexpr std::array kAllSimd{Simd::baseline, Simd::v3, Simd::v4};

// Salmon et al. 2011: known answers of Random123 1.14 (tests/kat_vectors), philox4x32-10.
TEST(Philox, GivesThePublishedAnswers) {
  const auto expect = [](Words counter, std::uint32_t key0, std::uint32_t key1, Words expected) {
    const Words computed = philox4x32_10(counter, key0, key1);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(computed.w[i], expected.w[i]);
  };
  expect({{0, 0, 0, 0}}, 0, 0, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
  expect({{~0u, ~0u, ~0u, ~0u}}, ~0u, ~0u, {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
  expect({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0,
         {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
}

TEST(Philox, AgreesWithRandom123) {
  std::mt19937 generator(17);
  for (int i = 0; i < 10'000; ++i) {
    Words counter;
    for (auto& w : counter.w) w = std::uint32_t(generator());
    const std::uint32_t key0 = std::uint32_t(generator()), key1 = std::uint32_t(generator());
    const auto expected =
        r123::Philox4x32()({{counter.w[0], counter.w[1], counter.w[2], counter.w[3]}}, {{key0, key1}});
    const Words computed = philox4x32_10(counter, key0, key1);
    for (int k = 0; k < 4; ++k) ASSERT_EQ(computed.w[k], expected[std::size_t(k)]);
  }
}

TEST(Draws, EveryPartOfTheAddressHasItsPlaceInCounterAndKey) {
  const Draws draws{0x0123456789abcdef};
  const Words computed =
      draws.words({.replication = 4, .entity = 2, .purpose = Purpose::hit, .stream = 9, .number = 1});
  const Words expected = philox4x32_10({{1, 2, 32 | 9u << 16, 4}}, 0x89abcdef, 0x01234567);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(computed.w[i], expected.w[i]);
}

TEST(Uniform, IsExactAndNeverZeroOrOne) {
  EXPECT_EQ(uniform_open(0, 0), 0x1p-53);
  EXPECT_EQ(uniform_open(4095, 0), 0x1p-53);
  EXPECT_EQ(uniform_open(4096, 0), 0x3p-53);
  EXPECT_EQ(uniform_open(~0u, ~0u), 1 - 0x1p-53);
  std::mt19937_64 generator(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t x = generator();
    const double expected = (double(x >> 12) + 0.5) / 4503599627370496.0;
    ASSERT_EQ(uniform_open(std::uint32_t(x), std::uint32_t(x >> 32)), expected);
  }
}

TEST(Draws, OneIsTheFirstOfTheTwo) {
  const Draws draws{7};
  for (std::uint32_t i = 0; i < 100; ++i) {
    const Address at{.replication = i, .entity = 3, .number = 2 * i};
    EXPECT_EQ(draws.uniform(at), draws.uniforms(at).first);
    EXPECT_EQ(draws.normal(at), draws.normals(at).first);
    EXPECT_EQ(draws.exponential(at), -logarithm(draws.uniform(at)));
  }
}

TEST(Draws, NormalsAreThoseOfBoxAndMullerInLongDouble) {
  const Draws draws{8};
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const Address at{.entity = i};
    const Pair u = draws.uniforms(at), computed = draws.normals(at);
    const long double radius = std::sqrt(-2 * std::log((long double)u.first));
    const long double angle = 2 * 3.14159265358979323846264338327950288L * u.second;
    // the angle is rounded once (2^-53 of up to 2 pi), the rest adds a few units in the last place of the radius
    const double tolerance = double(radius) * 8 * 0x1p-52;
    EXPECT_NEAR(computed.first, double(radius * std::cos(angle)), tolerance);
    EXPECT_NEAR(computed.second, double(radius * std::sin(angle)), tolerance);
  }
}

TEST(Draws, NormalsHaveTheirMomentsAndTails) {
  const Draws draws{9};
  const int count = 200'000;
  double sum = 0, sum2 = 0, sum3 = 0, sum4 = 0, product = 0;
  int beyond_3 = 0;
  for (int i = 0; i < count; ++i) {
    const Pair z = draws.normals({.replication = std::uint32_t(i)});
    for (double x : {z.first, z.second})
      sum += x, sum2 += x * x, sum3 += x * x * x, sum4 += x * x * x * x, beyond_3 += std::fabs(x) > 3;
    product += z.first * z.second;
  }
  const double n = 2.0 * count, z = 4.5;  // standard errors: of E x^k, sqrt(Var x^k / n)
  EXPECT_NEAR(sum / n, 0, z / std::sqrt(n));
  EXPECT_NEAR(sum2 / n, 1, z * std::sqrt(2 / n));
  EXPECT_NEAR(sum3 / n, 0, z * std::sqrt(15 / n));
  EXPECT_NEAR(sum4 / n, 3, z * std::sqrt(96 / n));
  EXPECT_NEAR(product / count, 0, z / std::sqrt(count));
  EXPECT_NEAR(beyond_3 / n, 0.0026997960632602, z * std::sqrt(0.0027 / n));
}

TEST(Draws, AnotherAddressIsAnotherDraw) {
  std::set<double> seen;
  std::size_t asked = 0;
  for (std::uint64_t seed : {0ull, 1ull, 1ull << 32, (1ull << 63) - 1})
    for (std::uint32_t replication : {0u, 1u, ~0u})
      for (std::uint32_t entity : {0u, 1u, ~0u})
        for (Purpose purpose : {Purpose::free, Purpose::hit, Purpose(65535)})
          for (std::uint16_t stream : {0, 1, 65535})
            for (std::uint32_t number : {0u, 1u, ~0u}) {
              seen.insert(Draws{seed}.uniform({replication, entity, purpose, stream, number}));
              ++asked;
            }
  EXPECT_EQ(seen.size(), asked);
}

struct Rows {
  std::vector<std::uint32_t> replication, entity, number;
  explicit Rows(std::size_t rows) {
    std::mt19937 generator(23);
    for (std::size_t i = 0; i < rows; ++i) {
      replication.push_back(std::uint32_t(generator()));
      entity.push_back(std::uint32_t(generator() % 1000));
      number.push_back(std::uint32_t(generator()));
    }
  }
  DrawColumns columns() const {
    return {replication.size(), replication.data(), entity.data(), number.data(), Purpose::look_detect, 513,
            0xfedcba9876543210};
  }
  Address address(std::size_t i) const { return {replication[i], entity[i], Purpose::look_detect, 513, number[i]}; }
};

TEST(DrawColumns, GiveTheBitsOfTheScalarDrawsInEveryVariant) {
  const Draws draws{0xfedcba9876543210};
  for (std::size_t count : {0, 1, 7, 8, 9, 15, 16, 17, 127, 128, 129, 1001}) {
    const Rows rows(count);
    for (Simd simd : kAllSimd) {
      if (!is_supported(simd)) continue;
      std::vector<double> first(count + 1, -7), second(count + 1, -7);
      PAVISE_VARIANTS(fill_uniforms).of(simd)(rows.columns(), first.data(), second.data());
      for (std::size_t i = 0; i < count; ++i) {
        const Pair expected = draws.uniforms(rows.address(i));
        ASSERT_EQ(first[i], expected.first) << name_of(simd) << ", row " << i << " of " << count;
        ASSERT_EQ(second[i], expected.second);
      }
      PAVISE_VARIANTS(fill_normals).of(simd)(rows.columns(), first.data(), second.data());
      for (std::size_t i = 0; i < count; ++i) {
        const Pair expected = draws.normals(rows.address(i));
        ASSERT_EQ(first[i], expected.first) << name_of(simd) << ", row " << i << " of " << count;
        ASSERT_EQ(second[i], expected.second);
      }
      PAVISE_VARIANTS(fill_exponentials).of(simd)(rows.columns(), first.data());
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(first[i], draws.exponential(rows.address(i))) << name_of(simd) << ", row " << i << " of " << count;
      EXPECT_EQ(first[count], -7);
      EXPECT_EQ(second[count], -7);
    }
  }
}

// The bits of some thousand draws: the same for GCC and Clang, -O0 and -O3.
TEST(Draws, GivesTheRecordedBits) {
  const Draws draws{2026};
  std::uint64_t sum = 0;
  const auto add = [&](double value) { sum = (sum ^ elementary::bits_of(value)) * 0x100000001b3; };
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    const Address at{.replication = i, .entity = i % 7, .purpose = Purpose::hit, .number = i / 7};
    add(draws.uniforms(at).second);
    add(draws.normals(at).first);
    add(draws.normals(at).second);
    add(draws.exponential(at));
  }
  EXPECT_EQ(sum, 11701946201607954416u);
}

}  // namespace
}  // namespace pavise
