#include "study/record.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

/// No value is NaN in a file; the kernel says infinity where something never comes.
double time_or_none(double time_s) { return std::isfinite(time_s) ? time_s : std::numeric_limits<double>::quiet_NaN(); }
float narrow(double value) { return float(value); }

std::int32_t translated(const std::vector<std::int32_t>& rows, std::int32_t index) {
  return index >= 0 && std::size_t(index) < rows.size() ? rows[std::size_t(index)] : -1;
}
std::int32_t translated(const ArmIndices& arm, std::int32_t kind, std::int32_t index) {
  switch (EntityKind(kind)) {
    case EntityKind::sensor:
      return translated(arm.sensor, index);
    case EntityKind::fire_unit:
      return translated(arm.fire_unit, index);
    case EntityKind::station:
      return translated(arm.station, index);
    case EntityKind::asset:
      return translated(arm.asset, index);
    default:
      return index;
  }
}

/// Order by time, then as recorded.
std::vector<std::int32_t> by_time(std::int32_t count, const double* time_s) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::int32_t i, std::int32_t j) { return time_s[i] != time_s[j] ? time_s[i] < time_s[j] : i < j; });
  return order;
}

/// What all tables of one replication share.
struct Source {
  const FinishedReplication& finished;
  const Outcomes& outcomes;
  const ArmIndices& arm;
  std::size_t first_threat, first_shot;
  std::int32_t threats, shots;
  std::vector<std::int32_t> shot_order;     // row in the file -> row in Shots
  std::vector<std::int32_t> shot_position;  // the inverse

  std::int32_t shot(std::int32_t recorded) const { return recorded < 0 ? -1 : shot_position[std::size_t(recorded)]; }
};

void put_outcomes(const Source& s, TableBlock& block) {
  BlockWriter out(row_table(kOutcomes), s.threats, block);
  const ThreatOutcomes& t = s.outcomes.threats;
  for (std::int32_t i = 0; i < s.threats; ++i) {
    const std::size_t row = s.first_threat + std::size_t(i);
    std::size_t c = 1;
    out.put(c++, i, i);
    out.put(c++, i, s.arm.class_of_threat[std::size_t(i)]);
    out.put(c++, i, s.arm.raid);
    out.put(c++, i, translated(s.arm.asset, t.asset[row]));
    out.put(c++, i, std::uint8_t(t.result[row]));
    out.put(c++, i, time_or_none(t.end_s[row]));
    for (double metres : {t.x_m[row], t.y_m[row], t.z_m[row]}) out.put(c++, i, narrow(metres));
    for (double time_s : {t.first_detected_s[row], t.first_tracked_s[row], t.first_engaged_s[row]})
      out.put(c++, i, time_or_none(time_s));
    out.put(c++, i, t.shots[row]);
    out.put(c++, i, s.shot(t.killer_shot[row]));
  }
}

void put_shots(const Source& s, TableBlock& block) {
  BlockWriter out(row_table(kShots), s.shots, block);
  const Shots& shots = s.outcomes.shots;
  for (std::int32_t i = 0; i < s.shots; ++i) {
    const std::size_t row = s.first_shot + std::size_t(s.shot_order[std::size_t(i)]);
    std::size_t c = 1;
    out.put(c++, i, translated(s.arm.fire_unit, shots.fire_unit[row]));
    out.put(c++, i, translated(s.arm.station, shots.station[row]));
    out.put(c++, i, shots.channel[row]);
    out.put(c++, i, translated(s.arm.weapon, shots.weapon[row]));
    out.put(c++, i, shots.threat[row]);
    out.put(c++, i, shots.salvo[row]);
    out.put(c++, i, shots.rounds[row]);
    for (double time_s : {shots.launch_s[row], shots.planned_intercept_s[row], shots.end_s[row],
                          shots.guide_begin_s[row], shots.guide_end_s[row]})
      out.put(c++, i, time_or_none(time_s));
    for (double value : {shots.x_m[row], shots.y_m[row], shots.z_m[row], shots.range_m[row], shots.miss_distance_m[row],
                         shots.pk[row]})
      out.put(c++, i, narrow(value));
    out.put(c++, i, std::uint8_t(shots.result[row]));
    out.put(c++, i, shots.cost[row]);
  }
}

