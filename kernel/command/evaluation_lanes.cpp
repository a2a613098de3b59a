// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "kernel/command/evaluation_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

void evaluate_level(const AssetTerms* assets, std::int32_t asset_count, LevelCourses& courses) {
  constexpr std::int32_t n = LevelCourses::kTracks;
  constexpr double kInfinity = __builtin_huge_val();
  LevelCourses& c = courses;
  alignas(64) double level2[n], inverse_level2[n], total[n], expected_loss[n], best[n], loss[n];
#pragma omp simd
  for (std::int32_t k = 0; k < n; ++k) {
    level2[k] = c.vx_mps[k] * c.vx_mps[k] + c.vy_mps[k] * c.vy_mps[k];
    const double inverse = 1 / level2[k];
    inverse_level2[k] = level2[k] > 0 ? inverse : 0;
    total[k] = expected_loss[k] = 0;
    best[k] = c.asset[k] = -1;
    c.arrives_after_s[k] = kInfinity;
  }
  for (std::int32_t a = 0; a < asset_count; ++a) {
    const AssetTerms asset = assets[a];
    for (std::int32_t k = 0; k < n; ++k) loss[k] = c.loss[k][a];
#pragma omp simd
    for (std::int32_t k = 0; k < n; ++k) {
      const double dx = asset.x_m - c.x_m[k], dy = asset.y_m - c.y_m[k];
      const double closing = (dx * c.vx_mps[k] + dy * c.vy_mps[k]) * inverse_level2[k];
      const double distance2 = dx * dx + dy * dy;
      const double passing2 = distance2 - closing * closing * level2[k];
      const double ahead2 = passing2 < 0 ? 0 : passing2;
      const double miss2 = closing > 0 ? ahead2 : distance2;
      const double spread2 = asset.radius2_m2 + c.sigma2_m2[k] + 1.0 + AssetTerms::kSpread2 * distance2;
      const double likelihood = spread2 / (spread2 + miss2);
      const double weight = asset.prior * likelihood * likelihood;
      total[k] += weight;
      expected_loss[k] += weight * loss[k];
      const double after_s = closing > 0 ? closing : kInfinity;
      c.asset[k] = weight > best[k] ? double(a) : c.asset[k];
      c.arrives_after_s[k] = weight > best[k] ? after_s : c.arrives_after_s[k];
      best[k] = weight > best[k] ? weight : best[k];
    }
  }
#pragma omp simd
  for (std::int32_t k = 0; k < n; ++k) {
    const double mean_loss = expected_loss[k] / total[k];
    c.value_at_risk[k] = total[k] > 0 ? mean_loss : 0;
  }
}

}  // namespace pavise::PAVISE_VARIANT
