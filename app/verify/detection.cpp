// Conformance kind `detection`: probability of detection, radar equation, measurement noise, line of sight.
#include <cmath>
#include <string>
#include <vector>

#include "app/verify/evaluator.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/detection.hpp"

namespace pavise {
namespace {

using nlohmann::json;

// Reads the fields of one quantity; afterwards `finish` refuses whatever else stands in the input.
class Fields {
 public:
  explicit Fields(const json& input) : input_(input) {
    if (!input.is_object()) throw CaseError("input", "must be an object");
  }
  const json& any(const std::string& name) {
    known_.push_back(name);
    if (!input_.contains(name)) throw CaseError(name, "required field is missing");
    return input_.at(name);
  }
  double number(const std::string& name) {
    const json& value = any(name);
    if (!value.is_number()) throw CaseError(name, "must be a number");
    const double x = value.get<double>();
    if (!std::isfinite(x)) throw CaseError(name, "must be finite");
    return x;
  }
  double positive(const std::string& name) {
    const double x = number(name);
    if (!(x > 0)) throw CaseError(name, "must be greater than 0");
    return x;
  }
  double not_negative(const std::string& name) {
    const double x = number(name);
    if (!(x >= 0)) throw CaseError(name, "must not be negative");
    return x;
  }
  std::int32_t whole(const std::string& name, int least, int most) {
    const double x = number(name);
    if (x != std::floor(x) || x < least || x > most)
      throw CaseError(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::int32_t(x);
  }
  std::string word(const std::string& name) {
    const json& value = any(name);
    if (!value.is_string()) throw CaseError(name, "must be a string");
    return value.get<std::string>();
  }
  void finish() const {
    for (const auto& [name, value] : input_.items()) {
      bool is_known = false;
      for (const std::string& k : known_) is_known = is_known || k == name;
      if (!is_known) throw CaseError(name, "unknown field");
    }
  }

 private:
  const json& input_;
  std::vector<std::string> known_;
};

double ratio_of(double dB) { return power(10.0, dB / 10); }

double degrees(double radians) { return radians * (180 / kPi); }

struct Decision {
  std::int32_t swerling, pulses;
  double pfa;
};
Decision read_decision(Fields& fields) {
  Decision d;
  d.swerling = fields.whole("swerling", 0, 4);
  d.pulses = fields.whole("pulses", 1, 512);
  d.pfa = fields.number("pfa");
  if (!(d.pfa > 0 && d.pfa < 1)) throw CaseError("pfa", "must lie between 0 and 1, both excluded");
  return d;
}

PowerBudget read_budget(Fields& f) {
  PowerBudget b;
  b.peak_power_W = f.positive("peak_power_w");
  b.transmit_gain_dB = f.number("transmit_gain_db");
  b.receive_gain_dB = f.number("receive_gain_db");
  b.frequency_Hz = f.positive("frequency_hz");
  b.rcs_m2 = f.positive("rcs_m2");
  b.range_m = f.positive("range_m");
  b.losses_dB = f.not_negative("losses_db");
  b.noise_figure_dB = f.not_negative("noise_figure_db");
  b.bandwidth_Hz = f.positive("bandwidth_hz");
  b.attenuation_dB_per_km = f.not_negative("attenuation_db_per_km");
  return b;
}

void evaluate_pd(Fields& fields, json& out) {
  const Decision d = read_decision(fields);
  const double snr_db = fields.number("snr_db");
  if (snr_db < -40 || snr_db > 60) throw CaseError("snr_db", "must lie between -40 and 60");
  fields.finish();
  const double threshold = detection_threshold(d.pfa, d.pulses);
  out["threshold"] = threshold;
  out["pd"] = detection_probability(d.swerling, ratio_of(snr_db), d.pfa, d.pulses, threshold);
}

void evaluate_radar_equation(Fields& fields, bool with_pd, json& out) {
  const PowerBudget budget = read_budget(fields);
  const double snr_db = snr_dB(budget);
  out["snr_db"] = snr_db;
  if (with_pd) {
    const Decision d = read_decision(fields);
    fields.finish();
    out["pd"] = detection_probability(d.swerling, ratio_of(snr_db), d.pfa, d.pulses);
  }
  fields.finish();
}

void evaluate_noise(Fields& fields, json& out) {
  const double snr = ratio_of(fields.number("snr_db"));
  const double bandwidth = fields.positive("bandwidth_hz");
  const double azimuth = fields.positive("beamwidth_azimuth_deg"), elevation = fields.positive("beamwidth_elevation_deg");
  const double frequency = fields.positive("frequency_hz"), dwell = fields.positive("dwell_s");
  const double floor_range = fields.not_negative("floor_range_m");
  const double floor_azimuth = fields.not_negative("floor_azimuth_deg");
  const double floor_elevation = fields.not_negative("floor_elevation_deg");
  const double floor_rate = fields.not_negative("floor_range_rate_m_s");
  fields.finish();
  out["sigma_range_m"] = range_noise_m(snr, bandwidth, floor_range);
  out["sigma_azimuth_deg"] = angle_noise(snr, azimuth, floor_azimuth);
  out["sigma_elevation_deg"] = angle_noise(snr, elevation, floor_elevation);
  out["sigma_range_rate_m_s"] = range_rate_noise_mps(snr, frequency, dwell, floor_rate);
}

void evaluate_horizon(Fields& fields, json& out) {
  const double h1 = fields.not_negative("sensor_height_m"), h2 = fields.not_negative("target_height_m");
  const double range = fields.positive("range_m");
  const double radius = fields.positive("earth_radius_m") * fields.positive("refraction_factor");
  fields.finish();
  if (range < std::fabs(h1 - h2)) throw CaseError("range_m", "must not be below the difference of the heights");
  if (range > 2 * radius + h1 + h2) throw CaseError("range_m", "reaches beyond the far side of the sphere");
  const LineOfSight sight = line_of_sight(h1, h2, range, radius);
  out["horizon_slant_m"] = sight.horizon_slant_m;
  out["horizon_ground_m"] = sight.horizon_ground_m;
  out["elevation_deg"] = degrees(sight.elevation_rad);
  out["visible"] = sight.is_visible ? 1 : 0;
}

CaseOutputs evaluate_detection(const json& input, const json&) {
  CaseOutputs outputs;
  Fields fields(input);
  const std::string quantity = fields.word("quantity");
  if (quantity == "pd") {
    evaluate_pd(fields, outputs.values);
  } else if (quantity == "snr" || quantity == "radar_pd") {
    evaluate_radar_equation(fields, quantity == "radar_pd", outputs.values);
  } else if (quantity == "noise") {
    evaluate_noise(fields, outputs.values);
  } else if (quantity == "horizon") {
    evaluate_horizon(fields, outputs.values);
  } else {
    throw CaseError("quantity", "must be one of pd, snr, radar_pd, noise, horizon");
  }
  return outputs;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "detection",
             .summary = "Probability of detection, radar equation, measurement noise, line of sight.",
             .source = "tests/cases/detection/README.md"},
    .evaluate = evaluate_detection,
}};

}  // namespace
}  // namespace pavise
