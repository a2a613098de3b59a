#include "sensors/sensors.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/threats/positions.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

constexpr std::size_t kChunk = std::size_t(Sensors::kChunkRows);
// Lists are done in whole vectors: the lanes behind the last look compute on whatever stands there, and nobody reads it.
constexpr std::size_t kSpareLanes = 16;

double least_of_chunk(const double* next_look_s, std::size_t rows) {
  double least = kNever_s;
  for (std::size_t i = 0; i < rows; ++i) least = next_look_s[i] < least ? next_look_s[i] : least;
  return least;
}
std::size_t rows_of_chunk(std::size_t chunk, std::int32_t rows) {
  return std::min(kChunk, std::size_t(rows) - chunk * kChunk);
}

void find_least_of_chunks(Sensors& sensors, std::size_t s) {
  double least = kNever_s;
  for (std::size_t chunk = 0; chunk < sensors.chunk_due_s[s].rows(); ++chunk) {
    sensors.chunk_due_s[s][chunk] =
        least_of_chunk(&sensors.next_look_s[s][chunk * kChunk], rows_of_chunk(chunk, sensors.rows));
    least = std::min(least, sensors.chunk_due_s[s][chunk]);
  }
  sensors.next_due_s[s] = least;
}

// Lists the due rows, ascending, and the chunks they stand in; next_due_s becomes the least of the other chunks.
std::int32_t find_due(Sensors& sensors, std::size_t s, double now_s, Looks& looks) {
  const Column<double>& chunk_due_s = sensors.chunk_due_s[s];
  const double* next_look_s = sensors.next_look_s[s].data();
  std::int32_t chunks = 0, count = 0;
  double least = kNever_s;
  for (std::size_t chunk = 0; chunk < chunk_due_s.rows(); ++chunk) {
    const bool is_due = chunk_due_s[chunk] <= now_s;
    sensors.due_chunks[std::size_t(chunks)] = std::int32_t(chunk);
    chunks += is_due;
    const double other = is_due ? kNever_s : chunk_due_s[chunk];
    least = other < least ? other : least;
  }
  for (std::int32_t c = 0; c < chunks; ++c) {
    const std::size_t chunk = std::size_t(sensors.due_chunks[std::size_t(c)]);
    const std::size_t begin = chunk * kChunk, end = begin + rows_of_chunk(chunk, sensors.rows);
    for (std::size_t row = begin; row < end; ++row) {
      looks.row[std::size_t(count)] = std::int32_t(row);
      count += next_look_s[row] <= now_s;
    }
  }
  looks.count = count;
  sensors.next_due_s[s] = least;
  return chunks;
}

// After the looks: the least of the chunks that find_due listed.
void update_chunks(Sensors& sensors, std::size_t s, std::int32_t chunks) {
  double least = sensors.next_due_s[s];
  for (std::int32_t c = 0; c < chunks; ++c) {
    const std::size_t chunk = std::size_t(sensors.due_chunks[std::size_t(c)]);
    const double here = least_of_chunk(&sensors.next_look_s[s][chunk * kChunk], rows_of_chunk(chunk, sensors.rows));
    sensors.chunk_due_s[s][chunk] = here;
    least = std::min(least, here);
  }
  sensors.next_due_s[s] = least;
}

// The rows of `looks` that are still to be seen at their time; the others are never looked at again.
void keep_visible(const Threats& threats, Column<double>& next_look_s, bool at_frame, double now_s, Looks& looks) {
  std::int32_t kept = 0;
  for (std::int32_t i = 0; i < looks.count; ++i) {
    const std::size_t row = std::size_t(looks.row[std::size_t(i)]);
    const double time_s = at_frame ? now_s : next_look_s[row];
    const bool is_visible = time_s < threats.visible_until_s[row];
    if (!is_visible) next_look_s[row] = kNever_s;
    looks.row[std::size_t(kept)] = std::int32_t(row);
    looks.time_s[std::size_t(kept)] = time_s;
    kept += is_visible;
  }
  looks.count = kept;
}

