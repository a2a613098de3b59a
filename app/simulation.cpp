#include "app/simulation.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/terminal.hpp"
#include "scenario/quantity.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

std::atomic<bool> is_cancelled{false};

/// First signal: finish the running replications and keep them. Second: leave at once; segments stay.
void on_interrupt(int) {
  if (is_cancelled.exchange(true)) _exit(kInterrupted);
}

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

RecordLevel record_level(const std::string& word) {
  if (word == "summary") return RecordLevel::summary;
  return word == "events" ? RecordLevel::events : RecordLevel::full;
}

double seconds_from(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const double scale = unit.empty() || unit == "s" || unit == " s" ? 1 : unit == "min" || unit == " min" ? 60 : 0;
  if (error != std::errc() || scale == 0 || !(value > 0))
    throw UsageError(fmt::format("--checkpoint {} is no length of time", text), "write for example --checkpoint \"60 s\"");
  return value * scale;
}

StopRule stop_rule_from(const std::string& text) {
  const std::size_t equals = text.find('=');
  StopRule rule{text.substr(0, equals), 0};
  if (equals != std::string::npos)
    std::from_chars(text.data() + equals + 1, text.data() + text.size(), rule.half_width);
  if (!(rule.half_width > 0))
    throw UsageError(fmt::format("--until {} is no METRIC=HALFWIDTH", text), "write for example --until leakers=0.05");
  return rule;
}

/// Everything that has to outlive a run.
struct Arms {
  std::vector<std::unique_ptr<Model>> models;
  std::vector<Arm> arms;
  std::vector<std::pair<std::string, std::string>> files;
};

/// scenarios x raids x policies, in that order, last fastest. False if some input is wrong (and shown).
bool make_arms(const SimulationOptions& options, const CommonOptions& common, Arms& made) {
  bool is_good = true;
  for (const std::string& scenario : options.scenarios) {
    LoadedScenario loaded = load_scenario(
        scenario,
        {.component_folders = options.component_folders, .sets = options.sets, .is_strict = options.is_strict});
    if (!loaded.model) {
      show(loaded.diagnostics, common);
      is_good = false;
      if (common.is_json) return false;  // one document
      continue;
    }
    for (const FileRead& file : loaded.files)
      if (std::none_of(made.files.begin(), made.files.end(), [&](const auto& f) { return f.first == file.name; }))
        made.files.emplace_back(file.name, file.text);
    std::vector<std::string> raids = options.raids, policies = options.policies;
    if (raids.empty()) raids = {loaded.model->raids.front().name};
    if (policies.empty()) policies = {""};
    for (const std::string& raid : raids) {
      for (const std::string& policy : policies) {
        auto model = std::make_unique<Model>(*loaded.model);
        const std::int32_t index = find_raid(*model, raid, loaded.diagnostics);
        const bool has_policy = policy.empty() || policy == model->policy->info.name ||
                                choose_policy(*model, policy, loaded.diagnostics);
        if (index < 0 || !has_policy) {
          is_good = false;
          continue;
        }
        Arm arm;
        arm.scenario = loaded.name;
        arm.raid_name = raid;
        arm.policy_name = std::string(model->policy->info.name);
        arm.label = loaded.name;
        if (raids.size() > 1) arm.label += "/" + raid;
        if (policies.size() > 1) arm.label += "/" + arm.policy_name;
        arm.model = model.get();
        arm.raid = index;
        arm.scenario_text = loaded.merged_text;
        for (const Arm& other : made.arms)
          if (other.label == arm.label)
            throw UsageError(fmt::format("arm {} is named twice", arm.label), "name each scenario, raid and policy once");
        made.arms.push_back(std::move(arm));
        made.models.push_back(std::move(model));
      }
    }
    if (!loaded.diagnostics.sorted().empty()) show(loaded.diagnostics, common);
    if (common.is_json && !is_good) return false;
  }
  return is_good;
}

void check_output(const SimulationOptions& options) {
  struct stat status {};
  if (options.output.empty()) {
    if (options.resumes) throw UsageError("--resume needs the file to go on with", "give it by -o FILE");
    return;
  }
  const bool exists = stat(options.output.c_str(), &status) == 0;
  const bool has_parts = stat((options.output + ".parts").c_str(), &status) == 0;
  if ((exists || has_parts) && !options.is_forced && !options.resumes)
    throw UsageError(fmt::format("{} is there already", exists ? options.output : options.output + ".parts"),
                     "--force writes it anew, --resume goes on with an interrupted run", "E0502");
}

