// The earth as WGS-84 (NIMA TR8350.2): its ellipsoid, its gravity with J2, its rotation, and the frames of a point.
//
// ECEF: earth-centred, earth-fixed; x towards latitude 0 and longitude 0, y towards longitude 90 degrees east, z
// towards the north pole. Geodetic: latitude and longitude (east positive) and the height above the ellipsoid.
// ENU: the tangent frame of an origin, straight axes, up along the ellipsoid's normal there: a far point at height 0
// has a negative up.
//
// What is needed inside a frame is branch-free and always inlined (see elementary.hpp), for loops over columns.
// Angles of points are in degrees, where a whole degree, a pole and the date line are exact.
#pragma once

#include <cmath>

#include "kernel/core/elementary.hpp"
#include "kernel/core/geometry.hpp"

namespace pavise {
namespace wgs84 {

inline constexpr double kSemiMajor_m = 6'378'137.0;
inline constexpr double kFlattening = 1 / 298.257223563;
inline constexpr double kSemiMinor_m = kSemiMajor_m * (1 - kFlattening);
inline constexpr double kEccentricity2 = kFlattening * (2 - kFlattening);              // e^2
inline constexpr double kSecondEccentricity2 = kEccentricity2 / (1 - kEccentricity2);  // e'^2
inline constexpr double kGravity_m3_s2 = 3.986004418e14;                               // mu = G M
inline constexpr double kJ2 = 1.082629821313e-3;                                       // from C20 of the model
inline constexpr double kRotation_radps = 7.292115e-5;                                 // omega

}  // namespace wgs84

/// Attraction of the earth with its oblateness (J2) at a point in ECEF, m/s^2; without the centrifugal part, which the
/// rotating frame adds (rotating_frame_mps2). With k = mu / r^3, j = 1.5 J2 a^2 / r^2, q = 5 z^2 / r^2:
/// g = -k (x (1 + j (1 - q)), y (1 + j (1 - q)), z (1 + j (3 - q))). The point must not be the earth's centre.
PAVISE_ELEMENTARY void gravity_j2_mps2(double x_m, double y_m, double z_m, double& gx, double& gy, double& gz) {
  const double inverse_r2 = 1.0 / (x_m * x_m + y_m * y_m + z_m * z_m);
  const double k = wgs84::kGravity_m3_s2 * inverse_r2 * std::sqrt(inverse_r2);
  const double j = 1.5 * wgs84::kJ2 * wgs84::kSemiMajor_m * wgs84::kSemiMajor_m * inverse_r2;
  const double q = 5.0 * z_m * z_m * inverse_r2;
  const double equatorial = -k * (1.0 + j * (1.0 - q));
  gx = equatorial * x_m;
  gy = equatorial * y_m;
  gz = -k * (1.0 + j * (3.0 - q)) * z_m;
}
PAVISE_ELEMENTARY Vec3 gravity_j2_ecef_mps2(Vec3 position_ecef_m) {
  Vec3 g;
  gravity_j2_mps2(position_ecef_m.x, position_ecef_m.y, position_ecef_m.z, g.x, g.y, g.z);
  return g;
}

/// Acceleration of a free body in ECEF: gravity_j2_mps2 + omega^2 (x, y, 0) + 2 omega (vy, -vx, 0), where v is relative
/// to the rotating earth.
PAVISE_ELEMENTARY Vec3 free_fall_ecef_mps2(Vec3 position_ecef_m, Vec3 velocity_ecef_mps) {
  constexpr double w = wgs84::kRotation_radps;
  Vec3 a;
  gravity_j2_mps2(position_ecef_m.x, position_ecef_m.y, position_ecef_m.z, a.x, a.y, a.z);
  a.x += w * w * position_ecef_m.x + 2.0 * w * velocity_ecef_mps.y;
  a.y += w * w * position_ecef_m.y - 2.0 * w * velocity_ecef_mps.x;
  return a;
}

/// The Jacobi integral of free fall over the rotating earth, m^2/s^2: v^2/2 - omega^2 (x^2 + y^2)/2 - U with
/// U = (mu / r) (1 - J2 (a / r)^2 (3 z^2 / r^2 - 1) / 2). Constant along a path without drag and thrust.
PAVISE_ELEMENTARY double jacobi_m2ps2(Vec3 r, Vec3 v) {
  constexpr double w = wgs84::kRotation_radps;
  const double inverse_r2 = 1.0 / (r.x * r.x + r.y * r.y + r.z * r.z);
  const double oblate =
      0.5 * wgs84::kJ2 * wgs84::kSemiMajor_m * wgs84::kSemiMajor_m * inverse_r2 * (3.0 * r.z * r.z * inverse_r2 - 1.0);
  const double potential = wgs84::kGravity_m3_s2 * std::sqrt(inverse_r2) * (1.0 - oblate);
  return 0.5 * (v.x * v.x + v.y * v.y + v.z * v.z) - 0.5 * w * w * (r.x * r.x + r.y * r.y) - potential;
}

/// Sine and cosine of the geodetic latitude, and the height above the ellipsoid, of a point in ECEF at least 100 km
/// from the earth's centre; to 1e-8 m for heights of -10 km to 10 000 km. Bowring's equation (Survey Review 1976, 1985)
/// on the reduced latitude, twice; the height in the form that an error of the latitude enters in second order only. On
/// the polar axis cosine is 0.
PAVISE_ELEMENTARY void geodetic_of_ecef(double x_m, double y_m, double z_m, double& sine_latitude,
                                        double& cosine_latitude, double& height_m) {
  constexpr double a = wgs84::kSemiMajor_m, b = wgs84::kSemiMinor_m;
  const double p2 = x_m * x_m + y_m * y_m, p = std::sqrt(p2), r = std::sqrt(p2 + z_m * z_m);
  double s = (b / a) * z_m * (1.0 + wgs84::kSecondEccentricity2 * b / r), c = p;  // of the reduced latitude
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    const double norm = 1.0 / std::sqrt(s * s + c * c);
    const double sn = s * norm, cn = c * norm;
    const double rise = z_m + wgs84::kSecondEccentricity2 * b * (sn * sn * sn);
    const double run = p - wgs84::kEccentricity2 * a * (cn * cn * cn);
    s = i == 0 ? (1.0 - wgs84::kFlattening) * rise : rise;
    c = run;
  }
  const double norm = 1.0 / std::sqrt(s * s + c * c);
  sine_latitude = s * norm;
  cosine_latitude = c * norm;
  height_m = (p * cosine_latitude + z_m * sine_latitude) -
             a * std::sqrt(1.0 - wgs84::kEccentricity2 * sine_latitude * sine_latitude);
}

