#include "app/verify/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <ostream>
#include <set>

namespace pavise {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

enum class Status { passed, failed, error };

struct OutputReport {
  std::string name;
  json computed, expected, standard_error;  // expected null and is_compared false: reported only
  bool is_compared = false;
  Comparison comparison;
};

struct CaseReport {
  std::string file, kind, name;
  Status status = Status::passed;
  std::string field, message;  // of an error
  double worst = 0;
  std::vector<OutputReport> outputs;
};

struct FileReport {
  std::string file, kind;
  std::size_t cases = 0, passed = 0, failed = 0, errors = 0;
  double worst = 0;
};

/// Everything wrong so far, and everything computed.
struct Report {
  std::vector<FileReport> files;
  std::vector<CaseReport> cases;
  bool has_error = false, has_failure = false;
};

const char* name_of(Status status) {
  return status == Status::passed ? "passed" : status == Status::failed ? "failed" : "error";
}

/// JSON has no infinity; a multiple that is not finite is reported as null.
json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

void allow_only(const json& object, const std::set<std::string>& names, const std::string& where) {
  for (const auto& [key, value] : object.items())
    if (!names.contains(key)) throw CaseError(where.empty() ? key : where + "." + key, "unknown field");
}

const json& field(const json& object, const std::string& name) {
  if (!object.contains(name)) throw CaseError(name, "missing field");
  return object.at(name);
}

/// The files that a path stands for: itself, or every .json below it by name.
std::vector<fs::path> files_of(const std::string& path, std::string& complaint) {
  std::error_code error;
  std::vector<fs::path> files;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator entry(path, error), end; entry != end && !error; entry.increment(error))
      if (entry->path().extension() == ".json" && entry->is_regular_file(error)) files.push_back(entry->path());
    std::sort(files.begin(), files.end());
    if (files.empty()) complaint = "no .json file below this folder";
  } else if (fs::exists(path, error)) {
    files.push_back(path);
  } else {
    complaint = "no such file or folder";
  }
  return files;
}

/// Computes one case and holds it to its tolerances. Throws CaseError.
void run_case(const Evaluator& evaluator, const json& one, CaseReport& report) {
  allow_only(one, {"name", "input", "expected", "tolerance"}, "");
  const json& input = field(one, "input");
  if (!input.is_object()) throw CaseError("input", "not an object");
  const json expected = one.contains("expected") ? one.at("expected") : json::object();
  const json tolerance = one.contains("tolerance") ? one.at("tolerance") : json::object();
  if (!expected.is_object()) throw CaseError("expected", "not an object");
  if (!tolerance.is_object()) throw CaseError("tolerance", "not an object");
  for (const auto& [name, value] : expected.items())
    if (!tolerance.contains(name))
      throw CaseError("tolerance." + name, "missing: each expected output has a tolerance");
  for (const auto& [name, value] : tolerance.items())
    if (!expected.contains(name)) throw CaseError("tolerance." + name, "no such output is expected");

  const CaseOutputs outputs = evaluator.evaluate(input, expected);
  for (const auto& [name, value] : expected.items())
    if (!outputs.values.contains(name)) throw CaseError("expected." + name, "this kind computes no such output here");
  for (const auto& [name, computed] : outputs.values.items()) {
    OutputReport output{name, computed, nullptr, nullptr, expected.contains(name), {}};
    if (outputs.standard_errors.contains(name)) output.standard_error = outputs.standard_errors.at(name);
    if (output.is_compared) {
      output.expected = expected.at(name);
      try {
        output.comparison = compare_output(computed, output.expected, tolerance.at(name), output.standard_error);
      } catch (const CaseError& error) {
        throw CaseError(error.field + "." + name, error.what());
      }
      report.worst = std::max(report.worst, output.comparison.multiple);
      if (!(output.comparison.multiple <= 1)) report.status = Status::failed;
    }
    report.outputs.push_back(std::move(output));
  }
}

