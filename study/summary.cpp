#include "study/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kDistinctValues = 1024;  // beyond, values are kept one by one

/// Two-sided p of an estimate with its standard error; without spread it is certain.
double p_of(double estimate, double se, std::int64_t count) {
  if (count < 2) return kNoValue;
  if (se == 0) return estimate == 0 ? 1 : 0;
  return t_two_sided(double(count - 1), estimate / se);
}

Interval t_around(double estimate, double se, std::int64_t count) {
  if (count < 2 || se == 0) return {estimate, estimate};
  const double half = -t_quantile(double(count - 1), complement_of(kConfidence) / 2) * se;
  return {estimate - half, estimate + half};
}

double correlation_of(double covariance, double variance_a, double variance_b) {
  return variance_a > 0 && variance_b > 0 ? covariance / std::sqrt(variance_a * variance_b) : kNoValue;
}

}  // namespace

const char* name_of(IntervalMethod method) {
  constexpr const char* kNames[] = {"student_t", "wilson", "clopper_pearson", "bootstrap_bca", "delta"};
  return kNames[std::size_t(method)];
}

void OrderStatistics::add(double value) {
  if (!values_.empty()) {
    values_.push_back(value);
    return;
  }
  ++counts_[value];
  if (counts_.size() <= kDistinctValues) return;
  for (const auto& [known, count] : counts_) values_.insert(values_.end(), std::size_t(count), known);
  counts_.clear();
}

double OrderStatistics::median() const {
  if (!values_.empty()) {
    std::vector<double> sorted = values_;
    const auto middle = sorted.begin() + std::ptrdiff_t((sorted.size() + 1) / 2 - 1);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }
  std::int64_t total = 0, seen = 0;
  for (const auto& [value, count] : counts_) total += count;
  for (const auto& [value, count] : counts_) {
    seen += count;
    if (seen >= (total + 1) / 2) return value;
  }
  return kNoValue;
}

StudyStatistics::StudyStatistics(std::vector<MetricColumn> metrics, std::int32_t arms, PairMode pairs)
    : metrics_(std::move(metrics)),
      arms_(arms),
      singles_(std::size_t(arms) * metrics_.size()),
      ratios_(std::size_t(arms) * metrics_.size()) {
  if (pairs == PairMode::none) return;
  for (std::int32_t a = 0; a < arms; ++a) {
    if (pairs == PairMode::with_first && a > 0) break;
    for (std::int32_t b = a + 1; b < arms; ++b) {
      const std::size_t m = metrics_.size();
      pairs_.push_back({a, b, std::vector<Moments>(m), std::vector<JointMoments<2>>(m),
                        std::vector<std::array<std::int64_t, 2>>(m), std::vector<JointMoments<4>>(m)});
    }
  }
}

void StudyStatistics::add(const std::vector<double>& values) {
  PAVISE_ASSERT(values.size() == singles_.size());
  const std::int32_t metric_count = std::int32_t(metrics_.size());
  for (std::int32_t arm = 0; arm < arms_; ++arm)
    for (std::int32_t m = 0; m < metric_count; ++m) {
      const std::size_t slot = std::size_t(arm) * metrics_.size() + std::size_t(m);
      if (metrics_[std::size_t(m)].numerator >= 0) {
        ratios_[slot].add({value_of(values, arm, metrics_[std::size_t(m)].numerator),
                           value_of(values, arm, metrics_[std::size_t(m)].denominator)});
        continue;
      }
      Single& single = singles_[slot];
      const double value = values[slot];
      single.minimum = count_ == 0 ? value : std::min(single.minimum, value);
      single.maximum = count_ == 0 ? value : std::max(single.maximum, value);
      single.moments.add(value);
      single.sum.add(value);
      single.order.add(value);
    }
  for (Pair& pair : pairs_)
    for (std::int32_t m = 0; m < metric_count; ++m) {
      const MetricColumn& metric = metrics_[std::size_t(m)];
      if (metric.numerator >= 0) {
        pair.ratio[std::size_t(m)].add(
            {value_of(values, pair.a, metric.numerator), value_of(values, pair.a, metric.denominator),
             value_of(values, pair.b, metric.numerator), value_of(values, pair.b, metric.denominator)});
        continue;
      }
      const double a = value_of(values, pair.a, m), b = value_of(values, pair.b, m);
      pair.difference[std::size_t(m)].add(a - b);
      pair.joint[std::size_t(m)].add({a, b});
      pair.discordant[std::size_t(m)][0] += a > b;
      pair.discordant[std::size_t(m)][1] += b > a;
    }
  ++count_;
  if (count_ < next_look_) return;
  next_look_ = (count_ * 11 + 9) / 10;
  if (const auto leakers = find("leakers")) {
    const Moments& moments = singles_[std::size_t(*leakers)].moments;
    const MeanInterval now = t_interval(moments, kConfidence);
    convergence_.push_back({count_, now.mean, (now.interval.upper - now.interval.lower) / 2});
  }
}

