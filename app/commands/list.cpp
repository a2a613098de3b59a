#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/terminal.hpp"
#include "scenario/scenario.hpp"
#include "study/run_study.hpp"
#include "study/tables.hpp"

namespace pavise {
namespace {

using Json = nlohmann::ordered_json;

/// One listed thing; JSON has all, text the columns.
struct Listing {
  TextTable table;
  Json items = Json::array();
  std::string tail = {};
};

Listing policies() {
  Listing listing{TextTable({"policy", "what it does"})};
  for (const ListedPolicy& policy : list_policies()) {
    listing.table.add({policy.name, policy.summary});
    listing.items.push_back({{"name", policy.name}, {"summary", policy.summary}, {"source", policy.source}});
  }
  return listing;
}

Listing scenarios() {
  Listing listing{TextTable({"scenario", "raids"})};
  for (const ListedScenario& scenario : list_scenarios()) {
    std::string raids;
    for (const std::string& raid : scenario.raids) raids += (raids.empty() ? "" : ", ") + raid;
    listing.table.add({scenario.name, raids});
    listing.items.push_back({{"name", scenario.name}, {"title", scenario.title}, {"file", scenario.file}, {"raids", scenario.raids}});
  }
  return listing;
}

Listing components(const CommonOptions& common) {
  Listing listing{TextTable({"component", "model", "sourced", "notional"})};
  Diagnostics diagnostics;
  std::size_t sourced = 0, notional = 0;
  std::string notional_values;
  for (const ListedComponent& component : list_components({}, diagnostics)) {
    sourced += component.sourced;
    notional += component.notional;
    listing.table.add({component.name, component.model, std::to_string(component.sourced), std::to_string(component.notional)});
    Json values = Json::array();
    for (const ListedValue& value : component.values) {
      values.push_back({{"key", value.key}, {"value", value.value}, {value.is_sourced ? "source" : "notional", value.origin}});
      if (!value.is_sourced)
        notional_values += fmt::format("  {} {} = {}  ({})\n", component.name, value.key, value.value, value.origin);
    }
    listing.items.push_back({{"name", component.name}, {"kind", component.kind}, {"title", component.title},
                             {"model", component.model}, {"values", values}});
  }
  show(diagnostics, common);
  listing.tail = fmt::format("\n{} of {} values carry a public source; notional are:\n{}", sourced, sourced + notional, notional_values);
  return listing;
}

Listing models() {
  Listing listing{TextTable({"model", "what it is"})};
  for (const ComponentInfo* info : all_components()) {
    if (info->category == "command" || info->category == "verify" || info->category == "metric") continue;
    listing.table.add({fmt::format("{} ({})", info->name, info->category), std::string(info->summary)});
    listing.items.push_back({{"category", info->category}, {"name", info->name}, {"summary", info->summary}, {"source", info->source}});
  }
  return listing;
}

Listing metrics() {
  Listing listing{TextTable({"metric", "what it counts"})};
  for (const MetricKind* metric : all_metrics()) {
    const std::string suffix = metric->series == MetricSeries::threat_class ? ".CLASS"
                               : metric->series == MetricSeries::weapon     ? ".WEAPON"
                                                                            : "";
    listing.table.add({std::string(metric->info.name) + suffix, std::string(metric->info.summary)});
    listing.items.push_back({{"name", std::string(metric->info.name) + suffix}, {"unit", metric->unit}, {"summary", metric->info.summary}});
  }
  return listing;
}

Listing errors() {
  Listing listing{TextTable({"code", "meaning"})};
  for (const ErrorClass& error : error_catalogue()) {
    listing.table.add({std::string(error.code), std::string(error.meaning) + "; " + std::string(error.remedy)});
    listing.items.push_back({{"code", error.code}, {"meaning", error.meaning}, {"remedy", error.remedy}});
  }
  return listing;
}

std::string completion(const std::string& shell) {
  std::string words;
  for (const CommandKind* command : Registry<CommandKind>::instance().sorted()) words += std::string(command->info.name) + " ";
  if (shell == "fish") return "complete -c pavise -n __fish_use_subcommand -a '" + words + "'\n";
  if (shell == "zsh") return "#compdef pavise\n_arguments '1:command:(" + words + ")' '*:file:_files'\n";
  return "_pavise() { [ \"$COMP_CWORD\" -eq 1 ] && COMPREPLY=($(compgen -W '" + words +
         "' -- \"${COMP_WORDS[1]}\")) || COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\")); }\ncomplete -F _pavise pavise\n";
}

/// Name of a column's type as FORMATS writes it.
std::string type_name(const ColumnSpec& column) {
  if (!column.enumeration.empty()) return std::string(column.enumeration);
  switch (column.type) {
    case Scalar::f4: return "f4";
    case Scalar::f8: return "f8";
    case Scalar::i4: return "i4";
    case Scalar::i8: return "i8";
    case Scalar::u1: return "u1";
    case Scalar::u8: return "u8";
  }
  return "";
}

void add_columns(Listing& listing, const TableSpec& table) {
  const char* level = table.from == RecordLevel::summary ? "summary" : table.from == RecordLevel::events ? "events" : "full";
  for (const ColumnSpec& column : table.columns) {
    listing.table.add({fmt::format("/{}/{}", table.name, column.name), type_name(column), std::string(column.units), level});
    listing.items.push_back({{"table", table.name}, {"name", column.name}, {"type", type_name(column)},
                             {"units", column.units}, {"long_name", column.long_name}, {"level", level}});
  }
}

Listing columns() {
  Listing listing{TextTable({"column", "type", "units", "level"})};
  add_columns(listing, replications_table());
  for (int table = 0; table < kRowTables; ++table) add_columns(listing, row_table(table));
  return listing;
}

int list(const std::string& what, const std::string& shell, const CommonOptions& common) {
  if (what == "completion") {
    std::cout << completion(shell);
    return kDone;
  }
  const Listing listing = what == "policies"     ? policies()
                          : what == "scenarios"  ? scenarios()
                          : what == "components" ? components(common)
                          : what == "models"     ? models()
                          : what == "metrics"    ? metrics()
                          : what == "columns"    ? columns()
                                                 : errors();
  if (common.is_json)
    std::cout << Json{{"schema", "pavise-list/1"}, {what, listing.items}}.dump(1) << '\n';
  else
    std::cout << listing.table.left_aligned_text() << listing.tail;
  return kDone;
}

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "list",
             .summary = "What there is: policies, components, models, scenarios, columns, metrics, errors",
             .source = "pavise list policies\npavise list components\npavise list completion --shell bash"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto what = std::make_shared<std::string>("scenarios");
      auto shell = std::make_shared<std::string>("bash");
      command.add_option("WHAT", *what, "policies, components, models, scenarios, columns, metrics, errors or completion")
          ->check(CLI::IsMember({"policies", "components", "models", "scenarios", "columns", "metrics", "errors", "completion"}));
      command.add_option("--shell", *shell, "of the completion script")->check(CLI::IsMember({"bash", "zsh", "fish"}))->option_text("NAME");
      return [what, shell, &common] { return list(*what, *shell, common); };
    },
}};

}  // namespace
}  // namespace pavise
