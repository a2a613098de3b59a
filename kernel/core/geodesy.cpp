#include "kernel/core/geodesy.hpp"

#include <initializer_list>

namespace pavise {
namespace {

constexpr double kTiny_m = 1e-9;  // shorter than this is rounding: a tenth of the accuracy stated

/// The angle of (x, y) in degrees, (-180, 180], by octants: exact at multiples of 45.
double arctangent2_deg(double y, double x) {
  const double ax = std::fabs(x), ay = std::fabs(y);
  const bool is_steep = ay > ax;
  const double within = arctangent2(is_steep ? ax : ay, is_steep ? ay : ax) * (180 / kPi);  // [0, 45]
  const double acute = is_steep ? 90.0 - within : within;
  const double upper = x < 0 ? 180.0 - acute : acute;
  return y < 0 ? -upper : upper;
}

/// The azimuth of a direction whose east and north parts are lengths in metres, in [0, 360).
double azimuth_deg(double east_m, double north_m) {
  if (north_m > 0 && east_m < 0 && east_m > -kTiny_m) return 0.0;
  const double azimuth = arctangent2_deg(east_m, north_m);
  return azimuth < 0 ? azimuth + 360.0 : azimuth;
}

struct SineCosine {
  double sine, cosine;
};
SineCosine of_degrees(double angle_deg) {
  SineCosine r;
  sine_cosine_deg(angle_deg, r.sine, r.cosine);
  return r;
}
/// The latitude on the auxiliary sphere: tan(beta) = (1 - f) tan(latitude).
SineCosine reduced_latitude(double latitude_deg) {
  const SineCosine latitude = of_degrees(latitude_deg);
  const double s = (1 - wgs84::kFlattening) * latitude.sine;
  const double norm = std::sqrt(s * s + latitude.cosine * latitude.cosine);
  return {s / norm, latitude.cosine / norm};
}

// Gauss-Legendre, 12 nodes (the positive ones): over 2.8 rad the integrands below, analytic within 3 rad of the real
// axis, are exact to 1e-18.
struct Node {
  double abscissa, weight;
};
constexpr Node kNodes[] = {
    {0.12523340851146892, 0.24914704581340279}, {0.36783149899818019, 0.23349253653835481},
    {0.58731795428661745, 0.20316742672306592}, {0.76990267419430469, 0.16007832854334623},
    {0.90411725637047486, 0.10693932599531843}, {0.98156063424671925, 0.047175336386511827},
};

/// What the ellipsoid adds to the great circle of the auxiliary sphere between sigma1 and sigma1 + sigma12.
struct Corrections {
  double distance;   // integral of sqrt(1 + k^2 sin^2) - 1
  double longitude;  // integral of (2 - f) / (1 + (1 - f) sqrt(1 + k^2 sin^2))
};
Corrections corrections_of(double k2, double sigma1, double sigma12) {
  constexpr double f = wgs84::kFlattening;
  const double half = 0.5 * sigma12, middle = sigma1 + half;
  Corrections sum{0, 0};
  for (const Node& node : kNodes)
    for (const double side : {-1.0, 1.0}) {
      const double s = sine(middle + side * half * node.abscissa), bulge = k2 * s * s;
      const double root = std::sqrt(1.0 + bulge);
      sum.distance += node.weight * half * (bulge / (1.0 + root));
      sum.longitude += node.weight * half * ((2 - f) / (1.0 + (1 - f) * root));
    }
  return sum;
}

/// a / cos(x) - a for the angle x, without cancellation.
double above_tangent_m(double radius_m, double angle_rad) {
  double s, c;
  sine_cosine(0.5 * angle_rad, s, c);
  return 2.0 * radius_m * s * s / (c * c - s * s);
}
double tangent_length_m(double height_m, double radius_m) { return std::sqrt(height_m * (2.0 * radius_m + height_m)); }

}  // namespace

Vec3 ecef_of(const Geodetic& point) {
  const SineCosine latitude = of_degrees(point.latitude_deg), longitude = of_degrees(point.longitude_deg);
  const double n = wgs84::kSemiMajor_m / std::sqrt(1.0 - wgs84::kEccentricity2 * latitude.sine * latitude.sine);
  const double across_m = (n + point.height_m) * latitude.cosine;
  return {across_m * longitude.cosine, across_m * longitude.sine,
          (n * (1.0 - wgs84::kEccentricity2) + point.height_m) * latitude.sine};
}

Geodetic geodetic_of(Vec3 r) {
  Geodetic point;
  double s, c;
  geodetic_of_ecef(r.x, r.y, r.z, s, c, point.height_m);
  point.latitude_deg = arctangent2_deg(s, c);
  const bool is_date_line = r.x < 0 && std::fabs(r.y) < kTiny_m;
  point.longitude_deg = is_date_line ? 180.0 : arctangent2_deg(r.y, r.x);
  return point;
}

TangentFrame tangent_frame(const Geodetic& origin) {
  const SineCosine latitude = of_degrees(origin.latitude_deg), longitude = of_degrees(origin.longitude_deg);
  return {ecef_of(origin),
          {-longitude.sine, longitude.cosine, 0.0},
          {-latitude.sine * longitude.cosine, -latitude.sine * longitude.sine, latitude.cosine},
          {latitude.cosine * longitude.cosine, latitude.cosine * longitude.sine, latitude.sine}};
}

Vec3 turned_to_enu(const TangentFrame& f, Vec3 v) { return {dot(f.east, v), dot(f.north, v), dot(f.up, v)}; }
Vec3 turned_to_ecef(const TangentFrame& f, Vec3 v) { return v.x * f.east + v.y * f.north + v.z * f.up; }
Vec3 enu_of(const TangentFrame& f, Vec3 position_ecef_m) { return turned_to_enu(f, position_ecef_m - f.origin_ecef_m); }
Vec3 ecef_of_enu(const TangentFrame& f, Vec3 position_enu_m) {
  return f.origin_ecef_m + turned_to_ecef(f, position_enu_m);
}

Look look_at(Vec3 p) {
  const double horizontal2 = p.x * p.x + p.y * p.y;
  return {std::sqrt(horizontal2 + p.z * p.z), azimuth_deg(p.x, p.y), arctangent2_deg(p.z, std::sqrt(horizontal2))};
}

Geodesic geodesic_between(const Geodetic& from, const Geodetic& to) {
  constexpr double f = wgs84::kFlattening, b = wgs84::kSemiMinor_m;
  const SineCosine b1 = reduced_latitude(from.latitude_deg), b2 = reduced_latitude(to.latitude_deg);

  // the difference of longitude, the short way round; its sine and cosine are exact where the meridians coincide
  double lambda_deg = to.longitude_deg - from.longitude_deg;
  if (lambda_deg > 180) lambda_deg -= 360;
  if (lambda_deg <= -180) lambda_deg += 360;
  const SineCosine lambda = of_degrees(lambda_deg);

  double beyond = 0;  // by how much the spherical longitude exceeds it
  double sigma12 = 0, k2 = 0, sigma1 = 0, east1 = 0, north1 = 0, east2 = 0, north2 = 0;
  bool has_converged = false;
  for (int i = 0; i < 60 && !has_converged; ++i) {
    double s, c;
    sine_cosine(beyond, s, c);
    const double sine_omega = lambda.sine * c + lambda.cosine * s, cosine_omega = lambda.cosine * c - lambda.sine * s;

    // the great circle between the two points of the auxiliary sphere
    east1 = b2.cosine * sine_omega;
    north1 = b1.cosine * b2.sine - b1.sine * b2.cosine * cosine_omega;
    east2 = b1.cosine * sine_omega;
    north2 = b1.cosine * b2.sine * cosine_omega - b1.sine * b2.cosine;
    const double sine_sigma = std::sqrt(east1 * east1 + north1 * north1);
    const double cosine_sigma = b1.sine * b2.sine + b1.cosine * b2.cosine * cosine_omega;
    sigma12 = arctangent2(sine_sigma, cosine_sigma);
    const double sine_alpha0 = sine_sigma > 0 ? b1.cosine * east1 / sine_sigma : 0.0;
    const double cosine_alpha1 = sine_sigma > 0 ? north1 / sine_sigma : 1.0;
    k2 = wgs84::kSecondEccentricity2 * (1.0 - sine_alpha0 * sine_alpha0);
    // at the equator a travel along it leaves sigma1 open, and k is 0
    sigma1 = arctangent2(b1.sine, cosine_alpha1 * b1.cosine);

    const double next = f * sine_alpha0 * corrections_of(k2, sigma1, sigma12).longitude;
    has_converged = std::fabs(next - beyond) < 1e-16 || (i > 8 && std::fabs(next - beyond) < 1e-15);
    beyond = next;
  }
  const double distance_m = b * (sigma12 + corrections_of(k2, sigma1, sigma12).distance);
  const double scale_m = sigma12 > 0 ? distance_m / std::sqrt(east1 * east1 + north1 * north1) : 0.0;
  return {distance_m, azimuth_deg(scale_m * east1, scale_m * north1), azimuth_deg(scale_m * east2, scale_m * north2),
          has_converged};
}

RadarHorizon radar_horizon(double h1, double h2, double a) {
  const double tangent1 = tangent_length_m(h1, a), tangent2 = tangent_length_m(h2, a);
  return {a * (arctangent2(tangent1, a) + arctangent2(tangent2, a)), tangent1 + tangent2};
}

RadarSight radar_sight(double h1, double h2, double ground_range_m, double a) {
  const double theta = ground_range_m / a, theta1 = arctangent2(tangent_length_m(h1, a), a);
  double half_sine, half_cosine;
  sine_cosine(0.5 * theta, half_sine, half_cosine);
  // u = (a + h2) cos(theta) - (a + h1), with cos(theta) = 1 - 2 sin^2(theta / 2)
  const double u = (h2 - h1) - 2.0 * (a + h2) * half_sine * half_sine;
  const double w = 2.0 * (a + h2) * half_sine * half_cosine;
  return {std::sqrt(u * u + w * w), arctangent2_deg(u, w), theta <= theta1 ? 0.0 : above_tangent_m(a, theta - theta1),
          ground_range_m <= radar_horizon(h1, h2, a).ground_range_m};
}

}  // namespace pavise
