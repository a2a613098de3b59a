// The whole path of a study for the commands: simulate, count, write the file, summarise.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "study/study.hpp"
#include "study/summary.hpp"

namespace pavise {

/// Sequential stop: enough replications when the interval of `metric` is at most half_width to each side, in every arm.
/// Looked at after fixed numbers of replications (256, then every 10 % more), so that threads do not matter.
struct StopRule {
  std::string metric;
  double half_width = 0;
};

struct Progress {
  std::int64_t done = 0, total = 0;  // replications of all arms
  double elapsed_s = 0, per_second = 0;
  std::string metric = {};  // the leading one: the stop rule's, else leakers; in the first arm
  double mean = 0, half_width = 0;
};

struct StudyRequest {
  MonteCarlo monte_carlo;
  std::string title;
  std::optional<StopRule> until;  // monte_carlo.replications is then the most there will be
  PairMode pairs = PairMode::every;

  std::string output;    // study file; empty: none is written
  bool resumes = false;  // take output (if partial) and output.parts, simulate what is missing
  int deflate = 0;       // 0 ... 9
  double checkpoint_s = 60;
  std::int64_t checkpoint_bytes = std::int64_t(256) << 20;
  std::string study_text;                                  // the study file, or the command's equivalent
  std::vector<std::pair<std::string, std::string>> files;  // every file read: name, text
  std::string command;                                     // for /run
  std::string git_commit;

  std::function<void(const Progress&)> progress;  // about four times a second, from one thread at a time
  const std::atomic<bool>* cancel = nullptr;      // set it (from a signal handler): finishes running blocks, keeps all
};

struct ArmResult {
  std::string label, scenario, raid, policy;
  std::int64_t replications = 0;
  std::string outcome_hash = {};  // of this arm's replications in order; 32 hexadecimal digits
  std::int64_t entity_updates = 0;
  double simulated_s = 0;
  std::vector<MetricSummary> metrics = {};
};

struct StudyResult {
  std::vector<ArmResult> arms;
  std::vector<PairSummary> pairs;
  std::string outcome_hash;  // of all replications, by arm, within it by number
  std::uint64_t seed = 0;
  std::int64_t replications = 0;  // per arm
  int threads = 0;
  double wall_s = 0, cpu_s = 0;  // of this call; resumed replications cost nothing
  std::int64_t entity_updates = 0;
  double simulated_s = 0;
  std::optional<double> allocator_p50_us, allocator_p99_us;
  bool is_interrupted = false;  // exit 130; the file is there with status "partial"
};

/// Throws StudyError. What is done when it throws for a full disk stays in output.parts.
StudyResult run_study(const StudyRequest& request);

/// "pavise-summary/1" (study_json.cpp). One arm: its keys at the top; more: `arms` and `pairs` too.
nlohmann::ordered_json summary_json(const StudyResult& result, const std::string& git_commit);
nlohmann::ordered_json pair_json(const StudyResult& result, const PairSummary& pair);

/// What `pavise list metrics` shows: every registered metric.
std::vector<const MetricKind*> all_metrics();

}  // namespace pavise
