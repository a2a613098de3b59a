#include "study/checkpoint.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "study/study_data.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> segment_paths(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".h5") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

nlohmann::ordered_json manifest_of(const StudyHeader& header) {
  nlohmann::ordered_json labels = nlohmann::ordered_json::array();
  if (const SmallColumn* column = header.points.find("label")) labels = column->text;
  return {{"schema", "pavise-manifest/1"},
          {"schema_version", "1.0"},
          {"version", PAVISE_VERSION},
          {"seed", std::to_string(header.seed)},
          {"record", name_of(header.record)},
          {"replications_planned", header.planned_per_point},
          {"scenario_sha256", header.scenario_sha256},
          {"points", labels}};
}

nlohmann::ordered_json read_manifest(const std::string& folder) {
  std::ifstream file(folder + "/manifest.json");
  auto manifest = nlohmann::ordered_json::parse(file, nullptr, false);
  if (!manifest.is_object()) throw StudyError(3, folder + "/manifest.json is missing or torn");
  return manifest;
}

}  // namespace

std::string parts_of(const std::string& study_path) { return study_path + ".parts"; }

Checkpoints::Checkpoints(std::string study_path, const StudyHeader& header, int deflate)
    : study_path_(std::move(study_path)), folder_(parts_of(study_path_)), header_(header), deflate_(deflate) {}

bool Checkpoints::take_over() {
  const bool has_folder = fs::is_directory(folder_);
  if (has_folder) {
    const auto found = read_manifest(folder_), wanted = manifest_of(header_);
    for (const char* key : {"schema", "version", "seed", "record", "scenario_sha256", "points"})
      if (found.value(key, nlohmann::ordered_json()) != wanted[key])
        throw StudyError(2, folder_ + " is of another study: " + key + " differs");
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (entry.path().extension() == ".tmp") fs::remove(entry.path(), ignored);
  }
  if (fs::is_regular_file(study_path_)) {
    {
      const StudyFile file(study_path_);
      if (file.scenario_sha256() != header_.scenario_sha256 || file.seed() != header_.seed ||
          file.record() != header_.record || file.points().size() != header_.points.rows())
        throw StudyError(2, study_path_ + " is of another study: scenario, seed, points or record differ");
      if (file.run_attribute("version") != PAVISE_VERSION)
        throw StudyError(2, study_path_ + " was begun by version " + file.run_attribute("version"));
      const bool has_more = file.planned_per_point() < header_.planned_per_point;
      if (file.is_complete() && !has_more) {
        if (has_folder) remove();  // killed between the last rename and the removal
        return false;
      }
    }
    fs::create_directories(folder_);
    write_manifest();
    // before all numbers: its replications came first
    move_into_place(study_path_, folder_ + "/begun.h5");
  }
  for (const std::string& path : segment_paths(folder_)) {
    open_segment(path);
    const std::string stem = fs::path(path).stem().string();
    if (std::all_of(stem.begin(), stem.end(), [](unsigned char c) { return std::isdigit(c); }))
      next_number_ = std::max(next_number_, std::atoi(stem.c_str()) + 1);
  }
  return true;
}

void Checkpoints::open_segment(const std::string& path) {
  auto file = std::make_unique<StudyFile>(path);
  if (file->scenario_sha256() != header_.scenario_sha256 || file->seed() != header_.seed ||
      file->record() != header_.record)
    throw StudyError(2, path + " is of another study");
  const std::int64_t count = file->points().at(0).replication_count;
  for (const StudyPoint& point : file->points())
    if (point.replication_count != count) throw StudyError(3, path + ": points hold different replications");
  if (count == 0) return;
  std::int32_t last = 0;
  read_rows(file->data().file, "/replications/number", Scalar::i4, file->points()[0].replication_begin + count - 1, 1,
            &last);
  if (last != file->data().first_number(0) + count - 1)
    throw StudyError(2, path + " has gaps between its replications: a merge of parts cannot be resumed");
  segments_.push_back(std::move(file));
  std::sort(segments_.begin(), segments_.end(),
            [](const auto& a, const auto& b) { return a->data().first_number(0) < b->data().first_number(0); });
}

void Checkpoints::write_manifest() const {
  const std::string path = folder_ + "/manifest.json";
  {
    std::ofstream file(path + ".tmp");
    file << manifest_of(header_).dump(1) << "\n";
    file.flush();
    if (!file) throw StudyError(3, "cannot write " + path + ": " + std::strerror(errno));
  }
  move_into_place(path + ".tmp", path);
}

void Checkpoints::write_segment(const std::vector<std::vector<ReplicationRecord>>& records) {
  std::error_code failed;
  if (!fs::is_directory(folder_)) {
    fs::create_directories(folder_, failed);
    if (failed) throw StudyError(3, "cannot make " + folder_ + ": " + failed.message());
    write_manifest();
  }
  char name[16];
  std::snprintf(name, sizeof name, "/%06d.h5", next_number_++);
  MetricCounter counter(header_, PairMode::none);
  std::vector<const ReplicationRecord*> same_number(records.size());
  for (std::size_t i = 0; i < records[0].size(); ++i) {
    for (std::size_t arm = 0; arm < records.size(); ++arm) same_number[arm] = &records[arm][i];
    counter.add(same_number);
  }
  RecordRows rows(records);
  write_study_file(folder_ + name, header_, rows, counter.statistics(), false, deflate_);
  open_segment(folder_ + name);
}

std::vector<const StudyFile::Data*> Checkpoints::files() const {
  std::vector<const StudyFile::Data*> files;
  for (const auto& segment : segments_) files.push_back(&segment->data());
  return files;
}

std::vector<ReplicationRange> Checkpoints::missing(std::int64_t first, std::int64_t last) const {
  std::vector<ReplicationRange> ranges;
  std::int64_t next = first;
  for (const auto& segment : segments_) {
    const std::int64_t begin = segment->data().first_number(0);
    const std::int64_t end = begin + segment->points()[0].replication_count;
    if (end <= next) continue;
    if (begin >= last) break;
    if (begin > next) ranges.push_back({next, begin});
    next = std::max(next, end);
  }
  if (next < last) ranges.push_back({next, last});
  return ranges;
}

void Checkpoints::remove() {
  segments_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

StudyStatus study_status(const std::string& path) {
  StudyStatus status;
  std::error_code ignored;
  status.exists = fs::is_regular_file(path, ignored);
  status.has_parts = fs::is_directory(parts_of(path), ignored);
  if (status.exists) {
    const StudyFile file(path);
    status.status = file.is_complete() ? "complete" : "partial";
    status.planned_per_point = file.planned_per_point();
    for (const StudyPoint& point : file.points()) status.labels.push_back(point.label);
    if (!file.points().empty()) status.done_per_point = file.points()[0].replication_count;
    if (file.is_complete()) return status;
  }
  if (!status.has_parts) return status;
  status.status = "running or interrupted";
  const auto manifest = read_manifest(parts_of(path));
  status.planned_per_point = manifest.value("replications_planned", std::int64_t(0));
  status.labels.clear();
  for (const auto& label : manifest.value("points", nlohmann::ordered_json::array())) status.labels.push_back(label);
  for (const std::string& segment : segment_paths(parts_of(path))) {
    const StudyFile file(segment);
    ++status.segments;
    if (!file.points().empty()) status.done_per_point += file.points()[0].replication_count;
  }
  return status;
}

}  // namespace pavise
