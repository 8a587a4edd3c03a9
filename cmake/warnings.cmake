# foreman_set_warnings(<target>): the warnings of our own targets. They are
# errors only when FOREMAN_WERROR says so, never in a host's build.
function(foreman_set_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -pedantic)
  set_target_properties(${target} PROPERTIES
    COMPILE_WARNING_AS_ERROR ${FOREMAN_WERROR})
endfunction()
