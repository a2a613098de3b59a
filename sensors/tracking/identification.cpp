// Identification: which class a track is taken for, and how sure its observers are.
// docs/models/tracking.md#identification
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernel/core/elementary.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

/// The identity whose class flies at the speed nearest to `speed_mps`, `but` excepted (-1: none excepted); the lowest
/// index among equals, -1 if there is none.
std::int32_t nearest_by_speed(const std::vector<ThreatClass>& classes, double speed_mps, std::int32_t but) {
  std::int32_t nearest = -1;
  double least = 0;
  for (const ThreatClass& c : classes) {
    const double difference = std::fabs(c.speed_mps - speed_mps);
    if (c.identity == but) continue;
    if (nearest < 0 || difference < least || (difference == least && c.identity < nearest)) {
      nearest = c.identity;
      least = difference;
    }
  }
  return nearest;
}

double speed_of(const Tracks& tracks, std::int32_t row) {
  return length({tracks.mean[3][row], tracks.mean[4][row], tracks.mean[5][row]});
}

/// Certainty of a track with a threat behind it.
double certainty_at(const IdentificationModel& model, bool is_seen_optically, double started_s, double time_s) {
  const double ceiling = is_seen_optically ? model.ceiling_optical : model.ceiling_radar;
  const double age_s = std::max(0.0, time_s - started_s);
  return model.floor + (ceiling - model.floor) * (1 - exponential(-age_s / model.time_constant_s));
}

/// What a track is taken for, and until when that holds.
struct Guess {
  std::int32_t identity;
  double holds_s = kNever_s;  // for good
};

/// The first instant at which certainty may exceed the draw: it grows ever more slowly, at most at the rate of the
/// moment.
double holds_until_s(const IdentificationModel& model, bool is_seen_optically, double certainty, double draw,
                     double now_s) {
  constexpr double kRounding = 1e-9;  // closer to the draw than this certainty is compared at each look
  const double ceiling = is_seen_optically ? model.ceiling_optical : model.ceiling_radar;
  const double gap = draw - certainty;
  if (ceiling < model.floor || std::fabs(gap) <= kRounding) return 0;
  if (gap < 0) return kNever_s;
  const double rate_per_s = (ceiling - certainty) / model.time_constant_s;
  return rate_per_s > 0 ? now_s + (gap - kRounding) / rate_per_s : kNever_s;
}

/// What the observers take a true threat for.
Guess guess_of(const TrackingContext& context, const ThreatClass& truth, const Tracks& tracks, std::int32_t row,
               double now_s) {
  const IdentificationModel& model = context.identification;
  const bool is_seen = tracks.optical_since_s[row] <= now_s;
  const double confusion_draw = tracks.confusion_draw[row], certainty_draw = tracks.certainty_draw[row];
  // a decoy is built to deceive: whether it does is drawn once, and time in track does not help, a camera does
  if (truth.identity == model.decoy_drone && model.owa_drone >= 0) {
    const double deceives = is_seen ? model.decoy_as_drone_optical : model.decoy_as_drone;
    if (confusion_draw < deceives) return {model.owa_drone};
  }
  // a jet drone has a cruise missile's speed and size on a radar; a camera sees the difference
  if (truth.identity == model.jet_drone && model.cruise_subsonic >= 0 && !is_seen &&
      confusion_draw < model.jet_as_cruise)
    return {model.cruise_subsonic};
  const double certainty = certainty_at(model, is_seen, tracks.started_s[row], now_s);
  const double holds_s = holds_until_s(model, is_seen, certainty, certainty_draw, now_s);
  if (certainty_draw < certainty) return {truth.identity, holds_s};
  const std::int32_t wrong = nearest_by_speed(context.classes, truth.speed_mps, truth.identity);
  return {wrong >= 0 ? wrong : truth.identity, holds_s};
}

void identify_track(const TrackingContext& context, const Threats& threats, double now_s, Tracks& tracks,
                    std::int32_t row, Outcomes& outcomes) {
  const std::int32_t source = tracks.source[row], replication = row / tracks.capacity;
  Guess guess{-1};
  if (source < 0) {
    guess = {nearest_by_speed(context.classes, speed_of(tracks, row), -1), 0};
  } else {
    const ThreatClass& truth = context.classes[std::size_t(threats.class_of_number[std::size_t(source)])];
    const bool is_new = tracks.drawn_for[row] != source;
    tracks.drawn_for[row] = source;
    if (context.identification.is_perfect) {
      guess = {truth.identity};
    } else {
      if (is_new) {
        const std::uint32_t absolute = std::uint32_t(context.first_replication + replication);
        tracks.certainty_draw[row] = context.draws.uniform({absolute, std::uint32_t(source), Purpose::identification});
        tracks.confusion_draw[row] =
            context.draws.uniform({absolute, std::uint32_t(source), Purpose::identification_decoy});
      }
      guess = guess_of(context, truth, tracks, row, now_s);
    }
  }
  tracks.identity_holds_s[row] = guess.holds_s;
  if (guess.identity == tracks.identity[row]) return;
  tracks.identity[row] = guess.identity;
  record_event(outcomes, replication,
               {now_s, EventKind::identified, EntityKind::track, tracks.number[row],
                source >= 0 ? EntityKind::threat : EntityKind::none, source, -1, double(guess.identity)});
}

}  // namespace

void identify(const TrackingContext& context, const Threats& threats, const Detections&, const Clock& clock,
              Tracks& tracks, Outcomes& outcomes) {
  const double now_s = clock.now_s();
  constexpr std::int32_t kAhead = 8;
  for (std::int32_t i = 0; i < tracks.touched_count; ++i) {
    if (i + kAhead < tracks.touched_count) __builtin_prefetch(&tracks.source[tracks.touched[i + kAhead]]);
    const std::int32_t row = tracks.touched[i];
    // nothing can have changed since the last look; a track that has not been looked at holds until 0
    if (now_s < tracks.identity_holds_s[row] && tracks.drawn_for[row] == tracks.source[row]) continue;
    if (tracks.state[row] == std::int32_t(TrackState::confirmed))
      identify_track(context, threats, now_s, tracks, row, outcomes);
  }
}

double certainty_of(const TrackingContext& context, const Clock& clock, const Tracks& tracks, std::int32_t row) {
  const IdentificationModel& model = context.identification;
  if (model.is_perfect) return 1;
  if (tracks.source[row] < 0) return model.floor;
  const double touched_s = seconds_of((std::abs(tracks.touched_frame[row]) - 1) * clock.frame_ticks);
  return certainty_at(model, tracks.optical_since_s[row] <= touched_s, tracks.started_s[row], touched_s);
}

}  // namespace pavise
