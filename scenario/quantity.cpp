#include "scenario/quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "kernel/core/elementary.hpp"
#include "kernel/core/geodesy.hpp"

namespace pavise {
namespace {

struct Unit {
  std::string_view name;
  Dimension dimension;
  double factor;        // SI per unit
  bool is_decibel = false;  // value = 10^(x/10) SI
};

constexpr double kDegree = kPi / 180.0;

// order within a dimension is the order in which messages list the units
constexpr Unit kUnits[] = {
    {"m", Dimension::length, 1},
    {"km", Dimension::length, 1000},
    {"ft", Dimension::length, 0.3048},
    {"nmi", Dimension::length, 1852},
    {"mi", Dimension::length, 1609.344},
    {"ms", Dimension::time, 1e-3},
    {"s", Dimension::time, 1},
    {"min", Dimension::time, 60},
    {"h", Dimension::time, 3600},
    {"m/s", Dimension::speed, 1},
    {"km/h", Dimension::speed, 1 / 3.6},
    {"kt", Dimension::speed, 1852.0 / 3600.0},
    {"ft/s", Dimension::speed, 0.3048},
    {"deg", Dimension::angle, kDegree},
    {"mrad", Dimension::angle, 1e-3},
    {"rad", Dimension::angle, 1},
    {"deg/s", Dimension::angular_rate, kDegree},
    {"rad/s", Dimension::angular_rate, 1},
    {"rpm", Dimension::angular_rate, 2 * kPi / 60},
    {"m/s^2", Dimension::acceleration, 1},
    {"g", Dimension::acceleration, kStandardGravity_mps2},
    {"m^2", Dimension::area, 1},
    {"dBsm", Dimension::area, 1, true},
    {"W", Dimension::power, 1},
    {"kW", Dimension::power, 1e3},
    {"MW", Dimension::power, 1e6},
    {"Hz", Dimension::frequency, 1},
    {"kHz", Dimension::frequency, 1e3},
    {"MHz", Dimension::frequency, 1e6},
    {"GHz", Dimension::frequency, 1e9},
    {"dB", Dimension::gain, 1},
    {"kg", Dimension::mass, 1},
    {"t", Dimension::mass, 1000},
    {"lb", Dimension::mass, 0.45359237},
    {"USD", Dimension::money, 1},
    {"EUR", Dimension::money, 1},
    {"kUSD", Dimension::money, 1e3},
    {"MUSD", Dimension::money, 1e6},
};

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits)
    if (unit.name == name) return &unit;
  return nullptr;
}

/// Whether the text is a TOML integer or float in decimal, without nan and inf.
bool is_toml_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&](bool may_lead_with_zero) {
    const std::size_t begin = i;
    while (i < text.size() && ((text[i] >= '0' && text[i] <= '9') || (text[i] == '_' && i > begin && text[i - 1] != '_'))) ++i;
    if (i == begin || text[i - 1] == '_') return false;
    return may_lead_with_zero || text[begin] != '0' || i == begin + 1;
  };
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  if (!digits(false)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits(true)) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits(true)) return false;
  }
  return i == text.size();
}

std::optional<double> number_of(std::string_view text) {
  if (!is_toml_number(text)) return std::nullopt;
  std::string plain;
  for (char c : text)
    if (c != '_' && !(c == '+' && plain.empty())) plain += c;
  double value = 0;
  const auto result = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    // too small is 0, too large is not a number we can keep
    const bool is_tiny = plain.find("e-") != std::string::npos || plain.find("E-") != std::string::npos ||
                         plain.find("0.") != std::string::npos;
    return is_tiny ? 0.0 : std::numeric_limits<double>::infinity();
  }
  if (result.ec != std::errc() || result.ptr != plain.data() + plain.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && text[i] == ' ') ++i;
    const std::size_t begin = i;
    while (i < text.size() && text[i] != ' ') ++i;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
  }
  return words;
}

}  // namespace

