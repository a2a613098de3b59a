// Conformance cases of the kind `random`: the generator, its conversions, its distributions and its streams.
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <numbers>
#include <set>
#include <vector>

#include "app/verify/evaluator.hpp"
#include "kernel/core/draws.hpp"
#include "kernel/core/variates.hpp"

namespace pavise {
namespace {

using nlohmann::json;

constexpr std::uint64_t kWordMax = 0xffff'ffff;
constexpr std::uint64_t kSeedMax = (std::uint64_t(1) << 63) - 1;
constexpr std::uint64_t kMostDraws = 100'000'000;  // what a case may ask for: 800 MB
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string show(const json& value) {
  const std::string text = value.dump();
  return text.size() > 40 ? text.substr(0, 37) + "..." : text;
}

/// A whole number, read as one: 2^62 + 3 is not a double.
std::uint64_t exact_whole(const json& value, const std::string& field, std::uint64_t low, std::uint64_t high) {
  std::uint64_t number = 0;
  bool is_whole = true;
  if (value.is_number_unsigned()) {
    number = value.get<std::uint64_t>();
  } else if (value.is_number_float()) {
    const double d = value.get<double>();
    is_whole = d >= 0 && d <= 0x1p53 && std::floor(d) == d;  // 1e5 is one, too
    if (is_whole) number = std::uint64_t(d);
  } else {
    is_whole = value.is_number_integer() && value.get<std::int64_t>() >= 0;
    if (is_whole) number = std::uint64_t(value.get<std::int64_t>());
  }
  if (!is_whole || number < low || number > high)
    throw CaseError(field,
                    show(value) + " is not a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return number;
}

double real(const json& value, const std::string& field, double low, double high) {
  if (!value.is_number()) throw CaseError(field, show(value) + " is not a number");
  const double number = value.get<double>();
  if (number >= low && number <= high) return number;
  char range[80];
  std::snprintf(range, sizeof range, " is not from %g to %g", low, high);
  throw CaseError(field, show(value) + range);
}

/// The fields of a case's input, with 64-bit whole numbers read as such; what is never asked for is unknown.
class Fields {
 public:
  explicit Fields(const json& input) : input_(input) {
    if (!input.is_object()) throw CaseError("input", "is not an object");
  }
  bool has(const std::string& field) {
    known_.insert(field);
    return input_.contains(field);
  }
  const json& any(const std::string& field) {
    if (!has(field)) throw CaseError(field, "is missing");
    return input_.at(field);
  }
  const json& array(const std::string& field) {
    const json& value = any(field);
    if (!value.is_array()) throw CaseError(field, show(value) + " is not an array");
    return value;
  }
  std::string word(const std::string& field) {
    const json& value = any(field);
    if (!value.is_string()) throw CaseError(field, show(value) + " is not a string");
    return value.get<std::string>();
  }
  double number(const std::string& field, double low = -1e300, double high = 1e300) {
    return real(any(field), field, low, high);
  }
  std::uint64_t whole_number(const std::string& field, std::uint64_t low, std::uint64_t high) {
    return exact_whole(any(field), field, low, high);
  }
  double number_or(const std::string& field, double otherwise, double low = -1e300) {
    return has(field) ? number(field, low, 1e300) : otherwise;
  }
  std::vector<std::uint64_t> whole_numbers(const std::string& field, std::size_t count, std::uint64_t high) {
    return whole_array(any(field), field, count, high);
  }
  static std::vector<std::uint64_t> whole_array(const json& value, const std::string& field, std::size_t count,
                                                std::uint64_t high) {
    if (!value.is_array() || value.size() != count)
      throw CaseError(field, "must be an array of " + std::to_string(count) + " whole numbers");
    std::vector<std::uint64_t> numbers;
    for (const json& element : value) numbers.push_back(exact_whole(element, field, 0, high));
    return numbers;
  }
  void finish() const {
    for (const auto& [field, value] : input_.items())
      if (!known_.contains(field)) throw CaseError(field, "is not a field of this operation");
  }

 private:
  const json& input_;
  std::set<std::string> known_;
};

// ---- sample

/// A distribution: one value of an address, and the distribution function it ought to follow.
struct Sampled {
  std::function<double(const Draws&, const Address&)> value;
  std::function<double(double)> cumulated;  // P(X <= x)
  bool is_discrete = false;
};

double normal_cumulated(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

Sampled normal(Fields& fields) {
  const double mean = fields.number_or("mean", 0), sd = fields.number_or("sd", 1, 1e-300);
  const double min = fields.number_or("min", -kInfinity), max = fields.number_or("max", kInfinity);
  if (!(min < max)) throw CaseError("max", "is not above min");
  const double a = (min - mean) / sd, b = (max - mean) / sd;
  // in the upper half from the other side, where the distribution function has digits left
  const double side = a > 0 ? -1 : 1;
  const double at_a = normal_cumulated(side * a), mass = normal_cumulated(side * b) - at_a;
  if (mass == 0) throw CaseError("min", "leaves an interval of probability below the smallest number");
  return {[=](const Draws& draws, const Address& at) { return normal_value(draws, at, mean, sd, min, max); },
          [=](double x) { return (normal_cumulated(side * (x - mean) / sd) - at_a) / mass; }};
}

Sampled triangular(Fields& fields) {
  const double min = fields.number("min"), max = fields.number("max");
  if (!(min < max)) throw CaseError("max", "is not above min");
  const double mode = fields.number("mode", min, max);
  const double width = max - min;
  return {[=](const Draws& draws, const Address& at) { return triangular_value(draws, at, min, mode, max); },
          [=](double x) {
            if (x <= min) return 0.0;
            if (x >= max) return 1.0;
            return x < mode ? (x - min) * (x - min) / (width * (mode - min))
                            : 1 - (max - x) * (max - x) / (width * (max - mode));
          }};
}

Sampled discrete(const std::string& name, Fields& fields) {
  if (name == "bernoulli") {
    const double p = fields.number("p", 0, 1);
    return {[=](const Draws& draws, const Address& at) { return double(bernoulli_value(draws, at, p)); },
            [=](double x) { return x < 0   ? 0
                                   : x < 1 ? 1 - p
                                           : 1; }, true};
  }
  if (name == "binomial") {
    const auto n = std::int64_t(fields.whole_number("n", 0, std::uint64_t(1) << 40));
    const double p = fields.number("p", 0, 1);
    const boost::math::binomial_distribution<double> exact(double(n), p);
    return {[=](const Draws& draws, const Address& at) { return double(binomial_value(draws, at, n, p)); },
            [=](double x) { return x < 0            ? 0
                                   : x >= double(n) ? 1
                                                    : boost::math::cdf(exact, x); }, true};
  }
  if (name == "poisson") {
    const double mean = fields.number("mean", 0, 0x1p40);
    return {[=](const Draws& draws, const Address& at) { return double(poisson_value(draws, at, mean)); },
            [=](double x) {
              if (x < 0) return 0.0;
              return mean == 0 ? 1.0 : boost::math::cdf(boost::math::poisson_distribution<double>(mean), x);
            },
            true};
  }
  const std::uint64_t n = fields.whole_number("n", 1, kSeedMax);
  return {[=](const Draws& draws, const Address& at) { return double(integer_value(draws, at, n)); },
          [=](double x) { return x < 0                ? 0
                                 : x + 1 >= double(n) ? 1
                                                      : (x + 1) / double(n); }, true};
}

Sampled distribution(Fields& fields) {
  const std::string name = fields.word("distribution");
  if (name == "uniform") {
    const double min = fields.number_or("min", 0), max = fields.number_or("max", 1);
    if (!(min < max)) throw CaseError("max", "is not above min");
    return {[=](const Draws& draws, const Address& at) { return uniform_value(draws, at, min, max); },
            [=](double x) { return std::clamp((x - min) / (max - min), 0.0, 1.0); }};
  }
  if (name == "normal") return normal(fields);
  if (name == "exponential") {
    const double rate = fields.number("rate", 1e-300);
    return {[=](const Draws& draws, const Address& at) { return exponential_value(draws, at, rate); },
            [=](double x) { return x <= 0 ? 0 : -std::expm1(-rate * x); }};
  }
  if (name == "lognormal") {
    const double log_mean = fields.number("log_mean", -600, 600), log_sd = fields.number("log_sd", 1e-300, 100);
    return {[=](const Draws& draws, const Address& at) { return lognormal_value(draws, at, log_mean, log_sd); },
            [=](double x) { return x <= 0 ? 0 : normal_cumulated((std::log(x) - log_mean) / log_sd); }};
  }
  if (name == "triangular") return triangular(fields);
  for (const char* known : {"bernoulli", "binomial", "poisson", "integer"})
    if (name == known) return discrete(name, fields);
  throw CaseError("distribution", '"' + name +
                                      "\" is none of uniform, normal, exponential, lognormal, triangular, "
                                      "bernoulli, binomial, poisson, integer");
}

/// sup |F_N - F| of a sorted sample: over both sides of each step.
double kolmogorov_distance(const std::vector<double>& sorted, const std::function<double(double)>& cumulated,
                           bool is_discrete) {
  const double count = double(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t next = i + 1;
    while (next < sorted.size() && sorted[next] == sorted[i]) ++next;
    // F_N jumps here from i / N to next / N; a discrete F last changed at the integer before
    const double here = cumulated(sorted[i]), before = is_discrete ? cumulated(sorted[i] - 1) : here;
    distance = std::max({distance, std::fabs(double(next) / count - here), std::fabs(double(i) / count - before)});
    i = next;
  }
  return distance;
}

/// Mean and variance (N - 1) in two passes.
void moments(const std::vector<double>& values, double& mean, double& variance) {
  long double sum = 0, squares = 0;
  for (double x : values) sum += x;
  mean = double(sum / (long double)values.size());
  for (double x : values) squares += ((long double)x - mean) * ((long double)x - mean);
  variance = double(squares / (long double)(values.size() - 1));
}

CaseOutputs sample(Fields& fields, const json& expected) {
  const Draws draws{fields.whole_number("seed", 0, kSeedMax)};
  Address at{.replication = std::uint32_t(fields.whole_number("replication", 0, kWordMax)),
             .entity = std::uint32_t(fields.whole_number("entity", 0, kWordMax)),
             .purpose = Purpose(fields.whole_number("purpose", 0, 65535))};
  const std::uint64_t count = fields.whole_number("draws", 1, kMostDraws);
  const Sampled sampled = distribution(fields);
  std::vector<double> tail_at;
  const bool has_tail = fields.has("tail_at");
  if (has_tail)
    for (const json& t : fields.array("tail_at")) tail_at.push_back(real(t, "tail_at", -1e300, 1e300));
  fields.finish();

  std::vector<double> values(count);
  for (std::uint64_t d = 0; d < count; ++d) {
    at.number = std::uint32_t(d);
    values[d] = sampled.value(draws, at);
  }
  std::sort(values.begin(), values.end());

  double mean, variance;
  moments(values, mean, variance);
  CaseOutputs outputs;
  outputs.values = {{"mean", mean}, {"ks", kolmogorov_distance(values, sampled.cumulated, sampled.is_discrete)}};
  outputs.values["variance"] = count > 1 ? json(variance) : json(nullptr);
  if (!has_tail) return outputs;

  json tail = json::array(), errors = json::array();
  for (double t : tail_at)
    tail.push_back(double(values.end() - std::upper_bound(values.begin(), values.end(), t)) / double(count));
  outputs.values["tail"] = tail;
  // the standard error is that of the expected proportion
  if (expected.is_object() && expected.contains("tail") && expected["tail"].is_array()) {
    for (const json& p : expected["tail"])
      errors.push_back(p.is_number() ? json(std::sqrt(p.get<double>() * (1 - p.get<double>()) / double(count)))
                                     : json(nullptr));
    outputs.standard_errors["tail"] = errors;
  }
  return outputs;
}

// ---- independence

double correlation(const double* x, const double* y, std::size_t count) {
  long double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < count; ++i) mean_x += x[i], mean_y += y[i];
  mean_x /= (long double)count, mean_y /= (long double)count;
  for (std::size_t i = 0; i < count; ++i) {
    const long double dx = x[i] - mean_x, dy = y[i] - mean_y;
    xx += dx * dx, yy += dy * dy, xy += dx * dy;
  }
  return double(xy / std::sqrt(xx * yy));
}

CaseOutputs independence(Fields& fields) {
  std::uint64_t seed = fields.whole_number("seed", 0, kSeedMax);
  std::uint64_t replication = fields.whole_number("replication", 0, kWordMax);
  std::uint64_t entity = fields.whole_number("entity", 0, kWordMax);
  std::uint64_t purpose = fields.whole_number("purpose", 0, 65535);
  const std::uint64_t streams = fields.whole_number("streams", 1, kMostDraws);
  const std::uint64_t count = fields.whole_number("draws", 1, kMostDraws);
  const std::string vary = fields.word("vary");
  fields.finish();
  if (count > kMostDraws / streams) throw CaseError("draws", "ask for more than 100000000 with these streams");

  std::uint64_t* varied = vary == "seed"          ? &seed
                          : vary == "replication" ? &replication
                          : vary == "entity"      ? &entity
                          : vary == "purpose"     ? &purpose
                                                  : nullptr;
  if (!varied) throw CaseError("vary", '"' + vary + "\" is none of seed, replication, entity, purpose");
  const std::uint64_t most = vary == "seed" ? kSeedMax : vary == "purpose" ? 65535 : kWordMax;
  if (*varied > most - (streams - 1)) throw CaseError("streams", "lead beyond the range of " + vary);

  std::vector<double> values(streams * count), first;
  for (std::uint64_t s = 0; s < streams; ++s, ++*varied) {
    const Draws draws{seed};
    for (std::uint64_t d = 0; d < count; ++d)
      values[s * count + d] =
          draws.uniform({std::uint32_t(replication), std::uint32_t(entity), Purpose(purpose), 0, std::uint32_t(d)});
    first.push_back(values[s * count]);
  }

  CaseOutputs outputs;
  if (count > 2) {
    double across = 0, along = 0, off = 0;
    for (std::uint64_t s = 0; s < streams; ++s) {
      const double* stream = values.data() + s * count;
      if (s + 1 < streams) across = std::max(across, std::fabs(correlation(stream, stream + count, count)));
      along = std::max(along, std::fabs(correlation(stream, stream + 1, count - 1)));
      long double sum = 0;
      for (std::uint64_t d = 0; d < count; ++d) sum += stream[d];
      off = std::max(off, std::fabs(double(sum / (long double)count) - 0.5));
    }
    if (streams > 1) outputs.values["max_abs_correlation"] = across;
    outputs.values["max_abs_lag1"] = along;
    outputs.values["max_abs_mean_error"] = off;
  }
  if (streams > 3) outputs.values["abs_lag1_of_first"] = std::fabs(correlation(first.data(), &first[1], streams - 1));
  std::sort(values.begin(), values.end());
  outputs.values["ks"] = kolmogorov_distance(
      values, [](double x) { return x; }, false);
  const auto distinct = std::unique(values.begin(), values.end()) - values.begin();
  outputs.values["duplicates"] = double(std::int64_t(values.size()) - distinct);
  return outputs;
}

// ---- the others

CaseOutputs order(Fields& fields) {
  const std::uint64_t seed = fields.whole_number("seed", 0, kSeedMax);
  const json& requests = fields.array("requests");
  if (requests.empty()) throw CaseError("requests", "is empty");
  std::vector<Address> addresses;
  for (const json& request : requests) {
    const auto r = Fields::whole_array(request, "requests", 4, kWordMax);
    if (r[2] > 65535) throw CaseError("requests", std::to_string(r[2]) + " is not a purpose from 0 to 65535");
    addresses.push_back({std::uint32_t(r[0]), std::uint32_t(r[1]), Purpose(r[2]), 0, std::uint32_t(r[3])});
  }
  const auto second_order = fields.whole_numbers("order", addresses.size(), addresses.size() - 1);
  fields.finish();
  if (std::set(second_order.begin(), second_order.end()).size() != addresses.size())
    throw CaseError("order", "is not a permutation");

  std::vector<double> answers, again(addresses.size());
  const Draws first{seed};
  for (const Address& at : addresses) answers.push_back(first.uniform(at));
  const Draws second{seed};
  for (std::uint64_t i : second_order) again[i] = second.uniform(addresses[i]);

  double difference = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) difference = std::max(difference, std::fabs(answers[i] - again[i]));
  CaseOutputs outputs;
  outputs.values = {{"max_difference", difference},
                    {"distinct", double(std::set(answers.begin(), answers.end()).size())}};
  return outputs;
}

CaseOutputs philox(Fields& fields) {
  const auto counter = fields.whole_numbers("counter", 4, kWordMax), key = fields.whole_numbers("key", 2, kWordMax);
  fields.finish();
  const Words words = philox4x32_10(
      {{std::uint32_t(counter[0]), std::uint32_t(counter[1]), std::uint32_t(counter[2]), std::uint32_t(counter[3])}},
      std::uint32_t(key[0]), std::uint32_t(key[1]));
  CaseOutputs outputs;
  outputs.values["words"] = json::array({words.w[0], words.w[1], words.w[2], words.w[3]});
  return outputs;
}

CaseOutputs uniform(Fields& fields) {
  const auto words = fields.whole_numbers("words", 2, kWordMax);
  fields.finish();
  CaseOutputs outputs;
  outputs.values["value"] = uniform_open(std::uint32_t(words[0]), std::uint32_t(words[1]));
  return outputs;
}

CaseOutputs evaluate(const json& input, const json& expected) {
  Fields fields(input);
  const std::string what = fields.word("what");
  if (what == "philox4x32-10") return philox(fields);
  if (what == "uniform_open") return uniform(fields);
  if (what == "sample") return sample(fields, expected);
  if (what == "independence") return independence(fields);
  if (what == "order") return order(fields);
  throw CaseError("what", '"' + what + "\" is none of philox4x32-10, uniform_open, sample, independence, order");
}

const Registration<Evaluator> registered{
    {.info = {.category = "verify",
              .name = "random",
              .summary = "The generator, its conversions, its distributions and its streams.",
              .source = "Salmon et al. 2011; kernel/core/draws.hpp, kernel/core/variates.hpp"},
     .evaluate = evaluate}};

}  // namespace
}  // namespace pavise
