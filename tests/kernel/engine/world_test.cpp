#include "kernel/engine/world.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "kernel/core/variant.hpp"
#include "tests/kernel/engine/ideal_model.hpp"

namespace {
std::atomic<long> allocations{0};
}

// Counts every allocation of the program: a frame in steady state must not add to it.
void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  ++allocations;
  if (void* memory = std::aligned_alloc(std::size_t(alignment), (bytes + std::size_t(alignment) - 1) &
                                                                    ~(std::size_t(alignment) - 1)))
    return memory;
  throw std::bad_alloc();
}
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // both sides are ours
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace pavise {
namespace {

std::vector<std::uint64_t> hashes(const Model& model, RunSettings settings, std::int32_t replications) {
  settings.is_checked = true;
  World world(model, settings);
  std::vector<std::uint64_t> result;
  for (std::int32_t first = 0; first < replications; first += world.block()) {
    const std::int32_t count = std::min(world.block(), replications - first);
    world.run(first, count);
    for (std::int32_t lane = 0; lane < count; ++lane) result.push_back(world.outcome_hash(lane));
  }
  return result;
}

TEST(World, OutcomesDoNotDependOnTheBlock) {
  const Model model = ideal_model();
  const auto one = hashes(model, {.seed = 7, .block = 1}, 40);
  for (std::int32_t block : {2, 3, 8, 32, 40}) EXPECT_EQ(hashes(model, {.seed = 7, .block = block}, 40), one) << block;
}

TEST(World, OutcomesDoNotDependOnTheRecordingLevel) {
  const Model model = ideal_model();
  const auto summary = hashes(model, {.seed = 7, .block = 8}, 16);
  EXPECT_EQ(hashes(model, {.seed = 7, .record = RecordLevel::events, .block = 8}, 16), summary);
  EXPECT_EQ(hashes(model, {.seed = 7, .record = RecordLevel::full, .block = 8}, 16), summary);
}

TEST(World, OutcomesDoNotDependOnTheVariantOfTheHotLoops) {
  const Model model = ideal_model();
  const Simd before = chosen_simd();
  force_simd(Simd::baseline);
  const auto baseline = hashes(model, {.seed = 3, .block = 8}, 16);
  for (Simd simd : {Simd::v3, Simd::v4}) {
    if (!is_supported(simd)) continue;
    force_simd(simd);
    EXPECT_EQ(hashes(model, {.seed = 3, .block = 8}, 16), baseline) << name_of(simd);
  }
  force_simd(before);
}

TEST(World, AnotherSeedGivesOtherOutcomes) {
  const Model model = ideal_model();
  EXPECT_NE(hashes(model, {.seed = 1, .block = 8}, 8), hashes(model, {.seed = 2, .block = 8}, 8));
}

TEST(World, ABlockThatIsUsedAgainGivesTheSameAsAFreshOne) {
  const Model model = ideal_model();
  World world(model, {.seed = 5, .block = 4});
  world.run(0, 4);
  world.run(100, 3);
  std::vector<std::uint64_t> again;
  world.run(0, 4);
  for (std::int32_t lane = 0; lane < 4; ++lane) again.push_back(world.outcome_hash(lane));
  EXPECT_EQ(again, hashes(model, {.seed = 5, .block = 4}, 4));
}

TEST(World, ComparingThePictureWithTheTruthChangesNoOutcomeAndFindsTheIdealTrackerComplete) {
  Model model = ideal_model();
  const auto unmeasured = hashes(model, {.seed = 7, .block = 4}, 8);
  model.quality_period_s = 2;
  EXPECT_EQ(hashes(model, {.seed = 7, .block = 4}, 8), unmeasured);
  World world(model, {.seed = 7, .block = 4});
  world.run(0, 4);
  const PictureQuality& q = world.outcomes().quality;
  for (std::size_t lane = 0; lane < 4; ++lane) {
    EXPECT_GT(q.evaluations[lane], 0);
    EXPECT_GT(q.present_sum[lane], 0);
    EXPECT_EQ(q.paired_sum[lane], q.present_sum[lane]);
  }
}

TEST(World, EveryThreatEndsAndEveryRoundIsAccountedFor) {
  const Model model = ideal_model();
  World world(model, {.seed = 11, .block = 16, .is_checked = true});
  world.run(0, 16);
  const Outcomes& o = world.outcomes();
  for (std::int32_t lane = 0; lane < 16; ++lane) {
    std::int32_t shots = 0;
    for (std::int32_t number = 0; number < 12; ++number) {
      const std::size_t row = std::size_t(lane * 12 + number);
      EXPECT_NE(o.threats.result[row], std::int32_t(ThreatResult::airborne));
      shots += o.threats.shots[row];
    }
    EXPECT_EQ(shots, o.shots.count[std::size_t(lane)]);
    EXPECT_LE(shots, 20);
    EXPECT_EQ(o.result[std::size_t(lane)], std::int32_t(ReplicationResult::complete));
    EXPECT_GT(o.entity_updates[std::size_t(lane)], 0);
  }
}

TEST(World, AFrameInSteadyStateAllocatesNothing) {
  const Model model = ideal_model();
  World world(model, {.seed = 1, .block = 8});
  world.run(0, 8);  // scratch vectors reach their size
  world.begin(8, 8);
  long frames = 0;
  const long before = allocations;
  while (world.advance_frame()) ++frames;
  EXPECT_EQ(allocations - before, 0) << "over " << frames << " frames";
  EXPECT_GT(frames, 100);
}

}  // namespace
}  // namespace pavise
