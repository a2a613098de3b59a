#include "kernel/threats/due_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

std::int32_t find_due_rows(const double* due_s, std::int32_t rows, double now_s, std::int32_t* due) {
  constexpr std::int32_t kChunk = 64;
  std::int32_t count = 0;
  for (std::int32_t begin = 0; begin < rows; begin += kChunk) {
    const std::int32_t end = begin + kChunk < rows ? begin + kChunk : rows;

    // whether anything in the chunk is due: the least of it, in eight lanes (a minimum is exact in any order)
    double least[8] = {due_s[begin], due_s[begin], due_s[begin], due_s[begin],
                       due_s[begin], due_s[begin], due_s[begin], due_s[begin]};
    std::int32_t row = begin;
    for (; row + 8 <= end; row += 8) {
#pragma omp simd
      for (int lane = 0; lane < 8; ++lane)
        least[lane] = due_s[row + lane] < least[lane] ? due_s[row + lane] : least[lane];
    }
    for (; row < end; ++row) least[0] = due_s[row] < least[0] ? due_s[row] : least[0];
    bool is_due = false;
    for (int lane = 0; lane < 8; ++lane) is_due |= least[lane] <= now_s;
    if (!is_due) continue;

    for (row = begin; row < end; ++row) {
      due[count] = row;
      count += due_s[row] <= now_s;
    }
  }
  return count;
}

double least_of(const double* value, std::int32_t rows) {
  double least[8] = {value[0], value[0], value[0], value[0], value[0], value[0], value[0], value[0]};
  std::int32_t row = 0;
  for (; row + 8 <= rows; row += 8) {
#pragma omp simd
    for (int lane = 0; lane < 8; ++lane)
      least[lane] = value[row + lane] < least[lane] ? value[row + lane] : least[lane];
  }
  for (; row < rows; ++row) least[0] = value[row] < least[0] ? value[row] : least[0];
  for (int lane = 1; lane < 8; ++lane) least[0] = least[lane] < least[0] ? least[lane] : least[0];
  return least[0];
}

}  // namespace pavise::PAVISE_VARIANT
