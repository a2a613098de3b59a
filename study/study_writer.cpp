#include "study/study_writer.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "kernel/core/assert.hpp"
#include "study/hdf5_objects.hpp"
#include "study/plot.hpp"
#include "study/study.hpp"

namespace pavise {
namespace {

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::string_view word : words) text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

void put_enumeration(hid_t object, hid_t type, const EnumerationSpec& spec) {
  std::vector<std::uint8_t> values(spec.words.size());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = std::uint8_t(k);
  put_attribute(object, "flag_values", type, values.data(), values.size());
  put_attribute(object, "flag_meanings", joined(spec.words));
}

void put_money(hid_t object, const StudyHeader& header) {
  put_attribute(object, "currency", std::string("USD"));
  if (!header.price_year.empty()) put_attribute(object, "price_year", header.price_year);
}

/// What `value` of an event says, by its kind.
constexpr const char* kEventValues =
    "detected: slant range in m; identified: row of /defs/identity; ordered, order_refused: kill probability expected; "
    "intercept: "
    "miss distance in m; damaged: asset value lost; reload_done: rounds ready; others: 0";

hid_t stored_type(Scalar type) {
  switch (type) {
    case Scalar::f4:
      return H5T_IEEE_F32LE;
    case Scalar::f8:
      return H5T_IEEE_F64LE;
    case Scalar::i4:
      return H5T_STD_I32LE;
    case Scalar::i8:
      return H5T_STD_I64LE;
    case Scalar::u1:
      return H5T_STD_U8LE;
    default:
      return H5T_STD_U64LE;
  }
}

class Writer {
 public:
  Writer(hid_t file, const StudyHeader& header, RowSource& rows, const StudyStatistics& statistics, int deflate)
      : file_(file), header_(header), rows_(rows), statistics_(statistics), deflate_(deflate) {}

  void write(bool is_complete) {
    commit_enumerations(file_);
    for (std::int64_t count : rows_.replications()) replications_ += count;
    write_small_tables();
    write_replications();
    for (int table = 0; table < kRowTables; ++table)
      if (is_recorded(row_table(table), header_.record)) write_row_table(table);
    write_summary();
    write_plot(file_, statistics_);
    write_root(is_complete);
  }

 private:
  void describe(hid_t dataset, const ColumnSpec& spec) {
    if (!spec.units.empty()) put_attribute(dataset, "units", std::string(spec.units));
    put_attribute(dataset, "long_name", std::string(spec.long_name));
    if (spec.has_no_value) {
      const std::int32_t none = -1;
      put_attribute(dataset, "no_value", H5T_NATIVE_INT32, &none, 1);
    }
    if (spec.is_money) put_money(dataset, header_);
    if (!spec.sample_dimension.empty()) put_attribute(dataset, "sample_dimension", std::string(spec.sample_dimension));
    if (spec.enumeration == "event_kind_e") put_attribute(dataset, "flag_comments", std::string(kEventValues));
  }

  /// Opens the column, writes its values through `fill`, and its attributes.
  template <class Fill>
  void write_column(hid_t group, DimensionScale& dimension, const ColumnSpec& spec, std::int64_t rows, Fill&& fill) {
    std::optional<H5Handle> enumeration;
    if (!spec.enumeration.empty()) enumeration.emplace(open_type(file_, spec.enumeration));
    const hid_t type = enumeration ? hid_t(*enumeration) : stored_type(spec.type);
    ColumnWriter column(group, std::string(spec.name), type, rows, deflate_);
    fill(column);
    column.finish();
    put_dimension_list(column.dataset(), {dimension.reference()});
    dimension.attach(column.dataset(), 0);
    if (enumeration) put_enumeration(column.dataset(), *enumeration, study_enumeration(spec.enumeration));
    describe(column.dataset(), spec);
  }

  void write_replications() {
    const TableSpec& spec = replications_table();
    H5Handle group = create_group(file_, "replications");
    DimensionScale dimension(group, std::string(spec.dimension), replications_);
    std::vector<std::int64_t> counts[4];
    for (std::size_t c = 0; c < spec.columns.size(); ++c) {
      const ColumnSpec& column = spec.columns[c];
      const std::size_t which = begin_column(c);
      write_column(group, dimension, column, replications_, [&](ColumnWriter& out) {
        if (which < 4) {
          std::int64_t begin = 0;
          rows_.visit_replications(spec.find("outcome_count") + which, [&](const void* values, std::int64_t rows) {
            const auto* count = static_cast<const std::int64_t*>(values);
            for (std::int64_t i = 0; i < rows; ++i) {
              out.append(&begin, sizeof begin);
              std::int64_t next = 0;
              std::memcpy(&next, count + i, sizeof next);
              begin += next;
            }
          });
          table_rows_[which] = begin;
        } else {
          rows_.visit_replications(c, [&](const void* values, std::int64_t rows) {
            if (column.name == "outcome_hash") hash_.add(values, rows);
            out.append(values, std::size_t(rows) * size_of(column.type));
          });
        }
      });
    }
    dimension.finish();
  }

