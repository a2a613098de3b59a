// Philox in 64-bit lanes, a row in each, its words in the lower halves. The instruction that multiplies lower halves to
// 64 bits (pmuludq) is all that a round needs: it does not look at the upper halves, so nothing is masked, the high
// word is a shift and the low word the product itself. Compilers do not find it in a plain loop: in 32-bit lanes they
// multiply twice, in 64-bit lanes they emulate a full product (measured here: 8.7 against 5.8 ns a block on v3, 6.8
// against 4.0 on v4, GCC 12). Hence vector types and one intrinsic.
#include "kernel/core/draws_lanes.hpp"

#include <immintrin.h>

#include <cstring>

namespace pavise::PAVISE_VARIANT {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kLanes = 8;
#elif defined(__AVX2__)
constexpr std::size_t kLanes = 4;
#else
constexpr std::size_t kLanes = 2;
#endif
using Lanes = std::uint64_t __attribute__((vector_size(8 * kLanes)));
using Halves = std::uint32_t __attribute__((vector_size(4 * kLanes)));
using Doubles = double __attribute__((vector_size(8 * kLanes)));

#define PAVISE_LANES [[gnu::always_inline]] inline

// The full products of the lower halves.
PAVISE_LANES Lanes multiply_lower(Lanes a, std::uint64_t b) {
#if defined(__AVX512F__)
  // the masked form: GCC 12 warns of an uninitialised value inside the plain one
  return Lanes(_mm512_maskz_mul_epu32(0xff, __m512i(a), _mm512_set1_epi64(std::int64_t(b))));
#elif defined(__AVX2__)
  return Lanes(_mm256_mul_epu32(__m256i(a), _mm256_set1_epi64x(std::int64_t(b))));
#else
  return Lanes(_mm_mul_epu32(__m128i(a), _mm_set1_epi64x(std::int64_t(b))));
#endif
}

PAVISE_LANES Lanes widened(const std::uint32_t* words) {
  Halves halves;
  std::memcpy(&halves, words, sizeof halves);
  return __builtin_convertvector(halves, Lanes);
}

// uniform_open of the words in two lanes' lower halves.
PAVISE_LANES Doubles uniform_open_lanes(Lanes w0, Lanes w1) {
  const Lanes x = ((w1 << 32) | (w0 & 0xffffffff)) >> 12;
  const Lanes bits = x | 0x4330000000000000;  // 2^52 + x
  Doubles shifted;
  std::memcpy(&shifted, &bits, sizeof shifted);
  return ((shifted - 0x1p52) + 0.5) * 0x1p-52;
}

// The two uniforms of kLanes addresses.
PAVISE_LANES void uniforms_of_lanes(Lanes number, Lanes entity, std::uint32_t what, Lanes replication,
                                    std::uint64_t seed, double* first, double* second) {
  Lanes w0 = number, w1 = entity, w2 = Lanes{} + what, w3 = replication;
  std::uint32_t key0 = std::uint32_t(seed), key1 = std::uint32_t(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const Lanes product0 = multiply_lower(w0, 0xD2511F53u), product1 = multiply_lower(w2, 0xCD9E8D57u);
    w0 = (product1 >> 32) ^ w1 ^ key0;
    w1 = product1;
    w2 = (product0 >> 32) ^ w3 ^ key1;
    w3 = product0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  const Doubles u = uniform_open_lanes(w0, w1), v = uniform_open_lanes(w2, w3);
  std::memcpy(first, &u, sizeof u);
  std::memcpy(second, &v, sizeof v);
}

// Uniforms of rows begin ... begin + rows - 1 into first[0 ...] and second[0 ...].
void fill_rows(const DrawColumns& at, std::size_t begin, std::size_t rows, double* first, double* second) {
  const std::uint32_t* replication = at.replication + begin;
  const std::uint32_t* entity = at.entity + begin;
  const std::uint32_t* number = at.number + begin;
  const std::uint32_t what = std::uint32_t(at.purpose) | std::uint32_t(at.stream) << 16;
  std::size_t i = 0;
  for (; i + kLanes <= rows; i += kLanes)
    uniforms_of_lanes(widened(number + i), widened(entity + i), what, widened(replication + i), at.seed, first + i,
                      second + i);
  if (i == rows) return;

  // the rest, in a vector filled up with zeros
  const std::size_t left = rows - i;
  std::uint32_t last_number[kLanes] = {}, last_entity[kLanes] = {}, last_replication[kLanes] = {};
  double last_first[kLanes], last_second[kLanes];
  std::memcpy(last_number, number + i, left * sizeof *number);
  std::memcpy(last_entity, entity + i, left * sizeof *entity);
  std::memcpy(last_replication, replication + i, left * sizeof *replication);
  uniforms_of_lanes(widened(last_number), widened(last_entity), what, widened(last_replication), at.seed, last_first,
                    last_second);
  std::memcpy(first + i, last_first, left * sizeof *first);
  std::memcpy(second + i, last_second, left * sizeof *second);
}

constexpr std::size_t kChunk = 256;  // rows whose uniforms stay in the first-level cache

std::size_t chunk_rows(const DrawColumns& at, std::size_t begin) {
  return at.rows - begin < kChunk ? at.rows - begin : kChunk;
}

}  // namespace

void fill_uniforms(const DrawColumns& at, double* first, double* second) { fill_rows(at, 0, at.rows, first, second); }

void fill_normals(const DrawColumns& at, double* first, double* second) {
  alignas(64) double u[kChunk], v[kChunk];
  for (std::size_t begin = 0; begin < at.rows; begin += kChunk) {
    const std::size_t rows = chunk_rows(at, begin);
    fill_rows(at, begin, rows, u, v);
    double* first_out = first + begin;
    double* second_out = second + begin;
#pragma omp simd
    for (std::size_t i = 0; i < rows; ++i) {
      double a, b;
      normals_of(u[i], v[i], a, b);
      first_out[i] = a;
      second_out[i] = b;
    }
  }
}

void fill_exponentials(const DrawColumns& at, double* out) {
  alignas(64) double u[kChunk], v[kChunk];
  for (std::size_t begin = 0; begin < at.rows; begin += kChunk) {
    const std::size_t rows = chunk_rows(at, begin);
    fill_rows(at, begin, rows, u, v);
    double* chunk_out = out + begin;
#pragma omp simd
    for (std::size_t i = 0; i < rows; ++i) chunk_out[i] = exponential_of(u[i]);
  }
}

}  // namespace pavise::PAVISE_VARIANT
