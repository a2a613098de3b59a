// Arms x replications on threads: what a study is. Results reach the sink in a fixed order, whatever the threads, so
// statistics and file do not depend on them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/core/outcomes.hpp"
#include "kernel/engine/model.hpp"

namespace pavise {

/// A swept value of a design point: one column of /points.
struct Factor {
  std::string name;   // column name, "launchers"
  std::string path;   // "fire_unit.patriot_1.launchers"
  std::string units;  // UDUNITS; "1" if dimensionless
  double number = 0;  // SI
  std::string text;   // used instead of number if not empty
};

/// One design point: a scenario under a policy against a raid.
struct Arm {
  std::string label;  // unique within the study
  std::string scenario, raid_name, policy_name;
  const Model* model = nullptr;  // policy already set
  std::int32_t raid = 0;
  std::string scenario_text;         // merged scenario, components resolved
  std::vector<Factor> factors = {};  // the same names in every arm
};

struct MonteCarlo {
  std::vector<Arm> arms;
  std::uint64_t seed = 1;
  std::int64_t replications = 1000;  // per arm
  RecordLevel record = RecordLevel::summary;
  int threads = 0;  // 0: all
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

/// A mistake of the user (exit status 2) or a fault of the machine (3): disk full, file torn.
struct StudyError : std::runtime_error {
  StudyError(int status, const std::string& why) : std::runtime_error(why), exit_status(status) {}
  int exit_status;
};

}  // namespace pavise
