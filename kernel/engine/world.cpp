// Making a World: all memory is taken here, from counts that follow from the scenario.
#include "kernel/engine/world.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernel/engine/tables.hpp"

namespace pavise {
namespace {

/// The longest that a raid can plausibly last: bounds how many rows recordings need.
double raid_horizon_s(const Model& model, const Raid& raid) {
  if (model.end_s > 0) return model.end_s;
  double latest_s = 0;
  for (const Wave& wave : raid.waves) {
    const double speed_mps =
        wave.speed_mps > 0 ? wave.speed_mps : model.threat_classes[std::size_t(wave.threat_class)].speed_mps;
    double path_m = wave.is_sector ? wave.range_m : length(wave.place_enu_m);
    for (std::size_t i = 1; i < wave.route_enu_m.size(); ++i)
      path_m += length(wave.route_enu_m[i] - wave.route_enu_m[i - 1]);
    latest_s = std::max(latest_s, wave.at_time_s + wave.spacing_s * wave.count + 1.5 * path_m / std::max(speed_mps, 1.0));
  }
  return latest_s + 300;
}

constexpr std::int32_t kMostRows = 1024;

}  // namespace

CommandSetup command_setup(const Model& model) {
  CommandSetup setup;
  for (const Asset& asset : model.assets)
    setup.assets.push_back({asset.name, asset.position_enu_m, asset.radius_m, asset.value, asset.hardness});
  setup.identity_names = model.identity_names;
  setup.damage_of_identity.assign(model.identity_names.size(), 0.0);
  for (const ThreatClass& threat : model.threat_classes)
    setup.damage_of_identity[std::size_t(threat.identity)] = threat.p_destroy >= 0 ? threat.p_destroy : threat.damage;
  for (const FireUnit& unit : model.armament.fire_units) setup.fire_unit_names.push_back(unit.name);
  for (const ChannelPool& pool : model.armament.pools) setup.pool_channels.push_back(pool.channels);
  for (std::size_t station = 0; station < model.armament.stations.size(); ++station)
    setup.stations.push_back(station_setup(model.armament, std::int32_t(station)));
  setup.is_central = model.is_central;
  setup.doctrine = model.doctrine;
  prepare(setup);
  return setup;
}

std::int32_t block_for(const Model& model, std::int32_t raid) {
  if (const char* forced = std::getenv("PAVISE_BLOCK")) {
    const long wanted = std::strtol(forced, nullptr, 10);
    if (wanted >= 1 && wanted <= 4096) return std::int32_t(wanted);
  }
  // what the stages touch in most frames, as far as it fits: a path piece and its clock, a look time per sensor, an estimate per track file
  const std::size_t threats = std::size_t(model.raids[std::size_t(raid)].threat_count());
  const std::size_t per_threat = 32 * sizeof(double) + model.sensors.size() * sizeof(double) +
                                 std::size_t(model.track_files) * 40 * sizeof(double);
  const std::size_t per_replication =
      std::max<std::size_t>(1, threats * per_threat + model.armament.stations.size() * threats * sizeof(double));
  const long level2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
  const std::size_t room = std::size_t(level2 > 0 ? level2 : 1 << 20);
  std::int32_t block = 1;
  while (std::size_t(block) * 2 * per_replication <= room && std::size_t(block) * 2 * threats <= std::size_t(kMostRows))
    block *= 2;
  return block;
}

World::Tables::Tables(const Model& m, const RunSettings& s)
    : model(m),
      settings(s),
      lanes(s.block > 0 ? s.block : block_for(m, s.raid)),
      command(command_setup(m)),
      motion{m.threat_classes, m.environment, Draws{s.seed}, 0},
      sensing{m.sensors, m.threat_classes, m.environment, Draws{s.seed}, 0},
      tracking{m.feeds.empty() ? m.sensors : m.feeds, m.threat_classes, m.identification, Draws{s.seed}, 0},
      engagement{m.armament, m.threat_classes, m.assets, m.environment, motion, Draws{s.seed}, 0},
      on_the_way{tracking.sensors, Draws{s.seed}, 0} {
  const Raid& raid = model.raids[std::size_t(settings.raid)];
  clock.frame_ticks = model.frame_ticks;
  allocate(threats, raid, lanes);
  allocate(sensors, model.sensors, threats);
  allocate(delivery, tracking.sensors, lanes, threats.rows, clock.frame_s());
  const std::size_t most = most_detections(model.sensors, threats.rows, lanes, clock.frame_s()) *
                           (delivery.has_second_feeds ? 2 : 1);
  allocate(looks, std::size_t(threats.rows));
  allocate(detections, most, tracking.sensors.size());
  if (delivery.is_needed) allocate(delivered, most, tracking.sensors.size());
  const std::int32_t capacity =
      model.tracker->capacity(model.tracker_parameters, tracking, threats.per_replication);
  allocate(tracks, lanes, capacity, model.track_files);
  tracker = model.tracker->make_state(model.tracker_parameters, tracking, threats, most);
  engagements = std::make_unique<Engagements>(engagement, lanes, threats.per_replication, capacity);

  const std::size_t stations = model.armament.stations.size();
  const std::size_t shots = most_shots(model.armament, threats.per_replication);
  OutcomeSizes sizes{};
  sizes.replications = lanes;
  sizes.threats = threats.per_replication;
  sizes.assets = std::int32_t(model.assets.size());
  sizes.stations = std::int32_t(stations);
  sizes.fire_units = std::int32_t(model.armament.fire_units.size());
  sizes.shots_per_replication = shots;
  if (settings.record != RecordLevel::summary)
    sizes.events_per_replication = 64 * std::size_t(threats.per_replication) + 32 * shots + 20'000;
  if (settings.record == RecordLevel::full)
    sizes.trails_per_replication = std::size_t(std::ceil(raid_horizon_s(model, raid) / model.trail_period_s) + 2) *
                                   (2 * std::size_t(threats.per_replication) + std::min<std::size_t>(shots, 64) + 16);
  allocate(outcomes, sizes);

  policy = model.policy->make(model.policy_parameters);
  policy->begin(command);
  allocate(option_memory, lanes, std::int32_t(stations), capacity);
  consider(option_memory, command, *policy);
  picture_tracks.reserve(std::size_t(capacity));
  picture_rows.reserve(std::size_t(capacity));
  next_picture_rows.reserve(std::size_t(capacity));
  options.reserve(std::size_t(capacity) * std::max<std::size_t>(stations, 1));
  orders.reserve(std::size_t(lanes) * 64 + std::size_t(capacity) * std::max<std::size_t>(stations, 1));
  picture.setup = &command;
  picture.draws = Draws{settings.seed};
  picture.given.reserve(options.capacity());
  picture.engaged.reserve(std::size_t(capacity));
  picture.ordered.reserve(std::size_t(capacity));
  picture.unit_engages.reserve(std::size_t(capacity) * command.fire_unit_names.size());

  file_guides.assign(std::size_t(model.track_files), 1);
  for (const Sensor& sensor : model.sensors)
    if (!sensor.guides) file_guides[std::size_t(sensor.track_file)] = 0;
  file_is_engageable = file_guides;
  unit_takes_file.assign(model.armament.fire_units.size() * std::size_t(model.track_files), 0);
  for (std::size_t unit = 0; unit < model.armament.fire_units.size(); ++unit)
    for (std::int32_t file : model.armament.fire_units[unit].track_files)
      unit_takes_file[unit * std::size_t(model.track_files) + std::size_t(file)] = 1;

  has_ended.assign(std::size_t(lanes), 1);
  first_unfinished.assign(std::size_t(lanes), 0);
}

World::World(const Model& model, const RunSettings& settings) {
  ColumnArena arena;  // its pieces live as long as the columns
  const ColumnArena::Scope scope(arena);
  tables_ = std::make_unique<Tables>(model, settings);
}
World::~World() = default;

std::int32_t World::block() const { return tables_->lanes; }
const Outcomes& World::outcomes() const { return tables_->outcomes; }
const Threats& World::threats() const { return tables_->threats; }
const Tracks& World::tracks() const { return tables_->tracks; }
const Detections& World::detections() const { return tables_->detections; }
const Clock& World::clock() const { return tables_->clock; }
const DecisionTimes& World::decision_times() const { return tables_->decision_times; }

void World::begin(std::int64_t first, std::int32_t count) {
  Tables& w = *tables_;
  PAVISE_ASSERT(count >= 1 && count <= w.lanes);
  PAVISE_ASSERT(first >= 0 && first + count <= std::int64_t(1) << 31);
  w.first_replication = first;
  w.active = w.running = count;
  const std::int32_t first_lane = std::int32_t(first);
  w.motion.first_replication = first_lane;
  w.sensing.first_replication = first_lane;
  w.tracking.first_replication = first_lane;
  w.engagement.first_replication = first_lane;
  w.on_the_way.first_replication = first_lane;
  w.clock.frame = -1;

  clear(w.outcomes);
  start_raid(w.threats, w.model.raids[std::size_t(w.settings.raid)], w.model.assets, w.motion, count);
  start_sensors(w.sensing, w.threats, w.sensors);
  clear(w.detections);
  clear(w.delivery);
  clear(w.tracks);
  w.model.tracker->clear(*w.tracker, w.tracks);
  start_engagements(w.engagement, count, *w.engagements);
  clear(w.option_memory);
  w.next_trail_s = w.next_quality_s = 0;
  for (std::int32_t lane = 0; lane < w.lanes; ++lane) {
    const std::size_t k = std::size_t(lane);
    w.has_ended[k] = lane >= count;
    w.first_unfinished[k] = 0;
    for (std::size_t asset = 0; asset < w.model.assets.size(); ++asset)
      w.outcomes.asset_value_left[k * w.model.assets.size() + asset] = w.model.assets[asset].value;
    if (lane >= count)  // no replication here: no false alarms either
      for (Column<double>& next : w.sensors.next_scan_s)
        if (next.rows() > k) next[k] = kNever_s;
  }
  for (std::size_t row = 0; row < std::size_t(w.threats.rows); ++row)
    w.outcomes.threats.asset[row] = w.threats.asset[row];
}

void World::run(std::int64_t first, std::int32_t count) {
  begin(first, count);
  while (advance_frame()) {
  }
}

}  // namespace pavise
