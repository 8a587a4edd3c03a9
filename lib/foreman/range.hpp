#pragma once

#include <foreman/expected.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <string_view>

namespace foreman {

/// Returns `errc::invalid_option`, naming the option, its value and the range,
/// unless `low <= value <= high`.
template <class T>
expected<void> check_range(std::string_view option, const T& value,
                           const T& low, const T& high) {
  if (value >= low && value <= high)
    return {};
  return error{errc::invalid_option,
               fmt::format("{} is {}; allowed are {} to "
                           "{}",
                           option, value, low, high)};
}

} // namespace foreman
