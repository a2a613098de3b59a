// Sensors: what each does in a frame, and the state they keep.
//
// A look is one dwell of one sensor at one threat. For each (sensor, threat row) the time of the next look is known:
// a rotating beam's next crossing of the target is predicted, not tested in every frame. A calendar of frames says what is
// due; due looks are gathered into a dense list per sensor and done by one call, and what it finds is one group of
// detections. Whoever else writes next_look_s may only put looks off (kNever_s), never forward them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/draws_lanes.hpp"
#include "kernel/core/outcomes.hpp"
#include "kernel/core/registry.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/detections.hpp"
#include "sensors/false_alarms.hpp"
#include "sensors/look_calendar.hpp"
#include "sensors/look_lanes.hpp"
#include "sensors/radar_lanes.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {

/// Where a camera points: one threat at a time.
struct PointedCamera {
  std::int32_t row = -1;    // threat row in its middle, -1: at rest
  double settled_s = 0;     // it sees from then on
};

/// State of all sensors of a block.
struct Sensors {
  std::int32_t sensor_count = 0, rows = 0;   // rows: as in Threats
  std::vector<Column<double>> next_look_s;   // [sensor][threat row]; kNever_s: none
  std::vector<LookCalendar> calendar;        // [sensor]: rows by the frame of their next look, from `next_frame` on
  std::int64_t next_frame = -1;              // the frame that detect expects; another one: calendars are made anew
  std::vector<Column<double>> next_scan_s;   // [sensor][replication lane]: next burst of false alarms; kNever_s
  std::vector<Column<std::int32_t>> engaged;  // [sensor][threat row], only kinds that remember: open engagements on it by
                                             // the fire units that this sensor serves; arrays track such rows faster

  // what looks leave behind
  std::vector<Column<double>> last_detected_s;  // [sensor][threat row], only kinds that remember; -kNever_s: never
  Column<double> cue_s;                         // [threat row]: last detected by a sensor that gives cues; -kNever_s
  Column<std::int32_t> is_detected;             // [threat row]: 1 once any sensor has detected it
  Column<std::int32_t> first_number;            // [lane]: the threat that was detected first
  std::vector<PointedCamera> cameras;           // [sensor * replications + lane], used by optical sensors only

  // what follows from the scenario, made by start_sensors
  std::vector<RadarConstants> radar;            // [sensor], of radars
  std::vector<FalseAlarms> alarms;              // [sensor]
  std::vector<Signature> signatures;            // [threat number]
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
  Column<double> swerling;                                 // case 0 to 4
  Column<double> able;                                     // 1: the sensor works at that time, 0: it does not
  Column<double> next_s;                                   // out: when it looks at this target next

  // scratch of the kinds
  Column<double> least_cosine;                             // of the angle off the sector's middle
  Column<double> range_m, azimuth_rad, elevation_rad, range_rate_mps, snr, probability, hidden_by_m, until_s, luck;
  Column<double> noise[4];
  Column<std::int32_t> hidden_row;                         // of those out of reach, with their time, gap and until
  Column<double> hidden_time_s, hidden_gap_m, hidden_until_s;
  Column<std::uint32_t> replication, entity, number;       // addresses of the draws: the first two are given (absolute
                                                           // replication, threat number); a kind may overwrite all
  Column<std::int32_t> hit;                                // the looks that detect, ascending
  Column<std::uint32_t> hit_replication, hit_entity, hit_number;  // addresses of their draws
};

/// A list's length rounded up to whole vectors: what its columns have room for behind their last look.
inline std::size_t whole_vectors(std::int32_t count, std::size_t lanes = 8) {
  return (std::size_t(count) + lanes - 1) / lanes * lanes;
}

/// Repeats the first of `hits` entries of looks.hit behind the last up to whole vectors; returns their number.
std::size_t pad_hits(Looks& looks, std::size_t hits);
/// Copies the addresses of the listed looks (hits in whole vectors are padded) to hit_replication ..., the number from
/// their time.
void list_addresses(Looks& looks, std::size_t hits);
/// Those addresses as the draws want them.
DrawColumns hit_addresses(const Looks& looks, std::size_t hits, Purpose purpose, std::uint16_t stream,
                          std::uint64_t seed);
/// Standard normal noise of the listed looks into looks.noise, in the list's order; pads the list. Range and azimuth
/// always: they are one draw.
void draw_noise(const SensingContext& context, std::int32_t sensor, std::size_t hits, bool with_elevation_rate,
                Looks& looks);

/// looks.until_s where looks.hidden_by_m > 0: until then the row certainly stays out of reach (out_of_reach, look_lanes.hpp).
/// The other entries stay as they are.
void find_out_of_reach(const Threats& threats, Looks& looks);

struct SensorKind {
  ComponentInfo info;
  /// First look at each row from Threats::appears_s on (writes next_look_s of this sensor), and the first false alarm scan.
  void (*start)(const SensingContext&, std::int32_t sensor, const Threats&, Sensors&) = nullptr;
  /// `clock` is the frame in which the looks are due; a look may be put off to a later one (next_s > clock.now_s()).
  /// Does all due looks: appends what they detect in the order of the looks (a row stands in a list once), fills
  /// looks.next_s.
  void (*look)(const SensingContext&, std::int32_t sensor, const Threats&, Sensors&, const Clock&, Looks&,
               Detections&) = nullptr;
  /// After the frame's last list: adds the false alarms whose time falls into the frame; null: the kind has none.
  void (*finish)(const SensingContext&, std::int32_t sensor, const Threats&, Sensors&, const Clock&,
                 Detections&) = nullptr;
  /// How many detections one frame may bring at most, for taking memory.
  std::size_t (*most_detections)(const Sensor&, std::int32_t rows, std::int32_t replications, double frame_s) = nullptr;
  bool looks_at_frame_instants = false;  // its looks take place when the frame ends, whatever next_look_s says
  bool remembers_detections = false;     // needs Sensors::last_detected_s
  bool gives_cue = true;                 // its detections tell cameras where to look
  bool is_radar = false;                 // its parameters are RadarParameters: Sensors::radar and alarms are made for it
};

/// Counts an engagement of a threat row that begins (+1) or ends (-1) at the sensors that serve the fire unit.
void count_engagement(Sensors& sensors, std::span<const std::int32_t> serving, std::size_t row, std::int32_t change);

/// How many detections one frame may bring at most, all sensors together.
std::size_t most_detections(const std::vector<Sensor>& sensors, std::int32_t rows, std::int32_t replications,
                            double frame_s);

/// Takes memory for lists of up to `rows` looks; detect does it at its first call if nobody has.
void allocate(Looks& looks, std::size_t rows);

void allocate(Sensors& sensors, const std::vector<Sensor>& model, const Threats& threats);
void start_sensors(const SensingContext& context, const Threats& threats, Sensors& sensors);

/// Stage: all looks due in (clock.begin_s(), clock.now_s()]. `looks` is scratch. Sets outcomes' first_detected_s and the
/// replication's first detection; records `detected` events.
void detect(const SensingContext& context, const Threats& threats, const Clock& clock, Sensors& sensors, Looks& looks,
            Detections& detections, Outcomes& outcomes);

}  // namespace pavise
