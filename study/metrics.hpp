// What a study reports per replication. A metric is a function of a replication's tally and registers itself with unit
// and sentence; summary, file, JSON and `pavise list metrics` follow. The tally is exactly what a study file keeps at
// every recording level, so metrics can be computed anew from a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/core/registry.hpp"

namespace pavise {

/// Counts of one threat class in one replication: a row of /by_class.
struct ClassTally {
  std::int32_t threats = 0, killed = 0, leaked = 0, shots = 0, detected = 0;
};
/// What one weapon did in one replication: a row of /by_weapon. A gun's burst and a jammer's dwell are shots.
struct WeaponTally {
  std::int32_t shots = 0, rounds = 0, hits = 0;
  double cost = 0;
};
/// A row of /replications, as far as metrics need it.
struct ReplicationTally {
  double end_s = 0;
  std::int32_t threats = 0, killed = 0, leaked = 0, unengaged = 0, shots = 0, hits = 0, orders_refused = 0;
  double damage = 0, value_left = 0, cost_defence = 0, cost_raid = 0, cost_killed = 0;
  double gospa = 0, ospa = 0, continuity = 1, false_tracks = 0;
};
/// What a metric reads. Class and weapon rows are in the order of /defs.
struct Tally {
  const ReplicationTally& replication;
  std::span<const ClassTally> classes;
  std::span<const WeaponTally> weapons;
  std::span<const std::uint8_t> is_decoy;  // by class
};

enum class MetricForm { mean, proportion, ratio };
/// One column, or one per threat class or weapon: leakers.cruise_subsonic.
enum class MetricSeries { single, threat_class, weapon };

struct MetricKind {
  ComponentInfo info;           // category "metric"
  std::string_view unit = "1";  // UDUNITS; money is "1" with is_money
  bool is_money = false;
  bool is_of_picture = false;   // only where every arm compares its picture with the truth
  MetricForm form = MetricForm::mean;
  MetricSeries series = MetricSeries::single;
  double (*value)(const Tally&, std::int32_t index) = nullptr;  // null for a ratio
  std::string_view numerator = {}, denominator = {};            // of a ratio of means: names of other metrics
};

/// A metric of one study: kind and, in a series, which class or weapon.
struct MetricColumn {
  const MetricKind* kind = nullptr;
  std::int32_t index = 0;
  std::string name;
  std::int32_t numerator = -1, denominator = -1;  // columns, of a ratio
};

/// All metrics of a study with these threat classes and weapons, sorted by kind, then in the order of /defs.
std::vector<MetricColumn> metric_columns(const std::vector<std::string>& classes,
                                         const std::vector<std::string>& weapons, bool has_quality = false);
/// Values of all columns for one replication; a ratio's slot is 0 (it exists only over replications).
void evaluate_metrics(const std::vector<MetricColumn>& columns, const Tally& tally, double* values);

}  // namespace pavise
