// An evaluator computes the outputs of one conformance case by calling the kernel's own code. One file per kind; it
// registers itself, `pavise verify` finds it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "kernel/core/registry.hpp"

namespace pavise {

/// A case that cannot be run: unknown or missing field, value out of range. Exit status 2; other cases go on.
struct CaseError : std::runtime_error {
  CaseError(std::string which, const std::string& why) : std::runtime_error(why), field(std::move(which)) {}
  std::string field;
};

struct CaseOutputs {
  nlohmann::json values = nlohmann::json::object();           // name -> number, null or array
  /// For {"z": x} tolerances: name -> standard error, of the output's shape. May use `expected` (proportions).
  nlohmann::json standard_errors = nlohmann::json::object();
};

struct Evaluator {
  ComponentInfo info;  // category "verify", name = kind
  /// `expected` may be empty; it is given because the standard error of a proportion uses the expected p.
  CaseOutputs (*evaluate)(const nlohmann::json& input, const nlohmann::json& expected) = nullptr;
};

}  // namespace pavise
