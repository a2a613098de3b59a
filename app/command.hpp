// A command is one file in app/commands/ that registers itself: its options, and what it does.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/core/registry.hpp"
#include "scenario/diagnostics.hpp"

namespace pavise {

/// Exit statuses of CONTRACT.md.
inline constexpr int kDone = 0, kSaidNo = 1, kBadInput = 2, kMachineFault = 3, kInterrupted = 130;

/// Wrong usage that is not a place in a file: one message, one remedy, exit status 2.
struct UsageError : std::runtime_error {
  UsageError(const std::string& what, std::string remedy, std::string error_code = "E0001")
      : std::runtime_error(what), help(std::move(remedy)), code(std::move(error_code)) {}
  std::string help, code;
};

/// What every command takes.
struct CommonOptions {
  bool is_json = false, is_quiet = false, is_verbose = false, has_no_colour = false;
  void add_to(CLI::App& command);
};

struct CommandKind {
  ComponentInfo info;         // category "command"; source: examples, one per line
  /// Adds its options and returns the action, which gives the exit status.
  std::function<int()> (*declare)(CLI::App& command, CommonOptions& common) = nullptr;
};

/// Shows a scenario's mistakes: text on stderr, or one JSON document on stdout.
void show(const Diagnostics& diagnostics, const CommonOptions& common);

/// The whole program. Returns the exit status.
int run_program(int argc, char** argv);

/// Commit the program was built from; "" outside a checkout.
std::string git_commit();

}  // namespace pavise
