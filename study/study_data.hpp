// What an open study file holds, as reader, verification, merge and resume see it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "study/hdf5_objects.hpp"
#include "study/record.hpp"
#include "study/study_file.hpp"
#include "study/study_writer.hpp"

namespace pavise {

struct StudyFile::Data {
  H5Handle file;
  std::string path;
  StudyHeader header;
  std::string schema_version, outcome_hash;
  bool is_complete = false;
  std::int64_t replication_rows = 0;
  std::vector<StudyPoint> points;
  std::int64_t classes = 0, weapons = 0;

  /// Rows [begin, begin + count) of a row table that belong to rows [first, first + rows) of /replications.
  std::pair<std::int64_t, std::int64_t> range(int table, std::int64_t first, std::int64_t rows) const;
  /// Records of rows [first, first + count) of /replications, with the tables up to `last_table`.
  std::vector<ReplicationRecord> records(std::int64_t first, std::int64_t count, int last_table) const;
  /// Tables that this file's recording level has.
  int last_table() const;
  /// Number of the first replication of a point in this file.
  std::int64_t first_number(std::int32_t point) const;
};

/// Files of one study that follow one another in number of replication, as rows of one file.
class FileRows : public RowSource {
 public:
  explicit FileRows(std::vector<const StudyFile::Data*> files) : files_(std::move(files)) {}
  std::vector<std::int64_t> replications() const override;
  void visit_replications(std::size_t column, const Visit& visit) override;
  void visit_table(int table, std::size_t column, const Visit& visit) override;

 private:
  std::vector<const StudyFile::Data*> files_;
};

/// Calls visit(records) for each number of [first, last) that the files hold, in order: one record per point, with
/// /by_class and /by_weapon.
using VisitNumber = std::function<void(const std::vector<const ReplicationRecord*>& records)>;
void visit_numbers(const std::vector<const StudyFile::Data*>& files, std::int64_t first, std::int64_t last,
                   const VisitNumber& visit);

/// Metric values into statistics: what turns records into a summary, from memory or from files.
class MetricCounter {
 public:
  MetricCounter(const StudyHeader& header, PairMode pairs);
  void add(const std::vector<const ReplicationRecord*>& records);
  const StudyStatistics& statistics() const { return statistics_; }

 private:
  std::vector<std::uint8_t> is_decoy_;
  StudyStatistics statistics_;
  std::vector<double> values_;
};

/// Metrics that a file's classes and weapons give.
std::vector<MetricColumn> metrics_of_header(const StudyHeader& header);

/// Makes `output` from files in order of their first replication. The header is the first one's.
void join_studies(const std::vector<const StudyFile::Data*>& files, const StudyHeader& header,
                  const std::string& output, const StudyStatistics& statistics, bool is_complete, int deflate);

}  // namespace pavise
