// The kind `random` of conformance cases: every case of tests/cases/random passes, and what cannot be run says why.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/verify/driver.hpp"
#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

const Evaluator& evaluator() { return Registry<Evaluator>::instance().at("random"); }

std::string complaint_of(const json& input) {
  try {
    evaluator().evaluate(input, json::object());
  } catch (const CaseError& error) {
    return error.field;
  }
  return "none";
}

json sample_input() {
  return {
      {"what", "sample"}, {"distribution", "uniform"}, {"seed", 1}, {"replication", 0}, {"entity", 0}, {"purpose", 0},
      {"draws", 1000}};
}

TEST(RandomCases, AllPass) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PAVISE_SOURCE_DIR "/tests/cases/random")) {
    if (entry.path().extension() != ".json") continue;
    const json file = json::parse(std::ifstream(entry.path()));
    for (const json& one : file["cases"]) {
      const CaseOutputs outputs = evaluator().evaluate(one["input"], one["expected"]);
      for (const auto& [name, expected] : one["expected"].items()) {
        ASSERT_TRUE(outputs.values.contains(name)) << one["name"] << " " << name;
        const json error = outputs.standard_errors.contains(name) ? outputs.standard_errors[name] : json(nullptr);
        EXPECT_LE(compare_output(outputs.values[name], expected, one["tolerance"][name], error).multiple, 1)
            << one["name"] << " " << name;
      }
      ++cases;
    }
  }
  EXPECT_EQ(cases, 35);
}

TEST(RandomCases, WholeNumbersAreReadAsSuch) {
  json first = sample_input(), second = sample_input();
  first["seed"] = (std::int64_t(1) << 62) + 3;
  second["seed"] = (std::int64_t(1) << 62) + 2;  // the same double
  EXPECT_NE(evaluator().evaluate(first, json::object()).values["mean"],
            evaluator().evaluate(second, json::object()).values["mean"]);
}

TEST(RandomCases, NameTheFieldThatIsMissingUnknownOrOutOfRange) {
  EXPECT_EQ(complaint_of(sample_input()), "none");
  json input = sample_input();
  input.erase("seed");
  EXPECT_EQ(complaint_of(input), "seed");
  input = sample_input();
  input["colour"] = 1;
  EXPECT_EQ(complaint_of(input), "colour");
  input = sample_input();
  input["rate"] = 1;  // a field of another distribution
  EXPECT_EQ(complaint_of(input), "rate");
  const std::vector<std::pair<const char*, json>> wrong = {{"seed", -1},       {"seed", std::uint64_t(1) << 63},
                                                           {"seed", 0.5},      {"replication", std::uint64_t(1) << 32},
                                                           {"purpose", 65536}, {"draws", 0},
                                                           {"draws", "1"},     {"distribution", "cauchy"},
                                                           {"max", -1},        {"tail_at", 3},
                                                           {"what", "sums"}};
  for (const auto& [field, value] : wrong) {
    input = sample_input();
    input[field] = value;
    EXPECT_EQ(complaint_of(input), field) << value;
  }
  EXPECT_EQ(
      complaint_of({{"what", "order"}, {"seed", 1}, {"requests", {{0, 0, 0, 0}, {0, 0, 0, 1}}}, {"order", {0, 0}}}),
      "order");
  EXPECT_EQ(complaint_of({{"what", "independence"},
                          {"vary", "purpose"},
                          {"streams", 30},
                          {"draws", 10},
                          {"seed", 1},
                          {"replication", 0},
                          {"entity", 0},
                          {"purpose", 65530}}),
            "streams");
  EXPECT_EQ(complaint_of({{"what", "philox4x32-10"}, {"counter", {0, 0, 0}}, {"key", {0, 0}}}), "counter");
}

TEST(RandomCases, TheKolmogorovDistanceOfAFewKnownDraws) {
  // 1 draw of bernoulli(1): F_N = F everywhere
  json input = sample_input();
  input["distribution"] = "bernoulli";
  input["p"] = 1;
  EXPECT_EQ(evaluator().evaluate(input, json::object()).values["ks"], 0);
  // one uniform draw u: max(u, 1 - u)
  input = sample_input();
  input["draws"] = 1;
  const json one = evaluator().evaluate(input, json::object()).values;
  const double u = one["mean"];
  EXPECT_EQ(one["ks"], std::max(u, 1 - u));
  EXPECT_TRUE(one["variance"].is_null());
}

}  // namespace
}  // namespace pavise
