// Draws for whole columns: row i is the draw at (replication[i], entity[i], number[i]), with one purpose, stream and
// seed for all rows. The same bits as the members of Draws, row by row, in every variant; rows may come in any order.
// Outputs may lie anywhere, but not on the addresses.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/core/draws.hpp"
#include "kernel/core/variant.hpp"

namespace pavise {

struct DrawColumns {
  std::size_t rows = 0;
  const std::uint32_t* replication = nullptr;
  const std::uint32_t* entity = nullptr;
  const std::uint32_t* number = nullptr;
  Purpose purpose = Purpose::free;
  std::uint16_t stream = 0;
  std::uint64_t seed = 1;
};

}  // namespace pavise

/// Draws::uniforms: two columns of independent uniforms in (0, 1).
PAVISE_DECLARE_VARIANTS(void fill_uniforms(const DrawColumns& at, double* first, double* second))
/// Draws::normals: two columns of independent standard normals.
PAVISE_DECLARE_VARIANTS(void fill_normals(const DrawColumns& at, double* first, double* second))
/// Draws::exponential: mean 1.
PAVISE_DECLARE_VARIANTS(void fill_exponentials(const DrawColumns& at, double* out))
