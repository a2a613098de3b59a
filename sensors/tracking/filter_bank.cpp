#include "sensors/tracking/filter_bank.hpp"

#include "sensors/detections.hpp"

namespace pavise {

void allocate(FilterList& list, std::size_t capacity) {
  list.count = 0;
  list.any_components = 0;
  for (Column<double>& c : list.mean) c.allocate(capacity);
  for (Column<double>& c : list.covariance) c.allocate(capacity);
  for (Column<double>* c : {&list.duration_s, &list.noise_m2_s3, &list.gravity_mps2, &list.nis, &list.determinant})
    c->allocate(capacity);
  for (int k = 0; k < 4; ++k) {
    list.value[k].allocate(capacity);
    list.sigma[k].allocate(capacity);
    list.weight[k].allocate(capacity);
  }
}

void set_measurement(FilterList& list, std::int32_t row, std::int32_t components, const double (&value)[4],
                     const double (&sigma)[4]) {
  for (int k = 0; k < 4; ++k) {
    const bool is_measured = (components >> k) & 1;
    list.value[k][row] = is_measured ? value[k] : 0;
    list.sigma[k][row] = is_measured ? sigma[k] : 1;
    list.weight[k][row] = is_measured ? 1 : 0;
  }
  list.any_components |= components;
}

}  // namespace pavise
