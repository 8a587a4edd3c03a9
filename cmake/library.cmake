# foreman_set_library(<target> <name>): what our libraries have in common. The
# file is called lib<name>. Only what is marked FOREMAN_EXPORT can be seen from
# outside, also when a static one becomes part of a host's shared library.
function(foreman_set_library target name)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  foreman_set_warnings(${target})
  foreman_lint(${target})
endfunction()
