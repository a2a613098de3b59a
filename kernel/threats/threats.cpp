#include "kernel/threats/threats.hpp"

#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "kernel/threats/due_lanes.hpp"
#include "kernel/threats/pieces.hpp"

namespace pavise {

void allocate(Threats& t, const Raid& raid, std::int32_t replications) {
  t.per_replication = raid.threat_count();
  t.replications = replications;
  t.rows = t.per_replication * replications;

  t.class_of_number.clear();
  t.wave_of_number.clear();
  t.route_begin.assign(1, 0);
  t.route_points.clear();
  std::int32_t class_count = 0;
  for (std::size_t w = 0; w < raid.waves.size(); ++w) {
    const Wave& wave = raid.waves[w];
    PAVISE_ASSERT_LE(wave.route_enu_m.size(), std::size_t(kMostRoutePoints));
    class_count = std::max(class_count, wave.threat_class + 1);
    for (std::int32_t j = 0; j < wave.count; ++j) {
      t.class_of_number.push_back(wave.threat_class);
      t.wave_of_number.push_back(std::int32_t(w));
      t.route_points.insert(t.route_points.end(), wave.route_enu_m.begin(), wave.route_enu_m.end());
      t.route_begin.push_back(std::int32_t(t.route_points.size()));
    }
  }

  const std::size_t rows = std::size_t(t.rows);
  for (Column<double>* c :
       {&t.piece_begin_s, &t.piece_end_s, &t.appears_s, &t.arrives_s, &t.fails_s, &t.ended_s, &t.visible_until_s,
        &t.aim_x_m, &t.aim_y_m, &t.aim_z_m, &t.true_aim_x_m, &t.true_aim_y_m, &t.start_x_m, &t.start_y_m, &t.start_z_m, &t.speed_mps})
    c->allocate(rows);
  for (auto* axis : {t.cx, t.cy, t.cz})
    for (int k = 0; k < 4; ++k) axis[k].allocate(rows);
  t.earlier.last.allocate(rows);
  t.earlier.last.fill(-1);
  t.earlier.pieces.clear();
  t.earlier.pieces.reserve(rows);
  for (Column<double>& c : t.memory) c.allocate(rows);
  for (Column<std::int32_t>* c : {&t.asset, &t.phase, &t.navigation_denied, &t.denials}) c->allocate(rows);
  t.due_rows.assign(rows + 1, 0);
  t.grouped_rows.assign(rows + 1, 0);
  t.class_begin.assign(std::size_t(class_count) + 2, 0);
  t.next_piece_s = 0;
}

namespace {

/// The asset with the share of all value in which `share` (in 0 ... 1) falls; by number if nothing has a value.
std::int32_t asset_by_value(const std::vector<Asset>& assets, double share) {
  double total = 0;
  for (const Asset& asset : assets) total += asset.value;
  const std::int32_t last = std::int32_t(assets.size()) - 1;
  if (!(total > 0)) return std::min(last, std::int32_t(share * double(assets.size())));
  double sum = 0;
  for (std::int32_t i = 0; i <= last; ++i) {
    sum += assets[std::size_t(i)].value;
    if (share * total < sum) return i;
  }
  return last;
}

/// Member j of a wave: from where, at what, when. Writes all that does not depend on the motion.
void place_threat(Threats& t, const Wave& wave, std::int32_t j, const ThreatClass& threat_class,
                  const std::vector<Asset>& assets, const MotionContext& context, std::int32_t row) {
  const std::size_t r = std::size_t(row);
  const auto at = [&](Purpose purpose) { return address_of(context, t, row, purpose); };

  // where from
  if (wave.is_sector) {
    double bearing_rad = wave.bearing_rad;
    if (wave.bearing_step_rad > 0)
      bearing_rad += j * wave.bearing_step_rad;
    else if (wave.half_width_rad > 0)
      bearing_rad += (2 * context.draws.uniform(at(Purpose::raid_bearing)) - 1) * wave.half_width_rad;
    const double range_m = wave.range_m + j * wave.range_step_m;
    t.start_x_m[r] = range_m * sine(bearing_rad);
    t.start_y_m[r] = range_m * cosine(bearing_rad);
    t.start_z_m[r] = wave.altitude_m + ground_height_m(context.environment, t.start_x_m[r], t.start_y_m[r]);
  } else {
    t.start_x_m[r] = wave.place_enu_m.x;
    t.start_y_m[r] = wave.place_enu_m.y;
    t.start_z_m[r] = wave.place_enu_m.z != 0 ? wave.place_enu_m.z : wave.altitude_m;
  }

  // at what
  std::int32_t target = wave.target_asset;
  if (target < 0 && !assets.empty()) target = asset_by_value(assets, context.draws.uniform(at(Purpose::raid_target)));
  t.asset[r] = target;
  Vec3 aim{};
  if (target >= 0) {
    const Asset& asset = assets[std::size_t(target)];
    aim = asset.position_enu_m;
    if (!wave.aims_at_centre) {
      // uniform over the circle, then the error of navigation
      const Pair place = context.draws.uniforms(at(Purpose::raid_aim_point));
      const double radius_m = asset.radius_m * std::sqrt(place.first), angle_rad = 2 * kPi * place.second;
      aim.x += radius_m * sine(angle_rad);
      aim.y += radius_m * cosine(angle_rad);
      if (threat_class.impact_error_m > 0) {
        const Pair error = context.draws.normals(at(Purpose::raid_impact_error));
        aim.x += threat_class.impact_error_m * error.first;
        aim.y += threat_class.impact_error_m * error.second;
      }
    }
  }
  t.aim_x_m[r] = aim.x, t.aim_y_m[r] = aim.y, t.aim_z_m[r] = aim.z;

  t.appears_s[r] = wave.at_time_s + j * wave.spacing_s;
  t.speed_mps[r] = wave.speed_mps > 0 ? wave.speed_mps + j * wave.speed_step_mps : threat_class.speed_mps;
  t.ended_s[r] = t.visible_until_s[r] = t.arrives_s[r] = t.fails_s[r] = kNever_s;
}

/// A row without a threat: it has ended before it began, and nothing is ever due.
void leave_empty(Threats& t, std::size_t row) {
  write_line(t, row, 0, kNever_s, {}, {});
  t.appears_s[row] = t.arrives_s[row] = t.fails_s[row] = kNever_s;
  t.ended_s[row] = t.visible_until_s[row] = 0;
  t.aim_x_m[row] = t.aim_y_m[row] = t.aim_z_m[row] = 0;
  t.start_x_m[row] = t.start_y_m[row] = t.start_z_m[row] = t.speed_mps[row] = 0;
  t.asset[row] = -1;
}

/// Sorts count rows of `rows` by class, keeping their order, and calls act(class, rows of it).
template <class Act>
void for_each_class(Threats& t, const std::int32_t* rows, std::int32_t count, Act act) {
  std::fill(t.class_begin.begin(), t.class_begin.end(), 0);
  const auto class_of = [&](std::int32_t row) { return std::size_t(t.class_of_number[std::size_t(t.number_of(row))]); };
  for (std::int32_t i = 0; i < count; ++i) ++t.class_begin[class_of(rows[i]) + 2];
  for (std::size_t c = 2; c < t.class_begin.size(); ++c) t.class_begin[c] += t.class_begin[c - 1];
  for (std::int32_t i = 0; i < count; ++i)
    t.grouped_rows[std::size_t(t.class_begin[class_of(rows[i]) + 1]++)] = rows[i];
  for (std::size_t c = 0; c + 2 < t.class_begin.size(); ++c) {
    const std::size_t begin = std::size_t(t.class_begin[c]), end = std::size_t(t.class_begin[c + 1]);
    if (begin < end) act(std::int32_t(c), std::span<const std::int32_t>(t.grouped_rows.data() + begin, end - begin));
  }
}

void forget_earlier_pieces(EarlierPieces& earlier) {
  for (const EarlierPieces::Piece& piece : earlier.pieces) earlier.last[std::size_t(piece.row)] = -1;
  earlier.pieces.clear();
}

/// A row's present piece is about to be replaced: kept for who looks back within the frame.
void keep_as_earlier(Threats& t, std::size_t row) {
  EarlierPieces::Piece piece;
  piece.begin_s = t.piece_begin_s[row];
  for (int k = 0; k < 4; ++k) piece.cx[k] = t.cx[k][row], piece.cy[k] = t.cy[k][row], piece.cz[k] = t.cz[k][row];
  piece.row = std::int32_t(row);
  piece.before = t.earlier.last[row];
  piece.phase = t.phase[row];
  t.earlier.last[row] = std::int32_t(t.earlier.pieces.size());
  t.earlier.pieces.push_back(piece);
}

const ThreatClass& class_of(const Threats& t, const MotionContext& context, std::int32_t row) {
  return context.classes[std::size_t(t.class_of_number[std::size_t(t.number_of(row))])];
}

void find_next_piece(Threats& t) {
  t.next_piece_s = t.rows > 0 ? PAVISE_VARIANTS(least_of)(t.piece_end_s.data(), t.rows) : kNever_s;
}

}  // namespace

void prepare_motion(ThreatClass& threat_class) {
  threat_class.prepared.reset();
  if (threat_class.motion != nullptr && threat_class.motion->prepare != nullptr)
    threat_class.prepared = threat_class.motion->prepare(threat_class.motion_parameters);
}

void start_raid(Threats& t, const Raid& raid, const std::vector<Asset>& assets, const MotionContext& context,
                std::int32_t active_replications) {
  PAVISE_ASSERT_LE(active_replications, t.replications);
  PAVISE_ASSERT(raid.threat_count() == t.per_replication);
  forget_earlier_pieces(t.earlier);
  t.phase.fill(0);
  t.navigation_denied.fill(std::int32_t(NavigationDenial::none));
  t.denials.fill(0);
  for (Column<double>& c : t.memory) c.fill(0);

  std::int32_t row = 0, active = 0;
  for (std::int32_t lane = 0; lane < t.replications; ++lane) {
    for (const Wave& wave : raid.waves) {
      const ThreatClass& threat_class = context.classes[std::size_t(wave.threat_class)];
      for (std::int32_t j = 0; j < wave.count; ++j, ++row) {
        if (lane < active_replications) {
          place_threat(t, wave, j, threat_class, assets, context, row);
          t.due_rows[std::size_t(active++)] = row;
        } else {
          leave_empty(t, std::size_t(row));
        }
      }
    }
  }

  for_each_class(t, t.due_rows.data(), active, [&](std::int32_t c, std::span<const std::int32_t> rows) {
    const ThreatClass& threat_class = context.classes[std::size_t(c)];
    threat_class.motion->start(context, threat_class, t, rows);

    // a class that is not reliable falls out of the sky at a uniform share of its flight
    if (threat_class.reliability < 1) {
      for (const std::int32_t r : rows) {
        const Pair luck = context.draws.uniforms(address_of(context, t, r, Purpose::raid_reliability));
        const std::size_t i = std::size_t(r);
        if (luck.first > threat_class.reliability && t.arrives_s[i] < kNever_s)
          t.fails_s[i] = t.appears_s[i] + luck.second * (t.arrives_s[i] - t.appears_s[i]);
      }
    }
  });
  find_next_piece(t);
}

void move_threats(Threats& t, const MotionContext& context, const Clock& clock) {
  const double now_s = clock.now_s();
  if (!t.earlier.pieces.empty()) forget_earlier_pieces(t.earlier);
  if (now_s < t.next_piece_s || t.rows == 0) return;

  std::int32_t count = PAVISE_VARIANTS(find_due_rows)(t.piece_end_s.data(), t.rows, now_s, t.due_rows.data());

  // rows that nobody sees any more leave the list for good
  std::int32_t kept = 0;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::size_t row = std::size_t(t.due_rows[std::size_t(i)]);
    const bool is_gone = t.ended_s[row] < kNever_s && t.visible_until_s[row] <= clock.begin_s();
    if (is_gone)
      t.piece_end_s[row] = kNever_s;
    else
      t.due_rows[std::size_t(kept++)] = std::int32_t(row);
  }

