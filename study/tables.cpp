#include "study/tables.hpp"

#include <cstddef>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

ColumnSpec number(std::string_view name, Scalar type, std::string_view units, std::string_view long_name) {
  return {name, type, units, long_name};
}
ColumnSpec index(std::string_view name, std::string_view long_name) {
  ColumnSpec column{name, Scalar::i4, "1", long_name};
  column.has_no_value = true;
  return column;
}
ColumnSpec money(std::string_view name, std::string_view long_name) {
  ColumnSpec column{name, Scalar::f8, "1", long_name};
  column.is_money = true;
  return column;
}
ColumnSpec word(std::string_view name, std::string_view enumeration, std::string_view long_name) {
  ColumnSpec column{name, Scalar::u1, "", long_name};
  column.enumeration = enumeration;
  return column;
}
ColumnSpec replication_column() {
  ColumnSpec column{"replication", Scalar::i4, "1", "row of /replications"};
  column.is_position = true;
  return column;
}

constexpr Scalar f4 = Scalar::f4, f8 = Scalar::f8, i4 = Scalar::i4, i8 = Scalar::i8, u8 = Scalar::u8;

std::vector<TableSpec> make_row_tables() {
  std::vector<TableSpec> tables(kRowTables);
  tables[kByClass] = {"by_class",
                      "class_row",
                      RecordLevel::summary,
                      {replication_column(), number("threat_class", i4, "1", "row of /defs/threat_class"),
                       number("threats", i4, "1", "threats of the class in the raid"),
                       number("killed", i4, "1", "threats of the class killed"),
                       number("leaked", i4, "1", "threats of the class that reached their target"),
                       number("shots", i4, "1", "shots at threats of the class"),
                       number("detected", i4, "1", "threats of the class detected at least once")}};
  tables[kByWeapon] = {
      "by_weapon",
      "weapon_row",
      RecordLevel::summary,
      {replication_column(), number("weapon", i4, "1", "row of /defs/weapon"),
       number("shots", i4, "1", "launches, bursts or dwells"), number("rounds", i4, "1", "rounds expended"),
       number("hits", i4, "1", "shots that ended in a kill"), money("cost", "cost of the shots")}};
  tables[kOutcomes] = {
      "outcomes",
      "outcome",
      RecordLevel::events,
      {replication_column(), number("threat", i4, "1", "number of the threat within its raid"),
       number("threat_class", i4, "1", "row of /defs/threat_class"), number("raid", i4, "1", "row of /defs/raid"),
       index("asset", "asset aimed at, row of /defs/asset"), word("result", "threat_result_e", "how the threat ended"),
       number("time", f8, "s", "end of the threat"), number("x", f4, "m", "end of the threat, east"),
       number("y", f4, "m", "end of the threat, north"), number("z", f4, "m", "end of the threat, up"),
       number("first_detected", f8, "s", "first detection; NaN: never"),
       number("first_tracked", f8, "s", "first confirmed track; NaN: never"),
       number("first_engaged", f8, "s", "first launch at it; NaN: never"), number("shots", i4, "1", "shots at it"),
       index("killer", "shot that killed it, counted from the replication's first")}};
  tables[kShots] = {"shots",
                    "shot",
                    RecordLevel::events,
                    {replication_column(),
                     number("fire_unit", i4, "1", "row of /defs/fire_unit"),
                     number("station", i4, "1", "launcher, gun or jammer, row of /defs/station"),
                     index("channel", "engagement channel"),
                     number("weapon", i4, "1", "row of /defs/weapon"),
                     index("threat", "number of the threat within its raid"),
                     number("salvo", i4, "1", "how many-th round of its order"),
                     number("rounds", i4, "1", "rounds expended"),
                     number("launch_time", f8, "s", "launch"),
                     number("intercept_time", f8, "s", "planned intercept"),
                     number("end_time", f8, "s", "end of the shot; NaN: still in flight"),
                     number("guide_begin", f8, "s", "channel occupied from"),
                     number("guide_end", f8, "s", "channel occupied until"),
                     number("x", f4, "m", "intercept point, east"),
                     number("y", f4, "m", "intercept point, north"),
                     number("z", f4, "m", "intercept point, up"),
                     number("range", f4, "m", "slant range of the intercept from the launcher"),
                     number("miss_distance", f4, "m", "closest approach"),
                     number("pk", f4, "1", "single-shot kill probability used"),
                     word("result", "shot_result_e", "how the shot ended"),
                     money("cost", "cost of the shot")}};
  ColumnSpec value{"value", f8, "1", "meaning by kind, see flag_comments of kind"};
  tables[kEvents] = {
      "events",
      "event",
      RecordLevel::events,
      {replication_column(), number("time", f8, "s", "instant of the event"),
       number("sequence", i4, "1", "order within the replication"), word("kind", "event_kind_e", "what happened"),
       word("actor_kind", "entity_kind_e", "what acted"),
       index("actor", "who acted: row of the table of /defs that actor_kind names, a threat's or a track's number"),
       word("object_kind", "entity_kind_e", "what it was done to"), index("object", "whom it was done to, as actor"),
       index("shot", "shot, counted from the replication's first"), value}};
  tables[kTracks] = {
      "tracks",
      "track",
      RecordLevel::full,
      {replication_column(), number("time", f8, "s", "instant"), word("entity_kind", "trail_kind_e", "what moves"),
       number("entity", i4, "1", "threat's number, shot of the replication, or track's number"),
       number("x", f4, "m", "position, east"), number("y", f4, "m", "position, north"),
       number("z", f4, "m", "position, up"), number("vx", f4, "m s-1", "velocity, east"),
       number("vy", f4, "m s-1", "velocity, north"), number("vz", f4, "m s-1", "velocity, up"),
       number("sigma", f4, "m", "standard deviation of an estimate's position, largest axis")}};
  return tables;
}

