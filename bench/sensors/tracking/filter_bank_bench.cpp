// Nanoseconds per extended Kalman update: the bank in lists of several lengths, with and without gather and scatter
// against the track table, beside a plain filter on small Eigen matrices.
#include "sensors/tracking/filter_bank.hpp"

#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "kernel/core/draws.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/detections.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

constexpr std::int32_t kPlot = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;

void fill(FilterList& list, std::int32_t count, std::int32_t components) {
  allocate(list, std::size_t(count));
  list.count = count;
  const Draws draws{3};
  for (std::int32_t k = 0; k < count; ++k) {
    const auto u = [&](std::uint32_t n) { return draws.uniform({0, std::uint32_t(k), Purpose::free, 0, n}); };
    const Vec3 p = {20e3 + 30e3 * u(0), 10e3 - 20e3 * u(1), 500 + 3000 * u(2)};
    const double mean[6] = {p.x, p.y, p.z, -100 * u(3), 50 * u(4), 0};
    for (int n = 0; n < 6; ++n) list.mean[n][k] = mean[n];
    for (int n = 0; n < 6; ++n) list.covariance[packed_index(n, n)][k] = n < 3 ? 2500.0 : 100.0;
    list.duration_s[k] = 2;
    list.noise_m2_s3[k] = 10;
    const double range = length(p), level = std::sqrt(p.x * p.x + p.y * p.y);
    set_measurement(list, k, components,
                    {range + 10, arctangent2(p.x, p.y) + 1e-3, arctangent2(p.z, level) - 1e-3, -30},
                    {15, 2e-3, 2e-3, 2});
  }
}

void filter_bank(benchmark::State& state, std::int32_t components) {
  FilterList list;
  fill(list, std::int32_t(state.range(0)), components);
  for (auto _ : state) {
    update_filters(list);
    benchmark::ClobberMemory();
  }
  state.counters["ns/update"] = benchmark::Counter(double(state.iterations()) * double(state.range(0)),
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetLabel(name_of(chosen_simd()));
}
BENCHMARK_CAPTURE(filter_bank, range_azimuth_elevation, kPlot)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Arg(256);
BENCHMARK_CAPTURE(filter_bank, with_range_rate, kPlot | kMeasuresRangeRate)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Arg(256);

/// Rows picked from a table of `tracks` rows, updated, and written back.
void with_gather_and_scatter(benchmark::State& state) {
  const std::int32_t tracks = std::int32_t(state.range(0)), count = 256;
  FilterList list, table;
  fill(list, count, kPlot);
  fill(table, tracks, kPlot);
  Column<double> estimates(std::size_t(tracks) * kEstimateStride);
  PackedCovariances packed(estimates.data());
  for (std::int32_t row = 0; row < tracks; ++row)
    for (std::size_t k = 0; k < 21; ++k) packed[k][std::size_t(row)] = table.covariance[k][std::size_t(row)];
  std::vector<std::int32_t> rows;
  for (std::int32_t k = 0; k < count; ++k) rows.push_back(std::int32_t((std::int64_t(k) * 7919) % tracks));
  for (auto _ : state) {
    for (std::int32_t k = 0; k < count; ++k) {
      const double* from = packed.row(std::size_t(rows[std::size_t(k)]));
      for (int n = 0; n < 6; ++n) list.mean[n][k] = table.mean[n][rows[std::size_t(k)]];
      for (int n = 0; n < 21; ++n) list.covariance[n][k] = from[n];
    }
    update_filters(list);
    for (std::int32_t k = 0; k < count; ++k) {
      double* to = packed.row(std::size_t(rows[std::size_t(k)]));
      for (int n = 0; n < 6; ++n) table.mean[n][rows[std::size_t(k)]] = list.mean[n][k];
      for (int n = 0; n < 21; ++n) to[n] = list.covariance[n][k];
    }
    for (std::int32_t& row : rows) row = (row + 37) % tracks;
    benchmark::ClobberMemory();
  }
  state.counters["ns/update"] =
      benchmark::Counter(double(state.iterations()) * count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(with_gather_and_scatter)->Arg(400)->Arg(3200)->Arg(12800);

/// The plain filter: 6 x 6 matrices, joint update of range, azimuth and elevation.
void plain_eigen(benchmark::State& state) {
  using Matrix6 = Eigen::Matrix<double, 6, 6>;
  using Vector6 = Eigen::Matrix<double, 6, 1>;
  constexpr int count = 256;
  FilterList list;
  fill(list, count, kPlot);
  std::vector<Matrix6, Eigen::aligned_allocator<Matrix6>> P(count, Matrix6::Identity() * 2500);
  std::vector<Vector6, Eigen::aligned_allocator<Vector6>> x(count);
  for (int k = 0; k < count; ++k)
    for (int n = 0; n < 6; ++n) x[std::size_t(k)][n] = list.mean[n][std::size_t(k)];
  Matrix6 F = Matrix6::Identity(), Q = Matrix6::Zero();
  const double T = 2, q = 10;
  for (int n = 0; n < 3; ++n) {
    F(n, 3 + n) = T;
    Q(n, n) = q * T * T * T / 3;
    Q(n, 3 + n) = Q(3 + n, n) = q * T * T / 2;
    Q(3 + n, 3 + n) = q * T;
  }
  for (auto _ : state) {
    for (std::size_t k = 0; k < count; ++k) {
      const Vector6 m = F * x[k];
      const Matrix6 M = F * P[k] * F.transpose() + Q;
      const double h2 = m[0] * m[0] + m[1] * m[1], h = std::sqrt(h2), r2 = h2 + m[2] * m[2], r = std::sqrt(r2);
      Eigen::Matrix<double, 3, 6> H = Eigen::Matrix<double, 3, 6>::Zero();
      H.block<1, 3>(0, 0) << m[0] / r, m[1] / r, m[2] / r;
      H.block<1, 2>(1, 0) << m[1] / h2, -m[0] / h2;
      H.block<1, 3>(2, 0) << -m[0] * m[2] / (r2 * h), -m[1] * m[2] / (r2 * h), h / r2;
      const Eigen::Vector3d R(225, 4e-6, 4e-6);
      const Eigen::Vector3d nu(list.value[0][k] - r, list.value[1][k] - std::atan2(m[0], m[1]),
                               list.value[2][k] - std::atan2(m[2], h));
      Eigen::Matrix3d S = H * M * H.transpose();
      S.diagonal() += R;
      const Eigen::Matrix<double, 6, 3> K = M * H.transpose() * S.inverse();
      x[k] = m + K * nu;
      P[k] = M - K * S * K.transpose();
    }
    benchmark::ClobberMemory();
  }
  state.counters["ns/update"] =
      benchmark::Counter(double(state.iterations()) * count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(plain_eigen);

}  // namespace
}  // namespace pavise
