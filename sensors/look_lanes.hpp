// What all kinds of sensor do with a list of looks, in lanes: truth as the antenna sees it, and until when a row
// certainly stays out of reach.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"
#include "kernel/threats/positions_lanes.hpp"

namespace pavise {

/// What sensors see of a threat class, copied out of ThreatClass so that a look finds it in one cache line.
struct Signature {
  double rcs_m2 = 1, rcs_factor_side = 1, rcs_factor_tail = 1;
  double infrared = 0, infrared_factor_tail = 1, eirp_W = 0;
  double swerling = 1, speed_mps = 0;
};

/// Pointers into Looks: places and velocities in, the target relative to the antenna out.
struct FacingColumns {
  std::int32_t count;
  const Signature* signatures;  // by number
  const std::uint32_t* number;
  double antenna_x_m, antenna_y_m, antenna_z_m;
  double *x_m, *y_m, *z_m;
  const double *vx_mps, *vy_mps, *vz_mps;
  double *rcs_m2, *infrared, *eirp_W, *swerling;
};

/// Rows that are out of reach by gap_m at time_s; until when they certainly are.
struct ReachColumns {
  std::int32_t count;
  const double* piece_end_s;  // by row, as the path's columns
  const double* speed_mps;
  const std::int32_t* row;
  const double* time_s;
  const double* gap_m;
  double* until_s;
};

}  // namespace pavise

/// Aspect: cross section and infrared intensity towards the antenna, by the angle between the target's nose and the line
/// to the antenna in thirds of the half turn.
PAVISE_DECLARE_VARIANTS(void face_antenna(const FacingColumns& looks))

/// A time until which a row certainly comes no nearer by gap_m than it is at time_s: a bound from its speed, its
/// acceleration on the present piece (held for at most 30 s) and a margin for what a soft kill may change. Not beyond the
/// end of the piece; time_s where gap_m <= 0.
PAVISE_DECLARE_VARIANTS(void out_of_reach(const PathColumns& path, const ReachColumns& looks))

/// How many frames after the present one, which ends at now_s, lies the frame that covers next_s: 0 if it is due already,
/// no more than most, -1 for never. LookCalendar::put, column by column.
PAVISE_DECLARE_VARIANTS(void frames_ahead(std::int32_t count, const double* next_s, double now_s, double frames_per_s,
                                          double most, std::int32_t* ahead))
