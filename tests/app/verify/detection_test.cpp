#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

CaseOutputs evaluate(const json& input) {
  return Registry<Evaluator>::instance().at("detection").evaluate(input, json::object());
}
std::string refused_field(const json& input) {
  try {
    evaluate(input);
  } catch (const CaseError& error) {
    return error.field;
  }
  return "";
}

TEST(VerifyDetection, ReproducesThePublishedCases) {
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PAVISE_SOURCE_DIR "/tests/cases/detection")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    const json file = json::parse(in);
    for (const json& one : file.at("cases")) {
      const CaseOutputs outputs = evaluate(one.at("input"));
      for (const auto& [name, expected] : one.at("expected").items()) {
        const json& tolerance = one.at("tolerance").at(name);
        const double absolute = tolerance.value("abs", -1.0);
        const double relative = tolerance.value("rel", -1.0) * std::fabs(expected.get<double>());
        EXPECT_LE(std::fabs(outputs.values.at(name).get<double>() - expected.get<double>()), std::max(absolute, relative))
            << one.at("name") << ": " << name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 90);
}

TEST(VerifyDetection, NamesTheFieldThatIsMissingUnknownOrOutOfRange) {
  const json good = {{"quantity", "pd"}, {"swerling", 1}, {"snr_db", 13}, {"pfa", 1e-6}, {"pulses", 4}};
  EXPECT_EQ(refused_field(good), "");
  for (const auto& [field, value] : std::vector<std::pair<std::string, json>>{
           {"swerling", 5}, {"swerling", -1}, {"swerling", 1.5}, {"swerling", "1"}, {"snr_db", 60.5}, {"snr_db", -41},
           {"pfa", 0}, {"pfa", 1}, {"pulses", 0}, {"pulses", 513}, {"pulses", true}, {"quantity", "area"},
           {"frequency_hz", 1e9}}) {
    json bad = good;
    bad[field] = value;
    EXPECT_EQ(refused_field(bad), field) << value;
  }
  for (const char* field : {"quantity", "swerling", "snr_db", "pfa", "pulses"}) {
    json bad = good;
    bad.erase(field);
    EXPECT_EQ(refused_field(bad), field);
  }
  EXPECT_EQ(refused_field({{"quantity", "horizon"}, {"sensor_height_m", 10}, {"target_height_m", 1000}, {"range_m", 500},
                           {"earth_radius_m", 6371e3}, {"refraction_factor", 1}}),
            "range_m");
}

}  // namespace
}  // namespace pavise