std::optional<std::int32_t> StudyStatistics::find(const std::string& metric) const {
  for (std::size_t m = 0; m < metrics_.size(); ++m)
    if (metrics_[m].name == metric) return std::int32_t(m);
  return std::nullopt;
}

MetricSummary StudyStatistics::summary(std::int32_t arm, std::int32_t metric) const {
  const MetricColumn& column = metrics_[std::size_t(metric)];
  if (column.numerator >= 0) return ratio_summary(arm, metric);
  const Single& single = singles_[std::size_t(arm) * metrics_.size() + std::size_t(metric)];
  MetricSummary s;
  s.name = column.name;
  s.unit = column.kind->unit;
  s.count = count_;
  if (count_ == 0) {
    s.mean = s.standard_deviation = s.se = s.minimum = s.median = s.maximum = kNoValue;
    s.ci95 = {kNoValue, kNoValue};
    return s;
  }
  s.mean = single.sum.value() / double(count_);
  s.standard_deviation = std::sqrt(single.moments.variance());
  s.se = s.standard_deviation / std::sqrt(double(count_));
  s.minimum = single.minimum;
  s.median = single.order.median();
  s.maximum = single.maximum;
  if (column.kind->form == MetricForm::proportion) {
    s.method = IntervalMethod::wilson;
    s.ci95 = wilson(std::llround(single.sum.value()), count_, kConfidence);
  } else {
    s.ci95 = t_around(s.mean, s.se, count_);
  }
  return s;
}

/// A ratio of means R = x / y; var(R) = (s_xx - 2 R s_xy + R^2 s_yy) / (n y^2), the first order of Taylor's expansion.
MetricSummary StudyStatistics::ratio_summary(std::int32_t arm, std::int32_t metric) const {
  const JointMoments<2>& j = ratios_[std::size_t(arm) * metrics_.size() + std::size_t(metric)];
  MetricSummary s;
  s.name = metrics_[std::size_t(metric)].name;
  s.unit = metrics_[std::size_t(metric)].kind->unit;
  s.count = count_;
  s.method = IntervalMethod::delta;
  s.minimum = s.median = s.maximum = s.standard_deviation = kNoValue;
  if (count_ == 0 || j.mean[1] == 0) {
    s.mean = s.se = kNoValue;
    s.ci95 = {kNoValue, kNoValue};
    return s;
  }
  s.mean = j.mean[0] / j.mean[1];
  const double variance = j.covariance(0, 0) - 2 * s.mean * j.covariance(0, 1) + s.mean * s.mean * j.covariance(1, 1);
  s.se = std::sqrt(std::max(0.0, variance) / double(count_)) / std::fabs(j.mean[1]);
  s.ci95 = t_around(s.mean, s.se, count_);
  return s;
}

