#include "study/metrics.hpp"

#include <algorithm>

#include "study/run_study.hpp"

namespace pavise {
namespace {

const ClassTally& class_of(const Tally& t, std::int32_t index) { return t.classes[std::size_t(index)]; }

/// Sum over threat classes that are decoys, or are not.
template <class Count>
double over_classes(const Tally& t, bool decoys, Count&& count) {
  std::int64_t sum = 0;
  for (std::size_t c = 0; c < t.classes.size(); ++c)
    if ((t.is_decoy[c] != 0) == decoys) sum += count(t.classes[c]);
  return double(sum);
}

double leakers(const Tally& t, std::int32_t) {
  return over_classes(t, false, [](const ClassTally& c) { return c.leaked; });
}

ComponentInfo about(std::string_view name, std::string_view summary, std::string_view source) {
  return {.category = "metric", .name = name, .summary = summary, .source = source};
}

const Registration<MetricKind> kMetrics[] = {
    Registration<MetricKind>(
        {.info = about("leakers", "Threats that reached their target, decoys not counted.", "/by_class/leaked"),
         .value = leakers}),
    Registration<MetricKind>(
        {.info = about("leakers.<class>", "Threats of one class that reached their target.", "/by_class/leaked"),
         .series = MetricSeries::threat_class,
         .value = [](const Tally& t, std::int32_t i) { return double(class_of(t, i).leaked); }}),
    Registration<MetricKind>(
        {.info =
             about("decoys_arrived", "Decoys that reached their target: they cost the defence nothing but attention.",
                   "/by_class/leaked"),
         .value = [](const Tally& t,
                     std::int32_t) { return over_classes(t, true, [](const ClassTally& c) { return c.leaked; }); }}),
    Registration<MetricKind>(
        {.info =
             about("p_no_leaker", "Share of replications without a leaker, decoys not counted.", "/by_class/leaked"),
         .form = MetricForm::proportion,
         .value = [](const Tally& t, std::int32_t i) { return leakers(t, i) == 0 ? 1.0 : 0.0; }}),
    Registration<MetricKind>(
        {.info = about("killed", "Threats destroyed or lost to jamming, decoys among them.", "/replications/killed"),
         .value = [](const Tally& t, std::int32_t) { return double(t.replication.killed); }}),
    Registration<MetricKind>(
        {.info = about("killed.<class>", "Threats of one class destroyed or lost to jamming.", "/by_class/killed"),
         .series = MetricSeries::threat_class,
         .value = [](const Tally& t, std::int32_t i) { return double(class_of(t, i).killed); }}),
    Registration<MetricKind>(
        {.info = about("detected", "Threats that some sensor detected at least once, decoys among them.",
                       "/by_class/detected"),
         .value =
             [](const Tally& t, std::int32_t) {
               std::int64_t sum = 0;
               for (const ClassTally& c : t.classes) sum += c.detected;
               return double(sum);
             }}),
    Registration<MetricKind>({.info = about("unengaged", "Threats at which nothing was fired, decoys not counted.",
                                            "/replications/unengaged"),
                              .value = [](const Tally& t, std::int32_t) { return double(t.replication.unengaged); }}),
    Registration<MetricKind>({.info = about("damage", "Asset value lost.", "/replications/damage"),
                              .value = [](const Tally& t, std::int32_t) { return t.replication.damage; }}),
    Registration<MetricKind>(
        {.info = about("value_saved", "Asset value that stands at the end.", "/replications/value_left"),
         .value = [](const Tally& t, std::int32_t) { return t.replication.value_left; }}),
    Registration<MetricKind>(
        {.info = about("shots", "Missiles launched, bursts fired and jammer dwells begun.", "/replications/shots"),
         .value = [](const Tally& t, std::int32_t) { return double(t.replication.shots); }}),
    Registration<MetricKind>({.info = about("hits", "Shots that ended in a kill.", "/replications/hits"),
                              .value = [](const Tally& t, std::int32_t) { return double(t.replication.hits); }}),
    Registration<MetricKind>(
        {.info = about("rounds.<weapon>", "Rounds of one weapon expended; a jammer's dwell expends none.",
                       "/by_weapon/rounds"),
         .series = MetricSeries::weapon,
         .value = [](const Tally& t, std::int32_t i) { return double(t.weapons[std::size_t(i)].rounds); }}),
    Registration<MetricKind>(
        {.info = about("cost.interceptors", "Cost of everything the defence fired.", "/replications/cost_defence"),
         .is_money = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.cost_defence; }}),
    Registration<MetricKind>(
        {.info = about("cost.threats_killed", "Cost of the threats that were killed.", "/replications/cost_killed"),
         .is_money = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.cost_killed; }}),
    Registration<MetricKind>({.info = about("cost.raid", "Cost of all threats of the raid.", "/replications/cost_raid"),
                              .is_money = true,
                              .value = [](const Tally& t, std::int32_t) { return t.replication.cost_raid; }}),
    Registration<MetricKind>(
        {.info = about("cost_exchange", "Mean cost of what the defence fired over mean cost of the threats killed.",
                       "ratio of means, delta method"),
         .form = MetricForm::ratio,
         .numerator = "cost.interceptors",
         .denominator = "cost.threats_killed"}),
    Registration<MetricKind>(
        {.info = about("orders_refused", "Orders of the policy that broke a rule and were refused.",
                       "/replications/orders_refused"),
         .value = [](const Tally& t, std::int32_t) { return double(t.replication.orders_refused); }}),
    Registration<MetricKind>(
        {.info = about("picture.gospa",
                       "GOSPA distance of the picture from the threats that were detected, mean over the raid; needs "
                       "engine.quality_period.",
                       "/replications/gospa"),
         .unit = "m",
         .is_of_picture = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.gospa; }}),
    Registration<MetricKind>(
        {.info = about("picture.ospa", "OSPA distance, per object, likewise; needs engine.quality_period.",
                       "/replications/ospa"),
         .unit = "m",
         .is_of_picture = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.ospa; }}),
    Registration<MetricKind>(
        {.info = about("picture.continuity",
                       "Share of the detected threats that have a track, over the raid; needs engine.quality_period.",
                       "/replications/continuity"),
         .is_of_picture = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.continuity; }}),
    Registration<MetricKind>(
        {.info = about("picture.false_tracks",
                       "Tracks without a threat, mean over the raid; needs engine.quality_period.",
                       "/replications/false_tracks"),
         .is_of_picture = true,
         .value = [](const Tally& t, std::int32_t) { return t.replication.false_tracks; }}),
    Registration<MetricKind>(
        {.info = about("end_time", "Simulated time at which the raid was over.", "/replications/end_time"),
         .unit = "s",
         .value = [](const Tally& t, std::int32_t) { return t.replication.end_s; }}),
};

}  // namespace