// Truth at each look's own time, as the antenna sees it.
void gather(const SensingContext& context, std::int32_t sensor, const Threats& threats, const Sensors& sensors,
            Looks& l) {
  const std::size_t s = std::size_t(sensor);
  const Vec3 antenna = context.sensors[s].position_enu_m;
  for (std::size_t i = std::size_t(l.count); i < whole_vectors(l.count); ++i) l.row[i] = l.row[0], l.time_s[i] = l.time_s[0];
  positions_of_rows(threats, l.row.data(), l.time_s.data(), std::int32_t(whole_vectors(l.count)),
                    {l.x_m.data(), l.y_m.data(), l.z_m.data(), l.vx_mps.data(), l.vy_mps.data(), l.vz_mps.data()});
  std::int32_t lane = 0, begin = 0;  // of the row's replication: rows ascend, so no division
  for (std::size_t i = 0; i < std::size_t(l.count); ++i) {
    while (l.row[i] >= begin + threats.per_replication) ++lane, begin += threats.per_replication;
    l.replication[i] = std::uint32_t(context.first_replication + lane);
    l.entity[i] = std::uint32_t(l.row[i] - begin);
    const Signature& seen = sensors.signatures[l.entity[i]];
    const double x = l.x_m[i] - antenna.x, y = l.y_m[i] - antenna.y, z = l.z_m[i] - antenna.z;
    const double vx = l.vx_mps[i], vy = l.vy_mps[i], vz = l.vz_mps[i];
    l.x_m[i] = x;
    l.y_m[i] = y;
    l.z_m[i] = z;
    // aspect: the angle between its nose and the line to the antenna, in thirds of the half turn
    const double towards = -(vx * x + vy * y + vz * z);
    const bool is_oblique = towards * towards > 0.25 * (vx * vx + vy * vy + vz * vz) * (x * x + y * y + z * z);
    const bool is_tail = is_oblique && towards < 0;
    l.rcs_m2[i] = seen.rcs_m2 * (!is_oblique ? seen.rcs_factor_side : is_tail ? seen.rcs_factor_tail : 1.0);
    l.infrared[i] = seen.infrared * (is_tail ? seen.infrared_factor_tail : 1.0);
    l.eirp_W[i] = seen.eirp_W;
    l.swerling[i] = seen.swerling;
    const std::size_t place = s * std::size_t(threats.replications) + std::size_t(lane);
    l.able[i] = l.time_s[i] >= sensors.working_from_s[place] && l.time_s[i] < sensors.working_until_s[place] ? 1 : 0;
    l.next_s[i] = kNever_s;
  }
}

// What first detections mean for the outcomes, once a frame's detections are complete.
void note_first_detections(const SensingContext& context, const Threats& threats, const Clock& clock, Sensors& sensors,
                           const Detections& detections, Outcomes& outcomes) {
  const auto row_of = [&](std::size_t d) {
    return std::size_t(detections.replication[d]) * std::size_t(threats.per_replication) + std::size_t(detections.source[d]);
  };
  const std::size_t count = std::size_t(detections.count);
  bool is_any_new = false;
  for (std::size_t d = 0; d < count; ++d) {
    if (detections.source[d] < 0) continue;
    const std::size_t row = row_of(d);
    if (sensors.is_detected[row]) continue;
    is_any_new = true;
    double& first_s = outcomes.threats.first_detected_s[row];
    if (!(first_s <= detections.time_s[d])) first_s = detections.time_s[d];  // NaN: never before
  }
  if (!is_any_new) return;
  for (std::size_t d = 0; d < count; ++d) {
    if (detections.source[d] < 0) continue;
    const std::size_t row = row_of(d);
    if (sensors.is_detected[row] || detections.time_s[d] != outcomes.threats.first_detected_s[row]) continue;
    sensors.is_detected[row] = 1;
    const std::int32_t lane = detections.replication[d], number = detections.source[d];
    const double time_s = detections.time_s[d];
    record_event(outcomes, lane,
                 {.time_s = time_s, .kind = EventKind::detected, .actor_kind = EntityKind::sensor,
                  .actor = detections.sensor[d], .object_kind = EntityKind::threat, .object = number,
                  .value = detections.range_m[d]});

    // the first of the replication: by time, then by number
    const std::size_t k = std::size_t(lane);
    double& first_s = outcomes.first_detection_s[k];
    const bool is_first = !(first_s <= time_s) || (first_s == time_s && number < sensors.first_number[k]);
    if (!is_first || (first_s <= clock.begin_s())) continue;
    first_s = time_s;
    sensors.first_number[k] = number;
    const Vec3 at = state_at(threats, row, time_s).position_m;
    outcomes.first_detection_range_m[k] = length(at - context.sensors[0].position_enu_m);
  }
}

