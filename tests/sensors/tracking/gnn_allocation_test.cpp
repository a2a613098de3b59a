// A frame of a tracker takes no memory in steady state.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "sensors/tracking/gnn_tracker.hpp"
#include "tests/sensors/tracking/tracking_scene.hpp"

namespace {
std::atomic<long> allocation_count{0};
}  // namespace

__attribute__((noinline)) void* operator new(std::size_t bytes) {
  ++allocation_count;
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  ++allocation_count;
  const std::size_t unit = std::size_t(alignment);
  if (void* memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace pavise {
namespace {

class EveryTracker : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Kinds, EveryTracker, testing::Values("gnn", "imm", "jpda"));

TEST_P(EveryTracker, TakesNoMemoryInAFrame) {
  std::vector<Flier> fliers;
  for (int k = 0; k < 60; ++k)
    fliers.push_back({{25e3 * std::sin(0.1 * k), 25e3 * std::cos(0.1 * k), 1500},
                      {-100 * std::sin(0.1 * k), -100 * std::cos(0.1 * k), 0}});
  TrackingScene scene(fliers, 4);
  scene.add_radar({0, 0, 10}, 2, {.pd = 0.9, .false_alarms_per_scan = 50});
  const TrackerKind& kind = Registry<TrackerKind>::instance().at(GetParam());
  scene.start(kind, defaults_of(kind.info));
  scene.advance_to(20);
  for (int frame = 0; frame < 100; ++frame) {
    scene.look();
    const long before = allocation_count;
    scene.track();
    ASSERT_EQ(allocation_count, before) << "frame " << scene.clock.frame;
  }
}

}  // namespace
}  // namespace pavise