  /// 0 ... 3 for outcome_begin ... track_begin, else more.
  static std::size_t begin_column(std::size_t column) {
    const std::size_t first = replications_table().find("outcome_begin");
    return column >= first && column < first + 4 ? column - first : 4;
  }

  std::int64_t rows_in(int table) const {
    if (table >= kFirstRagged) return table_rows_[table - kFirstRagged];
    return replications_ * rows_per_replication(table);
  }
  std::int64_t rows_per_replication(int table) const {
    const std::string name = table == kByClass ? "defs/threat_class" : "defs/weapon";
    for (const SmallTable& small : header_.defs)
      if (small.name == name) return std::int64_t(small.rows());
    return 0;
  }

  void write_row_table(int table) {
    const TableSpec& spec = row_table(table);
    const std::int64_t rows = rows_in(table);
    H5Handle group = create_group(file_, std::string(spec.name));
    DimensionScale dimension(group, std::string(spec.dimension), rows);
    for (std::size_t c = 0; c < spec.columns.size(); ++c)
      write_column(group, dimension, spec.columns[c], rows, [&](ColumnWriter& out) {
        if (spec.columns[c].is_position) {
          write_replication_numbers(table, out);
        } else {
          rows_.visit_table(table, c, [&](const void* values, std::int64_t count) {
            out.append(values, std::size_t(count) * size_of(spec.columns[c].type));
          });
        }
      });
    dimension.finish();
  }

  void write_replication_numbers(int table, ColumnWriter& out) {
    std::int32_t replication = 0;
    std::vector<std::int32_t> same;
    const auto append = [&](std::int64_t count) {
      same.assign(std::size_t(count), replication++);
      out.append(same.data(), same.size() * sizeof(std::int32_t));
    };
    if (table < kFirstRagged) {
      for (std::int64_t k = 0; k < replications_; ++k) append(rows_per_replication(table));
      return;
    }
    const std::size_t column = replications_table().find("outcome_count") + std::size_t(table - kFirstRagged);
    rows_.visit_replications(column, [&](const void* values, std::int64_t rows) {
      for (std::int64_t i = 0; i < rows; ++i) {
        std::int64_t count = 0;
        std::memcpy(&count, static_cast<const std::int64_t*>(values) + i, sizeof count);
        append(count);
      }
    });
  }

  void write_small_column(hid_t group, DimensionScale& dimension, const SmallColumn& column) {
    using Kind = SmallColumn::Kind;
    H5Handle text;
    std::optional<ColumnWriter> numbers;
    if (column.kind == Kind::text) {
      text = write_strings(group, column.name, column.text);
    } else {
      const hid_t type = column.kind == Kind::f8   ? H5T_IEEE_F64LE
                         : column.kind == Kind::i4 ? H5T_STD_I32LE
                         : column.kind == Kind::i8 ? H5T_STD_I64LE
                                                   : H5T_STD_U8LE;
      numbers.emplace(group, column.name, type, std::int64_t(column.numbers.size()), 0);
      for (double value : column.numbers) {
        const auto i4 = std::int32_t(column.kind == Kind::i4 ? value : 0);
        const auto i8 = std::int64_t(column.kind == Kind::i8 ? value : 0);
        const auto u1 = std::uint8_t(column.kind == Kind::flag ? value : 0);
        if (column.kind == Kind::f8) numbers->append(&value, sizeof value);
        if (column.kind == Kind::i4) numbers->append(&i4, sizeof i4);
        if (column.kind == Kind::i8) numbers->append(&i8, sizeof i8);
        if (column.kind == Kind::flag) numbers->append(&u1, sizeof u1);
      }
      numbers->finish();
    }
    const hid_t dataset = column.kind == Kind::text ? hid_t(text) : numbers->dataset();
    put_dimension_list(dataset, {dimension.reference()});
    dimension.attach(dataset, 0);
    if (column.kind == Kind::flag) {
      const std::uint8_t values[] = {0, 1};
      put_attribute(dataset, "flag_values", H5T_STD_U8LE, values, 2);
      put_attribute(dataset, "flag_meanings", std::string("no yes"));
    } else if (column.kind != Kind::text) {
      put_attribute(dataset, "units", column.units);
    }
    put_attribute(dataset, "long_name", column.long_name);
    if (!column.path.empty()) put_attribute(dataset, "path", column.path);
    if (column.is_money) put_money(dataset, header_);
  }

