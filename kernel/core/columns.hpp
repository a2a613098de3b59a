// A column: one property of all rows of a table, contiguous, aligned to a cache line and padded with zeros to whole
// vectors. Columns take their memory once, before the run; a frame never allocates.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernel/core/assert.hpp"
#include "kernel/core/column_memory.hpp"

namespace pavise {

/// Rows rounded up to whole 64-byte vectors of T.
template <class T>
constexpr std::size_t padded_rows(std::size_t rows) {
  constexpr std::size_t lane_count = kColumnAlignment / sizeof(T);
  return (rows + lane_count - 1) / lane_count * lane_count;
}

template <class T>
class Column {
  static_assert(std::is_trivially_copyable_v<T> && kColumnAlignment % sizeof(T) == 0);

 public:
  Column() = default;
  explicit Column(std::size_t rows) { allocate(rows); }
  Column(const Column& other) { copy_from(other); }
  Column& operator=(const Column& other) {
    if (this != &other) copy_from(other);
    return *this;
  }
  Column(Column&& other) noexcept : data_(std::exchange(other.data_, nullptr)), rows_(std::exchange(other.rows_, 0)) {}
  Column& operator=(Column&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(rows_, other.rows_);
    return *this;
  }
  ~Column() { release(); }

  /// Takes memory for `rows` rows, all zero; what was held before is gone.
  void allocate(std::size_t rows) {
    release();
    rows_ = rows;
    const std::size_t bytes = padded_rows<T>(rows) * sizeof(T);
    if (bytes == 0) return;
    data_ = static_cast<T*>(take_column_memory(bytes));
    std::memset(static_cast<void*>(data_), 0, bytes);
  }
  void fill(T value) {
    for (std::size_t i = 0; i < rows_; ++i) data_[i] = value;
  }

  std::size_t rows() const { return rows_; }
  std::size_t size_bytes() const { return padded_rows<T>(rows_) * sizeof(T); }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t row) { return data_[row]; }
  const T& operator[](std::size_t row) const { return data_[row]; }

 private:
  void release() {
    return_column_memory(data_);
    data_ = nullptr;
    rows_ = 0;
  }
  void copy_from(const Column& other) {
    allocate(other.rows_);
    if (other.data_) std::memcpy(static_cast<void*>(data_), other.data_, size_bytes());
  }

  T* data_ = nullptr;
  std::size_t rows_ = 0;
};

}  // namespace pavise
