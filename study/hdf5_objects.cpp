#include "study/hdf5_objects.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "kernel/core/assert.hpp"
#include "study/study.hpp"

namespace pavise {
namespace {

constexpr std::size_t kChunkBytes = std::size_t(1) << 20;
constexpr const char* kDimensionName = "This is a netCDF dimension but not a netCDF variable. %10lld";

/// The library speaks through exceptions here, not on stderr; and it does nothing at exit that could meet a full disk
/// again.
void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  });
}

H5Handle string_type() {
  H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a string type");
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

H5Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar"}; }
H5Handle simple_space(const std::vector<hsize_t>& shape) {
  return {H5Screate_simple(int(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape"};
}

/// Creation properties of a dataset: no times, attributes in order of creation.
H5Handle dataset_properties() {
  H5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make properties");
  H5Pset_obj_track_times(properties, false);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
  return properties;
}

H5Handle open_dataset(hid_t file, const std::string& path) {
  return {H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, "open " + path};
}

}  // namespace

H5Handle::H5Handle(hid_t id, herr_t (*closer)(hid_t), const std::string& what) : id_(id), close_(closer) {
  if (id_ < 0) throw_hdf5(what);
}
void H5Handle::reset() {
  if (id_ >= 0) close_(id_);
  id_ = -1;
}
void H5Handle::close(const std::string& what) {
  const hid_t id = std::exchange(id_, -1);
  if (id >= 0) check_hdf5(close_(id), what);
}

void throw_hdf5(const std::string& what) {
  const int reason = errno;
  H5Eclear2(H5E_DEFAULT);
  throw StudyError(3, "cannot " + what +
                          (reason == ENOSPC || reason == EDQUOT || reason == EIO || reason == EFBIG
                               ? std::string(": ") + std::strerror(reason)
                               : std::string()));
}
void check_hdf5(herr_t status, const std::string& what) {
  if (status < 0) throw_hdf5(what);
}

H5Handle create_study_file(const std::string& path) {
  prepare_library();
  errno = 0;
  H5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make properties");
  check_hdf5(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "set the library version");
  H5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "make properties");
  H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(creation, false);
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "create " + path};
}

H5Handle create_group(hid_t parent, const std::string& name) {
  H5Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "make properties");
  H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(properties, false);
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Gclose, "create /" + name};
}

void commit_enumerations(hid_t file) {
  for (const EnumerationSpec& spec : study_enumerations()) {
    H5Handle type(H5Tenum_create(H5T_STD_U8LE), H5Tclose, "make an enumeration");
    for (std::size_t k = 0; k < spec.words.size(); ++k) {
      const std::uint8_t value = std::uint8_t(k);
      check_hdf5(H5Tenum_insert(type, std::string(spec.words[k]).c_str(), &value), "fill an enumeration");
    }
    H5Handle properties(H5Pcreate(H5P_DATATYPE_CREATE), H5Pclose, "make properties");
    H5Pset_obj_track_times(properties, false);
    check_hdf5(H5Tcommit2(file, std::string(spec.name).c_str(), type, H5P_DEFAULT, properties, H5P_DEFAULT),
               "commit an enumeration");
  }
}

H5Handle open_type(hid_t file, std::string_view name) {
  return {H5Topen2(file, ("/" + std::string(name)).c_str(), H5P_DEFAULT), H5Tclose, "open /" + std::string(name)};
}

void put_attribute(hid_t object, const char* name, const std::string& text) {
  const H5Handle type = string_type(), space = scalar_space();
  H5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "create an attribute");
  const char* value = text.c_str();
  check_hdf5(H5Awrite(attribute, type, &value), "write an attribute");
}
void put_attribute(hid_t object, const char* name, std::int64_t value) {
  const H5Handle space = scalar_space();
  H5Handle attribute(H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                     "create an attribute");
  check_hdf5(H5Awrite(attribute, H5T_NATIVE_INT64, &value), "write an attribute");
}
void put_attribute(hid_t object, const char* name, double value) {
  const H5Handle space = scalar_space();
  H5Handle attribute(H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                     "create an attribute");
  check_hdf5(H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value), "write an attribute");
}
void put_attribute(hid_t object, const char* name, hid_t type, const void* values, std::size_t count) {
  const H5Handle space = count == 1 ? scalar_space() : simple_space({hsize_t(count)});
  H5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "create an attribute");
  check_hdf5(H5Awrite(attribute, type, values), "write an attribute");
}

