// A stand-in for Worlds: outcomes that follow from (seed, arm, replication) alone, made fast, with a pause that
// scrambles the order in which threads finish.
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "study/run_study_with.hpp"

namespace pavise::testing {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Two classes (the second a decoy), a missile and a jammer in two fire units, one raid of 5 + 3 threats.
inline Model fake_model(bool with_jammer) {
  Model model;
  model.name = with_jammer ? "both" : "missiles";
  model.assets = {{.name = "hub", .position_enu_m = {0, 0, 0}, .radius_m = 100, .value = 10}};
  ThreatClass drone, decoy;
  drone.name = "owa_drone";
  drone.unit_cost = 30000;
  decoy.name = "decoy_drone";
  decoy.damage = 0;
  decoy.unit_cost = 2000;
  model.threat_classes = {drone, decoy};
  Wave first, second;
  first.name = "drones";
  first.count = 5;
  second.name = "decoys";
  second.threat_class = 1;
  second.count = 3;
  model.raids.push_back({.name = "mixed", .title = "mixed", .waves = {first, second}});
  model.sensors.resize(1);
  model.sensors[0].name = "radar";
  Weapon missile, jammer;
  missile.name = "missile";
  missile.unit_cost = 1e6;
  jammer.name = "jammer";
  jammer.effect = Effect::jammer;
  FireUnit battery, cuas;
  battery.name = "battery";
  cuas.name = "cuas";
  Station launcher, post;
  launcher.name = "launcher";
  post.name = "post";
  if (with_jammer) {  // first in this model, second in /defs of a study that begins with the other
    model.armament.weapons = {jammer, missile};
    model.armament.fire_units = {cuas, battery};
    post.weapon = 0, post.fire_unit = 0;
    launcher.weapon = 1, launcher.fire_unit = 1;
    model.armament.stations = {post, launcher};
    model.armament.pools = {{.name = "p", .fire_unit = 0, .channels = 1}, {.name = "q", .fire_unit = 1, .channels = 4}};
  } else {
    model.armament.weapons = {missile};
    model.armament.fire_units = {battery};
    model.armament.stations = {launcher};
    model.armament.pools = {{.name = "q", .fire_unit = 0, .channels = 4}};
  }
  return model;
}

class FakeRunner : public BlockRunner {
 public:
  FakeRunner(const Model& model, std::uint64_t seed, std::int32_t block, RecordLevel record, bool is_scrambled,
             std::function<void(std::int64_t)> before_block)
      : model_(model), seed_(seed), block_(block), is_scrambled_(is_scrambled), before_block_(std::move(before_block)) {
    allocate(outcomes_, {.replications = block,
                         .threats = 8,
                         .assets = 1,
                         .stations = std::int32_t(model.armament.stations.size()),
                         .fire_units = std::int32_t(model.armament.fire_units.size()),
                         .shots_per_replication = 16,
                         .events_per_replication = record == RecordLevel::summary ? std::size_t(0) : 64,
                         .trails_per_replication = record == RecordLevel::full ? std::size_t(32) : 0});
  }
  std::int32_t block() const override { return block_; }
  const Outcomes& outcomes() const override { return outcomes_; }
  std::uint64_t outcome_hash(std::int32_t lane) const override { return hashes_[std::size_t(lane)]; }

  void run(std::int64_t first, std::int32_t count) override {
    if (before_block_) before_block_(first);
    clear(outcomes_);
    hashes_.assign(std::size_t(count), 0);
    for (std::int32_t lane = 0; lane < count; ++lane) make(first + lane, lane);
    if (is_scrambled_)
      std::this_thread::sleep_for(std::chrono::microseconds((std::uint64_t(first) * 2654435761u >> 8) % 900));
  }

