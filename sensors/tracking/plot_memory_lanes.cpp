// Built for x86-64, x86-64-v3 and x86-64-v4.
#include "sensors/tracking/plot_search.hpp"

namespace pavise::PAVISE_VARIANT {

std::int32_t search_plots(const PlotChunk* chunks, std::int32_t chunk_count, std::int32_t newest,
                          const PlotProbe& probe, std::int32_t* found) {
  return search_ring(chunks, chunk_count, newest, probe, found);
}

}  // namespace pavise::PAVISE_VARIANT
