#pragma once

#include <string_view>

namespace foreman::test {

/// Whether a message says `part`.
inline bool says(std::string_view message, std::string_view part) {
  return message.find(part) != std::string_view::npos;
}

} // namespace foreman::test