namespace {
/// Attributes of the dimension scale specification 1.0 are strings of fixed length.
void put_fixed_text(hid_t object, const char* name, const std::string& text) {
  H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a string type");
  H5Tset_size(type, text.size() + 1);
  const H5Handle space = scalar_space();
  H5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "create an attribute");
  check_hdf5(H5Awrite(attribute, type, text.c_str()), "write an attribute");
}
}  // namespace

DimensionScale::DimensionScale(hid_t group, const std::string& name, std::int64_t rows) {
  const hsize_t size = hsize_t(rows), unlimited = H5S_UNLIMITED;
  const hsize_t chunk = std::clamp<hsize_t>(size, 1, kChunkBytes / 4);
  H5Handle space(H5Screate_simple(1, &size, &unlimited), H5Sclose, "make a shape");
  H5Handle properties = dataset_properties();
  H5Pset_chunk(properties, 1, &chunk);
  dataset_ = H5Handle(H5Dcreate2(group, name.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                      H5Dclose, "create a dimension");
  char text[80];
  std::snprintf(text, sizeof text, kDimensionName, static_cast<long long>(rows));
  put_fixed_text(dataset_, "CLASS", "DIMENSION_SCALE");
  put_fixed_text(dataset_, "NAME", text);
  check_hdf5(H5Rcreate(&reference_, group, name.c_str(), H5R_OBJECT, -1), "refer to a dimension");
}

DimensionScale::DimensionScale(hid_t group, const std::string& name, const H5Handle& coordinate) {
  H5Iinc_ref(coordinate);
  dataset_ = H5Handle(coordinate, H5Dclose, "share a coordinate");
  put_fixed_text(dataset_, "CLASS", "DIMENSION_SCALE");
  put_fixed_text(dataset_, "NAME", name);
  check_hdf5(H5Rcreate(&reference_, group, name.c_str(), H5R_OBJECT, -1), "refer to a dimension");
}

void DimensionScale::attach(hid_t dataset, int axis) {
  hobj_ref_t user = 0;
  check_hdf5(H5Rcreate(&user, dataset, ".", H5R_OBJECT, -1), "refer to a column");
  users_.emplace_back(user, axis);
}

void DimensionScale::finish() {
  if (users_.empty()) return;
  struct Entry {
    hobj_ref_t dataset;
    int axis;
  };
  H5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Entry)), H5Tclose, "make a type");
  H5Tinsert(type, "dataset", offsetof(Entry, dataset), H5T_STD_REF_OBJ);
  H5Tinsert(type, "dimension", offsetof(Entry, axis), H5T_NATIVE_INT);
  std::vector<Entry> entries(users_.size());
  std::memset(static_cast<void*>(entries.data()), 0, entries.size() * sizeof(Entry));
  for (std::size_t i = 0; i < users_.size(); ++i) {
    entries[i].dataset = users_[i].first;
    entries[i].axis = users_[i].second;
  }
  const H5Handle space = simple_space({hsize_t(entries.size())});
  H5Handle attribute(H5Acreate2(dataset_, "REFERENCE_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                     "create an attribute");
  check_hdf5(H5Awrite(attribute, type, entries.data()), "write an attribute");
}

void put_dimension_list(hid_t dataset, const std::vector<hobj_ref_t>& scales) {
  H5Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, "make a type");
  const H5Handle space = simple_space({hsize_t(scales.size())});
  H5Handle attribute(H5Acreate2(dataset, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                     "create an attribute");
  std::vector<hobj_ref_t> references = scales;
  std::vector<hvl_t> lists(scales.size());
  for (std::size_t i = 0; i < lists.size(); ++i) lists[i] = {1, &references[i]};
  check_hdf5(H5Awrite(attribute, type, lists.data()), "write an attribute");
}

ColumnWriter::ColumnWriter(hid_t group, const std::string& name, hid_t type, std::int64_t rows, int deflate)
    : name_(name), type_(type), size_(H5Tget_size(type)), rows_(hsize_t(rows)), is_filtered_(deflate > 0) {
  // a short column is one chunk of just its rows: the shape depends on the content alone
  chunk_rows_ = std::clamp<hsize_t>(rows_, 1, kChunkBytes / size_);
  const hsize_t unlimited = H5S_UNLIMITED;
  H5Handle space(H5Screate_simple(1, &rows_, &unlimited), H5Sclose, "make a shape");
  H5Handle properties = dataset_properties();
  H5Pset_chunk(properties, 1, &chunk_rows_);
  if (is_filtered_) {
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, unsigned(deflate));
  }
  dataset_ = H5Handle(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                      "create " + name);
  buffer_.reserve(std::size_t(chunk_rows_) * size_);
}

