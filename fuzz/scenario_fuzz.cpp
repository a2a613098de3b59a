// Any text at all: the loader gives a model or says why not; it never crashes, and what it accepts it accepts again
// after writing it out.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scenario/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const pavise::LoadedScenario loaded = pavise::load_scenario_text(text, "fuzz");
  (void)loaded.diagnostics.to_text();
  if (loaded.model && !pavise::load_scenario_text(loaded.merged_text, "fuzz").model) std::abort();
  return 0;
}
