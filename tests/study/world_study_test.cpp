// The whole path with real Worlds: a shipped scenario under two policies, recorded in full.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "scenario/scenario.hpp"
#include "study/run_study.hpp"
#include "study/study_file.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

struct WorldStudy {
  LoadedScenario nearest = load_scenario("first_minute"), greedy = load_scenario("first_minute");
  StudyRequest request;
  std::string folder = (fs::temp_directory_path() / ("pavise_world_study_" + std::to_string(::getpid()))).string();

  WorldStudy() {
    fs::create_directories(folder);
    Diagnostics diagnostics;
    choose_policy(*nearest.model, "nearest", diagnostics);
    choose_policy(*greedy.model, "greedy_mmr", diagnostics);
    for (const LoadedScenario* loaded : {&nearest, &greedy}) {
      const std::string policy(loaded->model->policy->info.name);
      request.monte_carlo.arms.push_back({.label = policy,
                                          .scenario = loaded->name,
                                          .raid_name = loaded->model->raids[0].name,
                                          .policy_name = policy,
                                          .model = &*loaded->model,
                                          .raid = 0,
                                          .scenario_text = loaded->merged_text});
    }
    request.monte_carlo.replications = 20;
  }
  ~WorldStudy() { fs::remove_all(folder); }
  StudyResult run(RecordLevel level, int threads, std::int32_t block, const std::string& name) {
    request.monte_carlo.record = level;
    request.monte_carlo.threads = threads;
    request.monte_carlo.block = block;
    request.output = folder + "/" + name;
    return run_study(request);
  }
};

TEST(WorldStudy, HoldsTheInvariantsAndOneHashAtEveryLevelBlockAndThreadCount) {
  WorldStudy study;
  ASSERT_TRUE(study.nearest.model && study.greedy.model) << study.nearest.diagnostics.to_text();
  const StudyResult expected = study.run(RecordLevel::full, 1, 1, "full.h5");
  for (RecordLevel level : {RecordLevel::full, RecordLevel::events, RecordLevel::summary}) {
    const StudyResult r = study.run(level, 3, 4, "other.h5");
    EXPECT_EQ(r.outcome_hash, expected.outcome_hash);
    EXPECT_EQ(r.arms[1].outcome_hash, expected.arms[1].outcome_hash);
    for (const std::string& name : {std::string("full.h5"), std::string("other.h5")}) {
      const auto broken = verify_invariants(study.folder + "/" + name);
      EXPECT_FALSE(broken) << broken->table << " " << broken->replication << ": " << broken->what;
    }
    if (level == RecordLevel::full) {
      EXPECT_EQ(first_difference(study.folder + "/full.h5", study.folder + "/other.h5"), std::nullopt);
    }
  }
}

}  // namespace
}  // namespace pavise
