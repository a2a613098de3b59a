// /plot of a study file: what viewers of NeXus data open by themselves.
#pragma once

#include <hdf5.h>

#include "study/summary.hpp"

namespace pavise {

/// Groups `convergence` (running mean of leakers of the first point) and `leakers_by_point`, with 95 % half widths.
void write_plot(hid_t file, const StudyStatistics& statistics);

}  // namespace pavise
