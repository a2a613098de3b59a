// False alarms. There may be ten for each true detection, and almost none of them lies near a track: so they are gated
// by themselves, against the tracks as they stand when the frame begins, and only those that meet one are made
// detections, which then compete for it with the others of their sensor.
#include <cmath>

#include "sensors/tracking/alarm_lanes.hpp"
#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {
namespace {

/// Makes a detection of an alarm that may belong to a track, with its place and probe.
void promote(GnnFrame& f, const AlarmRun& run, const Plot& alarm, double reach_m) {
  const std::int32_t i = promote_alarm(f.detections, run, alarm);
  DetectionPlaces& places = f.state.places;
  const Vec3 at = alarm.position_enu_m;
  places.x_m[i] = at.x, places.y_m[i] = at.y, places.z_m[i] = at.z;
  places.first[i] = float(at.x), places.second[i] = float(at.y), places.reach[i] = float(reach_m);
  f.state.promoted.push_back({run.sensor, run.replication, i});
}

void sweep(GnnFrame& f, const AlarmRun& run) {
  GnnState& s = f.state;
  const std::int32_t r = run.replication, file = f.context.sensors[std::size_t(run.sensor)].track_file;
  const AlarmQuality& quality = f.detections.alarm_quality[std::size_t(run.sensor)];
  const PlotReach reach = plot_reach(f, run.sensor);
  // an alarm's error along the ground is at most that of its range plus that of both angles
  const double sigmas = s.reach[component_count(quality.components)];
  const double reach_m = sigmas * quality.sigma_range_m;
  const double reach_rad = sigmas * std::sqrt(quality.sigma_azimuth_rad * quality.sigma_azimuth_rad +
                                              quality.sigma_elevation_rad * quality.sigma_elevation_rad);
  const std::int32_t used = s.file_used[std::size_t(r * s.files + file)];
  PlotRing& ring = s.plots.ring(r, run.sensor);
  if (ring.size == 0) s.plots.grow(r, run.sensor);
  AlarmSweep sweep{s.coarse.blocks() + s.first_row(f.tracks, r, file) / CoarseTracks::kRows,
                   (used + CoarseTracks::kRows - 1) / CoarseTracks::kRows,
                   float(reach_m),
                   float(reach_rad),
                   PlotMemory::probe_of(reach),
                   s.plots.chunks(r, run.sensor),
                   s.plots.plots(r, run.sensor),
                   ring.size,
                   s.plots.most(),
                   s.plots.found()};
  const Plot* alarms = f.detections.alarms.data() + run.begin;
  AlarmState state{0, ring.next, 0, AlarmStop::end};
  for (;;) {
    PAVISE_VARIANTS(sweep_run)(sweep, alarms, run.end - run.begin, state);
    ring.next = state.next;
    if (state.stop == AlarmStop::end) return;
    if (state.stop == AlarmStop::ring_full) {
      s.plots.grow(r, run.sensor);
      sweep.size = ring.size;
      continue;
    }
    const Plot& alarm = alarms[state.at++];
    if (state.stop == AlarmStop::meets_track) {
      promote(f, run, alarm, reach_m + alarm.range_m * reach_rad);
      continue;
    }
    const Plot* partner = s.plots.best_of(state.found_count, r, run.sensor, alarm, reach);
    if (partner) start_from(f, *partner, alarm, r, run.sensor, promote_alarm(f.detections, run, alarm));
  }
}

/// Starts the way of what a run will read and write first: the plots of a block of replications are more than the
/// first-level cache holds.
void fetch(GnnState& s, const AlarmRun& run) {
  const PlotRing& ring = s.plots.ring(run.replication, run.sensor);
  if (ring.size == 0) return;
  const std::int32_t place = ring.next & (ring.size - 1);
  const char* chunk = reinterpret_cast<const char*>(s.plots.chunks(run.replication, run.sensor) + place / PlotChunk::kPlots);
  for (std::size_t line = 0; line < sizeof(PlotChunk); line += 64) __builtin_prefetch(chunk + line, 1);
  __builtin_prefetch(s.plots.plots(run.replication, run.sensor) + place, 1);
}

}  // namespace

void sweep_alarms(GnnFrame& f) {
  f.state.promoted.clear();
  const std::vector<AlarmRun>& runs = f.detections.alarm_runs;
  constexpr std::size_t kAhead = 3;
  for (std::size_t k = 0; k < runs.size() && k < kAhead; ++k) fetch(f.state, runs[k]);
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (k + kAhead < runs.size()) fetch(f.state, runs[k + kAhead]);
    sweep(f, runs[k]);
  }
  if (!f.state.starts.empty()) refine_starts(f);
}

}  // namespace pavise