Quantity read_quantity(std::string_view text, Dimension expected) {
  Quantity result;
  const auto words = words_of(text);
  if (words.size() != 2 || text.front() == ' ' || text.back() == ' ') {
    result.fault = Quantity::Fault::malformed;
    return result;
  }
  const auto number = number_of(words[0]);
  result.unit = std::string(words[1]);
  if (!number) {
    result.fault = Quantity::Fault::malformed;
    return result;
  }
  const Unit* unit = find_unit(words[1]);
  if (unit == nullptr) {
    result.fault = Quantity::Fault::unknown_unit;
    return result;
  }
  result.dimension = unit->dimension;
  result.value = unit->is_decibel ? power(10.0, *number / 10.0) : *number * unit->factor;
  // a factor that is no exact double must not spoil what has an exact value: 3.6 km/h is 1 m/s
  if (unit->name == "km/h") result.value = *number / 3.6;
  if (unit->name == "ms" || unit->name == "mrad") result.value = *number / 1000.0;
  if (unit->name == "kt") result.value = *number * 1852.0 / 3600.0;
  if (unit->dimension != expected)
    result.fault = Quantity::Fault::wrong_dimension;
  else if (!std::isfinite(result.value))
    result.fault = Quantity::Fault::not_finite;
  return result;
}

std::string_view phrase_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::number: return "a number";
    case Dimension::count: return "a whole number";
    case Dimension::flag: return "true or false";
    case Dimension::word: return "a word";
    case Dimension::length: return "a length";
    case Dimension::time: return "a time";
    case Dimension::speed: return "a speed";
    case Dimension::angle: return "an angle";
    case Dimension::angular_rate: return "an angular rate";
    case Dimension::acceleration: return "an acceleration";
    case Dimension::area: return "an area";
    case Dimension::power: return "a power";
    case Dimension::frequency: return "a frequency";
    case Dimension::gain: return "a gain";
    case Dimension::mass: return "a mass";
    case Dimension::money: return "a sum of money";
    case Dimension::table: return "a table of numbers";
  }
  return "a value";
}

std::string_view example_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::number: return "0.5";
    case Dimension::count: return "4";
    case Dimension::flag: return "true";
    case Dimension::word: return "\"word\"";
    case Dimension::length: return "\"150 km\"";
    case Dimension::time: return "\"5 s\"";
    case Dimension::speed: return "\"250 m/s\"";
    case Dimension::angle: return "\"60 deg\"";
    case Dimension::angular_rate: return "\"15 rpm\"";
    case Dimension::acceleration: return "\"5 g\"";
    case Dimension::area: return "\"0.1 m^2\"";
    case Dimension::power: return "\"2 kW\"";
    case Dimension::frequency: return "\"5 GHz\"";
    case Dimension::gain: return "\"38 dB\"";
    case Dimension::mass: return "\"150 kg\"";
    case Dimension::money: return "\"35 kUSD\"";
    case Dimension::table: return "[[0, 12, 1.0]]";
  }
  return "";
}

std::string units_of(Dimension dimension) {
  std::string text;
  for (const Unit& unit : kUnits)
    if (unit.dimension == dimension) text += (text.empty() ? "" : " ") + std::string(unit.name);
  return text;
}

std::vector<std::string> all_units() {
  std::vector<std::string> names;
  for (const Unit& unit : kUnits) names.emplace_back(unit.name);
  return names;
}

bool has_unit(Dimension dimension) { return !units_of(dimension).empty(); }

std::string pattern_of(Dimension dimension) {
  std::string units;
  for (const Unit& unit : kUnits) {
    if (unit.dimension != dimension) continue;
    std::string name;
    for (char c : unit.name) name += (c == '^') ? std::string("\\^") : std::string(1, c);
    units += (units.empty() ? "" : "|") + name;
  }
  return "^[+-]?[0-9][0-9_]*(\\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)? +(" + units + ")$";
}

std::string shortest_number(double value) {
  std::array<char, 64> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), result.ptr);
}

