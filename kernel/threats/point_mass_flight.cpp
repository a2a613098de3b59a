#include "kernel/threats/point_mass_flight.hpp"

#include <algorithm>
#include <limits>

#include "kernel/core/air_pieces.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/geodesy.hpp"

namespace pavise {

void set_drag_curve(DragCurve& curve, double area_m2, const double* mach_cd, std::int32_t rows, std::int32_t stride) {
  PAVISE_ASSERT(rows >= 1 && rows <= DragCurve::kCapacity);
  curve.area_m2 = area_m2;
  curve.rows = rows;
  curve.below = mach_cd[1];
  for (std::int32_t i = 0; i < rows; ++i) {
    const double* row = mach_cd + std::ptrdiff_t(i) * stride;
    curve.mach[i] = row[0];
    curve.slope[i] = i + 1 < rows ? (row[stride + 1] - row[1]) / (row[stride] - row[0]) : 0.0;
    curve.cd[i] = row[1] - curve.slope[i] * row[0];
  }
  for (std::int32_t i = rows; i < 24; ++i) {
    curve.mach[i] = std::numeric_limits<double>::infinity();
    curve.cd[i] = curve.slope[i] = 0;
  }
}

namespace {

constexpr double kMostSteps = 2e7;
constexpr double kDeepest_m = -200e3;  // nothing that ought to end falls deeper

/// Over the rotating earth in ECEF: attraction with J2, centrifugal and Coriolis acceleration, air that turns with it.
struct RotatingAcceleration {
  const DragCurve* drag;
  double half_area_m2, thrust_N;
  bool is_along_velocity;
  Vec3 direction;

  void operator()(double inverse_mass, double x, double y, double z, double vx, double vy, double vz, double& ax,
                  double& ay, double& az) const {
    Vec3 a = free_fall_ecef_mps2({x, y, z}, {vx, vy, vz});
    if (drag) {
      double density, per_sound;
      flight_air_at<false>(ellipsoid_height_m({x, y, z}), density, per_sound);
      a = a -
          drag_rate(CurveRows<0>{drag}, half_area_m2 * inverse_mass, density, per_sound, vx, vy, vz) * Vec3{vx, vy, vz};
    }
    if (thrust_N > 0)
      add_thrust(thrust_N * inverse_mass, is_along_velocity, direction.x, direction.y, direction.z, vx, vy, vz, a.x,
                 a.y, a.z);
    ax = a.x, ay = a.y, az = a.z;
  }
};

/// Over a flat earth.
struct FlatAcceleration {
  CurveRows<0> curve;
  AirOfStep air;
  FlatWorld world;
  double half_area_m2, thrust_N;
  bool is_along_velocity;
  Vec3 direction;

  void operator()(double inverse_mass, double, double, double z, double vx, double vy, double vz, double& ax,
                  double& ay, double& az) const {
    ax = 0, ay = 0, az = -world.gravity_mps2;
    if (curve.curve) {
      double density, per_sound;
      if (air.piece)
        air_in_piece(air, z, density, per_sound);
      else
        flight_air_at<false>(z, density, per_sound);
      flat_acceleration(curve, world, half_area_m2 * inverse_mass, density, per_sound, vx, vy, vz, ax, ay, az);
    }
    if (thrust_N > 0)
      add_thrust(thrust_N * inverse_mass, is_along_velocity, direction.x, direction.y, direction.z, vx, vy, vz, ax, ay,
                 az);
  }
};

Vec3 position_of(const PointState& s) { return {s.x, s.y, s.z}; }
Vec3 velocity_of(const PointState& s) { return {s.vx, s.vy, s.vz}; }

}  // namespace

VerticalMotion vertical_motion(FlightWorld world, const PointState& s) {
  if (world == FlightWorld::flat) return {s.z, s.vz};
  double sine_latitude, cosine_latitude, height_m;
  geodetic_of_ecef(s.x, s.y, s.z, sine_latitude, cosine_latitude, height_m);
  const double p = std::sqrt(s.x * s.x + s.y * s.y);
  const double outward = p > 0 ? (s.x * s.vx + s.y * s.vy) / p : 0.0;
  return {height_m, cosine_latitude * outward + sine_latitude * s.vz};
}

void step_point_mass(const PointMass& body, const DragCurve* drag, const StepForces& f, double length_s,
                     PointState& state) {
  const double at_begin = 1 / f.mass_kg;
  double at_middle = at_begin, at_end = at_begin;
  if (f.flow_kgps > 0) {
    at_middle = 1 / (f.mass_kg - f.flow_kgps * (0.5 * length_s));
    at_end = 1 / (f.mass_kg - f.flow_kgps * length_s);
  }
  const double half_area_m2 = drag ? 0.5 * drag->area_m2 : 0.0;
  if (body.world == FlightWorld::rotating_earth) {
    const RotatingAcceleration a{drag, half_area_m2, f.thrust_N, f.is_along_velocity, f.direction};
    runge_kutta_step(a, at_begin, at_middle, at_end, length_s, state);
  } else {
    const FlatAcceleration a{{drag},
                             drag ? air_of_step(air_pieces(), state.z, state.vz, length_s) : AirOfStep{},
                             {body.gravity_mps2, body.wind_mps.x, body.wind_mps.y, body.wind_mps.z},
                             half_area_m2,
                             f.thrust_N,
                             f.is_along_velocity,
                             f.direction};
    runge_kutta_step(a, at_begin, at_middle, at_end, length_s, state);
  }
}

namespace {

/// A flight under way.
class Flight {
 public:
  Flight(const PointMass& body, double step_s, FlightEnd end, std::span<const double> samples, FlightReport& report)
      : body_(body), step_s_(step_s), end_(end), samples_(samples), report_(report), drag_(body.drag) {
    forces_.mass_kg = body.mass_kg;
  }

