#include "sensors/sensors.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernel/threats/positions.hpp"
#include "sensors/delivery.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

// Lists are done in whole vectors: the lanes behind the last look compute on whatever stands there, and nobody reads it.
constexpr std::size_t kSpareLanes = 16;

// All calendars from the times of the next looks.
void fill_calendars(Sensors& sensors, const Clock& clock) {
  const double now_s = clock.now_s(), frames_per_s = 1 / clock.frame_s();
  for (std::size_t s = 0; s < sensors.calendar.size(); ++s) {
    sensors.calendar[s].rows.fill(0);
    for (std::size_t row = 0; row < std::size_t(sensors.rows); ++row) {
      const double next_s = sensors.next_look_s[s][row];
      if (next_s < kNever_s) sensors.calendar[s].put(row, next_s, clock, now_s, frames_per_s);
    }
  }
}

// Takes the due rows of this frame out of the calendar, ascending, with whose they are and whether the sensor works. Rows
// that are not to be seen any more are never looked at again.
void take_due(const SensingContext& context, std::size_t s, const Threats& threats, const Clock& clock, Sensors& sensors,
              Looks& l) {
  const bool at_frame = context.sensors[s].kind->looks_at_frame_instants;
  const double now_s = clock.now_s(), frames_per_s = 1 / clock.frame_s();
  LookCalendar& calendar = sensors.calendar[s];
  double* next_look_s = sensors.next_look_s[s].data();
  std::uint64_t* due = calendar.frame(clock.frame);
  const std::int32_t per_replication = threats.per_replication, first_replication = context.first_replication;
  const std::vector<TimeWindow>& outages = context.sensors[s].outages;
  const double* visible_until_s = threats.visible_until_s.data();
  // by pointer: nothing is loaded anew after each store
  std::int32_t* row_of = l.row.data();
  double *time_of_s = l.time_s.data(), *able = l.able.data();
  std::uint32_t *replication_of = l.replication.data(), *entity_of = l.entity.data();
  std::int32_t lane = 0, begin = 0;  // of the row's replication: rows ascend, so no division
  std::size_t count = 0;
  for (std::size_t word = 0; word < calendar.words; ++word) {
    std::uint64_t bits = due[word];
    due[word] = 0;
    for (; bits != 0; bits &= bits - 1) {
      const std::int32_t row = std::int32_t(word * 64) + std::countr_zero(bits);
      double& next_s = next_look_s[row];
      if (next_s > now_s) {  // put off, or beyond the calendar when it was put in
        if (next_s < kNever_s) calendar.put(std::size_t(row), next_s, clock, now_s, frames_per_s);
        continue;
      }
      const double time_s = at_frame ? now_s : next_s;
      if (!(time_s < visible_until_s[row])) {
        next_s = kNever_s;
        continue;
      }
      while (row >= begin + per_replication) ++lane, begin += per_replication;
      row_of[count] = row;
      time_of_s[count] = time_s;
      replication_of[count] = std::uint32_t(first_replication + lane);
      entity_of[count] = std::uint32_t(row - begin);
      able[count] = !outages.empty() && holds(outages, time_s) ? 0 : 1;
      ++count;
    }
  }
  l.count = std::int32_t(count);
}

// Truth at each look's own time, as the antenna sees it.
void gather(const SensingContext& context, std::size_t s, const Threats& threats, const Sensors& sensors, Looks& l) {
  const Vec3 antenna = context.sensors[s].position_enu_m;
  const std::size_t lanes = whole_vectors(l.count);
  for (std::size_t i = std::size_t(l.count); i < lanes; ++i) {
    l.row[i] = l.row[0];
    l.time_s[i] = l.time_s[0];
    l.entity[i] = l.entity[0];
  }
  positions_of_rows(threats, l.row.data(), l.time_s.data(), std::int32_t(lanes),
                    {l.x_m.data(), l.y_m.data(), l.z_m.data(), l.vx_mps.data(), l.vy_mps.data(), l.vz_mps.data()});
  PAVISE_VARIANTS(face_antenna)
  (FacingColumns{std::int32_t(lanes), sensors.signatures.data(), l.entity.data(), antenna.x, antenna.y, antenna.z,
                 l.x_m.data(), l.y_m.data(), l.z_m.data(), l.vx_mps.data(), l.vy_mps.data(), l.vz_mps.data(),
                 l.rcs_m2.data(), l.infrared.data(), l.eirp_W.data(), l.swerling.data()});
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
  std::size_t most = 8;  // rows are written in whole vectors
  for (const Sensor& sensor : sensors) most += sensor.kind->most_detections(sensor, rows, replications, frame_s);
  return most;
}

std::size_t pad_hits(Looks& l, std::size_t hits) {
  const std::size_t lanes = whole_vectors(std::int32_t(hits));
  for (std::size_t k = hits; k < lanes; ++k) l.hit[k] = l.hit[0];
  return lanes;
}

