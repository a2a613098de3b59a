// Whether a radar sees an echo, and how well it measures it: closed forms and exact series, for cases, tables and tests.
// What the hot stage needs of them for a single pulse stands in radar_lanes.cpp.
// Every equation: tests/cases/detection/README.md, docs/models/sensors.md.
#pragma once

#include <cstdint>

#include "kernel/core/geometry.hpp"

namespace pavise {

inline constexpr double kNoiseTemperature_K = 290.0;

/// Threshold T of the sum of `pulses` square-law outputs, in noise powers of one pulse: Q(pulses, T) = pfa, with Q the
/// regularised upper incomplete gamma function. 0 < pfa < 1, 1 <= pulses. Relative error below 1e-11.
double detection_threshold(double pfa, std::int32_t pulses);

/// Probability that a target of Swerling case 0 to 4 and mean power ratio `snr` per pulse crosses that threshold.
/// 1 <= pulses <= 512. Error below 1e-11 absolute, and below 1e-9 relative where the result is below 1e-4.
double detection_probability(std::int32_t swerling, double snr, double pfa, std::int32_t pulses);
/// The same with the threshold at hand.
double detection_probability(std::int32_t swerling, double snr, double pfa, std::int32_t pulses, double threshold);

/// A pulse radar against a target in free space.
struct PowerBudget {
  double peak_power_W, transmit_gain_dB, receive_gain_dB, frequency_Hz, rcs_m2, range_m, losses_dB, noise_figure_dB,
      bandwidth_Hz, attenuation_dB_per_km;  // attenuation: one way
};
/// Signal-to-noise ratio of one pulse, dB: S = Pt Gt Gr lambda^2 rcs / ((4 pi)^3 R^4 k T0 F B L), attenuated both ways.
double snr_dB(const PowerBudget& budget);

/// c / (2 B sqrt(2 S)), not below the floor (root of the sum of squares). Curry, Radar System Performance Modeling.
double range_noise_m(double snr, double bandwidth_Hz, double floor_m);
/// beamwidth / (1.6 sqrt(2 S)) with a floor; unit as the beamwidth. Barton, Radar System Analysis.
double angle_noise(double snr, double beamwidth, double floor);
/// wavelength / (2 dwell sqrt(2 S)) with a floor.
double range_rate_noise_mps(double snr, double frequency_Hz, double dwell_s, double floor_mps);

/// Line of sight between two heights above a smooth sphere whose radius is the earth's times the refraction factor.
struct LineOfSight {
  double horizon_slant_m;   // longest slant range seen
  double horizon_ground_m;  // the same along the sphere
  double elevation_rad;     // of the target above the sensor's horizontal, also when hidden
  bool is_visible;
};
LineOfSight line_of_sight(double sensor_height_m, double target_height_m, double range_m, double effective_radius_m);

/// Slant range at which a point at height h on a sphere of radius a touches the horizon: sqrt(h (2 a + h)).
inline double horizon_distance_m(double height_m, double effective_radius_m) {
  const double h = height_m > 0 ? height_m : 0.0;
  return std::sqrt(h * (2 * effective_radius_m + h));
}

}  // namespace pavise
