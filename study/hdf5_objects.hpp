// The HDF5 C API as study files need it: handles that close themselves, groups, columns with their dimension,
// attributes. Every failed call throws StudyError with exit status 3. HDF5 is used from one thread at a time.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "study/tables.hpp"

namespace pavise {

/// An identifier of the library, closed at the end of its scope.
class H5Handle {
 public:
  H5Handle() = default;
  H5Handle(hid_t id, herr_t (*closer)(hid_t), const std::string& what);
  H5Handle(H5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  H5Handle& operator=(H5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~H5Handle() { reset(); }
  operator hid_t() const { return id_; }
  void reset();
  /// Closes and throws if that fails: data may be written at close.
  void close(const std::string& what);

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// Throws StudyError(3) that says what could not be done and, if the disk is full, so.
[[noreturn]] void throw_hdf5(const std::string& what);
void check_hdf5(herr_t status, const std::string& what);

// -- writing
H5Handle create_study_file(const std::string& path);
H5Handle create_group(hid_t parent, const std::string& name);
/// Commits all enumerations in the root group.
void commit_enumerations(hid_t file);
H5Handle open_type(hid_t file, std::string_view name);

void put_attribute(hid_t object, const char* name, const std::string& text);
void put_attribute(hid_t object, const char* name, std::int64_t value);
void put_attribute(hid_t object, const char* name, double value);
void put_attribute(hid_t object, const char* name, hid_t type, const void* values, std::size_t count);

/// The dimension of a table: a scale without data. Columns attach it one by one; finish() writes who did.
class DimensionScale {
 public:
  /// A scale of its own (never written), or an existing dataset made one (a coordinate).
  DimensionScale(hid_t group, const std::string& name, std::int64_t rows);
  DimensionScale(hid_t group, const std::string& name, const H5Handle& coordinate);
  /// `axis` of `dataset` (path in the same group) runs along this dimension.
  void attach(hid_t dataset, int axis);
  hobj_ref_t reference() const { return reference_; }
  void finish();

 private:
  H5Handle dataset_;
  hobj_ref_t reference_ = 0;
  std::vector<std::pair<hobj_ref_t, int>> users_;
};
/// DIMENSION_LIST of a dataset: one scale per axis.
void put_dimension_list(hid_t dataset, const std::vector<hobj_ref_t>& scales);

/// A 1-D column of `rows` rows, written front to back in chunks of 1 MiB; memory is one chunk.
class ColumnWriter {
 public:
  /// type: of file and memory alike (little-endian).
  ColumnWriter(hid_t group, const std::string& name, hid_t type, std::int64_t rows, int deflate);
  void append(const void* values, std::size_t bytes);
  /// All rows must have been appended.
  void finish();
  hid_t dataset() const { return dataset_; }

 private:
  void flush();
  H5Handle dataset_;
  std::string name_;
  hid_t type_;
  std::size_t size_;
  hsize_t rows_, chunk_rows_, written_ = 0;
  bool is_filtered_;
  std::vector<std::byte> buffer_;
};

/// A 1-D dataset of UTF-8 strings of variable length.
H5Handle write_strings(hid_t group, const std::string& name, const std::vector<std::string>& values);
/// A scalar string dataset (text above 64 KiB may not be an attribute).
void write_text(hid_t group, const std::string& name, const std::string& text);
/// A whole numeric dataset of any rank, contiguous.
H5Handle write_array(hid_t group, const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                     const void* values);

// -- reading
H5Handle open_study_file(const std::string& path);
bool has_object(hid_t file, const std::string& path);
bool has_attribute(hid_t object, const char* name);
std::string text_attribute(hid_t object, const char* name);
std::int64_t whole_attribute(hid_t object, const char* name);
std::int64_t rows_of(hid_t file, const std::string& path);
/// Rows begin ... begin + count - 1 as they lie in memory; type is a native one, or of the same size as an enumeration.
void read_rows(hid_t file, const std::string& path, Scalar type, std::int64_t begin, std::int64_t count, void* values);
std::vector<std::string> read_strings(hid_t file, const std::string& path);
std::string read_text(hid_t file, const std::string& path);
/// Names of a group's links in order of creation.
std::vector<std::string> links_of(hid_t file, const std::string& group);

hid_t native_type(Scalar type);

}  // namespace pavise
