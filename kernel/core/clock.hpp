// Time is a whole number of ticks; a frame is a fixed number of ticks. What happens inside a frame has its exact time
// in seconds as a double.
#pragma once

#include <cmath>
#include <cstdint>

namespace pavise {

/// Ticks per second. A nanosecond tick makes every frame length that people write exact, and
/// seconds_of(tick) the double nearest to the decimal time (one correctly rounded division).
inline constexpr std::int64_t kTicksPerSecond = 1'000'000'000;

inline double seconds_of(std::int64_t tick) { return double(tick) / double(kTicksPerSecond); }
inline std::int64_t ticks_of(double seconds) { return std::llround(seconds * double(kTicksPerSecond)); }

/// The number by which a draw that belongs to an instant is addressed: milliseconds since the start, rounded down.
inline std::uint32_t draw_number_of(double time_s) { return std::uint32_t(std::int64_t(time_s * 1000.0)); }

/// The frame that a World is in. Frame k is at k frame_ticks; it covers (begin_s, now_s], and the first frame, k = 0, is
/// the instant 0 alone.
struct Clock {
  std::int64_t frame_ticks = 0;
  std::int64_t frame = 0;

  double now_s() const { return seconds_of(frame * frame_ticks); }
  double begin_s() const { return frame == 0 ? -1.0 : seconds_of((frame - 1) * frame_ticks); }
  double frame_s() const { return seconds_of(frame_ticks); }
};

}  // namespace pavise