TableSpec make_replications_table() {
  TableSpec table{"replications", "replication", RecordLevel::summary, {}};
  const auto add = [&](ColumnSpec column, std::size_t offset) {
    column.offset = offset;
    table.columns.push_back(column);
  };
  using Row = ReplicationRow;
  add(number("point", i4, "1", "design point, row of /points"), offsetof(Row, point));
  add(number("number", i4, "1", "number within the design point"), offsetof(Row, number));
  add(number("stream", u8, "1", "random stream: with the seed it reproduces this replication alone"),
      offsetof(Row, stream));
  add(number("end_time", f8, "s", "simulated end"), offsetof(Row, end_time));
  add(number("threats", i4, "1", "threats of the raid"), offsetof(Row, threats));
  add(number("killed", i4, "1", "threats killed"), offsetof(Row, killed));
  add(number("leaked", i4, "1", "threats that reached their target, decoys among them"), offsetof(Row, leaked));
  add(number("unengaged", i4, "1", "threats other than decoys at which nothing was fired"), offsetof(Row, unengaged));
  add(number("shots", i4, "1", "launches, bursts and dwells"), offsetof(Row, shots));
  add(number("hits", i4, "1", "shots that ended in a kill"), offsetof(Row, hits));
  add(number("damage", f8, "1", "asset value lost"), offsetof(Row, damage));
  add(money("cost_defence", "cost of everything fired"), offsetof(Row, cost_defence));
  add(money("cost_raid", "cost of all threats"), offsetof(Row, cost_raid));
  add(money("cost_killed", "cost of the threats killed"), offsetof(Row, cost_killed));
  add(number("value_left", f8, "1", "asset value that stands at the end"), offsetof(Row, value_left));
  add(number("orders_refused", i4, "1", "orders that broke a rule"), offsetof(Row, orders_refused));
  add(number("entity_updates", i8, "1", "frames lived by moving objects"), offsetof(Row, entity_updates));
  add(number("gospa", f8, "m", "mean distance of the picture from the truth, NaN: not compared"), offsetof(Row, gospa));
  add(number("ospa", f8, "m", "the same per object, as OSPA"), offsetof(Row, ospa));
  add(number("continuity", f8, "1", "share of detected threats that had a track"), offsetof(Row, continuity));
  add(number("false_tracks", f8, "1", "mean number of tracks of nothing"), offsetof(Row, false_tracks));
  constexpr std::string_view kBegin[] = {"outcome_begin", "shot_begin", "event_begin", "track_begin"};
  constexpr std::string_view kCount[] = {"outcome_count", "shot_count", "event_count", "track_count"};
  constexpr std::string_view kBeginName[] = {"first row in /outcomes", "first row in /shots", "first row in /events",
                                             "first row in /tracks"};
  constexpr std::string_view kCountName[] = {"rows in /outcomes", "rows in /shots", "rows in /events",
                                             "rows in /tracks"};
  for (int k = 0; k < 4; ++k) {
    ColumnSpec begin = number(kBegin[k], i8, "1", kBeginName[k]);
    begin.is_position = true;
    add(begin, offsetof(Row, begin) + std::size_t(k) * sizeof(std::int64_t));
  }
  for (int k = 0; k < 4; ++k) {
    ColumnSpec count = number(kCount[k], i8, "1", kCountName[k]);
    count.sample_dimension = row_table(kFirstRagged + k).dimension;
    add(count, offsetof(Row, count) + std::size_t(k) * sizeof(std::int64_t));
  }
  add(number("outcome_hash", u8, "1", "XXH3-64 of the outcomes, the same at every recording level"),
      offsetof(Row, outcome_hash));
  ColumnSpec checksum = number("rows_hash", u8, "1", "XXH3-64 of the rows in all tables, column by column");
  checksum.is_position = true;
  add(checksum, offsetof(Row, rows_hash));
  add(word("result", "replication_result_e", "how the replication ended"), offsetof(Row, result));
  return table;
}

}  // namespace

