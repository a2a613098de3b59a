// Inside the engagement layer: what is pending in each replication of a block. Nobody else includes this.
//
// Per lane (replication of the block) there are flights (rounds ordered that wait for launch or fly), open orders
// (engagements whose assessment has not taken effect) and reloads. All lie in flat arrays of fixed capacity; `due_s` holds a
// lower bound of the time at which anything pending of a lane happens, so a frame in which nothing is due costs a compare.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "interceptors/engagements.hpp"
#include "interceptors/flight.hpp"
#include "kernel/core/columns.hpp"

namespace pavise {

/// Instants closer than this are one: sums of decimal times that are equal on paper differ in their last bits, and what
/// falls on a frame's instant belongs to that frame.
inline constexpr double kSameInstant_s = 1e-9;

/// A gun or jammer that may engage a threat again does so at most this often: it bounds the table of shots.
inline constexpr std::int32_t kMostReengagements = 8;

/// A round that has been ordered: it waits for its launch, then flies. A burst exists from when it leaves.
struct Flight {
  double launch_s = 0;
  double planned_s = 0;             // predicted intercept
  double meet_s = kNever_s;         // where the path as known now is met; kNever_s: not within what is known
  double limit_s = kNever_s;        // destroys itself
  Vec3 planned_m;                   // predicted intercept point
  Vec3 aim_m;                       // solved kinds: flies from the station to here ...
  double aim_s = 0;                 // ... and is there at this time
  double path_begin_s = 0, path_vx_mps = 0, path_vy_mps = 0;  // the piece that meet_s holds for
  std::int32_t order = -1;          // slot; -1: the order has been closed (gun)
  std::int32_t serial = 0, round = 0;  // order's serial number, which round of it
  std::int32_t station = 0;
  std::int32_t threat = -1;         // number; -1: a false track
  std::int32_t shot = -1;           // row in the replication's shots; -1 before launch
  std::int32_t shot_number = 0;     // how many-th shot at its threat
  bool has_left = false;
  bool is_blind = false;            // no target (any more): flies to the planned point and finds nothing
  bool is_watched = false;          // the path bends: the meeting is looked for frame by frame
  bool is_handed_over = false;
  FlyingRound flown;                // stepped kinds only
  std::int32_t flown_before = -1;   // where `flown` is kept as it was at the frame's begin; -1: it left in this frame
  double pk = 0;
};

/// An order that was carried out and whose assessment has not taken effect.
struct OpenOrder {
  bool is_open = false;
  bool holds_channel = false;
  Effect effect = Effect::missile;
  std::int32_t station = 0, unit = 0, pool = 0, channel = 0;
  std::int32_t serial = 0;
  std::int32_t threat = -1;                        // number; -1: a false track
  std::int32_t track_slot = 0, track_number = 0;   // the track that was named
  std::int32_t in_flight = 0;                      // rounds waiting or flying
  std::int32_t guided = 0;                         // of these, not yet handed over
  double ordered_s = 0;
  double last_intercept_s = 0;
  double kill_s = kNever_s;                        // kill by this order
  double due_s = kNever_s;                         // its assessment (or release)
  double pk = 0;
  TargetPath course;                               // as ordered: straight on from the track
  double arrives_s = kNever_s;                     // as ordered
  // gun: the series
  double next_burst_s = kNever_s;                  // kNever_s: ended
  double series_end_s = 0;
  std::int32_t bursts = 0;
  double first_burst_s = 0;
  // jammer: the dwell
  double begin_s = kNever_s, effect_s = kNever_s, end_s = kNever_s;
  double path_begin_s = 0, path_vx_mps = 0, path_vy_mps = 0;
  bool is_watched = false;
  std::int32_t shot = -1;
};

/// What a fire unit remembers of a threat (or of a false track): orders by kind, and those still open.
struct UnitMemory {
  std::uint8_t open = 0, missile = 0, gun = 0, jammer = 0;
};
struct FalseTrackMemory {
  std::int32_t number = -1;         // of the track in that slot
  UnitMemory memory;
};

struct StationClock {
  double last_leave_s = 0;          // when the last of the rounds ordered leaves
  double reload_done_s = kNever_s;
  std::int32_t reload_serial = 0;   // order that emptied it
};

struct EngagementState {
  const Armament* armament = nullptr;  // of the present block
  std::int32_t lanes = 0, active = 0, units = 0, stations = 0, pools = 0, threats = 0, tracks = 0;
  std::int32_t order_capacity = 0, flight_capacity = 0, channel_capacity = 0;
  std::int32_t dwell_capacity = 0;
  bool any_hands_over = false;      // some weapon frees its channel at hand-over

