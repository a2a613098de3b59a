// Threat evaluation: which asset, when, and what is lost if it leaks.
#include <algorithm>

#include "kernel/command/course.hpp"
#include "kernel/command/options.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kHeadingSpread = 0.05;  // doubt about a straight course: m per m still to go

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

}  // namespace

void evaluate(const CommandSetup& setup, double now_s, std::span<PictureTrack> tracks) {
  const std::size_t assets = setup.assets.size();
  for (PictureTrack& track : tracks) {
    const Course course = course_of(track);
    const Vec3 p = track.position_m, v = track.velocity_mps;
    const double level2 = v.x * v.x + v.y * v.y;
    const double inverse_level2 = level2 > 0 ? 1 / level2 : 0;
    const double sigma2 = track.sigma_position_m * track.sigma_position_m;
    const bool has_losses = std::size_t(track.identity + 1) * assets <= setup.loss_of_leaker.size();
    const double* loss = has_losses ? setup.loss_of_leaker.data() + std::size_t(track.identity) * assets : nullptr;

    // Bayes over assets: prior the value, likelihood 1/(1 + m^2)^2 of the squared miss in units of its spread (a
    // Student-like form: tails heavier than a normal's, for courses that turn; and no exponential)
    double total = 0, expected_loss = 0, best = -1, arrives_after_s = kInfinity;
    std::int32_t asset = -1;
    for (std::size_t a = 0; a < assets; ++a) {
      const AssetSetup& candidate = setup.assets[a];
      const double dx = candidate.position_m.x - p.x, dy = candidate.position_m.y - p.y;
      double miss2, after_s, to_go2;
      if (course.is_ballistic) {
        const double ex = candidate.position_m.x - course.impact_x_m, ey = candidate.position_m.y - course.impact_y_m;
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
      const double spread2 =
          candidate.radius_m * candidate.radius_m + sigma2 + 1.0 + kHeadingSpread * kHeadingSpread * to_go2;
      const double likelihood = spread2 / (spread2 + miss2);
      const double weight = (candidate.value + 1e-9) * likelihood * likelihood;
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
}

}  // namespace pavise
