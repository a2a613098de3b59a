// Sixteen tests at once as the bits of one number: for the *_lanes.cpp of this folder only.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace pavise::PAVISE_VARIANT {

/// Bit k of the answer is test(k), which is 0 or 1, k = 0 .. 15.
template <class Test>
static inline __attribute__((always_inline)) std::uint32_t hit_mask(Test test) {
  // all ones where it hits; the processor then takes the sign bits together: half of what an or across lanes costs
  alignas(64) std::int32_t hits[16];
#pragma omp simd
  for (std::int32_t k = 0; k < 16; ++k) hits[k] = -test(k);
#if defined(__AVX512F__)
  const __m512i all = _mm512_load_si512(hits);
  return std::uint32_t(_mm512_test_epi32_mask(all, all));
#elif defined(__AVX2__)
  const int lower = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(hits))));
  const int upper =
      _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(hits + 8))));
  return std::uint32_t(lower | upper << 8);
#else
  std::uint32_t mask = 0;
  for (int quarter = 0; quarter < 4; ++quarter) {
    const __m128i four = _mm_load_si128(reinterpret_cast<const __m128i*>(hits + 4 * quarter));
    mask |= std::uint32_t(_mm_movemask_ps(_mm_castsi128_ps(four))) << (4 * quarter);
  }
  return mask;
#endif
}

}  // namespace pavise::PAVISE_VARIANT