void complain(std::ostream& err, const CaseReport& report) {
  err << "error: " << report.file;
  if (!report.name.empty()) err << ": case \"" << report.name << "\"";
  if (!report.field.empty()) err << ": field " << report.field;
  err << ": " << report.message << "\n";
}

/// An error that keeps a whole file from being run.
void file_error(Report& report, std::ostream& err, const std::string& file, const std::string& kind,
                const std::string& which, const std::string& why) {
  report.files.push_back({file, kind, 0, 0, 0, 1, 0});
  CaseReport entry{file, kind, "", Status::error, which, why, 0, {}};
  complain(err, entry);
  report.cases.push_back(std::move(entry));
  report.has_error = true;
}

/// The envelope of a file; throws CaseError.
const Evaluator& evaluator_of(const json& file, std::string& kind) {
  if (!file.is_object()) throw CaseError("", "not a JSON object");
  if (file.contains("kind") && file.at("kind").is_string()) kind = file.at("kind").get<std::string>();
  const json& schema = field(file, "schema");
  if (schema != "pavise-case/1") throw CaseError("schema", "is " + schema.dump() + ", not \"pavise-case/1\"");
  for (const char* name : {"kind", "title", "source"})
    if (!field(file, name).is_string()) throw CaseError(name, "not a string");
  if (!field(file, "cases").is_array()) throw CaseError("cases", "not an array");
  allow_only(file, {"schema", "kind", "title", "source", "cases"}, "");
  const Evaluator* evaluator = Registry<Evaluator>::instance().find(kind);
  if (!evaluator) {
    std::string known;
    for (const Evaluator* other : Registry<Evaluator>::instance().sorted())
      known += (known.empty() ? "" : ", ") + std::string(other->info.name);
    throw CaseError("kind", "unknown kind \"" + kind + "\"; this program computes: " + known);
  }
  return *evaluator;
}

void run_file(const fs::path& path, Report& report, std::ostream& err) {
  const std::string file = path.string();
  std::string kind;
  json content;
  const Evaluator* evaluator = nullptr;
  try {
    std::ifstream stream(path);
    if (!stream) throw CaseError("", "cannot be read");
    content = json::parse(stream);
    evaluator = &evaluator_of(content, kind);
  } catch (const CaseError& error) {
    return file_error(report, err, file, kind, error.field, error.what());
  } catch (const json::exception& error) {
    return file_error(report, err, file, kind, "", std::string("not valid JSON: ") + error.what());
  }

  FileReport summary{file, kind, 0, 0, 0, 0, 0};
  for (const json& one : content.at("cases")) {
    CaseReport entry;
    entry.file = file;
    entry.kind = kind;
    entry.name = "#" + std::to_string(summary.cases + 1);
    try {
      if (!one.is_object()) throw CaseError("cases", "not an object");
      if (!field(one, "name").is_string()) throw CaseError("name", "not a string");
      entry.name = one.at("name").get<std::string>();
      run_case(*evaluator, one, entry);
    } catch (const CaseError& error) {
      entry.status = Status::error;
      entry.field = error.field;
      entry.message = error.what();
    } catch (const std::exception& error) {  // a field of the wrong type that the evaluator took unasked
      entry.status = Status::error;
      entry.field = "input";
      entry.message = error.what();
    }
    ++summary.cases;
    summary.passed += entry.status == Status::passed;
    summary.failed += entry.status == Status::failed;
    summary.errors += entry.status == Status::error;
    if (entry.status == Status::error) complain(err, entry);
    summary.worst = std::max(summary.worst, entry.worst);
    report.cases.push_back(std::move(entry));
  }
  report.has_failure |= summary.failed > 0;
  report.has_error |= summary.errors > 0;
  report.files.push_back(summary);
}

