#include "study/monte_carlo.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

/// Runners that wait for their arm's next block; beyond, the one unused for longest is given up (sweeps of many arms).
constexpr std::size_t kIdlePerThread = 8;

struct Task {
  std::int32_t arm = 0;
  std::int64_t first = 0;
  std::int32_t count = 0;
  std::int64_t group_first = 0, group_count = 0;
  std::vector<ReplicationRecord> records;
};

/// Issues tasks in their fixed order. A group that has begun is issued to its end: all arms, all of its replications.
class TaskList {
 public:
  TaskList(std::int64_t first, std::int64_t last, std::int64_t group, std::int32_t block, std::int32_t arms,
           const std::atomic<bool>* cancel)
      : next_(first), last_(last), group_(group), block_(block), arms_(arms), cancel_(cancel) {}

  /// Null when there is no more.
  Task* next() {
    if (begin_ == end_) {
      if (++arm_ < arms_ && has_group_) {
        begin_ = group_first_;
      } else {
        if (next_ >= last_ || (cancel_ && cancel_->load(std::memory_order_relaxed))) return nullptr;
        group_first_ = begin_ = next_;
        end_ = next_ = std::min(last_, next_ + group_);
        arm_ = 0;
        has_group_ = true;
      }
    }
    const std::int32_t count = std::int32_t(std::min<std::int64_t>(block_, end_ - begin_));
    Task* task = new Task{arm_, begin_, count, group_first_, end_ - group_first_, {}};
    begin_ += count;
    return task;
  }
  /// First replication of the group that would come next.
  std::int64_t reached() const { return next_; }

 private:
  std::int64_t next_, last_, group_;
  std::int32_t block_, arms_;
  const std::atomic<bool>* cancel_;
  bool has_group_ = false;
  std::int32_t arm_ = 0;
  std::int64_t group_first_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace

MonteCarloRun::MonteCarloRun(const MonteCarlo& monte_carlo, const StudyDefinitions& definitions, MakeRunner make_runner)
    : monte_carlo_(monte_carlo),
      definitions_(definitions),
      make_runner_(std::move(make_runner)),
      threads_(monte_carlo.threads > 0 ? monte_carlo.threads : tbb::info::default_concurrency()) {}

std::unique_ptr<BlockRunner> MonteCarloRun::borrow(std::int32_t arm) {
  {
    const std::lock_guard lock(mutex_);
    for (auto i = idle_.rbegin(); i != idle_.rend(); ++i)
      if (i->arm == arm) {
        auto runner = std::move(i->runner);
        idle_.erase(std::next(i).base());
        return runner;
      }
  }
  return make_runner_(arm);
}

void MonteCarloRun::give_back(std::int32_t arm, std::unique_ptr<BlockRunner> runner) {
  std::unique_ptr<BlockRunner> retired;  // dies outside the lock
  const std::lock_guard lock(mutex_);
  idle_.push_back({arm, std::move(runner)});
  if (idle_.size() <= kIdlePerThread * std::size_t(threads_)) return;
  retired = std::move(idle_.front().runner);
  idle_.erase(idle_.begin());
  if (retired->decision_times()) retired_times_.add(*retired->decision_times());
}

DecisionTimes MonteCarloRun::decision_times() const {
  const std::lock_guard lock(mutex_);
  DecisionTimes all = retired_times_;
  for (const Idle& idle : idle_)
    if (idle.runner->decision_times()) all.add(*idle.runner->decision_times());
  return all;
}

std::int64_t MonteCarloRun::run(std::int64_t first, std::int64_t last, const std::function<void(RecordGroup&&)>& take,
                                const std::atomic<bool>* cancel) {
  if (first >= last) return last;
  const std::int32_t arms = std::int32_t(monte_carlo_.arms.size());
  if (block_ == 0) {
    auto runner = borrow(0);
    block_ = std::max<std::int32_t>(1, runner->block());
    give_back(0, std::move(runner));
  }
  // short runs are split finer, so that every thread has work
  const std::int64_t share = ((last - first) * arms + 4 * threads_ - 1) / (4 * threads_);
  const std::int32_t block = std::int32_t(std::clamp<std::int64_t>(share, 1, block_));
  TaskList tasks(first, last, block, block, arms, cancel);

  RecordGroup group;
  const auto simulate = [&](Task* task) {
    std::unique_ptr<Task> owned(task);
    auto runner = borrow(task->arm);
    const Arm& arm = monte_carlo_.arms[std::size_t(task->arm)];
    task->records.reserve(std::size_t(task->count));
    for (std::int32_t done = 0; done < task->count;) {
      const std::int32_t count = std::min(task->count - done, runner->block());
      runner->run(task->first + done, count);
      for (std::int32_t lane = 0; lane < count; ++lane)
        task->records.push_back(make_record({task->arm, task->first + done + lane, *arm.model, arm.raid,
                                             runner->outcomes(), lane, runner->outcome_hash(lane)},
                                            definitions_, monte_carlo_.record));
      done += count;
    }
    give_back(task->arm, std::move(runner));
    return owned.release();
  };
  const auto hand_over = [&](Task* task) {
    std::unique_ptr<Task> owned(task);
    if (group.records.empty()) {
      group.records.resize(std::size_t(arms));
      group.first = task->group_first;
      group.count = task->group_count;
    }
    auto& records = group.records[std::size_t(task->arm)];
    std::move(task->records.begin(), task->records.end(), std::back_inserter(records));
    if (task->arm + 1 < arms || std::int64_t(records.size()) < group.count) return;
    RecordGroup complete;
    std::swap(complete, group);
    take(std::move(complete));
  };

  // At most three tasks per thread are under way or waiting: finished records cannot pile up.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::size_t(threads_));
  tbb::task_arena arena(threads_);
  arena.execute([&] {
    tbb::parallel_pipeline(std::size_t(threads_) * 3,
                           tbb::make_filter<void, Task*>(tbb::filter_mode::serial_in_order,
                                                         [&](tbb::flow_control& control) {
                                                           Task* task = tasks.next();
                                                           if (task == nullptr) control.stop();
                                                           return task;
                                                         }) &
                               tbb::make_filter<Task*, Task*>(tbb::filter_mode::parallel, simulate) &
                               tbb::make_filter<Task*, void>(tbb::filter_mode::serial_in_order, hand_over));
  });
  return tasks.reached();
}

}  // namespace pavise
