// Reads the fields of a case's input strictly: what is missing, of the wrong shape or unknown is a CaseError that names
// the field.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/verify/evaluator.hpp"

namespace pavise {

/// One object of the input. `path` stands before field names in messages, "updates[3].".
class CaseFields {
 public:
  using json = nlohmann::json;

  CaseFields(const json& object, std::string path = {}) : object_(object), path_(std::move(path)) {
    if (!object.is_object()) throw CaseError(path_.empty() ? "input" : path_, "must be an object");
  }

  std::string name(const std::string& field) const { return path_ + field; }
  bool has(const std::string& field) {
    known_.insert(field);
    return object_.contains(field);
  }
  const json& any(const std::string& field) {
    if (!has(field)) throw CaseError(name(field), "required field is missing");
    return object_.at(field);
  }
  double number(const std::string& field, double least = -std::numeric_limits<double>::max(),
                double most = std::numeric_limits<double>::max()) {
    return number_of(any(field), name(field), least, most);
  }
  double positive(const std::string& field) { return number(field, std::numeric_limits<double>::denorm_min()); }
  std::int32_t whole(const std::string& field, double least, double most) {
    const double x = number(field, least, most);
    if (x != std::floor(x)) throw CaseError(name(field), "must be a whole number");
    return std::int32_t(x);
  }
  std::string word(const std::string& field) {
    const json& value = any(field);
    if (!value.is_string()) throw CaseError(name(field), "must be a string");
    return value.get<std::string>();
  }
  const json& array(const std::string& field, std::size_t least = 0, std::size_t most = 1'000'000) {
    return array_of(any(field), name(field), least, most);
  }
  std::vector<double> numbers(const std::string& field, std::size_t least = 0, std::size_t most = 1'000'000) {
    return numbers_of(any(field), name(field), least, most);
  }
  /// rows x columns numbers, row by row.
  std::vector<double> matrix(const std::string& field, std::size_t rows, std::size_t columns) {
    return matrix_of(any(field), name(field), rows, columns);
  }
  /// Refuses what was not asked for.
  void finish() const {
    for (const auto& [key, value] : object_.items())
      if (!known_.count(key)) throw CaseError(name(key), "unknown field");
  }

  static double number_of(const json& value, const std::string& name,
                          double least = -std::numeric_limits<double>::max(),
                          double most = std::numeric_limits<double>::max()) {
    if (!value.is_number()) throw CaseError(name, "must be a number");
    const double x = value.get<double>();
    if (!(x >= least && x <= most)) throw CaseError(name, "is out of range");
    return x;
  }
  static const json& array_of(const json& value, const std::string& name, std::size_t least = 0,
                              std::size_t most = 1'000'000) {
    if (!value.is_array()) throw CaseError(name, "must be an array");
    if (value.size() < least || value.size() > most)
      throw CaseError(name, least == most ? "must have " + std::to_string(least) + " elements"
                                          : "has " + std::to_string(value.size()) + " elements, which is out of range");
    return value;
  }
  static std::vector<double> numbers_of(const json& value, const std::string& name, std::size_t least = 0,
                                        std::size_t most = 1'000'000) {
    std::vector<double> result;
    for (const json& element : array_of(value, name, least, most))
      result.push_back(number_of(element, name + "[" + std::to_string(result.size()) + "]"));
    return result;
  }
  static std::vector<double> matrix_of(const json& value, const std::string& name, std::size_t rows,
                                       std::size_t columns) {
    std::vector<double> result;
    std::size_t row = 0;
    for (const json& element : array_of(value, name, rows, rows)) {
      const auto line = numbers_of(element, name + "[" + std::to_string(row++) + "]", columns, columns);
      result.insert(result.end(), line.begin(), line.end());
    }
    return result;
  }

 private:
  const json& object_;
  std::string path_;
  std::set<std::string> known_;
};

}  // namespace pavise