void ColumnWriter::append(const void* values, std::size_t bytes) {
  const auto* next = static_cast<const std::byte*>(values);
  const std::size_t chunk_bytes = std::size_t(chunk_rows_) * size_;
  while (bytes > 0) {
    const std::size_t taken = std::min(bytes, chunk_bytes - buffer_.size());
    buffer_.insert(buffer_.end(), next, next + taken);
    next += taken;
    bytes -= taken;
    if (buffer_.size() == chunk_bytes) flush();
  }
}

void ColumnWriter::flush() {
  const hsize_t count = buffer_.size() / size_;
  if (count == 0) return;
  PAVISE_ASSERT(written_ + count <= rows_);
  errno = 0;
  if (count == chunk_rows_ && !is_filtered_) {
    check_hdf5(H5Dwrite_chunk(dataset_, H5P_DEFAULT, 0, &written_, buffer_.size(), buffer_.data()), "write " + name_);
  } else {
    H5Handle space(H5Dget_space(dataset_), H5Sclose, "get a shape");
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &written_, nullptr, &count, nullptr);
    const H5Handle memory = simple_space({count});
    check_hdf5(H5Dwrite(dataset_, type_, memory, space, H5P_DEFAULT, buffer_.data()), "write " + name_);
  }
  written_ += count;
  buffer_.clear();
}

void ColumnWriter::finish() {
  flush();
  PAVISE_ASSERT(written_ == rows_);
  buffer_ = {};
}

H5Handle write_strings(hid_t group, const std::string& name, const std::vector<std::string>& values) {
  const H5Handle type = string_type();
  const hsize_t rows = values.size(), unlimited = H5S_UNLIMITED, chunk = std::clamp<hsize_t>(rows, 1, kChunkBytes / 16);
  H5Handle space(H5Screate_simple(1, &rows, &unlimited), H5Sclose, "make a shape");
  H5Handle properties = dataset_properties();
  H5Pset_fill_time(properties, H5D_FILL_TIME_IFSET);  // a pointer that was never written would be followed
  H5Pset_chunk(properties, 1, &chunk);
  H5Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                   "create " + name);
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  if (rows > 0) check_hdf5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "write " + name);
  return dataset;
}

void write_text(hid_t group, const std::string& name, const std::string& text) {
  const H5Handle type = string_type(), space = scalar_space();
  H5Handle properties = dataset_properties();
  H5Pset_fill_time(properties, H5D_FILL_TIME_IFSET);
  H5Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                   "create " + name);
  const char* value = text.c_str();
  check_hdf5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), "write " + name);
}

H5Handle write_array(hid_t group, const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                     const void* values) {
  const H5Handle space = simple_space(shape);
  H5Handle properties = dataset_properties();
  H5Handle dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                   "create " + name);
  if (std::all_of(shape.begin(), shape.end(), [](hsize_t n) { return n > 0; }))
    check_hdf5(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write " + name);
  return dataset;
}

H5Handle open_study_file(const std::string& path) {
  prepare_library();
  errno = 0;
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
          "read " + path + ": it is torn, or no HDF5 file"};
}

