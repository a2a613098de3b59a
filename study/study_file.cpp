#include "study/study_file.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "kernel/core/assert.hpp"
#include "study/checkpoint.hpp"
#include "study/study_data.hpp"

namespace pavise {
namespace {

/// A group of /defs, /points or /scenarios, in the order in which its columns were made.
SmallTable read_small_table(hid_t file, const std::string& group, const std::string& name) {
  SmallTable table{name, "", {}};
  for (const std::string& link : links_of(file, group)) {
    const std::string path = group + "/" + link;
    H5Handle object(H5Oopen(file, path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
    if (H5Iget_type(object) != H5I_DATASET) continue;
    if (has_attribute(object, "REFERENCE_LIST") || has_attribute(object, "CLASS")) {
      table.dimension = link;
      continue;
    }
    H5Handle space(H5Dget_space(object), H5Sclose, "get a shape");
    if (H5Sget_simple_extent_ndims(space) != 1) continue;  // /scenarios/study
    H5Handle type(H5Dget_type(object), H5Tclose, "get a type");
    SmallColumn column{.name = link};
    if (has_attribute(object, "long_name")) column.long_name = text_attribute(object, "long_name");
    if (has_attribute(object, "units")) column.units = text_attribute(object, "units");
    if (has_attribute(object, "path")) column.path = text_attribute(object, "path");
    column.is_money = has_attribute(object, "currency");
    if (H5Tget_class(type) == H5T_STRING) {
      column.text = read_strings(file, path);
    } else {
      using Kind = SmallColumn::Kind;
      const std::size_t size = H5Tget_size(type);
      column.kind = H5Tget_class(type) == H5T_FLOAT ? Kind::f8
                    : size == 4                     ? Kind::i4
                    : size == 8                     ? Kind::i8
                                                    : Kind::flag;
      column.numbers.resize(std::size_t(rows_of(file, path)));
      read_rows(file, path, Scalar::f8, 0, std::int64_t(column.numbers.size()), column.numbers.data());
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

StudyHeader read_header(hid_t file) {
  StudyHeader header;
  header.title = text_attribute(file, "title");
  header.seed = std::uint64_t(whole_attribute(file, "seed"));
  const std::string record = text_attribute(file, "record");
  header.record = record == "full"     ? RecordLevel::full
                  : record == "events" ? RecordLevel::events
                                       : RecordLevel::summary;
  header.planned_per_point = whole_attribute(file, "replications_planned");
  header.scenario_sha256 = text_attribute(file, "scenario_sha256");
  for (const std::string& name : links_of(file, "/defs"))
    header.defs.push_back(read_small_table(file, "/defs/" + name, "defs/" + name));
  header.points = read_small_table(file, "/points", "points");
  std::erase_if(header.points.columns,
                [](const SmallColumn& c) { return c.name == "replication_begin" || c.name == "replication_count"; });
  header.scenarios = read_small_table(file, "/scenarios", "scenarios");
  header.files = read_small_table(file, "/scenarios/files", "scenarios/files");
  header.study_text = read_text(file, "/scenarios/study");
  H5Handle run(H5Gopen2(file, "/run", H5P_DEFAULT), H5Gclose, "open /run");
  for (const char* name : {"version", "git_commit", "compiler", "build_type", "cpu", "cpu_features", "host", "command",
                           "started", "finished"})
    if (has_attribute(run, name)) header.run.emplace_back(name, text_attribute(run, name));
  header.threads = whole_attribute(run, "threads");
  return header;
}

void throw_if_absent(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return;
  if (!std::filesystem::is_directory(parts_of(path), ignored)) throw StudyError(2, "no such study file: " + path);
  const StudyStatus status = study_status(path);
  throw StudyError(2, path + " is not finished: " + parts_of(path) + " holds " + std::to_string(status.done_per_point) +
                          " of " + std::to_string(status.planned_per_point) +
                          " replications per point; the same command with --resume goes on");
}

}  // namespace

StudyFile::StudyFile(const std::string& path) : data_(std::make_unique<Data>()) {
  throw_if_absent(path);
  Data& d = *data_;
  d.path = path;
  d.file = open_study_file(path);
  if (!has_attribute(d.file, "Conventions") || text_attribute(d.file, "Conventions") != "pavise-results-1")
    throw StudyError(2, path + " is no study file: Conventions is not pavise-results-1");
  d.schema_version = text_attribute(d.file, "schema_version");
  if (!d.schema_version.starts_with("1."))
    throw StudyError(2, path + " has schema version " + d.schema_version + ", this program reads 1.x");
  d.header = read_header(d.file);
  d.outcome_hash = text_attribute(d.file, "outcome_hash");
  d.is_complete = text_attribute(d.file, "status") == "complete";
  d.replication_rows = rows_of(d.file, "/replications/number");
  for (const SmallTable& table : d.header.defs) {
    if (table.name == "defs/threat_class") d.classes = std::int64_t(table.rows());
    if (table.name == "defs/weapon") d.weapons = std::int64_t(table.rows());
  }
  const std::size_t points = d.header.points.rows();
  std::vector<std::int64_t> begin(points), count(points);
  read_rows(d.file, "/points/replication_begin", Scalar::i8, 0, std::int64_t(points), begin.data());
  read_rows(d.file, "/points/replication_count", Scalar::i8, 0, std::int64_t(points), count.data());
  const auto text = [&](const SmallTable& table, const char* column, std::size_t row) {
    const SmallColumn* found = table.find(column);
    if (found == nullptr || row >= found->text.size())
      throw StudyError(3, path + " is torn: " + table.name + "/" + column + " is missing or short");
    return found->text[row];
  };
  for (std::size_t p = 0; p < points; ++p)
    d.points.push_back({text(d.header.points, "label", p), text(d.header.points, "scenario", p),
                        text(d.header.points, "raid", p), text(d.header.points, "policy", p),
                        text(d.header.scenarios, "text", p), begin[p], count[p]});
}
StudyFile::~StudyFile() = default;

const std::string& StudyFile::path() const { return data_->path; }
bool StudyFile::is_complete() const { return data_->is_complete; }
std::uint64_t StudyFile::seed() const { return data_->header.seed; }
RecordLevel StudyFile::record() const { return data_->header.record; }
std::string StudyFile::title() const { return data_->header.title; }
std::string StudyFile::outcome_hash() const { return data_->outcome_hash; }
std::string StudyFile::scenario_sha256() const { return data_->header.scenario_sha256; }
std::string StudyFile::schema_version() const { return data_->schema_version; }
const std::vector<StudyPoint>& StudyFile::points() const { return data_->points; }
std::vector<std::pair<std::string, std::string>> StudyFile::files() const {
  const SmallColumn *names = data_->header.files.find("name"), *texts = data_->header.files.find("text");
  std::vector<std::pair<std::string, std::string>> files;
  if (names == nullptr || texts == nullptr) return files;
  for (std::size_t i = 0; i < std::min(names->text.size(), texts->text.size()); ++i)
    files.emplace_back(names->text[i], texts->text[i]);
  return files;
}
std::int64_t StudyFile::replication_rows() const { return data_->replication_rows; }
std::int64_t StudyFile::planned_per_point() const { return data_->header.planned_per_point; }

std::string StudyFile::run_attribute(const std::string& name) const {
  for (const auto& [known, value] : data_->header.run)
    if (known == name) return value;
  return "";
}

std::optional<std::int64_t> StudyFile::row_of(std::int32_t point, std::int64_t number) const {
  if (point < 0 || std::size_t(point) >= data_->points.size()) return std::nullopt;
  const StudyPoint& p = data_->points[std::size_t(point)];
  std::vector<std::int32_t> numbers(std::size_t(p.replication_count));
  read_rows(data_->file, "/replications/number", Scalar::i4, p.replication_begin, p.replication_count, numbers.data());
  const auto found = std::lower_bound(numbers.begin(), numbers.end(), number);
  if (found == numbers.end() || *found != number) return std::nullopt;
  return p.replication_begin + (found - numbers.begin());
}

StoredReplication StudyFile::replication(std::int64_t row) const {
  const ReplicationRow r = data_->records(row, 1, -1).at(0).row;
  return {.point = r.point,
          .number = r.number,
          .end_s = r.end_time,
          .damage = r.damage,
          .cost_defence = r.cost_defence,
          .cost_raid = r.cost_raid,
          .threats = r.threats,
          .killed = r.killed,
          .leaked = r.leaked,
          .unengaged = r.unengaged,
          .shots = r.shots,
          .hits = r.hits,
          .outcome_hash = r.outcome_hash,
          .rows_hash = r.rows_hash};
}

namespace {
template <class T>
T value_at(const ReplicationRecord& record, int table, const char* column, std::int64_t row) {
  const TableSpec& spec = row_table(table);
  T value;
  std::memcpy(&value, column_of(spec, record.tables[table], spec.find(column)) + std::size_t(row) * sizeof(T),
              sizeof(T));
  return value;
}
}  // namespace

std::vector<StoredOutcome> StudyFile::outcomes(std::int64_t row) const {
  if (data_->header.record == RecordLevel::summary) return {};
  const ReplicationRecord record = data_->records(row, 1, kOutcomes).at(0);
  std::vector<StoredOutcome> result;
  for (std::int64_t i = 0; i < record.tables[kOutcomes].rows; ++i)
    result.push_back({.threat = value_at<std::int32_t>(record, kOutcomes, "threat", i),
                      .threat_class = value_at<std::int32_t>(record, kOutcomes, "threat_class", i),
                      .asset = value_at<std::int32_t>(record, kOutcomes, "asset", i),
                      .result = value_at<std::uint8_t>(record, kOutcomes, "result", i),
                      .shots = value_at<std::int32_t>(record, kOutcomes, "shots", i),
                      .killer = value_at<std::int32_t>(record, kOutcomes, "killer", i),
                      .time_s = value_at<double>(record, kOutcomes, "time", i)});
  return result;
}

std::vector<StoredEvent> StudyFile::events(std::int64_t row) const {
  if (data_->header.record == RecordLevel::summary) return {};
  const ReplicationRecord record = data_->records(row, 1, kEvents).at(0);
  std::vector<StoredEvent> result;
  for (std::int64_t i = 0; i < record.tables[kEvents].rows; ++i)
    result.push_back({.time_s = value_at<double>(record, kEvents, "time", i),
                      .sequence = value_at<std::int32_t>(record, kEvents, "sequence", i),
                      .kind = value_at<std::uint8_t>(record, kEvents, "kind", i),
                      .actor_kind = value_at<std::uint8_t>(record, kEvents, "actor_kind", i),
                      .actor = value_at<std::int32_t>(record, kEvents, "actor", i),
                      .object_kind = value_at<std::uint8_t>(record, kEvents, "object_kind", i),
                      .object = value_at<std::int32_t>(record, kEvents, "object", i),
                      .shot = value_at<std::int32_t>(record, kEvents, "shot", i),
                      .value = value_at<double>(record, kEvents, "value", i)});
  return result;
}

std::vector<std::string> StudyFile::defs(const std::string& kind) const {
  for (const SmallTable& table : data_->header.defs)
    if (table.name == "defs/" + kind && table.find("name")) return table.find("name")->text;
  return {};
}

// -- the data behind

int StudyFile::Data::last_table() const {
  int last = kByWeapon;
  for (int table = kFirstRagged; table < kRowTables; ++table)
    if (is_recorded(row_table(table), header.record)) last = table;
  return last;
}

std::int64_t StudyFile::Data::first_number(std::int32_t point) const {
  const StudyPoint& p = points[std::size_t(point)];
  if (p.replication_count == 0) return 0;
  std::int32_t number = 0;
  read_rows(file, "/replications/number", Scalar::i4, p.replication_begin, 1, &number);
  return number;
}

std::pair<std::int64_t, std::int64_t> StudyFile::Data::range(int table, std::int64_t first, std::int64_t rows) const {
  if (rows == 0) return {0, 0};
  if (table < kFirstRagged) {
    const std::int64_t each = table == kByClass ? classes : weapons;
    return {first * each, rows * each};
  }
  const std::string name(row_table(table).dimension);
  std::int64_t begin = 0, last_begin = 0, last_count = 0;
  read_rows(file, "/replications/" + name + "_begin", Scalar::i8, first, 1, &begin);
  read_rows(file, "/replications/" + name + "_begin", Scalar::i8, first + rows - 1, 1, &last_begin);
  read_rows(file, "/replications/" + name + "_count", Scalar::i8, first + rows - 1, 1, &last_count);
  return {begin, last_begin + last_count - begin};
}

std::vector<ReplicationRecord> StudyFile::Data::records(std::int64_t first, std::int64_t count, int last_table) const {
  std::vector<ReplicationRecord> records(static_cast<std::size_t>(count));
  std::vector<std::byte> values;
  for (const ColumnSpec& column : replications_table().columns) {
    const std::size_t size = size_of(column.type);
    values.resize(std::size_t(count) * size);
    read_rows(file, "/replications/" + std::string(column.name), column.type, first, count, values.data());
    for (std::size_t k = 0; k < records.size(); ++k)
      std::memcpy(reinterpret_cast<std::byte*>(&records[k].row) + column.offset, values.data() + k * size, size);
  }
  for (int table = 0; table <= last_table; ++table) {
    const TableSpec& spec = row_table(table);
    std::int64_t total = 0;
    for (ReplicationRecord& record : records) {
      const std::int64_t rows = table == kByClass    ? classes
                                : table == kByWeapon ? weapons
                                                     : record.row.count[table - kFirstRagged];
      if (rows < 0) throw StudyError(3, path + " is torn: a negative count in /replications");
      BlockWriter(spec, rows, record.tables[table]);
      total += rows;
    }
    const std::int64_t begin = range(table, first, count).first;
    for (std::size_t c = 0; c < spec.columns.size(); ++c) {
      if (spec.columns[c].is_position) continue;
      const std::size_t size = size_of(spec.columns[c].type);
      values.resize(std::size_t(total) * size);
      read_rows(file, "/" + std::string(spec.name) + "/" + std::string(spec.columns[c].name), spec.columns[c].type,
                begin, total, values.data());
      const std::byte* next = values.data();
      for (ReplicationRecord& record : records) {
        TableBlock& block = record.tables[table];
        const std::size_t bytes = std::size_t(block.rows) * size;
        if (bytes == 0) continue;
        std::memcpy(const_cast<std::byte*>(column_of(spec, block, c)), next, bytes);
        next += bytes;
      }
    }
  }
  return records;
}

}  // namespace pavise
