// STUDY.h5.parts: segments of a run that is not finished, and what they belong to (FORMATS.md section 2.3).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "study/study_file.hpp"
#include "study/study_writer.hpp"

namespace pavise {

std::string parts_of(const std::string& study_path);

/// Replications [first, last) of every point.
struct ReplicationRange {
  std::int64_t first = 0, last = 0;
};

class Checkpoints {
 public:
  /// A run that begins: its folder does not exist until the first segment is written.
  Checkpoints(std::string study_path, const StudyHeader& header, int deflate);

  /// Takes what an interrupted run left: STUDY.h5 with status "partial" becomes a segment, *.tmp are deleted.
  /// Throws StudyError(2) if what is there belongs to another study. False if STUDY.h5 is complete already.
  bool take_over();

  /// Writes records (by arm, all of the same replications) as the next segment.
  void write_segment(const std::vector<std::vector<ReplicationRecord>>& records);

  bool is_empty() const { return segments_.empty(); }
  /// Open files in order of their first replication.
  std::vector<const StudyFile::Data*> files() const;
  std::vector<ReplicationRange> missing(std::int64_t first, std::int64_t last) const;
  /// Deletes the folder; the study file stands.
  void remove();

 private:
  void open_segment(const std::string& path);
  void write_manifest() const;

  std::string study_path_, folder_;
  const StudyHeader& header_;
  int deflate_;
  std::int32_t next_number_ = 0;
  std::vector<std::unique_ptr<StudyFile>> segments_;
};

}  // namespace pavise
