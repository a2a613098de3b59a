// Running one stored replication again, from what its study file holds.
#pragma once

#include <memory>
#include <string>

#include "kernel/engine/world.hpp"
#include "study/study_file.hpp"

namespace pavise {

struct Rerun {
  std::unique_ptr<Model> model;
  std::unique_ptr<World> world;  // a block of one, finished
  std::uint64_t outcome_hash = 0;
};
/// Simulates row `row` of /replications again, recorded at `level`. Throws UsageError.
Rerun rerun(const StudyFile& file, std::int64_t row, RecordLevel level);

/// One line per event of lane 0: time, what, who.
std::string event_lines(const Model& model, const Outcomes& outcomes);
/// One event as text, without its time.
std::string event_text(const Model& model, std::int32_t kind, std::int32_t actor_kind, std::int32_t actor,
                       std::int32_t object_kind, std::int32_t object, std::int32_t shot);

}  // namespace pavise
