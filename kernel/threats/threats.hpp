// Threats (truth). A row is a threat of a replication; row = replication * per_replication + number, for ever: dead rows
// stay where they are, so that order carries no meaning and a row is found by arithmetic.
// Written by move_threats and resolve_effects; read by sensors, rounds' seekers and effects. Never by kernel/command.
//
// A path is a chain of pieces. On [piece_begin_s, piece_end_s] position is a cubic in tau = t - piece_begin_s, per axis:
//     p(tau) = c0 + c1 tau + c2 tau^2 + c3 tau^3
// so anybody can ask where a row is at any instant of the present frame, and nothing is done in frames where nothing
// happens: a motion model is called only for rows whose piece ends. A straight leg is one piece, however long.
// Pieces that ended inside the present frame are kept beside the table until the next (EarlierPieces), so that an instant
// before the present piece began is answered by the piece that held then.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/environment.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/core/registry.hpp"
#include "kernel/threats/threat_model.hpp"

namespace pavise {

inline constexpr double kNever_s = std::numeric_limits<double>::infinity();

/// Pieces that the present frame has replaced, in the order in which they were. Few rows have any, so they stand in a
/// list and not in columns; cleared by the next move_threats.
struct EarlierPieces {
  struct Piece {
    double begin_s;
    double cx[4], cy[4], cz[4];
    std::int32_t row, before;  // before: the row's piece before this one, as an index into `pieces`; -1: none in the frame
    std::int32_t phase;        // Threats::phase while it was the present piece
  };
  std::vector<Piece> pieces;
  Column<std::int32_t> last;  // per row: its latest earlier piece, as an index into `pieces`; -1: none
};

/// Whether a row steers by satellites now.
enum class NavigationDenial : std::int32_t {
  none = 0,
  for_good = 1,  // by a soft kill: nothing gives them back
  inside = 2,    // while it is where a jammer denies them
};

struct Threats {
  std::int32_t per_replication = 0, replications = 0;
  std::int32_t rows = 0;

  // constant over the raid, one entry per number (not per row)
  std::vector<std::int32_t> class_of_number;
  std::vector<std::int32_t> wave_of_number;
  // waypoints between start and aim: number n flies over route_points[route_begin[n]] ... [route_begin[n + 1] - 1]
  std::vector<std::int32_t> route_begin;
  std::vector<Vec3> route_points;

  // the present piece of the path
  Column<double> piece_begin_s, piece_end_s;
  Column<double> cx[4], cy[4], cz[4];
  EarlierPieces earlier;

  Column<double> appears_s;        // exists from here on
  Column<double> arrives_s;        // when it reaches its aim point; kNever_s until the motion knows
  Column<double> fails_s;          // falls out of the sky here by itself; kNever_s
  Column<double> ended_s;          // killed, failed or arrived; kNever_s while it lives
  Column<double> visible_until_s;  // sensors see [appears_s, visible_until_s): a killed threat goes on along its old course
                                   // until it is struck off or would have arrived, and no detection tells it from a live one
  Column<std::int32_t> asset;      // aimed at
  Column<double> aim_x_m, aim_y_m, aim_z_m;
  Column<double> start_x_m, start_y_m, start_z_m;
  Column<double> speed_mps;

  // the motion model's own state; their meaning is the model's
  Column<std::int32_t> phase;
  Column<double> memory[13];

  // navigation by satellites
  Column<std::int32_t> navigation_denied;  // NavigationDenial
  Column<std::int32_t> denials;            // so far
  Column<double> true_aim_x_m, true_aim_y_m;  // what it aims at with satellites, while it is denied them

  // derived, kept by move_threats: no row has anything to do before this
  double next_piece_s = 0;
  std::vector<std::int32_t> due_rows, grouped_rows, class_begin;  // scratch of move_threats

