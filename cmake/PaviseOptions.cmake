# What every file is compiled with. Contraction is off and fast-math is never on: the outcome hash must not depend on
# the compiler, its optimisation level or the width of the machine's vectors (docs/decisions/0001-same-bits-everywhere.md).
add_library(pavise_options INTERFACE)
target_compile_options(pavise_options INTERFACE
  -Wall -Wextra -Wshadow -Wno-unknown-pragmas
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # GCC 12 misreads std::string::operator+ (its bug 105651)
  -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp-simd)
target_include_directories(pavise_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(pavise_options INTERFACE
  "$<$<CONFIG:Debug>:PAVISE_CHECKS=1>")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Release keeps PAVISE_ASSERT on: it guards stage entries, not inner loops, and costs nothing measurable.
set(CMAKE_CXX_FLAGS_RELEASE "-O3")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

set(PAVISE_SANITIZE "" CACHE STRING "address, thread, or nothing")
if(PAVISE_SANITIZE STREQUAL "address")
  target_compile_options(pavise_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(pavise_options INTERFACE -fsanitize=address,undefined)
elseif(PAVISE_SANITIZE STREQUAL "thread")
  target_compile_options(pavise_options INTERFACE -fsanitize=thread)
  target_link_options(pavise_options INTERFACE -fsanitize=thread)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
