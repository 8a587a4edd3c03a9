#include "text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

foreman::expected<descriptor> opened(int number, const std::string& name) {
  descriptor result{number};
  if (result.number() < 0)
    return cannot_read(name);
  return result;
}

} // namespace

foreman::error cannot_read(const std::string& name) {
  return {foreman::errc::invalid_option,
          fmt::format("cannot read {}: {}", name,
                      std::generic_category().message(errno))};
}

foreman::expected<descriptor> open_input(const std::string& file) {
  if (file == "-")
    return opened(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), file);
  return opened(open(file.c_str(), O_RDONLY | O_CLOEXEC), file);
}

foreman::expected<std::string> read_all(const descriptor& from,
                                        const std::string& name) {
  std::array<char, 65'536> buffer;
  std::string result;
  for (;;) {
    const auto length = read(from.number(), buffer.data(), buffer.size());
    if (length == 0)
      return result;
    if (length > 0) {
      result.append(buffer.data(), static_cast<std::size_t>(length));
    } else if (errno == EAGAIN) { // as another program has made it
      pollfd source{from.number(), POLLIN, 0};
      poll(&source, 1, -1);
    } else if (errno != EINTR) {
      return cannot_read(name);
    }
  }
}

foreman::expected<std::string> read_file(const std::filesystem::path& file) {
  const auto from
    = opened(open(file.c_str(), O_RDONLY | O_CLOEXEC), file.string());
  if (!from)
    return from.error();
  return read_all(*from, file.string());
}

} // namespace supervisor
