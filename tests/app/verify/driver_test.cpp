#include "app/verify/driver.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

namespace pavise {
namespace {

using nlohmann::json;

/// A kind of our own: gives back what the input says; input.fail throws.
const Registration<Evaluator> echo{{
    .info = {.category = "verify", .name = "made_up_echo", .summary = "For tests.", .source = "none"},
    .evaluate =
        [](const json& input, const json&) {
          if (input.contains("fail")) throw CaseError("input.fail", "out of range");
          CaseOutputs outputs;
          outputs.values = input.at("values");
          if (input.contains("standard_errors")) outputs.standard_errors = input.at("standard_errors");
          if (input.contains("nan")) outputs.values["x"] = std::numeric_limits<double>::quiet_NaN();
          return outputs;
        },
}};

json case_of(const json& input, const json& expected, const json& tolerance, const std::string& name = "one") {
  return {{"name", name}, {"input", input}, {"expected", expected}, {"tolerance", tolerance}};
}
json file_of(const std::vector<json>& cases) {
  return {{"schema", "pavise-case/1"}, {"kind", "made_up_echo"}, {"title", "t"}, {"source", "s"}, {"cases", cases}};
}

struct Verdict {
  int status;
  std::string out, err;
};

class VerifyDriver : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("pavise_verify_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  Verdict run(const std::vector<std::string>& paths, const std::string& json_path = "") {
    std::ostringstream out, err;
    const int status = run_verify(paths, json_path, out, err);
    return {status, out.str(), err.str()};
  }
  Verdict run_case(const json& one) { return run({write("case.json", file_of({one}).dump())}); }

