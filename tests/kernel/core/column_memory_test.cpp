#include "kernel/core/column_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <thread>

#include "kernel/core/columns.hpp"

namespace pavise {
namespace {

bool is_aligned(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory) % kColumnAlignment == 0; }

TEST(ColumnMemory, LaysColumnsOfAScopeOneBehindTheOther) {
  ColumnArena arena;
  std::optional<ColumnArena::Scope> scope(std::in_place, arena);
  Column<double> a(100), b(7);
  scope.reset();
  const Column<double> elsewhere(100);
  ASSERT_TRUE(is_aligned(a.data()) && is_aligned(b.data()) && is_aligned(elsewhere.data()));
  EXPECT_EQ(arena.pieces(), 1u);
  // 100 doubles are 13 lines, and one line says where the next column came from
  EXPECT_EQ(reinterpret_cast<char*>(b.data()) - reinterpret_cast<char*>(a.data()), 14 * 64);
}

TEST(ColumnMemory, OutlivesItsArena) {
  Column<std::int32_t> kept;
  {
    ColumnArena arena;
    const ColumnArena::Scope scope(arena);
    kept.allocate(1000);
    for (std::size_t i = 0; i < 1000; ++i) kept[i] = std::int32_t(i);
  }
  std::thread elsewhere([moved = std::move(kept)] {
    for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(moved[i], std::int32_t(i));
  });
  elsewhere.join();
}

TEST(ColumnMemory, TakesAnotherPieceWhereOneIsFull) {
  ColumnArena arena;
  const ColumnArena::Scope scope(arena);
  constexpr std::size_t kPiece_B = std::size_t(2) << 20;
  Column<double> small(10), large(kPiece_B), later(10);  // 16 MiB and two lines: nine huge pages, the last nearly empty
  EXPECT_EQ(arena.pieces(), 2u);
  const Column<double> other(kPiece_B / 4);              // 2 MiB and a line: more than is left
  EXPECT_EQ(arena.pieces(), 3u);
  large.fill(1.5);
  EXPECT_EQ(small[9], 0);
  EXPECT_EQ(later[0], 0);
  EXPECT_EQ(large[kPiece_B - 1], 1.5);
}

TEST(ColumnMemory, GivesTheOuterScopeBack) {
  ColumnArena outer, inner;
  const ColumnArena::Scope first(outer);
  { const ColumnArena::Scope second(inner); Column<double> a(8); }
  Records<std::int64_t> rows(4, 7);
  EXPECT_EQ(inner.pieces(), 1u);
  EXPECT_EQ(outer.pieces(), 1u);
  EXPECT_EQ(rows[3], 7);
}

}  // namespace
}  // namespace pavise
