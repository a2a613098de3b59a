// Two uniforms of 52 bits are enough for all that is drawn of a false alarm of a turning radar.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"

namespace pavise {

/// A batch of alarms; `first` and `second` are uniform in (0, 1), the shares come out so, and gaps with mean 1.
struct AlarmColumns {
  std::int32_t count;
  const double *first, *second;
  double *range_share, *rate_share;      // 26 bits each of `first`
  double *elevation_share, *gap;         // 20 and 32 bits of `second`
};

}  // namespace pavise

/// Parts each uniform in two that are independent of each other.
PAVISE_DECLARE_VARIANTS(void share_out(const AlarmColumns& alarms))
