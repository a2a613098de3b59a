#include "sensors/cookie_cutter.hpp"

#include <algorithm>

#include "kernel/core/elementary.hpp"
#include "sensors/radar.hpp"

namespace pavise {
namespace {

// First scan at or after time_s. Whole ticks: a scan falls on the very instant of a frame.
double scan_at_or_after_s(std::int64_t period_ticks, double time_s) {
  if (period_ticks == 0) return time_s;
  const std::int64_t tick = ticks_of(time_s);
  std::int64_t scan = tick <= 0 ? 0 : (tick + period_ticks - 1) / period_ticks * period_ticks;
  if (seconds_of(scan) < time_s) scan += period_ticks;  // time_s lies between two ticks
  return seconds_of(scan);
}

void start_cookie_cutter(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors) {
  const auto& p = context.sensors[std::size_t(sensor)].parameters.as<CookieCutter>();
  const std::int64_t period = ticks_of(p.scan_period_s);
  Column<double>& next = sensors.next_look_s[std::size_t(sensor)];
  for (std::size_t row = 0; row < std::size_t(threats.rows); ++row) {
    const double appears_s = threats.appears_s[row];
    next[row] = appears_s < 1e9 ? scan_at_or_after_s(period, appears_s) : kNever_s;
  }
}

void look_cookie_cutter(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors&,
                        const Clock& clock, Looks& looks, Detections& detections) {
  const auto& p = context.sensors[std::size_t(sensor)].parameters.as<CookieCutter>();
  const std::int64_t period = ticks_of(p.scan_period_s);
  const double now_s = clock.now_s();
  const double after_now_s = seconds_of((clock.frame + 1) * clock.frame_ticks);
  // a threat that starts on the circle or reaches it exactly at a scan is inside, whatever the last bit says
  const double range2 = p.range_m * p.range_m * (1 + 1e-12);
  for (std::size_t i = 0; i < std::size_t(looks.count); ++i) {
    const Vec3 to{looks.x_m[i], looks.y_m[i], looks.z_m[i]};
    const double distance2 = dot(to, to);
    const std::size_t row = std::size_t(looks.row[i]);
    if (looks.able[i] != 0 && distance2 <= range2) {
      const double distance_m = std::sqrt(distance2);
      const std::size_t d = append_detection(detections, threats.replication_of(looks.row[i]), sensor,
                                             threats.number_of(looks.row[i]), now_s);
      const double bearing = arctangent2(to.x, to.y);
      detections.components[d] = kMeasuresRange | kMeasuresAzimuth | kMeasuresElevation;
      detections.range_m[d] = distance_m;
      detections.azimuth_rad[d] = bearing < 0 ? bearing + 2 * kPi : bearing;
      detections.elevation_rad[d] = arctangent2(to.z, std::sqrt(to.x * to.x + to.y * to.y));
      // exact; a filter that takes it still needs a matrix to invert
      detections.sigma_range_m[d] = 1e-3;
      detections.sigma_azimuth_rad[d] = detections.sigma_elevation_rad[d] = 1e-6;
      detections.snr[d] = 1e6;
      looks.next_s[i] = p.repeats != 0 ? scan_at_or_after_s(period, after_now_s) : kNever_s;
      continue;
    }
    // scans at which it certainly is still outside are left out
    const double gap_m = looks.able[i] != 0 ? std::sqrt(distance2) - p.range_m : 0;
    const double until_s = out_of_reach_until_s(threats, row, now_s, gap_m);
    looks.next_s[i] = scan_at_or_after_s(period, std::max(after_now_s, until_s));
  }
}

std::size_t most_cookie_cutter(const Sensor&, std::int32_t rows, std::int32_t, double) { return std::size_t(rows); }

const Registration<SensorKind> registered{{
    .info = {.category = "sensor",
             .name = "cookie_cutter",
             .summary = "Sees all within its slant range at each scan, exactly; the ideal rung of every sensor.",
             .source = "docs/models/sensors.md#cookie-cutter",
             .parameters =
                 {
                     parameter("range", &CookieCutter::range_m, Dimension::length, {0, 1e8}, "slant range seen"),
                     parameter("scan_period", &CookieCutter::scan_period_s, Dimension::time, {0, 1e6},
                               "between scans, the first at 0; a multiple of the frame; 0: every frame", 0.0),
                     parameter("repeats", &CookieCutter::repeats, Dimension::flag, {0, 1},
                               "whether a threat seen once is looked at again", 0.0),
                 },
             .size_bytes = sizeof(CookieCutter)},
    .start = start_cookie_cutter,
    .look = look_cookie_cutter,
    .most_detections = most_cookie_cutter,
    .looks_at_frame_instants = true,
}};

}  // namespace
}  // namespace pavise
