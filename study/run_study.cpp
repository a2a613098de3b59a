#include "study/run_study.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <memory>
#include <set>

#include "kernel/core/variant.hpp"
#include "study/checkpoint.hpp"
#include "study/monte_carlo.hpp"
#include "study/run_study_with.hpp"
#include "study/study_data.hpp"

namespace pavise {
namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/// RFC 3339 in UTC; the instant that SOURCE_DATE_EPOCH names, if it is set.
std::string instant() {
  std::time_t now = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) now = std::time_t(std::strtoll(fixed, nullptr, 10));
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string host() {
  if (std::getenv("SOURCE_DATE_EPOCH")) return "";
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return "";
}

constexpr const char* kBuildType =
#ifdef PAVISE_CHECKS
    "Debug";
#else
    "Release";
#endif

StudyHeader make_header(const StudyRequest& request, const StudyDefinitions& definitions, int threads) {
  const MonteCarlo& m = request.monte_carlo;
  StudyHeader header;
  header.title = request.title;
  header.seed = m.seed;
  header.record = m.record;
  header.planned_per_point = m.replications;
  header.scenario_sha256 = scenarios_sha256(m.arms);
  header.defs = definitions.tables;
  header.points = point_table(m.arms);
  header.scenarios = scenario_table(m.arms);
  SmallColumn names{.name = "name", .long_name = "file as named"}, texts{.name = "text", .long_name = "file as read"};
  for (const auto& [name, text] : request.files) {
    names.text.push_back(name);
    texts.text.push_back(text);
  }
  header.files = {"scenarios/files", "file", {names, texts}};
  header.study_text = request.study_text;
  header.threads = threads;
  header.run = {{"version", PAVISE_VERSION},
                {"git_commit", request.git_commit},
                {"compiler", __VERSION__},
                {"build_type", kBuildType},
                {"cpu", processor()},
                {"cpu_features", name_of(chosen_simd())},
                {"host", host()},
                {"command", request.command},
                {"started", instant()}};
  return header;
}

void check_request(const StudyRequest& request) {
  const MonteCarlo& m = request.monte_carlo;
  const auto refuse = [](const std::string& why) { throw StudyError(2, why); };
  if (m.arms.empty()) refuse("a study needs at least one arm");
  if (m.replications < 1) refuse("a study needs at least one replication");
  if (m.seed > std::uint64_t(std::numeric_limits<std::int64_t>::max())) refuse("seed must be at most 2^63-1");
  if (double(m.arms.size()) * double(m.replications) > double(std::numeric_limits<std::int32_t>::max()))
    refuse("design points x replications must be at most 2^31-1");
  if (request.deflate < 0 || request.deflate > 9) refuse("deflate must be 0 to 9");
  if (m.threads < 0) refuse("threads must be at least 1");
  std::set<std::string> labels;
  for (const Arm& arm : m.arms)
    if (!labels.insert(arm.label).second) refuse("two arms are called " + arm.label);
}

/// Replications after which a stop rule is looked at: 256, then a tenth more each time, in multiples of 64.
std::int64_t next_look(std::int64_t count) {
  if (count < 256) return 256;
  return (count + std::max<std::int64_t>(64, count / 10) + 63) / 64 * 64;
}

/// One call of run_study: counts in order of number what was simulated or is in files, keeps what is not yet in a file.
class StudyRun {
 public:
  StudyRun(const StudyRequest& request, MakeRunner make_runner)
      : request_(request),
        m_(request.monte_carlo),
        definitions_(m_.arms),
        monte_carlo_(m_, definitions_, std::move(make_runner)),
        header_(make_header(request, definitions_, monte_carlo_.threads())),
        counter_(header_, request.pairs),
        checkpoints_(request.output, header_, request.deflate),
        hashes_(m_.arms.size()),
        pending_(m_.arms.size()),
        updates_(m_.arms.size(), 0),
        simulated_s_(m_.arms.size()) {
    if (request_.until && !counter_.statistics().find(request_.until->metric))
      throw StudyError(2, "until: no metric is called " + request_.until->metric);
    progress_metric_ = request_.until ? request_.until->metric : "leakers";
  }

