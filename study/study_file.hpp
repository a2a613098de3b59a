// Reading study files: status, arms, one replication's counts and hash, what replay needs; invariants, equality, merge.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "study/study.hpp"

namespace pavise {

struct StudyPoint {
  std::string label, scenario, raid, policy, scenario_text;
  std::int64_t replication_begin = 0, replication_count = 0;  // rows of /replications
};

/// A row of /replications.
struct StoredReplication {
  std::int32_t point = 0, number = 0;
  double end_s = 0, damage = 0, cost_defence = 0, cost_raid = 0;
  std::int32_t threats = 0, killed = 0, leaked = 0, unengaged = 0, shots = 0, hits = 0;
  std::uint64_t outcome_hash = 0, rows_hash = 0;
};

/// A row of /outcomes, levels events and full.
struct StoredOutcome {
  std::int32_t threat = 0, threat_class = 0, asset = -1, result = 0, shots = 0, killer = -1;
  double time_s = 0;
};
struct StoredEvent {
  double time_s = 0;
  std::int32_t sequence = 0, kind = 0, actor_kind = 0, actor = -1, object_kind = 0, object = -1, shot = -1;
  double value = 0;
};

class StudyFile {
 public:
  /// Throws StudyError: 3 if it cannot be read or is torn, 2 if it is another kind of file or an unknown major version.
  /// If only PATH.parts exists, the message says how many replications are there and names --resume.
  explicit StudyFile(const std::string& path);
  ~StudyFile();
  StudyFile(const StudyFile&) = delete;

  const std::string& path() const;
  bool is_complete() const;
  std::uint64_t seed() const;
  RecordLevel record() const;
  std::string title() const, outcome_hash() const, scenario_sha256() const, schema_version() const;
  std::string run_attribute(const std::string& name) const;  // "" if absent
  const std::vector<StudyPoint>& points() const;
  /// Every file that was read for it: name, text.
  std::vector<std::pair<std::string, std::string>> files() const;
  std::int64_t replication_rows() const;
  std::int64_t planned_per_point() const;

  /// Row of /replications of a point's replication; empty if the file does not hold it.
  std::optional<std::int64_t> row_of(std::int32_t point, std::int64_t number) const;
  StoredReplication replication(std::int64_t row) const;
  std::vector<StoredOutcome> outcomes(std::int64_t row) const;
  std::vector<StoredEvent> events(std::int64_t row) const;
  /// Names of /defs/KIND, KIND one of asset sensor fire_unit weapon threat threat_class raid.
  std::vector<std::string> defs(const std::string& kind) const;

  struct Data;
  const Data& data() const { return *data_; }

 private:
  std::unique_ptr<Data> data_;
};

/// The first broken invariant.
struct BrokenInvariant {
  std::string table;
  std::int64_t replication = -1;  // row of /replications, -1: none in particular
  std::string what;
};
/// Recomputes every invariant of FORMATS 2.2; empty if all hold.
std::optional<BrokenInvariant> verify_invariants(const std::string& path);

/// Where two files first differ outside /run ("/shots/pk[12]"); empty if they are equal.
std::optional<std::string> first_difference(const std::string& a, const std::string& b);

/// Segments or shards, in any order, into one file in (point, replication) order; begin columns, summary and hashes are
/// computed anew. Missing replications are an error unless is_partial.
void merge_studies(const std::vector<std::string>& inputs, const std::string& output, bool is_partial, int deflate = 0);

/// For `pavise status`: what STUDY.h5 and STUDY.h5.parts hold, without touching an open file.
struct StudyStatus {
  bool exists = false, has_parts = false;
  std::string status;  // "complete", "partial", "running or interrupted"
  std::vector<std::string> labels;
  std::int64_t planned_per_point = 0, done_per_point = 0;
  std::int32_t segments = 0;
};
StudyStatus study_status(const std::string& path);

}  // namespace pavise
