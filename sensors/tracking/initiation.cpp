#include "sensors/tracking/initiation.hpp"

#include <vector>

namespace pavise {

void InitiationMachine::scan(bool is_hit) {
  Verdict verdict = Verdict::keep;
  if (state == 2) {
    misses = is_hit ? 0 : misses + 1;
    verdict = judge_confirmed(rule, misses);
  } else {
    if (state == 0) {
      if (!is_hit) return;
      state = 1;
      hits = scans = 0;
    }
    hits += is_hit ? 1 : 0;
    ++scans;
    verdict = judge_tentative(rule, hits, scans);
  }
  if (verdict == Verdict::confirm) {
    state = 2;
    misses = 0;
    ++confirmed_count;
  } else if (verdict == Verdict::drop) {
    state = 0;
    ++deleted_count;
  }
}

// Sum over k = M-1 ... N-1 of C(N-1, k) p^k (1-p)^(N-1-k), built up as the distribution of hits in N - 1 scans, with
// the hits beyond M - 1 gathered in one cell: no powers, no binomials, no overflow.
double confirmation_probability(const InitiationRule& rule, double hit_probability) {
  const std::int32_t wanted = rule.confirm_hits - 1;
  std::vector<double> chance(std::size_t(wanted) + 1, 0.0);  // of exactly k hits; k = wanted: at least so many
  chance[0] = 1;
  for (std::int32_t scan = 1; scan < rule.confirm_window; ++scan)
    for (std::size_t k = chance.size(); k-- > 0;) {
      const double stays = k + 1 == chance.size() ? chance[k] : chance[k] * (1 - hit_probability);
      chance[k] = stays + (k > 0 ? chance[k - 1] * hit_probability : 0);
    }
  return chance.back();
}

}  // namespace pavise
