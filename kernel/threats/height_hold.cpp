#include "kernel/threats/height_hold.hpp"

#include "kernel/core/assert.hpp"
#include "kernel/core/terrain.hpp"

namespace pavise {
namespace {

constexpr double kPullUp_s = 1;         // in which a start that is too low is left
constexpr double kMostStretches = 128;  // over terrain; a longer way has longer stretches
constexpr double kArcAngle_rad = 0.1;   // chords under which an arc's ground is looked for
constexpr std::int32_t kElements = 3 * (kMostRoutePoints + 4);
constexpr std::int32_t kNodes = std::int32_t(kMostStretches) + 3 * kElements + 4;

/// The part of a line element that is over the terrain, as times.
struct Over {
  double begin_s, end_s;
};
Over part_over(const Segment& line, const TerrainGrid& grid) {
  double begin = 0, end = line.end_s - line.begin_s;
  const auto cut = [&](double from, double rate, double low, double high) {
    if (rate == 0) {
      if (!(from >= low && from <= high)) end = -1;
      return;
    }
    const double a = (low - from) / rate, b = (high - from) / rate;
    begin = std::max(begin, std::min(a, b));
    end = std::min(end, std::max(a, b));
  };
  cut(line.position_m.x, line.velocity_mps.x, grid.west_m, grid.west_m + grid.spacing_m * (grid.columns - 1));
  cut(line.position_m.y, line.velocity_mps.y, grid.south_m, grid.south_m + grid.spacing_m * (grid.rows - 1));
  return {line.begin_s + begin, line.begin_s + end};
}

struct Place {
  double x, y;
};
Place place_on(const Segment& s, double time_s) {
  const double tau = time_s - s.begin_s;
  if (s.kind == SegmentKind::line)
    return {s.position_m.x + tau * s.velocity_mps.x, s.position_m.y + tau * s.velocity_mps.y};
  const double angle = (s.speed_mps + 0.5 * s.speed_rate_mps2 * tau) * tau / s.radius_m;
  const double c = cosine(angle), n = s.side * sine(angle);
  return {s.centre_x + s.radius_m * (s.ux * c - s.uy * n), s.centre_y + s.radius_m * (s.ux * n + s.uy * c)};
}

/// The stretches of a track: stretch i is [time_s[i], time_s[i + 1]] on element[i].
struct Stretches {
  const Track& track;
  const RouteRules& rules;
  const Terrain& terrain;
  double time_s[kNodes], asked_m[kNodes], z_m[kNodes];
  std::int32_t element[kNodes];
  std::int32_t count = 0;
  double height_m[kMostRoutePoints + 1];  // kept on the way to a waypoint; last: the aim
  double greatest_height_m, approach_m, approach_s;
  double start_z_m;

  Stretches(const Track& t, const RouteRules& r, const Terrain& ground, const RouteStart& start,
            std::span<const Vec3> route, Vec3 aim_m)
      : track(t), rules(r), terrain(ground), start_z_m(start.position_m.z) {
    double height = rules.cruise_height_m;
    greatest_height_m = std::max(height, rules.popup_altitude_m);
    for (std::size_t i = 0; i <= route.size(); ++i) {
      if (i < route.size() && route[i].z > 0)
        height = std::max(route[i].z - terrain.height_m(route[i].x, route[i].y), 0.0);
      height_m[i] = height;
      greatest_height_m = std::max(greatest_height_m, height);
    }

    // the way into the dive is level: from so far before the aim that the dive and the arc into it fit
    const double tangent = tangent_of_dive(), v = track.last_speed_mps;
    const double above_aim_m = std::max(rules.popup_altitude_m, height);
    approach_m = aim_m.z + above_aim_m;
    const double end_s = track.element[track.count - 1].shape.end_s;
    approach_s = std::max(end_s - (above_aim_m / tangent + arc_room_m()) / v, track.last_begin_s);
    cut();
  }

  double tangent_of_dive() const {
    return std::max(sine(rules.dive_rad) / std::max(cosine(rules.dive_rad), 1e-9), 1e-9);
  }
  double arc_room_m() const {
    return rules.turn_rate_radps > 0 ? track.last_speed_mps / rules.turn_rate_radps * 0.5 * tangent_of_dive() : 0;
  }
  double ends_s() const { return time_s[count]; }

