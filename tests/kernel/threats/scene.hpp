// A small raid around an asset, for the tests of this folder.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "kernel/threats/threats.hpp"

namespace pavise::threats_test {

struct Scene {
  std::vector<ThreatClass> classes;
  std::vector<Asset> assets{{.name = "airfield", .position_enu_m = {}, .radius_m = 800, .value = 30, .hardness = 40}};
  Environment environment;
  Raid raid;
  Threats threats;
  std::uint64_t seed = 1;
  std::int32_t first_replication = 0;

  MotionContext context() const { return {classes, environment, Draws{seed}, first_replication}; }

  std::int32_t add_class(std::string_view motion, std::vector<std::pair<std::string_view, double>> values = {}) {
    ThreatClass c;
    c.name = motion;
    c.motion = &Registry<MotionKind>::instance().at(motion);
    c.motion_parameters = defaults_of(c.motion->info);
    for (const auto& [name, value] : values) set_parameter(c.motion_parameters, c.motion->info, name, value);
    prepare_motion(c);
    classes.push_back(c);
    return std::int32_t(classes.size()) - 1;
  }
  Wave& add_wave(std::int32_t threat_class, std::int32_t count, double bearing_deg, double half_width_deg,
                 double range_m, double altitude_m, double at_time_s = 0, double spacing_s = 0) {
    Wave wave;
    wave.threat_class = threat_class;
    wave.count = count;
    wave.bearing_rad = bearing_deg * kPi / 180;
    wave.half_width_rad = half_width_deg * kPi / 180;
    wave.range_m = range_m;
    wave.altitude_m = altitude_m;
    wave.at_time_s = at_time_s;
    wave.spacing_s = spacing_s;
    raid.waves.push_back(wave);
    return raid.waves.back();
  }
  void start(std::int32_t replications = 1) { start(replications, replications); }
  void start(std::int32_t replications, std::int32_t active) {
    allocate(threats, raid, replications);
    start_raid(threats, raid, assets, context(), active);
  }
  void move_to(Clock& clock) { move_threats(threats, context(), clock); }
};

inline Clock clock_of(double frame_s) { return {.frame_ticks = ticks_of(frame_s), .frame = 0}; }

/// Follows a row from piece to piece up to its arrival: visit(begin_s, end_s, row's state at begin, at end). The
/// greatest step of position between two pieces is returned.
template <class Visit>
double follow(Scene& scene, std::int32_t row, Visit visit) {
  Threats& t = scene.threats;
  const std::size_t r = std::size_t(row);
  const ThreatClass& threat_class = scene.classes[std::size_t(t.class_of_number[std::size_t(t.number_of(row))])];
  double greatest_m = 0;
  for (int k = 0; k < 100'000; ++k) {
    const double end_s = t.piece_end_s[r] < t.arrives_s[r] ? t.piece_end_s[r] : t.arrives_s[r];
    const State end = state_at(t, r, end_s);
    visit(t.piece_begin_s[r], end_s, state_at(t, r, t.piece_begin_s[r]), end);
    if (t.piece_end_s[r] >= t.arrives_s[r]) break;
    threat_class.motion->next_piece(scene.context(), threat_class, t, std::span(&row, 1));
    greatest_m = std::max(greatest_m, length(state_at(t, r, end_s).position_m - end.position_m));
    if (t.piece_begin_s[r] != end_s) return kNever_s;  // a gap
  }
  return greatest_m;
}
inline double follow(Scene& scene, std::int32_t row) {
  return follow(scene, row, [](double, double, const State&, const State&) {});
}

}  // namespace pavise::threats_test