std::string write_quantity(double value, Dimension dimension) {
  switch (dimension) {
    case Dimension::length:
      return std::fabs(value) >= 1000 ? shortest_number(value / 1000) + " km" : shortest_number(value) + " m";
    case Dimension::time: return shortest_number(value) + " s";
    case Dimension::speed: return shortest_number(value) + " m/s";
    case Dimension::angle: return shortest_number(std::round(value / kDegree * 1e9) / 1e9) + " deg";
    case Dimension::angular_rate: return shortest_number(std::round(value / kDegree * 1e9) / 1e9) + " deg/s";
    case Dimension::acceleration: return shortest_number(value) + " m/s^2";
    case Dimension::area: return shortest_number(value) + " m^2";
    case Dimension::power: return shortest_number(value) + " W";
    case Dimension::frequency: return shortest_number(value) + " Hz";
    case Dimension::gain: return shortest_number(value) + " dB";
    case Dimension::mass: return shortest_number(value) + " kg";
    case Dimension::money: return shortest_number(value) + " USD";
    default: return shortest_number(value);
  }
}

std::optional<PositionText> read_position(std::string_view text, std::string& why) {
  PositionText result;
  const auto words = words_of(text);
  if (words.size() < 4 || words.size() > 8) {
    why = "a position has two parts, east or west and north or south";
    return std::nullopt;
  }
  const auto finite = [&](std::string_view word) -> std::optional<double> {
    const auto number = number_of(word);
    if (!number || !std::isfinite(*number)) {
      why = "'" + std::string(word) + "' is not a number";
      return std::nullopt;
    }
    return number;
  };
  const auto length = [&](std::size_t first) -> std::optional<double> {
    const auto number = finite(words[first]);
    if (!number) return std::nullopt;
    const Unit* unit = find_unit(words[first + 1]);
    if (unit == nullptr || unit->dimension != Dimension::length) {
      why = "'" + std::string(words[first + 1]) + "' is not a unit of length";
      return std::nullopt;
    }
    return *number * unit->factor;
  };

  result.is_geodetic = words[1] == "N" || words[1] == "S";
  if (result.is_geodetic) {
    if (words.size() != 4 && words.size() != 6) {
      why = "latitude, longitude and perhaps an altitude with its unit";
      return std::nullopt;
    }
    const auto latitude = finite(words[0]), longitude = latitude ? finite(words[2]) : std::nullopt;
    if (!latitude || !longitude) return std::nullopt;
    if (words[3] != "E" && words[3] != "W") {
      why = "after the latitude comes a longitude with E or W";
      return std::nullopt;
    }
    if (*latitude < 0 || *latitude > 90 || *longitude < 0 || *longitude > 180) {
      why = "latitude is 0 to 90 with N or S, longitude 0 to 180 with E or W";
      return std::nullopt;
    }
    result.latitude_deg = words[1] == "N" ? *latitude : -*latitude;
    result.longitude_deg = words[3] == "E" ? *longitude : -*longitude;
    if (words.size() == 6) {
      const auto altitude = length(4);
      if (!altitude) return std::nullopt;
      result.altitude_m = *altitude;
    }
  } else {
    if (words.size() != 6 && words.size() != 8) {
      why = "a distance has a number, a unit and a direction";
      return std::nullopt;
    }
    const auto east = length(0), north = east ? length(3) : std::nullopt;
    if (!east || !north) return std::nullopt;
    if ((words[2] != "E" && words[2] != "W") || (words[5] != "N" && words[5] != "S")) {
      why = "first east or west (E, W), then north or south (N, S)";
      return std::nullopt;
    }
    result.local_enu_m = {words[2] == "E" ? *east : 0 - *east, words[5] == "N" ? *north : 0 - *north, 0};
    if (words.size() == 8) {
      const auto height = length(6);
      if (!height) return std::nullopt;
      result.local_enu_m.z = *height;
      result.altitude_m = *height;
    }
  }
  return result;
}

Vec3 enu_of_geodetic(double latitude_deg, double longitude_deg, double altitude_m, const Origin& origin) {
  const TangentFrame frame = tangent_frame({origin.latitude_deg, origin.longitude_deg, origin.altitude_m});
  return enu_of(frame, ecef_of({latitude_deg, longitude_deg, altitude_m}));
}

Vec3 position_enu(const PositionText& position, const Origin& origin) {
  if (!position.is_geodetic) return position.local_enu_m;
  const double altitude_m = position.altitude_m.value_or(origin.altitude_m);
  Vec3 result = enu_of_geodetic(position.latitude_deg, position.longitude_deg, altitude_m, origin);
  if (!position.altitude_m) result.z = 0;
  return result;
}

}  // namespace pavise
