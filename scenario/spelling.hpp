// What a misspelt name was probably meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pavise {

/// Damerau-Levenshtein distance (optimal string alignment: insert, delete, replace, swap neighbours).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known name nearest to `name`, if it is near enough to be meant: distance <= 2 or <= a third of the length, and less
/// than the whole name. Empty if none. Ties: the first in alphabetical order.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

/// "a", "a and b", "a, b and c"; at most `most` names, then "and N more".
std::string enumerate_names(const std::vector<std::string>& names, std::size_t most = 12);

/// Order by name in which digits count as numbers: launcher_2 before launcher_10.
bool natural_less(std::string_view a, std::string_view b);

/// Shell pattern: `*` any run, `?` one character.
bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace pavise
