// Rounds of one weapon, eight to a group, each one step of its own length: step_guided over columns, the same bits in
// every variant and as step_guided_alone. A round's flight does not depend on who shares the call.
#pragma once

#include <cstdint>

#include "interceptors/guided_flight.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

/// Rounds on their way: the members of GuidedRow as columns of kRounds. A slot whose round is done is filled with the
/// next (guided_rounds.cpp); one without a round holds a copy of another.
struct GuidedSlots {
  static constexpr int kGroup = 8, kRounds = 32;
  static constexpr int kColumns = int(sizeof(GuidedRow) / sizeof(double));
  alignas(64) double columns[kColumns][kRounds];
};
void put(GuidedSlots& slots, int slot, const GuidedRow& row);
GuidedRow row_in(const GuidedSlots& slots, int slot);

}  // namespace pavise

/// One step of each round in the first `groups` groups of eight.
PAVISE_DECLARE_VARIANTS(void step_guided_groups(const FlightModel& model, GuidedSlots& slots, int groups))
