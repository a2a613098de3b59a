// M-of-N initiation and deletion by consecutive misses.
#pragma once

#include <cstdint>

namespace pavise {

struct InitiationRule {
  std::int32_t confirm_hits = 3;    // M
  std::int32_t confirm_window = 5;  // N >= M
  std::int32_t delete_misses = 5;   // K: misses in a row that delete a confirmed track
};

enum class Verdict : std::int32_t { keep, confirm, drop };

/// A tentative track after `scans` scans of its window (its first hit's included) of which `hits` were hits.
constexpr Verdict judge_tentative(const InitiationRule& rule, std::int32_t hits, std::int32_t scans) {
  if (hits >= rule.confirm_hits) return Verdict::confirm;
  return hits + rule.confirm_window - scans < rule.confirm_hits ? Verdict::drop : Verdict::keep;
}
/// A confirmed track after `misses` misses in a row.
constexpr Verdict judge_confirmed(const InitiationRule& rule, std::int32_t misses) {
  return misses >= rule.delete_misses ? Verdict::drop : Verdict::keep;
}

/// The machine of one place in which one object may be: state after each scan (0 none, 1 tentative, 2 confirmed).
struct InitiationMachine {
  InitiationRule rule;
  std::int32_t state = 0, hits = 0, scans = 0, misses = 0, confirmed_count = 0, deleted_count = 0;

  void scan(bool is_hit);
};

/// That a track just started is confirmed when each later scan hits independently with probability p.
double confirmation_probability(const InitiationRule& rule, double hit_probability);

}  // namespace pavise
