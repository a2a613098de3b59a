// The hot filter: extended Kalman filters of constant velocity, six states, over dense lists. One pass predicts each
// row by its own duration and takes its measurement in; rows are independent, so a list may mix replications.
//
// Components are uncorrelated, so they are taken one after another, each linearised at the predicted mean: that is the
// joint update of estimation.hpp to rounding (a test holds the two together), without a matrix to invert.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

/// Place of (row, column), row >= column, in a packed lower triangle.
constexpr int packed_index(int row, int column) { return row * (row + 1) / 2 + column; }

/// A dense list of updates. Written by whoever gathers; `update_filters` changes mean and covariance in place.
struct FilterList {
  std::int32_t count = 0;
  std::int32_t any_components = 0;  // OR of the components (Detections) that any row measures
  Vec3 sensor_m;                    // one antenna for the whole list

  Column<double> mean[6], covariance[21];
  Column<double> duration_s;    // prediction; negative: back to a measurement that comes late
  Column<double> noise_m2_s3;   // spectral density of the white-noise acceleration
  Column<double> gravity_mps2;  // downward acceleration in the prediction: 0, or g for a ballistic track
  Column<double> value[4], sigma[4], weight[4];  // range, azimuth, elevation, range rate; weight 1 measured, 0 not
                                                 // (then value and sigma must be finite, sigma > 0)
  Column<double> nis, determinant;               // out: nu' S^-1 nu and det S of the measured components
};

void allocate(FilterList& list, std::size_t capacity);

/// Writes one row's measurement from a detection's fields; components as in Detections.
inline void set_measurement(FilterList& list, std::int32_t row, std::int32_t components, const double (&value)[4],
                            const double (&sigma)[4]) {
  for (int k = 0; k < 4; ++k) {
    const bool is_measured = (components >> k) & 1;
    list.value[k][std::size_t(row)] = is_measured ? value[k] : 0;
    list.sigma[k][std::size_t(row)] = is_measured ? sigma[k] : 1;
    list.weight[k][std::size_t(row)] = is_measured ? 1 : 0;
  }
  list.any_components |= components;
}

}  // namespace pavise

PAVISE_DECLARE_VARIANTS(void update_filters(FilterList& list))

namespace pavise {
/// Predicts and updates every row of the list.
inline void update_filters(FilterList& list) { PAVISE_VARIANTS(update_filters)(list); }
}  // namespace pavise