  void fly(PointState state) {
    state_ = state;
    if (body_.world == FlightWorld::rotating_earth) report_.jacobi_m2ps2 = jacobi();
    take_samples_at_start();
    const VerticalMotion start = vertical_motion(body_.world, state_);
    const bool starts_falling = start.height_m == end_.value && start.rate_mps < 0;
    if (end_.is_time ? end_.value <= 0 : starts_falling) return finish(0, state_);

    for (std::size_t i = 0; i < body_.phases.size(); ++i) {
      const BurnPhase& phase = body_.phases[i];
      forces_.thrust_N = phase.thrust_N, forces_.flow_kgps = phase.flow_kgps;
      forces_.is_along_velocity = phase.is_along_velocity, forces_.direction = phase.direction;
      if (phase.thrust_N > 0 && phase.is_along_velocity && state_.vx == 0 && state_.vy == 0 && state_.vz == 0)
        return complain("the velocity is 0 where the thrust is to be along it", std::int32_t(i));
      if (!(forces_.mass_kg - phase.flow_kgps * phase.duration_s > 0))
        return complain("burns more than the mass that is left", std::int32_t(i));
      const bool burns_out = fly_segment(phase.duration_s);
      forces_.mass_kg = phase_begin_kg_ - phase.flow_kgps * phase.duration_s;
      if (burns_out && i + 1 == body_.phases.size()) {
        report_.burnout = point_at(time_s_, state_);
        report_.burnout_mass_kg = forces_.mass_kg;
      }
      if (is_over_) return;
      forces_.mass_kg -= phase.drop_kg;
      if (!(forces_.mass_kg > 0)) return complain("drops more than the mass that is left", std::int32_t(i));
      if (phase.drag_after) drag_ = phase.drag_after;
    }
    forces_.thrust_N = forces_.flow_kgps = 0;
    fly_segment(kNever);
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  FlightPoint point_at(double time_s, const PointState& s) const { return {time_s, position_of(s), velocity_of(s)}; }
  void complain(const char* why, std::int32_t phase = -1) {
    report_.complaint = why, report_.phase = phase;
    is_over_ = true;
  }
  void finish(double time_s, const PointState& s) {
    report_.end = point_at(time_s, s);
    is_over_ = true;
  }
  double jacobi() const { return jacobi_m2ps2(position_of(state_), velocity_of(state_)); }

  /// The state tau after the present step's beginning.
  PointState after(double tau_s) const {
    PointState s = state_;
    if (tau_s > 0) step_point_mass(body_, drag_, forces_, tau_s, s);
    return s;
  }
  VerticalMotion vertical_after(double tau_s) const { return vertical_motion(body_.world, after(tau_s)); }

  void take_samples_at_start() {
    while (next_sample_ < samples_.size() && samples_[next_sample_] <= 0)
      report_.samples.push_back(point_at(samples_[next_sample_++], state_));
  }
  /// Those of the present step up to tau_s after its beginning.
  void take_samples(double tau_s) {
    // an end that is solved for and a sample meant to lie on it may differ in the last digits
    const double slack_s = 1e-6;
    for (; next_sample_ < samples_.size(); ++next_sample_) {
      const double at_s = samples_[next_sample_] - time_s_;
      if (at_s > tau_s + (is_over_ ? slack_s : 0.0)) return;
      report_.samples.push_back(point_at(samples_[next_sample_], after(at_s)));
    }
  }

  /// Where the sign of `value` changes between low and high (of opposite signs there): Newton, kept in the bracket.
  template <class ValueAndSlope>
  static double root_of(double low, double high, bool rises, ValueAndSlope of) {
    double x = 0.5 * (low + high);
    for (int i = 0; i < 200; ++i) {
      const auto [value, slope] = of(x);
      if (value == 0) return x;
      ((value > 0) == rises ? high : low) = x;
      double next = slope != 0 ? x - value / slope : low;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      if (next == x || high - low <= 1e-15 * high) return next;
      x = next;
    }
    return x;
  }
  /// Where the vertical speed passes through 0 in a step that begins with the one sign and ends with the other.
  double turning_after(double length_s, double rate_begin, double rate_end) const {
    return root_of(0, length_s, rate_end > rate_begin, [&](double tau) {
      // its slope by the chord: good enough for Newton, whose bracket keeps it honest
      return std::pair{vertical_after(tau).rate_mps, (rate_end - rate_begin) / length_s};
    });
  }
  double crossing_between(double low, double high) const {
    return root_of(low, high, false, [&](double tau) {
      const VerticalMotion v = vertical_after(tau);
      return std::pair{v.height_m - end_.value, v.rate_mps};
    });
  }

  /// Steps from here for duration_s, or until the flight ends. Whether it got to the end of duration_s.
  bool fly_segment(double duration_s) {
    const double begin_s = time_s_;
    phase_begin_kg_ = forces_.mass_kg;
    const bool ends_here = end_.is_time && end_.value - begin_s <= duration_s;
    const double left_s = ends_here ? end_.value - begin_s : duration_s;
    const double left_until_s = ends_here ? end_.value : begin_s + duration_s;
    for (double k = 0; !is_over_; ++k) {
      const double from_s = k * step_s_;
      if (from_s >= left_s) break;
      const bool is_last = from_s + step_s_ >= left_s * (1 - 1e-15);
      forces_.mass_kg = phase_begin_kg_ - forces_.flow_kgps * from_s;
      advance(is_last ? left_s - from_s : step_s_, is_last ? left_until_s : begin_s + from_s + step_s_);
      if (is_over_) return false;
      if (++steps_ > kMostSteps) return complain("does not end within 20 million steps"), false;
      if (is_last) break;
    }
    if (ends_here) finish(time_s_, state_);
    return !ends_here || end_.value - begin_s >= duration_s;
  }

  void advance(double length_s, double to_s) {
    const PointState next = after(length_s);
    VerticalMotion a = vertical_motion(body_.world, state_);
    const VerticalMotion b = vertical_motion(body_.world, next);
    if (!(std::isfinite(b.height_m) && std::isfinite(b.rate_mps))) return complain("leaves all bounds");

    // from rest: which way it goes
    if (a.rate_mps == 0) {
      a.rate_mps = vertical_after(1e-6 * length_s).rate_mps;
      if (!end_.is_time && time_s_ == 0 && a.height_m == end_.value && a.rate_mps < 0) return finish(0, state_);
    }

    // a turn inside the step splits it for the search of the crossing
    double turn_s = -1;
    if ((a.rate_mps > 0 && b.rate_mps <= 0) || (a.rate_mps < 0 && b.rate_mps > 0))
      turn_s = turning_after(length_s, a.rate_mps, b.rate_mps);
    if (!end_.is_time) {
      double low = -1, high = -1;
      if (turn_s >= 0) {
        const double turn_m = vertical_after(turn_s).height_m;
        if (a.rate_mps > 0 && turn_m > end_.value && b.height_m <= end_.value) low = turn_s, high = length_s;
        if (a.rate_mps < 0 && a.height_m > end_.value && turn_m <= end_.value) low = 0, high = turn_s;
      } else if (a.height_m > end_.value && b.height_m <= end_.value) {
        low = 0, high = length_s;
      }
      if (high >= 0) {
        const double tau = crossing_between(low, high);
        if (turn_s <= tau) note_apex(turn_s, a.rate_mps);
        is_over_ = true;
        take_samples(tau);
        return finish(time_s_ + tau, after(tau));
      }
      if (b.height_m < kDeepest_m) return complain("never falls through the level where it is to end");
    }
    note_apex(turn_s, a.rate_mps);
    is_over_ = end_.is_time && to_s >= end_.value;
    take_samples(length_s);
    is_over_ = false;
    time_s_ = to_s;
    state_ = next;
    if (body_.world == FlightWorld::rotating_earth)
      report_.jacobi_change_rel = std::max(report_.jacobi_change_rel, std::fabs(jacobi() / report_.jacobi_m2ps2 - 1));
  }
  void note_apex(double turn_s, double rate_begin) {
    if (turn_s >= 0 && rate_begin > 0 && !report_.apex) report_.apex = point_at(time_s_ + turn_s, after(turn_s));
  }

  const PointMass& body_;
  const double step_s_;
  const FlightEnd end_;
  const std::span<const double> samples_;
  FlightReport& report_;
  const DragCurve* drag_;
  StepForces forces_;
  PointState state_{};
  double time_s_ = 0, phase_begin_kg_ = 0, steps_ = 0;
  std::size_t next_sample_ = 0;
  bool is_over_ = false;
};

}  // namespace

FlightReport fly_point_mass(const PointMass& body, Vec3 position_m, Vec3 velocity_mps, double step_s, FlightEnd end,
                            std::span<const double> sample_times_s) {
  FlightReport report;
  Flight(body, step_s, end, sample_times_s, report)
      .fly({position_m.x, position_m.y, position_m.z, velocity_mps.x, velocity_mps.y, velocity_mps.z});
  return report;
}

}  // namespace pavise
