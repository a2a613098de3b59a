// Units give orders in turn: the frame that the simple policies share. In a round every fire unit, in file order, may
// give one order; rounds go on until none can. A unit with several stations (several launchers, or launchers of
// several kinds) still has one turn: it picks a track first, and the order goes to the station of the unit that
// would meet that track first (ties: file order).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/command/picture.hpp"

namespace pavise {

/// The options of one unit that are still possible, one per track and in ascending track number: the turn's choice.
class Turn {
 public:
  /// Chooses one of `choices` (never empty), by position; unit and turn (counted per unit and decision) address draws.
  using Choose = std::size_t (*)(const Picture& picture, std::span<const Option* const> choices, std::int32_t fire_unit,
                                 std::uint32_t turn);

  /// Gives orders until no unit can. Keeps its memory from decision to decision.
  void play(Picture& picture, Choose choose);

 private:
  bool gather(const Picture& picture, std::int32_t fire_unit);

  std::vector<const Option*> choices_;   // of the unit whose turn it is
  std::vector<const Option*> by_track_;  // [track index]
  std::vector<std::int32_t> begin_;      // [station]: its first option; one more entry at the end
  std::vector<std::int32_t> touched_;
  std::vector<std::uint8_t> is_done_;    // [fire unit]: can give no more in this decision
};

}  // namespace pavise
