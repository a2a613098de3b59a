// The invariants of a study file (FORMATS.md section 2.2), each recomputed from the rows; and equality of two files.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "study/study_data.hpp"

namespace pavise {
namespace {

constexpr std::int64_t kReplicationsAtOnce = 1024;
constexpr std::int64_t kSlabRows = std::int64_t(1) << 17;

template <class T>
T value_of(const ReplicationRecord& record, int table, std::size_t column, std::int64_t row) {
  T value;
  std::memcpy(&value, column_of(row_table(table), record.tables[table], column) + std::size_t(row) * sizeof(T),
              sizeof(T));
  return value;
}

class Verifier {
 public:
  explicit Verifier(const StudyFile::Data& data) : data_(data) {}

  std::optional<BrokenInvariant> run() {
    check_shapes();
    if (!broken_) check_points();
    for (std::int64_t first = 0; !broken_ && first < data_.replication_rows; first += kReplicationsAtOnce)
      check_replications(first, std::min(kReplicationsAtOnce, data_.replication_rows - first));
    if (!broken_ && hash_.digits() != data_.outcome_hash) fail("/", -1, "outcome_hash is not that of the replications");
    for (int table = 0; !broken_ && table <= data_.last_table(); ++table) check_replication_numbers(table);
    return broken_;
  }

 private:
  void fail(const std::string& table, std::int64_t replication, const std::string& what) {
    if (!broken_) broken_ = BrokenInvariant{table, replication, what};
  }
  static std::string path_of(const TableSpec& spec, const ColumnSpec& column) {
    return "/" + std::string(spec.name) + "/" + std::string(column.name);
  }

  /// All columns of a table have one length; for the ragged ones it is the sum of the counts.
  void check_shapes() {
    const auto check = [&](const TableSpec& spec, std::int64_t rows) {
      for (const ColumnSpec& column : spec.columns) {
        if (!has_object(data_.file, path_of(spec, column))) {
          fail("/" + std::string(spec.name), -1, std::string(column.name) + " is missing");
        } else if (rows_of(data_.file, path_of(spec, column)) != rows) {
          fail("/" + std::string(spec.name), -1,
               std::string(column.name) + " has not " + std::to_string(rows) + " rows");
        }
      }
    };
    check(replications_table(), data_.replication_rows);
    if (broken_) return;
    for (int table = 0; table <= data_.last_table(); ++table) {
      std::int64_t rows = data_.replication_rows * (table == kByClass ? data_.classes : data_.weapons);
      if (table >= kFirstRagged) {
        const std::string count = "/replications/" + std::string(row_table(table).dimension) + "_count";
        std::vector<std::int64_t> counts(std::size_t(data_.replication_rows));
        read_rows(data_.file, count, Scalar::i8, 0, data_.replication_rows, counts.data());
        rows = 0;
        for (std::int64_t k = 0; k < data_.replication_rows; ++k) {
          if (counts[std::size_t(k)] < 0) return fail("/replications", k, "a count is negative");
          rows += counts[std::size_t(k)];
        }
      }
      check(row_table(table), rows);
    }
  }

  /// begin[0] = 0, begin[k+1] = begin[k] + count[k].
  void check_points() {
    std::int64_t next = 0;
    for (std::size_t p = 0; p < data_.points.size(); ++p) {
      if (data_.points[p].replication_begin != next)
        return fail("/points", -1,
                    "replication_begin of point " + std::to_string(p) + " is not where the last one ended");
      next += data_.points[p].replication_count;
    }
    if (next != data_.replication_rows) fail("/points", -1, "replication_count does not add up to /replications");
  }

  void check_replications(std::int64_t first, std::int64_t count) {
    if (!check_positions(first, count)) return;
    const auto records = data_.records(first, count, data_.last_table());
    std::vector<std::uint64_t> hashes;
    for (std::int64_t i = 0; i < count && !broken_; ++i) {
      const ReplicationRecord& record = records[std::size_t(i)];
      hashes.push_back(record.row.outcome_hash);
      check_row(first + i, record.row);
      check_by_class(first + i, record);
      check_by_weapon(first + i, record);
      if (data_.last_table() >= kEvents) {
        check_outcomes(first + i, record);
        check_shots(first + i, record);
        check_enumerations_and_times(first + i, record);
      }
      if (rows_hash_of(record) != record.row.rows_hash)
        fail("/replications", first + i, "rows_hash does not recompute");
    }
    hash_.add(hashes);
  }