  // piece by piece, all rows that are due at once, until none ends within the frame
  while (kept > 0) {
    for (std::int32_t i = 0; i < kept; ++i) keep_as_earlier(t, std::size_t(t.due_rows[std::size_t(i)]));
    for_each_class(t, t.due_rows.data(), kept, [&](std::int32_t c, std::span<const std::int32_t> rows) {
      const ThreatClass& threat_class = context.classes[std::size_t(c)];
      threat_class.motion->next_piece(context, threat_class, t, rows);
    });
    std::int32_t still = 0;
    for (std::int32_t i = 0; i < kept; ++i) {
      const std::int32_t row = t.due_rows[std::size_t(i)];
      t.due_rows[std::size_t(still)] = row;
      still += t.piece_end_s[std::size_t(row)] <= now_s;
    }
    kept = still;
  }
  find_next_piece(t);
}

namespace {

/// Index of the earlier piece that holds at time_s, or the oldest; the row has one.
std::int32_t earlier_piece_at(const Threats& t, std::size_t row, double time_s) {
  const std::vector<EarlierPieces::Piece>& pieces = t.earlier.pieces;
  std::int32_t at = t.earlier.last[row];
  while (pieces[std::size_t(at)].begin_s > time_s && pieces[std::size_t(at)].before >= 0)
    at = pieces[std::size_t(at)].before;
  return at;
}

/// A row has another aim from time_s on: a new piece begins there, and those that end before now_s are followed at once.
void fly_to_new_aim(Threats& t, const MotionContext& context, std::int32_t row, double time_s, double now_s) {
  const std::size_t r = std::size_t(row);
  const MotionKind& motion = *class_of(t, context, row).motion;
  keep_as_earlier(t, r);
  t.phase[r] = t.earlier.pieces[std::size_t(earlier_piece_at(t, r, time_s))].phase;
  motion.replan(context, class_of(t, context, row), t, row, time_s);
  while (t.piece_end_s[r] <= now_s) {
    keep_as_earlier(t, r);
    motion.next_piece(context, class_of(t, context, row), t, std::span(&row, 1));
  }
  t.next_piece_s = std::min(t.next_piece_s, t.piece_end_s[r]);
}

}  // namespace

