// Conformance kind `geodesy`: WGS-84 frames, look angles, geodesics, the radar horizon.
#include <cmath>
#include <string>

#include "app/verify/case_fields.hpp"
#include "kernel/core/geodesy.hpp"

namespace pavise {
namespace {

using nlohmann::json;

constexpr double kRefractionSphere_m = 6'371'008.7714;  // the kind's own digits of the mean radius

Geodetic read_point(CaseFields& fields, const std::string& field, bool with_height = true) {
  CaseFields point(fields.any(field), field + ".");
  Geodetic read;
  read.latitude_deg = point.number("latitude_deg", -90, 90);
  read.longitude_deg = point.number("longitude_deg", -180, 180);
  if (with_height || point.has("height_m")) read.height_m = point.number("height_m", -10'000, 10'000'000);
  point.finish();
  return read;
}

Vec3 read_vector(CaseFields& fields, const std::string& field) {
  const auto v = fields.numbers(field, 3, 3);
  return {v[0], v[1], v[2]};
}

json array_of(Vec3 v) { return {v.x, v.y, v.z}; }

/// Refuses what lies where "height above the ellipsoid" means nothing.
void put_geodetic(json& out, Vec3 position_ecef_m, const std::string& field) {
  const double r_m = length(position_ecef_m);
  if (!(r_m >= 100e3 && r_m < 1e9))
    throw CaseError(field, "must lie between 100 km and 1e6 km from the earth's centre");
  const Geodetic point = geodetic_of(position_ecef_m);
  out["latitude_deg"] = point.latitude_deg;
  out["longitude_deg"] = point.longitude_deg;
  out["height_m"] = point.height_m;
}

void evaluate_geodesic(CaseFields& fields, json& out) {
  const Geodetic from = read_point(fields, "point", false), to = read_point(fields, "point2", false);
  fields.finish();
  const Geodesic line = geodesic_between(from, to);
  if (!line.has_converged) throw CaseError("point2", "is nearly antipodal to point, which is not computed");
  out["distance_m"] = line.distance_m;
  out["azimuth_deg"] = line.azimuth_deg;
  out["azimuth2_deg"] = line.azimuth2_deg;
}

void evaluate_radar_horizon(CaseFields& fields, json& out) {
  const double radius_m = fields.number("effective_earth_factor", 0.5, 10) * kRefractionSphere_m;
  const double h1 = fields.number("radar_height_m", 0, 100'000), h2 = fields.number("target_height_m", 0, 100'000);
  const bool has_range = fields.has("ground_range_m");
  const double range_m = has_range ? fields.positive("ground_range_m") : 0;
  if (range_m >= 2'000'000) throw CaseError("ground_range_m", "must be below 2000 km");
  fields.finish();
  const RadarHorizon horizon = radar_horizon(h1, h2, radius_m);
  out["horizon_ground_range_m"] = horizon.ground_range_m;
  out["horizon_slant_range_m"] = horizon.slant_range_m;
  if (!has_range) return;
  const RadarSight sight = radar_sight(h1, h2, range_m, radius_m);
  out["slant_range_m"] = sight.slant_range_m;
  out["elevation_deg"] = sight.elevation_deg;
  out["lowest_visible_height_m"] = sight.lowest_visible_height_m;
  out["visible"] = sight.is_visible ? 1 : 0;
}

CaseOutputs evaluate_geodesy(const json& input, const json&) {
  CaseOutputs outputs;
  json& out = outputs.values;
  CaseFields fields(input);
  const std::string operation = fields.word("operation");
  if (operation == "geodetic_to_ecef") {
    const Geodetic point = read_point(fields, "point");
    fields.finish();
    out["ecef_m"] = array_of(ecef_of(point));
  } else if (operation == "ecef_to_geodetic") {
    const Vec3 position_ecef_m = read_vector(fields, "ecef_m");
    fields.finish();
    put_geodetic(out, position_ecef_m, "ecef_m");
  } else if (operation == "geodetic_to_enu" || operation == "look") {
    const TangentFrame frame = tangent_frame(read_point(fields, "origin"));
    const Vec3 enu_m = enu_of(frame, ecef_of(read_point(fields, "point")));
    fields.finish();
    if (operation == "geodetic_to_enu") {
      out["enu_m"] = array_of(enu_m);
    } else {
      const Look look = look_at(enu_m);
      out["slant_range_m"] = look.slant_range_m;
      out["azimuth_deg"] = look.azimuth_deg;
      out["elevation_deg"] = look.elevation_deg;
    }
  } else if (operation == "enu_to_geodetic") {
    const TangentFrame frame = tangent_frame(read_point(fields, "origin"));
    const Vec3 ecef_m = ecef_of_enu(frame, read_vector(fields, "enu_m"));
    fields.finish();
    out["ecef_m"] = array_of(ecef_m);
    put_geodetic(out, ecef_m, "enu_m");
  } else if (operation == "geodesic_inverse") {
    evaluate_geodesic(fields, out);
  } else if (operation == "radar_horizon") {
    evaluate_radar_horizon(fields, out);
  } else {
    throw CaseError("operation",
                    "must be one of geodetic_to_ecef, ecef_to_geodetic, geodetic_to_enu, enu_to_geodetic, look, "
                    "geodesic_inverse, radar_horizon");
  }
  return outputs;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "geodesy",
             .summary = "WGS-84: geodetic, ECEF and ENU, look angles, geodesics; the radar horizon.",
             .source = "tests/cases/geodesy/README.md"},
    .evaluate = evaluate_geodesy,
}};

}  // namespace
}  // namespace pavise