/// Height above the ellipsoid of a point in ECEF; see geodetic_of_ecef.
PAVISE_ELEMENTARY double ellipsoid_height_m(Vec3 position_ecef_m) {
  double sine_latitude, cosine_latitude, height_m;
  geodetic_of_ecef(position_ecef_m.x, position_ecef_m.y, position_ecef_m.z, sine_latitude, cosine_latitude, height_m);
  return height_m;
}

/// sin and cos of an angle in degrees, |x| <= 1e6: exact at multiples of 90. The reduction is exact, the rest comes
/// as a product carried in two parts; greatest error 0.8 ulp (1 stated).
PAVISE_ELEMENTARY void sine_cosine_deg(double x_deg, double& sine_out, double& cosine_out) {
  namespace e = elementary;
  const double shifted = x_deg * (1.0 / 90) + e::kRound;
  const double rest_deg = x_deg - (shifted - e::kRound) * 90.0;
  double r, rest;
  e::multiply_exactly(rest_deg, 0x1.1df46a2529d39p-6, r, rest);  // pi / 180 and what is left of it
  rest += rest_deg * 0x1.5c1d8becdd291p-62;
  const double s = e::sine_kernel(r, rest), c = e::cosine_kernel(r, rest);
  const std::uint64_t quadrant = e::bits_of(shifted);
  sine_out = e::of_quadrant(quadrant, s, c);
  cosine_out = e::of_quadrant(quadrant + 1, s, c);
}

struct Geodetic {
  double latitude_deg = 0, longitude_deg = 0, height_m = 0;
};

/// The tangent frame of a point; its rows are the unit vectors east, north and up in ECEF.
struct TangentFrame {
  Vec3 origin_ecef_m, east, north, up;
};

/// X = (N + h) cos(lat) cos(lon), Y = (N + h) cos(lat) sin(lon), Z = (N (1 - e^2) + h) sin(lat),
/// N = a / sqrt(1 - e^2 sin^2(lat)). To 1e-8 m for heights of -10 km to 10 000 km.
Vec3 ecef_of(const Geodetic& point);
/// Latitude in [-90, 90], longitude in (-180, 180]: within 1e-9 m of the date line it is 180. To 1e-8 m in that range
/// of heights. The point must lie at least 100 km from the earth's centre. Longitude is 0 on the polar axis.
Geodetic geodetic_of(Vec3 position_ecef_m);

TangentFrame tangent_frame(const Geodetic& origin);
/// The difference of two points is taken before it is turned: that keeps 1e-8 m.
Vec3 enu_of(const TangentFrame& frame, Vec3 position_ecef_m);
Vec3 ecef_of_enu(const TangentFrame& frame, Vec3 position_enu_m);
/// A direction or velocity, turned only.
Vec3 turned_to_enu(const TangentFrame& frame, Vec3 vector_ecef);
Vec3 turned_to_ecef(const TangentFrame& frame, Vec3 vector_enu);

/// Where one must look from the origin of an ENU frame to see a point of it: pure geometry, no refraction. Azimuth from
/// north through east in [0, 360): 0 also where it lies less than 1e-9 m west of north. 0, 0, 0 at the origin itself.
struct Look {
  double slant_range_m, azimuth_deg, elevation_deg;
};
Look look_at(Vec3 position_enu_m);

/// The shortest geodesic between two points of the ellipsoid (heights are not read): length to 2e-8 m, azimuths of
/// travel at both ends in [0, 360), to the same length. The integrals on the auxiliary sphere (Karney, J. Geodesy 87,
/// 2013, eqs. 7 and 8) by Gauss-Legendre quadrature, the spherical longitude by fixed-point iteration. has_converged is
/// false for nearly antipodal points, which this iteration does not solve; up to 19 000 km it does.
struct Geodesic {
  double distance_m, azimuth_deg, azimuth2_deg;
  bool has_converged;
};
Geodesic geodesic_between(const Geodetic& from, const Geodetic& to);

/// Standard refraction by a larger earth: straight rays over a sphere of radius a_e, heights above that sphere
/// (Skolnik, Radar Handbook). theta_i = acos(a_e / (a_e + h_i)), without cancellation.
struct RadarHorizon {
  double ground_range_m, slant_range_m;
};
RadarHorizon radar_horizon(double radar_height_m, double target_height_m, double effective_radius_m);

/// A target at ground range s (arc on that sphere, 0 < s < pi a_e / 2) and height h2, seen from height h1.
/// lowest_visible_height_m: of what stands at that ground range, the lowest point in sight; 0 within the horizon.
struct RadarSight {
  double slant_range_m, elevation_deg, lowest_visible_height_m;
  bool is_visible;
};
RadarSight radar_sight(double radar_height_m, double target_height_m, double ground_range_m, double effective_radius_m);

}  // namespace pavise