 private:
  void make(std::int64_t number, std::int32_t lane) {
    // common random numbers: the raid's luck depends on the number alone
    std::mt19937_64 raid(seed_ * 1000003 + std::uint64_t(number));
    std::mt19937_64 own(seed_ * 7919 + std::uint64_t(number) * 31 + model_.armament.stations.size());
    const auto uniform = [](std::mt19937_64& g) { return double(g() >> 11) * 0x1p-53; };
    Outcomes& o = outcomes_;
    const std::size_t k = std::size_t(lane);
    o.end_s[k] = 100;
    const std::size_t weapons = model_.armament.stations.size();
    std::int32_t shot = 0;
    double damage = 0;
    for (std::int32_t t = 0; t < 8; ++t) {
      const std::size_t row = k * 8 + std::size_t(t);
      const double luck = uniform(raid);
      const bool is_shot = luck < 0.8;
      const bool is_killed = is_shot && luck < (weapons == 2 ? 0.7 : 0.5);
      o.threats.asset[row] = 0;
      o.threats.end_s[row] = 40 + 5 * t + uniform(own);
      o.threats.first_detected_s[row] = 5;
      o.threats.first_tracked_s[row] = luck < 0.9 ? 8 : kNone;
      o.threats.first_engaged_s[row] = is_shot ? 20 : kNone;
      o.threats.x_m[row] = 1000 * luck;
      o.threats.shots[row] = is_shot;
      o.threats.killer_shot[row] = is_killed ? shot : -1;
      o.threats.result[row] = std::int32_t(is_killed ? ThreatResult::killed : ThreatResult::leaked);
      damage += !is_killed && t < 5;
      event(lane, {.time_s = 5,
                   .kind = EventKind::detected,
                   .actor_kind = EntityKind::sensor,
                   .actor = 0,
                   .object_kind = EntityKind::threat,
                   .object = t});
      if (!is_shot) continue;
      const std::size_t s = k * 16 + std::size_t(shot);
      const std::int32_t station = std::int32_t(std::size_t(t) % weapons);
      o.shots.station[s] = station;
      o.shots.fire_unit[s] = model_.armament.stations[std::size_t(station)].fire_unit;
      o.shots.weapon[s] = model_.armament.stations[std::size_t(station)].weapon;
      o.shots.threat[s] = t;
      o.shots.rounds[s] = model_.armament.weapons[std::size_t(o.shots.weapon[s])].effect == Effect::jammer ? 0 : 1;
      o.shots.cost[s] = model_.armament.weapons[std::size_t(o.shots.weapon[s])].unit_cost;
      o.shots.launch_s[s] = 30 - t;  // descending: the file orders by time
      o.shots.planned_intercept_s[s] = 120;
      o.shots.end_s[s] = o.threats.end_s[row];
      o.shots.result[s] = std::int32_t(is_killed ? ShotResult::hit : ShotResult::miss);
      o.shots.pk[s] = 0.7;
      event(lane, {.time_s = o.shots.launch_s[s],
                   .kind = EventKind::launched,
                   .actor_kind = EntityKind::station,
                   .actor = station,
                   .object_kind = EntityKind::threat,
                   .object = t,
                   .shot = shot});
      ++shot;
    }
    o.shots.count[k] = shot;
    o.damage[k] = damage;
    o.asset_value_left[k] = 10 - damage;
    o.entity_updates[k] = 100 + shot;
    hashes_[k] = own() ^ raid();
    if (o.trails.capacity_per_replication > 0) {
      o.trails.count[k] = 8;
      for (std::int32_t t = 0; t < 8; ++t) {
        const std::size_t row = k * 32 + std::size_t(t);
        o.trails.time_s[row] = t;
        o.trails.entity[row] = t;
        o.trails.x_m[row] = float(uniform(own));
      }
    }
  }
  void event(std::int32_t lane, const Event& e) { record_event(outcomes_, lane, e); }

  const Model& model_;
  std::uint64_t seed_;
  std::int32_t block_;
  bool is_scrambled_;
  std::function<void(std::int64_t)> before_block_;
  Outcomes outcomes_;
  std::vector<std::uint64_t> hashes_;
};

/// A study of two arms over stand-ins, in a folder of its own.
struct FakeStudy {
  Model missiles = fake_model(false), both = fake_model(true);
  StudyRequest request;
  std::int32_t block = 8;
  bool is_scrambled = true;
  /// Called with the first replication of a block before it runs: to cancel, or to throw as a fault would.
  std::function<void(std::int64_t)> before_block;
  std::string folder;

  explicit FakeStudy(const std::string& name) {
    folder =
        (std::filesystem::temp_directory_path() / ("pavise_study_" + name + "_" + std::to_string(::getpid()))).string();
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    ::setenv("SOURCE_DATE_EPOCH", "1767225600", 1);
    request.title = "missiles against both";
    request.monte_carlo.seed = 11;
    request.monte_carlo.replications = 100;
    request.monte_carlo.threads = 2;
    request.monte_carlo.record = RecordLevel::events;
    for (const Model* model : {&missiles, &both})
      request.monte_carlo.arms.push_back({.label = model->name,
                                          .scenario = model->name,
                                          .raid_name = "mixed",
                                          .policy_name = "nearest",
                                          .model = model,
                                          .raid = 0,
                                          .scenario_text = "title = \"" + model->name + "\"\n"});
    request.study_text = "pavise compare missiles both";
    request.files = {{"missiles.toml", "text of missiles"}, {"both.toml", "text of both"}};
  }
  ~FakeStudy() { std::filesystem::remove_all(folder); }
  std::string path(const std::string& name) const { return folder + "/" + name; }

  StudyResult run(const std::string& output) {
    request.output = output.empty() ? "" : path(output);
    const MonteCarlo& m = request.monte_carlo;
    return run_study_with(request, [&m, this](std::int32_t arm) -> std::unique_ptr<BlockRunner> {
      return std::make_unique<FakeRunner>(*m.arms[std::size_t(arm)].model, m.seed, block, m.record, is_scrambled,
                                          before_block);
    });
  }
};

}  // namespace pavise::testing
