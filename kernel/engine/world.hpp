// A World simulates a block of replications side by side in lock-step: one table holds the threats of all of them. It
// takes its memory when it is made; running a block allocates nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "kernel/core/outcomes.hpp"
#include "kernel/engine/model.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

struct RunSettings {
  std::int32_t raid = 0;                  // index into Model::raids
  std::uint64_t seed = 1;
  RecordLevel record = RecordLevel::summary;
  std::int32_t block = 0;                 // replications side by side; 0: by cache size, PAVISE_BLOCK forces one
  bool is_checked = false;                // sweep all tables after each frame (tests)
};

/// Time spent in each stage, for benchmarks; filled only if asked for.
struct StageTimes {
  static constexpr int kStages = 12;
  static const char* name(int stage);
  std::int64_t nanoseconds[kStages] = {};
};

/// How long decisions took: a histogram over processor time with 8 buckets per factor of two. Not part of any outcome.
struct DecisionTimes {
  static constexpr int kBuckets = 256;
  std::int64_t counts[kBuckets] = {};
  void add(double nanoseconds);
  void add(const DecisionTimes& other);
  /// The time in microseconds that a share `level` of the decisions did not exceed; 0 without decisions.
  double quantile_us(double level) const;
};

class World {
 public:
  World(const Model& model, const RunSettings& settings);
  ~World();
  World(const World&) = delete;

  std::int32_t block() const;
  /// Runs replications first ... first + count - 1 (count <= block()) to their end. Afterwards lane k of outcomes() is
  /// replication first + k.
  void run(std::int64_t first, std::int32_t count);

  const Outcomes& outcomes() const;
  /// XXH3-64 of a lane's outcomes; the same at every recording level.
  std::uint64_t outcome_hash(std::int32_t lane) const;
  const DecisionTimes& decision_times() const;  // since the World was made
  StageTimes* times = nullptr;             // if set, stages are timed

  // for tests and tools: the tables themselves, and the loop by hand
  void begin(std::int64_t first, std::int32_t count);
  bool advance_frame();                    // false once every replication has ended
  const Threats& threats() const;
  const Tracks& tracks() const;
  const Detections& detections() const;
  const Clock& clock() const;

  struct Tables;  // kernel/engine/tables.hpp

 private:
  std::unique_ptr<Tables> tables_;
};

/// Rows of the largest tables against half of the second-level cache: the block for a model and raid.
std::int32_t block_for(const Model& model, std::int32_t raid);

}  // namespace pavise
