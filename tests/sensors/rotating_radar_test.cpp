#include <cmath>

#include "sensors/detection.hpp"
#include "sensors/radar.hpp"
#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

// All targets are seen at every pass, so that detections tell when the beam was there.
std::vector<std::pair<std::string, double>> bright_radar() {
  auto values = rotating_radar_values();
  set(values, "reference_range", 2000e3);
  set(values, "elevation_max", kPi / 2);
  return values;
}

double wrap_turns(double x) { return x - std::floor(x + 0.5); }

TEST(RotatingRadar, LooksWhenABeamSteppedByAThousandthOfATurnCrossesTheTarget) {
  SensorScene s;
  s.frame_s = 0.1;
  s.environment.is_flat_without_horizon = true;
  s.paths = {{{20e3, 5e3, 1000}, {-200, 50, 0}}, {{-3e3, 2e3, 500}, {150, -120, 5}}, {{0, -30e3, 2000}, {0, 300, 0}, 3.3}};
  s.add("radar/rotating", "north", {100, -50, 10}, bright_radar());
  s.run_until(60);
  const double period = 2, phase = double(s.models[0].stream) / 65536;
  for (std::int32_t j = 0; j < 3; ++j) {
    std::vector<double> crossings;
    const Path& path = s.paths[std::size_t(j)];
    double last = 0;
    for (double t = path.appears_s; t <= 60; t += 1e-4) {
      const Vec3 at = path.from_m + (t - path.appears_s) * path.velocity_mps - s.models[0].position_enu_m;
      const double off = wrap_turns(t / period + phase - std::atan2(at.x, at.y) / (2 * kPi));
      if (t > path.appears_s && last < 0 && off >= 0 && off < 0.1) crossings.push_back(t);
      last = off;
    }
    const std::vector<Seen> seen = s.of(0, 0, j);
    ASSERT_NEAR(double(seen.size()), double(crossings.size()), 1) << j;
    for (std::size_t k = 0; k < std::min(seen.size(), crossings.size()); ++k)
      EXPECT_NEAR(seen[k].time_s, crossings[k], 2e-4) << j << " pass " << k;
  }
}

TEST(RotatingRadar, MeetsATargetThatTurnedSinceThePrediction) {
  SensorScene s;
  s.frame_s = 0.1;
  s.environment.is_flat_without_horizon = true;
  s.paths = {{{8e3, 0, 500}, {0, 250, 0}}};
  s.add("radar/rotating", "north", {0, 0, 10}, bright_radar());
  s.before_frame = [](SensorScene& scene) {
    if (scene.clock.frame != 105) return;  // at 10.5 s it turns round
    Threats& t = scene.threats;
    const State here = state_at(t, 0, 10.5);
    t.piece_begin_s[0] = 10.5;
    t.cx[0][0] = here.position_m.x, t.cy[0][0] = here.position_m.y;
    t.cy[1][0] = -250;
  };
  s.run_until(30);
  ASSERT_GE(s.seen.size(), 13u);
  const double phase = double(s.models[0].stream) / 65536;
  for (const Seen& d : s.seen) {
    const double y = d.time_s <= 10.5 ? 250 * d.time_s : 250 * (21 - d.time_s);
    EXPECT_LT(std::fabs(wrap_turns(d.time_s / 2 + phase - std::atan2(8e3, y) / (2 * kPi))), 1e-5) << d.time_s;
  }
}

