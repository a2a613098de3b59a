// greedy_mmr: maximum marginal return. The next round goes where it lowers the expected loss of value most, again and
// again, until none is worth its price (den Broeder, Ellison, Emerling 1959; Washburn and Kress 2009, ch. 6).
#include <algorithm>
#include <memory>

#include "kernel/command/options_by_track.hpp"
#include "kernel/command/reserve.hpp"

namespace pavise {
namespace {

struct GreedyParameters {
  double price_weight_per_usd = 2e-8;
  double scarcity_weight = 1;
  double most_rounds = 2;
  double threshold = 0;
  double prefers_look = 1;
};

/// What a decision has chosen so far for one option.
struct Plan {
  std::int32_t option;
  std::int32_t rounds;
};

class GreedyMarginalReturn final : public Policy {
 public:
  explicit GreedyMarginalReturn(const GreedyParameters& parameters) : parameters_(parameters) {}

  void begin(const CommandSetup& setup) override {
    reserve_.begin(setup);
    uses_reserve_.assign(setup.identity_names.size(), 0);
    is_held_ = uses_reserve_;
    for (std::size_t i = 0; i < setup.doctrine.by_identity.size() && i < uses_reserve_.size(); ++i) {
      uses_reserve_[i] = setup.doctrine.by_identity[i].uses_reserve;
      is_held_[i] = setup.doctrine.by_identity[i].is_held;
    }
  }

  bool considers(std::int32_t, std::int32_t identity) const override { return !is_held_[std::size_t(identity)]; }

  void decide(Picture& picture) override {
    if (picture.options.empty()) return;
    by_track_.gather(picture);
    if (picture.setup->is_central) {
      plan_for(picture, kAnyUnit);
    } else {
      for (std::size_t unit = 0; unit < picture.setup->fire_unit_names.size(); ++unit)
        plan_for(picture, std::int32_t(unit));
    }
  }

  std::unique_ptr<Policy> clone() const override { return std::make_unique<GreedyMarginalReturn>(*this); }

 private:
  static constexpr std::int32_t kAnyUnit = -1;

  /// One unit's view, or all units' together: choose round by round, then order.
  void plan_for(Picture& picture, std::int32_t unit) {
    const std::size_t tracks = picture.tracks.size();
    survival_.assign(tracks, 1.0);
    plan_of_track_.assign(tracks, kNoPlan);
    plans_.clear();
    ready_.resize(picture.stations.size());
    for (std::size_t s = 0; s < ready_.size(); ++s) ready_[s] = picture.stations[s].ready;
    pool_free_ = picture.pool_free;

    while (true) {
      // marginal return of one more round, over all options; ties: first in file order
      double best_gain = parameters_.threshold;
      std::int32_t best = OptionsByTrack::kNone;
      for (std::size_t i = 0; i < picture.options.size(); ++i) {
        const Option& option = picture.options[i];
        if (unit != kAnyUnit && option.fire_unit != unit) continue;
        const double gain = marginal_return(picture, option, std::int32_t(i));
        if (gain > best_gain) best_gain = gain, best = std::int32_t(i);
      }
      if (best == OptionsByTrack::kNone) break;
      take(picture, best);
    }
    for (const Plan& plan : plans_) picture.give(picture.options[std::size_t(plan.option)], plan.rounds);
  }

  double marginal_return(const Picture& picture, const Option& option, std::int32_t position) const {
    const StationSetup& station = picture.setup->stations[std::size_t(option.station)];
    const PictureTrack& track = picture.tracks[std::size_t(option.index)];
    const std::int32_t planned = plan_of_track_[std::size_t(option.index)];

    if (planned == kNoPlan) {
      if (std::size_t(track.identity) < is_held_.size() && is_held_[std::size_t(track.identity)]) return 0;
      if (!picture.is_possible(option) || pool_free_[std::size_t(station.pool)] <= 0) return 0;
      if (is_kept_out(picture.setup->doctrine, option.point_m)) return 0;
    } else {
      // an order holds one channel, so further rounds come from the same option; bursts and dwells are series anyway
      const Plan& plan = plans_[std::size_t(planned)];
      if (plan.option != position || station.is_soft_kill || station.is_gun) return 0;
      if (plan.rounds >= std::int32_t(parameters_.most_rounds)) return 0;
      // if a look fits in before the window closes, the next round is worth more after it
      if (parameters_.prefers_look != 0 && option.intercept_s + station.look_s < option.last_launch_s) return 0;
    }
    if (!station.is_soft_kill && !is_round_left(picture, option, track)) return 0;

    // value that this round saves, less its price; a round from an emptying magazine costs more
    const double saved = track.value_at_risk * survival_[std::size_t(option.index)] * option.pk;
    const double emptied =
        station.ready_rounds > 0 ? 1 - double(ready_[std::size_t(option.station)]) / station.ready_rounds : 0;
    const double price = parameters_.price_weight_per_usd * station.unit_cost * station.rounds_per_order_unit *
                         (1 + parameters_.scarcity_weight * std::max(emptied, 0.0));
    return saved - price;
  }