  void add(std::int32_t of_element, double begin_s) {
    if (count > 0 && begin_s <= time_s[count - 1]) {
      element[count - 1] = of_element;
      return;
    }
    time_s[count] = begin_s, element[count] = of_element, ++count;
  }
  void add_parts(std::int32_t of_element, double begin_s, double end_s, double step_s) {
    const double parts = std::max(std::ceil((end_s - begin_s) / step_s), 1.0);
    for (double k = 0; k < parts; ++k) add(of_element, begin_s + k * ((end_s - begin_s) / parts));
  }

  void cut() {
    Over over[kElements];
    double length_m = 0;
    for (std::int32_t i = 0; i < track.count; ++i) {
      const Segment& s = track.element[i].shape;
      over[i] = s.kind == SegmentKind::line ? part_over(s, terrain.grid()) : Over{s.begin_s, s.end_s};
      length_m += std::max(over[i].end_s - over[i].begin_s, 0.0) * s.speed_mps;
    }
    const double step_m = std::max(rules.terrain_step_m, length_m / kMostStretches);
    for (std::int32_t i = 0; i < track.count; ++i) {
      const Segment& s = track.element[i].shape;
      const bool is_last = i + 1 == track.count;
      if (!(s.end_s > s.begin_s) && !is_last) continue;
      add(i, s.begin_s);
      if (over[i].end_s > over[i].begin_s) {
        const double step_s = step_m / s.speed_mps;
        const double middle_s =
            is_last ? std::min(std::max(approach_s, over[i].begin_s), over[i].end_s) : over[i].end_s;
        add_parts(i, over[i].begin_s, middle_s, step_s);
        if (middle_s < over[i].end_s) add_parts(i, middle_s, over[i].end_s, step_s);
        if (over[i].end_s < s.end_s) add(i, over[i].end_s);
      }
      if (is_last && approach_s > time_s[count - 1]) add(i, approach_s);
    }
    PAVISE_ASSERT(count < kNodes);
    time_s[count] = std::max(track.element[track.count - 1].shape.end_s, time_s[count - 1]);
  }

  /// The altitude that stretch i asks for.
  double ask(std::int32_t i) const {
    const Segment& s = track.element[element[i]].shape;
    const double begin_s = time_s[i], end_s = time_s[i + 1];
    double chords = 1;
    if (s.kind == SegmentKind::turn)
      chords = std::max(std::ceil((end_s - begin_s) * std::max(s.speed_mps, 1.0) / s.radius_m / kArcAngle_rad), 1.0);
    double ground_m = -1e9;
    Place from = place_on(s, begin_s);
    for (double k = 1; k <= chords; ++k) {
      const Place to = place_on(s, k == chords ? end_s : begin_s + k * ((end_s - begin_s) / chords));
      ground_m = std::max(ground_m, terrain.greatest_height_m(from.x, from.y, to.x, to.y));
      from = to;
    }
    const double over_ground_m = ground_m + height_m[s.waypoint];
    const bool is_approach = begin_s >= approach_s && element[i] + 1 == track.count;
    return is_approach ? std::max(over_ground_m, approach_m) : over_ground_m;
  }

  std::int32_t stretch_at(double at_s) const {
    std::int32_t k = count - 1;
    while (k > 0 && time_s[k] > at_s) --k;
    return k;
  }

  /// z_m of the nodes first ... last + 1, from the stretches that can bear on them.
  void work_out(std::int32_t first, std::int32_t last) {
    double least_m = ask(first);
    for (std::int32_t i = first; i <= last; ++i) least_m = std::min(least_m, asked_m[i] = ask(i));
    // further away than this nothing asks for more: its greatest altitude, less what the climb makes good, is below
    const double top_m = std::max(std::max(terrain.summit_m(), 0.0) + greatest_height_m, approach_m);
    const double climb = rules.climb_rate_mps;
    const double reach_s = climb > 0 ? (top_m - least_m) / climb + 1e-6 : kNever_s;
    std::int32_t begin = first, end = last;
    while (begin > 0 && time_s[first] - time_s[begin] <= reach_s) asked_m[begin - 1] = ask(begin - 1), --begin;
    while (end + 1 < count && time_s[end + 1] - time_s[last + 1] <= reach_s) asked_m[end + 1] = ask(end + 1), ++end;
    z_m[begin] = asked_m[begin];
    for (std::int32_t i = begin; i <= end; ++i)
      z_m[i + 1] = std::max(std::max(asked_m[i], i < end ? asked_m[i + 1] : asked_m[i]),
                            z_m[i] - climb * (time_s[i + 1] - time_s[i]));
    for (std::int32_t i = end; i >= begin; --i)
      z_m[i] = std::max(z_m[i], z_m[i + 1] - climb * (time_s[i + 1] - time_s[i]));
    for (std::int32_t i = first; i <= last + 1; ++i)
      z_m[i] = std::max(z_m[i], start_z_m - climb * (time_s[i] - time_s[0]));
  }

