# An overlay port: it builds the sources that it lies in.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.."
  ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS features
  FEATURES sql FOREMAN_BUILD_SQL)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${features}
    -DFOREMAN_BUILD_EXAMPLES=OFF
    -DFOREMAN_BUILD_TESTS=OFF
    -DFOREMAN_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/foreman)
vcpkg_fixup_pkgconfig()

if("sql" IN_LIST FEATURES
    AND NOT EXISTS "${CURRENT_PACKAGES_DIR}/include/foreman/sql")
  message(FATAL_ERROR "foreman's CMake did not find SOCI, see its log")
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage"
  DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
