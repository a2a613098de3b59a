// The ideal rung of a ballistic missile: a parabola in vacuum over flat ground.
#include <algorithm>

#include "kernel/threats/pieces.hpp"

namespace pavise {
namespace {

struct VacuumParabola {
  double apogee_m;  // 0: least energy
};

/// Time of flight from z0 to z1 (heights) over ground distance R. With an apogee H above both: rise and fall,
/// sqrt(2 (H - z0) / g) + sqrt(2 (H - z1) / g). Without: the 45 deg launch, z1 - z0 = R - g T^2 / 2.
double flight_time_s(double apogee_m, double z0, double z1, double range_m) {
  constexpr double g = kStandardGravity_mps2;
  if (apogee_m > std::max(z0, z1)) return std::sqrt(2 * (apogee_m - z0) / g) + std::sqrt(2 * (apogee_m - z1) / g);
  return std::sqrt(2 * std::max(range_m - (z1 - z0), 1.0) / g);
}

void start(const MotionContext&, const ThreatClass& threat_class, Threats& t, std::span<const std::int32_t> rows) {
  constexpr double g = kStandardGravity_mps2;
  const VacuumParabola& p = threat_class.motion_parameters.as<VacuumParabola>();
  for (const std::int32_t r : rows) {
    const std::size_t row = std::size_t(r);
    const Vec3 from = start_of(t, row), to = aim_of(t, row), way = to - from;
    const double range_m = std::sqrt(way.x * way.x + way.y * way.y);
    const double duration_s = flight_time_s(p.apogee_m, from.z, to.z, range_m);
    const Vec3 velocity{way.x / duration_s, way.y / duration_s, way.z / duration_s + 0.5 * g * duration_s};
    write_parabola(t, row, t.appears_s[row], kNever_s, from, velocity, {0, 0, -0.5 * g});
    t.arrives_s[row] = t.appears_s[row] + duration_s;
    if (!(t.speed_mps[row] > 0)) t.speed_mps[row] = length(velocity);
  }
}

void next_piece(const MotionContext&, const ThreatClass&, Threats& t, std::span<const std::int32_t> rows) {
  for (const std::int32_t row : rows) t.piece_end_s[std::size_t(row)] = kNever_s;
}

const Registration<MotionKind> registered{{
    .info = {.category = "threat motion",
             .name = "ballistic/vacuum",
             .summary = "Vacuum parabola over flat ground; the ideal rung of a ballistic missile.",
             .source = "closed form, docs/models/threats.md#vacuum-parabola",
             .parameters = {parameter("apogee", &VacuumParabola::apogee_m, Dimension::length, {0, 1.5e6},
                                      "highest point above the ground; 0: the trajectory of least energy", 0.0)},
             .size_bytes = sizeof(VacuumParabola)},
    .start = start,
    .next_piece = next_piece,
}};

}  // namespace
}  // namespace pavise