  Records<Flight> flights;      // [lane * flight_capacity + i], i < flight_count
  Records<OpenOrder> orders;    // [lane * order_capacity + slot], slot < order_high
  Column<std::int32_t> flight_count, order_high, orders_open, next_serial;  // per lane
  Column<std::int32_t> dwells;      // per lane: given so far
  Column<std::int32_t> dwelling;    // per lane: dwells going on
  Column<double> due_s;             // per lane: nothing pending happens before
  Column<double> assess_due_s;      // per lane: no assessment falls due before

  Records<StationClock> station_clock;  // [lane * stations + station]
  Column<UnitMemory> memory;        // [(lane * units + unit) * threats + threat]
  Records<FalseTrackMemory> false_memory;  // [(lane * units + unit) * tracks + slot]
  Column<std::int32_t> open_on;     // [lane * threats + threat]: open engagements by any unit
  Column<std::int32_t> ordered_on;  // orders in its life, by all units
  Column<std::int32_t> assessed;    // assessments of it so far
  Column<std::int32_t> dwelt;       // dwells on it so far
  std::vector<std::uint8_t> channel_used;   // [lane * channel_capacity + pool_first[pool] + channel]
  std::vector<std::int32_t> pool_first;
  std::vector<std::uint8_t> engages_identity;  // [unit * identities + identity]
  std::int32_t identities = 0;
  std::vector<std::uint64_t> unit_files;    // bit per track file
  // scratch: the lane's threats that arrive or fail in the frame, by time; those before leaving_begin have done so
  std::vector<std::int32_t> leaving;
  std::int32_t leaving_begin = 0, leaving_count = 0;
  // stepped rounds as they were when the frame began, to be flown anew if their target takes another course inside it;
  // kept only if something in the armament can make it do so
  std::vector<FlyingRound> flown_before;
  bool may_divert = false;
  // areas in which a dwelling jammer denies satellites (denial.cpp)
  std::vector<std::int32_t> denying_stations;  // those that have such an area
  std::vector<std::int32_t> emitters;          // scratch: of these, the ones that emit in the lane
  Column<std::int32_t> denied_inside;          // per lane: threats that have been denied them and not given back
  struct DenialChange {
    double time_s = kNever_s;
    std::int32_t threat = -1;
  } denial;                                    // scratch: the lane's next change in the frame
  // scratch, per weapon whose rounds are flown in steps: those in flight, and where each is told that it has ended
  struct InFlight {
    Flight* flight;
    std::int32_t lane;
  };
  std::vector<std::vector<FlightTask>> tasks;
  std::vector<std::vector<InFlight>> tasks_of;

