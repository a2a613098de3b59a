#include "kernel/core/outcomes.hpp"

#include <limits>

namespace pavise {
namespace {

constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

// Calls visit(column, value of an unwritten row) for each column of the table.
template <class Visit>
void visit_threats(ThreatOutcomes& t, Visit visit) {
  visit(t.result, std::int32_t(ThreatResult::airborne));
  visit(t.asset, -1);
  visit(t.shots, 0);
  visit(t.killer_shot, -1);
  visit(t.killer_station, -1);
  for (auto* time : {&t.end_s, &t.first_detected_s, &t.first_tracked_s, &t.first_engaged_s}) visit(*time, kNever);
  for (auto* place : {&t.x_m, &t.y_m, &t.z_m}) visit(*place, 0.0);
}

template <class Visit>
void visit_shots(Shots& s, Visit visit) {
  for (auto* who : {&s.fire_unit, &s.station, &s.channel, &s.weapon, &s.threat, &s.salvo, &s.order}) visit(*who, -1);
  visit(s.result, std::int32_t(ShotResult::in_flight));
  visit(s.rounds, 0);
  for (auto* time : {&s.launch_s, &s.planned_intercept_s, &s.end_s, &s.guide_begin_s, &s.guide_end_s})
    visit(*time, kNever);
  for (auto* number : {&s.x_m, &s.y_m, &s.z_m, &s.range_m, &s.miss_distance_m, &s.pk, &s.cost}) visit(*number, 0.0);
}

template <class Visit>
void visit_events(Events& e, Visit visit) {
  for (auto* column : {&e.kind, &e.actor_kind, &e.object_kind}) visit(*column, 0);
  for (auto* column : {&e.actor, &e.object, &e.shot}) visit(*column, -1);
  visit(e.time_s, kNever);
  visit(e.value, 0.0);
}

template <class Visit>
void visit_trails(Trails& t, Visit visit) {
  visit(t.entity_kind, 0);
  visit(t.entity, -1);
  visit(t.time_s, kNever);
  for (auto* column : {&t.x_m, &t.y_m, &t.z_m, &t.vx_mps, &t.vy_mps, &t.vz_mps, &t.sigma_m}) visit(*column, 0.0f);
}

// Columns of the block itself, apart from the counts of the tables and from asset_value_left, which the caller sets.
template <class Visit>
void visit_block(Outcomes& o, Visit per_replication, Visit per_fire_unit, Visit per_station) {
  per_replication(o.damage, 0.0);
  per_replication(o.end_s, kNever);
  per_replication(o.first_detection_s, kNever);
  per_replication(o.first_detection_range_m, kNever);
  per_replication(o.result, std::int32_t(ReplicationResult::complete));
  per_replication(o.orders_refused, 0);
  per_replication(o.entity_updates, 0);
  per_replication(o.quality.evaluations, 0);
  for (auto* sum : {&o.quality.gospa_sum_m, &o.quality.ospa_sum_m}) per_replication(*sum, 0.0);
  for (auto* sum : {&o.quality.present_sum, &o.quality.paired_sum, &o.quality.false_sum}) per_replication(*sum, 0);
  for (auto* column : {&o.first_order_s, &o.first_intercept_s, &o.first_intercept_range_m, &o.last_intercept_s,
                       &o.last_intercept_range_m})
    per_fire_unit(*column, kNever);
  per_station(o.exhausted_s, kNever);
}

// Takes memory, or only puts the value of an unwritten row into all rows of a column.
struct Prepare {
  std::size_t rows;
  bool takes_memory;

  template <class T, class V>
  void operator()(Column<T>& column, V value) const {
    if (takes_memory) column.allocate(rows);
    column.fill(T(value));
  }
};

// Puts the value of an unwritten row into the rows of one replication that were written.
struct Restore {
  std::size_t begin, count;

  template <class T, class V>
  void operator()(Column<T>& column, V value) const {
    for (std::size_t row = begin; row < begin + count; ++row) column[row] = T(value);
  }
};

void prepare_block(Outcomes& o, bool takes_memory) {
  const auto replications = std::size_t(o.replications);
  const Prepare block{replications, takes_memory};
  visit_threats(o.threats, Prepare{replications * std::size_t(o.threats_per_replication), takes_memory});
  visit_block(o, block, Prepare{replications * std::size_t(o.fire_units), takes_memory},
              Prepare{replications * std::size_t(o.stations), takes_memory});
}

void prepare_counts(Outcomes& o, bool takes_memory) {
  const Prepare block{std::size_t(o.replications), takes_memory};
  for (auto* count : {&o.shots.count, &o.events.count, &o.events.dropped, &o.trails.count, &o.trails.dropped})
    block(*count, 0);
}

}  // namespace

void record_event(Outcomes& outcomes, std::int32_t replication, const Event& event) {
  Events& e = outcomes.events;
  if (e.capacity_per_replication == 0) return;
  std::int32_t& count = e.count[std::size_t(replication)];
  if (std::size_t(count) >= e.capacity_per_replication) {
    ++e.dropped[std::size_t(replication)];
    return;
  }
  const std::size_t row = std::size_t(replication) * e.capacity_per_replication + std::size_t(count++);
  e.time_s[row] = event.time_s;
  e.kind[row] = std::int32_t(event.kind);
  e.actor_kind[row] = std::int32_t(event.actor_kind);
  e.actor[row] = event.actor;
  e.object_kind[row] = std::int32_t(event.object_kind);
  e.object[row] = event.object;
  e.shot[row] = event.shot;
  e.value[row] = event.value;
}

void allocate(Outcomes& outcomes, const OutcomeSizes& sizes) {
  PAVISE_ASSERT(sizes.replications >= 0 && sizes.threats >= 0 && sizes.assets >= 0 && sizes.stations >= 0 &&
                sizes.fire_units >= 0);
  outcomes.replications = sizes.replications;
  outcomes.threats_per_replication = sizes.threats;
  outcomes.assets = sizes.assets;
  outcomes.stations = sizes.stations;
  outcomes.fire_units = sizes.fire_units;
  outcomes.shots.capacity_per_replication = sizes.shots_per_replication;
  outcomes.events.capacity_per_replication = sizes.events_per_replication;
  outcomes.trails.capacity_per_replication = sizes.trails_per_replication;

  const auto replications = std::size_t(sizes.replications);
  prepare_block(outcomes, true);
  prepare_counts(outcomes, true);
  outcomes.asset_value_left.allocate(replications * std::size_t(sizes.assets));
  visit_shots(outcomes.shots, Prepare{replications * sizes.shots_per_replication, true});
  visit_events(outcomes.events, Prepare{replications * sizes.events_per_replication, true});
  visit_trails(outcomes.trails, Prepare{replications * sizes.trails_per_replication, true});
}

void clear(Outcomes& outcomes) {
  prepare_block(outcomes, false);
  outcomes.asset_value_left.fill(0.0);
  // capacities are generous: touch only the rows in use
  for (std::size_t r = 0; r < std::size_t(outcomes.replications); ++r) {
    const auto used = [r](auto& table) {
      return Restore{r * table.capacity_per_replication, std::size_t(table.count[r])};
    };
    visit_shots(outcomes.shots, used(outcomes.shots));
    visit_events(outcomes.events, used(outcomes.events));
    visit_trails(outcomes.trails, used(outcomes.trails));
  }
  prepare_counts(outcomes, false);
}

}  // namespace pavise
