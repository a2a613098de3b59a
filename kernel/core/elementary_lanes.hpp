// The elementary functions over whole columns. A stage calls the functions of elementary.hpp inside its own loop; these
// are for a column by itself, for the benchmark, and for the test that all three variants give the same bits.
#pragma once

#include <cstddef>

#include "kernel/core/variant.hpp"

/// out[i] = f(x[i]) for 0 <= i < rows; out may be x.
PAVISE_DECLARE_VARIANTS(void exponential_lanes(const double* x, std::size_t rows, double* out))
PAVISE_DECLARE_VARIANTS(void logarithm_lanes(const double* x, std::size_t rows, double* out))
PAVISE_DECLARE_VARIANTS(void sine_cosine_lanes(const double* x, std::size_t rows, double* sines, double* cosines))
PAVISE_DECLARE_VARIANTS(void tangent_lanes(const double* x, std::size_t rows, double* out))
PAVISE_DECLARE_VARIANTS(void arcsine_lanes(const double* x, std::size_t rows, double* out))
PAVISE_DECLARE_VARIANTS(void arccosine_lanes(const double* x, std::size_t rows, double* out))
/// out[i] = x[i]^y[i].
PAVISE_DECLARE_VARIANTS(void power_lanes(const double* x, const double* y, std::size_t rows, double* out))
/// out[i] = the angle of (x[i], y[i]).
PAVISE_DECLARE_VARIANTS(void arctangent2_lanes(const double* y, const double* x, std::size_t rows, double* out))