bool may_be_denied(const Threats& t, const MotionContext& context, std::int32_t row, double time_s) {
  const std::size_t r = std::size_t(row);
  const ThreatClass& threat_class = class_of(t, context, row);
  return threat_class.uses_satellites && threat_class.motion->replan != nullptr &&
         NavigationDenial(t.navigation_denied[r]) == NavigationDenial::none && time_s >= t.appears_s[r] &&
         time_s < t.arrives_s[r] && t.arrives_s[r] < kNever_s;
}

bool deny_navigation(Threats& t, const MotionContext& context, std::int32_t row, double time_s, double now_s,
                     double drift_mps, NavigationDenial denial) {
  const std::size_t r = std::size_t(row);
  if (denial == NavigationDenial::for_good && NavigationDenial(t.navigation_denied[r]) == NavigationDenial::inside)
    t.navigation_denied[r] = std::int32_t(denial);
  if (!may_be_denied(t, context, row, time_s)) return false;

  t.navigation_denied[r] = std::int32_t(denial);
  Address address = address_of(context, t, row, Purpose::navigation_drift);
  address.number = std::uint32_t(t.denials[r]++);
  const Pair drift = context.draws.normals(address);
  const double sigma_m = drift_mps * (t.arrives_s[r] - time_s);
  t.true_aim_x_m[r] = t.aim_x_m[r];
  t.true_aim_y_m[r] = t.aim_y_m[r];
  t.aim_x_m[r] += sigma_m * drift.first;
  t.aim_y_m[r] += sigma_m * drift.second;
  fly_to_new_aim(t, context, row, time_s, now_s);
  return true;
}

