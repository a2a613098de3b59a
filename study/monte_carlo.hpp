// Blocks of replications on threads. Every group of consecutive replications is simulated for all arms, and groups are
// handed over in order: an interrupted run holds complete pairs, and nothing after the hand-over depends on threads.
//
//   group g = replications [first, first + n) of every arm
//   tasks   = (group, arm, block), issued in that order, run on any thread, handed over in that order
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "kernel/engine/world.hpp"
#include "study/record.hpp"
#include "study/study.hpp"

namespace pavise {

/// What simulates blocks of one arm: a World, or a test's stand-in.
class BlockRunner {
 public:
  virtual ~BlockRunner() = default;
  virtual std::int32_t block() const = 0;
  /// Afterwards lane k of outcomes() is replication first + k.
  virtual void run(std::int64_t first, std::int32_t count) = 0;
  virtual const Outcomes& outcomes() const = 0;
  virtual std::uint64_t outcome_hash(std::int32_t lane) const = 0;
  virtual const DecisionTimes* decision_times() const { return nullptr; }
};
using MakeRunner = std::function<std::unique_ptr<BlockRunner>(std::int32_t arm)>;

/// Worlds of the study's arms (world_runner.cpp).
MakeRunner world_runners(const MonteCarlo& monte_carlo);

/// Replications [first, first + count) of all arms; records[arm] holds count records in order.
struct RecordGroup {
  std::int64_t first = 0, count = 0;
  std::vector<std::vector<ReplicationRecord>> records;
};

class MonteCarloRun {
 public:
  MonteCarloRun(const MonteCarlo& monte_carlo, const StudyDefinitions& definitions, MakeRunner make_runner);

  /// Simulates replications first ... last - 1 of every arm. `take` gets group after group, from one thread at a time;
  /// what it throws ends the run. Once *cancel is set, the groups begun are finished and no more is.
  /// Returns the first replication that was not simulated: `last`, unless cancelled.
  std::int64_t run(std::int64_t first, std::int64_t last, const std::function<void(RecordGroup&&)>& take,
                   const std::atomic<bool>* cancel);

  int threads() const { return threads_; }
  /// Of all decisions so far.
  DecisionTimes decision_times() const;

 private:
  std::unique_ptr<BlockRunner> borrow(std::int32_t arm);
  void give_back(std::int32_t arm, std::unique_ptr<BlockRunner> runner);

  const MonteCarlo& monte_carlo_;
  const StudyDefinitions& definitions_;
  MakeRunner make_runner_;
  int threads_;
  std::int32_t block_ = 0;  // the largest of the arms

  mutable std::mutex mutex_;
  struct Idle {
    std::int32_t arm;
    std::unique_ptr<BlockRunner> runner;
  };
  std::vector<Idle> idle_;  // least recently used first
  DecisionTimes retired_times_;
};

}  // namespace pavise
