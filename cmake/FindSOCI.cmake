# Finds SOCI, which brings no CMake config, and its SQLite backend. Sets
# SOCI_FOUND and SOCI_VERSION and defines SOCI::core and SOCI::sqlite3.

find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_CORE_LIBRARY soci_core)
find_library(SOCI_SQLITE3_LIBRARY soci_sqlite3)
# soci.h includes Boost headers, soci-sqlite3.h includes sqlite3.h.
find_path(SOCI_BOOST_INCLUDE_DIR boost/version.hpp)
find_package(SQLite3 QUIET)
mark_as_advanced(SOCI_INCLUDE_DIR SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY
  SOCI_BOOST_INCLUDE_DIR)

# The header says 400003 for 4.0.3.
unset(SOCI_VERSION)
if(SOCI_INCLUDE_DIR)
  file(STRINGS "${SOCI_INCLUDE_DIR}/soci/version.h" _soci_version
    REGEX "^#define SOCI_VERSION [0-9]+")
  if(_soci_version MATCHES "([0-9]+)$")
    math(EXPR _soci_major "${CMAKE_MATCH_1} / 100000")
    math(EXPR _soci_minor "${CMAKE_MATCH_1} / 100 % 1000")
    math(EXPR _soci_patch "${CMAKE_MATCH_1} % 100")
    set(SOCI_VERSION "${_soci_major}.${_soci_minor}.${_soci_patch}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI
  REQUIRED_VARS SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY SOCI_INCLUDE_DIR
    SOCI_BOOST_INCLUDE_DIR SQLite3_FOUND
  VERSION_VAR SOCI_VERSION
  REASON_FAILURE_MESSAGE "Debian: libsoci-dev libboost-dev libsqlite3-dev")

if(SOCI_FOUND AND NOT TARGET SOCI::core)
  # The headers of an imported target count as SYSTEM: no warnings from them.
  add_library(SOCI::core UNKNOWN IMPORTED)
  set_target_properties(SOCI::core PROPERTIES
    IMPORTED_LOCATION "${SOCI_CORE_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES
      "${SOCI_INCLUDE_DIR};${SOCI_BOOST_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
  add_library(SOCI::sqlite3 UNKNOWN IMPORTED)
  set_target_properties(SOCI::sqlite3 PROPERTIES
    IMPORTED_LOCATION "${SOCI_SQLITE3_LIBRARY}"
    INTERFACE_LINK_LIBRARIES "SOCI::core;SQLite::SQLite3")
endif()
