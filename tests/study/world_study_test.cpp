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

const MetricSummary* metric_of(const StudyResult& result, const std::string& name) {
  for (const MetricSummary& metric : result.arms[0].metrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

TEST(WorldStudy, ReportsHowGoodThePictureIsWhereTheScenarioAsksForIt) {
  WorldStudy study;
  ASSERT_TRUE(study.nearest.model && study.greedy.model);
  const StudyResult without = study.run(RecordLevel::summary, 1, 4, "without.h5");
  EXPECT_EQ(metric_of(without, "picture.gospa"), nullptr);
  study.nearest.model->quality_period_s = study.greedy.model->quality_period_s = 2;
  const StudyResult with = study.run(RecordLevel::summary, 2, 4, "with.h5");
  EXPECT_EQ(with.outcome_hash, without.outcome_hash);
  for (const char* name : {"picture.gospa", "picture.ospa", "picture.continuity", "picture.false_tracks"})
    ASSERT_NE(metric_of(with, name), nullptr) << name;
  EXPECT_GT(metric_of(with, "picture.gospa")->mean, 0);
  EXPECT_GT(metric_of(with, "picture.ospa")->mean, 0);
  EXPECT_LE(metric_of(with, "picture.ospa")->mean, 1000);  // the cut-off
  EXPECT_GT(metric_of(with, "picture.continuity")->mean, 0.3);
  EXPECT_LE(metric_of(with, "picture.continuity")->mean, 1);
  EXPECT_FALSE(verify_invariants(study.folder + "/with.h5"));
  const StudyResult again = study.run(RecordLevel::full, 1, 1, "again.h5");
  EXPECT_EQ(metric_of(again, "picture.gospa")->mean, metric_of(with, "picture.gospa")->mean);
}

}  // namespace
}  // namespace pavise
