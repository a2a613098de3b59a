// doctrine: layered. For each track, most dangerous first, the weapon of its class's list whose turn it is: better ones that
// the track will yet come to are waited for while enough depth remains. The number of rounds, the reserve and the keep-out
// zones are those of the scenario's [doctrine].
#include <algorithm>
#include <limits>
#include <memory>

#include "kernel/command/options_by_track.hpp"
#include "kernel/command/reach.hpp"
#include "kernel/command/reserve.hpp"

namespace pavise {
namespace {

constexpr double kByUrgency = 0, kByValue = 1, kByValuePerTime = 2;  // positions in the words of `priority`

struct DoctrineParameters {
  double priority = kByValuePerTime;
  double horizon_s = 30;
};

/// A class's line of the doctrine with weapons as indices.
struct ClassPlan {
  std::vector<std::int32_t> prefer;
  std::vector<std::uint8_t> only_if_alone;       // beside prefer
  std::vector<std::vector<std::int32_t>> stations;  // beside prefer: those with that weapon, in file order
  std::vector<std::int32_t> rank_of_station;     // [station]: of its weapon in prefer; prefer.size(): not listed
  std::vector<std::int32_t> others;              // stations of the weapons that are not only_if_alone, best first
  std::int32_t salvo = 0, salvo_after_look = 0;  // 0: the unit's default
  bool uses_reserve = false, is_held = false;
};

class LayeredDoctrine final : public Policy {
 public:
  explicit LayeredDoctrine(const DoctrineParameters& parameters) : parameters_(parameters) {}

  void begin(const CommandSetup& setup) override {
    reserve_.begin(setup);
    station_weapon_.clear();
    for (const StationSetup& station : setup.stations) station_weapon_.push_back(station.weapon);
    plans_.clear();
    for (const ClassDoctrine& line : setup.doctrine.by_identity) plans_.push_back(plan_of(setup, line));
    // a class without a line: every weapon, in station order, with the unit's own salvo
    std::vector<std::int32_t> all;
    for (const std::int32_t weapon : station_weapon_)
      if (std::find(all.begin(), all.end(), weapon) == all.end()) all.push_back(weapon);
    while (plans_.size() < setup.identity_names.size()) {
      ClassPlan plan;
      plan.prefer = all;
      plan.only_if_alone.assign(all.size(), 0);
      plans_.push_back(plan);
    }
    for (ClassPlan& plan : plans_) list_stations(setup, plan);
  }

  bool considers(std::int32_t station, std::int32_t identity) const override {
    const ClassPlan& plan = plans_[std::size_t(identity)];
    const std::int32_t weapon = station_weapon_[std::size_t(station)];
    return !plan.is_held && std::find(plan.prefer.begin(), plan.prefer.end(), weapon) != plan.prefer.end();
  }

  bool is_last_resort(std::int32_t station, std::int32_t identity) const override {
    const ClassPlan& plan = plans_[std::size_t(identity)];
    for (std::size_t rank = 0; rank < plan.prefer.size(); ++rank)
      if (plan.prefer[rank] == station_weapon_[std::size_t(station)]) return plan.only_if_alone[rank] != 0;
    return false;
  }

  /// The first rule of goes_before, for stations whose rounds cannot run out in this decision.
  BetterTry better_try(const CommandSetup& setup, std::span<const StationStatus> status,
                       std::span<const std::int32_t> pairs_near, const PictureTrack& track, double now_s,
                       std::int32_t station, double last_launch_s, std::int32_t ask_first) const override {
    const ClassPlan& plan = plans_[std::size_t(track.identity)];
    const StationSetup& own = setup.stations[std::size_t(station)];
    const auto ask = [&](std::int32_t s) {
      const StationSetup& other = setup.stations[std::size_t(s)];
      if (!setup.is_central && other.fire_unit != own.fire_unit) return BetterTry{};
      if (!other.is_soft_kill &&
          (pairs_near[std::size_t(s)] > 0 || status[std::size_t(s)].ready < other.rounds_per_order_unit))
        return BetterTry{};
      const Prospect prospect = prospect_of(other, track, now_s);
      const bool waits = prospect.is_possible && prospect.ends_s + own.reaction_s <= last_launch_s;
      return waits ? BetterTry{prospect.ends_s, s} : BetterTry{};
    };
    const std::int32_t own_rank = plan.rank_of_station[std::size_t(station)];
    const auto is_better = [&](std::int32_t s) {
      const std::int32_t rank = plan.rank_of_station[std::size_t(s)];
      return rank < own_rank && !plan.only_if_alone[std::size_t(rank)];
    };
    if (ask_first >= 0 && is_better(ask_first)) {
      const BetterTry answer = ask(ask_first);
      if (answer.station >= 0) return answer;
    }
    for (std::int32_t better = 0; better < own_rank; ++better) {
      if (plan.only_if_alone[std::size_t(better)]) continue;
      for (const std::int32_t s : plan.stations[std::size_t(better)]) {
        if (s == ask_first) continue;
        const BetterTry answer = ask(s);
        if (answer.station >= 0) return answer;
      }
    }
    return {};
  }