std::vector<const MetricKind*> all_metrics() { return Registry<MetricKind>::instance().sorted(); }

std::vector<MetricColumn> metric_columns(const std::vector<std::string>& classes,
                                         const std::vector<std::string>& weapons, bool has_quality) {
  std::vector<MetricColumn> columns;
  for (const MetricKind* kind : all_metrics()) {
    if (kind->is_of_picture && !has_quality) continue;
    if (kind->series == MetricSeries::single) {
      columns.push_back({kind, 0, std::string(kind->info.name)});
      continue;
    }
    const std::string prefix(kind->info.name.substr(0, kind->info.name.find('<')));
    const auto& names = kind->series == MetricSeries::weapon ? weapons : classes;
    for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({kind, std::int32_t(i), prefix + names[i]});
  }
  const auto position = [&](std::string_view name) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const MetricColumn& c) { return c.name == name; });
    PAVISE_ASSERT(found != columns.end());
    return std::int32_t(found - columns.begin());
  };
  for (MetricColumn& column : columns) {
    if (column.kind->form != MetricForm::ratio) continue;
    column.numerator = position(column.kind->numerator);
    column.denominator = position(column.kind->denominator);
  }
  return columns;
}

void evaluate_metrics(const std::vector<MetricColumn>& columns, const Tally& tally, double* values) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    values[i] = columns[i].kind->value ? columns[i].kind->value(tally, columns[i].index) : 0;
}

}  // namespace pavise
