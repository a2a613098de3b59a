#include "kernel/core/elementary.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <vector>

#include "kernel/core/elementary_lanes.hpp"

namespace pavise {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();

// Units in the last place of the expected value: the distance of doubles there.
double error_ulp(double computed, long double expected) {
  int exponent;
  std::frexp(expected, &exponent);
  return double(std::fabs((long double)computed - expected) / std::ldexp(1.0L, std::max(exponent - 53, -1074)));
}

// The greatest error over `count` arguments; prints it, so that the numbers in the header can be checked.
template <class Computed, class Expected, class Argument>
double greatest_error(const char* name, int count, Argument argument, Computed computed, Expected expected) {
  std::mt19937_64 generator(20260917);
  double greatest = 0, where = 0;
  for (int i = 0; i < count; ++i) {
    const double x = argument(generator);
    const double error = error_ulp(computed(x), expected((long double)x));
    if (!(error <= greatest)) greatest = error, where = x;
  }
  std::printf("  %-28s %.3f ulp, at %.17g\n", name, greatest, where);
  return greatest;
}

auto between(double low, double high) {
  return [=](auto& generator) { return std::uniform_real_distribution<double>(low, high)(generator); };
}
// Any positive finite double, subnormal ones too: random bits.
double positive_bits(std::mt19937_64& generator) {
  return elementary::double_of(std::uniform_int_distribution<std::uint64_t>(1, 0x7fefffffffffffff)(generator));
}
// Random magnitude over many decades, either sign.
auto decades(double low, double high) {
  return [=](auto& generator) {
    const double magnitude = std::exp(std::uniform_real_distribution<double>(std::log(low), std::log(high))(generator));
    return generator() & 1 ? magnitude : -magnitude;
  };
}

constexpr int kCount = 400'000;

TEST(Exponential, StaysWithinItsStatedError) {
  const auto computed = [](double x) { return exponential(x); };
  const auto expected = [](long double x) { return std::exp(x); };
  EXPECT_LE(greatest_error("exp, |x| < 708", kCount, between(-708, 709.7), computed, expected), 1.1);
  EXPECT_LE(greatest_error("exp, |x| < 1", kCount, between(-1, 1), computed, expected), 1.1);
  EXPECT_LE(greatest_error("exp, small", kCount, decades(1e-300, 1), computed, expected), 1.1);
  EXPECT_LE(greatest_error("exp, subnormal result", kCount / 4, between(-745, -708), computed, expected), 1.1);
}

TEST(Exponential, HasTheUsualValuesAtTheEdges) {
  EXPECT_EQ(exponential(0.0), 1.0);
  EXPECT_EQ(exponential(-0.0), 1.0);
  EXPECT_EQ(exponential(kLeast), 1.0);
  EXPECT_EQ(exponential(kInf), kInf);
  EXPECT_EQ(exponential(-kInf), 0.0);
  EXPECT_EQ(exponential(709.79), kInf);
  EXPECT_EQ(exponential(1e308), kInf);
  EXPECT_EQ(exponential(-746.0), 0.0);
  EXPECT_EQ(exponential(-1e308), 0.0);
  EXPECT_TRUE(std::isnan(exponential(std::nan(""))));
}

TEST(Logarithm, StaysWithinItsStatedError) {
  const auto computed = [](double x) { return logarithm(x); };
  const auto expected = [](long double x) { return std::log(x); };
  EXPECT_LE(greatest_error("log, all doubles", kCount, positive_bits, computed, expected), 0.9);
  EXPECT_LE(greatest_error("log, around 1", kCount, between(0.5, 2), computed, expected), 0.9);
  EXPECT_LE(greatest_error("log, close to 1", kCount, between(1 - 1e-6, 1 + 1e-6), computed, expected), 0.9);
  EXPECT_LE(greatest_error("log, subnormal", kCount / 4, between(kLeast, 2e-308), computed, expected), 0.9);
}

TEST(Logarithm, HasTheUsualValuesAtTheEdges) {
  EXPECT_EQ(logarithm(1.0), 0.0);
  EXPECT_EQ(logarithm(0.0), -kInf);
  EXPECT_EQ(logarithm(-0.0), -kInf);
  EXPECT_EQ(logarithm(kInf), kInf);
  EXPECT_TRUE(std::isnan(logarithm(-1.0)));
  EXPECT_TRUE(std::isnan(logarithm(-kInf)));
  EXPECT_TRUE(std::isnan(logarithm(std::nan(""))));
  EXPECT_NEAR(logarithm(kLeast), -744.44007192138126, 1.2e-13);
}

TEST(Power, StaysWithinItsStatedError) {
  // x from [0, 1e6] and above, y such that the result is a normal number
  std::mt19937_64 generator(7);
  double greatest = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = i % 3 == 0   ? between(0.5, 2)(generator)
                     : i % 3 == 1 ? std::fabs(decades(1e-12, 1e12)(generator))
                                  : positive_bits(generator);
    const double reach = 700 / std::max(std::fabs(std::log(x)), 1e-3);
    const double y = between(-reach, reach)(generator);
    const double error = error_ulp(power(x, y), std::pow((long double)x, (long double)y));
    if (!(error <= greatest)) greatest = error;
  }
  std::printf("  %-28s %.3f ulp\n", "pow", greatest);
  EXPECT_LE(greatest, 1.5);
}