// FNV-1a, 32 bits.
std::uint32_t hash_of(const std::string& name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ std::uint8_t(c)) * 16777619u;
  return hash;
}

}  // namespace

std::uint16_t stream_of_name(const std::string& name) {
  const std::uint32_t hash = hash_of(name);
  const std::uint16_t folded = std::uint16_t((hash >> 16) ^ (hash & 0xffff));
  return folded ? folded : std::uint16_t(1);
}

std::size_t most_detections(const std::vector<Sensor>& sensors, std::int32_t rows, std::int32_t replications,
                            double frame_s) {
  std::size_t most = 0;
  for (const Sensor& sensor : sensors) most += sensor.kind->most_detections(sensor, rows, replications, frame_s);
  return most;
}

void allocate(Looks& l, std::size_t rows) {
  l.count = 0;
  for (Column<double>* c :
       {&l.time_s, &l.x_m, &l.y_m, &l.z_m, &l.vx_mps, &l.vy_mps, &l.vz_mps, &l.rcs_m2, &l.infrared, &l.eirp_W, &l.swerling,
        &l.able, &l.next_s, &l.least_cosine, &l.range_m, &l.azimuth_rad, &l.elevation_rad, &l.range_rate_mps, &l.snr,
        &l.probability, &l.hidden_by_m, &l.luck, &l.noise[0], &l.noise[1], &l.noise[2], &l.noise[3]})
    c->allocate(rows + kSpareLanes);
  for (Column<std::uint32_t>* c : {&l.replication, &l.entity, &l.number}) c->allocate(rows + kSpareLanes);
  l.row.allocate(rows + kSpareLanes);
  l.hit.allocate(rows + kSpareLanes);
}

void allocate(Sensors& sensors, const std::vector<Sensor>& model, const Threats& threats) {
  const std::size_t count = model.size(), rows = std::size_t(threats.rows), lanes = std::size_t(threats.replications);
  sensors.sensor_count = std::int32_t(count);
  sensors.rows = threats.rows;
  sensors.next_look_s.assign(count, Column<double>(rows));
  sensors.chunk_due_s.assign(count, Column<double>((rows + kChunk - 1) / kChunk));
  sensors.due_chunks.allocate((rows + kChunk - 1) / kChunk + 1);
  sensors.next_scan_s.assign(count, Column<double>(lanes));
  sensors.next_due_s.assign(count, 0.0);
  sensors.last_detected_s.assign(count, {});
  sensors.radar.assign(count, {});
  sensors.alarms.assign(count, {});
  for (std::size_t s = 0; s < count; ++s) {
    if (model[s].kind->remembers_detections) sensors.last_detected_s[s].allocate(rows);
    sensors.next_scan_s[s].fill(kNever_s);
    if (model[s].kind->is_radar) {
      const bool is_array = model[s].kind->remembers_detections;
      // the volume does not depend on the environment; the constants are made when a block starts
      sensors.alarms[s] = false_alarm_volume(model[s], is_array, radar_constants(model[s], is_array, {}));
      allocate(sensors.alarms[s], threats.replications);
    }
  }
  sensors.engaged.allocate(rows);
  sensors.cue_s.allocate(rows);
  sensors.is_detected.allocate(rows);
  sensors.first_number.allocate(lanes);
  sensors.working_from_s.allocate(count * lanes);
  sensors.working_until_s.allocate(count * lanes);
  sensors.working_from_s.fill(-kNever_s);
  sensors.working_until_s.fill(kNever_s);
  sensors.cameras.assign(count * lanes, {});
  sensors.signatures.assign(std::size_t(threats.per_replication), {});
}

