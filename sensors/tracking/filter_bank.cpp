#include "sensors/tracking/filter_bank.hpp"

namespace pavise {

void allocate(FilterList& list, std::size_t capacity) {
  list.count = 0;
  list.any_components = 0;
  list.blocks.assign((capacity + FilterBlock::kRows - 1) / FilterBlock::kRows, FilterBlock{});
  list.capacity = list.blocks.size() * FilterBlock::kRows;
  if (list.blocks.empty()) return;
  FilterBlock& b = list.blocks[0];
  for (int k = 0; k < 6; ++k) list.mean[k] = FilterColumn(b.mean[k]);
  for (int k = 0; k < 21; ++k) list.covariance[k] = FilterColumn(b.covariance[k]);
  list.duration_s = FilterColumn(b.duration_s);
  list.noise_m2_s3 = FilterColumn(b.noise_m2_s3);
  list.gravity_mps2 = FilterColumn(b.gravity_mps2);
  for (int k = 0; k < 4; ++k) {
    list.value[k] = FilterColumn(b.value[k]);
    list.sigma[k] = FilterColumn(b.sigma[k]);
    list.weight[k] = FilterColumn(b.weight[k]);
  }
  list.sensor_x_m = FilterColumn(b.sensor_x_m);
  list.sensor_y_m = FilterColumn(b.sensor_y_m);
  list.sensor_z_m = FilterColumn(b.sensor_z_m);
  list.nis = FilterColumn(b.nis);
  list.determinant = FilterColumn(b.determinant);
}

}  // namespace pavise
