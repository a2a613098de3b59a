#include "kernel/command/reach.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "interceptors/intercept.hpp"
#include "kernel/command/course.hpp"

namespace pavise {
namespace {

constexpr double kDoubt = 2 * 0.05;  // two of evaluation's standard errors of a course, m per m of way
constexpr int kSamples = 24;         // of a falling course, from now to impact

/// Altitude and sector at one place of the course.
bool is_inside(const StationSetup& station, Vec3 position_m) {
  if (position_m.z < station.min_altitude_m || position_m.z > station.max_altitude_m) return false;
  if (station.cosine_half_sector <= -1) return true;
  const Vec3 r = position_m - station.position_m;
  const double along = r.x * station.facing_x + r.y * station.facing_y;
  return along >= std::sqrt(r.x * r.x + r.y * r.y) * station.cosine_half_sector;
}

/// What part of the course lies in the envelope, in seconds after now.
struct Passage {
  double begin_s = std::numeric_limits<double>::infinity(), end_s = -begin_s;
};

/// A level course against the sphere of maximum range, widened as the way grows: |r + v t| <= a + b t; and out again
/// where it comes too close.
Passage level_passage(const StationSetup& station, const PictureTrack& track, Vec3 r, Vec3 v, double left_s) {
  Passage passage;
  const double v2 = dot(v, v), rv = dot(r, v), r2 = dot(r, r);
  const double a = station.max_range_m + 2 * track.sigma_position_m, outside = r2 - a * a;
  if (v2 <= 0) {
    if (outside <= 0 && is_inside(station, track.position_m)) passage = {0, left_s};
    return passage;
  }
  const double b = kDoubt * std::sqrt(v2), square = v2 - b * b, half = rv - a * b;
  const double root2 = half * half - square * outside;
  if (root2 < 0) return passage;
  const double root = std::sqrt(root2);
  const double begin_s = std::max((-half - root) / square, 0.0);
  double end_s = std::min((-half + root) / square, left_s);
  const double inner2 = station.min_range_m * station.min_range_m, in2 = rv * rv - v2 * (r2 - inner2);
  if (rv < 0 && in2 > 0 && r2 > inner2) end_s = std::min(end_s, (-rv - std::sqrt(in2)) / v2);
  if (begin_s > end_s) return passage;
  // the altitude is held; the sector is looked at in three places of the chord
  for (const double t_s : {begin_s, 0.5 * (begin_s + end_s), end_s})
    if (is_inside(station, track.position_m + t_s * v)) return {begin_s, end_s};
  return passage;
}

/// A falling course, by samples down to the impact.
Passage falling_passage(const StationSetup& station, const PictureTrack& track, double left_s) {
  Passage passage;
  for (int i = 0; i <= kSamples; ++i) {
    const double t_s = left_s * i / kSamples;
    const Vec3 p = track.position_m + t_s * track.velocity_mps - Vec3{0, 0, 0.5 * kStandardGravity_mps2 * t_s * t_s};
    const double range_m = length(p - station.position_m);
    if (range_m > station.max_range_m || range_m < station.min_range_m || !is_inside(station, p)) continue;
    passage.begin_s = std::min(passage.begin_s, t_s);
    passage.end_s = t_s;
  }
  return passage;
}

}  // namespace

Prospect prospect_of(const StationSetup& station, const PictureTrack& track, double now_s) {
  Prospect prospect;
  if (std::size_t(track.identity) >= station.pk_by_identity.size()) return prospect;
  if (!(station.pk_by_identity[std::size_t(track.identity)] > 0)) return prospect;
  const double left_s = std::min(track.arrives_s - now_s, 1e6);
  const Vec3 r = track.position_m - station.position_m;
  Vec3 v = track.velocity_mps;
  const bool falls = is_falling(track.position_m, v);
  if (!falls) v.z = 0;
  const Passage passage =
      falls ? falling_passage(station, track, left_s) : level_passage(station, track, r, v, left_s);

  // a round that leaves as soon as it can meets the track not before this
  const double reaction_s = station.reaction_s;
  double soonest_s = reaction_s;
  if (!station.is_soft_kill) soonest_s += time_to_meet_s(r + reaction_s * v, v, station.speed_mps);
  const double begin_s = std::max(passage.begin_s, soonest_s);
  if (!(begin_s <= passage.end_s)) return prospect;

  prospect.is_possible = true;
  prospect.is_ahead = passage.begin_s > soonest_s;
  prospect.begin_s = now_s + begin_s;
  if (station.is_soft_kill || station.is_gun) {
    prospect.latest_launch_s = now_s + 0.5 * (begin_s + passage.end_s);
    prospect.ends_s = now_s + passage.end_s;
  } else {
    const double last_flight_s = length(r + passage.end_s * v) / station.speed_mps;
    prospect.latest_launch_s = now_s + passage.end_s - last_flight_s;
    prospect.ends_s = now_s + begin_s + (station.look_s - reaction_s);
  }
  return prospect;
}

bool can_ever_reach(const StationSetup& station, const PictureTrack& track, double now_s) {
  return prospect_of(station, track, now_s).is_possible;
}

std::int32_t find_reaching(const CommandSetup& setup, std::span<const std::int32_t> stations,
                           std::span<const StationStatus> status, const PictureTrack& track, double now_s,
                           std::int32_t ask_first) {
  const auto reaches = [&](std::int32_t s) {
    const StationSetup& station = setup.stations[std::size_t(s)];
    const StationStatus& own = status[std::size_t(s)];
    if (!station.is_soft_kill && own.ready + own.store < station.rounds_per_order_unit) return false;
    return can_ever_reach(station, track, now_s);
  };
  if (ask_first >= 0 && reaches(ask_first)) return ask_first;
  for (const std::int32_t s : stations)
    if (s != ask_first && reaches(s)) return s;
  return -1;
}

bool can_any_reach(const CommandSetup& setup, std::span<const std::int32_t> stations,
                   std::span<const StationStatus> status, const PictureTrack& track, double now_s) {
  return find_reaching(setup, stations, status, track, now_s, -1) >= 0;
}

}  // namespace pavise