void list_addresses(Looks& l, std::size_t hits) {
  const std::size_t lanes = whole_vectors(std::int32_t(hits));
  const std::int32_t* hit = l.hit.data();
  const double* time_s = l.time_s.data();
  const std::uint32_t *replication = l.replication.data(), *entity = l.entity.data();
  std::uint32_t *to_replication = l.hit_replication.data(), *to_entity = l.hit_entity.data(),
                *to_number = l.hit_number.data();
  for (std::size_t k = 0; k < lanes; ++k) {
    const std::size_t i = std::size_t(hit[k]);
    to_replication[k] = replication[i];
    to_entity[k] = entity[i];
    to_number[k] = draw_number_of(time_s[i]);
  }
}

DrawColumns hit_addresses(const Looks& l, std::size_t hits, Purpose purpose, std::uint16_t stream, std::uint64_t seed) {
  return {whole_vectors(std::int32_t(hits)), l.hit_replication.data(), l.hit_entity.data(), l.hit_number.data(), purpose,
          stream, seed};
}

void draw_noise(const SensingContext& context, std::int32_t sensor, std::size_t hits, bool with_elevation_rate,
                Looks& l) {
  pad_hits(l, hits);
  list_addresses(l, hits);
  DrawColumns at = hit_addresses(l, hits, Purpose::look_noise_range_azimuth, context.sensors[std::size_t(sensor)].stream,
                                 context.draws.seed);
  PAVISE_VARIANTS(fill_normals)(at, l.noise[0].data(), l.noise[1].data());
  at.purpose = Purpose::look_noise_elevation_rate;
  if (with_elevation_rate) PAVISE_VARIANTS(fill_normals)(at, l.noise[2].data(), l.noise[3].data());
}

void find_out_of_reach(const Threats& threats, Looks& l) {
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < std::size_t(l.count); ++i) {
    l.hit[hidden] = std::int32_t(i);
    l.hidden_row[hidden] = l.row[i];
    l.hidden_time_s[hidden] = l.time_s[i];
    l.hidden_gap_m[hidden] = l.hidden_by_m[i];
    hidden += l.hidden_by_m[i] > 0;
  }
  if (hidden == 0) return;
  const std::size_t lanes = whole_vectors(std::int32_t(hidden));
  for (std::size_t k = hidden; k < lanes; ++k) {
    l.hidden_row[k] = l.hidden_row[0];
    l.hidden_time_s[k] = l.hidden_time_s[0];
    l.hidden_gap_m[k] = 0;
  }
  PAVISE_VARIANTS(out_of_reach)
  (path_columns(threats), ReachColumns{std::int32_t(lanes), threats.piece_end_s.data(), threats.speed_mps.data(),
                                       l.hidden_row.data(), l.hidden_time_s.data(), l.hidden_gap_m.data(),
                                       l.hidden_until_s.data()});
  for (std::size_t k = 0; k < hidden; ++k) l.until_s[std::size_t(l.hit[k])] = l.hidden_until_s[k];
}

void allocate(Looks& l, std::size_t rows) {
  l.count = 0;
  for (Column<double>* c :
       {&l.time_s, &l.x_m, &l.y_m, &l.z_m, &l.vx_mps, &l.vy_mps, &l.vz_mps, &l.rcs_m2, &l.infrared, &l.eirp_W, &l.swerling,
        &l.able, &l.next_s, &l.least_cosine, &l.range_m, &l.azimuth_rad, &l.elevation_rad, &l.range_rate_mps, &l.snr,
        &l.probability, &l.hidden_by_m, &l.until_s, &l.luck, &l.hidden_time_s, &l.hidden_gap_m, &l.hidden_until_s, &l.noise[0], &l.noise[1], &l.noise[2], &l.noise[3]})
    c->allocate(rows + kSpareLanes);
  for (Column<std::uint32_t>* c :
       {&l.replication, &l.entity, &l.number, &l.hit_replication, &l.hit_entity, &l.hit_number})
    c->allocate(rows + kSpareLanes);
  l.row.allocate(rows + kSpareLanes);
  l.hit.allocate(rows + kSpareLanes);
  l.hidden_row.allocate(rows + kSpareLanes);
}

