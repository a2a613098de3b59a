#include "interceptors/guided_rounds.hpp"

#include <algorithm>

#include "interceptors/guided_flight_lanes.hpp"
#include "kernel/core/assert.hpp"

namespace pavise {

namespace {

/// The burn or pause at an instant. Edges are compared as absolute times, as a step ends there.
int segment_at(const FlightModel& model, double launch_s, double time_s) {
  int segment = 0;
  while (segment + 1 < model.segments && launch_s + model.begin_s[segment + 1] <= time_s) ++segment;
  return segment;
}

/// What of the row depends on the burn and on how far the call goes.
void set_stop(const FlightModel& model, const FlyingRound& round, double until_s, GuidedRow& row) {
  const int segment = segment_at(model, round.launch_s, row.time_s);
  row.flow_kgps = model.flow_kgps[segment];
  row.line_kg = model.line_kg[segment] - row.flow_kgps * (row.path_begin_s - round.launch_s);
  row.stop_s = std::min(until_s, round.launch_s + model.time_limit_s);
  if (segment + 1 < model.segments) row.stop_s = std::min(row.stop_s, round.launch_s + model.begin_s[segment + 1]);
}

void keep(const GuidedRow& row, const TargetPath& path, FlyingRound& round) {
  round.time_s = row.time_s;
  round.position_m = path.position_at(row.time_s) - Vec3{row.rx, row.ry, row.rz};
  round.velocity_mps = {row.vx, row.vy, row.vz};
  round.lateral_mps2 = {row.ax, row.ay, row.az};
  round.largest_mps2 = std::sqrt(row.largest2);
}

/// Calls with the model's way of flying alone.
template <class F>
auto by_way(const FlightModel& model, F call) {
  using guided_flight::Way;
  const bool has_air = model.drag_rows > 0, is_augmented = model.law.augmentation != 0;
  if (model.law.is_pure != 0) {
    if (has_air) return is_augmented ? call(Way<true, true, 1, false>{}) : call(Way<true, false, 1, false>{});
    return is_augmented ? call(Way<true, true, 0, false>{}) : call(Way<true, false, 0, false>{});
  }
  if (has_air) return is_augmented ? call(Way<false, true, 1, false>{}) : call(Way<false, false, 1, false>{});
  return is_augmented ? call(Way<false, true, 0, false>{}) : call(Way<false, false, 0, false>{});
}

guided_flight::Rates rates_of(const FlightModel& model, const GuidedRow& w) {
  const double tau = w.time_s - w.path_begin_s, inverse_mass = 1 / (w.line_kg - w.flow_kgps * tau);
  return by_way(model, [&](auto way) {
    using Way = decltype(way);
    const guided_flight::TargetState target = guided_flight::target_at<Way::kIsAugmented>(w, tau);
    double density = 0, per_sound = 0;
    if (Way::kHasAir) flight_air_at<false>(target.z - w.rz, density, per_sound);
    return guided_flight::rates_at<Way>(model, target, guided_flight::flight_of(w), w.flow_kgps, inverse_mass, density,
                                        per_sound);
  });
}

Vec3 acceleration_of(const TargetPath& path, double time_s) {
  return 2.0 * path.c2 + (6.0 * (time_s - path.begin_s)) * path.c3;
}

/// The flight ends at the closest approach, t after round.time_s (or a little before it).
void end_at_closest(Vec3 r, Vec3 u, Vec3 own_mps2, const TargetPath& path, FlyingRound& round) {
  const Vec3 w = acceleration_of(path, round.time_s) - own_mps2;
  const double t = time_to_closest_s(r, u, w);
  round.end = FlightEnd::closest_approach;
  round.end_s = round.time_s + t;
  round.miss_m = r + t * (u + (0.5 * t) * w);
  round.closing_mps = -1.0 * (u + t * w);
  round.time_s = round.end_s;
  round.velocity_mps = round.velocity_mps + t * own_mps2;
  round.position_m = path.position_at(round.end_s) - round.miss_m;
}

/// After an event: whether the row goes on. Otherwise the round has been brought up to date.
bool goes_on(const FlightModel& model, const TargetPath& path, double until_s, GuidedRow& row, FlyingRound& round) {
  const StepEvent event = StepEvent(int(row.event));
  if (event == StepEvent::none) return true;
  const bool is_at_edge = event == StepEvent::stop && row.time_s < until_s && row.time_s < round.launch_s + model.time_limit_s;
  if (is_at_edge) {
    set_stop(model, round, until_s, row);
    return true;
  }
  keep(row, path, round);
  if (event == StepEvent::finish || event == StepEvent::passed) {
    const guided_flight::Rates now = rates_of(model, row);
    round.largest_mps2 = std::max(round.largest_mps2, length(Vec3{now.px, now.py, now.pz}));
    end_at_closest({row.rx, row.ry, row.rz}, {now.rx, now.ry, now.rz}, {now.vx, now.vy, now.vz}, path, round);
  } else if (event == StepEvent::slow) {
    round.end = FlightEnd::too_slow;
    round.end_s = round.time_s;
  } else if (row.time_s >= round.launch_s + model.time_limit_s) {
    round.end = FlightEnd::time_limit;
    round.end_s = round.time_s;
  }
  return false;
}

double straight_rate_mps2(const FlightModel& m, int segment, double from_m, double elevation_sine, double time_s,
                          double distance_m, double speed_mps) {
  double push_N = m.exhaust_mps * m.flow_kgps[segment];
  if (m.drag_rows > 0) {
    double density, per_sound;
    flight_air_at<false>(from_m + elevation_sine * distance_m, density, per_sound);
    const double speed2 = speed_mps * speed_mps;
    push_N -= m.half_area_m2 * density * speed2 *
              guided_flight::drag_coefficient_at<1, false>(m, speed_mps * per_sound);
  }
  const double rate = push_N / (m.line_kg[segment] - m.flow_kgps[segment] * time_s) - m.gravity_mps2 * elevation_sine;
  return speed_mps <= 0 ? std::max(rate, 0.0) : rate;
}

/// Goes straight until the step in which it reaches steering speed, cut there; or until_s.
void fly_straight(const FlightModel& model, const TargetPath& path, double until_s, FlyingRound& round) {
  const double z0 = round.position_m.z - round.axis.z * dot(round.position_m - round.launched_from_m, round.axis);
  while (!round.is_steered && round.end == FlightEnd::flying && round.time_s < until_s) {
    const Vec3 r = path.position_at(round.time_s) - round.position_m;
    const Vec3 u = path.velocity_at(round.time_s) - round.velocity_mps;
    const StraightFlight from{round.time_s - round.launch_s, dot(round.position_m - round.launched_from_m, round.axis),
                              dot(round.velocity_mps, round.axis)};
    const double wanted_s = straight_step_s(model, from);
    const double limit_s = std::min(until_s, round.launch_s + model.time_limit_s);
    const bool is_last = limit_s - round.time_s <= wanted_s * 1.0001;
    double length_s = is_last ? limit_s - round.time_s : wanted_s;
    StraightFlight to = from;
    step_straight(model, z0, round.axis.z, length_s, to);
    round.is_steered = to.speed_mps >= kSteeringSpeed_mps;
    if (round.is_steered) {  // Newton's method for the step that ends at that speed
      for (int i = 0; i < 8 && std::fabs(to.speed_mps - kSteeringSpeed_mps) > 1e-11; ++i) {
        const int segment = segment_at(model, round.launch_s, round.time_s);
        length_s += (kSteeringSpeed_mps - to.speed_mps) /
                    straight_rate_mps2(model, segment, z0, round.axis.z, to.time_s, to.distance_m, to.speed_mps);
        to = from;
        step_straight(model, z0, round.axis.z, length_s, to);
      }
      round.lateral_mps2 = model.gravity_mps2 * (Vec3{0, 0, 1} - round.axis.z * round.axis);  // in trim
    }
    round.time_s = is_last && !round.is_steered ? limit_s : round.time_s + length_s;
    round.position_m = round.position_m + (to.distance_m - from.distance_m) * round.axis;
    round.velocity_mps = to.speed_mps * round.axis;

    const Vec3 r_after = path.position_at(round.time_s) - round.position_m;
    const Vec3 u_after = path.velocity_at(round.time_s) - round.velocity_mps;
    const bool is_coasting = from.time_s > model.burnout_s;
    if (dot(r, u) < 0 && dot(r_after, u_after) >= 0 && length(r_after) < model.pass_m) {
      const double rate = (to.speed_mps - from.speed_mps) / length_s;
      end_at_closest(r_after, u_after, rate * round.axis, path, round);
    } else if (is_coasting && to.speed_mps < model.minimum_speed_mps) {
      round.end = FlightEnd::too_slow;
      round.end_s = round.time_s;
    } else if (round.time_s >= round.launch_s + model.time_limit_s) {
      round.end = FlightEnd::time_limit;
      round.end_s = round.time_s;
    }
  }
}

/// The lanes' slots, and which task each holds.
class Carousel {
 public:
  Carousel(const FlightModel& model, std::span<const FlightTask> tasks, double until_s)
      : model_(model), tasks_(tasks), until_s_(until_s) {
    std::fill(std::begin(task_), std::end(task_), -1);
    for (int slot = 0; slot < GuidedSlots::kRounds; ++slot)
      if (!fill(slot)) break;
  }

