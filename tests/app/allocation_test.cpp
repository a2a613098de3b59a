// No heap allocation in a frame in steady state, on the headline scenario: drones, cruise and ballistic missiles, radars
// with false alarms, the filter tracker, the doctrine policy, kinematic rounds, guns and jammers.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "kernel/engine/world.hpp"
#include "scenario/scenario.hpp"

namespace {
std::atomic<long> allocations{0};
}

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // both sides are ours
void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  ++allocations;
  const std::size_t unit = std::size_t(alignment);
  if (void* memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace pavise {
namespace {

TEST(HeadlineWorld, AFrameInSteadyStateAllocatesNothing) {
  LoadedScenario loaded = load_scenario("nsatu_hub_amdtf");
  ASSERT_TRUE(loaded.model) << loaded.diagnostics.to_text();
  World world(*loaded.model, {.seed = 1, .block = 4});
  world.run(0, 4);  // scratch lists reach their size
  world.begin(0, 4);
  long frames = 0;
  const long before = allocations;
  while (world.advance_frame()) ++frames;
  EXPECT_EQ(allocations - before, 0) << "over " << frames << " frames";
  EXPECT_GT(frames, 1000);
}

}  // namespace
}  // namespace pavise
