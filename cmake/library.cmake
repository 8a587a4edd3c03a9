# foreman_set_library(<target> <component> <name>): what our libraries have in
# common. The file is called lib<name>, a host links foreman::<component>. Only
# what is marked FOREMAN_EXPORT can be seen from outside, also when a static one
# becomes part of a host's shared library or plugin, for which its code is
# position independent.
function(foreman_set_library target component name)
  add_library(foreman::${component} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${component}
    OUTPUT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}
    CXX_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON
    VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(${target} INTERFACE
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  foreman_set_install_rpath(${target} "${CMAKE_INSTALL_LIBDIR}")
  foreman_set_warnings(${target})
  foreman_lint(${target})
  if(NOT FOREMAN_INSTALL)
    return()
  endif()
  install(TARGETS ${target} EXPORT foreman-${component}
    LIBRARY
      DESTINATION "${CMAKE_INSTALL_LIBDIR}"
      COMPONENT foreman_runtime
      NAMELINK_COMPONENT foreman_development
    ARCHIVE
      DESTINATION "${CMAKE_INSTALL_LIBDIR}"
      COMPONENT foreman_development)
  install(EXPORT foreman-${component}
    NAMESPACE foreman::
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/foreman"
    COMPONENT foreman_development)
endfunction()

# foreman_install_headers(<folder> <header>...): installs them to <folder> below
# the folder of headers.
function(foreman_install_headers folder)
  if(FOREMAN_INSTALL)
    install(FILES ${ARGN}
      DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}"
      COMPONENT foreman_development)
  endif()
endfunction()

# foreman_set_install_rpath(<target> <folder>): lets what is installed to
# <folder> find shared libraries where the system does not look for them: those
# of others where they are now, ours where they will be.
function(foreman_set_install_rpath target folder)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  if(NOT BUILD_SHARED_LIBS OR CMAKE_INSTALL_FULL_LIBDIR IN_LIST
      CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    return()
  endif()
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}")
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR
    BASE_DIRECTORY "${folder}" OUTPUT_VARIABLE way)
  string(REGEX REPLACE "/\\.$" "" way "/${way}")
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN${way}")
endfunction()
