// What direction finders and cameras share.
#pragma once

#include "sensors/bearing_lanes.hpp"
#include "sensors/radar_lanes.hpp"
#include "sensors/sensors.hpp"

namespace pavise {

BearingColumns bearing_columns(const Sensors& sensors, Looks& looks);

/// Appends what is measured of the frame's echoes: azimuth, and elevation if `components` has it.
void measure_echoes_bearings(const SensingContext& context, std::int32_t sensor, Sensors& sensors, double noise_rad,
                             std::int32_t components, Detections& detections);

}  // namespace pavise
