// Which rows have something to do. One pass over a column, no branch on the rows that have not.
#pragma once

#include <cstdint>

#include "kernel/core/variant.hpp"

/// Writes the rows with due_s[row] <= now_s, ascending, to due[0 ... count - 1] and returns count. `due` must have room
/// for rows + 1 entries.
PAVISE_DECLARE_VARIANTS(std::int32_t find_due_rows(const double* due_s, std::int32_t rows, double now_s,
                                                   std::int32_t* due))

/// The least value of a column of at least one row; exact, hence the same in any order.
PAVISE_DECLARE_VARIANTS(double least_of(const double* value, std::int32_t rows))
