#include <algorithm>
#include <cmath>

#include "scenario/build.hpp"
#include "scenario/spelling.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

/// Windows of a table of from and until, by name; an empty one is an error.
std::vector<TimeWindow> windows_of(Build& build, const Reader& reader, const char* key, const std::string& table) {
  std::vector<TimeWindow> windows;
  for (const auto& [name, node] : reader.tables(key)) {
    const Reader window(node, &reader.keys_below(key));
    windows.push_back({window.value("from"), window.value_or("until", 1e300)});
    if (!(windows.back().until_s > windows.back().from_s))
      build.diagnostics.error("E0405", node->key_place, table, "the " + std::string(key) + " '" + name + "' ends before it begins",
                              "until is not after from", "exchange the two, or leave until out");
  }
  return windows;
}

/// While the network is down each unit has a picture of its own sensors alone: one track file for all sensors that
/// common units have (a sensor may serve several units, so units that share one share the file), kept warm all the time.
void add_local_files(Build& build) {
  Model& model = build.model;
  const std::size_t sensors = model.sensors.size();
  std::vector<std::size_t> group(sensors);  // of sensors linked by units: the least index
  for (std::size_t s = 0; s < sensors; ++s) group[s] = s;
  std::vector<std::uint8_t> has_unit(sensors, 0);
  const Reader top = build.top();
  const auto feeds_network = [&](std::size_t s) { return model.sensors[s].guides && build.shares_file[s]; };
  for (const auto& [name, node] : top.tables("fire_unit")) {
    std::size_t first = sensors;
    for (const auto& [sensor_name, at] : Reader(node, &top.keys_below("fire_unit")).texts("sensors")) {
      const auto found = build.sensors.find(sensor_name);
      if (found == build.sensors.end() || !feeds_network(std::size_t(found->second))) continue;
      const std::size_t s = std::size_t(found->second);
      has_unit[s] = 1;
      if (first == sensors) first = s;
      const std::size_t a = std::min(group[first], group[s]), b = std::max(group[first], group[s]);
      for (std::size_t& g : group)
        if (g == b) g = a;
    }
  }

  model.feeds = model.sensors;
  model.is_local_file.assign(std::size_t(model.track_files), 0);
  std::vector<std::int32_t> file_of_group(sensors, -1);
  for (std::size_t s = 0; s < sensors; ++s) {
    if (!has_unit[s]) continue;
    std::int32_t& file = file_of_group[group[s]];
    if (file < 0) {
      file = model.track_files++;
      model.is_local_file.push_back(1);
    }
    Sensor feed = model.sensors[s];
    feed.latency_s = build.own_latency_s[s];
    feed.fusion_period_s = feed.loss = 0;
    feed.cuts.clear();
    feed.track_file = file;
    feed.repeats = std::int32_t(s);
    model.feeds.push_back(std::move(feed));
  }
}

}  // namespace

/// Which track file each sensor feeds: 0 is the network's, if any sensor shares; the others follow in order of names.
void build_sensors(Build& build) {
  Model& model = build.model;
  const Reader top = build.top();
  const Reader command = top.table("command");
  const bool has_network = command.value("network") != 0;
  const double delay_s = command.value("network_delay"), loss = command.value("network_loss"),
               fusion_period_s = command.value("fusion_period");
  model.network_outages = windows_of(build, command, "network_outage", "command");
  for (const char* key : {"network_delay", "network_loss", "fusion_period", "network_outage"})
    if (const Node* node = command.node(key); node != nullptr && !has_network)
      build.diagnostics.error("E0408", node->key_place, "command", "'" + std::string(key) + "' needs a network",
                              "command.network is false", "set network = true, or take it out; a sensor's own way is its "
                              "latency and link_outage");
  if (const Node* node = command.node("network_outage"); node != nullptr && model.tracker != nullptr && model.tracker->info.name == "truth")
    build.diagnostics.error("E0408", node->key_place, "command", "'network_outage' needs a tracker that makes tracks",
                            "tracking.model is truth: one picture for all", "choose another tracking.model, such as \"gnn\"");

  std::vector<bool> shares;
  std::map<std::uint16_t, std::string> streams;
  for (const auto& [name, node] : top.tables("sensor")) {
    KeyTable keys;
    const ComponentInfo* info = build.check_entity("sensor", name, *node, keys);
    const Reader reader(node, &keys);
    Sensor sensor;
    sensor.name = name;
    if (info != nullptr) {
      sensor.kind = Registry<SensorKind>::instance().find(info->name);
      sensor.parameters = parameters_of(*info, *node);
    }
    sensor.position_enu_m = build.position(reader.node("at"));
    sensor.position_enu_m.z += reader.value("antenna_height");
    sensor.facing_rad = reader.value("facing");
    sensor.guides = !reader.flag("cue_only");
    sensor.latency_s = reader.value_or("latency", sensor.guides ? 0.0 : command.value("cue_latency"));
    sensor.stream = stream_of_name(name);
    shares.push_back(sensor.guides && (reader.has("track_file") ? reader.value("track_file") == 0 : has_network));
    build.own_latency_s.push_back(sensor.latency_s);
    sensor.outages = windows_of(build, reader, "outage", "sensor." + name);
    sensor.cuts = windows_of(build, reader, "link_outage", "sensor." + name);
    if (shares.back()) {
      sensor.latency_s += delay_s;
      sensor.loss = loss;
      sensor.fusion_period_s = fusion_period_s;
      sensor.cuts.insert(sensor.cuts.end(), model.network_outages.begin(), model.network_outages.end());
    }
    if (const auto [other, is_new] = streams.try_emplace(sensor.stream, name); !is_new)
      build.diagnostics.error("E0403", node->key_place, "sensor." + name,
                              "'" + name + "' and '" + other->second + "' would share their random draws",
                              "the two names fold to one number", "rename one of them");
    build.sensors[name] = std::int32_t(model.sensors.size());
    model.sensors.push_back(std::move(sensor));
  }

  std::int32_t files = 0;
  for (const bool share : shares)
    if (share) files = 1;
  for (std::size_t i = 0; i < shares.size(); ++i) model.sensors[i].track_file = shares[i] ? 0 : files++;
  model.track_files = std::max(1, files);
  build.shares_file = shares;
  if (std::find(shares.begin(), shares.end(), true) == shares.end()) model.network_outages.clear();  // nobody needs it
  if (!model.network_outages.empty()) add_local_files(build);
}

}  // namespace pavise
