// Whether any of a span of threats arrives or fails in a frame: the one scan that every frame pays.
#include <cstddef>
#include <cstdint>

#include "interceptors/arrivals.hpp"

namespace pavise::PAVISE_VARIANT {

bool anything_between(const double* arrives_s, const double* fails_s, std::size_t rows, double begin_s, double now_s) {
  std::int64_t due = 0;
#pragma omp simd reduction(| : due)
  for (std::size_t i = 0; i < rows; ++i) {
    const double first = arrives_s[i] < fails_s[i] ? arrives_s[i] : fails_s[i];
    const double last = arrives_s[i] < fails_s[i] ? fails_s[i] : arrives_s[i];
    const std::int64_t first_due = (first > begin_s) & (first <= now_s);
    const std::int64_t last_due = (last > begin_s) & (last <= now_s);
    due |= first_due | last_due;
  }
  return due != 0;
}

}  // namespace pavise::PAVISE_VARIANT
