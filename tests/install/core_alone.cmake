# Configures, builds and runs the core's tests in a build of their own where
# every optional package is hidden. The build folder is kept: a second run
# compiles only what changed.
cmake_minimum_required(VERSION 3.25)

set(needed_packages Threads fmt Catch2)

# All that we look for, but for what is needed, is optional and gets hidden.
file(GLOB files "${source}/cmake/*.cmake")
file(GLOB_RECURSE lists "${source}/lib/CMakeLists.txt"
  "${source}/actors/CMakeLists.txt" "${source}/examples/CMakeLists.txt"
  "${source}/tests/CMakeLists.txt")
foreach(file IN LISTS files lists)
  file(STRINGS "${file}" calls REGEX "find_package\\([A-Za-z0-9_]+")
  foreach(call IN LISTS calls)
    string(REGEX MATCH "find_package\\(([A-Za-z0-9_]+)" match "${call}")
    list(APPEND packages ${CMAKE_MATCH_1})
  endforeach()
endforeach()
list(REMOVE_DUPLICATES packages)
list(REMOVE_ITEM packages ${needed_packages})
message(STATUS "hidden: ${packages}")
list(TRANSFORM packages PREPEND "-DCMAKE_DISABLE_FIND_PACKAGE_"
  OUTPUT_VARIABLE hide_packages)
list(TRANSFORM hide_packages APPEND "=ON")

# run(<what> <command>...): sets `output`, fails with what the command printed.
function(run what)
  execute_process(COMMAND ${ARGN}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "cannot ${what}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run("configure" "${CMAKE_COMMAND}" --fresh -S "${source}" -B "${binary}"
  -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}"
  "-DCMAKE_PREFIX_PATH=${prefix_path}" ${hide_packages}
  -DFOREMAN_BUILD_ACTORS=OFF -DFOREMAN_WERROR=ON)

# A fault test asserts its fault: SOCI was looked for, in vain, and CAF not.
if(NOT "CAF" IN_LIST packages OR NOT output MATCHES "no foreman::sql")
  message("${output}")
  message(FATAL_ERROR "the optional packages were not hidden")
endif()
load_cache("${binary}" READ_WITH_PREFIX found_
  CAF_DIR CAF_INCLUDE_DIR CAF_CORE_LIBRARY)
if(found_CAF_DIR OR found_CAF_INCLUDE_DIR OR found_CAF_CORE_LIBRARY)
  message(FATAL_ERROR "foreman::core found CAF, and must not look for it")
endif()

run("build" "${CMAKE_COMMAND}" --build "${binary}" --target foreman_lib_tests)
run("test" "${CMAKE_CTEST_COMMAND}" --test-dir "${binary}" -L "^lib$"
  --output-on-failure --no-tests=error)
if(NOT output MATCHES "100% tests passed, 0 tests failed out of ([1-9][0-9]*)")
  message("${output}")
  message(FATAL_ERROR "no test of the core was run")
endif()
message(STATUS "${CMAKE_MATCH_1} tests of the core passed")
