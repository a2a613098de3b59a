// The hot filter: extended Kalman filters of constant velocity, six states, over dense lists. One pass predicts each
// row by its own duration and takes its measurement in; rows are independent, so a list may mix replications.
//
// Components are uncorrelated, so they are taken one after another, each linearised at the predicted mean: that is the
// joint update of estimation.hpp to rounding (a test holds the two together), without a matrix to invert.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/core/column_memory.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

/// Place of (row, column), row >= column, in a packed lower triangle.
constexpr int packed_index(int row, int column) { return row * (row + 1) / 2 + column; }

/// Eight rows of a list, one vector per number: what an update reads and writes lies together.
struct alignas(64) FilterBlock {
  static constexpr std::size_t kRows = 8;
  using Row = double[kRows];

  Row mean[6], covariance[21];
  Row duration_s;                     // prediction; negative: back to a measurement that comes late
  Row noise_m2_s3;                    // spectral density of the white-noise acceleration
  Row gravity_mps2;                   // downward acceleration in the prediction: 0, or g for a ballistic track
  Row value[4], sigma[4], weight[4];  // range, azimuth, elevation, range rate; weight 1 measured, 0 not (then value and
                                      // sigma must be finite, sigma > 0)
  Row sensor_x_m, sensor_y_m, sensor_z_m;  // antenna, from the list's sensor_m
  Row nis, determinant;               // out: nu' S^-1 nu and det S of the measured components
};

/// One number of all rows of a list.
class FilterColumn {
 public:
  FilterColumn() = default;
  explicit FilterColumn(double* first) : first_(first) {}
  double& operator[](std::size_t row) { return first_[place(row)]; }
  const double& operator[](std::size_t row) const { return first_[place(row)]; }

 private:
  static std::size_t place(std::size_t row) {
    return row / FilterBlock::kRows * (sizeof(FilterBlock) / sizeof(double)) + row % FilterBlock::kRows;
  }
  double* first_ = nullptr;
};

/// A dense list of updates. Written by whoever gathers; `update_filters` changes mean and covariance in place.
struct FilterList {
  FilterList() = default;
  FilterList(const FilterList&) = delete;  // the columns point into the blocks
  FilterList& operator=(const FilterList&) = delete;

  std::int32_t count = 0;
  std::int32_t any_components = 0;  // OR of the components (Detections) that any row measures
  Vec3 sensor_m;                    // antenna of the whole list, or where the rows' own are measured from
  std::size_t capacity = 0;
  Records<FilterBlock> blocks;

  // the numbers of a FilterBlock
  FilterColumn mean[6], covariance[21], duration_s, noise_m2_s3, gravity_mps2, value[4], sigma[4], weight[4],
      sensor_x_m, sensor_y_m, sensor_z_m, nis, determinant;
};

void allocate(FilterList& list, std::size_t capacity);

/// Writes one row's antenna, measured from list.sensor_m.
inline void set_antenna(FilterList& list, std::int32_t row, const Vec3& sensor_m) {
  list.sensor_x_m[std::size_t(row)] = sensor_m.x;
  list.sensor_y_m[std::size_t(row)] = sensor_m.y;
  list.sensor_z_m[std::size_t(row)] = sensor_m.z;
}

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
