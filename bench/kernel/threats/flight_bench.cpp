// Ballistic flight: Runge-Kutta steps with drag a second and core, in lanes against two plain loops of the same run,
// and against what the machine could do: its rate of multiplications and additions at the variant's width.
//
// share_of_peak counts the multiplications and additions that a step needs and no others: selects, moves, divisions and
// square roots are time lost. ratio_to_twin: to the scalar loop with the same operations (same bits);
// ratio_to_textbook: to one with the standard atmosphere's own equations, as one would write it down.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "bench/kernel/core/twins.hpp"
#include "kernel/core/environment.hpp"
#include "kernel/threats/flight_lanes.hpp"
#include "kernel/threats/point_mass_flight.hpp"

namespace pavise {
namespace {

constexpr std::int32_t kRows = 1024;
constexpr int kSteps = 4;
// the piece of air (10); four times air (2 + 19) and drag with gravity (17 + 11); stages and sums (30 + 36)
constexpr double kOperationsPerStep = 10 + 4 * (2 + 19 + 17 + 11) + 66;
constexpr double kMachCd[7][2] = {{0, 0.22}, {0.8, 0.22}, {1, 0.45}, {1.2, 0.52}, {2, 0.38}, {3, 0.3}, {5, 0.24}};

using bench::seconds_now;

struct Flights {
  DragCurve curve;
  std::vector<double> start[6], x, y, z, vx, vy, vz, step, mass;

