// Elementary functions for everything that reaches the outcome hash. libm is not called there: its last bit differs
// between versions, and it does not vectorise. Here each function is plain additions, multiplications, divisions and
// square roots in one written order, without a branch (selects only), so that a `#pragma omp simd` loop around it
// vectorises and every compiler, optimisation level and SIMD variant gives the same bits.
//
// Each states its range and its greatest error, measured against libm in long double over some millions of arguments
// (tests/kernel/core/elementary_test.cpp holds it to the bound). 1 ulp = distance of doubles at the result.
//
// `static inline`, always inlined: every *_lanes.cpp variant has its own copy (see variant.hpp), and a loop never
// meets a call. The conversions between double and integer go through the bits of 2^52 + n ("magic number"): the
// instruction for 64-bit integers exists only from AVX-512 on.
//
// Minimax coefficients of logarithm, sine, cosine, arc tangent and arc sine are those of FDLIBM. Copyright (C) 1993 by
// Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business. Permission to
// use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
#pragma once

#include <cmath>
#include <cstdint>

#define PAVISE_ELEMENTARY [[maybe_unused]] static inline __attribute__((always_inline))

namespace pavise {
namespace elementary {

inline constexpr double kRound = 0x1.8p52;  // adding it rounds a double below 2^51 to an integer
inline constexpr double kInfinity = __builtin_huge_val();
inline constexpr double kNan = __builtin_nan("");
inline constexpr double kLn2High = 0x1.62e42feep-1;  // 32 bits: its product with an exponent is exact
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
inline constexpr double kHalfPi = 0x1.921fb54442d18p+0;
inline constexpr double kHalfPiRest = 0x1.1a62633145c07p-54;

// The builtin rather than std::bit_cast: that is a function with one copy per program, perhaps the v4 one.
PAVISE_ELEMENTARY std::uint64_t bits_of(double x) { return __builtin_bit_cast(std::uint64_t, x); }
PAVISE_ELEMENTARY double double_of(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }

/// 2^n for n = -1022 ... 1023, a whole number in a double.
PAVISE_ELEMENTARY double power_of_two(double n) { return double_of(bits_of(n + (kRound + 1023)) << 52); }

/// A whole number 0 <= n < 2^52 as a double.
PAVISE_ELEMENTARY double double_of_integer(std::uint64_t n) { return double_of(n | 0x4330000000000000) - 0x1p52; }

/// high + low = a + b exactly, if |a| >= |b| or a = 0.
PAVISE_ELEMENTARY void add_ordered(double a, double b, double& high, double& low) {
  high = a + b;
  low = b - (high - a);
}
/// high + low = a b exactly (Dekker 1971; no fused multiply-add); |a|, |b| < 2^990.
PAVISE_ELEMENTARY void multiply_exactly(double a, double b, double& high, double& low) {
  const double a_scaled = 134217729.0 * a, b_scaled = 134217729.0 * b;
  const double a1 = a_scaled - (a_scaled - a), a2 = a - a1;
  const double b1 = b_scaled - (b_scaled - b), b2 = b - b1;
  high = a * b;
  low = ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2;
}

/// exp(x + rest) for |rest| far below 1. exp r = 1 + r + r^2 q(r) on |r| <= ln 2 / 2, q by Chebyshev interpolation
/// (error 1.3e-17); the scale in two steps, so that results below 2^-1022 and overflow come out by themselves.
PAVISE_ELEMENTARY double exponential_of_sum(double x, double rest) {
  const double n = (x * 0x1.71547652b82fep+0 + kRound) - kRound;
  const double r = ((x - n * kLn2High) - n * kLn2Low) + rest;
  const double r2 = r * r, r4 = r2 * r2;
  const double q01 = 0x1.0000000000001p-1 + r * 0x1.5555555555556p-3;
  const double q23 = 0x1.5555555553d68p-5 + r * 0x1.11111111109b5p-7;
  const double q45 = 0x1.6c16c17889ef1p-10 + r * 0x1.a01a01a7c2efep-13;
  const double q67 = 0x1.a019b9149a41cp-16 + r * 0x1.71de0db2f6b19p-19;
  const double q89 = 0x1.28917c89a43a9p-22 + r * 0x1.af389ecfc4b9ep-26;
  const double q = (q01 + r2 * q23) + r4 * ((q45 + r2 * q67) + r4 * q89);
  const double mantissa = 1.0 + (r + r2 * q);
  const double n1 = (n * 0.5 + kRound) - kRound;
  return mantissa * power_of_two(n1) * power_of_two(n - n1);
}

/// x = 2^exponent * mantissa, mantissa in (sqrt(1/2), sqrt(2)]; x finite and positive.
PAVISE_ELEMENTARY void split_power_of_two(double x, double& exponent, double& mantissa) {
  const bool is_subnormal = x < 0x1p-1022;
  const std::uint64_t bits = bits_of(is_subnormal ? x * 0x1p54 : x);
  const double e = double_of_integer(bits >> 52) - (is_subnormal ? 1023.0 + 54.0 : 1023.0);
  const double m = double_of((bits & 0x000fffffffffffff) | 0x3ff0000000000000);  // [1, 2)
  const bool is_above = m > 0x1.6a09e667f3bcdp+0;
  mantissa = is_above ? 0.5 * m : m;
  exponent = is_above ? e + 1.0 : e;
}

/// r + rest = x - quadrant pi/2, |r| <= pi/4, to 2^-99; |x| <= 1e6. pi/2 in three parts whose first two have 33 bits:
/// their products with quadrant < 2^20 are exact, and the differences are carried with their rounding errors.
PAVISE_ELEMENTARY void reduce_angle(double x, double& r, double& rest, std::uint64_t& quadrant) {
  const double shifted = x * 0x1.45f306dc9c883p-1 + kRound;
  const double n = shifted - kRound;
  quadrant = bits_of(shifted);
  const double a = x - n * 0x1.921fb544p+0;
  const double product2 = n * 0x1.0b4611a6p-34, product3 = n * 0x1.3198a2e037073p-69;
  // two differences, each with its error (Knuth 1969), whichever of the two is larger
  const double b = a - product2, b_part = b - a;
  const double b_rest = (a - (b - b_part)) - (product2 + b_part);
  const double c = b - product3, c_part = c - b;
  const double c_rest = (b - (c - c_part)) - (product3 + c_part);
  const double tail = b_rest + c_rest;
  r = c + tail;
  rest = (c - r) + tail;
}

/// sin(r + rest) and cos(r + rest) on |r| <= pi/4.
PAVISE_ELEMENTARY double sine_kernel(double r, double rest) {
  const double z = r * r, v = z * r;
  const double p = (8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * 2.75573137070700676789e-06)) +
                   z * (z * z) * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
  return r - ((z * (0.5 * rest - v * p) - rest) - v * -1.66666666666666324348e-01);
}
PAVISE_ELEMENTARY double cosine_kernel(double r, double rest) {
  const double z = r * r, z2 = z * z;
  const double p =
      z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
      z2 * z2 * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  const double half = 0.5 * z, w = 1.0 - half;
  return w + (((1.0 - w) - half) + (z * p - r * rest));
}

/// The sine's value if the quadrant is even, the cosine's if odd, negative in quadrants 2 and 3. By masks: SSE2 cannot
/// compare 64-bit integers.
PAVISE_ELEMENTARY double of_quadrant(std::uint64_t quadrant, double even, double odd) {
  const std::uint64_t is_odd = std::uint64_t(0) - (quadrant & 1);
  return double_of(((bits_of(even) & ~is_odd) | (bits_of(odd) & is_odd)) ^ ((quadrant & 2) << 62));
}

/// (asin(sqrt z) / sqrt z - 1) on 0 <= z <= 1/4.
PAVISE_ELEMENTARY double arcsine_kernel(double z) {
  const double p = z * (1.66666666666666657415e-01 +
                        z * (-3.25565818622400915405e-01 +
                             z * (2.01212532134862925881e-01 +
                                  z * (-4.00555345006794114027e-02 +
                                       z * (7.91534994289814532176e-04 + z * 3.47933107596021167570e-05)))));
  const double q =
      1.0 + z * (-2.40339491173441421878e+00 +
                 z * (2.02094576023350569471e+00 + z * (-6.88283971605453293030e-01 + z * 7.70381505559019352791e-02)));
  return p / q;
}

}  // namespace elementary

