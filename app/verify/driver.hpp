// `pavise verify`: conformance cases through the kernel's own code. Reads case files (the envelope of docs/verify.md),
// hands each case to the evaluator of its kind, holds the outputs to the tolerances and reports.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/verify/evaluator.hpp"

namespace pavise {

/// How one output fared: how far off, as a multiple of what is allowed. Passes at most 1; infinite: shape, null or NaN.
struct Comparison {
  double multiple = 0;
  std::string complaint = {};  // what else is wrong: "shape differs"; empty if the number says it all
};

/// Holds a computed output (number, null or array) to an expected one.
/// tolerance: abs, rel, z (any of those given suffices), max, min (must hold; then the expected value is compared only
/// if one of the others stands beside). z needs standard_error, of the output's shape or one number. Throws CaseError
/// for a tolerance that is none.
Comparison compare_output(const nlohmann::json& computed, const nlohmann::json& expected,
                          const nlohmann::json& tolerance, const nlohmann::json& standard_error);

/// Runs all cases of files and folders (every .json below, by name).
/// json_path: where the report goes as JSON; empty: nowhere; "-": to `out`, which then gets nothing else.
/// out: the table, 80 columns; err: what is wrong with which file, case and field.
/// Returns the exit status: 0 all passed; 1 an output out of tolerance; 2 an error (unknown kind, bad case, nothing to
/// run), whatever else failed.
int run_verify(const std::vector<std::string>& paths, const std::string& json_path, std::ostream& out,
               std::ostream& err);

}  // namespace pavise
