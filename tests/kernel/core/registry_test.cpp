#include "kernel/core/registry.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace pavise {
namespace {

struct Lamp {
  double range_m, beam_rad;
  Table gains;
};
struct LampKind {
  ComponentInfo info;
  int (*light)(int) = nullptr;
};
int doubled(int x) { return 2 * x; }

ComponentInfo lamp_info(std::string_view name) {
  return {.category = "test lamp",
          .name = name,
          .summary = "Shines.",
          .source = "none",
          .parameters = {parameter("range", &Lamp::range_m, Dimension::length, {0, 1e6}, "how far"),
                         parameter("beam", &Lamp::beam_rad, Dimension::angle, {0, 7}, "how wide", 0.5),
                         parameter("gains", &Lamp::gains, Dimension::table, {-100, 100}, "angle, gain", 0.0, {}, 2)},
          .size_bytes = sizeof(Lamp)};
}
// in an order that is not the sorted one
const Registration<LampKind> torch{{.info = lamp_info("torch"), .light = doubled}};
const Registration<LampKind> beacon{{.info = lamp_info("beacon")}};

TEST(Registry, SortsByNameWhateverTheOrderOfRegistration) {
  const auto& kinds = Registry<LampKind>::instance().sorted();
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[0]->info.name, "beacon");
  EXPECT_EQ(kinds[1]->info.name, "torch");
}

TEST(Registry, FindsByNameAndSaysWhenThereIsNone) {
  const auto& registry = Registry<LampKind>::instance();
  EXPECT_EQ(registry.find("lighthouse"), nullptr);
  EXPECT_EQ(registry.at("torch").light(4), 8);
  EXPECT_EQ(&registry.at("beacon"), &beacon.kind());
  EXPECT_DEATH(registry.at("lighthouse"), "kind != nullptr");
}

TEST(Registry, RemembersTheComponentsOfAllCategoriesSorted) {
  const auto all = all_components();
  int lamps = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    lamps += all[i]->category == "test lamp";
    if (i == 0) continue;
    EXPECT_TRUE(all[i - 1]->category < all[i]->category ||
                (all[i - 1]->category == all[i]->category && all[i - 1]->name < all[i]->name));
  }
  EXPECT_EQ(lamps, 2);
}

TEST(Parameters, LieAtTheOffsetsOfTheirStruct) {
  const auto& parameters = torch.kind().info.parameters;
  EXPECT_EQ(parameters[0].offset, offsetof(Lamp, range_m));
  EXPECT_EQ(parameters[1].offset, offsetof(Lamp, beam_rad));
  EXPECT_EQ(parameters[2].offset, offsetof(Lamp, gains));
  EXPECT_FALSE(parameters[0].otherwise.has_value());
  EXPECT_EQ(parameters[1].otherwise, 0.5);
  EXPECT_EQ(parameters[2].columns, 2);
}

TEST(Parameters, BeginAtTheirDefaultsAndAreSetByName) {
  const ComponentInfo& info = torch.kind().info;
  Parameters values = defaults_of(info);
  EXPECT_EQ(values.as<Lamp>().range_m, 0);
  EXPECT_EQ(values.as<Lamp>().beam_rad, 0.5);
  EXPECT_EQ(values.as<Lamp>().gains.size(), 0);
  set_parameter(values, info, "range", 1200);
  EXPECT_EQ(values.as<Lamp>().range_m, 1200);
  EXPECT_EQ(values.at_offset(info.parameters[0].offset), 1200);
  EXPECT_DEATH(set_parameter(values, info, "colour", 1), "has a parameter of that name");
}

TEST(Parameters, KeepTheStructTheyAreMadeFrom) {
  const Lamp lamp{.range_m = 3, .beam_rad = 4, .gains = {.rows = 1, .cells = {{5, 6, 7}}}};
  const Parameters values = Parameters::of(lamp);
  EXPECT_EQ(values.as<Lamp>().gains.cells[0][2], 7);
  struct Other {
    double one;
  };
  EXPECT_DEATH(values.as<Other>(), "sizeof");
}

}  // namespace
}  // namespace pavise
