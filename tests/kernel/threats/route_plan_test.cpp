#include "kernel/threats/route_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace pavise::threats_test {
namespace {

Vec3 vector_of(const nlohmann::json& v) { return {v[0].get<double>(), v[1].get<double>(), v[2].get<double>()}; }

const Segment& segment_at(const RoutePlan& plan, double time_s) {
  std::int32_t i = 0;
  while (i + 1 < plan.count && plan.segment[i].end_s <= time_s) ++i;
  return plan.segment[i];
}

// The kind ends over its last point at the altitude reached; ours flies on to dive onto an aim. With an aim far ahead
// in line with the last leg the last point is passed without a turn, and all before it must agree.
TEST(RoutePlan, AgreesWithTheConformanceCasesOfModelWaypoints) {
  std::ifstream file(PAVISE_SOURCE_DIR "/tests/cases/trajectory/waypoints.json");
  const nlohmann::json envelope = nlohmann::json::parse(file);
  for (const auto& one : envelope["cases"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    const auto& input = one["input"];
    RouteRules rules;
    rules.speed_mps = input["speed_mps"];
    rules.turn_rate_radps = input.value("turn_rate_max_degps", 0.0) * kPi / 180;
    rules.climb_rate_mps = input["climb_rate_max_mps"];
    rules.dive_rad = 45 * kPi / 180;
    rules.holds_airspeed = true;
    Environment environment;
    if (input.contains("wind_enu_mps")) {
      const Vec3 wind = vector_of(input["wind_enu_mps"]);
      environment.wind_speed_mps = length(wind);
      environment.wind_from_rad = std::atan2(-wind.x, -wind.y);
    }
    std::vector<Vec3> route;
    for (const auto& point : input["waypoints_enu_m"]) route.push_back(vector_of(point));
    const RouteStart start{.position_m = route.front()};
    const Vec3 last = route.back(), before = route[route.size() - 2];
    const double leg_m = std::hypot(last.x - before.x, last.y - before.y);
    const Vec3 aim{last.x + 100e3 / leg_m * (last.x - before.x), last.y + 100e3 / leg_m * (last.y - before.y), 0};
    route.erase(route.begin());

    RoutePlan plan;
    plan_route(plan, rules, environment, start, route, aim);
    const auto& expected = one["expected"];
    for (std::size_t k = 0; k < input["sample_times_s"].size(); ++k) {
      const double t = input["sample_times_s"][k];
      const State s = state_on(plan, segment_at(plan, t), t);
      EXPECT_LT(length(s.position_m - vector_of(expected["position_enu_m"][k])), 1e-6) << t;
      EXPECT_LT(length(s.velocity_mps - vector_of(expected["velocity_enu_mps"][k])), 1e-8) << t;
    }
    const double arrival_s = expected["arrival_time_s"];
    const State over = state_on(plan, segment_at(plan, arrival_s), arrival_s);
    EXPECT_LT(std::hypot(over.position_m.x - last.x, over.position_m.y - last.y), 1e-6);
  }
}

TEST(RoutePlan, InPartHoldsTheSameSegmentAsInWhole) {
  RouteRules rules;
  rules.speed_mps = 50, rules.turn_rate_radps = 0.1, rules.climb_rate_mps = 5, rules.dive_rad = 0.7;
  const std::vector<Vec3> route{{5e3, 0, 700}, {8e3, 3e3, 400}, {7e3, 6e3, 0}};
  const RouteStart start{.position_m = {0, 0, 500}, .time_s = 3};
  RoutePlan whole, part;
  plan_route(whole, rules, {}, start, route, {2e3, 9e3, 0});
  int parts = 0;
  for (double time_s = 3; time_s < whole.arrives_s; time_s += 0.37) {
    plan_route(part, rules, {}, start, route, {2e3, 9e3, 0}, time_s);
    parts += part.is_part;
    const Segment &a = segment_at(whole, time_s), &b = segment_at(part, time_s);
    ASSERT_EQ(a.begin_s, b.begin_s) << time_s;
    ASSERT_EQ(a.end_s, b.end_s) << time_s;
    const State p = state_on(whole, a, time_s), q = state_on(part, b, time_s);
    ASSERT_EQ(length(p.position_m - q.position_m), 0) << time_s;
    ASSERT_EQ(length(p.velocity_mps - q.velocity_mps), 0) << time_s;
  }
  EXPECT_GT(parts, 100);
}

TEST(RoutePlan, SharesALegThatIsTooShortForBothItsArcs) {
  RouteRules rules;
  rules.speed_mps = 50, rules.turn_rate_radps = 0.05, rules.climb_rate_mps = 5, rules.dive_rad = 0.7;
  const std::vector<Vec3> route{{5e3, 0, 500}, {5e3, 1e3, 500}};  // two right angles 1 km apart, radius 1 km each
  RoutePlan plan;
  plan_route(plan, rules, {}, {.position_m = {0, 0, 500}}, route, {10e3, 1e3, 0});
  std::vector<double> radius_m;
  for (std::int32_t i = 0; i < plan.count; ++i)
    if (plan.segment[i].kind == SegmentKind::turn) radius_m.push_back(plan.segment[i].radius_m);
  ASSERT_EQ(radius_m.size(), 2u);
  EXPECT_NEAR(radius_m[0], 500, 1e-9);
  EXPECT_NEAR(radius_m[1], 500, 1e-9);
}

}  // namespace
}  // namespace pavise::threats_test
