// Files of one study into one: segments of an interrupted run, or shards.
#include <algorithm>
#include <memory>
#include <optional>

#include "study/study_data.hpp"

namespace pavise {
namespace {

constexpr std::int64_t kSlabBytes = std::int64_t(1) << 20;
constexpr std::int64_t kReplicationsAtOnce = 4096;

void visit_rows(const StudyFile::Data& file, const std::string& path, Scalar type, std::int64_t begin,
                std::int64_t count, const RowSource::Visit& visit) {
  const std::int64_t slab = kSlabBytes / std::int64_t(size_of(type));
  std::vector<std::byte> values;
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t rows = std::min(slab, count - done);
    values.resize(std::size_t(rows) * size_of(type));
    read_rows(file.file, path, type, begin + done, rows, values.data());
    visit(values.data(), rows);
    done += rows;
  }
}

}  // namespace

std::vector<std::int64_t> FileRows::replications() const {
  std::vector<std::int64_t> counts(files_.at(0)->points.size(), 0);
  for (const StudyFile::Data* file : files_)
    for (std::size_t p = 0; p < counts.size(); ++p) counts[p] += file->points[p].replication_count;
  return counts;
}

void FileRows::visit_replications(std::size_t column, const Visit& visit) {
  const ColumnSpec& spec = replications_table().columns[column];
  for (std::size_t p = 0; p < files_.at(0)->points.size(); ++p)
    for (const StudyFile::Data* file : files_)
      visit_rows(*file, "/replications/" + std::string(spec.name), spec.type, file->points[p].replication_begin,
                 file->points[p].replication_count, visit);
}

void FileRows::visit_table(int table, std::size_t column, const Visit& visit) {
  const TableSpec& spec = row_table(table);
  const std::string path = "/" + std::string(spec.name) + "/" + std::string(spec.columns[column].name);
  for (std::size_t p = 0; p < files_.at(0)->points.size(); ++p)
    for (const StudyFile::Data* file : files_) {
      const auto [begin, count] =
          file->range(table, file->points[p].replication_begin, file->points[p].replication_count);
      visit_rows(*file, path, spec.columns[column].type, begin, count, visit);
    }
}

std::vector<MetricColumn> metrics_of_header(const StudyHeader& header) {
  std::vector<std::string> classes, weapons;
  for (const SmallTable& table : header.defs) {
    if (table.name == "defs/threat_class") classes = table.find("name")->text;
    if (table.name == "defs/weapon") weapons = table.find("name")->text;
  }
  return metric_columns(classes, weapons, header.points.find(kQualityColumn) != nullptr);
}

MetricCounter::MetricCounter(const StudyHeader& header, PairMode pairs)
    : statistics_(metrics_of_header(header), std::int32_t(header.points.rows()), pairs),
      values_(header.points.rows() * statistics_.metrics().size()) {
  for (const SmallTable& table : header.defs)
    if (table.name == "defs/threat_class")
      for (double decoy : table.find("is_decoy")->numbers) is_decoy_.push_back(decoy != 0);
}

void MetricCounter::add(const std::vector<const ReplicationRecord*>& records) {
  const std::size_t metrics = statistics_.metrics().size();
  for (std::size_t arm = 0; arm < records.size(); ++arm)
    metrics_of(*records[arm], statistics_.metrics(), is_decoy_, values_.data() + arm * metrics);
  statistics_.add(values_);
}

void visit_numbers(const std::vector<const StudyFile::Data*>& files, std::int64_t first, std::int64_t last,
                   const VisitNumber& visit) {
  for (const StudyFile::Data* file : files) {
    const std::int64_t begin = std::max(first, file->first_number(0));
    const std::int64_t end = std::min(last, file->first_number(0) + file->points[0].replication_count);
    for (std::int64_t k = begin; k < end; k += kReplicationsAtOnce) {
      const std::int64_t count = std::min(kReplicationsAtOnce, end - k);
      std::vector<std::vector<ReplicationRecord>> records;
      for (const StudyPoint& point : file->points)
        records.push_back(file->records(point.replication_begin + k - file->first_number(0), count, kByWeapon));
      std::vector<const ReplicationRecord*> same_number(records.size());
      for (std::size_t i = 0; i < std::size_t(count); ++i) {
        for (std::size_t arm = 0; arm < records.size(); ++arm) same_number[arm] = &records[arm][i];
        visit(same_number);
      }
    }
  }
}

void join_studies(const std::vector<const StudyFile::Data*>& files, const StudyHeader& header,
                  const std::string& output, const StudyStatistics& statistics, bool is_complete, int deflate) {
  FileRows rows(files);
  write_study_file(output, header, rows, statistics, is_complete, deflate);
}

void merge_studies(const std::vector<std::string>& inputs, const std::string& output, bool is_partial, int deflate) {
  if (inputs.empty()) throw StudyError(2, "nothing to merge");
  std::vector<std::unique_ptr<StudyFile>> files;
  for (const std::string& path : inputs) files.push_back(std::make_unique<StudyFile>(path));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
    const std::int64_t first_a = a->data().first_number(0), first_b = b->data().first_number(0);
    return first_a != first_b ? first_a < first_b : a->path() < b->path();
  });
  const StudyFile::Data& first = files[0]->data();
  std::vector<const StudyFile::Data*> data;
  std::int64_t next = 0;
  bool is_whole = false, has_gap = false;
  for (const auto& file : files) {
    const StudyFile::Data& d = file->data();
    const auto differs = [&](const char* what) {
      throw StudyError(2, d.path + " is of another study: " + what + " differs");
    };
    if (d.header.scenario_sha256 != first.header.scenario_sha256) differs("scenario_sha256");
    if (d.header.seed != first.header.seed) differs("seed");
    if (d.schema_version != first.schema_version) differs("schema_version");
    if (d.header.record != first.header.record) differs("record");
    if (d.points.size() != first.points.size()) differs("the number of points");
    for (std::size_t p = 0; p < d.points.size(); ++p)
      if (d.points[p].replication_count != d.points[0].replication_count ||
          d.first_number(std::int32_t(p)) != d.first_number(0))
        throw StudyError(2, d.path + ": points hold different replications");
    if (d.points[0].replication_count == 0) continue;
    const std::int64_t begin = d.first_number(0);
    if (begin < next)
      throw StudyError(2, d.path + ": replication " + std::to_string(begin) + " is in another file too");
    if (begin > next) {
      has_gap = true;
      if (!is_partial)
        throw StudyError(2, "replications " + std::to_string(next) + " to " + std::to_string(begin - 1) +
                                " are missing; --partial goes on without them");
    }
    next = begin + d.points[0].replication_count;
    is_whole = is_whole || d.is_complete;
    data.push_back(&d);
  }
  if (data.empty()) data.push_back(&first);
  const bool is_complete = !has_gap && (next == first.header.planned_per_point || is_whole);
  if (!is_complete && !is_partial)
    throw StudyError(2,
                     "replications from " + std::to_string(next) + " on are missing; --partial goes on without them");
  MetricCounter counter(first.header, PairMode::none);
  visit_numbers(data, 0, next, [&](const auto& records) { counter.add(records); });
  join_studies(data, first.header, output, counter.statistics(), is_complete, deflate);
}

}  // namespace pavise
