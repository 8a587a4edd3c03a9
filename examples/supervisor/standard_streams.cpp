#include "standard_streams.hpp"

#include "text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

namespace supervisor {

void fill_closed_streams() noexcept {
  // The lowest free number is given, and each to be used the wrong way round.
  for (int stream = 0; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) < 0)
      (void) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void print(const std::string& text) {
  // What is wrong with a stream may show only when the characters leave.
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw std::system_error{errno, std::generic_category(),
                            "standard output cannot be written"};
}

void say_error(std::string_view text) noexcept {
  try {
    const auto line = on_one_line(std::string{text}) + '\n';
    (void) std::fputs(line.c_str(), stderr);
  } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
    // No memory.
  }
}

} // namespace supervisor
