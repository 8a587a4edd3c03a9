#pragma once

#include <chrono>
#include <thread>

namespace foreman::test {

/// How long a test waits for what must happen before it says that it did not.
/// Never how long something takes.
inline constexpr std::chrono::seconds patience{30};

/// Waits for `condition`; returns whether it came true in time.
template <class F>
bool await(F condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::yield();
  }
  return true;
}

} // namespace foreman::test
