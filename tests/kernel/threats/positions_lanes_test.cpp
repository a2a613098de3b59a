#include "kernel/threats/positions_lanes.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "kernel/threats/due_lanes.hpp"
#include "kernel/threats/positions.hpp"
#include "tests/kernel/threats/scene.hpp"

namespace pavise::threats_test {
namespace {

/// Rows with random pieces.
Threats random_threats(std::int32_t rows) {
  Raid raid;
  Wave wave;
  wave.count = rows;
  raid.waves.push_back(wave);
  Threats t;
  allocate(t, raid, 1);
  const Draws draws{3};
  for (std::int32_t row = 0; row < rows; ++row) {
    std::uint32_t n = 0;
    const auto u = [&] { return 2 * draws.uniform({.entity = std::uint32_t(row), .number = n++}) - 1; };
    t.piece_begin_s[std::size_t(row)] = 100 * u();
    t.piece_end_s[std::size_t(row)] = 100 * u();
    for (auto* axis : {t.cx, t.cy, t.cz}) {
      const double scale[] = {1e5, 300, 5, 0.1};
      for (int k = 0; k < 4; ++k) axis[k][std::size_t(row)] = scale[k] * u();
    }
  }
  return t;
}

struct States {
  Column<double> column[6];
  explicit States(std::int32_t rows) {
    for (auto& c : column) c.allocate(std::size_t(rows));
  }
  StateColumns columns() {
    return {column[0].data(), column[1].data(), column[2].data(), column[3].data(), column[4].data(), column[5].data()};
  }
  bool equals(std::size_t i, const State& s) const {
    const double expected[] = {s.position_m.x,   s.position_m.y,   s.position_m.z,
                               s.velocity_mps.x, s.velocity_mps.y, s.velocity_mps.z};
    for (int k = 0; k < 6; ++k)
      if (std::memcmp(&column[k][i], &expected[k], sizeof(double)) != 0) return false;
    return true;
  }
};

constexpr std::int32_t kRowCounts[] = {0, 1, 7, 8, 9, 63, 64, 65, 257};

TEST(Positions, OfAListAreThoseOfStateAtInEveryVariant) {
  for (const std::int32_t rows : kRowCounts) {
    Threats t = random_threats(std::max(rows, 1));
    std::vector<std::int32_t> list;
    std::vector<double> time_s;
    for (std::int32_t i = 0; i < rows; ++i) list.push_back((i * 37 + 5) % rows), time_s.push_back(0.37 * i);
    for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
      if (!is_supported(simd)) continue;
      States states(std::max(rows, 1));
      PAVISE_VARIANTS(positions_of_rows).of(simd)(path_columns(t), list.data(), time_s.data(), rows, states.columns());
      for (std::int32_t i = 0; i < rows; ++i)
        ASSERT_TRUE(
            states.equals(std::size_t(i), state_at(t, std::size_t(list[std::size_t(i)]), time_s[std::size_t(i)])))
            << name_of(simd) << ", " << rows << " rows, " << i;
    }
  }
}

TEST(Positions, OfAllRowsAreThoseOfStateAtInEveryVariant) {
  for (const std::int32_t rows : kRowCounts) {
    Threats t = random_threats(std::max(rows, 1));
    for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
      if (!is_supported(simd)) continue;
      States states(std::max(rows, 1));
      PAVISE_VARIANTS(positions_of_all).of(simd)(path_columns(t), rows, 12.5, states.columns());
      for (std::size_t i = 0; i < std::size_t(rows); ++i)
        ASSERT_TRUE(states.equals(i, state_at(t, i, 12.5))) << name_of(simd) << ", " << rows << " rows, " << i;
    }
  }
}

TEST(DueRows, AreFoundInOrderInEveryVariant) {
  for (const std::int32_t rows : kRowCounts) {
    Threats t = random_threats(std::max(rows, 1));
    for (double now_s : {-200.0, -95.0, 0.0, 200.0}) {
      std::vector<std::int32_t> expected;
      double least = kNever_s;
      for (std::int32_t row = 0; row < rows; ++row) {
        if (t.piece_end_s[std::size_t(row)] <= now_s) expected.push_back(row);
        least = std::min(least, t.piece_end_s[std::size_t(row)]);
      }
      for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
        if (!is_supported(simd)) continue;
        std::vector<std::int32_t> due(std::size_t(rows) + 1);
        due.resize(std::size_t(PAVISE_VARIANTS(find_due_rows).of(simd)(t.piece_end_s.data(), rows, now_s, due.data())));
        EXPECT_EQ(due, expected) << name_of(simd) << ", " << rows << " rows";
        if (rows == 0) continue;
        const double found = PAVISE_VARIANTS(least_of).of(simd)(t.piece_end_s.data(), rows);
        EXPECT_EQ(found, least);
      }
    }
  }
}

}  // namespace
}  // namespace pavise::threats_test
