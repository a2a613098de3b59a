// What `run` and `compare` share: options, arms from scenarios x raids x policies, the run itself and its tables.
#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "study/run_study.hpp"

namespace pavise {

struct SimulationOptions {
  std::vector<std::string> scenarios;
  std::vector<std::string> raids, policies, sets, component_folders;
  std::int64_t replications = 1000;
  std::uint64_t seed = 1;
  int threads = 0;
  std::string until, record = "summary", output, checkpoint;
  bool is_forced = false, resumes = false, is_strict = false;
  int deflate = 0;
  void add_to(CLI::App& command);
};

/// Loads, simulates, prints. Returns the exit status.
int simulate(const SimulationOptions& options, const CommonOptions& common, const std::string& command_line);

/// Tables for a terminal of 80 columns.
std::string summary_table(const StudyResult& result);
std::string comparison_tables(const StudyResult& result);

}  // namespace pavise
