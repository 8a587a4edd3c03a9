# foreman_lint(<target>): the target `lint` runs clang-tidy on the sources of
# <target>. A clean file is linted again only when the compiler had to look at
# it again: its stamp depends on its object file, and so, through the depfile
# of that, on every header it includes. Only Ninja knows files of other
# folders, so other generators have no `lint`.
find_program(FOREMAN_CLANG_TIDY clang-tidy-14)
mark_as_advanced(FOREMAN_CLANG_TIDY)

if(PROJECT_IS_TOP_LEVEL AND FOREMAN_CLANG_TIDY AND CMAKE_EXPORT_COMPILE_COMMANDS
    AND CMAKE_GENERATOR STREQUAL "Ninja")
  add_custom_target(lint)
endif()

function(foreman_lint target)
  if(NOT TARGET lint)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}"
      OUTPUT_VARIABLE name)
    cmake_path(GET source FILENAME file)
    string(REPLACE "." "\\." object "/${file}.o$")
    set(stamp "${PROJECT_BINARY_DIR}/lint/${name}.stamp")
    cmake_path(GET stamp PARENT_PATH folder)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(
      OUTPUT "${stamp}"
      COMMAND "${PROJECT_SOURCE_DIR}/cmake/quiet-unless-failed.sh"
        "${FOREMAN_CLANG_TIDY}" --quiet -p "${PROJECT_BINARY_DIR}" "${source}"
      COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
      DEPENDS "${PROJECT_SOURCE_DIR}/.clang-tidy"
        "$<FILTER:$<TARGET_OBJECTS:${target}>,INCLUDE,${object}>"
      COMMENT "Linting ${name}"
      VERBATIM)
    list(APPEND stamps "${stamp}")
  endforeach()
  add_custom_target(lint_${target} DEPENDS ${stamps})
  add_dependencies(lint lint_${target})
endfunction()