  bool check_positions(std::int64_t first, std::int64_t count) {
    std::vector<std::int64_t> begins(std::size_t(count) + 1), counts(std::size_t(count) + 1);
    for (int k = 0; k < 4; ++k) {
      const std::string name = "/replications/" + std::string(row_table(kFirstRagged + k).dimension);
      read_rows(data_.file, name + "_begin", Scalar::i8, first, count, begins.data());
      read_rows(data_.file, name + "_count", Scalar::i8, first, count, counts.data());
      for (std::int64_t i = 0; i < count; ++i) {
        if (begins[std::size_t(i)] != next_[k]) {
          fail("/replications", first + i, name.substr(14) + "_begin is not where the replication before ended");
          return false;
        }
        next_[k] += counts[std::size_t(i)];
      }
    }
    return true;
  }

  void check_row(std::int64_t k, const ReplicationRow& row) {
    const auto point = std::size_t(row.point);
    if (row.point < 0 || point >= data_.points.size() || k < data_.points[point].replication_begin ||
        k >= data_.points[point].replication_begin + data_.points[point].replication_count)
      return fail("/replications", k, "point does not agree with /points");
    if (k > data_.points[point].replication_begin && row.number <= last_number_)
      fail("/replications", k, "number does not ascend");
    last_number_ = row.number;
    if (row.stream != std::uint64_t(row.number)) fail("/replications", k, "stream is not that of its number");
    if (!(row.end_time >= 0)) fail("/replications", k, "end_time is negative or no number");
    if (row.result >= study_enumeration("replication_result_e").words.size())
      fail("/replications", k, "result is no value of its enumeration");
    if (row.killed < 0 || row.leaked < 0 || row.killed + row.leaked > row.threats)
      fail("/replications", k, "killed and leaked are more than threats");
  }

  void check_by_class(std::int64_t k, const ReplicationRecord& record) {
    std::int64_t threats = 0, killed = 0, leaked = 0;
    for (std::int64_t i = 0; i < record.tables[kByClass].rows; ++i) {
      if (value_of<std::int32_t>(record, kByClass, 1, i) != i) fail("/by_class", k, "threat_class is not in order");
      threats += value_of<std::int32_t>(record, kByClass, 2, i);
      killed += value_of<std::int32_t>(record, kByClass, 3, i);
      leaked += value_of<std::int32_t>(record, kByClass, 4, i);
    }
    if (threats != record.row.threats || killed != record.row.killed || leaked != record.row.leaked)
      fail("/by_class", k, "counts do not add up to /replications");
  }

  void check_by_weapon(std::int64_t k, const ReplicationRecord& record) {
    std::int64_t shots = 0, hits = 0;
    for (std::int64_t i = 0; i < record.tables[kByWeapon].rows; ++i) {
      if (value_of<std::int32_t>(record, kByWeapon, 1, i) != i) fail("/by_weapon", k, "weapon is not in order");
      shots += value_of<std::int32_t>(record, kByWeapon, 2, i);
      hits += value_of<std::int32_t>(record, kByWeapon, 4, i);
    }
    if (shots != record.row.shots || hits != record.row.hits)
      fail("/by_weapon", k, "counts do not add up to /replications");
  }

  void check_outcomes(std::int64_t k, const ReplicationRecord& record) {
    const TableSpec& spec = row_table(kOutcomes);
    const std::size_t result = spec.find("result"), threat = spec.find("threat"), killer = spec.find("killer");
    std::int64_t killed = 0, leaked = 0;
    if (record.tables[kOutcomes].rows != record.row.threats) return fail("/outcomes", k, "not one row per threat");
    for (std::int64_t i = 0; i < record.tables[kOutcomes].rows; ++i) {
      const auto how = value_of<std::uint8_t>(record, kOutcomes, result, i);
      killed += how == std::uint8_t(ThreatResult::killed);
      leaked += how == std::uint8_t(ThreatResult::leaked) || how == std::uint8_t(ThreatResult::missed_asset);
      if (value_of<std::int32_t>(record, kOutcomes, threat, i) != i) fail("/outcomes", k, "threat is not in order");
      const auto shot = value_of<std::int32_t>(record, kOutcomes, killer, i);
      if (shot < -1 || shot >= record.row.count[1]) fail("/outcomes", k, "killer is no shot of the replication");
    }
    if (killed != record.row.killed || leaked != record.row.leaked)
      fail("/outcomes", k, "results do not agree with /replications");
  }

  void check_shots(std::int64_t k, const ReplicationRecord& record) {
    const TableSpec& spec = row_table(kShots);
    const std::size_t result = spec.find("result"), launch = spec.find("launch_time");
    if (record.tables[kShots].rows != record.row.shots)
      return fail("/shots", k, "rows do not agree with /replications");
    std::int64_t hits = 0;
    double last_s = 0;
    for (std::int64_t i = 0; i < record.tables[kShots].rows; ++i) {
      hits += value_of<std::uint8_t>(record, kShots, result, i) == std::uint8_t(ShotResult::hit);
      const double time_s = value_of<double>(record, kShots, launch, i);
      if (time_s < last_s) fail("/shots", k, "launch_time is not in order");
      last_s = time_s;
    }
    if (hits != record.row.hits) fail("/shots", k, "hits do not agree with /replications");
  }

