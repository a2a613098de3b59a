// The tables of a study file: names, types, units and meanings of their columns. Writer, reader, verification and docs
// follow from these rows (FORMATS.md section 2.2).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "kernel/core/outcomes.hpp"

namespace pavise {

enum class Scalar : std::uint8_t { f4, f8, i4, i8, u1, u8 };
constexpr std::size_t size_of(Scalar type) {
  return type == Scalar::u1 ? 1 : type == Scalar::f4 || type == Scalar::i4 ? 4 : 8;
}

/// A committed enumeration: word k has value k.
struct EnumerationSpec {
  std::string_view name;  // of the committed type, "shot_result_e"
  std::vector<std::string_view> words;
};
const std::vector<EnumerationSpec>& study_enumerations();
const EnumerationSpec& study_enumeration(std::string_view name);

struct ColumnSpec {
  std::string_view name;
  Scalar type;
  std::string_view units;  // "" for an enumeration
  std::string_view long_name;
  std::string_view enumeration = {};
  bool has_no_value = false;  // -1: none
  bool is_money = false;
  std::string_view sample_dimension = {};
  bool is_position = false;  // follows from the rows before it (begin columns, `replication`, rows_hash): not hashed
  std::size_t offset = 0;    // /replications: bytes into ReplicationRow
};

struct TableSpec {
  std::string_view name, dimension;
  RecordLevel from = RecordLevel::summary;
  std::vector<ColumnSpec> columns;

  /// Bytes of one row without its `replication` column (which says where the row stands, not what it holds).
  std::size_t row_bytes() const;
  std::size_t find(std::string_view column) const;
};

/// Tables of rows that belong to a replication, in the order in which rows_hash takes them.
enum RowTable { kByClass = 0, kByWeapon, kOutcomes, kShots, kEvents, kTracks, kRowTables };
const TableSpec& row_table(int table);
const TableSpec& replications_table();
/// The tables with a begin and a count column in /replications: outcomes, shots, events, tracks.
inline constexpr int kFirstRagged = kOutcomes;

inline constexpr double kNotCompared = std::numeric_limits<double>::quiet_NaN();

/// A row of /replications.
struct ReplicationRow {
  std::int32_t point = 0, number = 0;
  std::uint64_t stream = 0;
  double end_time = 0;
  std::int32_t threats = 0, killed = 0, leaked = 0, unengaged = 0, shots = 0, hits = 0, orders_refused = 0;
  double damage = 0, value_left = 0, cost_defence = 0, cost_raid = 0, cost_killed = 0;
  std::int64_t entity_updates = 0;
  // of the picture against the truth; NaN: not compared
  double gospa = kNotCompared, ospa = kNotCompared, continuity = kNotCompared, false_tracks = kNotCompared;
  std::int64_t begin[4] = {}, count[4] = {};  // outcome, shot, event, track
  std::uint64_t outcome_hash = 0, rows_hash = 0;
  std::uint8_t result = 0;
};

}  // namespace pavise
