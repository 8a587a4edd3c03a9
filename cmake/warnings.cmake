# foreman_set_warnings(<target>): the warnings of our own targets. They are
# errors only when FOREMAN_WERROR says so, never in a host's build.
function(foreman_set_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -pedantic)
  # g++ 12 sees copies of 2^63 bytes in "text" + std::to_string(n) when it
  # optimizes (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU
      AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  set_target_properties(${target} PROPERTIES
    COMPILE_WARNING_AS_ERROR ${FOREMAN_WERROR})
endfunction()
