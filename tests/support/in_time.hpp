#pragma once

#include <chrono>

namespace foreman::test {

/// How long `f` takes.
template <class F>
std::chrono::milliseconds time_of(F f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::ceil<std::chrono::milliseconds>(
    std::chrono::steady_clock::now() - begin);
}

/// The time that a call with `deadline` may take in all: a fifth more, and what
/// a busy machine takes to let a thread run.
constexpr std::chrono::milliseconds
at_the_latest(std::chrono::milliseconds deadline) {
  return deadline + deadline / 5 + std::chrono::milliseconds{200};
}

} // namespace foreman::test