  void write_small_table(hid_t group, const SmallTable& table) {
    DimensionScale dimension(group, table.dimension, std::int64_t(table.rows()));
    for (const SmallColumn& column : table.columns) write_small_column(group, dimension, column);
    dimension.finish();
  }

  void write_small_tables() {
    H5Handle scenarios = create_group(file_, "scenarios");
    write_small_table(scenarios, header_.scenarios);
    H5Handle files = create_group(scenarios, "files");
    write_small_table(files, header_.files);
    write_text(scenarios, "study", header_.study_text);

    H5Handle defs = create_group(file_, "defs");
    for (const SmallTable& table : header_.defs) {
      H5Handle group = create_group(defs, table.name.substr(table.name.find('/') + 1));
      write_small_table(group, table);
    }

    SmallTable points = header_.points;
    SmallColumn begin{.name = "replication_begin",
                      .kind = SmallColumn::Kind::i8,
                      .units = "1",
                      .long_name = "first row in /replications"};
    SmallColumn count{
        .name = "replication_count", .kind = SmallColumn::Kind::i8, .units = "1", .long_name = "rows in /replications"};
    double first = 0;
    for (std::int64_t rows : rows_.replications()) {
      begin.numbers.push_back(first);
      count.numbers.push_back(double(rows));
      first += double(rows);
    }
    points.columns.push_back(begin);
    points.columns.push_back(count);
    H5Handle group = create_group(file_, "points");
    write_small_table(group, points);
  }

  void write_summary() {
    const std::size_t points = header_.points.rows(), metrics = statistics_.metrics().size();
    H5Handle group = create_group(file_, "summary");
    put_attribute(group, "confidence", kConfidence);
    std::vector<std::string> names, units;
    for (const MetricColumn& metric : statistics_.metrics()) {
      names.push_back(metric.name);
      units.push_back(std::string(metric.kind->unit));
    }
    H5Handle name = write_strings(group, "metric", names);
    DimensionScale metric_dimension(group, "metric", name);
    put_attribute(name, "long_name", std::string("metric"));
    DimensionScale point_dimension(group, "point", std::int64_t(points));
    const auto finish = [&](hid_t dataset, const char* long_name, bool is_number) {
      put_dimension_list(dataset, {point_dimension.reference(), metric_dimension.reference()});
      point_dimension.attach(dataset, 0);
      metric_dimension.attach(dataset, 1);
      put_attribute(dataset, "long_name", std::string(long_name));
      if (is_number) put_attribute(dataset, "units", std::string("1"));
    };
    H5Handle unit = write_strings(group, "metric_units", units);
    put_dimension_list(unit, {metric_dimension.reference()});
    metric_dimension.attach(unit, 0);
    put_attribute(unit, "long_name", std::string("units of each metric's columns"));

    std::vector<MetricSummary> all;
    for (std::size_t p = 0; p < points; ++p)
      for (std::size_t m = 0; m < metrics; ++m) all.push_back(statistics_.summary(std::int32_t(p), std::int32_t(m)));
    const std::vector<hsize_t> shape = {points, metrics};
    const auto write = [&](const char* column, const char* long_name, auto&& value) {
      std::vector<double> values;
      for (const MetricSummary& s : all) values.push_back(value(s));
      H5Handle dataset = write_array(group, column, H5T_IEEE_F64LE, shape, values.data());
      finish(dataset, long_name, true);
    };
    write("mean", "mean; of a ratio, the ratio of means", [](const MetricSummary& s) { return s.mean; });
    write("standard_deviation", "standard deviation", [](const MetricSummary& s) { return s.standard_deviation; });
    write("standard_error", "standard error of the mean", [](const MetricSummary& s) { return s.se; });
    write("ci_low", "lower confidence limit", [](const MetricSummary& s) { return s.ci95.lower; });
    write("ci_high", "upper confidence limit", [](const MetricSummary& s) { return s.ci95.upper; });
    write("minimum", "smallest value", [](const MetricSummary& s) { return s.minimum; });
    write("median", "order statistic of rank ceil(n/2)", [](const MetricSummary& s) { return s.median; });
    write("maximum", "largest value", [](const MetricSummary& s) { return s.maximum; });
    std::vector<std::int64_t> counts;
    std::vector<std::uint8_t> methods;
    for (const MetricSummary& s : all) {
      counts.push_back(s.count);
      methods.push_back(std::uint8_t(s.method));
    }
    H5Handle count = write_array(group, "count", H5T_STD_I64LE, shape, counts.data());
    finish(count, "replications used", true);
    H5Handle type = open_type(file_, "interval_method_e");
    H5Handle method = write_array(group, "method", type, shape, methods.data());
    put_enumeration(method, type, study_enumeration("interval_method_e"));
    finish(method, "how the interval was made", false);
    point_dimension.finish();
    metric_dimension.finish();
  }