TEST(Power, AgreesWithTheStandardAtTheEdges) {
  const std::array values{0.0, kLeast, 1e-300, 0.5, 1.0, 1.0 + 1e-15, 2.0, 10.0, 1e300, kInf};
  const std::array exponents{-kInf, -1e300, -1e20, -2.0, -1.0, -0.5, -kLeast, 0.0, kLeast, 0.5, 1.0, 3.0, 1e20, kInf};
  for (double x : values)
    for (double y : exponents) {
      const double expected = std::pow(x, y), computed = power(x, y);
      if (expected == 0 || std::isinf(expected)) {
        EXPECT_EQ(computed, expected) << x << "^" << y;
      } else {
        EXPECT_LE(error_ulp(computed, expected), 2.0) << x << "^" << y;  // 0.5 of them libm's
      }
    }
  EXPECT_TRUE(std::isnan(power(-1.0, 2.0)));
  EXPECT_TRUE(std::isnan(power(std::nan(""), 2.0)));
  EXPECT_TRUE(std::isnan(power(2.0, std::nan(""))));
}

TEST(SineAndCosine, StayWithinTheirStatedError) {
  const auto sine_of = [](double x) { return sine(x); };
  const auto cosine_of = [](double x) { return cosine(x); };
  const auto sin_l = [](long double x) { return std::sin(x); };
  const auto cos_l = [](long double x) { return std::cos(x); };
  for (double reach : {1.0, 7.0, 1e3, 1e6}) {
    EXPECT_LE(greatest_error("sin", kCount, between(-reach, reach), sine_of, sin_l), 0.85) << reach;
    EXPECT_LE(greatest_error("cos", kCount, between(-reach, reach), cosine_of, cos_l), 0.85) << reach;
  }
  EXPECT_LE(greatest_error("sin, small", kCount, decades(1e-300, 1), sine_of, sin_l), 0.85);
  // the doubles next to multiples of pi/2: almost everything cancels in the reduction
  const auto quadrants = [](auto& generator) {
    const double k = double(std::int64_t(generator() % 1'273'000) - 636'500);
    const double x = k * 1.57079632679489661923;
    return std::nextafter(x, generator() & 1 ? 1e9 : -1e9);
  };
  EXPECT_LE(greatest_error("sin, at quadrants", kCount, quadrants, sine_of, sin_l), 0.85);
  EXPECT_LE(greatest_error("cos, at quadrants", kCount, quadrants, cosine_of, cos_l), 0.85);
}

TEST(SineAndCosine, HaveTheUsualValuesAtTheEdges) {
  EXPECT_EQ(sine(0.0), 0.0);
  EXPECT_EQ(cosine(0.0), 1.0);
  EXPECT_EQ(sine(kLeast), kLeast);
  EXPECT_EQ(cosine(kLeast), 1.0);
  EXPECT_NEAR(sine(3.14159265358979323846), 1.2246467991473532e-16, 1e-31);
  EXPECT_EQ(cosine(3.14159265358979323846), -1.0);
  EXPECT_EQ(sine(1.57079632679489661923), 1.0);
  EXPECT_FALSE(std::isnan(sine(1e6)));
  for (double beyond : {1.1e6, -1e10, 1e308, kInf, -kInf, std::nan("")}) {
    EXPECT_TRUE(std::isnan(sine(beyond)));
    EXPECT_TRUE(std::isnan(cosine(beyond)));
  }
}

TEST(SineAndCosine, ComeTogetherAsTheyComeAlone) {
  std::mt19937_64 generator(3);
  for (int i = 0; i < 10'000; ++i) {
    const double x = between(-100, 100)(generator);
    double s, c;
    sine_cosine(x, s, c);
    EXPECT_EQ(s, sine(x));
    EXPECT_EQ(c, cosine(x));
    EXPECT_EQ(sine(-x), -s);
    EXPECT_EQ(cosine(-x), c);
  }
}

TEST(Tangent, StaysWithinItsStatedError) {
  const auto computed = [](double x) { return tangent(x); };
  const auto expected = [](long double x) { return std::tan(x); };
  EXPECT_LE(greatest_error("tan", kCount, between(-1.6, 1.6), computed, expected), 2.2);
  EXPECT_LE(greatest_error("tan", kCount, between(-1e6, 1e6), computed, expected), 2.2);
}

TEST(Arctangent2, StaysWithinItsStatedError) {
  std::mt19937_64 generator(11);
  double greatest = 0;
  for (int i = 0; i < 4 * kCount; ++i) {
    const bool is_wide = i % 2;
    const double y = is_wide ? decades(1e-150, 1e150)(generator) : between(-1, 1)(generator);
    const double x = is_wide ? y * decades(1e-5, 1e5)(generator) : between(-1, 1)(generator);
    greatest = std::max(greatest, error_ulp(arctangent2(y, x), std::atan2((long double)y, (long double)x)));
  }
  std::printf("  %-28s %.3f ulp\n", "atan2", greatest);
  EXPECT_LE(greatest, 2.2);
}

TEST(Arctangent2, IsExactAtTheEighthsOfATurn) {
  constexpr double pi = 3.14159265358979323846;
  EXPECT_EQ(arctangent2(0.0, 1.0), 0.0);
  EXPECT_EQ(arctangent2(1.0, 1.0), pi / 4);
  EXPECT_EQ(arctangent2(1.0, 0.0), pi / 2);
  EXPECT_EQ(arctangent2(1.0, -1.0), 3 * pi / 4);
  EXPECT_EQ(arctangent2(0.0, -1.0), pi);
  EXPECT_EQ(arctangent2(-0.0, -1.0), -pi);
  EXPECT_EQ(arctangent2(-1.0, -1.0), -3 * pi / 4);
  EXPECT_EQ(arctangent2(-1.0, 0.0), -pi / 2);
  EXPECT_EQ(arctangent2(-1.0, 1.0), -pi / 4);
  EXPECT_EQ(arctangent2(0.0, 0.0), 0.0);
  EXPECT_EQ(arctangent2(0.0, -0.0), 0.0);
  EXPECT_EQ(arctangent2(1e300, 1e-300), pi / 2);
  EXPECT_EQ(arctangent2(1e307, -1e307), 3 * pi / 4);
  EXPECT_TRUE(std::isnan(arctangent2(std::nan(""), 1.0)));
}

TEST(ArcsineAndArccosine, StayWithinTheirStatedError) {
  const auto asin_of = [](double x) { return arcsine(x); };
  const auto acos_of = [](double x) { return arccosine(x); };
  const auto asin_l = [](long double x) { return std::asin(x); };
  const auto acos_l = [](long double x) { return std::acos(x); };
  EXPECT_LE(greatest_error("asin", 2 * kCount, between(-1, 1), asin_of, asin_l), 1.0);
  EXPECT_LE(greatest_error("acos", 2 * kCount, between(-1, 1), acos_of, acos_l), 1.3);
  EXPECT_LE(greatest_error("asin, small", kCount, decades(1e-150, 0.5), asin_of, asin_l), 1.0);
  const auto near_one = [](auto& generator) { return 1 - std::fabs(decades(1e-16, 0.1)(generator)); };
  EXPECT_LE(greatest_error("asin, near 1", kCount, near_one, asin_of, asin_l), 1.0);
  EXPECT_LE(greatest_error("acos, near 1", kCount, near_one, acos_of, acos_l), 1.3);
}

TEST(ArcsineAndArccosine, HaveTheUsualValuesAtTheEdges) {
  constexpr double pi = 3.14159265358979323846;
  EXPECT_EQ(arcsine(0.0), 0.0);
  EXPECT_EQ(arcsine(1.0), pi / 2);
  EXPECT_EQ(arcsine(-1.0), -pi / 2);
  EXPECT_EQ(arccosine(0.0), pi / 2);
  EXPECT_EQ(arccosine(1.0), 0.0);
  EXPECT_EQ(arccosine(-1.0), pi);
  EXPECT_NEAR(arcsine(0.5), pi / 6, 1.2e-16);
  EXPECT_NEAR(arccosine(0.5), pi / 3, 2.3e-16);
  EXPECT_TRUE(std::isnan(arcsine(1.0000000001)));
  EXPECT_TRUE(std::isnan(arccosine(-1.0000000001)));
}

// Each column function against the scalar one, bit for bit, for every variant of this machine.
template <class F, class Scalar>
void expect_same_bits(const char* name, Variants<F> variants, Scalar scalar, const std::vector<double>& x,
                      const std::vector<double>& y) {
  for (std::size_t rows : {std::size_t(0), std::size_t(1), std::size_t(7), std::size_t(8), std::size_t(9), x.size()})
    for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
      if (!is_supported(simd)) continue;
      std::vector<double> out(rows + 1, -7.0);
      if constexpr (std::is_invocable_v<F, const double*, const double*, std::size_t, double*>)
        variants.of(simd)(x.data(), y.data(), rows, out.data());
      else
        variants.of(simd)(x.data(), rows, out.data());
      for (std::size_t i = 0; i < rows; ++i) {
        const double expected = scalar(x[i], y[i]);
        if (std::isnan(expected) && std::isnan(out[i])) continue;
        ASSERT_EQ(elementary::bits_of(out[i]), elementary::bits_of(expected))
            << name << ", " << name_of(simd) << ", x = " << x[i] << ", y = " << y[i];
      }
      EXPECT_EQ(out[rows], -7.0) << name << " wrote behind its rows";
    }
}