  void run() {
    const auto step = PAVISE_VARIANTS(step_guided_groups);
    while (busy_ > 0) {
      // few rounds: the scalar step costs less than a group with empty lanes
      if (busy_ <= kFewRounds) {
        for (int slot = 0; slot < used_; ++slot)
          if (task_[slot] >= 0) finish_alone(slot);
        return;
      }
      step(model_, slots_, (used_ + GuidedSlots::kGroup - 1) / GuidedSlots::kGroup);
      for (int slot = 0; slot < used_; ++slot)
        if (slots_.columns[kEvent][slot] != 0 && task_[slot] >= 0) settle(slot);
      shrink();
    }
  }

 private:
  static constexpr int kEvent = GuidedSlots::kColumns - 1;
  static constexpr int kFewRounds = 2;

  /// The next round that is to be steered goes into the slot; false: there is none.
  bool fill(int slot) {
    while (next_ < tasks_.size()) {
      const FlightTask& task = tasks_[next_++];
      FlyingRound& round = *task.round;
      if (!round.is_steered) fly_straight(model_, task.path, until_s_, round);
      if (round.end != FlightEnd::flying || !(round.time_s < until_s_)) continue;
      put(slots_, slot, guided_row(model_, task.path, until_s_, round));
      task_[slot] = std::int32_t(next_ - 1);
      ++busy_;
      used_ = std::max(used_, slot + 1);
      return true;
    }
    return false;
  }

