// doctrine: layered. For each track, most dangerous first, the first weapon of its class's list that can engage it
// now; the number of rounds, the reserve and the keep-out zones are those of the scenario's [doctrine].
#include <algorithm>
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
  }

  bool considers(std::int32_t station, std::int32_t identity) const override {
    const ClassPlan& plan = plans_[std::size_t(identity)];
    const std::int32_t weapon = station_weapon_[std::size_t(station)];
    return !plan.is_held && std::find(plan.prefer.begin(), plan.prefer.end(), weapon) != plan.prefer.end();
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

  void engage(Picture& picture, std::int32_t index, std::int32_t unit) {
    const PictureTrack& track = picture.tracks[std::size_t(index)];
    const ClassPlan& plan = plans_[std::size_t(track.identity)];
    if (plan.is_held) return;
    const std::int32_t rounds = picture.orders_so_far(index) == 0 ? plan.salvo : plan.salvo_after_look;
    for (std::size_t rank = 0; rank < plan.prefer.size(); ++rank) {
      const Option* best = best_option(picture, index, unit, plan.prefer[rank], plan, rounds);
      if (!best) continue;
      if (plan.only_if_alone[rank] && can_another_reach(picture, track, plan)) continue;
      picture.give(*best, rounds);
      return;
    }
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

  /// Whether some station of the class's other layers, with something left, can reach the track on its course.
  bool can_another_reach(const Picture& picture, const PictureTrack& track, const ClassPlan& plan) const {
    for (std::size_t rank = 0; rank < plan.prefer.size(); ++rank) {
      if (plan.only_if_alone[rank]) continue;
      for (std::size_t s = 0; s < picture.setup->stations.size(); ++s) {
        const StationSetup& station = picture.setup->stations[s];
        if (station.weapon != plan.prefer[rank]) continue;
        const StationStatus status = picture.stations[s];
        if (!station.is_soft_kill && status.ready + status.store < station.rounds_per_order_unit) continue;
        if (can_ever_reach(station, track, picture.now_s)) return true;
      }
    }
    return false;
  }

  DoctrineParameters parameters_;
  Reserve reserve_;
  std::vector<std::int32_t> station_weapon_;
  std::vector<ClassPlan> plans_;  // by identity
  OptionsByTrack by_track_;
  std::vector<Ranked> ranked_;
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "doctrine",
             .summary =
                 "Layered: per class the first weapon of its list that can engage; salvo, reserve and keep-out rules.",
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
