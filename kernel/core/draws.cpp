#include "kernel/core/draws.hpp"

namespace pavise {

Words philox4x32_10(Words counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t(counter.w[0]) * 0xD2511F53u;
    const std::uint64_t product1 = std::uint64_t(counter.w[2]) * 0xCD9E8D57u;
    counter = {{std::uint32_t(product1 >> 32) ^ counter.w[1] ^ key0, std::uint32_t(product1),
                std::uint32_t(product0 >> 32) ^ counter.w[3] ^ key1, std::uint32_t(product0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

Words Draws::words(const Address& at) const {
  const std::uint32_t what = std::uint32_t(at.purpose) | std::uint32_t(at.stream) << 16;
  return philox4x32_10({{at.number, at.entity, what, at.replication}}, std::uint32_t(seed), std::uint32_t(seed >> 32));
}

double Draws::uniform(const Address& at) const {
  const Words words_at = words(at);
  return uniform_open(words_at.w[0], words_at.w[1]);
}

Pair Draws::uniforms(const Address& at) const {
  const Words words_at = words(at);
  return {uniform_open(words_at.w[0], words_at.w[1]), uniform_open(words_at.w[2], words_at.w[3])};
}

double Draws::normal(const Address& at) const { return normals(at).first; }

Pair Draws::normals(const Address& at) const {
  const Pair u = uniforms(at);
  Pair result;
  normals_of(u.first, u.second, result.first, result.second);
  return result;
}

double Draws::exponential(const Address& at) const { return exponential_of(uniform(at)); }

}  // namespace pavise