  void decide(Picture& picture) override {
    if (picture.options.empty()) return;
    by_track_.gather(picture);
    rank_tracks(picture);
    if (picture.setup->is_central) {
      for (const Ranked& ranked : ranked_) engage(picture, ranked.index, kAnyUnit);
    } else {
      // each unit on its own goes through the same list with what it has
      for (std::size_t unit = 0; unit < picture.setup->fire_unit_names.size(); ++unit)
        for (const Ranked& ranked : ranked_) engage(picture, ranked.index, std::int32_t(unit));
    }
  }

  std::unique_ptr<Policy> clone() const override { return std::make_unique<LayeredDoctrine>(*this); }

 private:
  static constexpr std::int32_t kAnyUnit = -1;
  struct Ranked {
    double score;
    std::int32_t index;
  };

  static ClassPlan plan_of(const CommandSetup& setup, const ClassDoctrine& line) {
    ClassPlan plan;
    for (const std::string& name : line.prefer)
      for (const StationSetup& station : setup.stations)
        if (station.weapon_name == name) {  // a laydown without that weapon leaves it out
          plan.prefer.push_back(station.weapon);
          plan.only_if_alone.push_back(std::find(line.only_if_alone.begin(), line.only_if_alone.end(), name) !=
                                       line.only_if_alone.end());
          break;
        }
    plan.salvo = line.salvo;
    plan.salvo_after_look = line.salvo_after_look;
    plan.uses_reserve = line.uses_reserve;
    plan.is_held = line.is_held;
    return plan;
  }

  void rank_tracks(const Picture& picture) {
    ranked_.clear();
    for (const std::int32_t index : by_track_.indices()) {
      const PictureTrack& track = picture.tracks[std::size_t(index)];
      const double left_s = std::max(track.arrives_s - picture.now_s, 0.0);
      double score = 0;
      if (parameters_.priority == kByUrgency)
        score = -left_s;
      else if (parameters_.priority == kByValue)
        score = track.value_at_risk;
      else
        score = track.value_at_risk / (left_s + parameters_.horizon_s);
      ranked_.push_back({score, index});
    }
    std::sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
      return a.score != b.score ? a.score > b.score : a.index < b.index;
    });
  }

  static void list_stations(const CommandSetup& setup, ClassPlan& plan) {
    for (const StationSetup& station : setup.stations)
      plan.rank_of_station.push_back(
          std::int32_t(std::find(plan.prefer.begin(), plan.prefer.end(), station.weapon) - plan.prefer.begin()));
    for (std::size_t rank = 0; rank < plan.prefer.size(); ++rank) {
      plan.stations.emplace_back();
      for (std::size_t s = 0; s < setup.stations.size(); ++s)
        if (setup.stations[s].weapon == plan.prefer[rank]) plan.stations.back().push_back(std::int32_t(s));
      if (!plan.only_if_alone[rank])
        plan.others.insert(plan.others.end(), plan.stations.back().begin(), plan.stations.back().end());
    }
  }

  /// The last weapon of the list that goes before all better ones; none: it waits.
  void engage(Picture& picture, std::int32_t index, std::int32_t unit) {
    const PictureTrack& track = picture.tracks[std::size_t(index)];
    const ClassPlan& plan = plans_[std::size_t(track.identity)];
    if (plan.is_held || (picture.setup->is_central && picture.is_engaged(index))) return;
    const std::int32_t rounds = picture.orders_so_far(index) == 0 ? plan.salvo : plan.salvo_after_look;
    const Option* chosen = nullptr;
    std::size_t chosen_rank = 0;
    has_option_.assign(plan.prefer.size(), 0);
    for (std::size_t rank = 0; rank < plan.prefer.size(); ++rank) {
      const Option* best = best_option(picture, index, unit, plan.prefer[rank], plan, rounds);
      if (!best) continue;
      if (plan.only_if_alone[rank] &&
          can_any_reach(*picture.setup, plan.others, picture.stations, track, picture.now_s))
        continue;
      has_option_[rank] = 1;
      std::size_t better = 0;
      while (better < rank && goes_before(picture, track, unit, plan, *best, better)) ++better;
      if (better == rank) {
        chosen = best;
        chosen_rank = rank;
      } else if (chosen && goes_before(picture, track, unit, plan, *best, chosen_rank)) {
        chosen = nullptr;  // it would shut this one out, and what this one waits for
      }
    }
    if (chosen) picture.give(*chosen, rounds);
  }

