#include "kernel/core/columns.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace pavise {
namespace {

TEST(Column, IsAlignedToACacheLineAndPaddedWithZerosToWholeVectors) {
  for (std::size_t rows : {1, 7, 8, 9, 63, 64, 65, 1001}) {
    const Column<double> column(rows);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(column.data()) % 64, 0u);
    EXPECT_EQ(column.rows(), rows);
    EXPECT_EQ(column.size_bytes() % 64, 0u);
    EXPECT_GE(column.size_bytes(), rows * sizeof(double));
    EXPECT_LT(column.size_bytes(), rows * sizeof(double) + 64);
    for (std::size_t i = 0; i < column.size_bytes() / sizeof(double); ++i) EXPECT_EQ(column.data()[i], 0);
  }
}

TEST(Column, PadsByTheSizeOfItsRows) {
  EXPECT_EQ(padded_rows<double>(0), 0u);
  EXPECT_EQ(padded_rows<double>(1), 8u);
  EXPECT_EQ(padded_rows<double>(8), 8u);
  EXPECT_EQ(padded_rows<std::int32_t>(17), 32u);
  EXPECT_EQ(padded_rows<std::uint8_t>(65), 128u);
}

TEST(Column, OfNoRowsTakesNoMemory) {
  Column<double> column(0);
  EXPECT_EQ(column.data(), nullptr);
  EXPECT_EQ(column.size_bytes(), 0u);
  column.fill(3);
  const Column<double> copy = column;
  EXPECT_EQ(copy.rows(), 0u);
}

TEST(Column, CopiesAreTheirOwn) {
  Column<std::int32_t> column(5);
  column.fill(4);
  Column<std::int32_t> copy = column;
  copy[2] = 9;
  EXPECT_EQ(column[2], 4);
  EXPECT_EQ(copy[4], 4);
  column = copy;
  EXPECT_EQ(column[2], 9);
  column = *&column;
  EXPECT_EQ(column[2], 9);
}

TEST(Column, MovesWithoutCopyingItsRows) {
  Column<double> column(5);
  column[3] = 2;
  const double* memory = column.data();
  Column<double> moved = std::move(column);
  EXPECT_EQ(moved.data(), memory);
  EXPECT_EQ(moved[3], 2);
  Column<double> other(2);
  other = std::move(moved);
  EXPECT_EQ(other.data(), memory);
  EXPECT_EQ(other.rows(), 5u);
}

TEST(Column, AllocatedAnewForgetsWhatItHeld) {
  Column<double> column(3);
  column.fill(7);
  column.allocate(4);
  EXPECT_EQ(column.rows(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(column[i], 0);
}

}  // namespace
}  // namespace pavise
