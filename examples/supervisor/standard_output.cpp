#include "standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace supervisor {

void print(const std::string& text) {
  // What is wrong with a stream may show only when the characters leave.
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw std::system_error{errno, std::generic_category(),
                            "standard output cannot be written"};
}

} // namespace supervisor
