#include "standard_streams.hpp"

#include "text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

namespace supervisor {

namespace {

// Waits where another program has made the stream one that does not.
bool write_all(int stream, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = write(stream, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd target{stream, POLLOUT, 0};
      poll(&target, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

} // namespace

void fill_closed_streams() noexcept {
  // The lowest free number is given, and each to be used the wrong way round.
  for (int stream = 0; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) < 0)
      (void) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void print(const std::string& text) {
  if (!write_all(STDOUT_FILENO, text))
    throw std::system_error{errno, std::generic_category(),
                            "standard output cannot be written"};
}

void say_error(std::string_view text) noexcept {
  try {
    (void) write_all(STDERR_FILENO, on_one_line(std::string{text}) + '\n');
  } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
    // No memory.
  }
}

} // namespace supervisor
