#include "kernel/core/variant.hpp"

#include <gtest/gtest.h>

#include <string>

#include "kernel/core/elementary_lanes.hpp"

namespace pavise {
namespace {

TEST(Variant, BaselineRunsEverywhereAndEachOneImpliesTheLower) {
  EXPECT_TRUE(is_supported(Simd::baseline));
  EXPECT_TRUE(!is_supported(Simd::v4) || is_supported(Simd::v3));
  EXPECT_TRUE(is_supported(chosen_simd()));
}

TEST(Variant, HasTheNamesThatPaviseSimdTakes) {
  EXPECT_EQ(std::string(name_of(Simd::baseline)), "baseline");
  EXPECT_EQ(std::string(name_of(Simd::v3)), "x86-64-v3");
  EXPECT_EQ(std::string(name_of(Simd::v4)), "x86-64-v4");
}

TEST(Variant, ThreeBuildsAreThreeFunctionsAndTheChosenOneIsCalled) {
  const auto function = PAVISE_VARIANTS(exponential_lanes);
  EXPECT_NE(function.of(Simd::baseline), function.of(Simd::v3));
  EXPECT_NE(function.of(Simd::v3), function.of(Simd::v4));
  const Simd before = chosen_simd();
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    force_simd(simd);
    EXPECT_EQ(chosen_simd(), simd);
    double x = 0, out = 0;
    function(&x, std::size_t(1), &out);
    EXPECT_EQ(out, 1);
  }
  force_simd(before);
}

}  // namespace
}  // namespace pavise
