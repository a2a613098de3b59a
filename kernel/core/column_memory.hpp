// Where the memory of columns comes from. Tables that a frame walks over are many columns of some kilobytes to some
// megabytes each: on pages of 4 KiB they keep missing the translation buffer. Inside a ColumnArena::Scope they are cut
// out of few large pieces of huge pages (if the system grants them); outside, each comes from the heap.
#pragma once

#include <cstddef>
#include <vector>

namespace pavise {

inline constexpr std::size_t kColumnAlignment = 64;

/// Memory for `bytes` > 0, aligned to kColumnAlignment, contents undefined. Throws std::bad_alloc.
void* take_column_memory(std::size_t bytes);
/// Gives it back, from any thread, whether or not its arena still is there. Null is nothing.
void return_column_memory(void* memory) noexcept;

/// Pieces of huge pages, cut off front to back. A piece lives until the last of what was cut out of it has been given
/// back. Belongs to one thread at a time.
class ColumnArena {
 public:
  ColumnArena() = default;
  ColumnArena(const ColumnArena&) = delete;
  ColumnArena& operator=(const ColumnArena&) = delete;
  ~ColumnArena();

  /// While it stands, take_column_memory of this thread takes from the arena.
  class Scope {
   public:
    explicit Scope(ColumnArena& arena);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    ColumnArena* outer_;
  };

  /// Pieces taken from the system so far.
  std::size_t pieces() const { return pieces_; }

 private:
  friend void* take_column_memory(std::size_t bytes);
  struct Piece;
  friend void return_column_memory(void* memory) noexcept;
  void* cut(std::size_t bytes);

  Piece* piece_ = nullptr;  // the one that is being cut
  std::size_t pieces_ = 0;
};

/// For vectors of records that a frame walks over.
template <class T>
struct ColumnAllocator {
  using value_type = T;
  static_assert(alignof(T) <= kColumnAlignment);

  ColumnAllocator() = default;
  template <class U>
  ColumnAllocator(const ColumnAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_column_memory(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t) noexcept { return_column_memory(memory); }
  bool operator==(const ColumnAllocator&) const = default;
};

/// A table whose rows are records.
template <class T>
using Records = std::vector<T, ColumnAllocator<T>>;

}  // namespace pavise
