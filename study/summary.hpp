// Metrics over replications: means with intervals per arm, and paired differences between arms that met the same draws.
// Values arrive in replication order and every sum is taken in that order, so nothing depends on threads or shards.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/metrics.hpp"
#include "study/statistics.hpp"

namespace pavise {

inline constexpr double kConfidence = 0.95;

enum class IntervalMethod : std::uint8_t {
  student_t = 0,
  wilson = 1,
  clopper_pearson = 2,
  bootstrap_bca = 3,
  delta = 4
};
const char* name_of(IntervalMethod method);

struct MetricSummary {
  std::string name, unit;
  std::int64_t count = 0;
  double mean = 0, standard_deviation = 0, se = 0;
  Interval ci95;
  double minimum = 0, median = 0, maximum = 0;
  IntervalMethod method = IntervalMethod::student_t;
};

/// Mean difference a - b of one metric on common random numbers. NaN where a value does not exist (no spread).
struct PairSummary {
  std::int32_t a = 0, b = 0;  // arms
  std::string metric;
  double mean_difference = 0, se = 0;
  Interval ci95;
  double unpaired_se = 0, correlation = 0, p_value = 1;
  double p_value_holm = 1;  // over all pairs of arms of the study, for this metric
};

/// Which arms are compared with which.
enum class PairMode { every, with_first, none };

/// Values of one metric kept for the median: counts of distinct values, or the values themselves once there are many.
class OrderStatistics {
 public:
  void add(double value);
  /// The order statistic of rank ceil(n / 2).
  double median() const;

 private:
  std::map<double, std::int64_t> counts_;
  std::vector<double> values_;
};

class StudyStatistics {
 public:
  StudyStatistics(std::vector<MetricColumn> metrics, std::int32_t arms, PairMode pairs);

  /// Metric values of one replication number, all arms together: values[arm * metrics + m].
  void add(const std::vector<double>& values);
  std::int64_t count() const { return count_; }
  const std::vector<MetricColumn>& metrics() const { return metrics_; }
  std::int32_t arms() const { return arms_; }

  /// Column of a metric's name; empty if there is none.
  std::optional<std::int32_t> find(const std::string& metric) const;
  MetricSummary summary(std::int32_t arm, std::int32_t metric) const;
  std::vector<PairSummary> pairs() const;

  /// Running mean of leakers in the first arm at fixed numbers of replications: 10, then every 10 % more.
  struct Look {
    std::int64_t count;
    double mean, half_width;
  };
  const std::vector<Look>& convergence() const { return convergence_; }

 private:
  struct Single {
    Moments moments;
    CompensatedSum sum;
    double minimum = 0, maximum = 0;
    OrderStatistics order;
  };
  struct Pair {
    std::int32_t a, b;
    std::vector<Moments> difference;                      // by metric
    std::vector<JointMoments<2>> joint;                   // by metric: a, b
    std::vector<std::array<std::int64_t, 2>> discordant;  // by metric: only a, only b (proportions)
    std::vector<JointMoments<4>> ratio;                   // by ratio metric: numerator and denominator of a, of b
  };
  double value_of(const std::vector<double>& values, std::int32_t arm, std::int32_t metric) const {
    return values[std::size_t(arm) * metrics_.size() + std::size_t(metric)];
  }
  MetricSummary ratio_summary(std::int32_t arm, std::int32_t metric) const;
  PairSummary pair_summary(const Pair& pair, std::int32_t metric) const;
  PairSummary ratio_pair(const Pair& pair, std::int32_t metric) const;

  std::vector<MetricColumn> metrics_;
  std::int32_t arms_;
  std::int64_t count_ = 0;
  std::vector<Single> singles_;          // arm * metrics + metric
  std::vector<JointMoments<2>> ratios_;  // arm * ratio metrics + ratio: numerator, denominator
  std::vector<Pair> pairs_;
  std::vector<Look> convergence_;
  std::int64_t next_look_ = 10;
};

}  // namespace pavise
