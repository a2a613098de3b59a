#include "sensors/delivery.hpp"

#include <cmath>
#include <map>
#include <set>

#include "tests/sensors/sensor_scene.hpp"

namespace pavise {
namespace {

/// A scene whose detections go their way, and what arrives.
struct Postal {
  struct Arrival {
    std::int32_t feed, replication, source;
    double measured_s, arrived_s;
    std::int64_t share;  // running number of the call that handed it over
    bool operator==(const Arrival&) const = default;
  };
  SensorScene scene;
  std::vector<Sensor> feeds;
  Delivery delivery;
  Detections delivered;
  std::vector<Arrival> arrivals, alarms;
  std::int64_t share = 0;

  void take(const Detections& d) {
    ++share;
    const double now_s = scene.clock.now_s();
    for (const DetectionGroup& group : d.groups)
      for (std::size_t i = std::size_t(group.begin); i < std::size_t(group.end); ++i)
        arrivals.push_back({d.sensor[i], d.replication[i], d.source[i], d.time_s[i], now_s, share});
    for (const AlarmRun& run : d.alarm_runs)
      for (std::size_t i = std::size_t(run.begin); i < std::size_t(run.end); ++i)
        alarms.push_back({run.sensor, run.replication, -1, d.alarms[i].time_s, now_s, share});
  }
  void run_until(double end_s) {
    scene.begin();
    feeds = scene.models;
    start();
    while (seconds_of((scene.clock.frame + 1) * scene.clock.frame_ticks) <= end_s) step();
  }
  void start() {
    allocate(scene.detections, 4096, feeds.size());
    allocate(delivered, 4096, feeds.size());
    allocate(delivery, feeds, scene.replications, scene.threats.rows, scene.frame_s);
  }
  void step() {
    scene.step();
    const DeliveryContext context{feeds, Draws{scene.seed}, scene.first_replication};
    send(context, scene.threats, scene.clock, delivery, scene.sensors, scene.detections);
    std::int64_t frame = 0, before = -1;
    while (receive(context, scene.threats, scene.clock, delivery, scene.sensors, delivered, frame)) {
      EXPECT_GT(frame, before) << "oldest first";
      before = frame;
      take(delivered);
    }
    take(scene.detections);
  }
};

Sensor& add_eye(SensorScene& scene, const char* name, double period_s = 1) {
  scene.environment.is_flat_without_horizon = true;
  return scene.add("cookie_cutter", name, {0, 0, 0}, {{"range", 100e3}, {"scan_period", period_s}, {"repeats", 1}});
}

Postal two_fliers() {
  Postal p;
  p.scene.paths = {{{0, 10e3, 500}, {10, 0, 0}}, {{5e3, 0, 500}, {0, 10, 0}}};
  return p;
}

TEST(Delivery, WhatNothingDelaysNeedsNone) {
  Postal p = two_fliers();
  add_eye(p.scene, "eye");
  allocate(p.delivery, p.scene.models, 1, 2, 0.5);
  EXPECT_FALSE(p.delivery.is_needed);
  p.scene.models[0].loss = 0.1;
  allocate(p.delivery, p.scene.models, 1, 2, 0.5);
  EXPECT_TRUE(p.delivery.is_needed);
}

TEST(Delivery, ADetectionArrivesItsLatencyLaterAndKeepsItsOwnTime) {
  for (const double latency_s : {0.5, 1.0, 0.7, 12.3}) {
    Postal p = two_fliers();
    add_eye(p.scene, "late").latency_s = latency_s;
    p.run_until(30);
    // scans at 0, 1, 2 ... of two fliers; by 30 s those up to 30 - latency have arrived
    ASSERT_EQ(p.arrivals.size(), 2 * std::size_t(std::floor(30 - latency_s) + 1)) << latency_s;
    for (const Postal::Arrival& a : p.arrivals) {
      EXPECT_EQ(a.measured_s, std::round(a.measured_s));
      EXPECT_GE(a.arrived_s, a.measured_s + latency_s);
      EXPECT_LT(a.arrived_s - 0.5, a.measured_s + latency_s) << "in the first frame that holds the instant";
    }
    EXPECT_EQ(p.arrivals[0].measured_s, 0);
    if (latency_s == 0.5) {
      EXPECT_EQ(p.arrivals[0].arrived_s, 0.5) << "exact at the instant";
    }
  }
}

TEST(Delivery, ThePictureTakesInWhatHasArrivedAtEachMultipleOfTheFusionPeriod) {
  Postal p = two_fliers();
  Sensor& eye = add_eye(p.scene, "eye", 0.5);
  eye.latency_s = 0.25;
  eye.fusion_period_s = 2;
  p.run_until(21);
  ASSERT_FALSE(p.arrivals.empty());
  for (const Postal::Arrival& a : p.arrivals) EXPECT_EQ(a.arrived_s, 2 * std::ceil((a.measured_s + 0.25) / 2));
  for (std::size_t i = 1; i < p.arrivals.size(); ++i)
    EXPECT_GE(p.arrivals[i].measured_s, p.arrivals[i - 1].measured_s) << "in the order of measurement";
}

TEST(Delivery, SensorsOfDifferentLatencyDoNotWaitForEachOther) {
  Postal p = two_fliers();
  add_eye(p.scene, "here");
  add_eye(p.scene, "there").latency_s = 3;
  p.run_until(10);
  for (const Postal::Arrival& a : p.arrivals) EXPECT_EQ(a.arrived_s - a.measured_s, a.feed == 0 ? 0 : 3);
  EXPECT_EQ(p.arrivals.size(), 2u * 11 + 2u * 8);
}

TEST(Delivery, LosesTheStatedShareAndTheSameOnesWhateverElseIsThere) {
  const auto arrived = [](bool has_other, std::int32_t first, std::int32_t replications) {
    Postal p = two_fliers();
    p.scene.first_replication = first;
    p.scene.replications = replications;
    if (has_other) add_eye(p.scene, "other");
    add_eye(p.scene, "eye", 0.5).loss = 0.2;
    p.run_until(200);
    std::set<std::tuple<std::int32_t, std::int32_t, double>> kept;
    for (const Postal::Arrival& a : p.arrivals)
      if (a.feed == (has_other ? 1 : 0)) kept.insert({a.replication + first, a.source, a.measured_s});
    return kept;
  };
  const auto kept = arrived(false, 0, 8);
  const double n = 8 * 2 * 401, standard_error = std::sqrt(0.2 * 0.8 / n);
  EXPECT_NEAR(double(kept.size()) / n, 0.8, 4.5 * standard_error);
  EXPECT_EQ(arrived(true, 0, 8), kept);
  std::set<std::tuple<std::int32_t, std::int32_t, double>> of_fifth;
  for (const auto& k : kept)
    if (std::get<0>(k) == 5) of_fifth.insert(k);
  EXPECT_EQ(arrived(false, 5, 1), of_fifth);
}

TEST(Delivery, WhatIsMeasuredWhileTheWayIsCutNeverArrives) {
  Postal p = two_fliers();
  Sensor& eye = add_eye(p.scene, "eye");
  eye.latency_s = 2;
  eye.cuts = {{5, 8}, {20, 1e300}};
  p.run_until(30);
  std::set<double> times;
  for (const Postal::Arrival& a : p.arrivals) times.insert(a.measured_s);
  EXPECT_EQ(times, (std::set<double>{0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
}

TEST(Delivery, ASecondFeedGetsTheSameDetectionsAtOnce) {
  Postal p = two_fliers();
  p.scene.replications = 2;
  auto values = rotating_radar_values();
  values.back().second = 1;  // false alarms
  Sensor& radar = p.scene.add("radar/rotating", "radar", {0, 0, 10}, values);
  radar.latency_s = 1.5;
  p.scene.begin();
  p.feeds = p.scene.models;
  Sensor second = radar;
  second.latency_s = 0;
  second.track_file = 1;
  second.repeats = 0;
  p.feeds.push_back(second);
  p.start();
  while (p.scene.clock.now_s() < 60) p.step();
  for (std::vector<Postal::Arrival>* all : {&p.arrivals, &p.alarms}) {
    std::map<std::tuple<std::int32_t, std::int32_t, double>, std::int32_t> of_second;
    std::size_t first = 0, both = 0;
    for (const Postal::Arrival& a : *all)
      if (a.feed == 1) {
        ++of_second[{a.replication, a.source, a.measured_s}];
        EXPECT_LT(a.arrived_s - a.measured_s, 0.5);
      }
    for (const Postal::Arrival& a : *all)
      if (a.feed == 0) {
        ++first;
        both += of_second.count({a.replication, a.source, a.measured_s});
      }
    EXPECT_GT(first, 20u);
    EXPECT_EQ(both, first);
  }
}

TEST(Delivery, NothingReachesAReplicationThatHasEnded) {
  Postal p = two_fliers();
  p.scene.replications = 2;
  add_eye(p.scene, "eye").latency_s = 4;
  p.scene.before_frame = [&](SensorScene& scene) {
    if (scene.clock.now_s() >= 10) p.delivery.is_over[0] = 1;
  };
  p.run_until(20);
  for (const Postal::Arrival& a : p.arrivals)
    EXPECT_TRUE(a.replication == 1 || a.arrived_s < 10);
  EXPECT_EQ(p.arrivals.back().replication, 1);
}

TEST(Delivery, TakesNoMemoryOnceAsMuchHasBeenUnderWay) {
  Postal p = two_fliers();
  add_eye(p.scene, "eye", 0.5).latency_s = 6;
  p.run_until(30);
  const std::size_t shipments = p.delivery.shipments.size();
  for (int k = 0; k < 200; ++k) p.step();
  EXPECT_EQ(p.delivery.shipments.size(), shipments);
}

TEST(Outage, LooksInTheWindowDoNotHappenAndTheOthersStayAsTheyWere) {
  // a scan at the first instant of an outage is in it, one at the first instant after it is not
  SensorScene eye;
  eye.paths = {{{0, 10e3, 500}, {10, 0, 0}}};
  add_eye(eye, "eye").outages = {{3, 6}, {10, 11.5}};
  eye.run_until(14);
  std::vector<double> times;
  for (const Seen& s : eye.seen) times.push_back(s.time_s);
  EXPECT_EQ(times, (std::vector<double>{0, 1, 2, 6, 7, 8, 9, 12, 13, 14}));

  const auto seen = [](std::vector<TimeWindow> outages) {
    SensorScene s;
    s.replications = 3;
    s.paths = {{{0, 30e3, 2000}, {0, -150, 0}}, {{20e3, 0, 2000}, {-150, 0, 0}}};
    s.add("radar/rotating", "radar", {0, 0, 10}, rotating_radar_values()).outages = std::move(outages);
    s.run_until(80);
    return s.seen;
  };
  std::vector<Seen> expected;
  for (const Seen& s : seen({}))
    if (s.time_s < 20.25 || s.time_s >= 41) expected.push_back(s);
  EXPECT_TRUE(seen({{20.25, 41}}) == expected);
}

}  // namespace
}  // namespace pavise