TEST(RotatingRadar, DetectsTheShareOfLooksThatSwerlingSays) {
  // hovering targets at ranges that give Pd from 0.05 to 0.99; every pass of every replication is a look
  for (int swerling = 0; swerling <= 4; ++swerling) {
    SensorScene s;
    s.environment.is_flat_without_horizon = true;
    s.replications = 200;
    s.seed = std::uint64_t(7 + swerling);
    s.classes[0].swerling = swerling;
    for (int j = 0; j < 6; ++j) s.paths.push_back({{0, 22e3 + 9e3 * j, 1000}, {0, -1, 0}});
    s.add("radar/rotating", "north", {0, 0, 10}, rotating_radar_values());
    s.run_until(100);
    for (std::int32_t j = 0; j < 6; ++j) {
      const double range = length(s.paths[std::size_t(j)].from_m + Vec3{0, -50, -10});
      const double snr = (std::log(1e-6) / std::log(0.9) - 1) * std::pow(40e3 / range, 4);
      const double pd = detection_probability(swerling, snr, 1e-6, 1);
      const double looks = 200 * 50, share = double(s.of(0, -1, j).size()) / looks;
      // the target comes nearer by 100 m meanwhile: less than 0.003 in Pd
      EXPECT_NEAR(share, pd, 4.5 * std::sqrt(pd * (1 - pd) / looks) + 0.003) << "swerling " << swerling << " at " << range;
    }
  }
}

TEST(RotatingRadar, MeasuresWithTheNoiseItStates) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.replications = 100;
  s.paths = {{{15e3, 20e3, 3000}, {-1, 0, 0}}};
  s.add("radar/rotating", "north", {0, 0, 10}, rotating_radar_values());
  s.run_until(100);
  double sum = 0, sum2 = 0, angle2 = 0, rate2 = 0, n = 0;
  for (const Seen& d : s.seen) {
    const Vec3 at = s.paths[0].from_m + d.time_s * s.paths[0].velocity_mps - Vec3{0, 0, 10};
    const double range = length(at), snr = std::max(d.snr, -std::log(1e-6));
    EXPECT_NEAR(d.snr, (std::log(1e-6) / std::log(0.9) - 1) * std::pow(40e3 / range, 4), 1e-9 * d.snr);
    EXPECT_NEAR(d.sigma_range_m, range_noise_m(snr, 5e6, 10), 1e-9);
    EXPECT_NEAR(d.sigma_azimuth_rad, angle_noise(snr, 2 * kPi / 180, 2e-3), 1e-12);
    const double z = (d.range_m - range) / d.sigma_range_m;
    const double a = (d.azimuth_rad - std::atan2(at.x, at.y)) / d.sigma_azimuth_rad;
    const double rate = (d.range_rate_mps - dot(at, s.paths[0].velocity_mps) / range) / range_rate_noise_mps(snr, 10e9, 0.01, 2);
    sum += z, sum2 += z * z, angle2 += a * a, rate2 += rate * rate, n += 1;
  }
  ASSERT_GT(n, 3000);
  EXPECT_NEAR(sum / n, 0, 4.5 / std::sqrt(n));
  for (double mean_square : {sum2 / n, angle2 / n, rate2 / n}) EXPECT_NEAR(mean_square, 1, 4.5 * std::sqrt(2 / n));
}

TEST(RotatingRadar, SeesALowTargetFromTheHorizonOn) {
  SensorScene s;
  s.replications = 20;
  s.paths = {{{60e3, 0, 50}, {-250, 0, 0}}};
  auto values = bright_radar();
  set(values, "elevation_min", -10 * kPi / 180);
  s.add("radar/rotating", "north", {0, 0, 10}, values);
  s.run_until(200);
  const LineOfSight sight = line_of_sight(10, 50, 30e3, 4.0 / 3.0 * kEarthRadius_m);
  for (std::int32_t replication = 0; replication < 20; ++replication) {
    const std::vector<Seen> seen = s.of(0, replication);
    ASSERT_FALSE(seen.empty());
    const double range = 60e3 - 250 * seen[0].time_s;
    EXPECT_LE(range, sight.horizon_slant_m);
    EXPECT_GT(range, sight.horizon_slant_m - 2 * 250 * 1.01);  // the very first pass
  }
}

