// Command line in, exit status out: choosing the command, and turning every kind of mistake into one clear message.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/terminal.hpp"
#include "scenario/spelling.hpp"
#include "study/study.hpp"

namespace pavise {
namespace {

const std::vector<const CommandKind*>& commands() { return Registry<CommandKind>::instance().sorted(); }

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandKind* command : commands()) names.emplace_back(command->info.name);
  return names;
}

std::string overview() {
  std::string text = "pavise: engagements of a defended site by air and missile defence\n\n"
                     "  pavise run first_minute\n"
                     "  pavise compare nsatu_hub_amdtf nsatu_hub_patriot_only -n 2000 -o study.h5\n\n"
                     "commands (pavise COMMAND --help tells more):\n";
  for (const CommandKind* command : commands())
    text += fmt::format("  {:<9} {}\n", command->info.name, command->info.summary);
  return text;
}

std::string help_of(const CommandKind& kind, const CLI::App& app) {
  std::string text = "examples:\n";
  std::string_view examples = kind.info.source;
  while (!examples.empty()) {
    const std::size_t end = std::min(examples.find('\n'), examples.size());
    text += "  " + std::string(examples.substr(0, end)) + "\n";
    examples.remove_prefix(std::min(end + 1, examples.size()));
  }
  text += "\n" + std::string(kind.info.summary) + "\n\nusage: pavise " + std::string(kind.info.name);
  for (const CLI::Option* option : app.get_options({}))
    if (option->get_positional()) text += " " + option->get_name() + (option->get_items_expected_max() > 1 ? "..." : "");
  text += " [options]\n\noptions:\n";
  for (const CLI::Option* option : app.get_options({})) {
    if (option->get_positional()) {
      text += fmt::format("  {:<28} {}\n", option->get_name(), option->get_description());
      continue;
    }
    std::string names = option->get_name(false, true);
    for (std::size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) names.insert(at + 1, " ");
    if (option->get_type_size() != 0) names += " " + option->get_option_text();
    text += fmt::format("  {:<28} {}\n", names, option->get_description());
  }
  return text;
}

void show_error(const std::string& code, const std::string& message, const std::string& help, bool is_json) {
  if (is_json) {
    const nlohmann::ordered_json error = {{"code", code}, {"file", nullptr},       {"line", nullptr}, {"column", nullptr},
                                          {"message", message}, {"help", help}};
    std::cout << nlohmann::ordered_json{{"schema", "pavise-errors/1"}, {"errors", {error}}}.dump(1) << '\n';
    return;
  }
  std::fprintf(stderr, "error[%s]: %s\n", code.c_str(), message.c_str());
  if (!help.empty()) std::fprintf(stderr, "help: %s\n", help.c_str());
}

/// An option nobody knows: what was probably meant.
std::string help_for_unknown(const CLI::App& app, const std::vector<std::string>& unknown) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options({}))
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : unknown) {
    const std::string nearest = nearest_name(word.substr(0, word.find('=')), known);
    if (!nearest.empty()) return "did you mean " + nearest + "?";
  }
  return "pavise " + app.get_name() + " --help lists its options";
}

int run_command(const CommandKind& kind, int argc, char** argv) {
  CommonOptions common;
  CLI::App app{std::string(kind.info.summary), std::string(kind.info.name)};
  app.set_help_flag();
  bool wants_help = false;
  app.add_flag("-h,--help", wants_help, "this text");
  const std::function<int()> action = kind.declare(app, common);
  common.add_to(app);
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") break;
    if (word == "-h" || word == "--help") {
      std::cout << help_of(kind, app);
      return kDone;
    }
    if (word == "--json") common.is_json = true;  // errors of the command line itself are JSON too
    const std::string name = word.substr(0, word.find('='));
    if (name.size() > 2 && name.compare(0, 2, "--") == 0 && !app.get_option_no_throw(name)) {
      show_error("E0002", fmt::format("{} is no option of pavise {}", escape_control(name), kind.info.name),
                 help_for_unknown(app, {name}), common.is_json);
      return kBadInput;
    }
  }
  try {
    app.parse(argc, argv);
    return action();
  } catch (const CLI::ExtrasError& error) {
    const std::vector<std::string> unknown = app.remaining();
    show_error("E0002", fmt::format("{} is no option or operand of pavise {}", unknown.empty() ? "" : unknown.front(), kind.info.name),
               help_for_unknown(app, unknown), common.is_json);
  } catch (const CLI::ParseError& error) {
    show_error("E0003", error.what(), fmt::format("pavise {} --help shows how it is used", kind.info.name), common.is_json);
  } catch (const UsageError& error) {
    show_error(error.code, error.what(), error.help, common.is_json);
  } catch (const StudyError& error) {
    show_error(error.exit_status == kBadInput ? "E0501" : "E0601", error.what(), "", common.is_json);
    return error.exit_status;
  } catch (const std::bad_alloc&) {
    show_error("E0602", "out of memory", "fewer threads (--threads) or a smaller block (PAVISE_BLOCK) need less", common.is_json);
    return kMachineFault;
  }
  return kBadInput;
}

}  // namespace

void CommonOptions::add_to(CLI::App& command) {
  if (!command.get_option_no_throw("--json"))  // verify has one of its own, with a file
    command.add_flag("--json", is_json, "one JSON document on stdout, and nothing else");
  command.add_flag("-q,--quiet", is_quiet, "errors only");
  command.add_flag("-v,--verbose", is_verbose, "more on stderr");
  command.add_flag("--no-color", has_no_colour, "no colour, on a terminal too");
}

void show(const Diagnostics& diagnostics, const CommonOptions& common) {
  if (common.is_json && diagnostics.has_errors()) {
    std::cout << diagnostics.to_json() << '\n';
    return;
  }
  if (common.is_quiet && !diagnostics.has_errors()) return;
  std::cerr << diagnostics.to_text(may_colour(STDERR_FILENO, common.has_no_colour));
}

std::string git_commit() { return PAVISE_GIT_COMMIT; }

int run_program(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);  // a closed pipe ends the program quietly
  if (argc < 2) {
    std::cerr << overview();
    return kBadInput;
  }
  const std::string word = argv[1];
  if (word == "--help" || word == "-h") {
    std::cout << overview();
    return kDone;
  }
  if (word == "--version") {
    std::cout << "pavise " PAVISE_VERSION << (git_commit().empty() ? "" : " (" + git_commit() + ")") << '\n';
    return kDone;
  }
  if (const CommandKind* kind = Registry<CommandKind>::instance().find(word)) return run_command(*kind, argc - 1, argv + 1);
  const std::string nearest = nearest_name(word, command_names());
  show_error("E0004", fmt::format("pavise has no command '{}'", escape_control(word)),
             nearest.empty() ? "pavise --help lists the commands" : "did you mean '" + nearest + "'?", false);
  return kBadInput;
}

}  // namespace pavise
