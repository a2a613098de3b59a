// What direction finders and cameras share.
#pragma once

#include "sensors/bearing_lanes.hpp"
#include "sensors/radar_lanes.hpp"
#include "sensors/sensors.hpp"

namespace pavise {

BearingColumns bearing_columns(const Sensors& sensors, Looks& looks);

/// Appends what is measured of the looks in looks.hit[0 ... hits - 1]: azimuth, and elevation if `components` has it.
void measure_bearings_of(const SensingContext& context, std::int32_t sensor, double noise_rad, std::int32_t components,
                         std::size_t hits, Looks& looks, Detections& detections);

}  // namespace pavise
