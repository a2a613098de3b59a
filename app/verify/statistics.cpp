// Evaluator of the kind `statistics`: study/statistics.hpp through strictly checked fields.
#include "study/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "app/verify/evaluator.hpp"

namespace pavise {
namespace {

using nlohmann::json;

void only_fields(const json& input, std::initializer_list<const char*> names) {
  for (const auto& item : input.items()) {
    const std::string& key = item.key();
    if (key != "what" && std::none_of(names.begin(), names.end(), [&](const char* name) { return key == name; }))
      throw CaseError(key, "unknown field");
  }
  for (const char* name : names)
    if (!input.contains(name)) throw CaseError(name, "missing");
}

double number_of(const json& value, const std::string& field) {
  if (!value.is_number()) throw CaseError(field, "must be a number");
  const double number = value.get<double>();
  if (!std::isfinite(number)) throw CaseError(field, "must be finite");
  return number;
}
double number(const json& input, const char* field) { return number_of(input.at(field), field); }

std::int64_t whole(const json& input, const char* field, std::int64_t minimum) {
  const double value = number(input, field);
  if (value != std::floor(value) || std::fabs(value) > 9e15) throw CaseError(field, "must be a whole number");
  if (value < double(minimum)) throw CaseError(field, "must be at least " + std::to_string(minimum));
  return std::int64_t(value);
}

double inside_unit(const json& input, const char* field) {
  const double value = number(input, field);
  if (!(value > 0 && value < 1)) throw CaseError(field, "must lie in (0, 1)");
  return value;
}

double positive(const json& input, const char* field) {
  const double value = number(input, field);
  if (!(value > 0)) throw CaseError(field, "must be > 0");
  return value;
}

std::vector<double> numbers_of(const json& value, const std::string& field, std::size_t minimum) {
  if (!value.is_array()) throw CaseError(field, "must be an array of numbers");
  if (value.size() < minimum) throw CaseError(field, "needs at least " + std::to_string(minimum) + " values");
  std::vector<double> result;
  result.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i)
    result.push_back(number_of(value[i], field + "[" + std::to_string(i) + "]"));
  return result;
}
std::vector<double> numbers(const json& input, const char* field, std::size_t minimum) {
  return numbers_of(input.at(field), field, minimum);
}

void needs_spread(const std::vector<double>& sample, const char* field) {
  if (std::all_of(sample.begin(), sample.end(), [&](double x) { return x == sample.front(); }))
    throw CaseError(field, "has variance 0");
}

json pair_of(const Interval& interval) { return json::array({interval.lower, interval.upper}); }

json proportion(const json& input, Interval (*interval)(std::int64_t, std::int64_t, double)) {
  only_fields(input, {"successes", "trials", "confidence"});
  const std::int64_t trials = whole(input, "trials", 1), successes = whole(input, "successes", 0);
  if (successes > trials) throw CaseError("successes", "must be at most trials");
  return {{"proportion", double(successes) / double(trials)},
          {"interval", pair_of(interval(successes, trials, inside_unit(input, "confidence")))}};
}

json mean(const json& input) {
  only_fields(input, {"sample", "confidence"});
  const auto sample = numbers(input, "sample", 2);
  needs_spread(sample, "sample");
  const MeanInterval r = t_interval(sample, inside_unit(input, "confidence"));
  return {{"mean", r.mean}, {"se", r.se}, {"interval", pair_of(r.interval)}};
}

json paired_samples(const json& input) {
  only_fields(input, {"a", "b", "confidence"});
  const auto a = numbers(input, "a", 3), b = numbers(input, "b", 3);
  if (a.size() != b.size()) throw CaseError("b", "must be as long as a");
  needs_spread(a, "a");
  needs_spread(b, "b");
  std::vector<double> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  needs_spread(difference, "b");
  const Paired r = paired(a, b, inside_unit(input, "confidence"));
  return {{"mean_difference", r.mean_difference}, {"se", r.se},
          {"interval", pair_of(r.interval)},      {"correlation", r.correlation},
          {"unpaired_se", r.unpaired_se},         {"p_value", r.p_value}};
}

json two_samples(const json& input) {
  only_fields(input, {"a", "b", "confidence"});
  const auto a = numbers(input, "a", 2), b = numbers(input, "b", 2);
  needs_spread(a, "a");
  needs_spread(b, "b");
  const TwoSample r = two_sample(a, b, inside_unit(input, "confidence"));
  return {{"difference", r.difference},
          {"se", r.se},
          {"degrees_of_freedom", r.degrees_of_freedom},
          {"interval", pair_of(r.interval)},
          {"p_value", r.p_value}};
}

json mcnemar(const json& input) {
  only_fields(input, {"only_a", "only_b"});
  return {{"p_value", mcnemar_exact(whole(input, "only_a", 0), whole(input, "only_b", 0))}};
}

json holm_adjusted(const json& input) {
  only_fields(input, {"p_values"});
  const auto p = numbers(input, "p_values", 1);
  for (double value : p)
    if (!(value >= 0 && value <= 1)) throw CaseError("p_values", "must lie in [0, 1]");
  return {{"p_adjusted", holm(p)}};
}

json quantile(const json& input) {
  only_fields(input, {"sample", "level", "confidence"});
  auto sample = numbers(input, "sample", 1);
  const QuantileRanks ranks =
      quantile_ranks(std::int64_t(sample.size()), inside_unit(input, "level"), inside_unit(input, "confidence"));
  std::sort(sample.begin(), sample.end());
  const auto at = [&](std::int64_t rank) { return sample[std::size_t(rank - 1)]; };
  json result = {{"estimate", at(ranks.estimate)}};
  if (ranks.lower && ranks.upper) {
    result["interval"] = {at(*ranks.lower), at(*ranks.upper)};
    result["ranks"] = {*ranks.lower, *ranks.upper};
  } else if (ranks.lower) {
    result["lower"] = at(*ranks.lower);
  } else if (ranks.upper) {
    result["upper"] = at(*ranks.upper);
  }
  return result;
}

/// The distribution of a case, with the fields it needs beside `argument`.
struct Distribution {
  std::string name;
  double first = 0, second = 0;

