// merge and status: what lies on disk.
#include <fmt/format.h>
#include <sys/stat.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "study/study_file.hpp"

namespace pavise {
namespace {

struct MergeOptions {
  std::vector<std::string> inputs;
  std::string output;
  bool is_partial = false, is_forced = false;
  int deflate = 0;
};

int merge(const MergeOptions& options) {
  struct stat status {};
  if (stat(options.output.c_str(), &status) == 0 && !options.is_forced)
    throw UsageError(options.output + " is there already", "--force writes it anew", "E0502");
  merge_studies(options.inputs, options.output, options.is_partial, options.deflate);
  return kDone;
}

int tell_status(const std::string& path, const CommonOptions& common) {
  const StudyStatus status = study_status(path);
  if (!status.exists && !status.has_parts)
    throw UsageError(path + " is not there, nor are parts of it", "pavise compare ... -o FILE writes one", "E0501");
  if (common.is_json) {
    std::cout << nlohmann::ordered_json{{"schema", "pavise-status/1"},
                                        {"status", status.status},
                                        {"arms", status.labels},
                                        {"planned_per_arm", status.planned_per_point},
                                        {"done_per_arm", status.done_per_point},
                                        {"segments", status.segments}}
                     .dump(1)
              << '\n';
    return kDone;
  }
  std::cout << fmt::format("{}: {}\n{} of {} replications of each of {} arms\n", path, status.status, status.done_per_point,
                           status.planned_per_point, status.labels.size());
  if (status.has_parts) std::cout << fmt::format("{} segments in {}.parts; the same command with --resume goes on\n", status.segments, path);
  return kDone;
}

const Registration<CommandKind> merge_command{{
    .info = {.category = "command",
             .name = "merge",
             .summary = "Shards or segments into one file, the same as the unsharded run's",
             .source = "pavise merge part1.h5 part2.h5 -o study.h5\npavise merge study.h5.parts/*.h5 --partial -o so_far.h5"},
    .declare = [](CLI::App& command, CommonOptions&) -> std::function<int()> {
      auto options = std::make_shared<MergeOptions>();
      command.add_option("SHARD", options->inputs, "study files, in any order")->required()->expected(1, 100000);
      command.add_option("-o,--output", options->output, "file to write")->required()->option_text("OUT");
      command.add_flag("--partial", options->is_partial, "missing replications are no error");
      command.add_flag("--force", options->is_forced, "write over an existing file");
      command.add_option("--deflate", options->deflate, "compress columns, 1 to 9")->check(CLI::Range(0, 9))->option_text("LEVEL");
      return [options] { return merge(*options); };
    },
}};

const Registration<CommandKind> status_command{{
    .info = {.category = "command",
             .name = "status",
             .summary = "What of a study is done and what is missing; works while it runs",
             .source = "pavise status study.h5"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto path = std::make_shared<std::string>();
      command.add_option("FILE", *path, "study file")->required();
      return [path, &common] { return tell_status(*path, common); };
    },
}};

}  // namespace
}  // namespace pavise
