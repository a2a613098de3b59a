#include "kernel/core/outcomes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace pavise {
namespace {

constexpr OutcomeSizes kSizes{.replications = 3,
                              .threats = 5,
                              .assets = 2,
                              .stations = 4,
                              .fire_units = 2,
                              .shots_per_replication = 6,
                              .events_per_replication = 4,
                              .trails_per_replication = 2};

void expect_unwritten(const Outcomes& o) {
  EXPECT_EQ(o.threats.result.rows(), 15u);
  for (std::size_t i = 0; i < 15; ++i) {
    EXPECT_EQ(o.threats.result[i], std::int32_t(ThreatResult::airborne));
    EXPECT_EQ(o.threats.asset[i], -1);
    EXPECT_EQ(o.threats.shots[i], 0);
    EXPECT_EQ(o.threats.killer_shot[i], -1);
    EXPECT_EQ(o.threats.killer_station[i], -1);
    EXPECT_TRUE(std::isnan(o.threats.end_s[i]) && std::isnan(o.threats.first_detected_s[i]) &&
                std::isnan(o.threats.first_tracked_s[i]) && std::isnan(o.threats.first_engaged_s[i]));
  }
  EXPECT_EQ(o.shots.launch_s.rows(), 18u);
  for (std::size_t i = 0; i < 18; ++i) {
    EXPECT_EQ(o.shots.threat[i], -1);
    EXPECT_EQ(o.shots.rounds[i], 0);
    EXPECT_EQ(o.shots.cost[i], 0);
    EXPECT_TRUE(std::isnan(o.shots.end_s[i]));
  }
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(o.shots.count[r], 0);
    EXPECT_EQ(o.events.count[r], 0);
    EXPECT_EQ(o.events.dropped[r], 0);
    EXPECT_EQ(o.trails.count[r], 0);
    EXPECT_EQ(o.trails.dropped[r], 0);
    EXPECT_EQ(o.damage[r], 0);
    EXPECT_EQ(o.entity_updates[r], 0);
    EXPECT_EQ(o.orders_refused[r], 0);
    EXPECT_TRUE(std::isnan(o.end_s[r]) && std::isnan(o.first_detection_s[r]) &&
                std::isnan(o.first_detection_range_m[r]));
  }
  EXPECT_EQ(o.first_order_s.rows(), 6u);
  EXPECT_TRUE(std::isnan(o.first_order_s[5]) && std::isnan(o.last_intercept_range_m[0]));
  EXPECT_EQ(o.exhausted_s.rows(), 12u);
  EXPECT_TRUE(std::isnan(o.exhausted_s[11]));
  EXPECT_EQ(o.asset_value_left.rows(), 6u);
}

TEST(Outcomes, BeginWithoutAnythingHavingHappened) {
  Outcomes outcomes;
  allocate(outcomes, kSizes);
  expect_unwritten(outcomes);
}

TEST(Outcomes, ClearedAreAsAllocatedWithoutTakingMemory) {
  Outcomes outcomes;
  allocate(outcomes, kSizes);
  const void* before[] = {outcomes.threats.result.data(), outcomes.shots.cost.data(), outcomes.events.time_s.data()};
  for (std::size_t i = 0; i < 15; ++i) outcomes.threats.result[i] = 2, outcomes.threats.end_s[i] = 1;
  outcomes.shots.count[1] = 2;
  outcomes.shots.threat[6] = outcomes.shots.threat[7] = 3;
  outcomes.shots.end_s[7] = 4;
  outcomes.damage[2] = 5;
  outcomes.exhausted_s[3] = 6;
  outcomes.trails.dropped[0] = 1;
  for (int i = 0; i < 9; ++i) record_event(outcomes, 2, {.time_s = 1, .kind = EventKind::killed});
  clear(outcomes);
  expect_unwritten(outcomes);
  EXPECT_EQ(before[0], outcomes.threats.result.data());
  EXPECT_EQ(before[1], outcomes.shots.cost.data());
  EXPECT_EQ(before[2], outcomes.events.time_s.data());
}

TEST(Events, AreKeptPerReplicationInTheOrderOfRecording) {
  Outcomes outcomes;
  allocate(outcomes, kSizes);
  record_event(outcomes, 1,
               {.time_s = 2,
                .kind = EventKind::launched,
                .actor_kind = EntityKind::fire_unit,
                .actor = 1,
                .object_kind = EntityKind::threat,
                .object = 4,
                .shot = 0,
                .value = 0.5});
  record_event(outcomes, 1, {.time_s = 3, .kind = EventKind::intercept});
  record_event(outcomes, 0, {.time_s = 9, .kind = EventKind::appeared});
  const Events& e = outcomes.events;
  EXPECT_EQ(e.count[0], 1);
  EXPECT_EQ(e.count[1], 2);
  EXPECT_EQ(e.count[2], 0);
  EXPECT_EQ(e.time_s[4], 2);
  EXPECT_EQ(e.kind[4], std::int32_t(EventKind::launched));
  EXPECT_EQ(e.actor_kind[4], std::int32_t(EntityKind::fire_unit));
  EXPECT_EQ(e.actor[4], 1);
  EXPECT_EQ(e.object_kind[4], std::int32_t(EntityKind::threat));
  EXPECT_EQ(e.object[4], 4);
  EXPECT_EQ(e.shot[4], 0);
  EXPECT_EQ(e.value[4], 0.5);
  EXPECT_EQ(e.time_s[5], 3);
  EXPECT_EQ(e.object[5], -1);
  EXPECT_EQ(e.time_s[0], 9);
}

TEST(Events, ThatFindNoRoomAreCountedAndLeaveTheNeighbourAlone) {
  Outcomes outcomes;
  allocate(outcomes, kSizes);
  record_event(outcomes, 1, {.time_s = 7, .kind = EventKind::arrived});
  for (int i = 0; i < 6; ++i) record_event(outcomes, 0, {.time_s = double(i), .kind = EventKind::killed});
  EXPECT_EQ(outcomes.events.count[0], 4);
  EXPECT_EQ(outcomes.events.dropped[0], 2);
  EXPECT_EQ(outcomes.events.time_s[3], 3);
  EXPECT_EQ(outcomes.events.time_s[4], 7);
}

TEST(Events, AreNotRecordedWithoutRoomForThem) {
  Outcomes outcomes;
  OutcomeSizes sizes = kSizes;
  sizes.events_per_replication = 0;
  allocate(outcomes, sizes);
  record_event(outcomes, 0, {.time_s = 7, .kind = EventKind::arrived});
  EXPECT_EQ(outcomes.events.count[0], 0);
  EXPECT_EQ(outcomes.events.dropped[0], 0);
}

}  // namespace
}  // namespace pavise