  Distribution(const json& input, const char* argument) {
    if (!input.contains("distribution")) throw CaseError("distribution", "missing");
    if (!input["distribution"].is_string()) throw CaseError("distribution", "must be a word");
    name = input["distribution"].get<std::string>();
    if (name == "normal") {
      only_fields(input, {"distribution", argument});
    } else if (name == "t" || name == "chi_square") {
      only_fields(input, {"distribution", "degrees_of_freedom", argument});
      first = positive(input, "degrees_of_freedom");
    } else if (name == "beta") {
      only_fields(input, {"distribution", "alpha", "beta", argument});
      first = positive(input, "alpha");
      second = positive(input, "beta");
    } else {
      throw CaseError("distribution", "must be normal, t, chi_square or beta");
    }
  }
  double quantile(double p) const {
    return name == "normal" ? normal_quantile(p)
           : name == "t"    ? t_quantile(first, p)
           : name == "beta" ? beta_quantile(first, second, p)
                            : chi_square_quantile(first, p);
  }
  Tails tails(double x) const {
    return name == "normal" ? normal_tails(x)
           : name == "t"    ? t_tails(first, x)
           : name == "beta" ? beta_tails(first, second, x)
                            : chi_square_tails(first, x);
  }
};

json distribution_quantile(const json& input) {
  const Distribution distribution(input, "p");
  json value = json::array();
  for (double p : numbers(input, "p", 0)) {
    if (!(p > 0 && p < 1)) throw CaseError("p", "must lie in (0, 1)");
    value.push_back(distribution.quantile(p));
  }
  return {{"value", value}};
}

json distribution_cdf(const json& input) {
  const Distribution distribution(input, "x");
  json lower = json::array(), upper = json::array();
  for (double x : numbers(input, "x", 0)) {
    const Tails tails = distribution.tails(x);
    lower.push_back(tails.lower);
    upper.push_back(tails.upper);
  }
  return {{"lower", lower}, {"upper", upper}};
}

json moments(const json& input) {
  only_fields(input, {"chunks"});
  if (!input["chunks"].is_array()) throw CaseError("chunks", "must be an array of arrays");
  Moments all;
  for (std::size_t i = 0; i < input["chunks"].size(); ++i) {
    Moments chunk;
    for (double value : numbers_of(input["chunks"][i], "chunks[" + std::to_string(i) + "]", 0)) chunk.add(value);
    all.merge(chunk);
  }
  if (all.count < 2) throw CaseError("chunks", "needs at least 2 values");
  return {{"count", all.count}, {"mean", all.mean}, {"variance", all.variance()}};
}

CaseOutputs evaluate_statistics(const json& input, const json&) {
  if (!input.is_object()) throw CaseError("input", "must be an object");
  if (!input.contains("what")) throw CaseError("what", "missing");
  if (!input["what"].is_string()) throw CaseError("what", "must be a word");
  const std::string what = input["what"].get<std::string>();
  CaseOutputs out;
  out.values = what == "wilson"                  ? proportion(input, &wilson)
               : what == "clopper_pearson"       ? proportion(input, &clopper_pearson)
               : what == "t_interval"            ? mean(input)
               : what == "paired"                ? paired_samples(input)
               : what == "two_sample"            ? two_samples(input)
               : what == "mcnemar_exact"         ? mcnemar(input)
               : what == "holm"                  ? holm_adjusted(input)
               : what == "quantile"              ? quantile(input)
               : what == "distribution_quantile" ? distribution_quantile(input)
               : what == "distribution_cdf"      ? distribution_cdf(input)
               : what == "moments"               ? moments(input)
                                                 : throw CaseError("what", "no operation of this kind");
  return out;
}

const Registration<Evaluator> registered{{
    .info = {.category = "verify",
             .name = "statistics",
             .summary = "Intervals, tests, quantiles, distribution functions and merged moments.",
             .source = "conformance kind statistics"},
    .evaluate = evaluate_statistics,
}};

}  // namespace
}  // namespace pavise
