#include "sensors/detections.hpp"

#include <algorithm>

namespace pavise {

void allocate(Detections& d, std::size_t capacity) {
  d.count = 0;
  for (Column<std::int32_t>* c : {&d.replication, &d.sensor, &d.source, &d.components}) c->allocate(capacity);
  for (Column<double>* c : {&d.time_s, &d.range_m, &d.azimuth_rad, &d.elevation_rad, &d.range_rate_mps,
                            &d.sigma_range_m, &d.sigma_azimuth_rad, &d.sigma_elevation_rad, &d.sigma_range_rate_mps,
                            &d.snr})
    c->allocate(capacity);
}

void allocate(DetectionOrder& order, std::size_t capacity, std::int32_t replications) {
  order.order.allocate(capacity);
  order.moved.allocate(capacity);
  order.moved_whole.allocate(capacity);
  order.begin.allocate(std::size_t(replications) + 1);
}

void put_in_order(Detections& d, std::int32_t first, std::int32_t replications, DetectionOrder& scratch) {
  const auto precedes = [&](std::int32_t a, std::int32_t b) {
    if (d.time_s[std::size_t(a)] != d.time_s[std::size_t(b)]) return d.time_s[std::size_t(a)] < d.time_s[std::size_t(b)];
    if (d.source[std::size_t(a)] != d.source[std::size_t(b)]) return d.source[std::size_t(a)] < d.source[std::size_t(b)];
    return a < b;
  };
  bool is_ordered = true;
  for (std::int32_t i = first + 1; i < d.count && is_ordered; ++i) {
    const std::int32_t before = d.replication[std::size_t(i - 1)], here = d.replication[std::size_t(i)];
    is_ordered = before < here || (before == here && precedes(i - 1, i));
  }
  if (is_ordered) return;

  // by replication: counted, as they came; inside one: by insertion (a handful, mostly in order) or, if many, sorted
  Column<std::int32_t>& begin = scratch.begin;
  begin.fill(0);
  for (std::int32_t i = first; i < d.count; ++i) ++begin[std::size_t(d.replication[std::size_t(i)]) + 1];
  for (std::int32_t r = 0; r < replications; ++r) begin[std::size_t(r) + 1] += begin[std::size_t(r)];
  std::int32_t* order = scratch.order.data();
  for (std::int32_t i = first; i < d.count; ++i) order[begin[std::size_t(d.replication[std::size_t(i)])]++] = i;
  std::int32_t from = 0;  // `begin` now holds where each replication ends
  for (std::int32_t r = 0; r < replications; ++r) {
    const std::int32_t to = begin[std::size_t(r)];
    if (to - from > 32) {
      std::sort(order + from, order + to, precedes);
    } else {
      for (std::int32_t i = from + 1; i < to; ++i) {
        const std::int32_t row = order[i];
        std::int32_t j = i;
        for (; j > from && precedes(row, order[j - 1]); --j) order[j] = order[j - 1];
        order[j] = row;
      }
    }
    from = to;
  }

  const std::int32_t count = d.count - first;
  for (Column<double>* c : {&d.time_s, &d.range_m, &d.azimuth_rad, &d.elevation_rad, &d.range_rate_mps,
                            &d.sigma_range_m, &d.sigma_azimuth_rad, &d.sigma_elevation_rad, &d.sigma_range_rate_mps,
                            &d.snr}) {
    for (std::int32_t i = 0; i < count; ++i) scratch.moved[std::size_t(i)] = (*c)[std::size_t(order[i])];
    std::copy_n(scratch.moved.data(), count, c->data() + first);
  }
  for (Column<std::int32_t>* c : {&d.replication, &d.sensor, &d.source, &d.components}) {
    for (std::int32_t i = 0; i < count; ++i) scratch.moved_whole[std::size_t(i)] = (*c)[std::size_t(order[i])];
    std::copy_n(scratch.moved_whole.data(), count, c->data() + first);
  }
}

}  // namespace pavise
