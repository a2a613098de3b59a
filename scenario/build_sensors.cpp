#include <cmath>

#include "scenario/build.hpp"
#include "scenario/spelling.hpp"
#include "sensors/sensors.hpp"

namespace pavise {

/// Which track file each sensor feeds: 0 is the network's, if any sensor shares; the others follow in order of names.
void build_sensors(Build& build) {
  Model& model = build.model;
  const Reader top = build.top();
  const Reader command = top.table("command");
  const bool has_network = command.value("network") != 0;

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
}

}  // namespace pavise
