// False alarms. There may be ten for each true detection, and almost none of them lies near a track: so they are gated
// by themselves, against the tracks as they stand when the frame begins, and only those that meet one are made
// detections, which then compete for it with the others of their sensor.
#include <cmath>

#include "sensors/tracking/gnn_tracker.hpp"

namespace pavise {
namespace {

/// The probe of an alarm. Its error along the ground is at most that of its range plus that of both angles.
CoarseProbe probe_of(const GnnState& s, const Alarm& alarm, const AlarmQuality& quality) {
  CoarseProbe probe;
  const int components = component_count(quality.components);
  const double angle2 = quality.sigma_azimuth_rad * quality.sigma_azimuth_rad +
                        quality.sigma_elevation_rad * quality.sigma_elevation_rad;
  probe.time_s = float(alarm.time_s);
  probe.x_m = float(alarm.position_enu_m.x);
  probe.y_m = float(alarm.position_enu_m.y);
  probe.radius_m = float(s.reach[components] * (quality.sigma_range_m + alarm.range_m * std::sqrt(angle2)));
  return probe;
}

/// Makes a detection of an alarm, with its place and probe.
std::int32_t promote(GnnFrame& f, const Alarm& alarm, const CoarseProbe& probe) {
  const std::int32_t i = promote_alarm(f.detections, alarm);
  DetectionPlaces& places = f.state.places;
  places.x_m[i] = alarm.position_enu_m.x, places.y_m[i] = alarm.position_enu_m.y, places.z_m[i] = alarm.position_enu_m.z;
  places.first[i] = probe.x_m, places.second[i] = probe.y_m, places.reach[i] = probe.radius_m;
  return i;
}

}  // namespace

void sweep_alarms(GnnFrame& f) {
  GnnState& s = f.state;
  const Tracks& tracks = f.tracks;
  s.promoted.clear();
  for (const Alarm& alarm : f.detections.alarms) {
    const std::int32_t file = f.context.sensors[alarm.sensor].track_file;
    const std::int32_t used = s.file_used[std::size_t(alarm.replication * s.files + file)];
    const std::int32_t first_block = s.first_row(tracks, alarm.replication, file) / CoarseTracks::kRows;
    const CoarseProbe probe = probe_of(s, alarm, f.detections.alarm_quality[alarm.sensor]);
    const std::int32_t blocks = (used + CoarseTracks::kRows - 1) / CoarseTracks::kRows;
    const std::int32_t met = PAVISE_VARIANTS(gate_plot)(s.coarse.blocks(), first_block, first_block + blocks, probe,
                                                        s.found.data());
    if (met > 0)
      s.promoted.push_back({alarm.sensor, alarm.replication, promote(f, alarm, probe)});
    else
      take_leftover(f, alarm);
  }
  if (!s.starts.empty()) refine_starts(f);
}

}  // namespace pavise
