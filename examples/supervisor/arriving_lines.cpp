#include "arriving_lines.hpp"

#include "text_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace supervisor {

arriving_lines::arriving_lines(std::string name, descriptor from)
  : name_{std::move(name)}, from_{std::move(from)} {}

foreman::expected<arriving_lines> arriving_lines::of(const std::string& file) {
  auto from = open_input(file);
  if (!from)
    return from.error();
  return arriving_lines{file, *std::move(from)};
}

foreman::expected<void> arriving_lines::read() {
  std::array<char, 65'536> buffer;
  const auto length = ::read(number(), buffer.data(), buffer.size());
  if (length < 0) {
    if (errno == EINTR || errno == EAGAIN)
      return {};
    ended_ = true;
    return cannot_read(name_);
  }
  ended_ = length == 0;
  read_.erase(0, taken_);
  seen_ -= taken_;
  taken_ = 0;
  read_.append(buffer.data(), static_cast<std::size_t>(length));
  return {};
}

std::optional<foreman::expected<std::string>> arriving_lines::next() {
  for (;;) {
    const auto end = read_.find('\n', seen_);
    const bool complete = end != std::string::npos;
    seen_ = complete ? end + 1 : read_.size();
    const auto length = (complete ? end : read_.size()) - taken_;
    if (!skips_ && length > max_line) {
      skips_ = true;
      taken_ = complete ? taken_ : seen_;
      seen_ = taken_;
      return foreman::error{
        foreman::errc::invalid_option,
        fmt::format("the line is too long; allowed are {} bytes", max_line)};
    }
    if (!complete && (!ended_ || length == 0 || skips_)) {
      taken_ = skips_ ? seen_ : taken_;
      return std::nullopt;
    }
    const auto begin = std::exchange(taken_, seen_);
    if (!std::exchange(skips_, false))
      return read_.substr(begin, length);
  }
}

} // namespace supervisor
