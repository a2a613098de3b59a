// Names of everything that rows refer to by index. Arms may differ in what they deploy, so indices of a model are
// translated into rows of /defs, which hold the union over all arms, by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/study.hpp"

namespace pavise {

/// A small table of a study file: /defs/..., /points, /scenarios. Strings are allowed here and nowhere else.
struct SmallColumn {
  enum class Kind { text, f8, i4, i8, flag };
  std::string name;
  Kind kind = Kind::text;
  std::string units = {}, long_name = {};
  bool is_money = false;
  std::string path = {};  // of a factor: the swept value
  std::vector<std::string> text = {};
  std::vector<double> numbers = {};  // also whole numbers, up to 2^53
};
struct SmallTable {
  std::string name, dimension;  // "defs/asset", "asset"
  std::vector<SmallColumn> columns;
  std::size_t rows() const;
  const SmallColumn* find(const std::string& column) const;
};

/// For one arm: model index -> row of /defs.
struct ArmIndices {
  std::vector<std::int32_t> asset, sensor, fire_unit, station, weapon, threat_class, identity;
  std::int32_t raid = 0;
  std::vector<std::int32_t> class_of_threat;  // by number within the raid: row of /defs/threat_class
  std::vector<double> cost_of_threat;         // USD
};

struct StudyDefinitions {
  std::vector<std::string> classes, weapons;
  std::vector<std::uint8_t> is_decoy;  // by class
  std::vector<ArmIndices> arms;
  std::vector<SmallTable> tables;  // /defs/...

  explicit StudyDefinitions(const std::vector<Arm>& arms);
};

/// Column of /points that stands where every arm compares its picture with the truth.
inline constexpr const char* kQualityColumn = "picture_quality_period";

/// /points without the replication columns, and /scenarios.
SmallTable point_table(const std::vector<Arm>& arms);
SmallTable scenario_table(const std::vector<Arm>& arms);

/// SHA-256 in hexadecimal digits (FIPS 180-4).
std::string sha256(const std::string& text);
/// Of all arms' labels and scenario texts.
std::string scenarios_sha256(const std::vector<Arm>& arms);

}  // namespace pavise
