# Finds cpp-httplib, whose Debian package brings no CMake config. Sets
# Httplib_FOUND and defines httplib::httplib.

find_path(Httplib_INCLUDE_DIR httplib.h)
# Debian compiles it once, into a library; upstream is all header.
find_library(Httplib_LIBRARY cpp-httplib)
mark_as_advanced(Httplib_INCLUDE_DIR Httplib_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Httplib
  REQUIRED_VARS Httplib_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian: libcpp-httplib-dev")

if(Httplib_FOUND AND NOT TARGET httplib::httplib)
  # The headers of an imported target count as SYSTEM: no warnings from them.
  add_library(httplib::httplib INTERFACE IMPORTED)
  target_include_directories(httplib::httplib INTERFACE
    "${Httplib_INCLUDE_DIR}")
  target_link_libraries(httplib::httplib INTERFACE Threads::Threads)
  if(Httplib_LIBRARY)
    target_link_libraries(httplib::httplib INTERFACE "${Httplib_LIBRARY}")
    # As its .pc file says: its classes have other sizes without.
    target_compile_definitions(httplib::httplib INTERFACE
      CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT
      CPPHTTPLIB_BROTLI_SUPPORT)
  endif()
endif()