  /// Whether a weapon with an option now goes before a better one: that cannot try the track, or can still do so after
  /// this one has failed and not the other way round.
  bool goes_before(const Picture& picture, const PictureTrack& track, std::int32_t unit, const ClassPlan& plan,
                   const Option& own, std::size_t better) const {
    if (plan.only_if_alone[better] && !has_option_[better]) return true;
    const StationSetup& own_station = picture.setup->stations[std::size_t(own.station)];
    const bool ends = !own_station.is_soft_kill && !own_station.is_gun;
    const double own_end_s = ends ? own.intercept_s + own_station.look_s - own_station.reaction_s
                                  : std::numeric_limits<double>::infinity();
    for (const std::int32_t s : plan.stations[better]) {
      const StationSetup& station = picture.setup->stations[std::size_t(s)];
      if (unit != kAnyUnit && station.fire_unit != unit) continue;
      if (!station.is_soft_kill && picture.stations[std::size_t(s)].ready < station.rounds_per_order_unit) continue;
      const Prospect prospect = prospect_of(station, track, picture.now_s);
      if (!prospect.is_possible) continue;
      // the better one first leaves time for this one
      if (prospect.ends_s + own_station.reaction_s <= own.last_launch_s) return false;
      // this one first leaves time for the better one
      if (own_end_s + station.reaction_s <= prospect.latest_launch_s) continue;
      // one of the two: the better one, if nothing stands in its way
      const bool is_free = prospect.is_ahead && picture.pool_free[std::size_t(station.pool)] > 0;
      if (has_option_[better] || is_free) return false;
    }
    return true;
  }

  /// Among stations with that weapon the one that meets the track first; ties: file order.
  const Option* best_option(const Picture& picture, std::int32_t index, std::int32_t unit, std::int32_t weapon,
                            const ClassPlan& plan, std::int32_t rounds) const {
    const Option* best = nullptr;
    for (std::int32_t i = by_track_.first(index); i != OptionsByTrack::kNone; i = by_track_.next(i)) {
      const Option& option = picture.options[std::size_t(i)];
      if (option.weapon != weapon || (unit != kAnyUnit && option.fire_unit != unit)) continue;
      if (best && option.intercept_s >= best->intercept_s) continue;
      if (!picture.is_possible(option) || is_kept_out(picture.setup->doctrine, option.point_m)) continue;
      const std::int32_t kept = plan.uses_reserve ? 0 : reserve_.kept(option.fire_unit, weapon);
      if (kept > 0 && picture.ready_in_unit(option.fire_unit, weapon) - std::max(rounds, 1) < kept) continue;
      best = &option;
    }
    return best;
  }

  DoctrineParameters parameters_;
  Reserve reserve_;
  std::vector<std::int32_t> station_weapon_;
  std::vector<ClassPlan> plans_;  // by identity
  OptionsByTrack by_track_;
  std::vector<Ranked> ranked_;
  std::vector<std::uint8_t> has_option_;  // beside a plan's prefer
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "doctrine",
             .summary =
                 "Layered: per class the best weapon of its list that can or will yet engage; salvo, reserve, keep-out.",
             .source = "docs/models/command.md#doctrine",
             .parameters =
                 {parameter("priority", &DoctrineParameters::priority, Dimension::word, {0, 2},
                            "which track is served first: by time to arrival, by value at risk, or by value at "
                            "risk per time left",
                            kByValuePerTime, {"urgency", "value", "value_per_time"}),
                  parameter("horizon", &DoctrineParameters::horizon_s, Dimension::time, {0.1, 1e4},
                            "added to the time left, so that what arrives at once does not outrank all value", 30)},
             .size_bytes = sizeof(DoctrineParameters)},
    .make = [](const Parameters& parameters) -> std::unique_ptr<Policy> {
      return std::make_unique<LayeredDoctrine>(parameters.as<DoctrineParameters>());
    },
}};

}  // namespace
}  // namespace pavise