  /// Enumeration values within the type; times that have happened within [0, end_time].
  void check_enumerations_and_times(std::int64_t k, const ReplicationRecord& record) {
    for (int table = kOutcomes; table <= data_.last_table(); ++table) {
      const TableSpec& spec = row_table(table);
      for (std::size_t c = 0; c < spec.columns.size(); ++c) {
        const ColumnSpec& column = spec.columns[c];
        const std::string name = "/" + std::string(spec.name);
        if (!column.enumeration.empty()) {
          const std::size_t words = study_enumeration(column.enumeration).words.size();
          for (std::int64_t i = 0; i < record.tables[table].rows; ++i)
            if (value_of<std::uint8_t>(record, table, c, i) >= words)
              fail(name, k, std::string(column.name) + " is no value of its enumeration");
        }
        const bool is_past = column.units == "s" && column.name != "intercept_time" && column.name != "guide_begin" &&
                             column.name != "guide_end";
        if (!is_past) continue;
        for (std::int64_t i = 0; i < record.tables[table].rows; ++i) {
          const double time_s = value_of<double>(record, table, c, i);
          if (time_s < 0 || time_s > record.row.end_time)
            fail(name, k, std::string(column.name) + " is outside of [0, end_time]");
        }
      }
    }
  }

  /// replication[begin[k] ... begin[k] + count[k]) = k.
  void check_replication_numbers(int table) {
    const TableSpec& spec = row_table(table);
    const std::string path = path_of(spec, spec.columns[0]);
    std::vector<std::int32_t> numbers;
    for (std::int64_t first = 0; !broken_ && first < data_.replication_rows; first += kReplicationsAtOnce) {
      const std::int64_t count = std::min(kReplicationsAtOnce, data_.replication_rows - first);
      std::vector<std::int64_t> counts(std::size_t(count), table == kByClass ? data_.classes : data_.weapons);
      if (table >= kFirstRagged)
        read_rows(data_.file, "/replications/" + std::string(spec.dimension) + "_count", Scalar::i8, first, count,
                  counts.data());
      const auto [begin, rows] = data_.range(table, first, count);
      numbers.resize(std::size_t(rows));
      read_rows(data_.file, path, Scalar::i4, begin, rows, numbers.data());
      std::size_t at = 0;
      for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t row = 0; row < counts[std::size_t(i)]; ++row)
          if (numbers[at++] != first + i)
            return fail("/" + std::string(spec.name), first + i, "replication is not its own");
    }
  }

