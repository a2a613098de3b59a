// A World as the Monte Carlo driver sees it.
#include "study/monte_carlo.hpp"
#include "study/run_study_with.hpp"

namespace pavise {
namespace {

class WorldRunner : public BlockRunner {
 public:
  WorldRunner(const Arm& arm, const MonteCarlo& m)
      : world_(*arm.model, {.raid = arm.raid, .seed = m.seed, .record = m.record, .block = m.block}) {}
  std::int32_t block() const override { return world_.block(); }
  void run(std::int64_t first, std::int32_t count) override { world_.run(first, count); }
  const Outcomes& outcomes() const override { return world_.outcomes(); }
  std::uint64_t outcome_hash(std::int32_t lane) const override { return world_.outcome_hash(lane); }
  const DecisionTimes* decision_times() const override { return &world_.decision_times(); }

 private:
  World world_;
};

}  // namespace

MakeRunner world_runners(const MonteCarlo& monte_carlo) {
  return [&monte_carlo](std::int32_t arm) -> std::unique_ptr<BlockRunner> {
    return std::make_unique<WorldRunner>(monte_carlo.arms[std::size_t(arm)], monte_carlo);
  };
}

StudyResult run_study(const StudyRequest& request) {
  return run_study_with(request, world_runners(request.monte_carlo));
}

}  // namespace pavise
