#include "sensors/false_alarms.hpp"

#include <limits>

#include "kernel/core/draws_lanes.hpp"

namespace pavise {

void allocate(FalseAlarms& alarms, std::int32_t lanes) {
  alarms.batch.resize(alarms.mean_gap_s > 0 ? std::size_t(lanes) * FalseAlarms::kBatch : 0);
  const AlarmQuality& quality = alarms.quality;
  const bool has_rate = quality.components & kMeasuresRangeRate;
  for (Plot& plot : alarms.batch) {  // what all have in common
    plot.range_rate_mps = std::numeric_limits<float>::quiet_NaN();
    plot.sigma_range_m = float(quality.sigma_range_m);
    plot.sigma_azimuth_rad = float(quality.sigma_azimuth_rad);
    plot.sigma_elevation_rad = float(quality.sigma_elevation_rad);
    plot.sigma_range_rate_mps = has_rate ? float(quality.sigma_range_rate_mps) : 0.0f;
  }
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
  DrawColumns at{n, replications, entities, numbers, Purpose::false_alarm_place, stream, draws.seed};
  alignas(64) double first[n], second[n], third[n] = {}, time_s[n], gap[n];
  alignas(64) double range_m[n], rate_mps[n], x_m[n], y_m[n], z_m[n];
  PAVISE_VARIANTS(fill_uniforms)(at, first, second);
  if (alarms.volume.period_s == 0) {
    at.purpose = Purpose::false_alarm_place_2;
    PAVISE_VARIANTS(fill_uniforms)(at, third, gap);
  }
  const AlarmColumns columns{n, first, second, third, gap, time_s, range_m, rate_mps, x_m, y_m, z_m};
  PAVISE_VARIANTS(gaps_of_alarms)(columns);
  double at_s = from_s;
  for (std::int32_t i = 0; i < n; ++i) time_s[i] = at_s += gap[i] * alarms.mean_gap_s;
  PAVISE_VARIANTS(place_alarms)(alarms.volume, columns);
  Plot* batch = &alarms.batch[std::size_t(lane) * n];
  const bool has_rate = alarms.quality.components & kMeasuresRangeRate;
  for (std::int32_t i = 0; i < n; ++i) {
    batch[i].position_enu_m = {x_m[i], y_m[i], z_m[i]};
    batch[i].time_s = time_s[i];
    batch[i].range_m = range_m[i];
    if (has_rate) batch[i].range_rate_mps = float(rate_mps[i]);
  }
  alarms.at[std::size_t(lane)] = 0;
}

}  // namespace pavise