TEST(RotatingRadar, KeepsToItsElevationLimitsAndItsBlindSpeed) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.paths = {{{1000, 0, 20e3}, {-30, 0, 0}},   // 87 deg up
             {{20e3, 0, 3e3}, {0, 200, 0}},    // crosses: radial speed rises slowly from 0
             {{20e3, 0, 3e3}, {-200, 0, 0}}};  // comes straight in
  auto values = bright_radar();
  set(values, "minimum_speed", 15);
  set(values, "elevation_max", 55 * kPi / 180);
  s.add("radar/rotating", "north", {0, 0, 10}, values);
  s.run_until(20);
  EXPECT_TRUE(s.of(0, 0, 0).empty());
  EXPECT_GE(s.of(0, 0, 2).size(), 9u);
  ASSERT_FALSE(s.of(0, 0, 1).empty());
  // v^2 t / r >= 15 m/s from t = 15 r / v^2 = 7.6 s on
  EXPECT_GE(s.of(0, 0, 1).front().time_s, 7.5);
  EXPECT_LE(s.of(0, 0, 1).front().time_s, 7.6 + 2.1);
}

TEST(RotatingRadar, SeesMoreFromTheSideThanFromTheNose) {
  SensorScene s;
  s.environment.is_flat_without_horizon = true;
  s.classes[0].rcs_factor_side = 10;
  s.classes[0].rcs_factor_tail = 3;
  s.classes[0].rcs_m2 = 0.1;
  s.paths = {{{20e3, 0, 10}, {-100, 0, 0}}, {{20e3, 0, 10}, {0, 100, 0}}, {{20e3, 0, 10}, {100, 0, 0}}};
  s.add("radar/rotating", "north", {0, 0, 10}, bright_radar());
  s.run_until(2);
  const auto snr_of = [&](std::int32_t j) { return s.of(0, 0, j).at(0).snr * std::pow(s.of(0, 0, j).at(0).range_m / 20e3, 4); };
  EXPECT_NEAR(snr_of(1) / snr_of(0), 10, 0.3);
  EXPECT_NEAR(snr_of(2) / snr_of(0), 3, 0.1);
}

TEST(RotatingRadar, TakesItsReachFromThePowerBudgetIfItHasNoReferenceRange) {
  // the budget of the medium-range class in the component files: it comes back within 0.3 %
  auto values = rotating_radar_values();
  set(values, "reference_range", 0);
  for (const auto& [name, value] : std::vector<std::pair<std::string, double>>{
           {"mean_power", 93}, {"gain", 38}, {"noise_figure", 3}, {"losses", 8}})
    set(values, name, value);
  SensorScene s;
  const Sensor& radar = s.add("radar/rotating", "north", {0, 0, 10}, values);
  const double snr = std::log(1e-6) / std::log(0.9) - 1;
  EXPECT_NEAR(std::pow(radar_constants(radar, false, {}).snr_at_1m / snr, 0.25), 40e3, 0.003 * 40e3);
}

TEST(RotatingRadar, LeavesOutOnlyPassesThatCouldNotSee) {
  // one radar whose instrumented range grows the reach of the skip to nothing: same detections where both can see
  SensorScene far, near;
  for (SensorScene* s : {&far, &near}) {
    s->environment.is_flat_without_horizon = true;
    for (int j = 0; j < 20; ++j)
      s->paths.push_back({{70e3 + 1000 * j, 500.0 * j, 2000}, {-150.0 - 10 * j, 20.0 * (j % 3), 0}});
  }
  auto values = bright_radar();
  far.add("radar/rotating", "north", {0, 0, 10}, values);
  set(values, "instrumented_range", 30e3);
  near.add("radar/rotating", "north", {0, 0, 10}, values);
  set(values, "instrumented_range", 500e3);
  far.models[0].parameters = defaults_of(far.models[0].kind->info);
  for (const auto& [name, value] : values) set_parameter(far.models[0].parameters, far.models[0].kind->info, name, value);
  far.run_until(400);
  near.run_until(400);
  std::vector<Seen> expected;
  for (const Seen& d : far.seen) {
    const Path& path = far.paths[std::size_t(d.source)];
    if (length(path.from_m + d.time_s * path.velocity_mps - Vec3{0, 0, 10}) <= 30e3) expected.push_back(d);
  }
  ASSERT_EQ(near.seen.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(near.seen[i].source, expected[i].source);
    EXPECT_NEAR(near.seen[i].time_s, expected[i].time_s, 1e-6);
  }
}

}  // namespace
}  // namespace pavise
