// Draws for columns of 1,024 addresses against the same draws one by one. A value of philox_blocks is a block of two
// uniforms, of normals a pair.
#include "kernel/core/draws.hpp"

#include <vector>

#include "bench/kernel/core/twins.hpp"
#include "kernel/core/draws_lanes.hpp"
#include "kernel/core/variates.hpp"

namespace pavise::bench {
namespace {

constexpr std::size_t kRows = 1024;

struct Rows {
  std::vector<std::uint32_t> replication, entity, number;
  Rows() {
    for (std::uint32_t i = 0; i < kRows; ++i) {
      replication.push_back(i / 32);
      entity.push_back(i % 32);
      number.push_back(50 * i);
    }
  }
  DrawColumns columns() const {
    return {kRows, replication.data(), entity.data(), number.data(), Purpose::look_detect, 7, 2026};
  }
  Address address(std::size_t i) const { return {replication[i], entity[i], Purpose::look_detect, 7, number[i]}; }
};

template <class F>
void pairs(const char* name, Variants<F> fill, Pair (Draws::*one)(const Address&) const) {
  register_variants(name, [=](benchmark::State& state, Simd simd) {
    const Rows rows;
    const Draws draws{2026};
    std::vector<double> first(kRows), second(kRows);
    std::vector<Pair> twin(kRows);
    time_twins(
        state, kRows, first, [&] { fill.of(simd)(rows.columns(), first.data(), second.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i) twin[i] = (draws.*one)(rows.address(i));
        });
  });
}

const bool registered = [] {
  pairs("philox_blocks", PAVISE_VARIANTS(fill_uniforms), &Draws::uniforms);
  pairs("normals", PAVISE_VARIANTS(fill_normals), &Draws::normals);
  register_variants("exponentials", [](benchmark::State& state, Simd simd) {
    const Rows rows;
    const Draws draws{2026};
    std::vector<double> out(kRows), twin(kRows);
    time_twins(
        state, kRows, out, [&] { PAVISE_VARIANTS(fill_exponentials).of(simd)(rows.columns(), out.data()); },
        [&] {
          for (std::size_t i = 0; i < kRows; ++i) twin[i] = draws.exponential(rows.address(i));
        });
  });
  return true;
}();

template <class F>
void one_by_one(benchmark::State& state, F value) {
  const Draws draws{2026};
  Address at{.purpose = Purpose::raid_aim_point};
  double sum = 0;
  for (auto _ : state) {
    ++at.number;
    sum += double(value(draws, at));
  }
  benchmark::DoNotOptimize(sum);
}
void variate_truncated_normal(benchmark::State& state) {
  one_by_one(state, [](auto& draws, auto& at) { return normal_value(draws, at, 300, 10, 285, 320); });
}
void variate_binomial_inversion(benchmark::State& state) {
  one_by_one(state, [](auto& draws, auto& at) { return binomial_value(draws, at, 10, 0.3); });
}
void variate_binomial_rejection(benchmark::State& state) {
  one_by_one(state, [](auto& draws, auto& at) { return binomial_value(draws, at, 1000, 0.3); });
}
void variate_poisson_rejection(benchmark::State& state) {
  one_by_one(state, [](auto& draws, auto& at) { return poisson_value(draws, at, 42); });
}
BENCHMARK(variate_truncated_normal);
BENCHMARK(variate_binomial_inversion);
BENCHMARK(variate_binomial_rejection);
BENCHMARK(variate_poisson_rejection);

}  // namespace
}  // namespace pavise::bench
