// The hot part of sensors that give bearings, over dense lists: direction finders and cameras.
// Equations: docs/models/sensors.md.
#pragma once

#include <cstdint>

#include "sensors/look_lanes.hpp"

namespace pavise {

/// A direction finder.
struct EarConstants {
  double gain, spread_m;              // antenna, power ratio; wavelength / (4 pi)
  double sensitivity_W, instrumented_range_m;
  double antenna_height_m, radius_m;  // of the earth; kFlat_m: no horizon
  double antenna_horizon_m;
  double period_s, phase;             // looks at a threat stand on a grid of its own
};

/// A camera.
struct EyeConstants {
  double reference_m, gain, extinction_per_m;  // signal = intensity (reference / R)^2 gain exp(-extinction R)
  double least_signal;
  double antenna_height_m, radius_m, antenna_horizon_m;
  double period_s, cue_period_s, cue_age_s;    // between pictures; between questions for a cue; how long one is good
};

/// Pointers into Looks.
struct BearingColumns {
  std::int32_t count;
  const Signature* signatures;  // by number
  const std::uint32_t* number;
  const std::int32_t* row;
  const double* time_s;
  const double *x_m, *y_m, *z_m, *vx_mps, *vy_mps, *vz_mps, *infrared, *eirp_W;
  double* able;
  double *range_m, *azimuth_rad, *elevation_rad, *snr, *hidden_by_m, *until_s, *next_s;
};

/// What is measured of some looks: into new rows of Detections.
struct BearingMeasureColumns {
  std::int32_t count;
  std::int32_t sensor, components;
  double noise_rad, without;    // 1 sigma; what stands where nothing is measured (NaN)
  std::int32_t first_replication;
  const std::int32_t* look;     // which one becomes this row
  const std::uint32_t *look_replication, *look_entity;
  const double *look_time_s, *look_azimuth_rad, *look_elevation_rad, *look_snr;
  const double *azimuth_noise, *elevation_noise;  // standard normal, by row
  std::int32_t *lane, *sensor_of, *source, *components_of;
  double *time_s, *range_m, *azimuth_rad, *elevation_rad, *range_rate_mps;
  double *sigma_range_m, *sigma_azimuth_rad, *sigma_elevation_rad, *sigma_range_rate_mps, *snr;
};

}  // namespace pavise

/// Whether each emitter is heard (able is narrowed to that), its bearing, the power received in sensitivities, and by how
/// much it is out of reach.
PAVISE_DECLARE_VARIANTS(void hear(const EarConstants& ear, const BearingColumns& looks))
/// next_s: the first point of the row's grid after time_s, or the last one before until_s if that is later.
PAVISE_DECLARE_VARIANTS(void hear_again(const EarConstants& ear, const BearingColumns& looks))

/// What a camera could see if it pointed there (able is narrowed to that): range, signal, and how much nearer it must come
/// at least until it is bright enough.
PAVISE_DECLARE_VARIANTS(void see(const EyeConstants& eye, const PathColumns& path, const double* cue_s,
                                 const BearingColumns& looks))
/// next_s: the next picture for those that are able, the next question for a cue for the others, not before until_s.
PAVISE_DECLARE_VARIANTS(void see_again(const EyeConstants& eye, const BearingColumns& looks))
/// Of the listed looks: probability 1 - 0.1^(signal^2), in the list's order; bearing and elevation, in their own columns.
/// The list may be padded by repeating an entry.
PAVISE_DECLARE_VARIANTS(void recognise(std::int32_t count, const std::int32_t* look, const BearingColumns& looks,
                                       double* probability))

/// Measurements with their noise; elevation only if `components` says so.
PAVISE_DECLARE_VARIANTS(void measure_bearings(const BearingMeasureColumns& measurements))
