// The geometry of many pairs of station and track at once, for options.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/core/variant.hpp"

namespace pavise {

/// A pair in one word: the track's index in the picture, and the station.
constexpr std::uint32_t pair_of(std::uint32_t index, std::uint32_t station) { return index << 16 | station; }
constexpr std::uint32_t index_of(std::uint32_t pair) { return pair >> 16; }
constexpr std::uint32_t station_of(std::uint32_t pair) { return pair & 0xffff; }

/// Lists of pairs are gone through in whole vectors of this many: `count` below is a multiple of it, and what stands
/// behind the last pair repeats it.
inline constexpr std::size_t kPairsAtOnce = 8;

/// What stations can reach, [station], padded to whole vectors. Two limits that a weapon does not have stand at minus
/// infinity: inner_m and edge_free_m (0 where there is a sector).
struct EnvelopeColumns {
  const double *x_m, *y_m, *z_m;
  const double *max_range_m, *min_range_m, *inner_m;
  const double *min_altitude_m, *max_altitude_m, *ceiling_m;
  const double *edge_x[2], *edge_y[2], *edge_free_m;
  const double* is_wide;              // 1: the sector is what either edge encloses, 0: what both do
  const double* flight_s;             // T: reaction + longest flight
  const double* last_flight_s_per_m;  // bound of a last flight's time
  const double* wait_s;               // of this decision: until it is free, beyond reaction; -infinity: cannot order
  const double* launch_s;             // of this decision: when a round ordered now would leave
};

/// The tracks of one decision, [index].
struct CourseColumns {
  const double *x_m, *y_m, *z_m, *vx_mps, *vy_mps, *vz_mps;
  const double *speed_mps, *moved_m, *turned_mps;  // odometers: OptionMemory
  const double* arrives_s;
};

/// What pairs sleep by: the wakes of a track stand one after another, `stride` numbers from one row's to the next.
struct SleepColumns {
  const double* wake_at_m;
  std::size_t stride;
  const std::int32_t* row;       // [index]; -1: no pair of the track is looked at
  const std::uint64_t* usable;   // [kind * words + word]: stations that may be used against a kind, a bit each
  const std::int32_t* kind;      // [index]
  std::int32_t stations, words;  // words: of 64 stations
};

}  // namespace pavise

/// Writes the pairs that are awake, by track, within it by station, and returns how many.
PAVISE_DECLARE_VARIANTS(std::int32_t find_awake(const SleepColumns& sleep, const EnvelopeColumns& envelopes,
                                                const CourseColumns& courses, std::int32_t tracks,
                                                std::uint32_t* awake))
/// For each pair: what its odometer reads when it need be looked at again, and how far it is from being near now
/// (a pair is near at 0 and below: geometry does not exclude an option).
PAVISE_DECLARE_VARIANTS(void look_at_pairs(const EnvelopeColumns& envelopes, const CourseColumns& courses,
                                           const std::uint32_t* pairs, std::int32_t count, double* wake_at_m,
                                           double* far_m))
/// For each pair a bound from below of Option::last_launch_s, without an intercept: as if the last flight were the
/// slowest one. For stations whose last_flight_s_per_m is known.
PAVISE_DECLARE_VARIANTS(void last_launches_at_least(const EnvelopeColumns& envelopes, const CourseColumns& courses,
                                                    double now_s, const std::uint32_t* pairs, std::int32_t count,
                                                    double* at_least_s))
