// Arrivals and failures of threats inside a frame: the scan, in three builds.
#pragma once

#include <cstddef>

#include "kernel/core/variant.hpp"

/// Whether any of `rows` instants in either column lies in (begin_s, now_s].
PAVISE_DECLARE_VARIANTS(bool anything_between(const double* arrives_s, const double* fails_s, std::size_t rows,
                                              double begin_s, double now_s))
