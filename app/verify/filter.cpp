// Conformance kind `filter`: Kalman, extended, unscented filter and interacting multiple models over given
// measurements. An extended filter in three dimensions that measures what radars measure runs on the tracker's own
// filter bank.
#include <cmath>
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "app/verify/evaluator.hpp"
#include "sensors/detections.hpp"
#include "sensors/tracking/estimation.hpp"
#include "sensors/tracking/filter_bank.hpp"

namespace pavise {
namespace {

using nlohmann::json;
constexpr double kRadiansPerDegree = kPi / 180;

std::string at(const std::string& name, std::size_t index) { return name + "[" + std::to_string(index) + "]"; }

struct Update {
  double time_s;
  Measurement measurement;
};

struct Case {
  std::string estimator;
  double start_s = 0;
  Gaussian initial;
  ProcessModel process;
  InteractingModels imm;
  UnscentedScaling scaling;
  std::vector<Update> updates;
  std::vector<std::size_t> report_at;
  std::vector<double> truth;  // [K][2d], may be empty
};

bool is_positive_definite(const Gaussian& g) {
  double lower[kMostStates][kMostStates] = {};
  for (int i = 0; i < g.n; ++i)
    for (int j = 0; j <= i; ++j) {
      double sum = g.covariance[i][j];
      for (int k = 0; k < j; ++k) sum -= lower[i][k] * lower[j][k];
      if (i == j && !(sum > 0)) return false;
      lower[i][j] = i == j ? std::sqrt(sum) : sum / lower[j][j];
    }
  return true;
}

void read_initial(const json& value, int dimensions, Case& c) {
  CaseFields fields(value, "initial.");
  const std::size_t n = std::size_t(2 * dimensions);
  c.start_s = fields.number("time_s");
  const auto mean = fields.numbers("mean", n, n);
  const auto covariance = fields.matrix("covariance", n, n);
  fields.finish();
  c.initial.n = int(n);
  for (std::size_t i = 0; i < n; ++i) {
    c.initial.mean[i] = mean[i];
    for (std::size_t j = 0; j < n; ++j) {
      c.initial.covariance[i][j] = covariance[i * n + j];
      if (std::fabs(covariance[i * n + j] - covariance[j * n + i]) >
          1e-9 * std::sqrt(std::fabs(covariance[i * n + i] * covariance[j * n + j])))
        throw CaseError("initial.covariance", "is not symmetric");
    }
  }
  if (!is_positive_definite(c.initial)) throw CaseError("initial.covariance", "is not positive definite");
}

ProcessModel read_process(const json& value, const std::string& path, bool may_turn) {
  CaseFields fields(value, path + ".");
  ProcessModel process;
  const std::string model = fields.word("model");
  if (model == "ct" && may_turn) {
    process.turn_rate_radps = fields.number("turn_rate_deg_s") * kRadiansPerDegree;
    if (process.turn_rate_radps == 0) throw CaseError(path + ".turn_rate_deg_s", "must not be 0");
  } else if (model != "cv") {
    throw CaseError(path + ".model", may_turn ? "must be cv or ct" : "must be cv");
  }
  process.spectral_density_m2_s3 = fields.number("q_m2_s3", 0);
  fields.finish();
  return process;
}

void read_models(CaseFields& fields, Case& c) {
  const json& models = fields.array("models", 2, kMostModels);
  const std::size_t M = models.size();
  const auto transition = fields.matrix("transition", M, M);
  const auto initial = fields.numbers("initial_probability", M, M);
  c.imm.count = int(M);
  double sum = 0;
  for (std::size_t i = 0; i < M; ++i) {
    c.imm.models[i] = read_process(models[i], at("models", i), true);
    c.imm.states[i] = c.initial;
    c.imm.probability[i] = initial[i];
    sum += initial[i];
    if (initial[i] < 0) throw CaseError(at("initial_probability", i), "must not be negative");
    double row = 0;
    for (std::size_t j = 0; j < M; ++j) {
      c.imm.transition[i][j] = transition[i * M + j];
      row += transition[i * M + j];
      if (transition[i * M + j] < 0) throw CaseError(at("transition", i), "must not be negative");
    }
    if (std::fabs(row - 1) > 1e-9) throw CaseError(at("transition", i), "must sum to 1");
  }
  if (std::fabs(sum - 1) > 1e-9) throw CaseError("initial_probability", "must sum to 1");
  for (std::size_t j = 0; j < M; ++j) {
    double reached = 0;
    for (std::size_t i = 0; i < M; ++i) reached += transition[i * M + j] * initial[i];
    if (!(reached > 0)) throw CaseError("transition", "model " + std::to_string(j) + " cannot be reached");
  }
}

struct NamedComponent {
  const char* name;
  Component component;
  bool is_angle, needs_sensor, needs_height;
};
constexpr NamedComponent kComponents[] = {
    {"east_m", Component::east, false, false, false},
    {"north_m", Component::north, false, false, false},
    {"up_m", Component::up, false, false, true},
    {"range_m", Component::range, false, true, false},
    {"azimuth_deg", Component::azimuth, true, true, false},
    {"elevation_deg", Component::elevation, true, true, true},
    {"range_rate_m_s", Component::range_rate, false, true, false},
};

Update read_update(const json& value, const std::string& path, int dimensions, bool is_linear) {
  CaseFields fields(value, path + ".");
  Update update;
  update.time_s = fields.number("time_s");
  const json& names = fields.array("components", 0, kMostComponents);
  Measurement& m = update.measurement;
  m.count = int(names.size());
  if (m.count == 0) {
    fields.finish();
    return update;
  }
  const auto values = fields.numbers("values", names.size(), names.size());
  const auto sigmas = fields.numbers("sigma", names.size(), names.size());
  bool needs_sensor = false;
  for (std::size_t a = 0; a < names.size(); ++a) {
    const std::string where = at(path + ".components", a);
    if (!names[a].is_string()) throw CaseError(where, "must be a string");
    const NamedComponent* found = nullptr;
    for (const NamedComponent& c : kComponents)
      if (names[a].get<std::string>() == c.name) found = &c;
    if (!found) throw CaseError(where, "is no component");
    if (found->needs_height && dimensions == 2) throw CaseError(where, "needs three dimensions");
    if (is_linear && found->needs_sensor) throw CaseError(where, "is not linear: kf takes positions only");
    for (std::size_t b = 0; b < a; ++b)
      if (m.components[b] == found->component) throw CaseError(where, "stands twice");
    if (!(sigmas[a] > 0)) throw CaseError(at(path + ".sigma", a), "must be greater than 0");
    const double unit = found->is_angle ? kRadiansPerDegree : 1.0;
    m.components[a] = found->component;
    m.values[a] = values[a] * unit;
    m.sigmas[a] = sigmas[a] * unit;
    needs_sensor = needs_sensor || found->needs_sensor;
  }
  if (needs_sensor) {
    const auto place = fields.numbers("sensor_m", std::size_t(dimensions), std::size_t(dimensions));
    m.sensor_m = {place[0], place[1], dimensions == 3 ? place[2] : 0.0};
  }
  fields.finish();  // a place that nothing needs is an unknown field
  return update;
}

Case read_case(const json& input) {
  CaseFields fields(input);
  Case c;
  c.estimator = fields.word("estimator");
  if (c.estimator != "kf" && c.estimator != "ekf" && c.estimator != "ukf" && c.estimator != "imm")
    throw CaseError("estimator", "must be kf, ekf, ukf or imm");
  const int dimensions = fields.whole("dimensions", 2, 3);
  read_initial(fields.any("initial"), dimensions, c);
  if (c.estimator == "imm")
    read_models(fields, c);
  else
    c.process = read_process(fields.any("process"), "process", false);
  if (c.estimator == "ukf") {
    CaseFields scaling(fields.any("ukf"), "ukf.");
    c.scaling = {scaling.number("alpha", 0.5, 1), scaling.number("beta"), scaling.number("kappa")};
    if (!(c.initial.n + c.scaling.kappa > 0)) throw CaseError("ukf.kappa", "n + kappa must be greater than 0");
    scaling.finish();
  }
  double before_s = c.start_s;
  for (const json& value : fields.array("updates", 1, 100)) {
    const std::string path = at("updates", c.updates.size());
    c.updates.push_back(read_update(value, path, dimensions, c.estimator == "kf"));
    if (c.updates.back().time_s < before_s) throw CaseError(path + ".time_s", "goes back in time");
    before_s = c.updates.back().time_s;
  }
  for (double index : fields.numbers("report_at")) {
    const bool is_good = index == std::floor(index) && index >= 0 && index < double(c.updates.size()) &&
                         (c.report_at.empty() || index > double(c.report_at.back()));
    if (!is_good) throw CaseError(at("report_at", c.report_at.size()), "must be ascending indices into updates");
    c.report_at.push_back(std::size_t(index));
  }
  if (fields.has("truth")) c.truth = fields.matrix("truth", c.report_at.size(), std::size_t(2 * dimensions));
  fields.finish();
  return c;
}

/// Whether the filter bank can take the case: three dimensions, and only what radars measure.
bool suits_bank(const Case& c) {
  if (c.estimator != "ekf" || c.initial.n != 6) return false;
  for (const Update& u : c.updates)
    for (int a = 0; a < u.measurement.count; ++a)
      if (u.measurement.components[a] < Component::range) return false;
  return true;
}

/// The bank on a list of one.
class BankFilter {
 public:
  BankFilter() { allocate(list_, 8); }
  Fit step(Gaussian& state, const ProcessModel& process, const Measurement& m, double duration_s) {
    list_.count = 1;
    list_.any_components = 0;
    list_.sensor_m = m.sensor_m;
    for (int i = 0; i < 6; ++i) {
      list_.mean[i][0] = state.mean[i];
      for (int j = 0; j <= i; ++j) list_.covariance[packed_index(i, j)][0] = state.covariance[i][j];
    }
    list_.duration_s[0] = duration_s;
    list_.noise_m2_s3[0] = process.spectral_density_m2_s3;
    list_.gravity_mps2[0] = 0;
    double value[4] = {}, sigma[4] = {};
    std::int32_t components = 0;
    for (int a = 0; a < m.count; ++a) {
      const int k = int(m.components[a]) - int(Component::range);
      components |= 1 << k;
      value[k] = m.values[a], sigma[k] = m.sigmas[a];
    }
    set_measurement(list_, 0, components, value, sigma);
    update_filters(list_);
    for (int i = 0; i < 6; ++i) {
      state.mean[i] = list_.mean[i][0];
      for (int j = 0; j <= i; ++j)
        state.covariance[i][j] = state.covariance[j][i] = list_.covariance[packed_index(i, j)][0];
    }
    return {list_.nis[0], 0};
  }

