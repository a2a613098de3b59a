// Sixteen tests at once as the bits of one number: for the *_lanes.cpp of this folder only.
#pragma once

#include <cstdint>

namespace pavise::PAVISE_VARIANT {

/// Bit k of the answer is test(k), which is 0 or 1, k = 0 .. 15.
template <class Test>
static inline __attribute__((always_inline)) std::uint32_t hit_mask(Test test) {
  // a table of bits, since the baseline has no shift by lane
  static constexpr std::int32_t kBit[16] = {1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                                            1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
  std::int32_t mask = 0;
#pragma omp simd reduction(| : mask)
  for (std::int32_t k = 0; k < 16; ++k) mask |= -test(k) & kBit[k];
  return std::uint32_t(mask);
}

}  // namespace pavise::PAVISE_VARIANT
