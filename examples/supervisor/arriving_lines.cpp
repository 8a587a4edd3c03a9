#include "arriving_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

foreman::error cannot_read(const std::string& name) {
  return {foreman::errc::invalid_option,
          fmt::format("cannot read {}: {}", name,
                      std::generic_category().message(errno))};
}

} // namespace

arriving_lines::arriving_lines(std::string name, descriptor from)
  : name_{std::move(name)}, from_{std::move(from)} {}

foreman::expected<arriving_lines> arriving_lines::of(const std::string& file) {
  descriptor from{file == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                              : open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (from.number() < 0)
    return cannot_read(file);
  return arriving_lines{file, std::move(from)};
}

foreman::expected<void> arriving_lines::read() {
  std::array<char, 65'536> buffer;
  const auto length = ::read(number(), buffer.data(), buffer.size());
  if (length < 0 && errno != EINTR && errno != EAGAIN) {
    ended_ = true;
    return cannot_read(name_);
  }
  if (length > 0)
    unread_.append(buffer.data(), static_cast<std::size_t>(length));
  ended_ = length == 0;
  if (unread_.size() > max_line && unread_.find('\n') == std::string::npos) {
    ended_ = true;
    unread_.clear();
    return foreman::error{foreman::errc::invalid_option,
                          fmt::format("{} has a line of more than {} bytes; "
                                      "allowed is less",
                                      name_, max_line)};
  }
  return {};
}

std::optional<std::string> arriving_lines::next() {
  auto end = unread_.find('\n', seen_);
  if (end == std::string::npos) {
    seen_ = unread_.size();
    if (!ended_ || unread_.empty())
      return std::nullopt;
    end = unread_.size();
  }
  auto line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  seen_ = 0;
  return line;
}

} // namespace supervisor
