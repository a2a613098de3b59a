#include "sensors/bearings.hpp"

namespace pavise {

BearingColumns bearing_columns(const Sensors& sensors, Looks& l) {
  return {std::int32_t(whole_vectors(l.count)),
          sensors.signatures.data(),
          l.entity.data(),
          l.row.data(),
          l.time_s.data(),
          l.x_m.data(),
          l.y_m.data(),
          l.z_m.data(),
          l.vx_mps.data(),
          l.vy_mps.data(),
          l.vz_mps.data(),
          l.infrared.data(),
          l.eirp_W.data(),
          l.able.data(),
          l.range_m.data(),
          l.azimuth_rad.data(),
          l.elevation_rad.data(),
          l.snr.data(),
          l.hidden_by_m.data(),
          l.until_s.data(),
          l.next_s.data()};
}

void measure_echoes_bearings(const SensingContext& context, std::int32_t sensor, Sensors& sensors, double noise_rad,
                             std::int32_t components, Detections& d) {
  Echoes& e = sensors.echoes;
  if (e.count == 0) return;
  draw_noise(e, context.draws, context.sensors[std::size_t(sensor)].stream, true, (components & kMeasuresElevation) != 0);
  put_in_order(e);
  const std::size_t first = std::size_t(d.count), rows = whole_vectors(e.count);
  PAVISE_ASSERT_LE(first + rows, d.time_s.rows());
  const BearingMeasureColumns m{std::int32_t(rows),
                                sensor,
                                components,
                                noise_rad,
                                kNotMeasured,
                                e.order.data(),
                                e.lane.data(),
                                e.source.data(),
                                e.time_s.data(),
                                e.azimuth_rad.data(),
                                e.elevation_rad.data(),
                                e.snr.data(),
                                e.noise[1].data(),
                                e.noise[2].data(),
                                &d.replication[first],
                                &d.sensor[first],
                                &d.source[first],
                                &d.components[first],
                                &d.time_s[first],
                                &d.range_m[first],
                                &d.azimuth_rad[first],
                                &d.elevation_rad[first],
                                &d.range_rate_mps[first],
                                &d.sigma_range_m[first],
                                &d.sigma_azimuth_rad[first],
                                &d.sigma_elevation_rad[first],
                                &d.sigma_range_rate_mps[first],
                                &d.snr[first]};
  PAVISE_VARIANTS(measure_bearings)(m);
  d.count += e.count;
}

}  // namespace pavise