/// e^x. Any x: 0 below -745.2, infinity above 709.8. Greatest error 1.05 ulp (1.1 stated).
PAVISE_ELEMENTARY double exponential(double x) {
  const double below = x > 710.0 ? 710.0 : x;
  return elementary::exponential_of_sum(below < -750.0 ? -750.0 : below, 0.0);
}

/// ln x. Any x: minus infinity at 0, NaN below. Greatest error 0.81 ulp (0.9 stated).
PAVISE_ELEMENTARY double logarithm(double x) {
  double k, m;
  elementary::split_power_of_two(x, k, m);
  const double f = m - 1.0, s = f / (2.0 + f);
  const double z = s * s, w = z * z;
  const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const double value =
      k * elementary::kLn2High - ((half_square - (s * (half_square + (even + odd)) + k * elementary::kLn2Low)) - f);
  // outside the finite positive numbers; what is NaN compares with nothing and stays
  const double upper = x < elementary::kInfinity ? value : x;
  return x > 0 ? upper : (x == 0 ? -elementary::kInfinity : elementary::kNan);
}

/// x^y for x >= 0 (NaN below), any y; 0^0 = 1. Greatest error 1.31 ulp (1.5 stated): the logarithm is carried to about
/// 2^-66 in pairs of doubles, which costs some 100 operations. A fixed exponent of modest size needs no more than
/// exponential(y * logarithm(x)).
PAVISE_ELEMENTARY double power(double x, double y) {
  namespace e = elementary;
  double k, m;
  e::split_power_of_two(x, k, m);

  // s = (m - 1) / (m + 1) as a pair; ln m = 2 s (1 + s^2/3 + s^4/5 + ...)
  const double f = m - 1.0, d = m + 1.0, d_rest = m - (d - 1.0);
  const double inverse = 1.0 / d, s = f * inverse;
  double sd, sd_rest;
  e::multiply_exactly(s, d, sd, sd_rest);
  const double s_rest = (((f - sd) - sd_rest) - s * d_rest) * inverse;

  double z, z_rest, third, third_rest;
  e::multiply_exactly(s, s, z, z_rest);
  z_rest += 2.0 * s * s_rest;
  e::multiply_exactly(z, 0x1.5555555555555p-2, third, third_rest);
  third_rest += z * 0x1.5555555555555p-56 + z_rest * 0x1.5555555555555p-2;
  const double z2 = z * z, z4 = z2 * z2;
  const double series = ((1.0 / 5 + z * (1.0 / 7)) + z2 * (1.0 / 9 + z * (1.0 / 11))) +
                        z4 * (((1.0 / 13 + z * (1.0 / 15)) + z2 * (1.0 / 17 + z * (1.0 / 19))) +
                              z4 * ((1.0 / 21 + z * (1.0 / 23)) + z2 * (1.0 / 25 + z * (1.0 / 27))));
  double u, u_rest;
  e::add_ordered(third, third_rest + z2 * series, u, u_rest);
  double su, su_rest, half, half_rest;
  e::multiply_exactly(s, u, su, su_rest);
  su_rest += s * u_rest + s_rest * u + s_rest;
  e::add_ordered(s, su, half, half_rest);
  half_rest += su_rest;

  // ln x = k ln 2 + ln m
  double sum, sum_rest, log, log_rest;
  e::add_ordered(k * e::kLn2High, 2.0 * half, sum, sum_rest);
  e::add_ordered(sum, sum_rest + (2.0 * half_rest + k * e::kLn2Low), log, log_rest);

  // y beyond 2^70 acts like 2^70: no other x has so small a logarithm that it mattered
  const double y_below = y > 0x1p70 ? 0x1p70 : y;
  const double y_kept = y_below < -0x1p70 ? -0x1p70 : y_below;
  double product, product_rest;
  e::multiply_exactly(y_kept, log, product, product_rest);
  product_rest += y_kept * log_rest;
  const bool is_above = product > 710.0, is_below = product < -750.0;
  const double exponent = is_above ? 710.0 : is_below ? -750.0 : product;
  const double value = e::exponential_of_sum(exponent, (is_above || is_below) ? 0.0 : product_rest);

  const double at_zero = y > 0 ? 0.0 : e::kInfinity;
  const double at_infinity = y > 0 ? e::kInfinity : 0.0;
  const double within = x > 0 ? (x < e::kInfinity ? value : at_infinity) : (x == 0 ? at_zero : e::kNan);
  return y == 0 ? 1.0 : (y != y ? y : within);
}

