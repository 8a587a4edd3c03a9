#pragma once

#include <foreman/duration_text.hpp>
#include <foreman/expected.hpp>

#include <fmt/format.h>

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>

namespace foreman {

/// Returns `errc::invalid_option`, naming the option, its value and the range,
/// unless `low <= value <= high`.
template <class T>
expected<void> check_range(std::string_view option, const T& value,
                           const T& low, const T& high) {
  if (value >= low && value <= high)
    return {};
  const auto shown = [](const T& x) {
    if constexpr (std::convertible_to<T, std::chrono::nanoseconds>)
      return in_words(x);
    else
      return fmt::to_string(x);
  };
  const auto least = shown(low);
  const auto most = shown(high);
  auto is = shown(value);
  // A time is rounded: what is a little out of range must not read like the
  // limit that it misses.
  if (is == least || is == most)
    is = (value < low ? "less than " : "more than ") + is;
  return error{
    errc::invalid_option,
    fmt::format("{} is {}; allowed are {} to {}", option, is, least, most)};
}

} // namespace foreman
