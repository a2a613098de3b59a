#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/verify/driver.hpp"
#include "study/study_file.hpp"

namespace pavise {
namespace {

struct VerifyOptions {
  std::vector<std::string> paths;
  std::string report;
};

bool is_study(const std::string& path) { return path.size() > 3 && path.compare(path.size() - 3, 3, ".h5") == 0; }

int verify(const VerifyOptions& options) {
  std::vector<std::string> cases;
  int status = kDone;
  for (const std::string& path : options.paths) {
    if (!is_study(path)) {
      cases.push_back(path);
      continue;
    }
    if (const auto broken = verify_invariants(path)) {
      std::cout << fmt::format("{}: {} in {}{}\n", path, broken->what, broken->table,
                               broken->replication >= 0 ? fmt::format(", replication {}", broken->replication) : "");
      status = kSaidNo;
    } else {
      std::cout << path << ": every invariant holds\n";
    }
  }
  return cases.empty() ? status : std::max(status, run_verify(cases, options.report, std::cout, std::cerr));
}

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "verify",
             .summary = "Conformance cases through the real kernel code; or the invariants of a study file",
             .source = "pavise verify tests/cases\npavise verify tests/cases/engagement --json report.json\npavise verify study.h5"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto options = std::make_shared<VerifyOptions>();
      command.add_option("CASE", options->paths, "case files, folders of them, study files")->required()->expected(1, 4096);
      (void)common;
      command.add_option("--json", options->report, "per case what was computed, expected and how far off; - is stdout")
          ->expected(0, 1)->default_str("-")->option_text("[OUT]");
      return [options, &command] {
        if (command.count("--json") > 0 && options->report.empty()) options->report = "-";
        return verify(*options);
      };
    },
}};

}  // namespace
}  // namespace pavise