  StudyResult run() {
    bool is_done = false;
    if (has_output() && !request_.resumes) checkpoints_.remove();  // of a run that is not gone on with
    if (has_output() && request_.resumes && !checkpoints_.take_over()) {
      const StudyFile file(request_.output);
      count_files({&file.data()}, m_.replications);
      is_done = true;
    }
    bool is_interrupted = false;
    while (!is_done && !is_interrupted) {
      const std::int64_t until = request_.until ? std::min(m_.replications, next_look(counted_)) : m_.replications;
      is_interrupted = !reach(until);
      is_done = counted_ >= m_.replications || (request_.until && is_precise_enough());
      if (!is_interrupted && is_done) finish_file(true);
    }
    if (is_interrupted) {
      is_done = counted_ >= m_.replications || (request_.until && counted_ > 0 && is_precise_enough());
      finish_file(is_done);
      is_interrupted = !is_done;
    }
    show_progress(true);
    return result(is_interrupted);
  }

 private:
  bool has_output() const { return !request_.output.empty(); }

  /// Simulates and counts up to replication `until` of every arm; false if cancelled before.
  bool reach(std::int64_t until) {
    const std::int64_t from = counted_;
    for (const ReplicationRange& range : checkpoints_.missing(from, until)) {
      count_files(checkpoints_.files(), range.first);
      const std::int64_t reached = monte_carlo_.run(
          range.first, range.last, [&](RecordGroup&& group) { take(std::move(group)); }, request_.cancel);
      if (reached < range.last) return false;
    }
    count_files(checkpoints_.files(), until);
    return true;
  }

  void count(const std::vector<const ReplicationRecord*>& records) {
    counter_.add(records);
    for (std::size_t arm = 0; arm < records.size(); ++arm) {
      hashes_[arm].push_back(records[arm]->row.outcome_hash);
      updates_[arm] += records[arm]->row.entity_updates;
      simulated_s_[arm].add(records[arm]->row.end_time);
    }
    ++counted_;
  }
  void count_files(const std::vector<const StudyFile::Data*>& files, std::int64_t until) {
    visit_numbers(files, counted_, until, [&](const auto& records) { count(records); });
  }

  void take(RecordGroup&& group) {
    std::vector<const ReplicationRecord*> same_number(group.records.size());
    for (std::size_t i = 0; i < std::size_t(group.count); ++i) {
      for (std::size_t arm = 0; arm < group.records.size(); ++arm) same_number[arm] = &group.records[arm][i];
      count(same_number);
    }
    simulated_ += group.count;
    if (has_output()) {
      if (!pending_[0].empty() && pending_[0].back().row.number + 1 != group.first) flush();
      for (std::size_t arm = 0; arm < group.records.size(); ++arm)
        for (ReplicationRecord& record : group.records[arm]) {
          pending_bytes_ += std::int64_t(record.size_bytes());
          pending_[arm].push_back(std::move(record));
        }
      if (pending_bytes_ >= request_.checkpoint_bytes || seconds_since(checkpointed_) >= request_.checkpoint_s) flush();
    }
    show_progress(false);
  }

  /// What is in memory becomes a segment.
  void flush() {
    if (!pending_[0].empty()) checkpoints_.write_segment(pending_);
    for (auto& records : pending_) records.clear();
    pending_bytes_ = 0;
    checkpointed_ = SteadyClock::now();
  }

  void finish_file(bool is_complete) {
    if (!has_output() || (!is_complete && counted_ == 0 && checkpoints_.is_empty())) return;
    header_.run.emplace_back("finished", instant());
    header_.wall_time_s = std::getenv("SOURCE_DATE_EPOCH") ? 0 : seconds_since(begun_);
    if (checkpoints_.is_empty()) {
      RecordRows rows(pending_);
      write_study_file(request_.output, header_, rows, counter_.statistics(), is_complete, request_.deflate);
      return;
    }
    flush();
    const auto files = checkpoints_.files();
    // A segment that was lost leaves a gap until it is simulated again: then the segments stay as they are.
    if (files.back()->first_number(0) + files.back()->points[0].replication_count != counted_) return;
    join_studies(files, header_, request_.output, counter_.statistics(), is_complete, request_.deflate);
    checkpoints_.remove();
  }

