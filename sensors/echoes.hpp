// What one sensor has detected in a frame, true and false, before it is measured: collected list by list, then put in
// order and measured at once, straight into the rows of Detections.
#pragma once

#include <cstdint>

#include "kernel/core/columns.hpp"
#include "kernel/core/draws.hpp"

namespace pavise {

struct Echoes {
  std::int32_t count = 0, seen = 0;               // true ones [0, seen), false alarms [seen, count)
  Column<std::int32_t> lane, source;              // source: the threat's number, -1 for a false alarm
  Column<double> time_s;
  Column<double> range_m, azimuth_rad, elevation_rad, range_rate_mps, snr;  // as they are, without noise
  Column<std::uint32_t> replication, entity, number;                        // addresses of their noise
  Column<double> noise[4];                        // range, azimuth, elevation, range rate
  Column<std::int32_t> order;                     // out: by lane, then time, then source; equal ones as they came
  Column<std::int32_t> begin;                     // scratch, by lane
};

/// Memory for `capacity` echoes in a frame.
void allocate(Echoes& echoes, std::size_t capacity, std::int32_t lanes);

/// Standard normal noise for the true ones, none for the false alarms. `pairs`: 1: the first pair of draws only.
void draw_noise(Echoes& echoes, const Draws& draws, std::uint16_t stream, bool with_range_azimuth,
                bool with_elevation_rate);

/// Fills `order`, padded to whole vectors by repeating its first entry.
void put_in_order(Echoes& echoes);

}  // namespace pavise