TEST(Elementary, EveryVariantGivesTheBitsOfTheScalarFunction) {
  std::mt19937_64 generator(99);
  std::vector<double> wide{0.0, -0.0, 1.0, -1.0, 0.5, kInf, -kInf, kLeast, -kLeast, 1e308, 710, -745.1, 1e-310};
  std::vector<double> unit = wide, other = wide;
  while (wide.size() < 20'011) {
    wide.push_back(decades(1e-20, 1e6)(generator));
    unit.push_back(between(-1, 1)(generator));
    other.push_back(decades(1e-3, 1e3)(generator));
  }
  const auto first = [](auto function) { return [=](double x, double) { return function(x); }; };
  expect_same_bits("exponential", PAVISE_VARIANTS(exponential_lanes), first([](double x) { return exponential(x); }),
                   wide, other);
  expect_same_bits("logarithm", PAVISE_VARIANTS(logarithm_lanes), first([](double x) { return logarithm(x); }), wide,
                   other);
  expect_same_bits("tangent", PAVISE_VARIANTS(tangent_lanes), first([](double x) { return tangent(x); }), wide, other);
  expect_same_bits("arcsine", PAVISE_VARIANTS(arcsine_lanes), first([](double x) { return arcsine(x); }), unit, other);
  expect_same_bits("arccosine", PAVISE_VARIANTS(arccosine_lanes), first([](double x) { return arccosine(x); }), unit,
                   other);
  expect_same_bits(
      "power", PAVISE_VARIANTS(power_lanes), [](double x, double y) { return power(x, y); }, wide, other);
  expect_same_bits(
      "arctangent2", PAVISE_VARIANTS(arctangent2_lanes), [](double y, double x) { return arctangent2(y, x); }, wide,
      other);
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    std::vector<double> sines(wide.size()), cosines(wide.size());
    PAVISE_VARIANTS(sine_cosine_lanes).of(simd)(wide.data(), wide.size(), sines.data(), cosines.data());
    for (std::size_t i = 0; i < wide.size(); ++i) {
      if (std::isnan(sine(wide[i]))) continue;
      ASSERT_EQ(elementary::bits_of(sines[i]), elementary::bits_of(sine(wide[i]))) << wide[i];
      ASSERT_EQ(elementary::bits_of(cosines[i]), elementary::bits_of(cosine(wide[i]))) << wide[i];
    }
  }
}

// The bits of some thousand values, summed: the same number for GCC and Clang, -O0 and -O3.
TEST(Elementary, GivesTheRecordedBits) {
  std::mt19937_64 generator(5);  // the engine's output is fixed by the standard; a distribution's is not
  std::uint64_t sum = 0;
  const auto add = [&](double value) { sum = (sum ^ elementary::bits_of(value)) * 0x100000001b3; };
  for (int i = 0; i < 5'000; ++i) {
    const double u = (double(generator() >> 12) + 0.5) * 0x1p-52, v = (double(generator() >> 12) + 0.5) * 0x1p-52;
    add(exponential(1400 * u - 700));
    add(logarithm(u));
    add(power(100 * u, 20 * v - 10));
    add(sine(2000 * u - 1000));
    add(cosine(2000 * u - 1000));
    add(tangent(3 * v));
    add(arctangent2(u - 0.5, v - 0.5));
    add(arcsine(2 * u - 1));
    add(arccosine(2 * v - 1));
  }
  EXPECT_EQ(sum, 10455685913355770556u);
}

}  // namespace
}  // namespace pavise
