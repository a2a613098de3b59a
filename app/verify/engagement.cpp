// Cases of kind `engagement`: the engine runs the ideal rung, replication by replication; the outputs are means, counts
// and quantiles over its outcomes. No second simulator: what is compared with the closed forms is pavise::World.
#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "app/verify/engagement_case.hpp"
#include "app/verify/evaluator.hpp"
#include "kernel/engine/world.hpp"

namespace pavise {
namespace {

using nlohmann::json;

/// Something that happened to a unit (or sensor) at a time, in which replication; the earliest or latest is kept.
struct Moment {
  double time_s = std::numeric_limits<double>::quiet_NaN();
  double range_m = std::numeric_limits<double>::quiet_NaN();
};

/// What each replication came to; a row per replication, so that no sum depends on who ran which.
struct Tally {
  Tally(const EngagementCase& c)
      : groups(c.group_sizes.size()), units(c.model.armament.fire_units.size()), count(std::size_t(c.replications)) {
    for (std::vector<double>* column : {&leakers, &killed, &rounds, &damage, &cost_rounds, &cost_killed})
      column->assign(count, 0.0);
    leakers_by_group.assign(groups * count, 0);
    rounds_by_unit.assign(units * count, 0);
    kills_by_unit.assign(units * count, 0);
    first_order_s.assign(units * count, 0);
    first_intercept.assign(units * count, {});
    last_intercept.assign(units * count, {});
    first_detection.assign(count, {});
  }

  std::size_t groups, units, count;
  std::vector<double> leakers, killed, rounds, damage, cost_rounds, cost_killed;
  std::vector<std::int32_t> leakers_by_group, rounds_by_unit, kills_by_unit;  // [group or unit][replication]
  std::vector<double> first_order_s;                                          // NaN: none
  std::vector<Moment> first_intercept, last_intercept, first_detection;
};

/// Reads a finished lane of a World into row `at` of the tally.
void tally_lane(const EngagementCase& c, const Outcomes& o, std::int32_t lane, std::size_t at, Tally& tally) {
  // threats, in file order of their groups
  std::size_t row = std::size_t(lane) * std::size_t(o.threats_per_replication);
  for (std::size_t group = 0; group < tally.groups; ++group) {
    for (std::int32_t j = 0; j < c.group_sizes[group]; ++j, ++row) {
      const auto result = ThreatResult(o.threats.result[row]);
      if (result == ThreatResult::leaked) {
        ++tally.leakers[at];
        ++tally.leakers_by_group[group * tally.count + at];
      } else if (result == ThreatResult::killed) {
        ++tally.killed[at];
        tally.cost_killed[at] += c.model.threat_classes[group].unit_cost;
        const std::int32_t station = o.threats.killer_station[row];
        if (station >= 0) {
          const auto unit = std::size_t(c.model.armament.stations[std::size_t(station)].fire_unit);
          ++tally.kills_by_unit[unit * tally.count + at];
        }
      }
    }
  }

  const std::size_t first_shot = std::size_t(lane) * o.shots.capacity_per_replication;
  for (std::size_t i = first_shot; i < first_shot + std::size_t(o.shots.count[std::size_t(lane)]); ++i) {
    tally.rounds[at] += o.shots.rounds[i];
    tally.rounds_by_unit[std::size_t(o.shots.fire_unit[i]) * tally.count + at] += o.shots.rounds[i];
    tally.cost_rounds[at] += o.shots.cost[i];
  }
  tally.damage[at] = o.damage[std::size_t(lane)];

  const std::size_t first_unit = std::size_t(lane) * std::size_t(o.fire_units);
  for (std::size_t unit = 0; unit < tally.units; ++unit) {
    tally.first_order_s[unit * tally.count + at] = o.first_order_s[first_unit + unit];
    tally.first_intercept[unit * tally.count + at] = {o.first_intercept_s[first_unit + unit],
                                                      o.first_intercept_range_m[first_unit + unit]};
    tally.last_intercept[unit * tally.count + at] = {o.last_intercept_s[first_unit + unit],
                                                     o.last_intercept_range_m[first_unit + unit]};
  }
  tally.first_detection[at] = {o.first_detection_s[std::size_t(lane)], o.first_detection_range_m[std::size_t(lane)]};
}

/// Replications side by side: as many as the engine would take, but no more than leave the rounds' rows in the cache.
std::int32_t block_of(const EngagementCase& c) {
  std::int64_t rounds = 0;
  for (const Station& station : c.model.armament.stations) {
    const Weapon& weapon = c.model.armament.weapons[std::size_t(station.weapon)];
    rounds += station.rounds / std::max(weapon.rounds_per_burst, 1);
  }
  constexpr std::int64_t kRowsOfRounds = 16'384;
  std::int64_t block = block_for(c.model, 0);
  while (block > 1 && (block * rounds > kRowsOfRounds || block * 4 > c.replications)) block /= 2;
  return std::int32_t(block);
}

Tally run_case(const EngagementCase& c) {
  Tally tally(c);
  const std::int32_t block = block_of(c);
  RunSettings settings;
  settings.seed = c.seed;
  settings.block = block;
  tbb::enumerable_thread_specific<std::unique_ptr<World>> worlds(
      [&] { return std::make_unique<World>(c.model, settings); });
  const std::int64_t blocks = (c.replications + block - 1) / block;
  tbb::parallel_for(std::int64_t{0}, blocks, [&](std::int64_t b) {
    World& world = *worlds.local();
    const std::int64_t first = b * block;
    const auto count = std::int32_t(std::min<std::int64_t>(block, c.replications - first));
    world.run(first, count);
    for (std::int32_t lane = 0; lane < count; ++lane)
      tally_lane(c, world.outcomes(), lane, std::size_t(first + lane), tally);
  });
  return tally;
}

struct Mean {
  double mean = 0, standard_error = 0;
};

template <class T>
Mean mean_of(const T* values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += double(values[i]);
  const double mean = sum / double(count);
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) squares += (double(values[i]) - mean) * (double(values[i]) - mean);
  return {mean, std::sqrt(squares / double(count - 1) / double(count))};
}

/// Writes outputs and their standard errors side by side.
class Outputs {
 public:
  Outputs(const json& expected, std::size_t replications) : expected_(expected), count_(double(replications)) {}

