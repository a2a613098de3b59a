// Which rows a sensor looks at in which frame: a ring of frames, each a set of rows as bits, so that taking them out
// gives them in ascending order. What lies beyond the ring waits in its last frame and is put in again from there.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/core/clock.hpp"
#include "kernel/core/columns.hpp"

namespace pavise {

struct LookCalendar {
  static constexpr std::int64_t kFrames = 256;

  std::size_t words = 0;         // of one frame
  Column<std::uint64_t> rows;    // [frame % kFrames * words + word]

  void allocate(std::size_t row_count) {
    words = (row_count + 63) / 64;
    rows.allocate(words * std::size_t(kFrames));
  }
  std::uint64_t* frame(std::int64_t number) { return &rows[std::size_t(number % kFrames) * words]; }

  /// Puts a row into the frame that covers next_s, the present one if that is due already. Never later; a frame too early
  /// only where next_s and the frame's instant are the same within rounding.
  void put(std::size_t row, double next_s, const Clock& clock, double now_s, double frames_per_s) {
    const double frames = (next_s - now_s) * frames_per_s + (1 - 1e-6);
    const double near = frames < double(kFrames - 1) ? frames : double(kFrames - 1);
    const std::int64_t least = next_s > now_s ? 1 : 0;
    const std::int64_t ahead = std::max(std::int64_t(near), least) * least;
    rows[slot(clock.frame + ahead) * words + row / 64] |= std::uint64_t(1) << (row % 64);
  }
  static std::size_t slot(std::int64_t frame_number) {
    return std::size_t(std::uint64_t(frame_number) % std::uint64_t(kFrames));
  }
};

}  // namespace pavise
