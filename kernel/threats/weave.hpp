// The seeded weave of a missile's last part: a sideways offset on top of a path, that begins and ends with nothing.
#pragma once

#include "kernel/core/elementary.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {

/// y(t) = E(t) (a / w^2) sin(w (t - begin) + phase), w = 2 pi / period: where the envelope E is 1 the sideways
/// acceleration has amplitude a. E rises and falls as u^2 (3 - 2 u) over one period at each end (over half of the weave
/// if it is shorter than two), so that offset and its rate are 0 at begin_s and at end_s.
struct Weave {
  double acceleration_mps2 = 0, period_s = 1, phase_rad = 0;
  double begin_s = 0, end_s = 0;  // end_s <= begin_s: none

  bool is_on_at(double time_s) const { return acceleration_mps2 > 0 && time_s >= begin_s && time_s < end_s; }
};

struct SidewaysOffset {
  double offset_m, rate_mps;
};
inline SidewaysOffset offset_at(const Weave& w, double time_s) {
  if (!(w.acceleration_mps2 > 0) || time_s <= w.begin_s || time_s >= w.end_s) return {0, 0};
  const double ramp_s = w.end_s - w.begin_s < 2 * w.period_s ? 0.5 * (w.end_s - w.begin_s) : w.period_s;
  const double tau = time_s - w.begin_s, left = w.end_s - time_s;

  // only one of the two ramps is below 1 at a time
  double envelope = 1, slope = 0;
  if (tau < ramp_s || left < ramp_s) {
    const double u = (tau < left ? tau : left) / ramp_s;
    envelope = u * u * (3 - 2 * u);
    slope = (tau < left ? 6 : -6) * u * (1 - u) / ramp_s;
  }
  const double omega = 2 * kPi / w.period_s;
  const double amplitude = w.acceleration_mps2 / (omega * omega);
  const double angle = omega * tau + w.phase_rad;
  const double s = sine(angle), c = cosine(angle);
  return {envelope * amplitude * s, amplitude * (slope * s + envelope * omega * c)};
}

}  // namespace pavise