void put_events(const Source& s, TableBlock& block) {
  const Events& events = s.outcomes.events;
  const std::size_t lane = std::size_t(s.finished.lane);
  const std::size_t first = lane * events.capacity_per_replication;
  const std::int32_t count = events.capacity_per_replication > 0 ? events.count[lane] : 0;
  const auto order = by_time(count, events.time_s.data() + first);
  BlockWriter out(row_table(kEvents), count, block);
  for (std::int32_t i = 0; i < count; ++i) {
    const std::size_t row = first + std::size_t(order[std::size_t(i)]);
    out.put(1, i, events.time_s[row]);
    out.put(2, i, i);
    out.put(3, i, std::uint8_t(events.kind[row]));
    out.put(4, i, std::uint8_t(events.actor_kind[row]));
    out.put(5, i, translated(s.arm, events.actor_kind[row], events.actor[row]));
    out.put(6, i, std::uint8_t(events.object_kind[row]));
    out.put(7, i, translated(s.arm, events.object_kind[row], events.object[row]));
    out.put(8, i, s.shot(events.shot[row]));
    const bool is_identity = events.kind[row] == std::int32_t(EventKind::identified);
    out.put(9, i,
            is_identity ? double(translated(s.arm.identity, std::int32_t(events.value[row]))) : events.value[row]);
  }
}

void put_trails(const Source& s, TableBlock& block) {
  const Trails& trails = s.outcomes.trails;
  const std::size_t lane = std::size_t(s.finished.lane);
  const std::size_t first = lane * trails.capacity_per_replication;
  const std::int32_t count = trails.capacity_per_replication > 0 ? trails.count[lane] : 0;
  const auto order = by_time(count, trails.time_s.data() + first);
  BlockWriter out(row_table(kTracks), count, block);
  for (std::int32_t i = 0; i < count; ++i) {
    const std::size_t row = first + std::size_t(order[std::size_t(i)]);
    const std::int32_t kind = trails.entity_kind[row];
    out.put(1, i, trails.time_s[row]);
    out.put(2, i, std::uint8_t(kind));
    out.put(3, i, kind == 1 ? s.shot(trails.entity[row]) : trails.entity[row]);
    std::size_t c = 4;
    for (float value : {trails.x_m[row], trails.y_m[row], trails.z_m[row], trails.vx_mps[row], trails.vy_mps[row],
                        trails.vz_mps[row], trails.sigma_m[row]})
      out.put(c++, i, value);
  }
}

/// Counts by class, and what of them stands in /replications.
void put_classes(const Source& s, const StudyDefinitions& definitions, ReplicationRecord& record) {
  std::vector<ClassTally> classes(definitions.classes.size());
  const ThreatOutcomes& t = s.outcomes.threats;
  for (std::int32_t i = 0; i < s.threats; ++i) {
    const std::size_t row = s.first_threat + std::size_t(i);
    const std::size_t which = std::size_t(s.arm.class_of_threat[std::size_t(i)]);
    ClassTally& tally = classes[which];
    ++tally.threats;
    tally.shots += t.shots[row];
    tally.detected += !std::isnan(t.first_detected_s[row]);
    record.row.cost_raid += s.arm.cost_of_threat[std::size_t(i)];
    if (t.result[row] == std::int32_t(ThreatResult::killed)) {
      ++tally.killed;
      record.row.cost_killed += s.arm.cost_of_threat[std::size_t(i)];
    }
    // a leaker is a threat that reaches its aim point, whether or not it hits anything
    if (t.result[row] == std::int32_t(ThreatResult::leaked) ||
        t.result[row] == std::int32_t(ThreatResult::missed_asset))
      ++tally.leaked;
    if (t.shots[row] == 0 && !definitions.is_decoy[which]) ++record.row.unengaged;
  }
  BlockWriter out(row_table(kByClass), std::int64_t(classes.size()), record.tables[kByClass]);
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const std::int64_t row = std::int64_t(k);
    out.put(1, row, std::int32_t(k));
    out.put(2, row, classes[k].threats);
    out.put(3, row, classes[k].killed);
    out.put(4, row, classes[k].leaked);
    out.put(5, row, classes[k].shots);
    out.put(6, row, classes[k].detected);
    record.row.killed += classes[k].killed;
    record.row.leaked += classes[k].leaked;
  }
}

