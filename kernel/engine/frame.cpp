// The frame loop: each stage finishes the whole block before the next begins.
#include <chrono>

#include "kernel/engine/tables.hpp"

namespace pavise {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Adds the time since the last mark to a stage; nothing if nobody asked.
class StageWatch {
 public:
  explicit StageWatch(StageTimes* times) : times_(times) {
    if (times_) last_ = SteadyClock::now();
  }
  void mark(int stage) {
    if (!times_) return;
    const auto now = SteadyClock::now();
    times_->nanoseconds[stage] += std::chrono::duration_cast<std::chrono::nanoseconds>(now - last_).count();
    last_ = now;
  }

 private:
  StageTimes* times_;
  SteadyClock::time_point last_;
};

enum Stage { kMove, kFly, kResolve, kDetect, kTrack, kIdentify, kAssess, kDecide, kRecord };

bool is_decision_due(const World::Tables& w) {
  return w.model.decision_ticks == 0 || w.clock.frame * w.clock.frame_ticks % w.model.decision_ticks == 0;
}

/// A row may be touched once for each share of a frame's work; the mark of a former share has a minus.
void forget_touches(Tracks& tracks, const Clock& clock) {
  for (std::int32_t i = 0; i < tracks.touched_count; ++i) tracks.touched_frame[tracks.touched[i]] = -(clock.frame + 1);
  tracks.touched_count = 0;
}

/// What arrives late goes through the tracker as it would have in the frame of its measurement. That clock also keeps
/// the tracker from counting misses before the present frame's detections have been heard: what a replication's tracks
/// go through must not depend on whether another one of the block gets late detections.
void track_earlier(World::Tables& w) {
  std::int64_t frame = 0;
  while (receive(w.on_the_way, w.threats, w.clock, w.delivery, w.sensors, w.delivered, frame)) {
    forget_touches(w.tracks, w.clock);
    Clock then = w.clock;
    then.frame = frame;
    w.model.tracker->track(w.model.tracker_parameters, w.tracking, *w.tracker, w.threats, w.delivered, then, w.tracks,
                           w.outcomes);
    identify(w.tracking, w.threats, w.delivered, w.clock, w.tracks, w.outcomes);
  }
  forget_touches(w.tracks, w.clock);
}

}  // namespace

const char* StageTimes::name(int stage) {
  static const char* const names[kStages] = {"move_threats", "fly_rounds", "resolve_effects", "detect",
                                             "track",        "identify",   "assess_kills",    "decide",
                                             "record",       "",           "",                ""};
  return names[stage];
}

bool World::advance_frame() {
  Tables& w = *tables_;
  if (w.running == 0) return false;
  ++w.clock.frame;
  StageWatch watch(times);

  move_threats(w.threats, w.motion, w.clock);
  watch.mark(kMove);
  fly_rounds(w.engagement, w.threats, w.clock, *w.engagements);
  watch.mark(kFly);
  resolve_effects(w.engagement, w.clock, w.threats, *w.engagements, w.outcomes);
  watch.mark(kResolve);
  detect(w.sensing, w.threats, w.clock, w.sensors, w.looks, w.detections, w.outcomes);
  if (w.delivery.is_needed) send(w.on_the_way, w.threats, w.clock, w.delivery, w.sensors, w.detections);
  watch.mark(kDetect);
  if (w.delivery.is_needed) track_earlier(w);
  w.model.tracker->track(w.model.tracker_parameters, w.tracking, *w.tracker, w.threats, w.detections, w.clock, w.tracks,
                         w.outcomes);
  watch.mark(kTrack);
  identify(w.tracking, w.threats, w.detections, w.clock, w.tracks, w.outcomes);
  watch.mark(kIdentify);
  assess_kills(w.engagement, w.clock, w.threats, w.sensors, w.tracks, *w.engagements, w.outcomes);
  watch.mark(kAssess);
  if (is_decision_due(w)) decide(w);  // picture, options, policy, admission, launch
  watch.mark(kDecide);
  record_trails(w);
  record_quality(w);
  end_replications(w);
  if (w.settings.is_checked) check_tables(w);
  watch.mark(kRecord);
  return w.running > 0;
}

}  // namespace pavise
