#include "app/rerun.hpp"

#include <fmt/format.h>

#include "app/command.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

constexpr const char* kEventNames[] = {"appeared",        "detected",       "tracked",  "identified", "ordered",
                                       "launched",        "intercept",      "killed",   "soft killed", "assessed killed",
                                       "assessed alive",  "arrived",        "failed",   "damaged",    "reload done",
                                       "order refused",   "track lost",     "dwell ended", "exhausted"};

template <class Named>
std::string name_at(const std::vector<Named>& things, std::int32_t index) {
  return index >= 0 && std::size_t(index) < things.size() ? things[std::size_t(index)].name : "?";
}

std::string entity(const Model& model, std::int32_t kind, std::int32_t index) {
  switch (EntityKind(kind)) {
    case EntityKind::none: return "";
    case EntityKind::threat: return index < 0 ? " false track" : fmt::format(" threat {}", index);
    case EntityKind::sensor: return " " + name_at(model.sensors, index);
    case EntityKind::fire_unit: return " " + name_at(model.armament.fire_units, index);
    case EntityKind::station: return " " + name_at(model.armament.stations, index);
    case EntityKind::asset: return " " + name_at(model.assets, index);
    case EntityKind::track: return fmt::format(" track {}", index);
  }
  return "";
}

}  // namespace

Rerun rerun(const StudyFile& file, std::int64_t row, RecordLevel level) {
  const StoredReplication stored = file.replication(row);
  const StudyPoint& point = file.points()[std::size_t(stored.point)];
  LoadOptions options;
  for (auto& [name, text] : file.files()) options.known_files.push_back({std::move(name), std::move(text)});
  LoadedScenario loaded = load_scenario_text(point.scenario_text, point.scenario, options);
  if (!loaded.model)
    throw UsageError(fmt::format("the scenario stored in {} no longer loads:\n{}", file.path(), loaded.diagnostics.to_text()),
                     "it was written by another version of pavise");
  Rerun again;
  again.model = std::make_unique<Model>(std::move(*loaded.model));
  Diagnostics diagnostics;
  const std::int32_t raid = find_raid(*again.model, point.raid, diagnostics);
  if (raid < 0 || (point.policy != again.model->policy->info.name &&
                   !choose_policy(*again.model, point.policy, diagnostics)))
    throw UsageError(diagnostics.to_text(), "the file was written by another version of pavise");
  again.world = std::make_unique<World>(
      *again.model, RunSettings{.raid = raid, .seed = file.seed(), .record = level, .block = 1});
  again.world->run(stored.number, 1);
  again.outcome_hash = again.world->outcome_hash(0);
  return again;
}

std::string event_text(const Model& model, std::int32_t kind, std::int32_t actor_kind, std::int32_t actor,
                       std::int32_t object_kind, std::int32_t object, std::int32_t shot) {
  std::string text = kind >= 0 && kind < std::int32_t(std::size(kEventNames)) ? kEventNames[kind] : "?";
  text += entity(model, actor_kind, actor);
  const std::string other = entity(model, object_kind, object);
  if (!other.empty()) text += " ->" + other;
  if (shot >= 0) text += fmt::format(" (shot {})", shot);
  return text;
}

std::string event_lines(const Model& model, const Outcomes& outcomes) {
  std::string text;
  const Events& e = outcomes.events;
  for (std::int32_t i = 0; i < e.count[0]; ++i) {
    const std::size_t k = std::size_t(i);
    text += fmt::format("{:9.3f} s  {}\n", e.time_s[k],
                        event_text(model, e.kind[k], e.actor_kind[k], e.actor[k], e.object_kind[k], e.object[k], e.shot[k]));
  }
  return text;
}

}  // namespace pavise