void allocate(Sensors& sensors, const std::vector<Sensor>& model, const Threats& threats) {
  const std::size_t count = model.size(), rows = std::size_t(threats.rows), lanes = std::size_t(threats.replications);
  sensors.sensor_count = std::int32_t(count);
  sensors.rows = threats.rows;
  sensors.next_look_s.assign(count, Column<double>(rows));
  sensors.calendar.resize(count);
  for (LookCalendar& calendar : sensors.calendar) calendar.allocate(rows);
  sensors.next_scan_s.assign(count, Column<double>(lanes));
  sensors.last_detected_s.assign(count, {});
  sensors.engaged.assign(count, {});
  sensors.radar.assign(count, {});
  sensors.alarms.assign(count, {});
  for (std::size_t s = 0; s < count; ++s) {
    if (model[s].kind->remembers_detections) {
      sensors.last_detected_s[s].allocate(rows);
      sensors.engaged[s].allocate(rows);
    }
    sensors.next_scan_s[s].fill(kNever_s);
    if (model[s].kind->is_radar) {
      const bool is_array = model[s].kind->remembers_detections;
      // the volume does not depend on the environment; the constants are made when a block starts
      sensors.alarms[s] = false_alarm_process(model[s], is_array, radar_constants(model[s], is_array, {}));
      allocate(sensors.alarms[s], threats.replications);
    }
  }
  sensors.cue_s.allocate(rows);
  sensors.is_detected.allocate(rows);
  sensors.first_number.allocate(lanes);
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
  sensors.next_frame = -1;
  sensors.is_detected.fill(0);
  sensors.first_number.fill(-1);
  sensors.cue_s.fill(-kNever_s);
  for (PointedCamera& camera : sensors.cameras) camera = {};
  for (std::size_t s = 0; s < context.sensors.size(); ++s) {
    const SensorKind& kind = *context.sensors[s].kind;
    sensors.last_detected_s[s].fill(-kNever_s);
    sensors.engaged[s].fill(0);
    if (kind.is_radar)
      sensors.radar[s] = radar_constants(context.sensors[s], kind.remembers_detections, context.environment);
    kind.start(context, std::int32_t(s), threats, sensors);
  }
}

void count_engagement(Sensors& sensors, std::span<const std::int32_t> serving, std::size_t row, std::int32_t change) {
  for (const std::int32_t s : serving) {
    Column<std::int32_t>& engaged = sensors.engaged[std::size_t(s)];
    if (engaged.rows() > 0) engaged[row] += change;
  }
}

void detect(const SensingContext& context, const Threats& threats, const Clock& clock, Sensors& sensors, Looks& looks,
            Detections& detections, Outcomes& outcomes) {
  if (looks.row.rows() < std::size_t(threats.rows) + kSpareLanes) allocate(looks, std::size_t(threats.rows));
  const double now_s = clock.now_s(), frames_per_s = 1 / clock.frame_s();
  clear(detections);
  if (clock.frame != sensors.next_frame) fill_calendars(sensors, clock);
  sensors.next_frame = clock.frame + 1;

  for (std::int32_t sensor = 0; sensor < sensors.sensor_count; ++sensor) {
    const std::size_t s = std::size_t(sensor);
    const SensorKind& kind = *context.sensors[s].kind;
    double* next_look_s = sensors.next_look_s[s].data();
    const std::int32_t first = detections.count;

    // a fast sensor may look at a row more than once in a frame: until nothing more is due
    for (bool is_any_due = true; is_any_due;) {
      is_any_due = false;
      take_due(context, s, threats, clock, sensors, looks);
      if (looks.count == 0) break;
      gather(context, s, threats, sensors, looks);
      const std::int32_t begin = detections.count;
      kind.look(context, sensor, threats, sensors, clock, looks, detections);
      close_group(detections, sensor, begin);
      const std::int32_t* row = looks.row.data();
      const double* look_next_s = looks.next_s.data();
      std::int32_t* ahead = looks.hit.data();  // free again
      PAVISE_VARIANTS(frames_ahead)
      (std::int32_t(whole_vectors(looks.count)), look_next_s, now_s, frames_per_s, double(LookCalendar::kFrames - 1), ahead);
      std::uint64_t* calendar = sensors.calendar[s].rows.data();
      const std::size_t words = sensors.calendar[s].words, count = std::size_t(looks.count);
      const std::int64_t frame = clock.frame;  // nothing is loaded anew after each store
      std::int32_t soonest = 1;
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t k = std::size_t(row[i]);
        const std::int32_t frames = ahead[i];
        next_look_s[k] = look_next_s[i];
        if (frames < 0) continue;
        soonest = std::min(soonest, frames);
        calendar[LookCalendar::slot(frame + frames) * words + k / 64] |= std::uint64_t(1) << (k % 64);
      }
      is_any_due = soonest == 0;
    }
    if (kind.finish) kind.finish(context, sensor, threats, sensors, clock, detections);

    if (kind.gives_cue && is_immediate(context.sensors[s])) {  // else when it is delivered
      for (std::size_t d = std::size_t(first); d < std::size_t(detections.count); ++d)
        if (detections.source[d] >= 0)
          sensors.cue_s[std::size_t(detections.replication[d] * threats.per_replication + detections.source[d])] =
              detections.time_s[d];
    }
  }
  note_first_detections(context, threats, clock, sensors, detections, outcomes);
}

}  // namespace pavise
