# Finds SOCI, which brings no CMake config, its backends for SQLite, MariaDB and
# PostgreSQL, and the client libraries that these are built on. Sets SOCI_FOUND
# and SOCI_VERSION and defines SOCI::core, SOCI::sqlite3, SOCI::mysql and
# SOCI::postgresql.

find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_CORE_LIBRARY soci_core)
find_library(SOCI_SQLITE3_LIBRARY soci_sqlite3)
find_library(SOCI_MYSQL_LIBRARY soci_mysql)
find_library(SOCI_POSTGRESQL_LIBRARY soci_postgresql)
# What their headers include: soci.h Boost, the others that of their client
# library. MySQL's own library lacks MariaDB's calls that do not block.
find_path(SOCI_BOOST_INCLUDE_DIR boost/version.hpp)
find_package(SQLite3 QUIET)
find_path(SOCI_MARIADB_INCLUDE_DIR mariadb_version.h PATH_SUFFIXES mariadb)
find_library(SOCI_MARIADB_LIBRARY mariadb PATH_SUFFIXES mariadb)
find_path(SOCI_PQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(SOCI_PQ_LIBRARY pq)
mark_as_advanced(SOCI_INCLUDE_DIR SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY
  SOCI_MYSQL_LIBRARY SOCI_POSTGRESQL_LIBRARY SOCI_BOOST_INCLUDE_DIR
  SOCI_MARIADB_INCLUDE_DIR SOCI_MARIADB_LIBRARY SOCI_PQ_INCLUDE_DIR
  SOCI_PQ_LIBRARY)

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
  REQUIRED_VARS SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY SOCI_MYSQL_LIBRARY
    SOCI_POSTGRESQL_LIBRARY SOCI_INCLUDE_DIR SOCI_BOOST_INCLUDE_DIR
    SQLite3_FOUND SOCI_MARIADB_LIBRARY SOCI_MARIADB_INCLUDE_DIR
    SOCI_PQ_LIBRARY SOCI_PQ_INCLUDE_DIR
  VERSION_VAR SOCI_VERSION
  REASON_FAILURE_MESSAGE "Debian: libsoci-dev libboost-dev libsqlite3-dev libmariadb-dev libpq-dev")

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
  add_library(SOCI::mysql UNKNOWN IMPORTED)
  set_target_properties(SOCI::mysql PROPERTIES
    IMPORTED_LOCATION "${SOCI_MYSQL_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${SOCI_MARIADB_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "SOCI::core;${SOCI_MARIADB_LIBRARY}")
  add_library(SOCI::postgresql UNKNOWN IMPORTED)
  set_target_properties(SOCI::postgresql PROPERTIES
    IMPORTED_LOCATION "${SOCI_POSTGRESQL_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${SOCI_PQ_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "SOCI::core;${SOCI_PQ_LIBRARY}")
endif()