  void mean(const std::string& name, const Mean& value) {
    result_.values[name] = value.mean;
    result_.standard_errors[name] = value.standard_error;
  }
  void means(const std::string& name, const std::vector<std::int32_t>& rows, std::size_t entities, std::size_t count) {
    json& values = result_.values[name] = json::array();
    json& errors = result_.standard_errors[name] = json::array();
    for (std::size_t i = 0; i < entities; ++i) {
      const Mean one = mean_of(rows.data() + i * count, count);
      values.push_back(one.mean);
      errors.push_back(one.standard_error);
    }
  }
  /// sqrt(p (1 - p)/N) with the expected p; without one, the observed.
  double error_of_proportion(double observed, const json& expected) const {
    const double p = std::clamp(expected.is_number() ? expected.get<double>() : observed, 0.0, 1.0);
    return std::sqrt(p * (1 - p) / count_);
  }
  void proportion(const std::string& name, double observed) {
    result_.values[name] = observed;
    result_.standard_errors[name] = error_of_proportion(observed, expected_.value(name, json()));
  }
  void proportions(const std::string& name, const std::vector<double>& observed) {
    const json expected = expected_.value(name, json());
    json& errors = result_.standard_errors[name] = json::array();
    for (std::size_t i = 0; i < observed.size(); ++i)
      errors.push_back(
          error_of_proportion(observed[i], expected.is_array() && i < expected.size() ? expected[i] : json()));
    result_.values[name] = observed;
  }
  void value(const std::string& name, json value) { result_.values[name] = std::move(value); }
  void standard_error(const std::string& name, double error) { result_.standard_errors[name] = error; }
  CaseOutputs result() const { return result_; }

