# foreman_add_tests(<executable> <label> <libraries>...): a test per test case
# in tests/<label>/*.cpp. A file called x.slow.test.cpp holds slow ones: they
# go to <executable>_slow and get more time and the label <label>-slow, which
# -L <label>, -L slow and -LE slow all match. The file layout is the list, see
# lib/CMakeLists.txt.
#
# In the same way x.database.test.cpp holds tests that need a MariaDB, a
# PostgreSQL or a Redis: they go to <executable>_database with the label
# <label>-database, and CTest starts the servers for them, see databases.
include(Catch)

set(FOREMAN_TEST_TIMEOUT 60 CACHE STRING
  "Seconds that a test may take that is not slow; sanitizers take more")

# The properties of tests that need the servers.
set(FOREMAN_DATABASES "${CMAKE_CURRENT_BINARY_DIR}/databases/servers")
set(FOREMAN_NEEDS_DATABASES FIXTURES_REQUIRED databases
  ENVIRONMENT "FOREMAN_DATABASES=${FOREMAN_DATABASES}")

function(foreman_add_tests executable label)
  file(GLOB slow CONFIGURE_DEPENDS ${label}/*.slow.test.cpp)
  file(GLOB quick CONFIGURE_DEPENDS ${label}/*.cpp)
  file(GLOB database CONFIGURE_DEPENDS ${label}/*.database.test.cpp)
  list(REMOVE_ITEM quick ${slow} ${database})
  foreman_add_test_executable(${executable} "${quick}"
    LABEL ${label} TIMEOUT ${FOREMAN_TEST_TIMEOUT} LIBRARIES ${ARGN})
  foreman_add_test_executable(${executable}_slow "${slow}"
    LABEL ${label}-slow TIMEOUT 900 LIBRARIES ${ARGN})
  foreman_add_test_executable(${executable}_database "${database}"
    LABEL ${label}-database TIMEOUT ${FOREMAN_TEST_TIMEOUT} LIBRARIES ${ARGN}
    PROPERTIES ${FOREMAN_NEEDS_DATABASES})
endfunction()

function(foreman_add_test_executable executable sources)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "LABEL;TIMEOUT" "LIBRARIES;PROPERTIES")
  if(NOT sources)
    return()
  endif()
  add_executable(${executable} ${sources})
  target_link_libraries(${executable} PRIVATE
    foreman_test_support ${arg_LIBRARIES})
  foreman_set_warnings(${executable})
  # Catch2 2 leaves with 0 when the name that CTest gives matches no test case;
  # a test that did not run has not passed.
  catch_discover_tests(${executable}
    TEST_PREFIX "${arg_LABEL}/"
    PROPERTIES
      LABELS ${arg_LABEL}
      TIMEOUT ${arg_TIMEOUT}
      FAIL_REGULAR_EXPRESSION "No test cases matched"
      ${arg_PROPERTIES})
endfunction()