  void write_root(bool is_complete) {
    const auto text = [&](hid_t object, const char* name, const std::string& value) {
      put_attribute(object, name, value);
    };
    text(file_, "Conventions", "pavise-results-1");
    text(file_, "schema_version", "1.0");
    text(file_, "creator", "pavise");
    text(file_, "title", header_.title);
    put_attribute(file_, "seed", std::int64_t(header_.seed));
    text(file_, "record", name_of(header_.record));
    put_attribute(file_, "replications", replications_);
    put_attribute(file_, "replications_planned", header_.planned_per_point);
    text(file_, "scenario_sha256", header_.scenario_sha256);
    text(file_, "outcome_hash", hash_.digits());
    text(file_, "status", is_complete ? "complete" : "partial");
    text(file_, "NX_class", "NXroot");
    text(file_, "default", "plot");
    H5Handle run = create_group(file_, "run");
    for (const auto& [name, value] : header_.run) text(run, name.c_str(), value);
    put_attribute(run, "threads", header_.threads);
    put_attribute(run, "wall_time_s", header_.wall_time_s);
  }

  hid_t file_;
  const StudyHeader& header_;
  RowSource& rows_;
  const StudyStatistics& statistics_;
  int deflate_;
  std::int64_t replications_ = 0;
  std::int64_t table_rows_[4] = {};
  OutcomeHash hash_;
};

void sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags);
  const bool failed = file < 0 || ::fsync(file) != 0;
  if (file >= 0) ::close(file);
  if (failed) throw StudyError(3, "cannot make " + path + " durable: " + std::strerror(errno));
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// A full disk is told before HDF5 meets it: the library cannot always close a file that it could not flush.
void check_room(const std::string& path, RowSource& rows, const StudyHeader& header) {
  struct statvfs volume {};
  if (::statvfs(folder_of(path).c_str(), &volume) != 0)
    throw StudyError(3, "cannot write " + path + ": " + std::strerror(errno));
  std::int64_t replications = 0;
  for (std::int64_t count : rows.replications()) replications += count;
  double bytes = double(replications) * 200 + 1e5 + double(header.study_text.size());
  const std::size_t first = replications_table().find("outcome_count");
  for (int k = 0; k < 4; ++k)
    rows.visit_replications(first + std::size_t(k), [&](const void* values, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t table_rows = 0;
        std::memcpy(&table_rows, static_cast<const std::int64_t*>(values) + i, sizeof table_rows);
        bytes += double(table_rows) * double(row_table(kFirstRagged + k).row_bytes() + 4);
      }
    });
  if (double(volume.f_bavail) * double(volume.f_frsize) < bytes)
    throw StudyError(3, "cannot write " + path + ": " + std::strerror(ENOSPC) + " (" +
                            std::to_string(std::int64_t(bytes / 1e6) + 1) + " MB needed)");
}

}  // namespace

bool is_recorded(const TableSpec& table, RecordLevel level) { return int(level) >= int(table.from); }

const char* name_of(RecordLevel level) {
  return level == RecordLevel::summary ? "summary" : level == RecordLevel::events ? "events" : "full";
}

std::vector<std::int64_t> RecordRows::replications() const {
  std::vector<std::int64_t> counts;
  for (const auto& arm : records_) counts.push_back(std::int64_t(arm.size()));
  return counts;
}
void RecordRows::visit_replications(std::size_t column, const Visit& visit) {
  const std::size_t offset = replications_table().columns[column].offset;
  for (const auto& arm : records_)
    for (const ReplicationRecord& record : arm) visit(reinterpret_cast<const char*>(&record.row) + offset, 1);
}
void RecordRows::visit_table(int table, std::size_t column, const Visit& visit) {
  for (const auto& arm : records_)
    for (const ReplicationRecord& record : arm)
      if (record.tables[table].rows > 0)
        visit(column_of(row_table(table), record.tables[table], column), record.tables[table].rows);
}

void move_into_place(const std::string& from, const std::string& to) {
  sync(from, O_RDWR);
  if (std::rename(from.c_str(), to.c_str()) != 0)
    throw StudyError(3, "cannot rename " + from + " to " + to + ": " + std::strerror(errno));
  sync(folder_of(to), O_RDONLY | O_DIRECTORY);
}

void write_study_file(const std::string& path, const StudyHeader& header, RowSource& rows,
                      const StudyStatistics& statistics, bool is_complete, int deflate) {
  check_room(path, rows, header);
  const std::string unfinished = path + ".tmp";
  try {
    H5Handle file = create_study_file(unfinished);
    Writer(file, header, rows, statistics, deflate).write(is_complete);
    errno = 0;
    check_hdf5(H5Fflush(file, H5F_SCOPE_GLOBAL), "write " + path);
    file.close("write " + path);
    move_into_place(unfinished, path);
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

}  // namespace pavise