  Flights() : step(kRows, 0.25), mass(kRows, 1000.0) {
    set_drag_curve(curve, 0.3, &kMachCd[0][0], 7, 2);
    for (auto& column : start) column.resize(kRows);
    for (int i = 0; i < kRows; ++i) {
      const std::size_t k = std::size_t(i);
      start[2][k] = 5000 + (i * 7919 % kRows) * 60.0;
      start[3][k] = 800 + 0.3 * i, start[4][k] = 100, start[5][k] = -300 + (i * 31 % kRows) * 1.1;
    }
    restore();
  }
  void restore() {
    x = start[0], y = start[1], z = start[2], vx = start[3], vy = start[4], vz = start[5];
  }
  FlightColumns columns() {
    return {x.data(),    y.data(), z.data(), vx.data(), vy.data(), vz.data(), step.data(),
            mass.data(), nullptr,  nullptr,  nullptr,   nullptr,   nullptr,   nullptr};
  }
};

/// kSteps steps of every row by the scalar twin.
void fly_twin(Flights& f) {
  const PointMass body{.mass_kg = 1000};
  const StepForces forces{.mass_kg = 1000};
  for (std::size_t i = 0; i < kRows; ++i) {
    PointState s{f.x[i], f.y[i], f.z[i], f.vx[i], f.vy[i], f.vz[i]};
    for (int k = 0; k < kSteps; ++k) step_point_mass(body, &f.curve, forces, f.step[i], s);
    f.x[i] = s.x, f.y[i] = s.y, f.z[i] = s.z, f.vx[i] = s.vx, f.vy[i] = s.vy, f.vz[i] = s.vz;
  }
}

Vec3 textbook_acceleration(double z, Vec3 v) {
  const Air air = air_at(z);
  const double speed = length(v), mach = speed / air.speed_of_sound_mps;
  double cd = mach < kMachCd[0][0] ? kMachCd[0][1] : kMachCd[6][1];
  for (int i = 0; i < 6; ++i) {
    const double *low = kMachCd[i], *high = kMachCd[i + 1];
    if (mach >= low[0] && mach < high[0]) cd = low[1] + (mach - low[0]) / (high[0] - low[0]) * (high[1] - low[1]);
  }
  const double k = 0.5 * air.density_kg_m3 * speed * 0.3 * cd / 1000;
  return {-k * v.x, -k * v.y, -k * v.z - kStandardGravity_mps2};
}
void fly_textbook(Flights& f) {
  for (std::size_t i = 0; i < kRows; ++i) {
    Vec3 p{f.x[i], f.y[i], f.z[i]}, v{f.vx[i], f.vy[i], f.vz[i]};
    const double h = f.step[i];
    for (int k = 0; k < kSteps; ++k) {
      const Vec3 a1 = textbook_acceleration(p.z, v), v2 = v + h / 2 * a1;
      const Vec3 a2 = textbook_acceleration(p.z + h / 2 * v.z, v2), v3 = v + h / 2 * a2;
      const Vec3 a3 = textbook_acceleration(p.z + h / 2 * v2.z, v3), v4 = v + h * a3;
      const Vec3 a4 = textbook_acceleration(p.z + h * v3.z, v4);
      p = p + h / 6 * (v + 2 * (v2 + v3) + v4);
      v = v + h / 6 * (a1 + 2 * (a2 + a3) + a4);
    }
    f.x[i] = p.x, f.y[i] = p.y, f.z[i] = p.z, f.vx[i] = v.x, f.vy[i] = v.y, f.vz[i] = v.z;
  }
}

// Twelve independent chains, a multiplication and an addition each; a function per width, each for its own processor.
#define PAVISE_PEAK(name, width, processor)                                     \
  __attribute__((target(processor))) double name() {                            \
    typedef double Vector __attribute__((vector_size(width * sizeof(double)))); \
    constexpr int kChains = 12, kTurns = 1'000'000;                             \
    double best_s = 1e9;                                                        \
    for (int attempt = 0; attempt < 3; ++attempt) {                             \
      Vector a[kChains];                                                        \
      for (int i = 0; i < kChains; ++i) a[i] = Vector{} + (1.0 + i);            \
      const double begin_s = seconds_now();                                           \
      for (int k = 0; k < kTurns; ++k) {                                        \
        for (int i = 0; i < kChains; ++i) {                                     \
          a[i] = a[i] * 0.999999 + 1e-9;                                        \
          asm volatile("" : "+v"(a[i]));                                        \
        }                                                                       \
      }                                                                         \
      best_s = std::min(best_s, seconds_now() - begin_s);                             \
    }                                                                           \
    return 2.0 * kChains * kTurns * width / best_s;                             \
  }
PAVISE_PEAK(peak_baseline, 2, "sse2")
PAVISE_PEAK(peak_v3, 4, "avx2")
PAVISE_PEAK(peak_v4, 8, "avx512f,avx512vl")
#undef PAVISE_PEAK

void drag_steps(benchmark::State& state, Simd simd) {
  if (!is_supported(simd)) return state.SkipWithError("not on this processor");
  Flights flights;
  const FlightShared shared{&flights.curve, {kStandardGravity_mps2, 0, 0, 0}};
  const auto fly = [&](Flights& f) {
    for (int k = 0; k < kSteps; ++k) PAVISE_VARIANTS(fly_coasting_step).of(simd)(shared, f.columns(), kRows);
  };
  for (auto _ : state) {
    state.PauseTiming();
    flights.restore();
    state.ResumeTiming();
    fly(flights);
    benchmark::ClobberMemory();
  }
  // each from the same state; setting it takes a hundredth of the time
  const auto steps = [&] { flights.restore(), fly(flights); };
  const auto by_twin = [&] { flights.restore(), fly_twin(flights); };
  const auto by_textbook = [&] { flights.restore(), fly_textbook(flights); };
  double own_s = 1e9;
  for (int attempt = 0; attempt < 40; ++attempt) {
    flights.restore();
    const double begin_s = seconds_now();
    fly(flights);
    own_s = std::min(own_s, (seconds_now() - begin_s) / (double(kRows) * kSteps));
  }
  const double peak = simd == Simd::v4 ? peak_v4() : simd == Simd::v3 ? peak_v3() : peak_baseline();
  state.SetItemsProcessed(state.iterations() * kRows * kSteps);
  state.counters["ns_per_step"] = 1e9 * own_s;
  state.counters["ratio_to_twin"] = bench::median_ratio(by_twin, steps);
  state.counters["ratio_to_textbook"] = bench::median_ratio(by_textbook, steps);
  state.counters["share_of_peak"] = kOperationsPerStep / own_s / peak;
}
BENCHMARK_CAPTURE(drag_steps, baseline, Simd::baseline)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(drag_steps, v3, Simd::v3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(drag_steps, v4, Simd::v4)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pavise
