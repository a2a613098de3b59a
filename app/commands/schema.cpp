#include <iostream>
#include <memory>

#include "app/command.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "schema",
             .summary = "JSON Schema of the inputs, from the same tables that the loader checks with",
             .source = "pavise schema > pavise-scenario-1.schema.json\npavise schema component"},
    .declare = [](CLI::App& command, CommonOptions&) -> std::function<int()> {
      auto which = std::make_shared<std::string>("scenario");
      command.add_option("INPUT", *which, "scenario (default) or component")->check(CLI::IsMember({"scenario", "component"}));
      return [which] {
        std::cout << (*which == "component" ? component_schema() : scenario_schema());
        return kDone;
      };
    },
}};

}  // namespace
}  // namespace pavise
