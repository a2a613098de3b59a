// nearest: each unit in turn takes the possible track at the smallest slant range; ties: the lowest number.
#include <memory>

#include "kernel/command/turns.hpp"

namespace pavise {
namespace {

std::size_t choose_nearest(const Picture&, std::span<const Option* const> choices, std::int32_t, std::uint32_t) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < choices.size(); ++i)
    if (choices[i]->target_range_m < choices[best]->target_range_m) best = i;
  return best;
}

class Nearest final : public Policy {
 public:
  void decide(Picture& picture) override { turn_.play(picture, choose_nearest); }
  std::unique_ptr<Policy> clone() const override { return std::make_unique<Nearest>(); }

 private:
  Turn turn_;
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "nearest",
             .summary = "Units in turn, each at the possible track with the smallest slant range.",
             .source = "docs/models/command.md#nearest"},
    .make = [](const Parameters&) -> std::unique_ptr<Policy> { return std::make_unique<Nearest>(); },
}};

}  // namespace
}  // namespace pavise
