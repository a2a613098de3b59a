#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

struct ValidateOptions {
  std::vector<std::string> scenarios, sets, component_folders;
  bool is_strict = false, prints = false;
};

int validate(const ValidateOptions& options, const CommonOptions& common) {
  nlohmann::ordered_json documents = nlohmann::ordered_json::array();
  bool is_good = true;
  for (const std::string& scenario : options.scenarios) {
    const LoadedScenario loaded = load_scenario(
        scenario, {.component_folders = options.component_folders, .sets = options.sets, .is_strict = options.is_strict});
    is_good &= loaded.model.has_value();
    if (common.is_json) {
      const auto part = nlohmann::ordered_json::parse(loaded.diagnostics.to_json());
      for (const auto& error : part.value("errors", nlohmann::ordered_json::array())) documents.push_back(error);
      continue;
    }
    show(loaded.diagnostics, common);
    if (options.prints && loaded.model) std::cout << loaded.printed_text;
    if (loaded.model && !options.prints && !common.is_quiet)
      std::cout << fmt::format("{}: good; {} raids, {} sensors, {} fire units, {} of {} component values notional\n", scenario,
                               loaded.model->raids.size(), loaded.model->sensors.size(),
                               loaded.model->armament.fire_units.size(), loaded.notional_values,
                               loaded.notional_values + loaded.sourced_values);
  }
  if (common.is_json)
    std::cout << nlohmann::ordered_json{{"schema", "pavise-errors/1"}, {"errors", documents}}.dump(1) << '\n';
  return is_good ? kDone : kBadInput;
}

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "validate",
             .summary = "Every error in the input at once, each with its place and the remedy; runs nothing",
             .source = "pavise validate my_scenario.toml\npavise validate nsatu_hub_patriot_only --print"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto options = std::make_shared<ValidateOptions>();
      command.add_option("SCENARIO", options->scenarios, "files, or names of scenarios that ship")->required()->expected(1, 256);
      command.add_flag("--print", options->prints, "the merged scenario, each value with where it comes from");
      command.add_flag("--strict", options->is_strict, "warnings are errors");
      command.add_option("--set", options->sets, "change one value")->allow_extra_args(false)->option_text("PATH=VALUE");
      command.add_option("--components", options->component_folders, "a further folder of components")
          ->allow_extra_args(false)->option_text("DIR");
      return [options, &common] { return validate(*options, common); };
    },
}};

}  // namespace
}  // namespace pavise
