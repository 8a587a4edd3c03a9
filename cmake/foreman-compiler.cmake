# foreman_check_compiler(<problem>): sets <problem> to what is wrong with the
# compiler and what to do, or to nothing. Compilers that are neither GCC nor
# Clang are taken as they are. Installed beside foremanConfig.cmake: a host's
# compiler reads our headers.
function(foreman_check_compiler problem)
  set(${problem} "" PARENT_SCOPE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set(name g++)
    set(needed 12)
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    set(name clang)
    set(needed 14)
  else()
    return()
  endif()
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS needed)
    string(CONCAT text
      "foreman is written in C++20 and needs g++ 12, clang 14 or newer, but "
      "${CMAKE_CXX_COMPILER} is ${name} ${CMAKE_CXX_COMPILER_VERSION}. Install "
      "a newer one (Debian: g++) and configure again in an empty folder with "
      "-DCMAKE_CXX_COMPILER=<its name>.")
    set(${problem} "${text}" PARENT_SCOPE)
  endif()
endfunction()
