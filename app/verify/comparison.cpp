#include <algorithm>
#include <cmath>
#include <limits>

#include "app/verify/driver.hpp"

namespace pavise {
namespace {

using nlohmann::json;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNoSpread = 1e-12;  // allowed where the standard error is 0, relative to max(1, |expected|)

/// Integers beyond 2^53 keep their last digit.
long double value_of(const json& number) {
  if (number.is_number_unsigned()) return static_cast<long double>(number.get<std::uint64_t>());
  if (number.is_number_integer()) return static_cast<long double>(number.get<std::int64_t>());
  return number.get<double>();
}

/// |difference| against what is allowed; exactly equal is 0 even if nothing is allowed.
double multiple_of(long double difference, double allowed) {
  if (difference == 0) return 0;
  return allowed > 0 ? double(difference / allowed) : kInfinity;
}

/// A bound on the output itself: at most 1 if it holds.
double multiple_of_bound(double computed, double bound, bool is_upper) {
  const bool holds = is_upper ? computed <= bound : computed >= bound;
  const double over = is_upper ? computed : bound, under = is_upper ? bound : computed;
  if (under > 0 && over > 0) return over / under;
  return holds ? 0 : kInfinity;
}

struct Allowed {
  const json& tolerance;
  bool has(const char* key) const { return tolerance.contains(key); }
  double at(const char* key) const { return tolerance.at(key).get<double>(); }
  bool has_difference() const { return has("abs") || has("rel") || has("z"); }
};

double multiple_of_number(const json& computed, const json& expected, const Allowed& allowed,
                          const json& standard_error) {
  const long double value = value_of(computed);
  if (std::isnan(value)) return kInfinity;
  double worst = 0;
  if (allowed.has("max")) worst = std::max(worst, multiple_of_bound(double(value), allowed.at("max"), true));
  if (allowed.has("min")) worst = std::max(worst, multiple_of_bound(double(value), allowed.at("min"), false));
  if (!allowed.has_difference()) return worst;

  const long double reference = value_of(expected);
  const long double difference = std::isinf(value) && value == reference ? 0 : std::fabs(value - reference);
  double best = kInfinity;  // any of them suffices
  if (allowed.has("abs")) best = std::min(best, multiple_of(difference, allowed.at("abs")));
  if (allowed.has("rel"))
    best = std::min(best, multiple_of(difference, allowed.at("rel") * double(std::fabs(reference))));
  if (allowed.has("z")) {
    if (!standard_error.is_number()) throw CaseError("tolerance", "z, but this output comes with no standard error");
    const double error = standard_error.get<double>();
    const double limit = error > 0 ? allowed.at("z") * error : kNoSpread * std::max(1.0, double(std::fabs(reference)));
    best = std::min(best, std::isnan(error) ? kInfinity : multiple_of(difference, limit));
  }
  return std::max(worst, best);
}

Comparison compare(const json& computed, const json& expected, const Allowed& allowed, const json& standard_error) {
  if (expected.is_array()) {
    if (!computed.is_array() || computed.size() != expected.size()) return {kInfinity, "shape differs"};
    Comparison worst;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const json& error = standard_error.is_array() && i < standard_error.size() ? standard_error[i] : standard_error;
      const Comparison one = compare(computed[i], expected[i], allowed, error);
      if (one.multiple > worst.multiple || (worst.complaint.empty() && !one.complaint.empty())) worst = one;
    }
    return worst;
  }
  if (computed.is_array()) return {kInfinity, "shape differs"};
  if (expected.is_null() || computed.is_null()) {
    // null says that there is none; a bound alone does not ask for the expected value
    if (expected.is_null() && computed.is_null()) return {};
    return {kInfinity, computed.is_null() ? "computed is null" : "expected is null"};
  }
  if (!expected.is_number()) throw CaseError("expected", "neither a number, nor null, nor an array of them");
  if (!computed.is_number()) return {kInfinity, "computed is not a number"};
  if (std::isnan(double(value_of(computed)))) return {kInfinity, "computed is not a number"};
  return {multiple_of_number(computed, expected, allowed, standard_error), ""};
}

}  // namespace

Comparison compare_output(const json& computed, const json& expected, const json& tolerance,
                          const json& standard_error) {
  if (!tolerance.is_object() || tolerance.empty())
    throw CaseError("tolerance", "not an object with abs, rel, z, max or min");
  for (const auto& [key, value] : tolerance.items()) {
    if (key != "abs" && key != "rel" && key != "z" && key != "max" && key != "min")
      throw CaseError("tolerance", "unknown tolerance \"" + key + "\"; there are abs, rel, z, max, min");
    const bool is_bound = key == "max" || key == "min";
    if (!value.is_number() || (!is_bound && value.get<double>() < 0))
      throw CaseError("tolerance", key + " is not a number" + (is_bound ? "" : " of at least 0"));
  }
  return compare(computed, expected, Allowed{tolerance}, standard_error);
}

}  // namespace pavise
