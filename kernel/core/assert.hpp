// Our own mistakes. A user's mistake is never an assertion: it is collected and located in scenario/, study/ and app/.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pavise {

/// Prints what broke and where, asks for a report, and exits with 70 (FORMATS: a bug that pavise notices itself).
[[noreturn]] inline void report_broken_invariant(const char* claim, const char* file, int line, double left = 0,
                                                 double right = 0) {
  std::fprintf(stderr,
               "pavise: internal error: %s does not hold (%g, %g)\n  at %s:%d\n"
               "help: this is a bug in pavise; please report it with the command and the scenario\n",
               claim, left, right, file, line);
  std::_Exit(70);
}

}  // namespace pavise

/// Holds in every build; stands at the head of a stage, not in its loop.
#define PAVISE_ASSERT(claim) \
  ((claim) ? void(0) : ::pavise::report_broken_invariant(#claim, __FILE__, __LINE__))
/// The same, printing both values.
#define PAVISE_ASSERT_LE(left, right)  \
  ((left) <= (right) ? void(0)         \
                     : ::pavise::report_broken_invariant(#left " <= " #right, __FILE__, __LINE__, \
                                                         double(left), double(right)))
