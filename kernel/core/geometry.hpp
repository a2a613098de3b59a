// The local plane: x east, y north, z up, metres; bearings clockwise from north, elevation up from the horizontal.
#pragma once

#include <cmath>

namespace pavise {

struct Vec3 {
  double x = 0, y = 0, z = 0;

  friend Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend Vec3 operator*(double s, Vec3 a) { return {s * a.x, s * a.y, s * a.z}; }
};

inline double dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
inline double length(Vec3 a) { return std::sqrt(dot(a, a)); }

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kStandardGravity_mps2 = 9.80665;
inline constexpr double kSpeedOfLight_mps = 299'792'458.0;
inline constexpr double kBoltzmann_J_K = 1.380649e-23;
inline constexpr double kEarthRadius_m = 6'371'008.8;  // IUGG mean radius

}  // namespace pavise
