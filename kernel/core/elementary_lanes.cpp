#include "kernel/core/elementary_lanes.hpp"

#include "kernel/core/elementary.hpp"

namespace pavise::PAVISE_VARIANT {

void exponential_lanes(const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = exponential(x[i]);
}

void logarithm_lanes(const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = logarithm(x[i]);
}

void sine_cosine_lanes(const double* x, std::size_t rows, double* sines, double* cosines) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) {
    double s, c;
    sine_cosine(x[i], s, c);
    sines[i] = s;
    cosines[i] = c;
  }
}

void tangent_lanes(const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = tangent(x[i]);
}

void arcsine_lanes(const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = arcsine(x[i]);
}

void arccosine_lanes(const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = arccosine(x[i]);
}

void power_lanes(const double* x, const double* y, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = power(x[i], y[i]);
}

void arctangent2_lanes(const double* y, const double* x, std::size_t rows, double* out) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) out[i] = arctangent2(y[i], x[i]);
}

}  // namespace pavise::PAVISE_VARIANT
