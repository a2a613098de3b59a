// One source, three machines. A file named *_lanes.cpp is compiled for x86-64, x86-64-v3 (AVX2) and x86-64-v4
// (AVX-512), each time into the namespace pavise::PAVISE_VARIANT. The best that the processor has is chosen once, at
// program start; PAVISE_SIMD=baseline|x86-64-v3|x86-64-v4 forces one. All three give the same bits.
//
// Rule for *_lanes.cpp: include nothing whose inline functions have external linkage and loops worth vectorising
// (std::vector, Eigen, fmt): the linker keeps one copy of an inline function, perhaps the v4 one, and an older
// processor dies of it. Elementary functions are `static inline`, so each variant has its own.
#pragma once

namespace pavise {

enum class Simd { baseline, v3, v4 };

/// The variant in use; fixed at its first call. PAVISE_SIMD names a variant the processor lacks: exit status 2.
Simd chosen_simd();
const char* name_of(Simd simd);
/// Whether this processor can run the variant.
bool is_supported(Simd simd);
/// For tests: makes chosen_simd() answer `simd` from now on.
void force_simd(Simd simd);

/// The three builds of one function.
template <class F>
struct Variants {
  F* baseline = nullptr;
  F* v3 = nullptr;
  F* v4 = nullptr;

  F* of(Simd simd) const { return simd == Simd::v4 ? v4 : simd == Simd::v3 ? v3 : baseline; }
  template <class... A>
  auto operator()(A&&... arguments) const {
    return of(chosen_simd())(static_cast<A&&>(arguments)...);
  }
};

}  // namespace pavise

/// Declares `signature` (a whole function declaration without its semicolon) in all three namespaces.
#define PAVISE_DECLARE_VARIANTS(...)          \
  namespace pavise::baseline {                \
  __VA_ARGS__;                                \
  }                                           \
  namespace pavise::x86_64_v3 {               \
  __VA_ARGS__;                                \
  }                                           \
  namespace pavise::x86_64_v4 {               \
  __VA_ARGS__;                                \
  }

/// The three builds of `function`, as a value to call: PAVISE_VARIANTS(move)(table, dt_s).
#define PAVISE_VARIANTS(function)                                                                      \
  ::pavise::Variants<decltype(::pavise::baseline::function)> {                                         \
    &::pavise::baseline::function, &::pavise::x86_64_v3::function, &::pavise::x86_64_v4::function      \
  }
