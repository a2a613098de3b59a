// Fire units' status, orders, rounds in flight, engagements, and the clock on which they happen: the rules of
// docs/models/engagement.md (from ../shared/cases/engagement, the ideal rung's clock; the textbook rung obeys the same).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "interceptors/fire_units.hpp"
#include "interceptors/intercept.hpp"
#include "interceptors/weapon_model.hpp"
#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

/// Opaque to other layers: rounds in flight, open engagements, the calendar of the block.
struct EngagementState;

struct EngagementContext {
  const Armament& armament;
  const std::vector<ThreatClass>& classes;
  const std::vector<Asset>& assets;
  const Environment& environment;
  const MotionContext& motion;
  Draws draws;
  std::int32_t first_replication;
};

/// One World's share of this layer.
struct Engagements {
  Engagements(const EngagementContext& context, std::int32_t replications, std::int32_t threats_per_replication,
              std::int32_t tracks_per_replication);
  ~Engagements();
  Engagements(const Engagements&) = delete;
  FireUnits fire_units;
  /// What "central" coordination looks at: open_engagements; per unit: is_unit_engaging; whether an order is allowed at
  /// all: may_order.
  EngagementState* state = nullptr;
};

/// Start of a block: magazines full, nothing in flight.
void start_engagements(const EngagementContext& context, std::int32_t active_replications, Engagements& engagements);

/// The rule "an order is possible" as far as it does not depend on geometry: free channel, ready round, not engaging it
/// already, not barred (salvo_once, gun, jammer: one order per threat; struck off). Reads own status only: a track is named by
/// its row, and the station remembers which tracks (threats behind them) it has engaged.
bool may_order(const EngagementContext& context, const Engagements& engagements, const Tracks& tracks,
               std::int32_t replication, std::int32_t station, std::int32_t track);

/// Open engagements, by any unit, of what is behind a track, at once after an order; several tracks of one threat share
/// its engagements.
std::int32_t open_engagements(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                              std::int32_t track);
/// Whether this fire unit has an open engagement of what is behind a track.
bool is_unit_engaging(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                      std::int32_t fire_unit, std::int32_t track);
/// Orders given to it in its life by all units.
std::int32_t orders_so_far(const Engagements& engagements, const Tracks& tracks, std::int32_t replication,
                           std::int32_t track);

/// Most rows of Shots that one replication can need.
std::size_t most_shots(const Armament& armament, std::int32_t threats_per_replication);

/// Stage: rounds move to clock.now_s(); closest approaches inside the frame are noted with their exact time.
void fly_rounds(const EngagementContext& context, const Threats& threats, const Clock& clock, Engagements& engagements);

/// Stage (clock step 1): what happened in (begin_s, now_s], at its exact time and in order of time: intercepts, soft kills,
/// arrivals, failures, reloads done, bursts leaving. Kills threats (ended_s; visible_until_s stays at arrival), damages assets.
void resolve_effects(const EngagementContext& context, const Clock& clock, Threats& threats, Engagements& engagements,
                     Outcomes& outcomes);

/// Stage (clock step 3): assessments due take effect: channels free, threats struck off (visible_until_s, tracks).
void assess_kills(const EngagementContext& context, const Clock& clock, Threats& threats, Sensors& sensors, Tracks& tracks,
                  Engagements& engagements, Outcomes& outcomes);

/// Stage: takes orders one by one, in the order given. One that breaks a rule is refused and counted; the others take
/// channel and rounds at once (a policy that wants to see that, calls it order by order).
/// Returns how many were accepted.
std::int32_t launch(const EngagementContext& context, const Clock& clock, std::span<const Order> orders, const Threats& threats,
                    Sensors& sensors, Tracks& tracks, Engagements& engagements, Outcomes& outcomes);

/// Whether a replication has an open engagement, a round in flight or an assessment due.
bool is_busy(const Engagements& engagements, std::int32_t replication);

/// Rounds in flight, for recording positions: calls visit(replication, shot, position, velocity).
void visit_rounds(const Engagements& engagements, double time_s,
                  void (*visit)(void* self, std::int32_t replication, std::int32_t shot, const State& state), void* self);

}  // namespace pavise
