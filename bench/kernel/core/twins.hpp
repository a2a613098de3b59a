// Times a batch and its scalar twin turn by turn in the same run, so that both see the same clock speed and neighbours,
// and reports the median nanoseconds per value of both and their ratio. The label is a hash of what the batch computed:
// the same for every variant and machine, so that a timing also proves its result.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "kernel/core/variant.hpp"

namespace pavise::bench {

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

inline std::uint64_t hash_of(const std::vector<double>& values) {
  std::uint64_t hash = 14695981039346656037u;
  for (double value : values) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3u;
  }
  return hash;
}

/// batch() and scalar() each compute `values` values per call; `computed` is what batch() leaves.
template <class Batch, class Scalar>
void time_twins(benchmark::State& state, std::size_t values, const std::vector<double>& computed, Batch batch,
                Scalar scalar) {
  std::vector<double> batch_s, scalar_s;
  batch(), scalar();  // warm up
  for (auto _ : state) {
    const double begin_s = seconds_now();
    scalar();
    benchmark::ClobberMemory();
    const double middle_s = seconds_now();
    batch();
    benchmark::ClobberMemory();
    const double end_s = seconds_now();
    scalar_s.push_back(middle_s - begin_s);
    batch_s.push_back(end_s - middle_s);
    state.SetIterationTime(end_s - middle_s);
  }
  // medians: a neighbour on the processor stretches the mean
  const double batch_median_s = median_of(batch_s), scalar_median_s = median_of(scalar_s);
  state.counters["batch_ns"] = batch_median_s / double(values) * 1e9;
  state.counters["scalar_ns"] = scalar_median_s / double(values) * 1e9;
  state.counters["ratio"] = scalar_median_s / batch_median_s;
  state.counters["Mvalues/s"] = double(values) / batch_median_s * 1e-6;
  char label[32];
  std::snprintf(label, sizeof label, "%016llx", static_cast<unsigned long long>(hash_of(computed)));
  state.SetLabel(label);
}

/// How many times as long `slow` takes as `fast`: median over turns, so that both see the same clock speed.
template <class Slow, class Fast>
double median_ratio(Slow slow, Fast fast, int turns = 60) {
  std::vector<double> ratios;
  slow(), fast();
  for (int turn = 0; turn < turns; ++turn) {
    const double begin_s = seconds_now();
    slow();
    benchmark::ClobberMemory();
    const double middle_s = seconds_now();
    fast();
    benchmark::ClobberMemory();
    ratios.push_back((middle_s - begin_s) / (seconds_now() - middle_s));
  }
  return median_of(ratios);
}

/// Registers `run(state, simd)` once per variant that this machine has.
template <class Run>
void register_variants(const char* name, Run run) {
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    const std::string full = std::string(name) + "/" + name_of(simd);
    benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) { run(state, simd); })->UseManualTime();
  }
}

}  // namespace pavise::bench
