// Identification: which class a track is taken for, and how sure its observers are.
// docs/models/tracking.md#identification
#include <algorithm>
#include <cmath>

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

/// What the observers take a true threat for. `certainty` is that of the moment.
std::int32_t identity_of(const IdentificationModel& model, const std::vector<ThreatClass>& classes,
                         const ThreatClass& truth, double certainty, bool is_seen_optically, double certainty_draw,
                         double confusion_draw) {
  // a decoy is built to deceive: whether it does is drawn once, and time in track does not help, a camera does
  if (truth.identity == model.decoy_drone && model.owa_drone >= 0) {
    const double deceives = is_seen_optically ? model.decoy_as_drone_optical : model.decoy_as_drone;
    if (confusion_draw < deceives) return model.owa_drone;
  }
  // a jet drone has a cruise missile's speed and size on a radar; a camera sees the difference
  if (truth.identity == model.jet_drone && model.cruise_subsonic >= 0 && !is_seen_optically &&
      confusion_draw < model.jet_as_cruise)
    return model.cruise_subsonic;
  if (certainty_draw < certainty) return truth.identity;
  const std::int32_t wrong = nearest_by_speed(classes, truth.speed_mps, truth.identity);
  return wrong >= 0 ? wrong : truth.identity;
}

void identify_track(const TrackingContext& context, const Threats& threats, double now_s, Tracks& tracks,
                    std::int32_t row, Outcomes& outcomes) {
  const IdentificationModel& model = context.identification;
  const std::int32_t source = tracks.source[row], replication = row / tracks.capacity;
  std::int32_t identity = -1;
  double certainty = 1;
  if (source < 0) {
    identity = nearest_by_speed(context.classes, speed_of(tracks, row), -1);
    certainty = model.is_perfect ? 1.0 : model.floor;
  } else {
    const ThreatClass& truth = context.classes[std::size_t(threats.class_of_number[std::size_t(source)])];
    if (model.is_perfect) {
      if (tracks.drawn_for[row] == source) return;  // known for good
      tracks.drawn_for[row] = source;
      identity = truth.identity;
    } else {
      if (tracks.drawn_for[row] != source) {
        const std::uint32_t absolute = std::uint32_t(context.first_replication + replication);
        tracks.drawn_for[row] = source;
        tracks.certainty_draw[row] = context.draws.uniform({absolute, std::uint32_t(source), Purpose::identification});
        tracks.confusion_draw[row] =
            context.draws.uniform({absolute, std::uint32_t(source), Purpose::identification_decoy});
      }
      const bool is_seen = tracks.optical_since_s[row] <= now_s;
      const double ceiling = is_seen ? model.ceiling_optical : model.ceiling_radar;
      const double age_s = std::max(0.0, now_s - tracks.started_s[row]);
      certainty = model.floor + (ceiling - model.floor) * (1 - exponential(-age_s / model.time_constant_s));
      identity = identity_of(model, context.classes, truth, certainty, is_seen, tracks.certainty_draw[row],
                             tracks.confusion_draw[row]);
    }
  }
  tracks.certainty[row] = certainty;
  if (identity == tracks.identity[row]) return;
  tracks.identity[row] = identity;
  record_event(outcomes, replication,
               {now_s, EventKind::identified, EntityKind::track, tracks.number[row],
                source >= 0 ? EntityKind::threat : EntityKind::none, source, -1, double(identity)});
}

}  // namespace

void identify(const TrackingContext& context, const Threats& threats, const Detections&, const Clock& clock,
              Tracks& tracks, Outcomes& outcomes) {
  const double now_s = clock.now_s();
  for (std::int32_t i = 0; i < tracks.touched_count; ++i) {
    const std::int32_t row = tracks.touched[i];
    if (tracks.state[row] == std::int32_t(TrackState::confirmed))
      identify_track(context, threats, now_s, tracks, row, outcomes);
  }
}

}  // namespace pavise
