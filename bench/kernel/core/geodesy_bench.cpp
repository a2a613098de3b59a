// Frame conversions and gravity, one point at a time and as loops over columns.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernel/core/geodesy.hpp"

namespace pavise {
namespace {

std::vector<Vec3> positions() {
  std::vector<Vec3> list;
  for (int k = 0; k < 1024; ++k) list.push_back(ecef_of({-80 + 0.15 * k, -170 + 0.33 * k, 500.0 * k}));
  return list;
}

template <class Function>
void over_positions(benchmark::State& state, Function function) {
  const std::vector<Vec3> list = positions();
  std::size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(function(list[k]));
    k = (k + 1) & 1023;
  }
  state.SetItemsProcessed(state.iterations());
}
void geodetic_from_ecef(benchmark::State& state) { over_positions(state, geodetic_of); }
void height_of_ecef(benchmark::State& state) {
  over_positions(state, [](Vec3 r) { return ellipsoid_height_m(r); });
}
void gravity(benchmark::State& state) {
  over_positions(state, [](Vec3 r) { return gravity_j2_ecef_mps2(r); });
}
void ecef_from_geodetic(benchmark::State& state) {
  std::size_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ecef_of({0.08 * double(++k & 1023), 20, 300}));
  state.SetItemsProcessed(state.iterations());
}
void geodesic(benchmark::State& state) {
  std::size_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(geodesic_between({52, 21}, {52.0 - 0.05 * double(++k & 1023), 10}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ecef_from_geodetic)->Name("geodesy/ecef_of");
BENCHMARK(geodetic_from_ecef)->Name("geodesy/geodetic_of");
BENCHMARK(height_of_ecef)->Name("geodesy/ellipsoid_height");
BENCHMARK(gravity)->Name("geodesy/gravity_j2");
BENCHMARK(geodesic)->Name("geodesy/geodesic_between");

}  // namespace
}  // namespace pavise
