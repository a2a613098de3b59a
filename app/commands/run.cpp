#include <memory>

#include "app/simulation.hpp"

namespace pavise {
namespace {

template <int kLeastScenarios>
std::function<int()> declare(CLI::App& command, CommonOptions& common) {
  auto options = std::make_shared<SimulationOptions>();
  auto* scenarios = command.add_option("SCENARIO", options->scenarios, "a file, or the name of one that ships")->required();
  if constexpr (kLeastScenarios == 1)
    scenarios->expected(1);
  else
    scenarios->expected(1, 64);
  options->add_to(command);
  const std::string name = command.get_name();
  return [options, &common, name] {
    if (kLeastScenarios > 1 && options->scenarios.size() * std::max<std::size_t>(1, options->policies.size()) *
                                       std::max<std::size_t>(1, options->raids.size()) < 2)
      throw UsageError("compare needs at least two arms",
                       "name a second scenario, or several policies: --policy doctrine,greedy_mmr");
    std::string line = "pavise " + name;
    for (const std::string& scenario : options->scenarios) line += " " + scenario;
    line += " -n " + std::to_string(options->replications) + " --seed " + std::to_string(options->seed);
    const auto add = [&](const char* option, const std::vector<std::string>& words) {
      for (std::size_t i = 0; i < words.size(); ++i) line += (i ? "," : std::string(" ") + option + " ") + words[i];
    };
    add("--raid", options->raids);
    add("--policy", options->policies);
    for (const std::string& set : options->sets) line += " --set '" + set + "'";
    if (options->record != "summary") line += " --record " + options->record;
    return simulate(*options, common, line);
  };
}

const Registration<CommandKind> run{{
    .info = {.category = "command",
             .name = "run",
             .summary = "Monte Carlo of one scenario: a summary table with confidence intervals",
             .source = "pavise run first_minute\n"
                       "pavise run nsatu_hub_amdtf --raid drones_24 -n 5000 -o run.h5\n"
                       "pavise run nsatu_hub_amdtf --policy doctrine,greedy_mmr --until leakers=0.05"},
    .declare = declare<1>,
}};

const Registration<CommandKind> compare{{
    .info = {.category = "command",
             .name = "compare",
             .summary = "The same raids against several laydowns or policies: paired differences",
             .source = "pavise compare nsatu_hub_amdtf nsatu_hub_patriot_only --raid mixed_40 -n 2000 -o study.h5\n"
                       "pavise compare nsatu_hub_amdtf --policy doctrine,greedy_mmr,nearest"},
    .declare = declare<2>,
}};

}  // namespace
}  // namespace pavise
