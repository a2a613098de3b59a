// Components register themselves. A component is one file: its parameters (a struct of doubles), their dimensions,
// ranges and documentation, and its stage functions. Loader, JSON Schema, `pavise list`, messages and docs follow from
// what is registered here and from nothing else.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernel/core/assert.hpp"

namespace pavise {

/// What a parameter measures, hence which units a user may write. Stored in SI; angles in radians, gains in dB.
enum class Dimension {
  number,  // dimensionless
  count,   // a whole number >= 0
  flag,    // true or false
  word,    // one of a list; stored as its index
  length, time, speed, angle, angular_rate, acceleration, area, power, frequency, gain, mass, money,
  table,   // rows of plain numbers, such as [[mach, cd], ...]; stored as a Table
};

/// A small table parameter: up to 24 rows of up to 3 columns, row-major.
struct Table {
  double rows = 0;
  double cells[24][3] = {};
  int size() const { return int(rows); }
};

struct Parameter {
  std::string_view name;
  Dimension dimension = Dimension::number;
  double minimum = 0, maximum = 1e300;
  std::string_view doc;
  std::size_t offset = 0;                  // bytes into the parameter struct
  std::optional<double> otherwise = {};    // value when absent; without one the parameter is required
  std::vector<std::string_view> words = {};  // for Dimension::word
  int columns = 0;                         // for Dimension::table
};

/// The values of one component's parameters, laid out as its parameter struct.
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(std::size_t size_bytes) : values_(size_bytes / sizeof(double), 0.0) {}
  template <class P>
  static Parameters of(const P& values) {
    Parameters result(sizeof(P));
    result.as<P>() = values;
    return result;
  }

  template <class P>
  const P& as() const {
    static_assert(std::is_trivially_copyable_v<P> && std::is_standard_layout_v<P> && sizeof(P) % sizeof(double) == 0);
    PAVISE_ASSERT(sizeof(P) == values_.size() * sizeof(double));
    return *reinterpret_cast<const P*>(values_.data());
  }
  template <class P>
  P& as() {
    return const_cast<P&>(std::as_const(*this).as<P>());
  }
  double& at_offset(std::size_t offset) { return values_[offset / sizeof(double)]; }
  const double& at_offset(std::size_t offset) const { return values_[offset / sizeof(double)]; }

 private:
  std::vector<double> values_;
};

/// What every registered thing says of itself.
struct ComponentInfo {
  std::string_view category;  // "threat motion", "sensor", "tracker", "flyout", "policy"
  std::string_view name;      // "radar/rotating"
  std::string_view summary;   // one sentence
  std::string_view source;    // where the equations are
  std::vector<Parameter> parameters = {};
  std::size_t size_bytes = 0;  // of the parameter struct
};

/// A parameter that lives in member `member` of its struct P (all members double or Table).
template <class P, class M>
Parameter parameter(std::string_view name, M P::*member, Dimension dimension, std::pair<double, double> range,
                    std::string_view doc, std::optional<double> otherwise = {},
                    std::vector<std::string_view> words = {}, int columns = 0) {
  static_assert(std::is_same_v<M, double> || std::is_same_v<M, Table>);
  alignas(P) static const P probe{};
  const std::size_t offset =
      std::size_t(reinterpret_cast<const char*>(&(probe.*member)) - reinterpret_cast<const char*>(&probe));
  return {name, dimension, range.first, range.second, doc, offset, otherwise, std::move(words), columns};
}

/// A component's parameters at their defaults; required ones are 0 until set.
Parameters defaults_of(const ComponentInfo& info);
/// Sets one parameter (no table) by name, in SI; the component must have it.
void set_parameter(Parameters& parameters, const ComponentInfo& info, std::string_view name, double value);

/// All components, whatever their category, sorted by category and name.
std::vector<const ComponentInfo*> all_components();
void remember_component(const ComponentInfo* info);

/// The components of one category; Kind has a member `info` and the category's functions.
template <class Kind>
class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }
  void add(const Kind* kind) {
    kinds_.push_back(kind);
    std::sort(kinds_.begin(), kinds_.end(), [](auto* a, auto* b) { return a->info.name < b->info.name; });
    remember_component(&kind->info);
  }
  const std::vector<const Kind*>& sorted() const { return kinds_; }
  /// Null if there is none of that name.
  const Kind* find(std::string_view name) const {
    for (const Kind* kind : kinds_)
      if (kind->info.name == name) return kind;
    return nullptr;
  }
  const Kind& at(std::string_view name) const {
    const Kind* kind = find(name);
    PAVISE_ASSERT(kind != nullptr);
    return *kind;
  }

 private:
  std::vector<const Kind*> kinds_;
};

/// `const Registration<SensorKind> registered{{.info = ..., .look = ...}};` in the component's own file.
template <class Kind>
class Registration {
 public:
  explicit Registration(Kind kind) : kind_(std::move(kind)) { Registry<Kind>::instance().add(&kind_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  const Kind& kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace pavise