  const StudyFile::Data& data_;
  std::optional<BrokenInvariant> broken_;
  OutcomeHash hash_;
  std::int64_t next_[4] = {};
  std::int32_t last_number_ = -1;
};

/// Everything below a group, in order of creation, without /run.
void collect(hid_t file, const std::string& group, std::vector<std::string>& paths) {
  for (const std::string& link : links_of(file, group.empty() ? "/" : group)) {
    const std::string path = group + "/" + link;
    if (path == "/run") continue;
    paths.push_back(path);
    H5Handle object(H5Oopen(file, path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
    const bool is_group = H5Iget_type(object) == H5I_GROUP;
    if (is_group) collect(file, path, paths);
  }
}

std::map<std::string, std::vector<std::byte>> attributes_of(hid_t object) {
  std::map<std::string, std::vector<std::byte>> all;
  H5O_info_t info{};
  if (H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0) throw_hdf5("list attributes");
  for (hsize_t i = 0; i < info.num_attrs; ++i) {
    H5Handle attribute(H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                       "open an attribute");
    char name[256] = {};
    H5Aget_name(attribute, sizeof name, name);
    const std::string key = name;
    // addresses within the file, which say what DIMENSION_LIST and its scale say already
    if (key == "DIMENSION_LIST" || key == "REFERENCE_LIST") {
      all[key];
      continue;
    }
    H5Handle type(H5Aget_type(attribute), H5Tclose, "get a type");
    std::vector<std::byte>& value = all[key];
    const auto append = [&](const void* data, std::size_t size) {
      value.insert(value.end(), static_cast<const std::byte*>(data), static_cast<const std::byte*>(data) + size);
    };
    if (H5Tis_variable_str(type) > 0) {
      const std::string text = text_attribute(object, name);
      append(text.data(), text.size());
    } else {
      H5Handle space(H5Aget_space(attribute), H5Sclose, "get a shape");
      std::vector<std::byte> data(std::size_t(H5Sget_simple_extent_npoints(space)) * H5Tget_size(type));
      check_hdf5(H5Aread(attribute, type, data.data()), "read an attribute");
      append(data.data(), data.size());
    }
  }
  return all;
}

std::optional<std::string> attribute_difference(hid_t a, hid_t b, const std::string& path) {
  const auto of_a = attributes_of(a), of_b = attributes_of(b);
  for (const auto& [name, value] : of_a) {
    const auto found = of_b.find(name);
    if (found == of_b.end() || found->second != value) return path + " attribute " + name;
  }
  for (const auto& [name, value] : of_b)
    if (!of_a.contains(name)) return path + " attribute " + name;
  return std::nullopt;
}

/// Bytes of one element as stored; strings of variable length are compared as text.
std::optional<std::string> dataset_difference(hid_t file_a, hid_t file_b, hid_t a, hid_t b, const std::string& path) {
  H5Handle type_a(H5Dget_type(a), H5Tclose, "get a type"), type_b(H5Dget_type(b), H5Tclose, "get a type");
  if (H5Tequal(type_a, type_b) <= 0) return path + " type";
  H5Handle space_a(H5Dget_space(a), H5Sclose, "get a shape"), space_b(H5Dget_space(b), H5Sclose, "get a shape");
  if (H5Sextent_equal(space_a, space_b) <= 0) return path + " shape";
  const hssize_t count = H5Sget_simple_extent_npoints(space_a);
  const int rank = H5Sget_simple_extent_ndims(space_a);
  if (H5Dget_storage_size(a) == 0 && H5Dget_storage_size(b) == 0) return std::nullopt;
  if (H5Tis_variable_str(type_a) > 0) {
    if (rank == 0) return read_text(file_a, path) == read_text(file_b, path) ? std::nullopt : std::optional(path);
    const auto texts_a = read_strings(file_a, path), texts_b = read_strings(file_b, path);
    for (std::size_t i = 0; i < texts_a.size(); ++i)
      if (texts_a[i] != texts_b[i]) return path + "[" + std::to_string(i) + "]";
    return std::nullopt;
  }
  const std::size_t size = H5Tget_size(type_a);
  const hsize_t slab = rank == 1 ? hsize_t(kSlabRows) : hsize_t(count);
  std::vector<std::byte> values_a, values_b;
  for (hsize_t first = 0; first < hsize_t(count); first += slab) {
    const hsize_t rows = std::min(slab, hsize_t(count) - first);
    values_a.resize(rows * size);
    values_b.resize(rows * size);
    H5Handle memory(H5Screate_simple(1, &rows, nullptr), H5Sclose, "make a shape");
    if (rank == 1)
      for (hid_t space : {hid_t(space_a), hid_t(space_b)})
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, nullptr, &rows, nullptr);
    check_hdf5(H5Dread(a, type_a, memory, space_a, H5P_DEFAULT, values_a.data()), "read " + path);
    check_hdf5(H5Dread(b, type_b, memory, space_b, H5P_DEFAULT, values_b.data()), "read " + path);
    if (values_a == values_b) continue;
    const auto at = std::mismatch(values_a.begin(), values_a.end(), values_b.begin()).first - values_a.begin();
    return path + "[" + std::to_string(first + hsize_t(at) / size) + "]";
  }
  return std::nullopt;
}

}  // namespace

std::optional<BrokenInvariant> verify_invariants(const std::string& path) {
  const StudyFile file(path);
  return Verifier(file.data()).run();
}

std::optional<std::string> first_difference(const std::string& a, const std::string& b) {
  const StudyFile study_a(a), study_b(b);
  const hid_t file_a = study_a.data().file, file_b = study_b.data().file;
  if (auto difference = attribute_difference(file_a, file_b, "/")) return difference;
  std::vector<std::string> paths_a, paths_b;
  collect(file_a, "", paths_a);
  collect(file_b, "", paths_b);
  for (std::size_t i = 0; i < std::max(paths_a.size(), paths_b.size()); ++i) {
    if (i >= paths_b.size()) return paths_a[i];
    if (i >= paths_a.size() || paths_a[i] != paths_b[i]) return paths_b[i];
    const std::string& path = paths_a[i];
    H5Handle object_a(H5Oopen(file_a, path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
    H5Handle object_b(H5Oopen(file_b, path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
    if (H5Iget_type(object_a) != H5Iget_type(object_b)) return path;
    if (auto difference = attribute_difference(object_a, object_b, path)) return difference;
    if (H5Iget_type(object_a) == H5I_DATASET)
      if (auto difference = dataset_difference(file_a, file_b, object_a, object_b, path)) return difference;
  }
  return std::nullopt;
}

}  // namespace pavise