  std::filesystem::path folder_;
};

double multiple(const json& computed, const json& expected, const json& tolerance, const json& error = nullptr) {
  return compare_output(computed, expected, tolerance, error).multiple;
}

TEST(CompareOutput, ReportsTheErrorAsAMultipleOfEachTolerance) {
  EXPECT_DOUBLE_EQ(multiple(10.5, 10.0, {{"abs", 1.0}}), 0.5);
  EXPECT_DOUBLE_EQ(multiple(11.0, 10.0, {{"rel", 0.05}}), 2.0);
  EXPECT_DOUBLE_EQ(multiple(10.5, 10.0, {{"z", 4.0}}, 0.25), 0.5);
  EXPECT_EQ(multiple(3, 3, {{"abs", 0.0}}), 0.0);
  EXPECT_TRUE(std::isinf(multiple(3, 4, {{"abs", 0.0}})));
}

TEST(CompareOutput, PassesIfEitherOfAbsAndRelHolds) {
  EXPECT_LE(multiple(1e-9, 0.0, {{"abs", 1e-8}, {"rel", 1e-12}}), 1.0);
  EXPECT_LE(multiple(1e6 + 1, 1e6, {{"abs", 1e-8}, {"rel", 1e-5}}), 1.0);
  EXPECT_GT(multiple(1e6 + 100, 1e6, {{"abs", 1e-8}, {"rel", 1e-5}}), 1.0);
}

TEST(CompareOutput, HoldsAProportionWithoutSpreadToTheLastDigits) {
  EXPECT_LE(multiple(1.0, 1.0, {{"z", 4.0}}, 0.0), 1.0);
  EXPECT_LE(multiple(1.0 + 5e-13, 1.0, {{"z", 4.0}}, 0.0), 1.0);
  EXPECT_GT(multiple(1.0 + 1e-11, 1.0, {{"z", 4.0}}, 0.0), 1.0);
  EXPECT_THROW(multiple(1.0, 1.0, {{"z", 4.0}}), CaseError);
}

TEST(CompareOutput, TakesABoundOnTheOutputItselfAndLeavesTheExpectedValueAside) {
  EXPECT_DOUBLE_EQ(multiple(0.5, 99.0, {{"max", 1.0}}), 0.5);
  EXPECT_DOUBLE_EQ(multiple(2.0, 99.0, {{"max", 1.0}}), 2.0);
  EXPECT_DOUBLE_EQ(multiple(2.0, 99.0, {{"min", 1.0}}), 0.5);
  EXPECT_GT(multiple(0.5, 99.0, {{"min", 1.0}}), 1.0);
  EXPECT_LE(multiple(0.97, 0.0, {{"min", 0.95}, {"max", 1.0}}), 1.0);
  EXPECT_GT(multiple(1.01, 0.0, {{"min", 0.95}, {"max", 1.0}}), 1.0);
  EXPECT_LE(multiple(-3.0, 0.0, {{"max", 0.0}}), 1.0);
  EXPECT_GT(multiple(1e-300, 0.0, {{"max", 0.0}}), 1.0);
  EXPECT_LE(multiple(-3.0, 0.0, {{"min", -4.0}}), 1.0);
  EXPECT_GT(multiple(-5.0, 0.0, {{"min", -4.0}}), 1.0);
}

TEST(CompareOutput, ComparesArraysElementByElementAndTheirShapes) {
  EXPECT_DOUBLE_EQ(multiple({{1.0, 2.0}, {3.0, 4.5}}, {{1.0, 2.0}, {3.0, 4.0}}, {{"abs", 1.0}}), 0.5);
  EXPECT_TRUE(std::isinf(multiple({1.0, 2.0}, {1.0}, {{"abs", 1.0}})));
  EXPECT_TRUE(std::isinf(multiple(1.0, {1.0}, {{"abs", 1.0}})));
  EXPECT_TRUE(std::isinf(multiple({1.0}, 1.0, {{"abs", 1.0}})));
  EXPECT_DOUBLE_EQ(multiple({1.0, 2.0}, {1.0, 3.0}, {{"z", 2.0}}, {0.1, 0.5}), 1.0);
}

TEST(CompareOutput, NeverPassesNaNNorNullForANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isinf(multiple(nan, 1.0, {{"abs", 1e300}})));
  EXPECT_TRUE(std::isinf(multiple(nan, 1.0, {{"max", 1e300}})));
  EXPECT_TRUE(std::isinf(multiple({1.0, nan}, {1.0, 1.0}, {{"abs", 1.0}})));
  EXPECT_TRUE(std::isinf(multiple(1.1, 1.0, {{"z", 4.0}}, nan)));
  EXPECT_TRUE(std::isinf(multiple(nullptr, 1.0, {{"abs", 1.0}})));
  EXPECT_TRUE(std::isinf(multiple(1.0, nullptr, {{"abs", 1.0}})));
  EXPECT_EQ(multiple({nullptr, 1.0}, {nullptr, 1.0}, {{"abs", 1.0}}), 0.0);
}

TEST(CompareOutput, TellsLargeIntegersApart) {
  const std::uint64_t large = (std::uint64_t{1} << 60) + 1;
  EXPECT_EQ(multiple(large, large, {{"abs", 0.0}}), 0.0);
  EXPECT_GT(multiple(large + 1, large, {{"abs", 0.0}}), 1.0);
}

TEST_F(VerifyDriver, ExitsWith0WhenAllCasesPassAndWith1WhenOneDoesNot) {
  EXPECT_EQ(run_case(case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}})).status, 0);
  const Verdict failed =
      run_case(case_of({{"values", {{"x", 2.0}}}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}}, "too large"));
  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.out.find("too large"), std::string::npos);
  EXPECT_NE(failed.out.find("x: 10 times its tolerance"), std::string::npos);
}

TEST_F(VerifyDriver, NamesFileCaseAndFieldOfAnErrorAndGoesOn) {
  const json good = case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}}, "good");
  const json bad = case_of({{"fail", true}}, json::object(), json::object(), "bad");
  const std::string path = write("mixed.json", file_of({bad, good}).dump());
  const Verdict result = run({path});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("mixed.json: case \"bad\": field input.fail: out of range"), std::string::npos)
      << result.err;
  EXPECT_NE(result.out.find("2 cases: 1 passed, 0 failed, 1 with errors"), std::string::npos) << result.out;
}