json as_json(const Report& report) {
  json result = {{"files", json::array()}, {"cases", json::array()}};
  for (const FileReport& file : report.files)
    result["files"].push_back({{"file", file.file},
                               {"kind", file.kind},
                               {"cases", file.cases},
                               {"passed", file.passed},
                               {"failed", file.failed},
                               {"errors", file.errors},
                               {"worst", number_or_null(file.worst)}});
  for (const CaseReport& one : report.cases) {
    json outputs = json::object();
    for (const OutputReport& output : one.outputs) {
      json& entry = outputs[output.name] = {{"computed", output.computed}};
      if (output.is_compared) {
        entry["expected"] = output.expected;
        entry["error"] = number_or_null(output.comparison.multiple);  // as a multiple of the tolerance
        entry["passed"] = output.comparison.multiple <= 1;
      }
      if (!output.standard_error.is_null()) entry["standard_error"] = output.standard_error;
      if (!output.comparison.complaint.empty()) entry["complaint"] = output.comparison.complaint;
    }
    json entry = {{"file", one.file},
                  {"kind", one.kind},
                  {"name", one.name},
                  {"status", name_of(one.status)},
                  {"worst", number_or_null(one.worst)},
                  {"outputs", outputs}};
    if (one.status == Status::error) entry["error"] = {{"field", one.field}, {"message", one.message}};
    result["cases"].push_back(std::move(entry));
  }
  return result;
}

/// The end of a path that fits: what tells files apart stands there.
std::string shortened(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : "..." + text.substr(text.size() - (width - 3));
}

std::string multiple_text(double multiple) {
  return std::isfinite(multiple) ? fmt::format("{:.3g}", multiple) : std::string("inf");
}

void print_table(const Report& report, std::ostream& out) {
  const char* row = "{:<39} {:<11} {:>5} {:>6} {:>6} {:>7}\n";
  out << fmt::format(fmt::runtime(row), "file", "kind", "cases", "passed", "failed", "worst");
  std::size_t cases = 0, passed = 0, failed = 0, errors = 0;
  for (const FileReport& file : report.files) {
    out << fmt::format(fmt::runtime(row), shortened(file.file, 39), shortened(file.kind, 11), file.cases, file.passed,
                       file.failed + file.errors, file.cases == file.errors ? "-" : multiple_text(file.worst));
    cases += file.cases, passed += file.passed, failed += file.failed, errors += file.errors;
  }

  // each failure: case, then the outputs that are off
  for (const CaseReport& one : report.cases) {
    if (one.status != Status::failed) continue;
    out << "\nfailed: " << shortened(one.file, 71) << "\n  " << one.name << "\n";
    for (const OutputReport& output : one.outputs) {
      if (!output.is_compared || output.comparison.multiple <= 1) continue;
      out << fmt::format("    {}: {} times its tolerance{}{}\n", output.name, multiple_text(output.comparison.multiple),
                         output.comparison.complaint.empty() ? "" : ", ", output.comparison.complaint);
      out << fmt::format("      computed {}\n      expected {}\n", output.computed.dump(), output.expected.dump());
    }
  }
  out << fmt::format("\n{} cases: {} passed, {} failed, {} with errors\n", cases, passed, failed, errors);
}

}  // namespace

int run_verify(const std::vector<std::string>& paths, const std::string& json_path, std::ostream& out,
               std::ostream& err) {
  Report report;
  for (const std::string& path : paths) {
    std::string complaint;
    const std::vector<fs::path> files = files_of(path, complaint);
    if (!complaint.empty()) file_error(report, err, path, "", "", complaint);
    for (const fs::path& file : files) run_file(file, report, err);
  }
  if (paths.empty()) {
    err << "error: no case file given\n";
    report.has_error = true;
  }

  if (json_path == "-") {
    out << as_json(report).dump(1) << "\n";
  } else {
    print_table(report, out);
    if (!json_path.empty()) {
      std::ofstream file(json_path);
      file << as_json(report).dump(1) << "\n";
      if (!file.flush()) {
        err << "error: " << json_path << ": cannot be written\n";
        return 3;
      }
    }
  }
  return report.has_error ? 2 : report.has_failure ? 1 : 0;
}

}  // namespace pavise