PairSummary StudyStatistics::pair_summary(const Pair& pair, std::int32_t metric) const {
  const MetricColumn& column = metrics_[std::size_t(metric)];
  if (column.numerator >= 0) return ratio_pair(pair, metric);
  const Moments& d = pair.difference[std::size_t(metric)];
  const JointMoments<2>& j = pair.joint[std::size_t(metric)];
  PairSummary s;
  s.a = pair.a;
  s.b = pair.b;
  s.metric = column.name;
  s.mean_difference = d.mean;
  s.se = std::sqrt(d.variance() / double(count_));
  s.ci95 = t_around(s.mean_difference, s.se, count_);
  s.unpaired_se = std::sqrt((j.covariance(0, 0) + j.covariance(1, 1)) / double(count_));
  s.correlation = correlation_of(j.covariance(0, 1), j.covariance(0, 0), j.covariance(1, 1));
  s.p_value = column.kind->form == MetricForm::proportion
                  ? mcnemar_exact(pair.discordant[std::size_t(metric)][0], pair.discordant[std::size_t(metric)][1])
                  : p_of(s.mean_difference, s.se, count_);
  return s;
}

/// Difference of two ratios: linearised, each replication contributes (x_a - R_a y_a)/y_a - (x_b - R_b y_b)/y_b.
PairSummary StudyStatistics::ratio_pair(const Pair& pair, std::int32_t metric) const {
  const JointMoments<4>& j = pair.ratio[std::size_t(metric)];
  PairSummary s;
  s.a = pair.a;
  s.b = pair.b;
  s.metric = metrics_[std::size_t(metric)].name;
  if (j.mean[1] == 0 || j.mean[3] == 0) {
    s.mean_difference = s.se = s.unpaired_se = s.correlation = s.p_value = kNoValue;
    s.ci95 = {kNoValue, kNoValue};
    return s;
  }
  const double ratio_a = j.mean[0] / j.mean[1], ratio_b = j.mean[2] / j.mean[3];
  const double weights[4] = {1 / j.mean[1], -ratio_a / j.mean[1], -1 / j.mean[3], ratio_b / j.mean[3]};
  const auto form = [&](int from_i, int to_i, int from_k, int to_k) {
    double sum = 0;
    for (int i = from_i; i < to_i; ++i)
      for (int k = from_k; k < to_k; ++k) sum += weights[i] * weights[k] * j.covariance(i, k);
    return sum;
  };
  const double variance_a = form(0, 2, 0, 2), variance_b = form(2, 4, 2, 4), across = form(0, 2, 2, 4);
  s.mean_difference = ratio_a - ratio_b;
  s.se = std::sqrt(std::max(0.0, variance_a + variance_b + 2 * across) / double(count_));
  s.ci95 = t_around(s.mean_difference, s.se, count_);
  s.unpaired_se = std::sqrt((variance_a + variance_b) / double(count_));
  s.correlation = correlation_of(-across, variance_a, variance_b);  // the weights of b carry the minus sign
  s.p_value = p_of(s.mean_difference, s.se, count_);
  return s;
}

std::vector<PairSummary> StudyStatistics::pairs() const {
  std::vector<PairSummary> result;
  if (count_ == 0) return result;
  for (const Pair& pair : pairs_)
    for (std::size_t m = 0; m < metrics_.size(); ++m) result.push_back(pair_summary(pair, std::int32_t(m)));
  // Holm's family: the same metric over all pairs of arms
  for (std::size_t m = 0; m < metrics_.size(); ++m) {
    std::vector<double> p_values;
    std::vector<PairSummary*> family;
    for (std::size_t i = m; i < result.size(); i += metrics_.size()) {
      result[i].p_value_holm = kNoValue;
      if (std::isnan(result[i].p_value)) continue;
      p_values.push_back(result[i].p_value);
      family.push_back(&result[i]);
    }
    const std::vector<double> adjusted = holm(p_values);
    for (std::size_t i = 0; i < family.size(); ++i) family[i]->p_value_holm = adjusted[i];
  }
  return result;
}

}  // namespace pavise
