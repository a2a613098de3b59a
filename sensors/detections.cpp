#include "sensors/detections.hpp"

namespace pavise {

void allocate(Detections& d, std::size_t capacity) {
  d.count = 0;
  for (Column<std::int32_t>* c : {&d.replication, &d.sensor, &d.source, &d.components}) c->allocate(capacity);
  for (Column<double>* c : {&d.time_s, &d.range_m, &d.azimuth_rad, &d.elevation_rad, &d.range_rate_mps,
                            &d.sigma_range_m, &d.sigma_azimuth_rad, &d.sigma_elevation_rad, &d.sigma_range_rate_mps,
                            &d.snr})
    c->allocate(capacity);
}

}  // namespace pavise
