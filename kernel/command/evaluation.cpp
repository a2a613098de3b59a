// Threat evaluation: which asset, when, and what is lost if it leaks.
#include <algorithm>

#include "kernel/command/course.hpp"
#include "kernel/command/evaluation_lanes.hpp"
#include "kernel/command/options.hpp"
#include "kernel/core/assert.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Where the course meets the ground, and when; level flight: nowhere yet.
struct Course {
  bool is_ballistic = false;
  double impact_x_m = 0, impact_y_m = 0, impact_after_s = kInfinity;
};

/// Vacuum parabola over flat ground (docs/models/threats.md): z + vz t - g t^2/2 = 0.
Course course_of(const PictureTrack& track) {
  const Vec3 p = track.position_m, v = track.velocity_mps;
  Course course;
  if (!is_falling(p, v) || p.z <= 0) return course;
  constexpr double g = kStandardGravity_mps2;
  course.is_ballistic = true;
  course.impact_after_s = (v.z + std::sqrt(v.z * v.z + 2 * g * p.z)) / g;
  course.impact_x_m = p.x + v.x * course.impact_after_s;
  course.impact_y_m = p.y + v.y * course.impact_after_s;
  return course;
}

/// By asset, what one leaker of the track's identity would cost; null: not known.
const double* loss_of(const CommandSetup& setup, const PictureTrack& track) {
  const std::size_t assets = setup.assets.size();
  const bool has_losses = std::size_t(track.identity + 1) * assets <= setup.loss_of_leaker.size();
  return has_losses ? setup.loss_of_leaker.data() + std::size_t(track.identity) * assets : nullptr;
}

/// The tracks of a block, eight at most; the places behind the last repeat it.
void evaluate_block(const CommandSetup& setup, double now_s, PictureTrack* const* tracks, std::int32_t count) {
  LevelCourses courses;
  for (std::int32_t k = 0; k < LevelCourses::kTracks; ++k) {
    const PictureTrack& track = *tracks[std::min(k, count - 1)];
    courses.x_m[k] = track.position_m.x, courses.y_m[k] = track.position_m.y;
    courses.vx_mps[k] = track.velocity_mps.x, courses.vy_mps[k] = track.velocity_mps.y;
    courses.sigma2_m2[k] = track.sigma_position_m * track.sigma_position_m;
    courses.loss[k] = loss_of(setup, track);
  }
  PAVISE_VARIANTS(evaluate_level)(setup.asset_terms.data(), std::int32_t(setup.asset_terms.size()), courses);
  for (std::int32_t k = 0; k < count; ++k) {
    PictureTrack& track = *tracks[k];
    track.asset = std::int32_t(courses.asset[k]);
    track.value_at_risk = courses.value_at_risk[k];
    if (!(track.arrives_s < kInfinity)) track.arrives_s = now_s + courses.arrives_after_s[k];
  }
}

}  // namespace

void evaluate_track(const CommandSetup& setup, double now_s, PictureTrack& track) {
  const Course course = course_of(track);
  const Vec3 p = track.position_m, v = track.velocity_mps;
  const double level2 = v.x * v.x + v.y * v.y;
  const double inverse_level2 = level2 > 0 ? 1 / level2 : 0;
  const double sigma2 = track.sigma_position_m * track.sigma_position_m;
  const double* const loss = loss_of(setup, track);

  // Bayes over assets: prior the value, likelihood 1/(1 + m^2)^2 of the squared miss in units of its spread (a
  // Student-like form: tails heavier than a normal's, for courses that turn; and no exponential)
  double total = 0, expected_loss = 0, best = -1, arrives_after_s = kInfinity;
  std::int32_t asset = -1;
  for (std::size_t a = 0; a < setup.asset_terms.size(); ++a) {
    const AssetTerms& candidate = setup.asset_terms[a];
    const double dx = candidate.x_m - p.x, dy = candidate.y_m - p.y;
    double miss2, after_s, to_go2;
    if (course.is_ballistic) {
      const double ex = candidate.x_m - course.impact_x_m, ey = candidate.y_m - course.impact_y_m;
      miss2 = ex * ex + ey * ey;
      after_s = course.impact_after_s;
      to_go2 = level2 * after_s * after_s;
    } else {
      // closest approach of the level course; one that leads away misses by the present distance
      const double closing = (dx * v.x + dy * v.y) * inverse_level2;
      after_s = closing > 0 ? closing : kInfinity;
      const double distance2 = dx * dx + dy * dy;
      miss2 = closing > 0 ? std::max(distance2 - closing * closing * level2, 0.0) : distance2;
      to_go2 = distance2;
    }
    const double spread2 = candidate.radius2_m2 + sigma2 + 1.0 + AssetTerms::kSpread2 * to_go2;
    const double likelihood = spread2 / (spread2 + miss2);
    const double weight = candidate.prior * likelihood * likelihood;
    total += weight;
    if (loss) expected_loss += weight * loss[a];
    if (weight > best) {
      best = weight;
      asset = std::int32_t(a);
      arrives_after_s = after_s;
    }
  }
  track.asset = asset;
  track.value_at_risk = total > 0 ? expected_loss / total : 0;
  if (!(track.arrives_s < kInfinity)) track.arrives_s = now_s + arrives_after_s;
}

void evaluate(const CommandSetup& setup, double now_s, std::span<PictureTrack> tracks) {
  PAVISE_ASSERT(setup.asset_terms.size() == setup.assets.size());  // prepare()
  PictureTrack* block[LevelCourses::kTracks];
  std::int32_t count = 0;
  for (PictureTrack& track : tracks) {
    if (is_falling(track.position_m, track.velocity_mps) || loss_of(setup, track) == nullptr) {
      evaluate_track(setup, now_s, track);
      continue;
    }
    block[count++] = &track;
    if (count < LevelCourses::kTracks) continue;
    evaluate_block(setup, now_s, block, count);
    count = 0;
  }
  if (count > 0) evaluate_block(setup, now_s, block, count);
}

}  // namespace pavise
