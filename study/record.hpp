// One finished replication, taken out of its World: a row of /replications and the rows of all other tables, column by
// column, as they will stand in the file. Worlds go on while records wait for their turn.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "study/definitions.hpp"
#include "study/metrics.hpp"
#include "study/tables.hpp"

namespace pavise {

/// Rows of one table of one replication: columns one after another, without `replication`.
struct TableBlock {
  std::int64_t rows = 0;
  std::vector<std::byte> bytes;
};

struct ReplicationRecord {
  ReplicationRow row;
  TableBlock tables[kRowTables];
  std::size_t size_bytes() const;
};

/// Writes single values into a block; columns by their position in the table's spec.
class BlockWriter {
 public:
  BlockWriter(const TableSpec& spec, std::int64_t rows, TableBlock& block);
  template <class T>
  void put(std::size_t column, std::int64_t row, T value) {
    std::memcpy(block_.bytes.data() + begin_[column] + std::size_t(row) * sizeof(T), &value, sizeof(T));
  }

 private:
  TableBlock& block_;
  std::vector<std::size_t> begin_;  // of each column
};
/// Bytes of a column of a block.
const std::byte* column_of(const TableSpec& spec, const TableBlock& block, std::size_t column);

ReplicationRecord make_record(const FinishedReplication& finished, const StudyDefinitions& definitions,
                              RecordLevel level);

/// Checksum of a record's rows: /replications without its positions, then the tables in order, column by column.
std::uint64_t rows_hash_of(const ReplicationRecord& record);

/// Metric values from what every study file keeps.
void metrics_of(const ReplicationRecord& record, const std::vector<MetricColumn>& metrics,
                const std::vector<std::uint8_t>& is_decoy, double* values);

/// XXH3-128 over outcome hashes in order, as 32 hexadecimal digits.
class OutcomeHash {
 public:
  OutcomeHash();
  ~OutcomeHash();
  OutcomeHash(const OutcomeHash&) = delete;
  void add(const std::vector<std::uint64_t>& hashes) { add(hashes.data(), std::int64_t(hashes.size())); }
  void add(const void* hashes, std::int64_t count);
  std::string digits() const;

 private:
  void* state_;
};

}  // namespace pavise