  bool is_round_left(const Picture& picture, const Option& option, const PictureTrack& track) const {
    const StationSetup& station = picture.setup->stations[std::size_t(option.station)];
    if (ready_[std::size_t(option.station)] < station.rounds_per_order_unit) return false;
    if (std::size_t(track.identity) < uses_reserve_.size() && uses_reserve_[std::size_t(track.identity)]) return true;
    const std::int32_t kept = reserve_.kept(option.fire_unit, option.weapon);
    if (kept == 0) return true;
    std::int32_t ready = 0;
    for (std::size_t s = 0; s < ready_.size(); ++s) {
      const StationSetup& other = picture.setup->stations[s];
      if (other.fire_unit == option.fire_unit && other.weapon == option.weapon) ready += ready_[s];
    }
    return ready - 1 >= kept;
  }

  void take(const Picture& picture, std::int32_t position) {
    const Option& option = picture.options[std::size_t(position)];
    const StationSetup& station = picture.setup->stations[std::size_t(option.station)];
    std::int32_t& planned = plan_of_track_[std::size_t(option.index)];
    if (planned == kNoPlan) {
      planned = std::int32_t(plans_.size());
      plans_.push_back({position, 1});
      --pool_free_[std::size_t(station.pool)];
    } else {
      ++plans_[std::size_t(planned)].rounds;
    }
    if (!station.is_soft_kill) ready_[std::size_t(option.station)] -= station.rounds_per_order_unit;
    survival_[std::size_t(option.index)] *= 1 - option.pk;
  }

  static constexpr std::int32_t kNoPlan = -1;
  GreedyParameters parameters_;
  Reserve reserve_;
  std::vector<std::uint8_t> uses_reserve_, is_held_;  // by identity
  OptionsByTrack by_track_;
  std::vector<double> survival_;             // by track index: after the rounds planned so far
  std::vector<std::int32_t> plan_of_track_;  // by track index
  std::vector<Plan> plans_;
  std::vector<std::int32_t> ready_, pool_free_;
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "greedy_mmr",
             .summary = "Maximum marginal return: the next round where it lowers the expected loss of value most.",
             .source = "docs/models/command.md#greedy_mmr",
             .parameters =
                 {parameter("price_weight", &GreedyParameters::price_weight_per_usd, Dimension::number, {0, 1},
                            "asset value that a dollar of rounds must save; 0: price does not count", 2e-8),
                  parameter("scarcity_weight", &GreedyParameters::scarcity_weight, Dimension::number, {0, 100},
                            "how much dearer the last round of a magazine is than the first, as a factor minus one", 1),
                  parameter("most_rounds", &GreedyParameters::most_rounds, Dimension::count, {1, 16},
                            "rounds in one order at most", 2),
                  parameter("threshold", &GreedyParameters::threshold, Dimension::number, {0, 1e9},
                            "least net return for which a round is fired", 0),
                  parameter("prefers_look", &GreedyParameters::prefers_look, Dimension::flag, {0, 1},
                            "no second round in an order while a look still fits into the window", 1)},
             .size_bytes = sizeof(GreedyParameters)},
    .make = [](const Parameters& parameters) -> std::unique_ptr<Policy> {
      return std::make_unique<GreedyMarginalReturn>(parameters.as<GreedyParameters>());
    },
}};

}  // namespace
}  // namespace pavise
