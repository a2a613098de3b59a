#include "sensors/false_alarms.hpp"

#include "kernel/core/draws_lanes.hpp"
#include "sensors/false_alarms_lanes.hpp"

namespace pavise {

void allocate(FalseAlarms& alarms, std::int32_t lanes) {
  const std::size_t rows = alarms.mean_gap_s > 0 ? std::size_t(lanes) * FalseAlarms::kBatch : 0;
  for (Column<double>* c : {&alarms.time_s, &alarms.range_share, &alarms.elevation_share, &alarms.azimuth_share,
                            &alarms.rate_share})
    c->allocate(rows);
  alarms.at.allocate(std::size_t(lanes));
  alarms.drawn.allocate(std::size_t(lanes));
}

void draw_batch(FalseAlarms& alarms, const Draws& draws, std::uint32_t replication, std::uint16_t stream,
                std::int32_t lane, double from_s) {
  constexpr std::int32_t n = FalseAlarms::kBatch;
  std::uint32_t replications[n], entities[n], numbers[n];
  for (std::int32_t i = 0; i < n; ++i) {
    replications[i] = replication;
    entities[i] = 0;
    numbers[i] = alarms.drawn[std::size_t(lane)] + std::uint32_t(i);
  }
  alarms.drawn[std::size_t(lane)] += n;
  const std::size_t begin = std::size_t(lane) * n;
  DrawColumns at{n, replications, entities, numbers, Purpose::false_alarm_place, stream, draws.seed};
  double first[n], second[n], gap[n];
  PAVISE_VARIANTS(fill_uniforms)(at, first, second);
  PAVISE_VARIANTS(share_out)
  (AlarmColumns{n, first, second, &alarms.range_share[begin], &alarms.rate_share[begin], &alarms.elevation_share[begin],
                gap});
  if (alarms.period_s == 0) {
    at.purpose = Purpose::false_alarm_place_2;
    PAVISE_VARIANTS(fill_uniforms)(at, &alarms.azimuth_share[begin], second);
  }
  double time_s = from_s;
  for (std::int32_t i = 0; i < n; ++i) {
    time_s += gap[i] * alarms.mean_gap_s;
    alarms.time_s[begin + std::size_t(i)] = time_s;
  }
  alarms.at[std::size_t(lane)] = 0;
}

}  // namespace pavise