  Flight* flights_of(std::int32_t lane) { return flights.data() + std::size_t(lane) * std::size_t(flight_capacity); }
  OpenOrder* orders_of(std::int32_t lane) { return orders.data() + std::size_t(lane) * std::size_t(order_capacity); }
  const OpenOrder* orders_of(std::int32_t lane) const {
    return orders.data() + std::size_t(lane) * std::size_t(order_capacity);
  }
  StationClock& clock_of(std::int32_t lane, std::int32_t station) {
    return station_clock[std::size_t(lane * stations + station)];
  }
  UnitMemory& memory_of(std::int32_t lane, std::int32_t unit, std::int32_t threat) {
    return memory[(std::size_t(lane) * std::size_t(units) + std::size_t(unit)) * std::size_t(threats) + std::size_t(threat)];
  }
  FalseTrackMemory& false_memory_of(std::int32_t lane, std::int32_t unit, std::int32_t slot) {
    return false_memory[(std::size_t(lane) * std::size_t(units) + std::size_t(unit)) * std::size_t(tracks) +
                        std::size_t(slot)];
  }
};

/// The unit's memory of whatever is behind a track; null if it has none yet (a false track it never engaged).
UnitMemory* memory_behind(EngagementState& state, const Tracks& tracks, std::int32_t lane, std::int32_t unit,
                          std::int32_t track);

inline TargetPath path_of(const Threats& threats, std::size_t row) {
  return {threats.piece_begin_s[row],
          {threats.cx[0][row], threats.cy[0][row], threats.cz[0][row]},
          {threats.cx[1][row], threats.cy[1][row], threats.cz[1][row]},
          {threats.cx[2][row], threats.cy[2][row], threats.cz[2][row]},
          {threats.cx[3][row], threats.cy[3][row], threats.cz[3][row]}};
}
/// The piece of a row's path that holds at an instant, and when it gives way to the next; kNever_s: not in what is known.
struct PieceInForce {
  TargetPath path;
  double next_s = kNever_s;
};
/// time_s: an instant of the present frame or later. Chooses as state_at does.
inline PieceInForce piece_in_force(const Threats& threats, std::size_t row, double time_s) {
  if (time_s >= threats.piece_begin_s[row] || threats.earlier.pieces.empty() || threats.earlier.last[row] < 0)
    return {path_of(threats, row)};
  std::size_t at = std::size_t(threats.earlier.last[row]);
  double next_s = threats.piece_begin_s[row];
  const std::vector<EarlierPieces::Piece>& pieces = threats.earlier.pieces;
  for (; pieces[at].begin_s > time_s && pieces[at].before >= 0; at = std::size_t(pieces[at].before))
    next_s = std::fmin(next_s, pieces[at].begin_s);  // one that a new course has replaced never held
  const EarlierPieces::Piece& p = pieces[at];
  return {{p.begin_s,
           {p.cx[0], p.cy[0], p.cz[0]},
           {p.cx[1], p.cy[1], p.cz[1]},
           {p.cx[2], p.cy[2], p.cz[2]},
           {p.cx[3], p.cy[3], p.cz[3]}},
          next_s};
}
inline TargetPath path_of(const Threats& threats, std::size_t row, double time_s) {
  return piece_in_force(threats, row, time_s).path;
}

/// What the steps of one frame share.
struct Desk {
  const EngagementContext& context;
  EngagementState& state;
  FireUnits& units;
  Outcomes& outcomes;
  double begin_s, now_s;

  const Station& station(std::int32_t i) const { return context.armament.stations[std::size_t(i)]; }
  const Weapon& weapon_of(std::int32_t station_index) const {
    return context.armament.weapons[std::size_t(station(station_index).weapon)];
  }
  const FireUnit& unit(std::int32_t i) const { return context.armament.fire_units[std::size_t(i)]; }
  std::uint32_t replication(std::int32_t lane) const { return std::uint32_t(context.first_replication + lane); }
  std::size_t row_of(std::int32_t lane, std::int32_t threat) const {
    return std::size_t(lane) * std::size_t(state.threats) + std::size_t(threat);
  }
  std::size_t shot_row(std::int32_t lane, std::int32_t shot) const {
    return std::size_t(lane) * outcomes.shots.capacity_per_replication + std::size_t(shot);
  }
};
/// The same with the truth, for what happens to threats.
struct Scene : Desk {
  Threats& threats;