void start_sensors(const SensingContext& context, const Threats& threats, Sensors& sensors) {
  PAVISE_ASSERT(std::size_t(sensors.sensor_count) == context.sensors.size() && sensors.rows == threats.rows);
  for (std::size_t number = 0; number < sensors.signatures.size(); ++number) {
    const ThreatClass& c = context.classes[std::size_t(threats.class_of_number[number])];
    sensors.signatures[number] = {c.rcs_m2, c.rcs_factor_side, c.rcs_factor_tail, c.infrared_intensity,
                                  c.infrared_factor_tail, c.emission_eirp_W, double(c.swerling), c.speed_mps};
  }
  sensors.engaged.fill(0);
  sensors.is_detected.fill(0);
  sensors.first_number.fill(-1);
  sensors.cue_s.fill(-kNever_s);
  for (PointedCamera& camera : sensors.cameras) camera = {};
  for (std::size_t s = 0; s < context.sensors.size(); ++s) {
    const SensorKind& kind = *context.sensors[s].kind;
    sensors.last_detected_s[s].fill(-kNever_s);
    if (kind.is_radar)
      sensors.radar[s] = radar_constants(context.sensors[s], kind.remembers_detections, context.environment);
    kind.start(context, std::int32_t(s), threats, sensors);
    find_least_of_chunks(sensors, s);
  }
}

void detect(const SensingContext& context, const Threats& threats, const Clock& clock, Sensors& sensors, Looks& looks,
            Detections& detections, Outcomes& outcomes) {
  if (looks.row.rows() < std::size_t(threats.rows) + kSpareLanes) allocate(looks, std::size_t(threats.rows));
  if (sensors.order.order.rows() < detections.time_s.rows())
    allocate(sensors.order, detections.time_s.rows(), threats.replications);
  const double now_s = clock.now_s();
  detections.count = 0;

  for (std::int32_t sensor = 0; sensor < sensors.sensor_count; ++sensor) {
    const std::size_t s = std::size_t(sensor);
    const SensorKind& kind = *context.sensors[s].kind;
    Column<double>& next_look_s = sensors.next_look_s[s];
    const std::int32_t first = detections.count;

    // a fast sensor may look at a row more than once in a frame: until nothing more is due
    while (sensors.next_due_s[s] <= now_s) {
      const std::int32_t chunks = find_due(sensors, s, now_s, looks);
      keep_visible(threats, next_look_s, kind.looks_at_frame_instants, now_s, looks);
      if (looks.count > 0) {
        gather(context, sensor, threats, sensors, looks);
        kind.look(context, sensor, threats, sensors, clock, looks, detections);
        for (std::int32_t i = 0; i < looks.count; ++i)
          next_look_s[std::size_t(looks.row[std::size_t(i)])] = looks.next_s[std::size_t(i)];
      }
      update_chunks(sensors, s, chunks);
    }
    if (kind.false_alarms) kind.false_alarms(context, sensor, threats, sensors, clock, detections);
    put_in_order(detections, first, threats.replications, sensors.order);

    if (kind.gives_cue) {
      for (std::size_t d = std::size_t(first); d < std::size_t(detections.count); ++d)
        if (detections.source[d] >= 0)
          sensors.cue_s[std::size_t(detections.replication[d] * threats.per_replication + detections.source[d])] =
              detections.time_s[d];
    }
  }
  note_first_detections(context, threats, clock, sensors, detections, outcomes);
}

}  // namespace pavise
