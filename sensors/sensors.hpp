// Sensors: what each does in a frame, and the state they keep.
//
// A look is one dwell of one sensor at one threat. For each (sensor, threat row) the time of the next look is known:
// a rotating beam's next crossing of the target is predicted, not tested in every frame. One pass over the column
// next_look_s finds what is due; due looks are gathered into a dense list per sensor and done by one call.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/core/registry.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/detections.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {

/// State of all sensors of a block.
struct Sensors {
  std::int32_t sensor_count = 0, rows = 0;   // rows: as in Threats
  std::vector<Column<double>> next_look_s;   // [sensor][threat row]; kNever_s: none
  std::vector<double> next_due_s;            // [sensor]: least of its column (a lower bound)
  std::vector<Column<double>> next_scan_s;   // [sensor][replication lane]: next burst of false alarms; kNever_s
  Column<std::int32_t> engaged;              // [threat row]: open engagements on it; arrays track such rows faster
  Column<double> working_from_s, working_until_s;  // [sensor * replications + lane]: outages (all up by default)
};

/// What a sensor reads beside its own state.
struct SensingContext {
  const std::vector<Sensor>& sensors;
  const std::vector<ThreatClass>& classes;
  const Environment& environment;
  Draws draws;
  std::int32_t first_replication;
};

/// The due looks of one sensor in one frame: dense, one lane per look, padded. Truth at the look's own time, relative to
/// the antenna.
struct Looks {
  std::int32_t count = 0;
  Column<std::int32_t> row;
  Column<double> time_s;
  Column<double> x_m, y_m, z_m, vx_mps, vy_mps, vz_mps;    // target minus antenna, target velocity
  Column<double> rcs_m2, infrared, eirp_W;                 // towards the sensor (aspect applied)
  Column<double> next_s;                                   // out: when it looks at this target next
};

struct SensorKind {
  ComponentInfo info;
  /// First look at each row from Threats::appears_s on (writes next_look_s of this sensor), and the first false alarm scan.
  void (*start)(const SensingContext&, std::int32_t sensor, const Threats&, Sensors&) = nullptr;
  /// Does all due looks: appends detections, fills looks.next_s.
  void (*look)(const SensingContext&, std::int32_t sensor, const Threats&, const Sensors&, Looks&, Detections&) = nullptr;
  /// Appends the false alarms whose time falls into the frame; null: the kind has none.
  void (*false_alarms)(const SensingContext&, std::int32_t sensor, const Threats&, Sensors&, const Clock&,
                       Detections&) = nullptr;
  /// How many detections one frame may bring at most, for taking memory.
  std::size_t (*most_detections)(const Sensor&, std::int32_t rows, std::int32_t replications, double frame_s) = nullptr;
};

void allocate(Sensors& sensors, const std::vector<Sensor>& model, const Threats& threats);
void start_sensors(const SensingContext& context, const Threats& threats, Sensors& sensors);

/// Stage: all looks due in (clock.begin_s(), clock.now_s()]. `looks` is scratch. Sets outcomes' first_detected_s and the
/// replication's first detection; records `detected` events.
void detect(const SensingContext& context, const Threats& threats, const Clock& clock, Sensors& sensors, Looks& looks,
            Detections& detections, Outcomes& outcomes);

}  // namespace pavise
