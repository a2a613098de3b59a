// Elementary functions over a column of 1,024 values: batch (each SIMD variant) against the scalar function in a plain
// loop, and against libm (its values are not used anywhere).
#include "kernel/core/elementary.hpp"

#include <cmath>
#include <vector>

#include "bench/kernel/core/twins.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/elementary_lanes.hpp"
#include "kernel/core/standard_atmosphere.hpp"

namespace pavise::bench {
namespace {

constexpr std::size_t kRows = 1024;

std::vector<double> spread(double low, double high, std::uint32_t stream = 0) {
  const Draws draws{1};
  std::vector<double> values(kRows);
  for (std::size_t i = 0; i < kRows; ++i)
    values[i] = low + (high - low) * draws.uniform({.entity = stream, .number = std::uint32_t(i)});
  return values;
}

// A call that the compiler does not see through: one value at a time.
template <class F>
[[gnu::noinline]] double alone(F f, double x, double y) {
  return f(x, y);
}

template <class F, class Scalar>
void one_argument(const char* name, Variants<F> lanes, double low, double high, Scalar scalar) {
  register_variants(name, [=](benchmark::State& state, Simd simd) {
    const std::vector<double> x = spread(low, high);
    std::vector<double> out(kRows), twin(kRows);
    time_twins(
        state, kRows, out, [&] { lanes.of(simd)(x.data(), kRows, out.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i) twin[i] = alone(scalar, x[i], 0);
        });
  });
}

template <class F, class Scalar>
void two_arguments(const char* name, Variants<F> lanes, double low, double high, double low2, double high2,
                   Scalar scalar) {
  register_variants(name, [=](benchmark::State& state, Simd simd) {
    const std::vector<double> x = spread(low, high), y = spread(low2, high2, 1);
    std::vector<double> out(kRows), twin(kRows);
    time_twins(
        state, kRows, out, [&] { lanes.of(simd)(x.data(), y.data(), kRows, out.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i) twin[i] = alone(scalar, x[i], y[i]);
        });
  });
}

const bool registered = [] {
  one_argument("exponential", PAVISE_VARIANTS(exponential_lanes), -20, 20,
               [](double x, double) { return exponential(x); });
  one_argument("logarithm", PAVISE_VARIANTS(logarithm_lanes), 0, 1, [](double x, double) { return logarithm(x); });
  one_argument("tangent", PAVISE_VARIANTS(tangent_lanes), -10, 10, [](double x, double) { return tangent(x); });
  one_argument("arcsine", PAVISE_VARIANTS(arcsine_lanes), -1, 1, [](double x, double) { return arcsine(x); });
  one_argument("arccosine", PAVISE_VARIANTS(arccosine_lanes), -1, 1, [](double x, double) { return arccosine(x); });
  two_arguments("power", PAVISE_VARIANTS(power_lanes), 0, 10, -5, 5, [](double x, double y) { return power(x, y); });
  two_arguments("arctangent2", PAVISE_VARIANTS(arctangent2_lanes), -1, 1, -1, 1,
                [](double y, double x) { return arctangent2(y, x); });
  // the scalar twin here is libm: what the hash would not allow
  one_argument("exponential_against_libm", PAVISE_VARIANTS(exponential_lanes), -20, 20,
               [](double x, double) { return std::exp(x); });
  one_argument("logarithm_against_libm", PAVISE_VARIANTS(logarithm_lanes), 0, 1,
               [](double x, double) { return std::log(x); });
  two_arguments("arctangent2_against_libm", PAVISE_VARIANTS(arctangent2_lanes), -1, 1, -1, 1,
                [](double y, double x) { return std::atan2(y, x); });

  register_variants("sine_cosine", [](benchmark::State& state, Simd simd) {
    const std::vector<double> x = spread(-10, 10);
    std::vector<double> sines(kRows), cosines(kRows), twin(kRows);
    time_twins(
        state, kRows, sines,
        [&] { PAVISE_VARIANTS(sine_cosine_lanes).of(simd)(x.data(), kRows, sines.data(), cosines.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i)
            twin[i] = alone(
                [](double angle, double) {
                  double s, c;
                  sine_cosine(angle, s, c);
                  return s + c;
                },
                x[i], 0);
        });
  });

  register_variants("air", [](benchmark::State& state, Simd simd) {
    const std::vector<double> altitude_m = spread(0, 80'000);
    std::vector<double> density(kRows), sound(kRows);
    std::vector<Air> twin(kRows);
    time_twins(
        state, kRows, density,
        [&] { PAVISE_VARIANTS(air_lanes).of(simd)(altitude_m.data(), kRows, density.data(), sound.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i) twin[i] = air_at(altitude_m[i]);
        });
  });
  return true;
}();

}  // namespace
}  // namespace pavise::bench
