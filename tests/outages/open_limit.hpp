#pragma once

#include <foreman/check_options.hpp>

#include <chrono>
#include <cstddef>

namespace foreman::test {

/// How many opens the breaker lets fail from now on. Counts time, but by the
/// clock that the breaker has: a slow machine gets more of both.
class open_limit {
public:
  explicit open_limit(const check_options& options) : options_{options} {}

  /// Those until the breaker opens, the last ones at the same time, and then
  /// one after each pause.
  std::size_t now() const {
    const auto pauses
      = (std::chrono::steady_clock::now() - began_) / options_.min_break + 1;
    return options_.break_after + options_.max_opens
      + static_cast<std::size_t>(pauses);
  }

private:
  check_options options_;
  std::chrono::steady_clock::time_point began_
    = std::chrono::steady_clock::now();
};

} // namespace foreman::test
