// The hot part of a radar's looks, over dense lists: when a turning beam crosses its targets, what the radar equation
// gives, and the noise of what is measured. Equations: docs/models/sensors.md.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"

namespace pavise {

/// The radius of an earth that is flat to the last bit.
inline constexpr double kFlat_m = 1e30;

/// What follows from a radar's parameters and place; made once by radar_constants (radar.hpp).
struct RadarConstants {
  double snr_at_1m = 0;               // SNR R^4 / rcs: the radar equation's constant, m^2
  double instrumented_range_m = 0;
  double sine_elevation_min = -1, sine_elevation_max = 1;  // edges of the outermost beams
  double sine_lowest_beam = -1;       // below it a target shares its beam with the ground
  double clutter = 0;                 // clutter left after cancellation, in noise powers
  double minimum_speed_mps = 0;
  double effective_radius_m = 0;      // kFlat_m: flat, without horizon (then antenna_horizon_m is that far, too)
  double antenna_height_m = 0, antenna_horizon_m = 0;
  double threshold = 0;               // -ln(pfa)
  double range_scale_m = 0, azimuth_scale_rad = 0, elevation_scale_rad = 0, rate_scale_mps = 0;  // sigma sqrt(2 S)
  double range_floor_m = 0, angle_floor_rad = 0, rate_floor_mps = 0;
  double facing_sine = 0, facing_cosine = 1;
  double period_s = 0, phase_turns = 0;  // the beam points to 2 pi (t / period + phase), clockwise from north
};

/// Pointers into Looks.
struct LookColumns {
  std::int32_t count;
  double* time_s;
  double *x_m, *y_m, *z_m;
  const double *vx_mps, *vy_mps, *vz_mps, *rcs_m2, *swerling, *least_cosine;
  double *range_m, *azimuth_rad, *elevation_rad, *range_rate_mps, *snr, *probability, *hidden_by_m;
  double* next_s;
};

/// What is measured of some looks: pointers into Looks, and into Detections from the first new row on.
struct MeasureColumns {
  std::int32_t count;
  std::int32_t sensor, components;
  bool has_rate;
  double without;                // what stands where nothing is measured (NaN)
  std::int32_t first_replication;
  const std::int32_t* look;      // which one becomes this row
  const std::uint32_t *look_replication, *look_entity;
  const double *look_time_s, *look_range_m, *look_azimuth_rad, *look_elevation_rad, *look_range_rate_mps, *look_snr;
  const double* noise[4];        // standard normal: range, azimuth, elevation, range rate; by row
  std::int32_t *lane, *sensor_of, *source, *components_of;
  double *time_s, *range_m, *azimuth_rad, *elevation_rad, *range_rate_mps;
  double *sigma_range_m, *sigma_azimuth_rad, *sigma_elevation_rad, *sigma_range_rate_mps, *snr;
};

/// Which looks an array takes next: one list, its rows' lists of updates.
struct UpdateColumns {
  std::int32_t count;
  double step_s, phase;                     // the grid: offset(number) + j step
  double search_steps, idle_steps, coast_s;
  const std::uint32_t* number;
  const double *time_s, *last_detected_s, *stretch;
  const double* is_engaged;
  double* next_s;
  double* is_tracked;                       // out: 1 if it was detected lately enough
};

}  // namespace pavise

/// Moves each look from its predicted time to where the beam really crosses the target (one Newton step on the difference
/// of bearings; the target goes straight in between). time_s, x_m, y_m, z_m are changed.
PAVISE_DECLARE_VARIANTS(void meet_beam(const RadarConstants& radar, const LookColumns& looks))

/// next_s: the crossing one turn after time_s, if the target goes on straight (two Newton steps from one period later).
PAVISE_DECLARE_VARIANTS(void predict_crossing(const RadarConstants& radar, const LookColumns& looks))

/// Range, bearing, elevation, range rate, SNR and Pd (Swerling 1 to 4, one pulse; 0 where the target is out of reach, hidden
/// or too slow). hidden_by_m > 0: how far it must come nearer before it can be seen at all (range or horizon).
PAVISE_DECLARE_VARIANTS(void illuminate(const RadarConstants& radar, const LookColumns& looks))

/// Measurements with their noise, one row per listed look. The SNR that a detection is measured with is at least the threshold it has crossed.
PAVISE_DECLARE_VARIANTS(void measure(const RadarConstants& radar, const MeasureColumns& measurements))

/// next_s: the next point of the row's grid at which it is looked at, by whether it is tracked and engaged.
PAVISE_DECLARE_VARIANTS(void next_updates(const UpdateColumns& looks))

/// How many of `count` rows were detected since since_s and are still to be seen after now_s: all of them, and those that
/// are engaged.
PAVISE_DECLARE_VARIANTS(void count_tracked(std::int32_t count, const double* last_detected_s, const double* visible_until_s,
                                           const std::int32_t* engaged, double since_s, double now_s,
                                           std::int32_t& tracked, std::int32_t& tracked_engaged))
