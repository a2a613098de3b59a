// Conformance kind `association`: gates, assignment, nearest neighbour, JPDA, initiation.
#include <cmath>
#include <string>
#include <vector>

#include "app/verify/case_fields.hpp"
#include "app/verify/evaluator.hpp"
#include "kernel/core/elementary.hpp"
#include "sensors/tracking/assignment.hpp"
#include "sensors/tracking/gating.hpp"
#include "sensors/tracking/initiation.hpp"
#include "sensors/tracking/joint_association.hpp"

namespace pavise {
namespace {

using nlohmann::json;
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
const double kBelowOne = 1 - 0x1p-53;

std::string at(const std::string& name, std::size_t index) { return name + "[" + std::to_string(index) + "]"; }

InnovationEllipsoid ellipsoid_of(const std::vector<double>& covariance, std::size_t d, const std::string& name) {
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::fabs(covariance[i * d + j] - covariance[j * d + i]) >
          1e-9 * std::sqrt(std::fabs(covariance[i * d + i] * covariance[j * d + j])))
        throw CaseError(name, "is not symmetric");
  InnovationEllipsoid ellipsoid;
  if (!ellipsoid.set(int(d), covariance)) throw CaseError(name, "is not positive definite");
  return ellipsoid;
}

/// [rows][d], where d may still be open (0) and rows any number.
std::vector<std::vector<double>> points_of(CaseFields& fields, const std::string& field, std::size_t& d) {
  std::vector<std::vector<double>> points;
  for (const json& element : fields.array(field)) {
    points.push_back(
        CaseFields::numbers_of(element, at(field, points.size()), 1, InnovationEllipsoid::kMostDimensions));
    if (d == 0) d = points.back().size();
    if (points.back().size() != d) throw CaseError(at(field, points.size() - 1), "has another dimension");
  }
  return points;
}

double distance2(const InnovationEllipsoid& ellipsoid, const std::vector<double>& z,
                 const std::vector<double>& predicted) {
  std::vector<double> innovation(z.size());
  for (std::size_t k = 0; k < z.size(); ++k) innovation[k] = z[k] - predicted[k];
  return ellipsoid.distance2(innovation);
}

CaseOutputs evaluate_gate(CaseFields& fields) {
  const std::vector<double> predicted = fields.numbers("predicted", 1, InnovationEllipsoid::kMostDimensions);
  std::size_t d = predicted.size();
  const std::vector<double> covariance = fields.matrix("innovation_covariance", d, d);
  const auto measurements = points_of(fields, "measurements", d);
  const double gate_probability = fields.number("gate_probability", kSmallest, kBelowOne);
  fields.finish();

  const InnovationEllipsoid ellipsoid = ellipsoid_of(covariance, d, "innovation_covariance");
  const double threshold = chi_square_quantile(int(d), gate_probability);
  CaseOutputs out;
  out.values["gate_threshold"] = threshold;
  out.values["gate_volume"] = gate_volume(int(d), threshold, ellipsoid.determinant());
  json distances = json::array(), in_gate = json::array();
  for (const auto& z : measurements) {
    const double distance = distance2(ellipsoid, z, predicted);
    distances.push_back(distance);
    in_gate.push_back(distance <= threshold ? 1 : 0);
  }
  out.values["distance2"] = distances;
  out.values["in_gate"] = in_gate;
  return out;
}

CaseOutputs report(const Assignment& assignment) {
  CaseOutputs out;
  json chosen = json::array();
  for (std::int32_t j : assignment.column_of_row()) chosen.push_back(j);
  out.values["assignment"] = chosen;
  out.values["total_cost"] = assignment.total_cost();
  return out;
}

CaseOutputs evaluate_assignment(CaseFields& fields) {
  const std::vector<double> miss = fields.numbers("miss_cost"), unassigned = fields.numbers("unassigned_cost");
  const json& rows = fields.array("cost", miss.size(), miss.size());
  fields.finish();
  std::vector<double> cost;
  for (std::size_t i = 0; i < miss.size(); ++i)
    for (const json& c : CaseFields::array_of(rows[i], at("cost", i), unassigned.size(), unassigned.size()))
      cost.push_back(c.is_null() ? kForbidden : CaseFields::number_of(c, at("cost", i)));
  Assignment assignment;
  assignment.solve(cost, miss, unassigned);
  return report(assignment);
}

/// The weights that `gnn` and `jpda` share.
struct Weights {
  std::size_t m, n;
  std::vector<double> log_pair, pair, miss;  // log_pair: -infinity outside the gate
};

Weights read_weights(CaseFields& fields) {
  std::size_t d = 0;
  const auto predicted = points_of(fields, "predicted", d);
  const json& covariances = fields.array("innovation_covariance", predicted.size(), predicted.size());
  const auto measurements = points_of(fields, "measurements", d);
  const std::vector<double> pd = fields.numbers("pd", predicted.size(), predicted.size());
  const double clutter_density = fields.positive("clutter_density");
  const double gate_probability = fields.number("gate_probability", kSmallest, kBelowOne);
  fields.finish();

  Weights w{predicted.size(), measurements.size(), {}, {}, {}};
  const double threshold = d == 0 ? 0 : chi_square_quantile(int(d), gate_probability);
  for (std::size_t i = 0; i < w.m; ++i) {
    if (!(pd[i] > 0 && pd[i] <= 1)) throw CaseError(at("pd", i), "is out of range");
    const std::string name = at("innovation_covariance", i);
    const InnovationEllipsoid ellipsoid = ellipsoid_of(CaseFields::matrix_of(covariances[i], name, d, d), d, name);
    w.miss.push_back(miss_weight(pd[i], gate_probability));
    for (const auto& z : measurements) {
      const double distance = distance2(ellipsoid, z, predicted[i]);
      const bool is_inside = distance <= threshold;
      w.log_pair.push_back(
          is_inside ? log_pair_weight(pd[i], clutter_density, int(d), distance, ellipsoid.determinant()) : -kForbidden);
      w.pair.push_back(is_inside ? exponential(w.log_pair.back()) : 0);
    }
  }
  return w;
}

CaseOutputs evaluate_gnn(CaseFields& fields) {
  const Weights w = read_weights(fields);
  std::vector<double> cost, miss;
  for (double log_weight : w.log_pair) cost.push_back(-log_weight);
  for (double weight : w.miss) miss.push_back(-logarithm(weight));
  Assignment assignment;
  assignment.solve(cost, miss, std::vector<double>(w.n, 0.0));
  return report(assignment);
}

CaseOutputs evaluate_jpda(CaseFields& fields) {
  const Weights w = read_weights(fields);
  JointProbabilities joint;
  if (!joint_probabilities(w.pair, w.miss, joint))
    throw CaseError("measurements", "more tracks share more measurements than exact marginals can be had for");
  CaseOutputs out;
  json beta = json::array();
  for (std::size_t i = 0; i < w.m; ++i) {
    json row = json::array();
    for (std::size_t j = 0; j <= w.n; ++j) row.push_back(joint.beta[i * (w.n + 1) + j]);
    beta.push_back(row);
  }
  out.values["beta"] = beta;
  out.values["hypotheses"] = joint.hypotheses;
  return out;
}

InitiationRule read_rule(CaseFields& fields, bool has_deletion) {
  InitiationRule rule;
  rule.confirm_window = fields.whole("confirm_window", 1, 1e6);
  rule.confirm_hits = fields.whole("confirm_hits", 1, rule.confirm_window);
  if (has_deletion) rule.delete_misses = fields.whole("delete_misses", 1, 1e6);
  return rule;
}

CaseOutputs evaluate_initiation(CaseFields& fields) {
  InitiationMachine machine;
  machine.rule = read_rule(fields, true);
  const std::vector<double> hits = fields.numbers("hits");
  fields.finish();
  json states = json::array();
  for (std::size_t k = 0; k < hits.size(); ++k) {
    if (hits[k] != 0 && hits[k] != 1) throw CaseError(at("hits", k), "must be 0 or 1");
    machine.scan(hits[k] == 1);
    states.push_back(machine.state);
  }
  CaseOutputs out;
  out.values["state"] = states;
  out.values["confirmed"] = machine.confirmed_count;
  out.values["deleted"] = machine.deleted_count;
  return out;
}

CaseOutputs evaluate_initiation_probability(CaseFields& fields) {
  const InitiationRule rule = read_rule(fields, false);
  const double p = fields.number("hit_probability", 0, 1);
  fields.finish();
  CaseOutputs out;
  out.values["confirmation_probability"] = confirmation_probability(rule, p);
  return out;
}

CaseOutputs evaluate(const json& input, const json&) {
  CaseFields fields(input);
  const std::string quantity = fields.word("quantity");
  if (quantity == "gate") return evaluate_gate(fields);
  if (quantity == "assignment") return evaluate_assignment(fields);
  if (quantity == "gnn") return evaluate_gnn(fields);
  if (quantity == "jpda") return evaluate_jpda(fields);
  if (quantity == "initiation") return evaluate_initiation(fields);
  if (quantity == "initiation_probability") return evaluate_initiation_probability(fields);
  throw CaseError("quantity", "must be gate, assignment, gnn, jpda, initiation or initiation_probability");
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "association",
             .summary = "Gates, optimal assignment, nearest neighbour, JPDA and track initiation.",
             .source = "docs/models/tracking.md#association"},
    .evaluate = evaluate,
}};

}  // namespace
}  // namespace pavise
