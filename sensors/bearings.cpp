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

void measure_bearings_of(const SensingContext& context, std::int32_t sensor, double noise_rad, std::int32_t components,
                         std::size_t hits, Looks& l, Detections& d) {
  if (hits == 0) return;
  draw_noise(context, sensor, hits, (components & kMeasuresElevation) != 0, l);
  const std::size_t first = std::size_t(d.count), rows = whole_vectors(std::int32_t(hits));
  PAVISE_ASSERT_LE(first + rows, d.time_s.rows());
  const BearingMeasureColumns m{std::int32_t(rows),
                                sensor,
                                components,
                                noise_rad,
                                kNotMeasured,
                                context.first_replication,
                                l.hit.data(),
                                l.replication.data(),
                                l.entity.data(),
                                l.time_s.data(),
                                l.azimuth_rad.data(),
                                l.elevation_rad.data(),
                                l.snr.data(),
                                l.noise[1].data(),
                                l.noise[2].data(),
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
  d.count += std::int32_t(hits);
}

}  // namespace pavise
