// random: each unit in turn takes one of the possible tracks, all equally likely, drawn anew for each order and unit.
#include <memory>

#include "kernel/command/turns.hpp"

namespace pavise {
namespace {

std::size_t choose_random(const Picture& picture, std::span<const Option* const> choices, std::int32_t fire_unit,
                          std::uint32_t turn) {
  const double uniform = picture.draw(std::uint32_t(fire_unit), turn);
  const auto position = std::size_t(uniform * double(choices.size()));
  return position < choices.size() ? position : choices.size() - 1;  // the product may round up to the size
}

class Random final : public Policy {
 public:
  void decide(Picture& picture) override { turn_.play(picture, choose_random); }
  std::unique_ptr<Policy> clone() const override { return std::make_unique<Random>(); }

 private:
  Turn turn_;
};

const Registration<PolicyKind> registered{{
    .info = {.category = "policy",
             .name = "random",
             .summary = "Units in turn, each at one of the possible tracks, all equally likely.",
             .source = "docs/models/command.md#random"},
    .make = [](const Parameters&) -> std::unique_ptr<Policy> { return std::make_unique<Random>(); },
}};

}  // namespace
}  // namespace pavise
