# Finds what foreman is built on. The tests and the supervisor look for what
# only they need.

# A host that adds foreman as a subdirectory links the packages below through
# our targets, so it must see their targets, too.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)

set(THREADS_PREFER_PTHREAD_FLAG TRUE)
find_package(Threads REQUIRED)

find_package(fmt 9 CONFIG QUIET)
if(NOT fmt_FOUND)
  message(FATAL_ERROR "foreman needs fmt 9 or newer (Debian: libfmt-dev).")
endif()

if(FOREMAN_BUILD_ACTORS)
  # CAF 1.x brings a config file. Debian's 0.17 brings none and is found by our
  # FindCAF.cmake. Versions 0.18 and 0.19 are not supported.
  find_package(CAF 1 CONFIG QUIET)
  if(NOT CAF_FOUND)
    find_package(CAF 0.17.6...<0.18 MODULE QUIET)
  endif()
  if(NOT CAF_FOUND)
    message(FATAL_ERROR
      "foreman::foreman needs CAF 0.17.6 (Debian: libcaf-dev) or 1.x "
      "(CMAKE_PREFIX_PATH points at it). Without it, set "
      "FOREMAN_BUILD_ACTORS=OFF and get foreman::core alone.")
  endif()
  message(STATUS "foreman: CAF ${CAF_VERSION}")
endif()

if(FOREMAN_BUILD_SQL)
  find_package(SOCI 4 MODULE QUIET)
  if(NOT SOCI_FOUND)
    message(STATUS
      "foreman: no foreman::sql, it needs SOCI 4 with the backends for SQLite, "
      "MariaDB and PostgreSQL and their client libraries "
      "(Debian: libsoci-dev libboost-dev libsqlite3-dev libmariadb-dev "
      "libpq-dev)")
  endif()
endif()