void restore_navigation(Threats& t, const MotionContext& context, std::int32_t row, double time_s, double now_s) {
  const std::size_t r = std::size_t(row);
  PAVISE_ASSERT(NavigationDenial(t.navigation_denied[r]) == NavigationDenial::inside);
  t.navigation_denied[r] = std::int32_t(NavigationDenial::none);
  t.aim_x_m[r] = t.true_aim_x_m[r];
  t.aim_y_m[r] = t.true_aim_y_m[r];
  fly_to_new_aim(t, context, row, time_s, now_s);
}

State earlier_state_at(const Threats& t, std::size_t row, double time_s) {
  if (t.earlier.pieces.empty() || t.earlier.last[row] < 0) {
    const double tau = time_s - t.piece_begin_s[row];
    const auto p = [&](const Column<double>* c) {
      return c[0][row] + tau * (c[1][row] + tau * (c[2][row] + tau * c[3][row]));
    };
    const auto v = [&](const Column<double>* c) { return c[1][row] + tau * (2 * c[2][row] + tau * (3 * c[3][row])); };
    return {{p(t.cx), p(t.cy), p(t.cz)}, {v(t.cx), v(t.cy), v(t.cz)}};
  }
  const EarlierPieces::Piece& piece = t.earlier.pieces[std::size_t(earlier_piece_at(t, row, time_s))];
  const double tau = time_s - piece.begin_s;
  const auto p = [&](const double* c) { return c[0] + tau * (c[1] + tau * (c[2] + tau * c[3])); };
  const auto v = [&](const double* c) { return c[1] + tau * (2 * c[2] + tau * (3 * c[3])); };
  return {{p(piece.cx), p(piece.cy), p(piece.cz)}, {v(piece.cx), v(piece.cy), v(piece.cz)}};
}

}  // namespace pavise
