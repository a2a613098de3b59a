#include "sensors/tracking/filter_bank.hpp"

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

}  // namespace pavise
