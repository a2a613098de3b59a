#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "study/study_file.hpp"
#include "tests/study/fake_source.hpp"

namespace pavise {
namespace {

using testing::FakeStudy;
namespace fs = std::filesystem;

std::string broken_in(const std::string& path) {
  const auto broken = verify_invariants(path);
  return broken ? broken->table + " " + std::to_string(broken->replication) + ": " + broken->what : "";
}

const MetricSummary& metric(const StudyResult& r, std::size_t arm, const std::string& name) {
  for (const MetricSummary& s : r.arms[arm].metrics)
    if (s.name == name) return s;
  ADD_FAILURE() << "no metric " << name;
  return r.arms[arm].metrics[0];
}

TEST(RunStudy, GivesTheSameFileForAnyThreadsAndBlock) {
  FakeStudy study("threads");
  study.request.monte_carlo.threads = 1;
  const StudyResult expected = study.run("one.h5");
  EXPECT_EQ(broken_in(study.path("one.h5")), "");
  for (int threads : {2, 3, 8})
    for (std::int32_t block : {1, 3, 32}) {
      study.request.monte_carlo.threads = threads;
      study.block = block;
      const StudyResult r = study.run("other.h5");
      EXPECT_EQ(r.outcome_hash, expected.outcome_hash) << threads << " threads, block " << block;
      EXPECT_EQ(first_difference(study.path("one.h5"), study.path("other.h5")), std::nullopt);
      EXPECT_EQ(metric(r, 0, "leakers").mean, metric(expected, 0, "leakers").mean);
      EXPECT_EQ(r.pairs[0].se, expected.pairs[0].se);
    }
}

TEST(RunStudy, HoldsTheInvariantsAtEveryRecordingLevel) {
  std::string hash;
  for (RecordLevel level : {RecordLevel::summary, RecordLevel::events, RecordLevel::full})
    for (int deflate : {0, 4}) {
      FakeStudy study("levels");
      study.request.monte_carlo.record = level;
      study.request.deflate = deflate;
      const StudyResult r = study.run("study.h5");
      EXPECT_EQ(broken_in(study.path("study.h5")), "");
      if (hash.empty()) hash = r.outcome_hash;
      EXPECT_EQ(r.outcome_hash, hash) << "the hash does not depend on the recording level";
      EXPECT_EQ(StudyFile(study.path("study.h5")).outcome_hash(), hash);
    }
}

TEST(RunStudy, AnInterruptedRunThatIsResumedEqualsAnUninterruptedOne) {
  FakeStudy study("resume");
  const StudyResult whole = study.run("whole.h5");

  std::atomic<bool> cancel = false;
  study.request.cancel = &cancel;
  study.request.checkpoint_bytes = 1;  // a segment per group
  study.before_block = [&](std::int64_t first) {
    if (first >= 40) cancel = true;
  };
  const StudyResult part = study.run("study.h5");
  EXPECT_TRUE(part.is_interrupted);
  EXPECT_LT(part.replications, 100);
  EXPECT_EQ(broken_in(study.path("study.h5")), "");
  EXPECT_FALSE(fs::exists(study.path("study.h5.parts")));
  {
    const StudyFile file(study.path("study.h5"));
    EXPECT_FALSE(file.is_complete());
    EXPECT_EQ(file.points()[0].replication_count, file.points()[1].replication_count) << "pairs are complete";
  }
  cancel = false;
  study.request.cancel = nullptr;
  study.before_block = nullptr;
  study.request.resumes = true;
  const StudyResult resumed = study.run("study.h5");
  EXPECT_FALSE(resumed.is_interrupted);
  EXPECT_EQ(resumed.outcome_hash, whole.outcome_hash);
  EXPECT_EQ(first_difference(study.path("whole.h5"), study.path("study.h5")), std::nullopt);
  EXPECT_EQ(metric(resumed, 1, "damage").se, metric(whole, 1, "damage").se);
  EXPECT_EQ(resumed.entity_updates, whole.entity_updates);
  // once more: nothing is left to simulate, the answer is the same
  EXPECT_EQ(study.run("study.h5").outcome_hash, whole.outcome_hash);
}

TEST(RunStudy, WhateverSegmentsAreLostResumeGivesTheSameFile) {
  FakeStudy study("lost");
  study.run("whole.h5");
  study.request.checkpoint_bytes = 1;
  for (int lost = 0; lost < 3; ++lost) {
    // a fault of the machine right after some segments: they stay, no study file appears
    study.request.resumes = false;
    study.before_block = [](std::int64_t first) {
      if (first >= 72) throw StudyError(3, "power cut");
    };
    EXPECT_THROW(study.run("study.h5"), StudyError);
    EXPECT_FALSE(fs::exists(study.path("study.h5")));
    ASSERT_TRUE(fs::is_directory(study.path("study.h5.parts")));
    EXPECT_THROW(StudyFile{study.path("study.h5")}, StudyError);
    const StudyStatus status = study_status(study.path("study.h5"));
    EXPECT_EQ(status.status, "running or interrupted");
    EXPECT_GT(status.done_per_point, 0);
    char name[16];
    std::snprintf(name, sizeof name, "/%06d.h5", lost);
    fs::remove(study.path("study.h5.parts") + name);
    std::ofstream(study.path("study.h5.parts") + "/000099.h5.tmp") << "torn";
    study.before_block = nullptr;
    study.request.resumes = true;
    study.run("study.h5");
    EXPECT_EQ(first_difference(study.path("whole.h5"), study.path("study.h5")), std::nullopt)
        << "lost segment " << lost;
    EXPECT_EQ(broken_in(study.path("study.h5")), "");
    fs::remove(study.path("study.h5"));
  }
}

TEST(RunStudy, ResumeRefusesAnotherStudy) {
  FakeStudy study("another");
  study.run("study.h5");
  study.request.resumes = true;
  study.request.monte_carlo.seed = 12;
  try {
    study.run("study.h5");
    FAIL() << "another seed was accepted";
  } catch (const StudyError& error) {
    EXPECT_EQ(error.exit_status, 2);
  }
}

TEST(RunStudy, MergingSegmentsByHandGivesAReadableFile) {
  FakeStudy study("merge");
  study.run("whole.h5");
  study.request.checkpoint_bytes = 1;
  study.before_block = [](std::int64_t first) {
    if (first >= 72) throw StudyError(3, "power cut");
  };
  EXPECT_THROW(study.run("study.h5"), StudyError);
  std::vector<std::string> parts;
  for (const auto& entry : fs::directory_iterator(study.path("study.h5.parts")))
    if (entry.path().extension() == ".h5") parts.push_back(entry.path().string());
  EXPECT_THROW(merge_studies(parts, study.path("merged.h5"), false), StudyError) << "replications are missing";
  merge_studies(parts, study.path("merged.h5"), true);
  EXPECT_EQ(broken_in(study.path("merged.h5")), "");
  const StudyFile merged(study.path("merged.h5"));
  EXPECT_FALSE(merged.is_complete());
  const StudyFile whole(study.path("whole.h5"));
  const auto row = merged.row_of(1, 17), same = whole.row_of(1, 17);
  ASSERT_TRUE(row && same);
  EXPECT_EQ(merged.replication(*row).rows_hash, whole.replication(*same).rows_hash);
}

TEST(RunStudy, AMergeOfACompleteFileWithItselfNamesTheOverlap) {
  FakeStudy study("overlap");
  study.run("a.h5");
  EXPECT_THROW(merge_studies({study.path("a.h5"), study.path("a.h5")}, study.path("m.h5"), true), StudyError);
  merge_studies({study.path("a.h5")}, study.path("m.h5"), false);
  EXPECT_EQ(first_difference(study.path("a.h5"), study.path("m.h5")), std::nullopt);
}

TEST(RunStudy, StopsAtAFixedNumberOfReplicationsWhenPreciseEnough) {
  FakeStudy study("until");
  study.request.monte_carlo.replications = 20000;
  study.request.until = StopRule{"leakers", 0.06};
  std::int64_t count = 0;
  for (int threads : {1, 3}) {
    study.request.monte_carlo.threads = threads;
    const StudyResult r = study.run("study.h5");
    if (count == 0) count = r.replications;
    EXPECT_EQ(r.replications, count);
    for (std::size_t arm : {0, 1}) {
      const Interval ci = metric(r, arm, "leakers").ci95;
      EXPECT_LE((ci.upper - ci.lower) / 2, 0.06);
    }
    EXPECT_TRUE(StudyFile(study.path("study.h5")).is_complete());
    fs::remove(study.path("study.h5"));
  }
  EXPECT_LT(count, 20000);
}

TEST(RunStudy, ComparesArmsByTheirPairs) {
  FakeStudy study("pairs");
  study.request.monte_carlo.replications = 400;
  const StudyResult r = study.run("");
  const auto leakers =
      std::find_if(r.pairs.begin(), r.pairs.end(), [](const PairSummary& p) { return p.metric == "leakers"; });
  ASSERT_NE(leakers, r.pairs.end());
  // a threat of luck in [0.5, 0.7) is killed by both arms' jammer only: 5 drones x 0.2 on average
  EXPECT_NEAR(leakers->mean_difference, 1.0, 5 * leakers->se);
  EXPECT_NEAR(leakers->se, std::sqrt(5 * 0.2 * 0.8 / 400), 0.15 * leakers->se);
  EXPECT_LT(leakers->se, leakers->unpaired_se);
  EXPECT_GT(leakers->correlation, 0.5);
  EXPECT_LT(leakers->p_value, 1e-6);
  EXPECT_EQ(leakers->p_value_holm, leakers->p_value) << "one pair: a family of one";
  EXPECT_NEAR(leakers->mean_difference, metric(r, 0, "leakers").mean - metric(r, 1, "leakers").mean, 1e-12);

  const nlohmann::ordered_json json = summary_json(r, "abc");
  EXPECT_EQ(json["schema"], "pavise-summary/1");
  EXPECT_EQ(json["arms"].size(), 2u);
  EXPECT_EQ(json["arms"][1]["metrics"]["leakers"]["unit"], "1");
  EXPECT_EQ(json["pairs"][0]["a"], "missiles");
  EXPECT_EQ(json["outcome_hash"].get<std::string>().size(), 32u);
}

TEST(RunStudy, TranslatesIndicesOfAllArmsIntoOneTable) {
  FakeStudy study("indices");
  const StudyResult r = study.run("study.h5");
  const StudyFile file(study.path("study.h5"));
  EXPECT_EQ(file.defs("weapon"), (std::vector<std::string>{"missile", "jammer"}));
  EXPECT_EQ(file.defs("raid"), std::vector<std::string>{"mixed"});
  EXPECT_EQ(file.defs("threat").size(), 8u);
  EXPECT_EQ(metric(r, 0, "rounds.jammer").mean, 0);
  EXPECT_GT(metric(r, 1, "rounds.missile").mean, 0);
  EXPECT_EQ(metric(r, 1, "rounds.jammer").mean, 0) << "a dwell expends no round";
  const auto row = file.row_of(0, 5);
  ASSERT_TRUE(row);
  EXPECT_EQ(file.replication(*row).number, 5);
  EXPECT_EQ(file.outcomes(*row).size(), 8u);
  for (const StoredOutcome& o : file.outcomes(*row)) EXPECT_EQ(o.threat_class, o.threat < 5 ? 0 : 1);
  double last_s = 0;
  for (const StoredEvent& e : file.events(*row)) {
    EXPECT_GE(e.time_s, last_s);
    last_s = e.time_s;
  }
  EXPECT_FALSE(file.row_of(0, 100));
  EXPECT_FALSE(file.row_of(2, 0));
  EXPECT_EQ(file.points()[1].scenario_text, "title = \"both\"\n");
}

TEST(RunStudy, RefusesWhatCannotBeRun) {
  FakeStudy study("refuse");
  const auto status = [&] {
    try {
      study.run("x.h5");
    } catch (const StudyError& error) {
      return error.exit_status;
    }
    return 0;
  };
  study.request.until = StopRule{"leakerz", 1};
  EXPECT_EQ(status(), 2);
  study.request.until.reset();
  study.request.monte_carlo.replications = std::int64_t(1) << 31;
  EXPECT_EQ(status(), 2);
  study.request.monte_carlo.replications = 5;
  study.request.monte_carlo.arms[1].label = study.request.monte_carlo.arms[0].label;
  EXPECT_EQ(status(), 2);
  EXPECT_FALSE(fs::exists(study.path("x.h5")));
  study.request.monte_carlo.arms[1].label = "b";
  study.folder += "/absent";
  EXPECT_EQ(status(), 3) << "no such folder is a fault of the machine's";
}

TEST(RunStudy, ReadersInPythonSeeColumnsUnitsAndEnumerations) {
  if (std::system("/usr/bin/python3 -c 'import h5py, xarray, netCDF4' 2>/dev/null") != 0)
    GTEST_SKIP() << "no h5py, xarray, netCDF4";
  for (RecordLevel level : {RecordLevel::summary, RecordLevel::full}) {
    FakeStudy study("python");
    study.request.monte_carlo.record = level;
    study.run("study.h5");
    const std::string command =
        "/usr/bin/python3 " PAVISE_SOURCE_DIR "/tests/study/read_study.py " + study.path("study.h5");
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
}

}  // namespace
}  // namespace pavise