  std::int32_t replication_of(std::int32_t row) const { return row / per_replication; }
  std::int32_t number_of(std::int32_t row) const { return row % per_replication; }
};

struct State {
  Vec3 position_m, velocity_mps;
};
/// Where a row was at time_s, before its present piece began: on the earlier piece of this frame that held then (the
/// oldest continued); without one, on the present piece continued backwards.
State earlier_state_at(const Threats& threats, std::size_t row, double time_s);

/// Where a row is at time_s, an instant of the present frame or later (on its present piece continued).
inline State state_at(const Threats& t, std::size_t row, double time_s) {
  const double tau = time_s - t.piece_begin_s[row];
  if (tau < 0) [[unlikely]] return earlier_state_at(t, row, time_s);
  const auto p = [&](const Column<double>* c) {
    return c[0][row] + tau * (c[1][row] + tau * (c[2][row] + tau * c[3][row]));
  };
  const auto v = [&](const Column<double>* c) { return c[1][row] + tau * (2 * c[2][row] + tau * (3 * c[3][row])); };
  return {{p(t.cx), p(t.cy), p(t.cz)}, {v(t.cx), v(t.cy), v(t.cz)}};
}

/// What motion models read beside the table.
struct MotionContext {
  const std::vector<ThreatClass>& classes;
  const Environment& environment;
  Draws draws;
  std::int32_t first_replication;  // the block's lane 0 is this replication
};

/// A motion model. Its functions get rows of one class only, in ascending order.
struct MotionKind {
  ComponentInfo info;
  /// What a class's launches share and is dear to compute, kept in ThreatClass::prepared; a function of the parameters
  /// alone. Null: nothing. start makes do without, at its price.
  std::shared_ptr<const void> (*prepare)(const Parameters& motion_parameters) = nullptr;
  /// Writes the first piece and arrives_s (if known), from start, aim, speed_mps, appears_s. piece_begin_s = appears_s.
  void (*start)(const MotionContext&, const ThreatClass&, Threats&, std::span<const std::int32_t> rows) = nullptr;
  /// Writes the piece of every row that follows its present one, beginning where that ends, at piece_end_s. Where the row
  /// arrives within it the new piece's end is kNever_s, so that a ghost has a course too.
  void (*next_piece)(const MotionContext&, const ThreatClass&, Threats&, std::span<const std::int32_t> rows) = nullptr;
  /// The row's aim has changed at time_s: writes a piece that begins there, where the row is, and the new arrives_s.
  /// Null: the motion does not steer by satellites, and keeps its aim (ballistic missiles).
  void (*replan)(const MotionContext&, const ThreatClass&, Threats&, std::int32_t row, double time_s) = nullptr;
};

/// Waypoints that a wave's route may have at most; checked by whoever reads a scenario.
inline constexpr std::int32_t kMostRoutePoints = 24;

/// Fills ThreatClass::prepared from motion and motion_parameters.
void prepare_motion(ThreatClass& threat_class);

void allocate(Threats& threats, const Raid& raid, std::int32_t replications);

/// Draws and places a raid for replications first_replication ... (lanes 0 ... active-1 of the block; further lanes have
/// no threats: they end at once). Fills every column.
void start_raid(Threats& threats, const Raid& raid, const std::vector<Asset>& assets, const MotionContext& context,
                std::int32_t active_replications);

/// Stage: brings every row's path up to clock.now_s(): afterwards each living or visible row's piece covers now_s as far
/// as it has appeared, and the pieces that ended since clock.begin_s() stand in `earlier`: state_at and
/// positions_of_rows are exact at every instant of (clock.begin_s(), now_s].
void move_threats(Threats& threats, const MotionContext& context, const Clock& clock);

/// From time_s on the row navigates without satellites: its position drifts off its route with a velocity that is drawn
/// once for the denial, drift_mps (1 sigma) east and north, and as it does not know that, its aim is off by what that comes
/// to until arrival. The motion goes on from where it is; afterwards its path covers now_s >= time_s, as after
/// move_threats. False: its course is as it was (it does not steer by satellites, is denied them already, or is not in
/// flight). A row that is denied them inside an area can lose them for good: it keeps its drift.
bool deny_navigation(Threats& threats, const MotionContext& context, std::int32_t row, double time_s, double now_s,
                     double drift_mps, NavigationDenial denial);
/// A row that was denied satellites inside an area has them again: it knows where it is, and steers for its true aim.
void restore_navigation(Threats& threats, const MotionContext& context, std::int32_t row, double time_s, double now_s);
/// Whether a denial at time_s would change the row's course.
bool may_be_denied(const Threats& threats, const MotionContext& context, std::int32_t row, double time_s);

}  // namespace pavise
