# pavise_layer(NAME FOLDER): one layer is one OBJECT library of every .cpp below FOLDER. An object library, because a
# component registers itself from a file that nobody names, and a static library would drop such a file.
#
# A file named *_lanes.cpp holds hot loops. It is compiled three times, for x86-64, x86-64-v3 and x86-64-v4, each time
# with PAVISE_VARIANT naming the namespace; kernel/core/variant.hpp chooses one at program start.
set(PAVISE_LAYERS "" CACHE INTERNAL "")

function(pavise_layer name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
  set(lanes ${sources})
  list(FILTER lanes INCLUDE REGEX "_lanes\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_lanes\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")

  set(objects)
  if(sources)
    add_library(pavise_${name} OBJECT ${sources})
    pavise_uses(pavise_${name})
    list(APPEND objects $<TARGET_OBJECTS:pavise_${name}>)
    list(APPEND targets pavise_${name})
  endif()
  if(lanes)
    foreach(variant baseline x86_64_v3 x86_64_v4)
      set(target pavise_${name}_${variant})
      add_library(${target} OBJECT ${lanes})
      pavise_uses(${target})
      target_compile_definitions(${target} PRIVATE PAVISE_VARIANT=${variant})
      if(variant STREQUAL "x86_64_v3")
        target_compile_options(${target} PRIVATE -march=x86-64-v3)
      elseif(variant STREQUAL "x86_64_v4")
        target_compile_options(${target} PRIVATE -march=x86-64-v4 -mprefer-vector-width=512)
      endif()
      list(APPEND objects $<TARGET_OBJECTS:${target}>)
      list(APPEND targets ${target})
    endforeach()
  endif()
  set(PAVISE_OBJECTS_${name} "${objects}" CACHE INTERNAL "")
  set(PAVISE_LAYERS "${PAVISE_LAYERS};${name}" CACHE INTERNAL "")
endfunction()

# The commit that the program is built from, for /run of study files; "" outside a checkout.
execute_process(COMMAND git -C "${CMAKE_SOURCE_DIR}" rev-parse --short=12 HEAD
  OUTPUT_VARIABLE PAVISE_GIT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)

function(pavise_uses target)
  target_link_libraries(${target} PRIVATE pavise_options Eigen3::Eigen Boost::boost nlohmann_json::nlohmann_json
    fmt::fmt TBB::tbb PkgConfig::XXHASH Threads::Threads)
  target_include_directories(${target} SYSTEM PRIVATE ${HDF5_INCLUDE_DIRS})
  target_compile_definitions(${target} PRIVATE
    PAVISE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PAVISE_VERSION="${PROJECT_VERSION}")
endfunction()

# All layers up to and including LAST, as objects to link.
function(pavise_link_up_to target last)
  foreach(layer ${PAVISE_LAYERS})
    target_sources(${target} PRIVATE ${PAVISE_OBJECTS_${layer}})
    if(layer STREQUAL last)
      break()
    endif()
  endforeach()
  pavise_uses(${target})
  target_link_libraries(${target} PRIVATE ${HDF5_LIBRARIES} ${CMAKE_DL_LIBS})
endfunction()

function(pavise_program name main)
  if(EXISTS "${CMAKE_SOURCE_DIR}/${main}")
    add_executable(${name} ${main})
    pavise_link_up_to(${name} app)
  endif()
endfunction()
