#include "sensors/look_lanes.hpp"

#include <cmath>
#include <limits>

namespace pavise::PAVISE_VARIANT {

void face_antenna(const FacingColumns& looks) {
  const FacingColumns c = looks;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const Signature& seen = c.signatures[c.number[i]];
    const double x = c.x_m[i] - c.antenna_x_m, y = c.y_m[i] - c.antenna_y_m, z = c.z_m[i] - c.antenna_z_m;
    const double vx = c.vx_mps[i], vy = c.vy_mps[i], vz = c.vz_mps[i];
    const double side = seen.rcs_factor_side, tail = seen.rcs_factor_tail, hot_tail = seen.infrared_factor_tail;
    c.x_m[i] = x;
    c.y_m[i] = y;
    c.z_m[i] = z;
    const double towards = -(vx * x + vy * y + vz * z);
    const double oblique = towards * towards - 0.25 * (vx * vx + vy * vy + vz * vz) * (x * x + y * y + z * z);
    const double end_on = towards < 0 ? tail : 1.0, hot_end_on = towards < 0 ? hot_tail : 1.0;
    c.rcs_m2[i] = seen.rcs_m2 * (oblique > 0 ? end_on : side);
    c.infrared[i] = seen.infrared * (oblique > 0 ? hot_end_on : 1.0);
    c.eirp_W[i] = seen.eirp_W;
    c.swerling[i] = seen.swerling;
  }
}

// The velocity of one axis, squared, and its greatest acceleration within the time looked ahead.
static inline __attribute__((always_inline)) void axis_of(double c1, double c2, double c3, double tau, double ahead_s,
                                                          double& velocity, double& acceleration) {
  velocity = c1 + tau * (2 * c2 + tau * (3 * c3));
  acceleration = 2 * std::fabs(c2) + 6 * std::fabs(c3) * (std::fabs(tau) + ahead_s);
}

void out_of_reach(const PathColumns& path, const ReachColumns& looks) {
  constexpr double kLookAhead_s = 30;
  const PathColumns p = path;
  const ReachColumns c = looks;
#pragma omp simd
  for (std::int32_t i = 0; i < c.count; ++i) {
    const std::int32_t row = c.row[i];
    const double time_s = c.time_s[i], tau = time_s - p.piece_begin_s[row];
    double vx, vy, vz, ax, ay, az;
    axis_of(p.cx[1][row], p.cx[2][row], p.cx[3][row], tau, kLookAhead_s, vx, ax);
    axis_of(p.cy[1][row], p.cy[2][row], p.cy[3][row], tau, kLookAhead_s, vy, ay);
    axis_of(p.cz[1][row], p.cz[2][row], p.cz[3][row], tau, kLookAhead_s, vz, az);
    const double bound = std::sqrt(vx * vx + vy * vy + vz * vz) + kLookAhead_s * std::sqrt(ax * ax + ay * ay + az * az);
    const double given = c.speed_mps[row], end_s = c.piece_end_s[row];
    const double speed = bound > given ? bound : given;
    const double way_s = c.gap_m[i] / (1.25 * speed + 20);
    const double least_s = way_s < kLookAhead_s ? way_s : kLookAhead_s;
    const double until_s = time_s + (least_s > 0 ? least_s : 0.0), last_s = end_s > time_s ? end_s : time_s;
    c.until_s[i] = until_s < last_s ? until_s : last_s;
  }
}

void frames_ahead(std::int32_t count, const double* next_s, double now_s, double frames_per_s, double most,
                  std::int32_t* ahead) {
#pragma omp simd
  for (std::int32_t i = 0; i < count; ++i) {
    const double next = next_s[i];
    const double frames = (next - now_s) * frames_per_s + (1 - 1e-6);
    const double near = frames < most ? frames : most;
    const double later = near > 1 ? near : 1.0;
    const double due_or_later = next > now_s ? later : 0.0;
    ahead[i] = std::int32_t(next < std::numeric_limits<double>::infinity() ? due_or_later : -1.0);
  }
}

}  // namespace pavise::PAVISE_VARIANT
