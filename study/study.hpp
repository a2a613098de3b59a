// Arms x replications on threads: the Monte Carlo driver. Results reach the sink in (point, replication) order, whatever
// the threads, so statistics and file do not depend on them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernel/engine/world.hpp"

namespace pavise {

/// One design point: a scenario under a policy against a raid.
struct Arm {
  std::string label;               // unique within the study
  std::string scenario, raid_name, policy_name;
  const Model* model = nullptr;    // policy already set
  std::int32_t raid = 0;
  std::string scenario_text;       // merged scenario, components resolved
};

struct MonteCarlo {
  std::vector<Arm> arms;
  std::uint64_t seed = 1;
  std::int64_t replications = 1000;  // per arm
  RecordLevel record = RecordLevel::summary;
  int threads = 0;                   // 0: all
  std::int32_t block = 0;
};

/// A finished lane of a World, valid during the call only.
struct FinishedReplication {
  std::int32_t arm;
  std::int64_t number;
  const Model& model;
  std::int32_t raid;
  const Outcomes& outcomes;
  std::int32_t lane;
  std::uint64_t outcome_hash;
};

}  // namespace pavise
