// Fire units' status, orders, rounds in flight, engagements, and the clock on which they happen: the rules of
// docs/models/engagement.md (from ../shared/cases/engagement, the ideal rung's clock; the textbook rung obeys the same).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "interceptors/weapon_model.hpp"
#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {

/// Status of all stations and channel pools of a block. Command reads it; only this layer writes it.
struct FireUnits {
  std::int32_t replications = 0, stations = 0, pools = 0;
  Column<std::int32_t> ready;        // [replication * stations + station] rounds that can be ordered now
  Column<std::int32_t> store;        // rounds behind them
  Column<std::int32_t> reloading;    // 0/1
  Column<double> next_launch_s;      // station free to launch from here on
  Column<std::int32_t> channels_busy;  // [replication * pools + pool]
};

/// One order: `station` engages `track` (row in Tracks) with up to `rounds`. Estimates are command's, at the frame's now.
struct Order {
  std::int32_t replication = 0;
  std::int32_t station = 0;
  std::int32_t track = 0;
  std::int32_t rounds = 1;
  Vec3 position_m, velocity_mps;  // the track's, at now
  double arrives_s = kNever_s;    // estimated
  double pk = 0;                  // command's estimate, recorded
};
struct Orders {
  std::int32_t count = 0;
  std::vector<Order> rows;        // capacity fixed before the run
};

/// When a target on a straight course meets a round that leaves `station` at launch_s.
struct Intercept {
  bool is_possible = false;       // and inside the envelope (range, altitude, sector), before arrival
  double time_s = kNever_s;
  double range_m = 0;             // slant, from the station
  Vec3 point_m;
};
struct Target {
  Vec3 position_m, velocity_mps;  // at time_s
  double time_s = 0;
  double arrives_s = kNever_s;
};
/// The rule "an order is possible": predicted intercept of a first round that leaves at launch_s, by the weapon's flyout.
/// Jammer: is_possible if the target's range at launch_s is in the band and that is before its arrival.
Intercept predict_intercept(const Armament& armament, std::int32_t station, const Target& target, double launch_s);

/// A way of flying: predicts intercepts for command and moves rounds. Constant speed, kinematic.
struct FlyoutKind {
  ComponentInfo info;
  /// Time of flight to a point at slant range and elevation; kNever_s if out of reach. For prediction.
  double (*time_of_flight_s)(const Weapon&, double slant_range_m, double elevation_rad) = nullptr;
  /// Whether rounds are flown in frame steps (kinematic) or solved in closed form (constant speed).
  bool is_stepped = false;
};

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
  /// Open engagements per track row (any station): what "central" coordination looks at. And per (fire unit, track row).
  Column<std::int32_t> engaged_track;
  /// [(replication * stations + station) * threats + threat]: 1 if the station's unit has been barred from, or is engaging, it.
  /// Command asks through may_order.
  EngagementState* state = nullptr;
};

/// Start of a block: magazines full, nothing in flight.
void start_engagements(const EngagementContext& context, std::int32_t active_replications, Engagements& engagements);

/// The rule "an order is possible" as far as it does not depend on geometry: free channel, ready round, not engaging it
/// already, not barred (salvo_once, gun, jammer: one order per threat; struck off). Reads own status only: a track is named by
/// its row, and the station remembers which tracks (threats behind them) it has engaged.
bool may_order(const EngagementContext& context, const Engagements& engagements, const Tracks& tracks,
               std::int32_t replication, std::int32_t station, std::int32_t track);

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