 private:
  const json& expected_;
  double count_;
  CaseOutputs result_;
};

/// (Replications with at most that many)/N, from sorted numbers.
double share_at_most(const std::vector<double>& sorted, double limit) {
  return double(std::upper_bound(sorted.begin(), sorted.end(), limit) - sorted.begin()) / double(sorted.size());
}

/// Smallest k with (replications with at most k)/N >= level.
std::int64_t quantile_of(const std::vector<double>& sorted, double level) {
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if ((i + 1 == sorted.size() || sorted[i + 1] != sorted[i]) && double(i + 1) / double(sorted.size()) >= level)
      return std::int64_t(sorted[i]);
  return std::int64_t(sorted.back());
}

void write_distribution(const EngagementCase& c, const std::string& name, std::vector<double> numbers,
                        const std::vector<std::int64_t>& limits, Outputs& outputs) {
  std::sort(numbers.begin(), numbers.end());
  std::vector<double> shares;
  for (const std::int64_t limit : limits) shares.push_back(share_at_most(numbers, double(limit)));
  json quantiles = json::array();
  for (const double level : c.quantile_levels) quantiles.push_back(quantile_of(numbers, level));
  if (!limits.empty()) outputs.proportions("p_" + name + "_at_most", shares);
  if (!c.quantile_levels.empty()) outputs.value(name + "_quantile", quantiles);
}

/// Ratio of means a/b with s.e. sqrt(s_a^2 - 2 R s_ab + R^2 s_b^2)/(b sqrt(N)).
void write_cost_exchange(const Tally& tally, Outputs& outputs) {
  const std::size_t count = tally.count;
  const Mean a = mean_of(tally.cost_rounds.data(), count), b = mean_of(tally.cost_killed.data(), count);
  if (!(b.mean > 0)) {
    outputs.value("cost_exchange", nullptr);
    return;
  }
  const double ratio = a.mean / b.mean;
  double squares = 0;  // of a - R b, whose mean is 0: s_a^2 - 2 R s_ab + R^2 s_b^2
  for (std::size_t i = 0; i < count; ++i) {
    const double rest = (tally.cost_rounds[i] - a.mean) - ratio * (tally.cost_killed[i] - b.mean);
    squares += rest * rest;
  }
  outputs.value("cost_exchange", ratio);
  outputs.standard_error("cost_exchange", std::sqrt(squares / double(count - 1)) / (b.mean * std::sqrt(double(count))));
}

/// The earliest (or latest) moment over all replications; among equals the first replication's.
Moment extreme_of(const Moment* moments, std::size_t count, bool is_latest) {
  Moment best;
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(moments[i].time_s)) continue;
    const bool is_better = is_latest ? moments[i].time_s > best.time_s : moments[i].time_s < best.time_s;
    if (std::isnan(best.time_s) || is_better) best = moments[i];
  }
  return best;
}

json or_null(double value) { return std::isnan(value) ? json(nullptr) : json(value); }

void write_footprint(const Tally& tally, Outputs& outputs) {
  json order_s = json::array(), first_s = json::array(), first_m = json::array(), last_m = json::array();
  for (std::size_t unit = 0; unit < tally.units; ++unit) {
    const std::size_t begin = unit * tally.count;
    double earliest_s = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = begin; i < begin + tally.count; ++i)
      if (std::isnan(earliest_s) || tally.first_order_s[i] < earliest_s) earliest_s = tally.first_order_s[i];
    const Moment first = extreme_of(tally.first_intercept.data() + begin, tally.count, false);
    const Moment last = extreme_of(tally.last_intercept.data() + begin, tally.count, true);
    order_s.push_back(or_null(earliest_s));
    first_s.push_back(or_null(first.time_s));
    first_m.push_back(or_null(first.range_m));
    last_m.push_back(or_null(last.range_m));
  }
  outputs.value("first_order_time_s", order_s);
  outputs.value("first_intercept_time_s", first_s);
  outputs.value("first_intercept_range_m", first_m);
  outputs.value("last_intercept_range_m", last_m);
  outputs.value("first_detection_range_m",
                or_null(extreme_of(tally.first_detection.data(), tally.count, false).range_m));
}

CaseOutputs evaluate_engagement(const json& input, const json& expected) {
  const EngagementCase c = read_engagement_case(input);
  const Tally tally = run_case(c);
  Outputs outputs(expected, tally.count);

  outputs.mean("leakers", mean_of(tally.leakers.data(), tally.count));
  outputs.mean("killed", mean_of(tally.killed.data(), tally.count));
  outputs.mean("rounds", mean_of(tally.rounds.data(), tally.count));
  outputs.mean("damage", mean_of(tally.damage.data(), tally.count));
  outputs.mean("cost_rounds", mean_of(tally.cost_rounds.data(), tally.count));
  outputs.mean("cost_threats_killed", mean_of(tally.cost_killed.data(), tally.count));
  outputs.means("leakers_by_group", tally.leakers_by_group, tally.groups, tally.count);
  outputs.means("rounds_by_unit", tally.rounds_by_unit, tally.units, tally.count);
  outputs.means("kills_by_unit", tally.kills_by_unit, tally.units, tally.count);

  const auto without = std::count(tally.leakers.begin(), tally.leakers.end(), 0.0);
  outputs.proportion("p_no_leaker", double(without) / double(tally.count));
  write_distribution(c, "leakers", tally.leakers, c.leakers_at_most, outputs);
  write_distribution(c, "rounds", tally.rounds, c.rounds_at_most, outputs);
  write_cost_exchange(tally, outputs);
  write_footprint(tally, outputs);
  return outputs.result();
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "engagement",
             .summary = "The engine on the ideal rung against closed forms of engagements.",
             .source = "docs/models/engagement.md; Przemieniecki 2000; Washburn and Kress 2009"},
    .evaluate = evaluate_engagement,
}};

}  // namespace
}  // namespace pavise
