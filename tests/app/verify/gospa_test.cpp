#include <gtest/gtest.h>

#include <sstream>

#include "app/verify/driver.hpp"

namespace pavise {
namespace {

using nlohmann::json;

TEST(VerifyGospa, ReproducesThePublishedCases) {
  std::ostringstream out, err;
  EXPECT_EQ(run_verify({PAVISE_SOURCE_DIR "/tests/cases/gospa"}, "-", out, err), 0) << out.str() << err.str();
  EXPECT_EQ(json::parse(out.str()).at("cases").size(), 16u);
}

TEST(VerifyGospa, NamesTheFieldThatIsWrong) {
  const auto refused_field = [](const json& change) -> std::string {
    json input = {{"truth_m", {{0, 0, 0}}}, {"estimate_m", json::array()}, {"order", 2}, {"cutoff_m", 50}};
    input.update(change);
    try {
      Registry<Evaluator>::instance().at("gospa").evaluate(input, json::object());
    } catch (const CaseError& error) {
      return error.field;
    }
    return "";
  };
  EXPECT_EQ(refused_field(json::object()), "");
  EXPECT_EQ(refused_field({{"order", 0.5}}), "order");
  EXPECT_EQ(refused_field({{"cutoff_m", 0}}), "cutoff_m");
  EXPECT_EQ(refused_field({{"truth_m", {{0, 0}}}}), "truth_m[0]");
  EXPECT_EQ(refused_field({{"alpha", 2}}), "alpha");
}

}  // namespace
}  // namespace pavise
