#pragma once

#include <cstddef>
#include <thread>
#include <vector>

namespace foreman::test {

/// Runs `body(0)` to `body(threads - 1)`, each on a thread of its own, and
/// returns when all have.
template <class F>
void run_together(int threads, const F& body) {
  std::vector<std::thread> all;
  all.reserve(static_cast<std::size_t>(threads));
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&body, t] { body(t); });
  for (auto& x : all)
    x.join();
}

} // namespace foreman::test
