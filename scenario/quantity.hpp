// Quantities as people write them: "150 km", "52.2297 N 21.0122 E", "12.5 km E 3 km S 40 m" (FORMATS 1.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

/// What a text that should be a quantity turned out to be.
struct Quantity {
  enum class Fault { none, malformed, unknown_unit, wrong_dimension, not_finite };
  Fault fault = Fault::none;
  double value = 0;                               // SI; angles in radians, gains in dB, money in USD
  Dimension dimension = Dimension::number;        // of the unit, also when it is the wrong one
  std::string unit;                               // as written
};

/// Reads "<number> <unit>"; `expected` decides only between Fault::none and wrong_dimension.
Quantity read_quantity(std::string_view text, Dimension expected);

/// "a length", "an angular rate".
std::string_view phrase_of(Dimension dimension);
/// "150 km": what a quantity of this dimension may look like.
std::string_view example_of(Dimension dimension);
/// Units of a dimension, separated by spaces; empty for dimensions without one.
std::string units_of(Dimension dimension);
/// All units, for the nearest known name.
std::vector<std::string> all_units();
/// A regular expression (ECMA) for the JSON Schema.
std::string pattern_of(Dimension dimension);
/// Whether the dimension is written with a unit.
bool has_unit(Dimension dimension);
/// A value in SI as a person would write it: 150000, length -> "150 km".
std::string write_quantity(double value, Dimension dimension);
/// Shortest decimal that reads back as the same double; always a TOML float or integer.
std::string shortest_number(double value);

/// Where a local frame stands: the tangent plane of WGS 84 at its origin.
struct Origin {
  double latitude_deg = 0, longitude_deg = 0, altitude_m = 0;
};

struct PositionText {
  bool is_geodetic = false;
  double latitude_deg = 0, longitude_deg = 0;
  std::optional<double> altitude_m;   // above the ellipsoid, or of a local position above its plane
  Vec3 local_enu_m;                   // if !is_geodetic
};

/// Empty if the text is no position; `why` says what is wrong with it.
std::optional<PositionText> read_position(std::string_view text, std::string& why);

/// Position in the local frame. Without an altitude a geodetic position is at the frame's ground (z = 0).
Vec3 position_enu(const PositionText& position, const Origin& origin);

/// Geodetic (WGS 84) to the local east-north-up frame; closed form by way of earth-centred coordinates.
Vec3 enu_of_geodetic(double latitude_deg, double longitude_deg, double altitude_m, const Origin& origin);

inline constexpr const char* kPositionPattern =
    "^[0-9.]+ +[NS] +[0-9.]+ +[EW]( +-?[0-9.]+ +(m|km|ft|nmi|mi))?$|"
    "^[0-9.]+ +(m|km|ft|nmi|mi) +[EW] +[0-9.]+ +(m|km|ft|nmi|mi) +[NS]( +-?[0-9.]+ +(m|km|ft|nmi|mi))?$";

}  // namespace pavise