const std::vector<EnumerationSpec>& study_enumerations() {
  static const std::vector<EnumerationSpec> all = {
      {"replication_result_e", {"complete", "time_limit", "policy_error"}},
      {"threat_result_e", {"airborne", "killed", "leaked", "missed_asset", "failed"}},
      {"shot_result_e", {"in_flight", "hit", "miss", "no_detonation", "lost_guidance", "target_gone", "self_destruct"}},
      {"event_kind_e",
       {"appeared", "detected", "tracked", "identified", "ordered", "launched", "intercept", "killed", "soft_killed",
        "assessed_killed", "assessed_alive", "arrived", "failed", "damaged", "reload_done", "order_refused",
        "track_lost", "dwell_ended", "exhausted"}},
      {"entity_kind_e", {"none", "threat", "sensor", "fire_unit", "station", "asset", "track"}},
      {"trail_kind_e", {"threat", "interceptor", "estimate"}},
      {"interval_method_e", {"student_t", "wilson", "clopper_pearson", "bootstrap_bca", "delta"}},
  };
  return all;
}

const EnumerationSpec& study_enumeration(std::string_view name) {
  for (const EnumerationSpec& e : study_enumerations())
    if (e.name == name) return e;
  PAVISE_ASSERT(false);
  return study_enumerations().front();
}

std::size_t TableSpec::row_bytes() const {
  std::size_t bytes = 0;
  for (const ColumnSpec& column : columns)
    if (!column.is_position) bytes += size_of(column.type);
  return bytes;
}

std::size_t TableSpec::find(std::string_view column) const {
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].name == column) return c;
  PAVISE_ASSERT(false);
  return 0;
}

const TableSpec& row_table(int table) {
  static const std::vector<TableSpec> tables = make_row_tables();
  return tables[std::size_t(table)];
}

const TableSpec& replications_table() {
  static const TableSpec table = make_replications_table();
  return table;
}

}  // namespace pavise
