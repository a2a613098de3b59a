#include "kernel/core/registry.hpp"

namespace pavise {
namespace {
std::vector<const ComponentInfo*>& components() {
  static std::vector<const ComponentInfo*> all;
  return all;
}
}  // namespace

void remember_component(const ComponentInfo* info) { components().push_back(info); }

std::vector<const ComponentInfo*> all_components() {
  auto sorted = components();
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) {
    return a->category != b->category ? a->category < b->category : a->name < b->name;
  });
  return sorted;
}

}  // namespace pavise