TEST_F(VerifyDriver, ExitsWith2ForEachKindOfBadEnvelope) {
  json unknown_kind = file_of(std::vector<json>{});
  unknown_kind["kind"] = "no_such_kind";
  json unknown_field = file_of(std::vector<json>{});
  unknown_field["remark"] = 1;
  json no_schema = file_of(std::vector<json>{});
  no_schema.erase("schema");
  EXPECT_EQ(run({write("a.json", unknown_kind.dump())}).status, 2);
  EXPECT_NE(run({write("a.json", unknown_kind.dump())}).err.find("no_such_kind"), std::string::npos);
  EXPECT_EQ(run({write("b.json", unknown_field.dump())}).status, 2);
  EXPECT_EQ(run({write("c.json", no_schema.dump())}).status, 2);
  EXPECT_EQ(run({write("d.json", "{ not json")}).status, 2);
  EXPECT_EQ(run({(folder_ / "missing.json").string()}).status, 2);
  EXPECT_EQ(run({}).status, 2);
}

TEST_F(VerifyDriver, RefusesAnExpectedOutputWithoutToleranceOrUnknownToTheKind) {
  EXPECT_EQ(run_case(case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, json::object())).status, 2);
  EXPECT_EQ(run_case(case_of({{"values", {{"x", 1.0}}}}, {{"y", 1.0}}, {{"y", {{"abs", 1}}}})).status, 2);
  EXPECT_EQ(run_case(case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, {{"x", {{"absolute", 1}}}})).status, 2);
  json extra = case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, {{"x", {{"abs", 1}}}});
  extra["remark"] = "no such field";
  EXPECT_EQ(run_case(extra).status, 2);
}

TEST_F(VerifyDriver, ReportsACaseWithoutExpectedAndNeverFailsIt) {
  json one = {{"name", "free"}, {"input", {{"values", {{"x", 1.0}}}}}};
  EXPECT_EQ(run_case(one).status, 0);
}

TEST_F(VerifyDriver, WritesFilesAndCasesAsJsonWithNothingBesideOnStdout) {
  const json pass = case_of({{"values", {{"x", 1.05}, {"extra", 7}}}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}}, "pass");
  const json fail = case_of({{"values", {{"x", 3.0}}}, {"nan", 1}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}}, "nan");
  const std::string path = write("report.json", file_of({pass, fail}).dump());
  const json report = json::parse(run({path}, "-").out);
  ASSERT_EQ(report["files"].size(), 1u);
  EXPECT_EQ(report["files"][0]["cases"], 2);
  EXPECT_EQ(report["files"][0]["passed"], 1);
  EXPECT_EQ(report["files"][0]["failed"], 1);
  EXPECT_TRUE(report["files"][0]["worst"].is_null());  // infinite
  EXPECT_NEAR(report["cases"][0]["outputs"]["x"]["error"].get<double>(), 0.5, 1e-12);
  EXPECT_EQ(report["cases"][0]["outputs"]["extra"]["computed"], 7);
  EXPECT_FALSE(report["cases"][0]["outputs"]["extra"].contains("expected"));
  EXPECT_EQ(report["cases"][1]["status"], "failed");

  const std::string out_path = (folder_ / "out.txt").string();
  EXPECT_EQ(run({path}, out_path).status, 1);
  std::ifstream written(out_path);
  EXPECT_EQ(json::parse(written)["cases"].size(), 2u);
}

TEST_F(VerifyDriver, TakesFoldersByNameAndKeepsTo80Columns) {
  const json one = case_of({{"values", {{"x", 1.0}}}}, {{"x", 1.0}}, {{"x", {{"abs", 0.1}}}});
  std::filesystem::create_directories(folder_ / "a_folder_with_a_rather_long_name/below");
  write("a_folder_with_a_rather_long_name/below/second.json", file_of({one}).dump());
  write("a_folder_with_a_rather_long_name/first.json", file_of({one}).dump());
  write("a_folder_with_a_rather_long_name/README.md", "no case");
  const Verdict result = run({(folder_ / "a_folder_with_a_rather_long_name").string()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("2 cases: 2 passed"), std::string::npos);
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

}  // namespace
}  // namespace pavise
