// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/tracking/alarm_lanes.hpp"

#include "sensors/tracking/plot_search.hpp"

namespace pavise::PAVISE_VARIANT {

void sweep_run(const AlarmSweep& sweep, const Plot* alarms, std::int32_t count, AlarmState& state) {
  const AlarmSweep s = sweep;
  constexpr std::int32_t kChunk = PlotChunk::kPlots;
  PlotProbe probe = s.probe;
  std::int32_t next = state.next;
  for (std::int32_t i = state.at; i < count; ++i) {
    const Plot& alarm = alarms[i];
    const float t = float(alarm.time_s), x = float(alarm.position_enu_m.x), y = float(alarm.position_enu_m.y);
    const float own = s.reach_m + s.reach_rad * float(alarm.range_m);
    std::uint32_t met = 0;
    for (std::int32_t n = 0; n < s.block_count; ++n) {
      const CoarseBlock& b = s.blocks[n];
      met |= hit_mask([&](std::int32_t k) {  // as gate_plot
        const float dx = b.x_m[k] + b.vx_mps[k] * t - x, dy = b.y_m[k] + b.vy_mps[k] * t - y;
        const float radius = b.radius_m[k] + b.radius_rate_mps[k] * t + own;
        return std::int32_t(radius > 0.0f) & std::int32_t(dx * dx + dy * dy <= radius * radius);
      });
    }
    const std::int32_t place = next & (s.size - 1);
    PlotChunk& chunk = s.chunks[place / kChunk];
    // full: the plot that would be overwritten may still be within reach of those to come
    const bool is_full = next >= s.size && s.size < s.most &&
                         chunk.time_s[place % kChunk] >= t - probe.longest_s - probe.disorder_s - 1.0f;
    if (met != 0 || is_full) {
      state = {i, next, 0, met != 0 ? AlarmStop::meets_track : AlarmStop::ring_full};
      return;
    }
    // searched before it is remembered: a vector of places that was written into just now would have to wait
    probe.x_m = x, probe.y_m = y, probe.z_m = float(alarm.position_enu_m.z), probe.time_s = t;
    const std::int32_t found =
        next == 0 ? 0 : search_ring(s.chunks, s.size / kChunk, ((next - 1) & (s.size - 1)) / kChunk, probe, s.found);
    chunk.x_m[place % kChunk] = x;
    chunk.y_m[place % kChunk] = y;
    chunk.z_m[place % kChunk] = probe.z_m;
    chunk.time_s[place % kChunk] = t;
    s.plots[place] = alarm;
    ++next;
    if (found > 0) {
      state = {i, next, found, AlarmStop::meets_plots};
      return;
    }
  }
  state = {count, next, 0, AlarmStop::end};
}

}  // namespace pavise::PAVISE_VARIANT