  bool is_precise_enough() const {
    const StudyStatistics& statistics = counter_.statistics();
    const std::int32_t metric = *statistics.find(request_.until->metric);
    for (std::int32_t arm = 0; arm < statistics.arms(); ++arm) {
      const Interval ci = statistics.summary(arm, metric).ci95;
      if (!((ci.upper - ci.lower) / 2 <= request_.until->half_width)) return false;
    }
    return true;
  }

  void show_progress(bool is_last) {
    if (!request_.progress || (!is_last && seconds_since(shown_) < 0.25)) return;
    shown_ = SteadyClock::now();
    const std::int64_t arms = std::int64_t(m_.arms.size());
    Progress p{.done = counted_ * arms, .total = m_.replications * arms, .elapsed_s = seconds_since(begun_)};
    p.per_second = p.elapsed_s > 0 ? double(simulated_ * arms) / p.elapsed_s : 0;
    p.metric = progress_metric_;
    if (const auto metric = counter_.statistics().find(progress_metric_)) {
      const MetricSummary s = counter_.statistics().summary(0, *metric);
      p.mean = s.mean;
      p.half_width = (s.ci95.upper - s.ci95.lower) / 2;
    }
    request_.progress(p);
  }

  StudyResult result(bool is_interrupted) {
    StudyResult r;
    OutcomeHash all;
    const StudyStatistics& statistics = counter_.statistics();
    for (std::size_t a = 0; a < m_.arms.size(); ++a) {
      const Arm& arm = m_.arms[a];
      OutcomeHash own;
      own.add(hashes_[a]);
      all.add(hashes_[a]);
      ArmResult result{.label = arm.label, .scenario = arm.scenario, .raid = arm.raid_name, .policy = arm.policy_name};
      result.replications = counted_;
      result.outcome_hash = own.digits();
      result.entity_updates = updates_[a];
      result.simulated_s = simulated_s_[a].value();
      for (std::size_t m = 0; m < statistics.metrics().size(); ++m)
        result.metrics.push_back(statistics.summary(std::int32_t(a), std::int32_t(m)));
      r.entity_updates += result.entity_updates;
      r.simulated_s += result.simulated_s;
      r.arms.push_back(std::move(result));
    }
    r.pairs = statistics.pairs();
    r.outcome_hash = all.digits();
    r.seed = m_.seed;
    r.replications = counted_;
    r.threads = monte_carlo_.threads();
    r.wall_s = seconds_since(begun_);
    r.cpu_s = processor_seconds() - begun_processor_s_;
    r.is_interrupted = is_interrupted;
    const DecisionTimes times = monte_carlo_.decision_times();
    if (std::any_of(std::begin(times.counts), std::end(times.counts), [](std::int64_t n) { return n > 0; })) {
      r.allocator_p50_us = times.quantile_us(0.5);
      r.allocator_p99_us = times.quantile_us(0.99);
    }
    return r;
  }

  const SteadyClock::time_point begun_ = SteadyClock::now();
  const double begun_processor_s_ = processor_seconds();
  const StudyRequest& request_;
  const MonteCarlo& m_;
  StudyDefinitions definitions_;
  MonteCarloRun monte_carlo_;
  StudyHeader header_;
  MetricCounter counter_;
  Checkpoints checkpoints_;
  std::vector<std::vector<std::uint64_t>> hashes_;  // by arm, in order of number

  std::vector<std::vector<ReplicationRecord>> pending_;  // by arm: not in a segment yet
  std::int64_t pending_bytes_ = 0;
  SteadyClock::time_point checkpointed_ = SteadyClock::now(), shown_ = {};

  std::int64_t counted_ = 0;    // replications of each arm, counted in order
  std::int64_t simulated_ = 0;  // of them by this call
  std::vector<std::int64_t> updates_;
  std::vector<CompensatedSum> simulated_s_;
  std::string progress_metric_;
};

}  // namespace

StudyResult run_study_with(const StudyRequest& request, MakeRunner make_runner) {
  check_request(request);
  return StudyRun(request, std::move(make_runner)).run();
}

}  // namespace pavise
