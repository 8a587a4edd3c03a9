# foreman-core.pc, foreman.pc and foreman-sql.pc. They find the installed tree
# from where they are, so that it can be moved.

# The flags that link <library>, a file or a word such as dl.
function(foreman_link_flags flags library)
  if(NOT IS_ABSOLUTE "${library}")
    set(${flags} "-l${library}" PARENT_SCOPE)
    return()
  endif()
  cmake_path(GET library PARENT_PATH folder)
  cmake_path(GET library STEM name)
  string(REGEX REPLACE "^lib" "-l" result "${name}")
  if(NOT folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    string(PREPEND result "-L${folder} ")
  endif()
  set(${flags} "${result}" PARENT_SCOPE)
endfunction()

# The flags that find the headers in <folder>.
function(foreman_include_flags flags folder)
  if(NOT folder OR folder IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
    set(${flags} "" PARENT_SCOPE)
  else()
    set(${flags} "-I${folder}" PARENT_SCOPE)
  endif()
endfunction()

# foreman_install_pc(<name> [DESCRIPTION d] [REQUIRES r] [LIBS l] [CFLAGS c]
# [PRIVATE p]): <name>.pc, for the library of that name. Who links a static one
# needs p as well.
function(foreman_install_pc name)
  cmake_parse_arguments(PARSE_ARGV 1 arg ""
    "DESCRIPTION;REQUIRES;LIBS;CFLAGS;PRIVATE" "")
  if(NOT BUILD_SHARED_LIBS)
    string(PREPEND arg_LIBS "${arg_PRIVATE} ")
    set(arg_PRIVATE "")
  endif()
  configure_file(library.pc.in ${name}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT foreman_development)
endfunction()

set(pc_folder "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${pc_folder}"
  OUTPUT_VARIABLE pc_prefix)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR
  BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE pc_libdir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR
  BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE pc_includedir)

foreman_install_pc(foreman-core
  DESCRIPTION "The core of foreman, a task supervisor: values, rules, errors"
  REQUIRES "fmt >= ${fmt_VERSION_MAJOR}"
  LIBS "-pthread"
  CFLAGS "-pthread")

if(TARGET foreman_foreman)
  get_target_property(configuration CAF::core IMPORTED_CONFIGURATIONS)
  if(configuration)
    list(GET configuration 0 configuration)
    get_target_property(library CAF::core IMPORTED_LOCATION_${configuration})
  else()
    get_target_property(library CAF::core IMPORTED_LOCATION)
  endif()
  if(NOT library) # a target of a package manager, which has files of its own
    set(library caf_core)
  endif()
  get_target_property(folder CAF::core INTERFACE_INCLUDE_DIRECTORIES)
  string(GENEX_STRIP "${folder}" folder)
  foreman_link_flags(caf_libs "${library}")
  foreman_include_flags(caf_cflags "${folder}")
  # The host's own code calls CAF when it sends messages.
  foreman_install_pc(foreman
    DESCRIPTION "An embeddable task supervisor on the C++ Actor Framework"
    REQUIRES "foreman-core = ${PROJECT_VERSION}"
    LIBS "${caf_libs}"
    CFLAGS "${caf_cflags}")
endif()

if(TARGET foreman_sql)
  foreman_link_flags(soci_libs "${SOCI_CORE_LIBRARY}")
  foreman_include_flags(soci_cflags "${SOCI_INCLUDE_DIR}")
  foreman_include_flags(boost_cflags "${SOCI_BOOST_INCLUDE_DIR}")
  foreach(library IN ITEMS "${SOCI_SQLITE3_LIBRARY}" "${SOCI_MYSQL_LIBRARY}"
      "${SOCI_POSTGRESQL_LIBRARY}" "${SQLite3_LIBRARIES}"
      "${SOCI_MARIADB_LIBRARY}" "${SOCI_PQ_LIBRARY}" ${CMAKE_DL_LIBS})
    foreman_link_flags(library "${library}")
    list(APPEND soci_private "${library}")
  endforeach()
  list(JOIN soci_private " " soci_private)
  # The host's own code calls SOCI.
  foreman_install_pc(foreman-sql
    DESCRIPTION "foreman's connections to SQLite, MariaDB, MySQL and PostgreSQL"
    REQUIRES "foreman-core = ${PROJECT_VERSION}"
    LIBS "${soci_libs}"
    CFLAGS "${soci_cflags} ${boost_cflags}"
    PRIVATE "${soci_private}")
endif()
