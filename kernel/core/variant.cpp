#include "kernel/core/variant.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace pavise {
namespace {

Simd best_supported() {
  if (is_supported(Simd::v4)) return Simd::v4;
  return is_supported(Simd::v3) ? Simd::v3 : Simd::baseline;
}

Simd choose() {
  const char* wanted = std::getenv("PAVISE_SIMD");
  if (!wanted || !*wanted) return best_supported();
  for (Simd simd : {Simd::baseline, Simd::v3, Simd::v4}) {
    if (std::strcmp(wanted, name_of(simd)) != 0) continue;
    if (is_supported(simd)) return simd;
    std::fprintf(stderr, "error: PAVISE_SIMD=%s, but this processor lacks it\nhelp: the best it has is %s\n", wanted,
                 name_of(best_supported()));
    std::exit(2);
  }
  std::fprintf(stderr, "error: PAVISE_SIMD=%s is no variant\nhelp: one of baseline, x86-64-v3, x86-64-v4\n", wanted);
  std::exit(2);
}

Simd& current() {
  static Simd simd = choose();
  return simd;
}

}  // namespace

Simd chosen_simd() { return current(); }
void force_simd(Simd simd) { current() = simd; }

const char* name_of(Simd simd) {
  return simd == Simd::v4 ? "x86-64-v4" : simd == Simd::v3 ? "x86-64-v3" : "baseline";
}

bool is_supported(Simd simd) {
  if (simd == Simd::baseline) return true;
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (simd == Simd::v3) return v3;
  return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}

}  // namespace pavise