/// sin x and cos x, radians, |x| <= 1e6 (NaN beyond: a phase that large has lost its meaning). Greatest error 0.78 ulp
/// (0.85 stated).
PAVISE_ELEMENTARY void sine_cosine(double x, double& sine_out, double& cosine_out) {
  double r, rest;
  std::uint64_t quadrant;
  elementary::reduce_angle(x, r, rest, quadrant);
  const double s = elementary::sine_kernel(r, rest), c = elementary::cosine_kernel(r, rest);
  const bool is_within = std::fabs(x) <= 1e6;
  sine_out = is_within ? elementary::of_quadrant(quadrant, s, c) : elementary::kNan;
  cosine_out = is_within ? elementary::of_quadrant(quadrant + 1, s, c) : elementary::kNan;
}
/// See sine_cosine.
PAVISE_ELEMENTARY double sine(double x) {
  double s, c;
  sine_cosine(x, s, c);
  return s;
}
/// See sine_cosine.
PAVISE_ELEMENTARY double cosine(double x) {
  double s, c;
  sine_cosine(x, s, c);
  return c;
}
/// tan x, radians, |x| <= 1e6. Greatest error 2.06 ulp (2.2 stated).
PAVISE_ELEMENTARY double tangent(double x) {
  double s, c;
  sine_cosine(x, s, c);
  return s / c;
}

