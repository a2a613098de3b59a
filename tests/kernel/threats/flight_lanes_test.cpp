#include "kernel/threats/flight_lanes.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "kernel/core/draws.hpp"
#include "kernel/threats/point_mass_flight.hpp"

namespace pavise::threats_test {
namespace {

struct Rows {
  std::vector<double> column[14];
  explicit Rows(std::int32_t rows) {
    for (auto& c : column) c.resize(std::size_t(rows));
    const Draws draws{11};
    for (std::size_t i = 0; i < std::size_t(rows); ++i) {
      std::uint32_t n = 0;
      const auto u = [&] { return draws.uniform({.entity = std::uint32_t(i), .number = n++}); };
      const double values[14] = {1e5 * u(),
                                 1e5 * u(),
                                 110e3 * u() - 1e3,
                                 3000 * u() - 1500,
                                 3000 * u() - 1500,
                                 3000 * u() - 1500,
                                 0.01 + u(),
                                 500 + 1000 * u(),
                                 60 * u(),
                                 u() < 0.3 ? 0 : 5e4 * u(),
                                 0.6,
                                 0.0,
                                 0.8,
                                 u() < 0.5 ? 1.0 : 0.0};
      for (std::size_t k = 0; k < 14; ++k) column[k][i] = values[k];
    }
  }
  FlightColumns columns() {
    return {column[0].data(),  column[1].data(),  column[2].data(),  column[3].data(), column[4].data(),
            column[5].data(),  column[6].data(),  column[7].data(),  column[8].data(), column[9].data(),
            column[10].data(), column[11].data(), column[12].data(), column[13].data()};
  }
};

DragCurve curve_of(std::int32_t rows) {
  std::vector<double> table;
  for (std::int32_t i = 0; i < rows; ++i) table.push_back(0.3 + 0.21 * i), table.push_back(0.2 + 0.1 * ((i * 5) % 3));
  DragCurve curve;
  set_drag_curve(curve, 0.4, table.data(), rows, 2);
  return curve;
}

TEST(FlightLanes, StepEveryRowAsAPlainStepDoesToTheBit) {
  for (const std::int32_t rows : {0, 1, 7, 8, 9, 63, 64, 65, 257}) {
    for (const std::int32_t curve_rows : {1, 7, 8, 9, 24}) {
      const DragCurve curve = curve_of(curve_rows);
      for (const bool burns : {false, true}) {
        Rows start(rows), expected = start;
        const PointMass body{.gravity_mps2 = 9.8, .wind_mps = {7, -3, 1}};
        for (std::size_t i = 0; i < std::size_t(rows); ++i) {
          auto& c = expected.column;
          PointState s{c[0][i], c[1][i], c[2][i], c[3][i], c[4][i], c[5][i]};
          StepForces forces{.mass_kg = c[7][i]};
          if (burns) forces = {c[7][i], c[8][i], c[9][i], c[13][i] != 0, {c[10][i], c[11][i], c[12][i]}};
          step_point_mass(body, &curve, forces, c[6][i], s);
          c[0][i] = s.x, c[1][i] = s.y, c[2][i] = s.z, c[3][i] = s.vx, c[4][i] = s.vy, c[5][i] = s.vz;
        }
        for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
          if (!is_supported(simd)) continue;
          Rows computed = start;
          const FlightShared shared{&curve, {9.8, 7, -3, 1}};
          const auto step = burns ? PAVISE_VARIANTS(fly_burning_step) : PAVISE_VARIANTS(fly_coasting_step);
          step.of(simd)(shared, computed.columns(), rows);
          for (std::size_t k = 0; k < 6; ++k)
            for (std::size_t i = 0; i < std::size_t(rows); ++i)
              ASSERT_EQ(std::memcmp(&computed.column[k][i], &expected.column[k][i], sizeof(double)), 0)
                  << name_of(simd) << ", " << rows << " rows, curve of " << curve_rows << ", row " << i << " column "
                  << k << (burns ? ", burning: " : ": ") << computed.column[k][i] << " for " << expected.column[k][i];
        }
      }
    }
  }
}

}  // namespace
}  // namespace pavise::threats_test
