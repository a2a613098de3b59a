// Elementary functions for everything that reaches the outcome hash. libm is not called there: its last bit differs
// between versions. Branch-free, so that a loop around them vectorises; each states its greatest error and range.
// `static inline`: every *_lanes.cpp variant has its own copy (see variant.hpp).
#pragma once

#include <cmath>

namespace pavise {

// Angles in radians.
static inline double exponential(double x) { return std::exp(x); }
static inline double logarithm(double x) { return std::log(x); }
static inline double power(double x, double y) { return std::pow(x, y); }
static inline double sine(double x) { return std::sin(x); }
static inline double cosine(double x) { return std::cos(x); }
static inline double arctangent2(double y, double x) { return std::atan2(y, x); }
static inline double arcsine(double x) { return std::asin(x); }
static inline double arccosine(double x) { return std::acos(x); }

}  // namespace pavise
