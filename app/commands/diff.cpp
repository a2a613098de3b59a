#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/rerun.hpp"

namespace pavise {
namespace {

struct DiffOptions {
  std::string a, b;
};

/// The first event at which two runs of a replication part.
std::string first_parting(const StudyFile& a, const StudyFile& b, std::int64_t row) {
  const Rerun left = rerun(a, row, RecordLevel::events), right = rerun(b, row, RecordLevel::events);
  const Events &x = left.world->outcomes().events, &y = right.world->outcomes().events;
  const auto text = [](const Model& model, const Events& e, std::int32_t i) {
    if (i >= e.count[0]) return std::string("the run is over");
    const std::size_t k = std::size_t(i);
    return fmt::format("{:.3f} s {}", e.time_s[k],
                       event_text(model, e.kind[k], e.actor_kind[k], e.actor[k], e.object_kind[k], e.object[k], e.shot[k]));
  };
  for (std::int32_t i = 0; i < std::max(x.count[0], y.count[0]); ++i) {
    const std::string mine = text(*left.model, x, i), theirs = text(*right.model, y, i);
    if (mine != theirs) return fmt::format("event {}\n  A: {}\n  B: {}\n", i, mine, theirs);
  }
  return "all events alike; they part in a value only\n";
}

int diff(const DiffOptions& options, const CommonOptions& common) {
  const StudyFile a(options.a), b(options.b);
  const std::int64_t rows = std::min(a.replication_rows(), b.replication_rows());
  std::int64_t differing = 0, first = -1, leaked = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    const StoredReplication x = a.replication(row), y = b.replication(row);
    if (x.outcome_hash == y.outcome_hash) continue;
    ++differing;
    leaked += y.leaked - x.leaked;
    if (first < 0) first = row;
  }
  const auto place = first_difference(options.a, options.b);
  const bool is_same = differing == 0 && a.replication_rows() == b.replication_rows() && !place;
  if (common.is_json) {
    nlohmann::ordered_json answer = {{"schema", "pavise-diff/1"}, {"same", is_same}, {"replications", rows},
                                     {"differing", differing}};
    answer["first_replication"] = first < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(first);
    answer["first_place"] = place ? nlohmann::ordered_json(*place) : nlohmann::ordered_json();
    std::cout << answer.dump(1) << '\n';
  } else if (!common.is_quiet) {
    if (is_same) {
      std::cout << "equal in everything outside /run\n";
    } else {
      if (place) std::cout << "first difference in the files: " << *place << '\n';
      std::cout << fmt::format("{} of {} replications have other outcomes", differing, rows);
      if (differing > 0) std::cout << fmt::format(" (leaked, B - A: {:+})", leaked);
      std::cout << '\n';
      if (first >= 0) std::cout << "the first is replication " << first << ", which parts at " << first_parting(a, b, first);
    }
  }
  return is_same ? kDone : kSaidNo;
}

const Registration<CommandKind> registered{{
    .info = {.category = "command",
             .name = "diff",
             .summary = "Where two study files part: the first event, and the outcomes that changed",
             .source = "pavise diff before.h5 after.h5"},
    .declare = [](CLI::App& command, CommonOptions& common) -> std::function<int()> {
      auto options = std::make_shared<DiffOptions>();
      command.add_option("A", options->a, "study file")->required();
      command.add_option("B", options->b, "study file")->required();
      return [options, &common] { return diff(*options, common); };
    },
}};

}  // namespace
}  // namespace pavise