  const ThreatClass& class_of(std::int32_t threat) const {
    return context.classes[std::size_t(threats.class_of_number[std::size_t(threat)])];
  }
  /// Nothing flies there any more: it has arrived (or would have), or has fallen out of the sky.
  bool is_gone(std::size_t row, double time_s) const {
    return threats.arrives_s[row] <= time_s ||
           (threats.ended_s[row] <= time_s && threats.ended_s[row] == threats.fails_s[row]);
  }
};

// rounds.cpp: a round leaves; where it meets the path known now
void leave(Scene& scene, std::int32_t lane, Flight& flight);
/// Appends a row to the replication's shots; returns its number there.
std::int32_t add_shot(Scene& scene, std::int32_t lane, const OpenOrder& order, double launch_s, double planned_s,
                      std::int32_t round);
State state_of(const Flight& flight, const Weapon& weapon, Vec3 launcher_m, double time_s);
/// A threat has taken another course at time_s, an instant of the present frame up to which all has happened: what flies
/// at it or dwells on it sees it from there on.
void follow_new_course(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s);
/// Whether the path bends at or since the piece that was solved for.
template <class Pending>
bool is_on_other_path(const Pending& pending, const Threats& threats, std::size_t row) {
  return pending.path_begin_s != threats.piece_begin_s[row] || pending.path_vx_mps != threats.cx[1][row] ||
         pending.path_vy_mps != threats.cy[1][row];
}
template <class Pending>
void remember_path(const TargetPath& path, Pending& pending) {
  pending.path_begin_s = path.begin_s;
  pending.path_vx_mps = path.c1.x;
  pending.path_vy_mps = path.c1.y;
}

// magazines.cpp
void begin_reload_if_empty(Desk& desk, std::int32_t lane, std::int32_t station, std::int32_t serial, double time_s);
void finish_reload(Desk& desk, std::int32_t lane, std::int32_t station);

// gun.cpp
void leave_burst(Scene& scene, std::int32_t lane, std::int32_t slot);
void close_series_if_over(Scene& scene, std::int32_t lane, OpenOrder& order);

// jammer.cpp
void begin_dwell(Scene& scene, std::int32_t lane, OpenOrder& order);
void take_effect(Scene& scene, std::int32_t lane, OpenOrder& order);
void end_dwell(Scene& scene, std::int32_t lane, OpenOrder& order);
/// When the dwell ends: its threat leaves the band or arrives. Looked for from from_s on.
void watch_dwell(const Weapon& weapon, Vec3 jammer_m, const Threats& threats, std::size_t row, double from_s, double now_s,
                 OpenOrder& order);
inline bool is_dwelling(const OpenOrder& order) {
  return order.is_open && order.effect == Effect::jammer && order.shot >= 0 && order.due_s == kNever_s;
}

// denial.cpp
/// Which threat next loses satellites or gets them back, from from_s on in this frame, as things stand: state.denial.
void find_next_denial(Scene& scene, std::int32_t lane, double from_s);
void change_denial(Scene& scene, std::int32_t lane);

// effects.cpp
/// The threat's time to arrive or fail has changed at time_s: its place among those that do so in the frame.
void place_among_leaving(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s);
void kill_threat(Scene& scene, std::int32_t lane, std::int32_t threat, double time_s, std::int32_t shot, std::int32_t station,
                 EventKind kind);
/// Closes the round's row of shots, tells its order, and removes it (the last flight takes its place).
struct Ending {
  double time_s;
  ShotResult result;
  bool is_intercept;
  Vec3 point_m;
  double miss_m;
};
void end_flight(Scene& scene, std::int32_t lane, std::int32_t index, const Ending& ending);
void set_due(EngagementState& state, std::int32_t lane, OpenOrder& order, double due_s);

inline void happens_at(EngagementState& state, std::int32_t lane, double time_s) {
  if (time_s < state.due_s[std::size_t(lane)]) state.due_s[std::size_t(lane)] = time_s;
}

}  // namespace pavise