void put_weapons(const Source& s, const StudyDefinitions& definitions, ReplicationRecord& record) {
  std::vector<WeaponTally> weapons(definitions.weapons.size());
  const Shots& shots = s.outcomes.shots;
  for (std::int32_t i = 0; i < s.shots; ++i) {
    const std::size_t row = s.first_shot + std::size_t(s.shot_order[std::size_t(i)]);
    WeaponTally& tally = weapons[std::size_t(translated(s.arm.weapon, shots.weapon[row]))];
    const bool is_hit = shots.result[row] == std::int32_t(ShotResult::hit);
    ++tally.shots;
    tally.rounds += shots.rounds[row];
    tally.hits += is_hit;
    tally.cost += shots.cost[row];
    record.row.hits += is_hit;
    record.row.cost_defence += shots.cost[row];
  }
  BlockWriter out(row_table(kByWeapon), std::int64_t(weapons.size()), record.tables[kByWeapon]);
  for (std::size_t k = 0; k < weapons.size(); ++k) {
    const std::int64_t row = std::int64_t(k);
    out.put(1, row, std::int32_t(k));
    out.put(2, row, weapons[k].shots);
    out.put(3, row, weapons[k].rounds);
    out.put(4, row, weapons[k].hits);
    out.put(5, row, weapons[k].cost);
  }
}

}  // namespace

std::size_t ReplicationRecord::size_bytes() const {
  std::size_t bytes = sizeof(ReplicationRecord);
  for (const TableBlock& block : tables) bytes += block.bytes.capacity();
  return bytes;
}

BlockWriter::BlockWriter(const TableSpec& spec, std::int64_t rows, TableBlock& block) : block_(block) {
  std::size_t at = 0;
  for (const ColumnSpec& column : spec.columns) {
    begin_.push_back(at);
    if (!column.is_position) at += std::size_t(rows) * size_of(column.type);
  }
  block.rows = rows;
  block.bytes.assign(at, std::byte{0});
}

const std::byte* column_of(const TableSpec& spec, const TableBlock& block, std::size_t column) {
  std::size_t at = 0;
  for (std::size_t c = 0; c < column; ++c)
    if (!spec.columns[c].is_position) at += std::size_t(block.rows) * size_of(spec.columns[c].type);
  return block.bytes.data() + at;
}

ReplicationRecord make_record(const FinishedReplication& finished, const StudyDefinitions& definitions,
                              RecordLevel level) {
  const Outcomes& outcomes = finished.outcomes;
  const std::size_t lane = std::size_t(finished.lane);
  Source source{finished,
                outcomes,
                definitions.arms[std::size_t(finished.arm)],
                lane * std::size_t(outcomes.threats_per_replication),
                lane * outcomes.shots.capacity_per_replication,
                outcomes.threats_per_replication,
                outcomes.shots.capacity_per_replication > 0 ? outcomes.shots.count[lane] : 0,
                {},
                {}};
  PAVISE_ASSERT(std::size_t(source.threats) == source.arm.class_of_threat.size());
  source.shot_order = by_time(source.shots, outcomes.shots.launch_s.data() + source.first_shot);
  source.shot_position.resize(source.shot_order.size());
  for (std::size_t i = 0; i < source.shot_order.size(); ++i)
    source.shot_position[std::size_t(source.shot_order[i])] = std::int32_t(i);

  ReplicationRecord record;
  ReplicationRow& row = record.row;
  row.point = finished.arm;
  row.number = std::int32_t(finished.number);
  row.stream = std::uint64_t(finished.number);
  row.end_time = outcomes.end_s[lane];
  row.threats = source.threats;
  row.shots = source.shots;
  row.orders_refused = outcomes.orders_refused[lane];
  row.damage = outcomes.damage[lane];
  for (std::int32_t a = 0; a < outcomes.assets; ++a)
    row.value_left += outcomes.asset_value_left[lane * std::size_t(outcomes.assets) + std::size_t(a)];
  row.entity_updates = outcomes.entity_updates[lane];
  if (finished.model.quality_period_s > 0) {
    const PictureQuality& q = outcomes.quality;
    const double instants = std::max(1.0, double(q.evaluations[lane]));
    row.gospa = q.gospa_sum_m[lane] / instants;
    row.ospa = q.ospa_sum_m[lane] / instants;
    row.continuity = q.present_sum[lane] > 0 ? double(q.paired_sum[lane]) / double(q.present_sum[lane]) : 1.0;
    row.false_tracks = double(q.false_sum[lane]) / instants;
  }
  row.outcome_hash = finished.outcome_hash;
  row.result = std::uint8_t(outcomes.result[lane]);
  put_classes(source, definitions, record);
  put_weapons(source, definitions, record);
  if (level != RecordLevel::summary) {
    put_outcomes(source, record.tables[kOutcomes]);
    put_shots(source, record.tables[kShots]);
    put_events(source, record.tables[kEvents]);
  }
  if (level == RecordLevel::full) put_trails(source, record.tables[kTracks]);
  for (int k = 0; k < 4; ++k) row.count[k] = record.tables[kFirstRagged + k].rows;
  row.rows_hash = rows_hash_of(record);
  return record;
}

