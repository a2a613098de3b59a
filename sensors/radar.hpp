// What rotating radars and phased arrays share: their parameters, the constants that follow from them, and the looks
// once it is known which fall due when. The kinds themselves: rotating_radar.cpp, array_radar.cpp.
#pragma once

#include <vector>

#include "kernel/core/environment.hpp"
#include "sensors/sensors.hpp"

namespace pavise {

/// Parameters of both kinds, named as in the component files; angles in radians, gains in dB.
struct RadarParameters {
  double instrumented_range_m, reference_range_m, coverage;
  double scan_period_s;
  double search_sector_rad, track_sector_rad, search_frame_s, track_update_min_s, track_update_idle_s;
  double time_share_search, track_capacity;
  double elevation_min_rad, elevation_max_rad;
  double frequency_Hz, beamwidth_azimuth_rad, beamwidth_elevation_rad, gain_dB, noise_figure_dB, losses_dB, dwell_s,
      mean_power_W, bandwidth_Hz;
  double range_noise_floor_m, angle_noise_floor_rad, doppler_noise_mps;
  double false_alarm, clutter_to_noise_dB, clutter_cancellation_dB, minimum_speed_mps, antenna_height_m;
  double false_alarms;
};

/// The registered parameters; which ones are required differs.
std::vector<Parameter> radar_parameters(bool is_array);

RadarConstants radar_constants(const Sensor& sensor, bool is_array, const Environment& environment);

/// False alarms a second: Pfa times the cells of the instrumented volume, over the time it takes to search it.
double false_alarm_rate(const RadarParameters& radar, bool is_array);
/// A radar's alarm process, without memory yet; mean_gap_s = 0 if it has none.
FalseAlarms false_alarm_process(const Sensor& sensor, bool is_array, const RadarConstants& radar);
void start_false_alarms(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors);
std::size_t most_false_alarms(const RadarParameters& radar, bool is_array, std::int32_t replications, double frame_s);

LookColumns columns_of(Looks& looks);

/// Illuminates the looks (their places are final) and draws which detect: lists them in looks.hit, returns how many. A
/// look whose time_s lies after now_s has been put off: it sees nothing.
std::size_t find_hits(const SensingContext& context, std::int32_t sensor, const Sensors& sensors, double now_s,
                      Looks& looks);
/// Appends what is measured of the looks in looks.hit. Overwrites looks.noise.
void measure_hits(const SensingContext& context, std::int32_t sensor, const Sensors& sensors, std::size_t hits,
                  Looks& looks, Detections& detections);

/// Adds the frame's false alarms.
void add_false_alarms(const SensingContext& context, std::int32_t sensor, const Threats& threats, Sensors& sensors,
                      const Clock& clock, Detections& detections);

/// A time until which a row certainly comes no nearer by gap_m than it is at time_s: a bound from its speed, its
/// acceleration on the present piece (held for at most 30 s) and a margin for what a soft kill may change. Not beyond the
/// end of the piece.
double out_of_reach_until_s(const Threats& threats, std::size_t row, double time_s, double gap_m);
/// The same for a radar: until then the row stays beyond the instrumented range or below the horizon.
double unseen_until_s(const RadarConstants& radar, const Threats& threats, std::size_t row, double time_s,
                      double range_m);

}  // namespace pavise
