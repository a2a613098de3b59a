#include "kernel/core/column_memory.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "kernel/core/assert.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pavise {
namespace {

constexpr std::size_t kHugePage = std::size_t(2) << 20;

std::size_t rounded(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

thread_local ColumnArena* current_arena = nullptr;

}  // namespace

/// Head of a piece. It counts what was cut out of it and not yet given back, and one for the arena that cuts.
struct ColumnArena::Piece {
  std::atomic<std::int64_t> holders{1};
  std::size_t size = 0, used = kColumnAlignment;

  static Piece* take(std::size_t size) {
    void* memory = std::aligned_alloc(kHugePage, size);
    if (!memory) throw std::bad_alloc();
#if defined(__linux__)
    (void)madvise(memory, size, MADV_HUGEPAGE);  // a wish: small pages do as well
#endif
    Piece* piece = new (memory) Piece;
    piece->size = size;
    return piece;
  }
  void let_go() noexcept {
    if (holders.fetch_sub(1, std::memory_order_acq_rel) == 1) std::free(this);
  }
};

namespace {

// In front of every column: the piece it was cut from, null: the heap.
struct alignas(kColumnAlignment) Origin {
  void* piece;
};

}  // namespace

ColumnArena::~ColumnArena() {
  if (piece_) piece_->let_go();
}

ColumnArena::Scope::Scope(ColumnArena& arena) : outer_(current_arena) { current_arena = &arena; }
ColumnArena::Scope::~Scope() { current_arena = outer_; }

void* ColumnArena::cut(std::size_t bytes) {
  if (!piece_ || piece_->size - piece_->used < bytes) {
    // the next one as large as all before: few pieces, and untouched pages of the last cost nothing
    const std::size_t least = rounded(bytes + kColumnAlignment, kHugePage);
    Piece* next = Piece::take(std::max(least, piece_ ? 2 * piece_->size : kHugePage));
    if (piece_) piece_->let_go();
    piece_ = next;
    ++pieces_;
  }
  void* memory = reinterpret_cast<char*>(piece_) + piece_->used;
  piece_->used += bytes;
  piece_->holders.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

void* take_column_memory(std::size_t bytes) {
  static_assert(sizeof(ColumnArena::Piece) <= kColumnAlignment);
  const std::size_t all = rounded(bytes, kColumnAlignment) + sizeof(Origin);
  ColumnArena* arena = current_arena;
  void* memory = arena ? arena->cut(all) : ::operator new(all, std::align_val_t(kColumnAlignment));
  Origin* origin = new (memory) Origin{arena ? arena->piece_ : nullptr};
  return origin + 1;
}

void return_column_memory(void* memory) noexcept {
  if (!memory) return;
  Origin* origin = static_cast<Origin*>(memory) - 1;
  if (origin->piece)
    static_cast<ColumnArena::Piece*>(origin->piece)->let_go();
  else
    ::operator delete(static_cast<void*>(origin), std::align_val_t(kColumnAlignment));
}

}  // namespace pavise
