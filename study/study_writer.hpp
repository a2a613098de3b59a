// Writes one study file (FORMATS.md section 2) from a header, rows in file order, and statistics. Memory: one chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "study/definitions.hpp"
#include "study/record.hpp"
#include "study/summary.hpp"

namespace pavise {

/// What a file says beside its rows.
struct StudyHeader {
  std::string title;
  std::uint64_t seed = 0;
  RecordLevel record = RecordLevel::summary;
  std::int64_t planned_per_point = 0;  // the most there will be, with a stop rule
  std::string scenario_sha256;
  std::string price_year;        // of money, "" if none is given
  std::vector<SmallTable> defs;  // "defs/..."
  SmallTable points, scenarios, files;
  std::string study_text;
  std::vector<std::pair<std::string, std::string>> run;  // attributes of /run that are text
  std::int64_t threads = 0;
  double wall_time_s = 0;
};

/// Rows in file order: by point, within it by number.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Replications of each point.
  virtual std::vector<std::int64_t> replications() const = 0;
  using Visit = std::function<void(const void* values, std::int64_t rows)>;
  /// A column of /replications, or of a row table, front to back in pieces.
  virtual void visit_replications(std::size_t column, const Visit& visit) = 0;
  virtual void visit_table(int table, std::size_t column, const Visit& visit) = 0;
};

/// Records in memory: records[arm] in order of number.
class RecordRows : public RowSource {
 public:
  explicit RecordRows(const std::vector<std::vector<ReplicationRecord>>& records) : records_(records) {}
  std::vector<std::int64_t> replications() const override;
  void visit_replications(std::size_t column, const Visit& visit) override;
  void visit_table(int table, std::size_t column, const Visit& visit) override;

 private:
  const std::vector<std::vector<ReplicationRecord>>& records_;
};

bool is_recorded(const TableSpec& table, RecordLevel level);
const char* name_of(RecordLevel level);

/// Writes PATH.tmp completely, closes and syncs it, renames it to PATH and syncs the folder. Throws StudyError(3).
void write_study_file(const std::string& path, const StudyHeader& header, RowSource& rows,
                      const StudyStatistics& statistics, bool is_complete, int deflate);

/// Renames a finished file and makes both durable.
void move_into_place(const std::string& from, const std::string& to);

}  // namespace pavise