std::string study_text_of(const SimulationOptions& options, const Arms& arms) {
  std::string text = "schema = \"pavise-study/1\"\ntitle = \"from the command line\"\nscenarios = [";
  const auto list = [&](const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) text += (i ? ", \"" : "\"") + words[i] + "\"";
    text += "]\n";
  };
  list(options.scenarios);
  if (!options.raids.empty()) text += "raids = [", list(options.raids);
  if (!options.policies.empty()) text += "policies = [", list(options.policies);
  text += fmt::format("seed = {}\nreplications = {}\nrecord = \"{}\"\n", options.seed, options.replications, options.record);
  for (const std::string& set : options.sets) text += "# --set " + set + "\n";
  (void)arms;
  return text;
}

}  // namespace

void SimulationOptions::add_to(CLI::App& command) {
  command.add_option("--raid", raids, "raids of the scenario, by name; default: its first")
      ->delimiter(',')->option_text("NAME[,NAME]");
  command.add_option("--policy", policies, "allocation policies; default: the scenario's")
      ->delimiter(',')->option_text("NAME[,NAME]");
  command.add_option("-n,--replications", replications, "replications per arm (1000); with --until, the most")
      ->check(CLI::Range(std::int64_t(1), std::int64_t(2147483647)))->option_text("N");
  command.add_option("--until", until, "stop when the metric's 95 % interval is at most +-HALFWIDTH")
      ->option_text("METRIC=HALFWIDTH");
  command.add_option("--seed", seed, "0 to 2^63-1 (1)")
      ->check(CLI::Range(std::uint64_t(0), std::uint64_t(INT64_MAX)))->option_text("S");
  command.add_option("--threads", threads, "threads (all)")->check(CLI::Range(1, 4096))->option_text("T");
  command.add_option("--set", sets, "change one value, such as doctrine.reserve=0.5")
      ->allow_extra_args(false)->option_text("PATH=VALUE");
  command.add_option("--components", component_folders, "a further folder of components")
      ->allow_extra_args(false)->option_text("DIR");
  command.add_option("--record", record, "summary, events or full (summary)")
      ->check(CLI::IsMember({"summary", "events", "full"}))->option_text("LEVEL");
  command.add_option("-o,--output", output, "study file to write")->option_text("FILE");
  command.add_flag("--force", is_forced, "write over an existing file");
  command.add_flag("--resume", resumes, "go on with an interrupted run");
  command.add_option("--checkpoint", checkpoint, "longest work to lose in a crash (60 s)")->option_text("TIME");
  command.add_option("--deflate", deflate, "compress columns, 1 to 9 (0: not)")->check(CLI::Range(0, 9))->option_text("LEVEL");
  command.add_flag("--strict", is_strict, "warnings are errors");
}

int simulate(const SimulationOptions& options, const CommonOptions& common, const std::string& command_line) {
  Arms arms;
  check_output(options);
  if (!make_arms(options, common, arms)) return kBadInput;

  StudyRequest request;
  request.monte_carlo.arms = arms.arms;
  request.monte_carlo.seed = options.seed;
  request.monte_carlo.replications = options.replications;
  request.monte_carlo.record = record_level(options.record);
  request.monte_carlo.threads = options.threads;
  request.title = arms.models.front()->title;
  if (!options.until.empty()) request.until = stop_rule_from(options.until);
  request.output = options.output;
  request.resumes = options.resumes;
  request.deflate = options.deflate;
  if (!options.checkpoint.empty()) request.checkpoint_s = seconds_from(options.checkpoint);
  request.study_text = study_text_of(options, arms);
  request.files = arms.files;
  request.command = command_line;
  request.git_commit = git_commit();
  watch_for_interrupts();
  request.cancel = &is_cancelled;

  StudyResult result;
  {
    ProgressLine line(is_terminal(STDERR_FILENO) && !common.is_quiet && !common.is_json);
    request.progress = [&](const Progress& p) {
      line.show(p.done, p.total, p.half_width > 0 ? p.metric + " " + with_interval(p.mean, p.half_width) : "");
    };
    result = run_study(request);
  }
  if (common.is_json) {
    std::cout << summary_json(result, git_commit()).dump(1) << '\n';
  } else if (!common.is_quiet) {
    std::cout << summary_table(result) << comparison_tables(result);
    if (!options.output.empty()) std::cout << "\nwritten: " << options.output << '\n';
  }
  if (result.is_interrupted && !common.is_quiet && !options.output.empty())
    std::cerr << "interrupted; the same command with --resume goes on\n";
  return result.is_interrupted ? kInterrupted : kDone;
}

}  // namespace pavise
