// Whether a station can ever reach a track on its present course.
#pragma once

#include "kernel/command/picture.hpp"

namespace pavise {

/// True if the straight course passes through the station's envelope after its reaction time and before arrival, and the
/// station can do something to that identity. Own status (rounds, channels) is the caller's.
bool can_ever_reach(const StationSetup& station, const PictureTrack& track, double now_s);

}  // namespace pavise
