#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/rerun.hpp"

namespace pavise {
namespace {

struct ReplayOptions {
  std::string file;
  std::int64_t replication = 0;
};

int replay(const ReplayOptions& options, const CommonOptions& common) {
  const StudyFile file(options.file);
  if (options.replication >= file.replication_rows())
    throw UsageError(fmt::format("{} has no replication {}", options.file, options.replication),
                     fmt::format("it holds 0 to {}, all arms one after another", file.replication_rows() - 1));
  const StoredReplication stored = file.replication(options.replication);
  const StudyPoint& point = file.points()[std::size_t(stored.point)];
  const Rerun again = rerun(file, options.replication, RecordLevel::full);
  const bool is_same = again.outcome_hash == stored.outcome_hash;
  if (common.is_json) {
    std::cout << nlohmann::ordered_json{{"schema", "pavise-replay/1"},
                                        {"arm", point.label},
                                        {"replication", options.replication},
                                        {"number", stored.number},
                                        {"outcome_hash", fmt::format("{:016x}", again.outcome_hash)},
                                        {"stored_hash", fmt::format("{:016x}", stored.outcome_hash)},
                                        {"same", is_same}}
                     .dump(1)
              << '\n';
  } else if (!common.is_quiet) {
    std::cout << fmt::format("{}, raid {}, policy {}, replication {} of its arm\n", point.label, point.raid, point.policy,
                             stored.number)
              << event_lines(*again.model, again.world->outcomes())
              << fmt::format("outcome hash {:016x}: {}\n", again.outcome_hash,
                             is_same ? "as stored" : fmt::format("NOT as stored ({:016x})", stored.outcome_hash));
  }
  return is_same ? kDone : kSaidNo;
}

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "replay",
             .summary = "Runs one replication of a study again and checks that its outcome hash is the stored one",
             .source = "pavise replay study.h5 --replication 17"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto options = std::make_shared<ReplayOptions>();
      command.add_option("FILE", options->file, "study file")->required();
      command.add_option("--replication", options->replication, "row of /replications, from 0")
          ->check(CLI::NonNegativeNumber)->option_text("K");
      return [options, &common] { return replay(*options, common); };
    },
}};

}  // namespace
}  // namespace pavise
