// The answer on a terminal of 80 columns: what each arm gave, and what changes between arms.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/simulation.hpp"
#include "app/terminal.hpp"

namespace pavise {
namespace {

double half_width(const Interval& interval) { return (interval.upper - interval.lower) / 2; }

/// Money in MUSD: a table of whole dollars cannot be read.
double scale_of(const MetricSummary& metric) {
  for (const MetricKind* kind : all_metrics())
    if (kind->is_money && kind->info.name == metric.name) return 1e-6;
  return 1;
}

std::string label_of(const MetricSummary& metric) {
  return scale_of(metric) != 1 ? metric.name + " MUSD" : metric.unit == "1" ? metric.name : metric.name + ", " + metric.unit;
}

std::string cell(const MetricSummary& metric) {
  return with_interval(scale_of(metric) * metric.mean, scale_of(metric) * half_width(metric.ci95));
}

/// Rows that say something: not zero in every arm.
bool is_worth_showing(const StudyResult& result, std::size_t metric) {
  return std::any_of(result.arms.begin(), result.arms.end(), [&](const ArmResult& arm) {
    return metric < arm.metrics.size() && std::isfinite(arm.metrics[metric].mean) && arm.metrics[metric].mean != 0;
  });
}

std::string significance(double p) { return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p); }

std::string pair_table(const StudyResult& result, std::int32_t a, std::int32_t b) {
  const ArmResult& left = result.arms[std::size_t(a)];
  const ArmResult& right = result.arms[std::size_t(b)];
  const bool two_arms = result.arms.size() == 2;
  std::vector<std::string> head = {"metric"};
  if (two_arms) head.insert(head.end(), {"A", "B"});
  head.insert(head.end(), {"B - A", "p"});
  TextTable table(head);
  for (const PairSummary& pair : result.pairs) {
    if (pair.a != a || pair.b != b) continue;
    const auto at = std::find_if(left.metrics.begin(), left.metrics.end(),
                                 [&](const MetricSummary& metric) { return metric.name == pair.metric; });
    if (at == left.metrics.end()) continue;
    const std::size_t index = std::size_t(at - left.metrics.begin());
    if (!is_worth_showing(result, index)) continue;
    const double scale = scale_of(*at);
    std::vector<std::string> row = {label_of(*at)};
    if (two_arms) row.insert(row.end(), {cell(*at), cell(right.metrics[index])});
    const bool is_significant = pair.ci95.lower > 0 || pair.ci95.upper < 0;
    row.push_back(with_interval(-scale * pair.mean_difference, scale * half_width(pair.ci95)) + (is_significant ? " *" : "  "));
    row.push_back(std::isfinite(pair.p_value_holm) ? significance(pair.p_value_holm) : "-");
    table.add(std::move(row));
  }
  return fmt::format("\nA: {}\nB: {}\n", left.label, right.label) + table.text();
}

}  // namespace

std::string summary_table(const StudyResult& result) {
  const ArmResult& first = result.arms.front();
  std::string text = fmt::format("{} replications{}, seed {}, raid {}, policy {}\noutcome hash {}\n",
                                 result.replications, result.arms.size() > 1 ? " per arm" : "", result.seed, first.raid,
                                 first.policy, result.outcome_hash);
  text += fmt::format("{:.1f} s on {} threads\n", result.wall_s, result.threads);
  if (result.arms.size() == 2) return text;  // the comparison shows both
  for (const ArmResult& arm : result.arms) {
    TextTable table({"metric", "mean, 95 %", "median", "max"});
    for (std::size_t i = 0; i < arm.metrics.size(); ++i) {
      const MetricSummary& metric = arm.metrics[i];
      if (!is_worth_showing(result, i)) continue;
      table.add({label_of(metric), cell(metric), short_number(scale_of(metric) * metric.median),
                 short_number(scale_of(metric) * metric.maximum)});
    }
    text += "\n" + arm.label + "\n" + table.text();
  }
  return text;
}

std::string comparison_tables(const StudyResult& result) {
  if (result.arms.size() < 2) return "";
  std::string text;
  for (std::int32_t b = 1; b < std::int32_t(result.arms.size()); ++b) text += pair_table(result, 0, b);
  text += "* the 95 % interval of the paired difference excludes 0; p: paired, Holm-adjusted\n";
  return text;
}

}  // namespace pavise