  /// The chain of lines over stretch i, without its end.
  void add_to(Profile& profile, std::int32_t i) const {
    double begin_s = time_s[i], a = z_m[i];
    const double b = z_m[i + 1], climb = rules.climb_rate_mps, low_m = asked_m[i];
    if (i == 0 && start_z_m < a) {
      // to where the climb rate reaches the next node from
      const double pull_up_s = std::min(kPullUp_s, 0.5 * (time_s[1] - begin_s));
      const double way_m = climb * (time_s[1] - begin_s - pull_up_s);
      a = std::min(std::max(a, b - way_m), b + way_m);
      if (pull_up_s > 0) profile.add(begin_s, start_z_m, (a - start_z_m) / pull_up_s);
      begin_s += pull_up_s;
    }
    const double duration_s = time_s[i + 1] - begin_s;
    if (!(climb > 0) || !(duration_s > 0)) {
      profile.add(begin_s, a, 0);
      return;
    }
    double down_s = (a - low_m) / climb, up_s = duration_s - (b - low_m) / climb;
    if (down_s > up_s) down_s = up_s = 0.5 * ((a - b) / climb + duration_s);
    down_s = std::min(std::max(down_s, 0.0), duration_s), up_s = std::min(std::max(up_s, down_s), duration_s);
    const double floor_m = a - climb * down_s;
    if (down_s > 0) profile.add(begin_s, a, -climb);
    if (up_s > down_s) profile.add(begin_s + down_s, floor_m, 0);
    if (up_s < duration_s) profile.add(begin_s + up_s, floor_m, climb);
  }
};

}  // namespace

void hold_height(Profile& profile, const Track& track, const RouteRules& rules, const Environment& environment,
                 const RouteStart& start, std::span<const Vec3> route, Vec3 aim_m, double at_s, bool needs_end) {
  Stretches s(track, rules, *environment.terrain, start, route, aim_m);
  const std::int32_t at = s.stretch_at(at_s);

  // before this the dive cannot have begun, were it as high as it can be
  const double top_m =
      std::max(std::max(std::max(s.terrain.summit_m(), 0.0) + s.greatest_height_m, s.approach_m), start.position_m.z);
  const double room_m = (top_m - aim_m.z) / s.tangent_of_dive() +
                        (rules.turn_rate_radps > 0 ? 2 * track.last_speed_mps / rules.turn_rate_radps : 0) *
                            std::max(s.tangent_of_dive(), 1.0);
  const double end_s = std::max(s.ends_s() - room_m / track.last_speed_mps, track.last_begin_s);
  const std::int32_t end = s.stretch_at(end_s);
  const bool takes_end = needs_end || at >= end;

  profile.count = 0;
  const auto add = [&](std::int32_t first, std::int32_t last) {
    s.work_out(first, last);
    if (profile.count == 0 && s.time_s[first] > start.time_s) profile.add(start.time_s, s.z_m[first], 0);
    for (std::int32_t i = first; i <= last; ++i) s.add_to(profile, i);
    profile.add(s.time_s[last + 1], s.z_m[last + 1], 0);
  };
  if (!takes_end || at < end) add(at, at);
  if (takes_end) {
    if (profile.count > 0 && s.time_s[end] <= profile.time_s[profile.count - 1]) --profile.count;
    add(end, s.count - 1);
  }
  PAVISE_ASSERT(profile.count <= Profile::kCapacity);
}

double least_start_altitude_m(const Track& track, const RouteRules& rules, const Environment& environment,
                              const RouteStart& start, std::span<const Vec3> route, Vec3 aim_m) {
  Stretches s(track, rules, *environment.terrain, start, route, aim_m);
  s.work_out(0, 0);
  return s.z_m[0];
}

}  // namespace pavise
