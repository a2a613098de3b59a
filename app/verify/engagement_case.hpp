// A case of kind `engagement`: its input, checked, and the model that it stands for.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernel/engine/model.hpp"

namespace pavise {

struct EngagementCase {
  std::int64_t replications = 0;
  std::uint64_t seed = 1;
  Model model;  // ideal rung throughout
  std::vector<std::int32_t> group_sizes;
  std::vector<std::int64_t> leakers_at_most, rounds_at_most;
  std::vector<double> quantile_levels;
};

/// Reads a case's input. Throws CaseError that names the field: unknown, missing, of the wrong type or out of range.
EngagementCase read_engagement_case(const nlohmann::json& input);

}  // namespace pavise
