// Reads the fields of an engagement case strictly: defaults where the kind gives them, and every field is asked for or
// is an error.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/verify/evaluator.hpp"

namespace pavise {

class EngagementFields {
 public:
  static constexpr double kUnbounded = std::numeric_limits<double>::max();

  /// path: how messages name this object, "fire_units[0]"; empty at the top.
  EngagementFields(const nlohmann::json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object.is_object()) throw CaseError(path_.empty() ? "input" : path_, "not an object");
  }

  bool has(const std::string& name) const { return object_.contains(name); }
  std::string path_of(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }
  [[noreturn]] void fail(const std::string& name, const std::string& why) const { throw CaseError(path_of(name), why); }

  const nlohmann::json& at(const std::string& name) {
    asked_.insert(name);
    if (!has(name)) fail(name, "missing field");
    return object_.at(name);
  }
  const nlohmann::json& array(const std::string& name) {
    if (!at(name).is_array()) fail(name, "not an array");
    return object_.at(name);
  }
  std::string word(const std::string& name) {
    if (!at(name).is_string()) fail(name, "not a string");
    return object_.at(name).get<std::string>();
  }
  std::string word_of(const std::string& name, const std::vector<std::string>& words) {
    const std::string word_given = word(name);
    std::string known;
    for (const std::string& one : words) {
      if (one == word_given) return word_given;
      known += (known.empty() ? "" : ", ") + one;
    }
    fail(name, "is \"" + word_given + "\", not one of " + known);
  }
  double number(const std::string& name, double minimum, double maximum = kUnbounded,
                std::optional<double> otherwise = {}) {
    asked_.insert(name);
    if (!has(name) && otherwise) return *otherwise;
    return in_range(at(name), name, minimum, maximum);
  }
  /// A number above 0.
  double positive(const std::string& name) {
    const double value = number(name, 0);
    if (!(value > 0)) fail(name, "out of range: must be above 0");
    return value;
  }
  std::int64_t whole(const std::string& name, std::int64_t minimum, std::int64_t maximum,
                     std::optional<std::int64_t> otherwise = {}) {
    asked_.insert(name);
    if (!has(name) && otherwise) return *otherwise;
    return whole_in_range(at(name), name, minimum, maximum);
  }
  double in_range(const nlohmann::json& value, const std::string& name, double minimum, double maximum) const {
    if (!value.is_number()) fail(name, "not a number");
    const double result = value.get<double>();
    if (!(result >= minimum && result <= maximum)) fail(name, "out of range: " + value.dump());
    return result;
  }
  std::int64_t whole_in_range(const nlohmann::json& value, const std::string& name, std::int64_t minimum,
                              std::int64_t maximum) const {
    const double result = in_range(value, name, double(minimum), double(maximum));
    if (result != std::floor(result)) fail(name, "not a whole number: " + value.dump());
    return value.is_number_float() ? std::int64_t(result) : value.get<std::int64_t>();
  }
  /// To be called last: what nobody asked for is an unknown field.
  void finish() const {
    for (const auto& [name, value] : object_.items())
      if (!asked_.contains(name)) fail(name, "unknown field");
  }

 private:
  const nlohmann::json& object_;
  std::string path_;
  std::set<std::string> asked_;
};

}  // namespace pavise
