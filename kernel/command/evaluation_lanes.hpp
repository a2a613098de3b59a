// Threat evaluation of level courses, a block at a time, for evaluation.cpp.
#pragma once

#include <cstdint>

#include "kernel/command/picture.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

/// Tracks on a level course, and what evaluation makes of them.
struct LevelCourses {
  static constexpr std::int32_t kTracks = 8;
  alignas(64) double x_m[kTracks], y_m[kTracks], vx_mps[kTracks], vy_mps[kTracks], sigma2_m2[kTracks];
  const double* loss[kTracks];  // of a leaker at each asset; see CommandSetup::loss_of_leaker
  // results
  alignas(64) double asset[kTracks], arrives_after_s[kTracks], value_at_risk[kTracks];
};

}  // namespace pavise

/// evaluate_track (evaluation.cpp) for eight level tracks, in the same operations.
PAVISE_DECLARE_VARIANTS(void evaluate_level(const AssetTerms* assets, std::int32_t asset_count, LevelCourses& courses))