std::uint64_t rows_hash_of(const ReplicationRecord& record) {
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  const char* row = reinterpret_cast<const char*>(&record.row);
  for (const ColumnSpec& column : replications_table().columns)
    if (!column.is_position) XXH3_64bits_update(state, row + column.offset, size_of(column.type));
  for (const TableBlock& block : record.tables)
    if (!block.bytes.empty()) XXH3_64bits_update(state, block.bytes.data(), block.bytes.size());
  const std::uint64_t hash = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  return hash;
}

void metrics_of(const ReplicationRecord& record, const std::vector<MetricColumn>& metrics,
                const std::vector<std::uint8_t>& is_decoy, double* values) {
  const auto read = [](const TableSpec& spec, const TableBlock& block, std::size_t column, std::size_t row,
                       auto& value) {
    std::memcpy(&value, column_of(spec, block, column) + row * sizeof value, sizeof value);
  };
  const TableBlock& by_class = record.tables[kByClass];
  std::vector<ClassTally> classes(std::size_t(by_class.rows));
  for (std::size_t k = 0; k < classes.size(); ++k) {
    std::size_t c = 2;
    for (std::int32_t* value :
         {&classes[k].threats, &classes[k].killed, &classes[k].leaked, &classes[k].shots, &classes[k].detected})
      read(row_table(kByClass), by_class, c++, k, *value);
  }
  const TableBlock& by_weapon = record.tables[kByWeapon];
  std::vector<WeaponTally> weapons(std::size_t(by_weapon.rows));
  for (std::size_t k = 0; k < weapons.size(); ++k) {
    std::size_t c = 2;
    for (std::int32_t* value : {&weapons[k].shots, &weapons[k].rounds, &weapons[k].hits})
      read(row_table(kByWeapon), by_weapon, c++, k, *value);
    read(row_table(kByWeapon), by_weapon, c, k, weapons[k].cost);
  }
  const ReplicationRow& r = record.row;
  const ReplicationTally tally{.end_s = r.end_time,
                               .threats = r.threats,
                               .killed = r.killed,
                               .leaked = r.leaked,
                               .unengaged = r.unengaged,
                               .shots = r.shots,
                               .hits = r.hits,
                               .orders_refused = r.orders_refused,
                               .damage = r.damage,
                               .value_left = r.value_left,
                               .cost_defence = r.cost_defence,
                               .cost_raid = r.cost_raid,
                               .cost_killed = r.cost_killed,
                               .gospa = r.gospa,
                               .ospa = r.ospa,
                               .continuity = r.continuity,
                               .false_tracks = r.false_tracks};
  evaluate_metrics(metrics, {tally, classes, weapons, is_decoy}, values);
}

OutcomeHash::OutcomeHash() : state_(XXH3_createState()) { XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_)); }
OutcomeHash::~OutcomeHash() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }
void OutcomeHash::add(const void* hashes, std::int64_t count) {
  if (count > 0)
    XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), hashes, std::size_t(count) * sizeof(std::uint64_t));
}
std::string OutcomeHash::digits() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(static_cast<XXH3_state_t*>(state_)));
  std::string text;
  for (unsigned char byte : canonical.digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace pavise
