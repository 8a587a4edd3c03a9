# The packages that `cpack` makes of shared libraries: libforeman0,
# libforeman-dev and foreman-supervisor. Configure with
# CMAKE_INSTALL_PREFIX=/usr, so that libraries go where Debian has them.
if(NOT BUILD_SHARED_LIBS OR NOT TARGET foreman_foreman)
  return()
endif()

# Each package documents itself in a folder of its own name.
set(release 1)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(changelog "${CMAKE_CURRENT_BINARY_DIR}/debian/changelog.Debian")
configure_file(debian/changelog.in "${changelog}" @ONLY)
foreman_compress("${changelog}" changelog)
function(foreman_document component package)
  install(FILES debian/copyright "${changelog}"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}"
    COMPONENT ${component}
    EXCLUDE_FROM_ALL)
endfunction()
foreman_document(foreman_runtime libforeman0)
foreman_document(foreman_development libforeman-dev)

set(CPACK_COMPONENTS_ALL foreman_runtime foreman_development)
if(TARGET foreman-supervisor)
  foreman_document(foreman_supervisor foreman-supervisor)
  list(APPEND CPACK_COMPONENTS_ALL foreman_supervisor)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME foreman)
# Each package has its own, as the first line of its description.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_VENDOR "The foreman authors")
set(CPACK_PACKAGE_CONTACT "The foreman authors <foreman@foreman.example>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/debs")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
# Whatever the umask of who builds them.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# dpkg-shlibdeps says what the files need; our own libraries are not installed
# yet, but in these folders.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
  "${PROJECT_BINARY_DIR}/lib" "${PROJECT_BINARY_DIR}/lib/foreman/sql"
  "${PROJECT_BINARY_DIR}/actors")
set(same_version "(= ${PROJECT_VERSION}-${release})")

set(CPACK_DEBIAN_FOREMAN_RUNTIME_PACKAGE_NAME libforeman0)
set(CPACK_DEBIAN_FOREMAN_RUNTIME_PACKAGE_SECTION libs)
# Before 1.0 a library goes with the programs of its very version only.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
set(CPACK_DEBIAN_FOREMAN_RUNTIME_PACKAGE_CONTROL_EXTRA
  "${CMAKE_CURRENT_LIST_DIR}/triggers")
set(CPACK_DEBIAN_FOREMAN_RUNTIME_DESCRIPTION
"task supervisor for C++ programs, shared libraries
foreman runs the jobs of one project one after another and those of different
projects side by side, on connections that have just been checked, and answers
what runs. Programs embed it; it is built on the C++ Actor Framework.")

set(needed_to_build libfmt-dev)
if(CAF_VERSION VERSION_LESS 1)
  list(APPEND needed_to_build libcaf-dev)
endif()
if(TARGET foreman_sql)
  list(APPEND needed_to_build
    libsoci-dev libboost-dev libsqlite3-dev libmariadb-dev libpq-dev)
endif()
list(JOIN needed_to_build ", " needed_to_build)
set(CPACK_DEBIAN_FOREMAN_DEVELOPMENT_PACKAGE_NAME libforeman-dev)
set(CPACK_DEBIAN_FOREMAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_FOREMAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_FOREMAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libforeman0 ${same_version}, ${needed_to_build}")
set(CPACK_DEBIAN_FOREMAN_DEVELOPMENT_DESCRIPTION
"task supervisor for C++ programs, development files
The headers of foreman, and what CMake and pkg-config need to find it. foreman
runs the jobs of one project one after another and those of different projects
side by side, on connections that have just been checked.")

set(CPACK_DEBIAN_FOREMAN_SUPERVISOR_PACKAGE_NAME foreman-supervisor)
set(CPACK_DEBIAN_FOREMAN_SUPERVISOR_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_FOREMAN_SUPERVISOR_PACKAGE_DEPENDS
  "libforeman0 ${same_version}")
set(CPACK_DEBIAN_FOREMAN_SUPERVISOR_DESCRIPTION
"runs a file of jobs, project by project
Reads jobs from a file, such as SQL statements and imports of JSON files. Runs
those of one project one after another and those of different projects side by
side, by foreman, a task supervisor.")

include(CPack)
