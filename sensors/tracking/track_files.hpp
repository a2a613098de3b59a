// How a tracker parts the rows of a replication: one stretch of `file_capacity` slots per track file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sensors/tracking/tracks.hpp"

namespace pavise {

struct TrackFiles {
  std::int32_t files = 1, file_capacity = 0;
  std::vector<std::int32_t> file_used;  // [replication * files + file]: slots in use, with possible holes

  void allocate_files(std::int32_t replications, std::int32_t file_count, std::int32_t capacity) {
    files = file_count;
    file_capacity = capacity;
    file_used.assign(std::size_t(replications) * std::size_t(file_count), 0);
  }
  std::int32_t first_row(const Tracks& tracks, std::int32_t replication, std::int32_t file) const {
    return replication * tracks.capacity + file * file_capacity;
  }
  /// A free row of the file, or -1 if there is none (counted in Tracks::overflowed).
  std::int32_t free_row(Tracks& tracks, std::int32_t replication, std::int32_t file) {
    const std::int32_t begin = first_row(tracks, replication, file);
    std::int32_t& used = file_used[std::size_t(replication * files + file)];
    for (std::int32_t row = begin; row < begin + used; ++row)
      if (tracks.state[row] == std::int32_t(TrackState::none)) return row;
    if (used < file_capacity) return begin + used++;
    ++tracks.overflowed[replication];
    return -1;
  }
};

/// How many files the sensors feed, the shared one among them.
inline std::int32_t files_of(const TrackingContext& context) {
  std::int32_t files = 1;
  for (const Sensor& sensor : context.sensors) files = std::max(files, sensor.track_file + 1);
  return files;
}

}  // namespace pavise
