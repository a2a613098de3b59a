// first_arrival: each unit in turn takes the possible track with the least time to arrival; ties: the lowest number.
#include <memory>

#include "kernel/command/turns.hpp"

namespace pavise {
namespace {

std::size_t choose_first_arrival(const Picture& picture, std::span<const Option* const> choices, std::int32_t,
                                 std::uint32_t) {
  const auto arrives_s = [&](std::size_t i) { return picture.tracks[std::size_t(choices[i]->index)].arrives_s; };
  std::size_t best = 0;
  for (std::size_t i = 1; i < choices.size(); ++i)
    if (arrives_s(i) < arrives_s(best)) best = i;
  return best;
}

class FirstArrival final : public Policy {
 public:
  void decide(Picture& picture) override { turn_.play(picture, choose_first_arrival); }
  std::unique_ptr<Policy> clone() const override { return std::make_unique<FirstArrival>(); }

 private:
  Turn turn_;
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "first_arrival",
             .summary = "Units in turn, each at the possible track that is estimated to arrive first.",
             .source = "docs/models/command.md#first_arrival"},
    .make = [](const Parameters&) -> std::unique_ptr<Policy> { return std::make_unique<FirstArrival>(); },
}};

}  // namespace
}  // namespace pavise