bool has_object(hid_t file, const std::string& path) {
  std::size_t slash = 0;
  do {  // every group on the way must be there
    slash = path.find('/', slash + 1);
    if (H5Lexists(file, path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  } while (slash != std::string::npos);
  return true;
}

bool has_attribute(hid_t object, const char* name) { return H5Aexists(object, name) > 0; }

std::string text_attribute(hid_t object, const char* name) {
  H5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, std::string("read attribute ") + name);
  const H5Handle type = string_type();
  char* value = nullptr;
  check_hdf5(H5Aread(attribute, type, &value), std::string("read attribute ") + name);
  std::string text = value ? value : "";
  H5free_memory(value);
  return text;
}

std::int64_t whole_attribute(hid_t object, const char* name) {
  H5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, std::string("read attribute ") + name);
  std::int64_t value = 0;
  check_hdf5(H5Aread(attribute, H5T_NATIVE_INT64, &value), std::string("read attribute ") + name);
  return value;
}

std::int64_t rows_of(hid_t file, const std::string& path) {
  const H5Handle dataset = open_dataset(file, path);
  H5Handle space(H5Dget_space(dataset), H5Sclose, "get a shape");
  if (H5Sget_simple_extent_ndims(space) != 1) throw StudyError(3, path + " is no column");
  hsize_t rows = 0;
  H5Sget_simple_extent_dims(space, &rows, nullptr);
  return std::int64_t(rows);
}

hid_t native_type(Scalar type) {
  switch (type) {
    case Scalar::f4:
      return H5T_NATIVE_FLOAT;
    case Scalar::f8:
      return H5T_NATIVE_DOUBLE;
    case Scalar::i4:
      return H5T_NATIVE_INT32;
    case Scalar::i8:
      return H5T_NATIVE_INT64;
    case Scalar::u1:
      return H5T_NATIVE_UINT8;
    default:
      return H5T_NATIVE_UINT64;
  }
}

void read_rows(hid_t file, const std::string& path, Scalar type, std::int64_t begin, std::int64_t count, void* values) {
  if (count == 0) return;
  const H5Handle dataset = open_dataset(file, path);
  H5Handle space(H5Dget_space(dataset), H5Sclose, "get a shape");
  const hsize_t first = hsize_t(begin), rows = hsize_t(count);
  check_hdf5(H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, nullptr, &rows, nullptr), "select rows of " + path);
  const H5Handle memory = simple_space({rows});
  // an enumeration is read as it is stored: a value outside its words must be seen, not converted
  H5Handle stored(H5Dget_type(dataset), H5Tclose, "get a type");
  const bool is_enumeration = H5Tget_class(stored) == H5T_ENUM;
  if (is_enumeration && H5Tget_size(stored) != size_of(type)) throw StudyError(3, path + " has an unexpected type");
  check_hdf5(H5Dread(dataset, is_enumeration ? hid_t(stored) : native_type(type), memory, space, H5P_DEFAULT, values),
             "read " + path);
}

std::vector<std::string> read_strings(hid_t file, const std::string& path) {
  const H5Handle dataset = open_dataset(file, path);
  const std::int64_t rows = rows_of(file, path);
  const H5Handle type = string_type();
  std::vector<char*> pointers(std::size_t(rows), nullptr);
  if (rows > 0) check_hdf5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "read " + path);
  std::vector<std::string> values;
  for (char* pointer : pointers) {
    values.emplace_back(pointer ? pointer : "");
    H5free_memory(pointer);
  }
  return values;
}

std::string read_text(hid_t file, const std::string& path) {
  const H5Handle dataset = open_dataset(file, path);
  const H5Handle type = string_type();
  char* pointer = nullptr;
  check_hdf5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), "read " + path);
  std::string text = pointer ? pointer : "";
  H5free_memory(pointer);
  return text;
}

std::vector<std::string> links_of(hid_t file, const std::string& group) {
  H5Handle handle(H5Gopen2(file, group.c_str(), H5P_DEFAULT), H5Gclose, "open " + group);
  std::vector<std::string> names;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* into) -> herr_t {
    static_cast<std::vector<std::string>*>(into)->emplace_back(name);
    return 0;
  };
  check_hdf5(H5Literate(handle, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, visit, &names), "list " + group);
  return names;
}

}  // namespace pavise
