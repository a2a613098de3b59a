#include "kernel/threats/launch_table.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

constexpr double kLeast = 0.02, kMost = 5;
constexpr std::int32_t kEven = 28, kBeyond = 12;  // rows below and above a whole boost
constexpr int kMostFlights = 8;

/// Ascending: even below 1, growing above, and every end of a phase, where the range has a kink.
std::int32_t settings_of(const BallisticBody& body, BoostSetting* setting) {
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < kEven; ++i) setting[count++] = {kLeast + (1 - kLeast) * i / kEven};
  double end_s = 0;
  for (int i = 0; i < body.phases->size(); ++i) end_s = std::max(end_s, body.phases->cells[i][1]);
  for (int i = 0; i < body.phases->size() && count < LaunchTable::kCapacity - kBeyond - 1; ++i) {
    const double share = body.phases->cells[i][1] / end_s;
    const bool is_known =
        std::any_of(setting, setting + count, [&](const BoostSetting& s) { return std::fabs(s.share - share) < 1e-4; });
    if (share > kLeast && share < 1 - 1e-4 && !is_known) setting[count++] = {share};
  }
  setting[count++] = {1};
  for (std::int32_t i = 1; i <= kBeyond; ++i)
    setting[count++] = {1 + (kMost - 1) * (double(i) * double(i)) / (double(kBeyond) * double(kBeyond))};
  std::sort(setting, setting + count, [](const BoostSetting& a, const BoostSetting& b) { return a.share < b.share; });
  return count;
}

}  // namespace

double LaunchTable::share_at(double wanted_m) const {
  if (wanted_m <= range_m[0] || rows == 1) return share[0];
  if (wanted_m >= range_m[rows - 1]) return share[rows - 1];
  std::int32_t i = 0;
  while (range_m[i + 1] < wanted_m) ++i;
  const double width_m = range_m[i + 1] - range_m[i], u = (wanted_m - range_m[i]) / width_m;
  const double rise = share[i + 1] - share[i], d0 = slope_per_m[i] * width_m, d1 = slope_per_m[i + 1] * width_m;
  return share[i] + u * (d0 + u * ((3 * rise - 2 * d0 - d1) + u * (d0 + d1 - 2 * rise)));
}

LaunchTable make_launch_table(const BallisticBody& body) {
  BoostSetting setting[kMostTogether];
  const std::int32_t count = settings_of(body, setting);
  const double ground_m[kMostTogether] = {};
  Landing landing[kMostTogether];
  fly_to_ground(body, setting, ground_m, ground_m, count, kAimingSteps, 0, landing);

  LaunchTable table;
  for (std::int32_t i = 0; i < count; ++i) {
    if (table.rows > 0 && !(landing[i].r_m > table.range_m[table.rows - 1] + 1)) continue;
    table.range_m[table.rows] = landing[i].r_m, table.share[table.rows] = setting[i].share;
    ++table.rows;
  }
  const auto secant = [&](std::int32_t i) {
    return (table.share[i + 1] - table.share[i]) / (table.range_m[i + 1] - table.range_m[i]);
  };
  const std::int32_t last = table.rows - 1;
  for (std::int32_t i = 1; i < last; ++i) {
    // weighted harmonic mean of the secants on both sides: monotone, and a kink disturbs only its two neighbours
    const double before_m = table.range_m[i] - table.range_m[i - 1], after_m = table.range_m[i + 1] - table.range_m[i];
    const double w0 = 2 * after_m + before_m, w1 = after_m + 2 * before_m;
    table.slope_per_m[i] = (w0 + w1) / (w0 / secant(i - 1) + w1 / secant(i));
  }
  if (last > 0) table.slope_per_m[0] = secant(0), table.slope_per_m[last] = secant(last - 1);
  return table;
}

void aim_boost(const BallisticBody& body, const LaunchTable& table, const double* h0_m, const double* h1_m,
               const double* range_m, std::int32_t count, double watched_h_m, BoostSetting* setting, Landing* landing) {
  PAVISE_ASSERT_LE(count, kMostTogether);
  // those still searching, close together; what each asks of the table: its range, less what it missed by before
  std::int32_t member[kMostTogether];
  double asked_m[kMostTogether], asked_before_m[kMostTogether], reached_before_m[kMostTogether];
  double h0[kMostTogether], h1[kMostTogether];
  BoostSetting tried[kMostTogether];
  Landing reached[kMostTogether];
  for (std::int32_t i = 0; i < count; ++i) {
    member[i] = i, asked_m[i] = range_m[i], h0[i] = h0_m[i], h1[i] = h1_m[i];
    tried[i] = {table.share_at(range_m[i])};
  }
  for (int flights = 1; count > 0; ++flights) {
    fly_to_ground(body, tried, h0, h1, count, kAimingSteps, watched_h_m, reached);
    std::int32_t kept = 0;
    for (std::int32_t k = 0; k < count; ++k) {
      const std::int32_t i = member[k];
      const double short_m = range_m[i] - reached[k].r_m;
      // the nearest so far
      if (flights == 1 || std::fabs(short_m) < std::fabs(range_m[i] - landing[i].r_m))
        setting[i] = tried[k], landing[i] = reached[k];
      // the table's slope at first, then what two flights say of it: beside a kink, and for a low and short flight from
      // a height, it may be far from the ground's
      double gain = 1;
      if (flights > 1) gain = (asked_m[k] - asked_before_m[k]) / (reached[k].r_m - reached_before_m[k]);
      const double asks_m = asked_m[k] + (gain > 0.1 && gain < 10 ? gain : 1.0) * short_m;
      const BoostSetting next{table.share_at(asks_m)};
      if (std::fabs(short_m) <= kAimedWithin_m || flights == kMostFlights || next.share == tried[k].share) continue;
      asked_before_m[kept] = asked_m[k], reached_before_m[kept] = reached[k].r_m;
      member[kept] = i, asked_m[kept] = asks_m, tried[kept] = next, h0[kept] = h0[k], h1[kept] = h1[k];
      ++kept;
    }
    count = kept;
  }
}

}  // namespace pavise
