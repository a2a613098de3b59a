// Rows are taken in chunks that stay in the first-level cache: ten Philox rounds in 32-bit lanes, then uniforms in 64-bit
// lanes, then what is made of them. One loop over all three would run the rounds in 64-bit lanes, half as many at a time
// and with 64-bit multiplications, which exist only from AVX-512 on.
#include "kernel/core/draws_lanes.hpp"

namespace pavise::PAVISE_VARIANT {
namespace {

constexpr std::size_t kChunk = 128;

struct WordChunk {
  alignas(64) std::uint32_t w[4][kChunk];
};
struct UniformChunk {
  alignas(64) double first[kChunk], second[kChunk];
};

[[gnu::always_inline]] inline void one_round(std::uint32_t& w0, std::uint32_t& w1, std::uint32_t& w2, std::uint32_t& w3,
                                             std::uint32_t key0, std::uint32_t key1) {
  const std::uint32_t high0 = std::uint32_t((std::uint64_t(w0) * 0xD2511F53u) >> 32), low0 = w0 * 0xD2511F53u;
  const std::uint32_t high1 = std::uint32_t((std::uint64_t(w2) * 0xCD9E8D57u) >> 32), low1 = w2 * 0xCD9E8D57u;
  w0 = high1 ^ w1 ^ key0;
  w1 = low1;
  w2 = high0 ^ w3 ^ key1;
  w3 = low0;
}

// The blocks of rows begin ... begin + rows - 1.
void fill_words(const DrawColumns& at, std::size_t begin, std::size_t rows, WordChunk& words) {
  const std::uint32_t* replication = at.replication + begin;
  const std::uint32_t* entity = at.entity + begin;
  const std::uint32_t* number = at.number + begin;
  const std::uint32_t what = std::uint32_t(at.purpose) | std::uint32_t(at.stream) << 16;
  const std::uint32_t seed_low = std::uint32_t(at.seed), seed_high = std::uint32_t(at.seed >> 32);
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t w0 = number[i], w1 = entity[i], w2 = what, w3 = replication[i];
    one_round(w0, w1, w2, w3, seed_low, seed_high);
    one_round(w0, w1, w2, w3, seed_low + 1u * 0x9E3779B9u, seed_high + 1u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 2u * 0x9E3779B9u, seed_high + 2u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 3u * 0x9E3779B9u, seed_high + 3u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 4u * 0x9E3779B9u, seed_high + 4u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 5u * 0x9E3779B9u, seed_high + 5u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 6u * 0x9E3779B9u, seed_high + 6u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 7u * 0x9E3779B9u, seed_high + 7u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 8u * 0x9E3779B9u, seed_high + 8u * 0xBB67AE85u);
    one_round(w0, w1, w2, w3, seed_low + 9u * 0x9E3779B9u, seed_high + 9u * 0xBB67AE85u);
    words.w[0][i] = w0;
    words.w[1][i] = w1;
    words.w[2][i] = w2;
    words.w[3][i] = w3;
  }
}

void uniforms_of(const WordChunk& words, std::size_t rows, double* first, double* second) {
#pragma omp simd
  for (std::size_t i = 0; i < rows; ++i) {
    first[i] = uniform_open(words.w[0][i], words.w[1][i]);
    second[i] = uniform_open(words.w[2][i], words.w[3][i]);
  }
}

std::size_t chunk_rows(const DrawColumns& at, std::size_t begin) {
  return at.rows - begin < kChunk ? at.rows - begin : kChunk;
}

}  // namespace

void fill_uniforms(const DrawColumns& at, double* first, double* second) {
  WordChunk words;
  for (std::size_t begin = 0; begin < at.rows; begin += kChunk) {
    const std::size_t rows = chunk_rows(at, begin);
    fill_words(at, begin, rows, words);
    uniforms_of(words, rows, first + begin, second + begin);
  }
}

void fill_normals(const DrawColumns& at, double* first, double* second) {
  WordChunk words;
  UniformChunk u;
  for (std::size_t begin = 0; begin < at.rows; begin += kChunk) {
    const std::size_t rows = chunk_rows(at, begin);
    fill_words(at, begin, rows, words);
    uniforms_of(words, rows, u.first, u.second);
    double* first_out = first + begin;
    double* second_out = second + begin;
#pragma omp simd
    for (std::size_t i = 0; i < rows; ++i) {
      double a, b;
      normals_of(u.first[i], u.second[i], a, b);
      first_out[i] = a;
      second_out[i] = b;
    }
  }
}

void fill_exponentials(const DrawColumns& at, double* out) {
  WordChunk words;
  for (std::size_t begin = 0; begin < at.rows; begin += kChunk) {
    const std::size_t rows = chunk_rows(at, begin);
    fill_words(at, begin, rows, words);
    double* chunk_out = out + begin;
#pragma omp simd
    for (std::size_t i = 0; i < rows; ++i) chunk_out[i] = exponential_of(uniform_open(words.w[0][i], words.w[1][i]));
  }
}

}  // namespace pavise::PAVISE_VARIANT