/// The angle of (x, y) from the x axis, radians in [-pi, pi], with the sign of y; 0 at (0, 0), and -0 counts as +0 in
/// x. |x|, |y| < 8e307, the larger not below 1e-300 (or both 0). Greatest error 2.12 ulp (2.2 stated).
PAVISE_ELEMENTARY double arctangent2(double y, double x) {
  const double ax = std::fabs(x), ay = std::fabs(y);
  const bool is_steep = ay > ax;
  const double low = is_steep ? ax : ay, high = is_steep ? ay : ax;

  // atan(low / high) = turns pi/4 + atan u with |u| <= tan(pi/8)
  const bool is_half = low > 0x1.a827999fcef32p-2 * high;
  const double numerator = is_half ? low - high : low;
  const double sum = is_half ? low + high : high;
  const double u = numerator / (sum > 0 ? sum : 1.0);
  const double z = u * u, w = z * z;
  const double odd = z * (3.33333333333329318027e-01 +
                          w * (1.42857142725034663711e-01 +
                               w * (9.09088713343650656196e-02 +
                                    w * (6.66107313738753120669e-02 +
                                         w * (4.97687799461593236017e-02 + w * 1.62858201153657823623e-02)))));
  const double even =
      w *
      (-1.99999999998764832476e-01 +
       w * (-1.11111104054623557880e-01 +
            w * (-7.69187620504482999495e-02 + w * (-5.83357013379057348645e-02 + w * -3.65315727442169155270e-02))));
  const double small = u - u * (odd + even);

  // fold out of the first octant: angle = turns pi/4 + sign small
  const double turns1 = is_half ? 1.0 : 0.0;
  const double turns2 = is_steep ? 2.0 - turns1 : turns1;
  const double small2 = is_steep ? -small : small;
  const bool is_behind = x < 0;
  const double turns = is_behind ? 4.0 - turns2 : turns2;
  const double small3 = is_behind ? -small2 : small2;
  // pi/4 has three trailing zeros in its 53 bits: its multiples up to 4 are exact
  const double angle = turns * (0.5 * elementary::kHalfPi) + (small3 + turns * (0.5 * elementary::kHalfPiRest));
  const std::uint64_t sign = elementary::bits_of(y) & 0x8000000000000000;
  return elementary::double_of(elementary::bits_of(angle) | sign);
}

/// asin x in [-pi/2, pi/2]; NaN for |x| > 1. Greatest error 0.86 ulp (1.0 stated).
PAVISE_ELEMENTARY double arcsine(double x) {
  const double a = std::fabs(x);
  const bool is_small = a < 0.5;
  const double z = is_small ? x * x : 0.5 * (1.0 - a);  // the second is exact
  const double base = is_small ? a : std::sqrt(z);
  const double cubic = base * elementary::arcsine_kernel(z), angle = base + cubic;
  // asin a = pi/2 - 2 asin sqrt z, with the square root in two parts, so that the difference from pi/4 is exact
  const double high = elementary::double_of(elementary::bits_of(base) & 0xffffffff00000000);
  const double rest = (z - high * high) / (base > 0 ? base + high : 1.0);
  const double tail = 2.0 * cubic - (elementary::kHalfPiRest - 2.0 * rest);
  const double large = 0.5 * elementary::kHalfPi - (tail - (0.5 * elementary::kHalfPi - 2.0 * high));
  const std::uint64_t sign = elementary::bits_of(x) & 0x8000000000000000;
  return elementary::double_of(elementary::bits_of(is_small ? angle : large) | sign);
}

/// acos x in [0, pi]; NaN for |x| > 1. Greatest error 1.15 ulp (1.3 stated).
PAVISE_ELEMENTARY double arccosine(double x) {
  const double a = std::fabs(x);
  const bool is_small = a < 0.5;
  const double z = is_small ? x * x : 0.5 * (1.0 - a);
  const double base = is_small ? x : std::sqrt(z);
  const double angle = base + base * elementary::arcsine_kernel(z);
  const double middle = elementary::kHalfPi - (angle - elementary::kHalfPiRest);
  const double behind = 2.0 * (elementary::kHalfPi - (angle - elementary::kHalfPiRest));
  return is_small ? middle : (x < 0 ? behind : 2.0 * angle);
}

}  // namespace pavise