 private:
  FilterList list_;
};

struct Report {
  json mean_position = json::array(), mean_velocity = json::array(), sigma_position = json::array(),
       sigma_velocity = json::array(), correlation = json::array(), nis = json::array(),
       model_probability = json::array(), nees = json::array();

  void add(const Gaussian& g, const double* truth) {
    const int d = g.dimensions();
    json position = json::array(), velocity = json::array(), sp = json::array(), sv = json::array(),
         rows = json::array();
    for (int i = 0; i < g.n; ++i) {
      (i < d ? position : velocity).push_back(g.mean[i]);
      (i < d ? sp : sv).push_back(std::sqrt(g.covariance[i][i]));
      json row = json::array();
      for (int j = 0; j < g.n; ++j)
        row.push_back(g.covariance[i][j] / (std::sqrt(g.covariance[i][i]) * std::sqrt(g.covariance[j][j])));
      rows.push_back(row);
    }
    mean_position.push_back(position);
    mean_velocity.push_back(velocity);
    sigma_position.push_back(sp);
    sigma_velocity.push_back(sv);
    correlation.push_back(rows);
    if (truth) nees.push_back(normalised_error(g, truth));
  }
};

CaseOutputs evaluate(const json& input, const json&) {
  Case c = read_case(input);
  const bool is_imm = c.estimator == "imm", uses_bank = suits_bank(c);
  BankFilter bank;
  Gaussian state = c.initial;
  Report report;
  double before_s = c.start_s;
  std::size_t next_report = 0;
  for (std::size_t k = 0; k < c.updates.size(); ++k) {
    const Measurement& m = c.updates[k].measurement;
    const double duration_s = c.updates[k].time_s - before_s;
    before_s = c.updates[k].time_s;
    Fit fit;
    if (is_imm) {
      step(c.imm, m, duration_s);
    } else if (uses_bank) {
      fit = bank.step(state, c.process, m, duration_s);
    } else {
      predict(state, c.process, duration_s);
      fit = c.estimator == "ukf" ? update_unscented(state, m, c.scaling) : update(state, m);
    }
    if (m.count > 0) report.nis.push_back(fit.nis);
    if (next_report == c.report_at.size() || c.report_at[next_report] != k) continue;
    const double* truth = c.truth.empty() ? nullptr : c.truth.data() + next_report * std::size_t(c.initial.n);
    report.add(is_imm ? combined(c.imm) : state, truth);
    if (is_imm)
      report.model_probability.push_back(std::vector<double>(c.imm.probability, c.imm.probability + c.imm.count));
    ++next_report;
  }

  CaseOutputs out;
  out.values["mean_position_m"] = report.mean_position;
  out.values["mean_velocity_m_s"] = report.mean_velocity;
  out.values["sigma_position_m"] = report.sigma_position;
  out.values["sigma_velocity_m_s"] = report.sigma_velocity;
  out.values["correlation"] = report.correlation;
  if (is_imm)
    out.values["model_probability"] = report.model_probability;
  else
    out.values["nis"] = report.nis;
  if (!c.truth.empty()) out.values["nees"] = report.nees;
  return out;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "filter",
             .summary = "Kalman, extended and unscented filter and interacting multiple models.",
             .source = "docs/models/tracking.md#filters"},
    .evaluate = evaluate,
}};

}  // namespace
}  // namespace pavise