  void settle(int slot) {
    const FlightTask& task = tasks_[std::size_t(task_[slot])];
    GuidedRow row = row_in(slots_, slot);
    if (goes_on(model_, task.path, until_s_, row, *task.round)) {
      put(slots_, slot, row);
      return;
    }
    task_[slot] = -1;
    --busy_;
    fill(slot);
  }

  void finish_alone(int slot) {
    const FlightTask& task = tasks_[std::size_t(task_[slot])];
    GuidedRow row = row_in(slots_, slot);
    do step_guided_alone(model_, row);
    while (goes_on(model_, task.path, until_s_, row, *task.round));
    task_[slot] = -1;
    --busy_;
  }

  /// The last rounds move into the slots that have become free, so that fewer groups are stepped.
  void shrink() {
    for (int slot = 0; slot < used_; ++slot) {
      while (used_ > 0 && task_[used_ - 1] < 0) --used_;
      if (slot >= used_ || task_[slot] >= 0) continue;
      put(slots_, slot, row_in(slots_, used_ - 1));
      task_[slot] = task_[used_ - 1];
      task_[--used_] = -1;
    }
  }

  const FlightModel& model_;
  std::span<const FlightTask> tasks_;
  double until_s_;
  std::size_t next_ = 0;
  int busy_ = 0, used_ = 0;
  std::int32_t task_[GuidedSlots::kRounds];
  GuidedSlots slots_{};
};

}  // namespace

GuidedRow guided_row(const FlightModel& model, const TargetPath& path, double until_s, const FlyingRound& round) {
  GuidedRow row;
  const Vec3 r = path.position_at(round.time_s) - round.position_m;
  row.rx = r.x, row.ry = r.y, row.rz = r.z;
  row.vx = round.velocity_mps.x, row.vy = round.velocity_mps.y, row.vz = round.velocity_mps.z;
  row.ax = round.lateral_mps2.x, row.ay = round.lateral_mps2.y, row.az = round.lateral_mps2.z;
  row.time_s = round.time_s;
  row.largest2 = round.largest_mps2 * round.largest_mps2;
  row.burnout_s = round.launch_s + model.burnout_s;
  row.path_begin_s = path.begin_s;
  row.c0z = path.c0.z;
  row.c1x = path.c1.x, row.c1y = path.c1.y, row.c1z = path.c1.z;
  row.c2x = path.c2.x, row.c2y = path.c2.y, row.c2z = path.c2.z;
  row.c3x = path.c3.x, row.c3y = path.c3.y, row.c3z = path.c3.z;
  row.event = 0;
  set_stop(model, round, until_s, row);
  return row;
}

double time_to_closest_s(Vec3 r, Vec3 u, Vec3 w) {
  const double u2 = dot(u, u);
  double t = u2 > 0 ? -dot(r, u) / u2 : 0;
  for (int i = 0; i < 3; ++i) {
    const Vec3 r_then = r + t * (u + (0.5 * t) * w), u_then = u + t * w;
    const double slope = dot(u_then, u_then) + dot(r_then, w);
    if (!(slope > 0)) break;
    t -= dot(r_then, u_then) / slope;
  }
  return t;
}

double straight_step_s(const FlightModel& model, const StraightFlight& flight) {
  double length_s = model.step_s;
  for (int segment = 1; segment < model.segments; ++segment) {
    const double left_s = model.begin_s[segment] - flight.time_s;
    if (left_s > 1e-12 && left_s < length_s * 1.0001) length_s = left_s;
  }
  return length_s;
}

void step_straight(const FlightModel& model, double from_m, double elevation_sine, double length_s, StraightFlight& flight) {
  const double half_s = 0.5 * length_s, t = flight.time_s, s = flight.distance_m, v1 = flight.speed_mps;
  const int segment = segment_at(model, 0, t + 1e-12);
  const auto rate = [&](double time_s, double distance_m, double speed_mps) {
    return straight_rate_mps2(model, segment, from_m, elevation_sine, time_s, distance_m, speed_mps);
  };
  const double a1 = rate(t, s, v1), v2 = v1 + half_s * a1;
  const double a2 = rate(t + half_s, s + half_s * v1, v2), v3 = v1 + half_s * a2;
  const double a3 = rate(t + half_s, s + half_s * v2, v3), v4 = v1 + length_s * a3;
  const double a4 = rate(t + length_s, s + length_s * v3, v4);
  const double sixth = length_s * (1.0 / 6);
  flight.distance_m = s + sixth * (v1 + 2 * (v2 + v3) + v4);
  flight.speed_mps = std::max(v1 + sixth * (a1 + 2 * (a2 + a3) + a4), 0.0);
  flight.time_s = t + length_s;
}

void put(GuidedSlots& slots, int slot, const GuidedRow& row) {
  const double* values = &row.rx;
  for (int column = 0; column < GuidedSlots::kColumns; ++column) slots.columns[column][slot] = values[column];
}

GuidedRow row_in(const GuidedSlots& slots, int slot) {
  GuidedRow row;
  double* values = &row.rx;
  for (int column = 0; column < GuidedSlots::kColumns; ++column) values[column] = slots.columns[column][slot];
  return row;
}

void step_guided_alone(const FlightModel& model, GuidedRow& row) {
  const AirPieces& pieces = air_pieces();
  by_way(model, [&](auto way) { guided_flight::step_guided<decltype(way)>(model, pieces, row); });
}

void fly_guided(const FlightModel& model, const TargetPath& path, double until_s, FlyingRound& round) {
  if (!round.is_steered) fly_straight(model, path, until_s, round);
  if (round.end != FlightEnd::flying || !(round.time_s < until_s)) return;
  GuidedRow row = guided_row(model, path, until_s, round);
  do step_guided_alone(model, row);
  while (goes_on(model, path, until_s, row, round));
}

void fly_guided(const FlightModel& model, std::span<const FlightTask> tasks, double until_s) {
  Carousel(model, tasks, until_s).run();
}

Vec3 acting_guidance_mps2(const FlightModel& model, const TargetPath& path, const FlyingRound& round) {
  const guided_flight::Rates now = rates_of(model, guided_row(model, path, round.time_s, round));
  return {now.px, now.py, now.pz};
}

}  // namespace pavise
