#include "kernel/core/registry.hpp"

namespace pavise {
namespace {
std::vector<const ComponentInfo*>& components() {
  static std::vector<const ComponentInfo*> all;
  return all;
}
}  // namespace

Parameters defaults_of(const ComponentInfo& info) {
  Parameters parameters(info.size_bytes);
  for (const Parameter& parameter : info.parameters)
    if (parameter.otherwise) parameters.at_offset(parameter.offset) = *parameter.otherwise;
  return parameters;
}

void set_parameter(Parameters& parameters, const ComponentInfo& info, std::string_view name, double value) {
  for (const Parameter& parameter : info.parameters) {
    if (parameter.name != name) continue;
    PAVISE_ASSERT(parameter.dimension != Dimension::table);
    parameters.at_offset(parameter.offset) = value;
    return;
  }
  PAVISE_ASSERT(!"the component has a parameter of that name");
}

void remember_component(const ComponentInfo* info) { components().push_back(info); }

std::vector<const ComponentInfo*> all_components() {
  auto sorted = components();
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) {
    return a->category != b->category ? a->category < b->category : a->name < b->name;
  });
  return sorted;
}

}  // namespace pavise
