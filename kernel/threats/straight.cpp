// The ideal rung of everything that flies level: constant velocity at constant altitude to the point above the aim.
#include "kernel/threats/pieces.hpp"

namespace pavise {
namespace {

struct Straight {
  double speed_mps;
  double altitude_m;
};

/// One piece from where the row is at begin_s to above its aim; arrives begin_s + horizontal distance / speed.
void fly_to_aim(Threats& t, std::size_t row, double begin_s, Vec3 from_m) {
  const double dx = t.aim_x_m[row] - from_m.x, dy = t.aim_y_m[row] - from_m.y;
  const double distance_m = std::sqrt(dx * dx + dy * dy), speed = t.speed_mps[row];
  const double rate = distance_m > 0 ? speed / distance_m : 0;
  write_line(t, row, begin_s, kNever_s, from_m, {dx * rate, dy * rate, 0});
  t.arrives_s[row] = distance_m > 0 ? begin_s + distance_m / speed : begin_s;
}

void start(const MotionContext&, const ThreatClass& threat_class, Threats& t, std::span<const std::int32_t> rows) {
  const Straight& p = threat_class.motion_parameters.as<Straight>();
  for (const std::int32_t r : rows) {
    const std::size_t row = std::size_t(r);
    if (!(t.speed_mps[row] > 0)) t.speed_mps[row] = p.speed_mps;
    if (!(t.start_z_m[row] > 0)) t.start_z_m[row] = p.altitude_m;
    t.aim_z_m[row] = t.start_z_m[row];
    fly_to_aim(t, row, t.appears_s[row], start_of(t, row));
  }
}

void next_piece(const MotionContext&, const ThreatClass&, Threats& t, std::span<const std::int32_t> rows) {
  for (const std::int32_t row : rows) t.piece_end_s[std::size_t(row)] = kNever_s;
}

void replan(const MotionContext&, const ThreatClass&, Threats& t, std::int32_t row, double time_s) {
  fly_to_aim(t, std::size_t(row), time_s, state_at(t, std::size_t(row), time_s).position_m);
}

const Registration<MotionKind> registered{{
    .info = {.category = "threat motion",
             .name = "straight",
             .summary = "Constant velocity at constant altitude to the point above the aim; the ideal rung.",
             .source = "closed form, docs/models/threats.md#straight",
             .parameters = {parameter("speed", &Straight::speed_mps, Dimension::speed, {1, 8000},
                                      "over ground, if neither class nor wave gives one", 50.0),
                            parameter("altitude", &Straight::altitude_m, Dimension::length, {0, 100e3},
                                      "above ground, if the wave gives none", 0.0)},
             .size_bytes = sizeof(Straight)},
    .start = start,
    .next_piece = next_piece,
    .replan = replan,
}};

}  // namespace
}  // namespace pavise
