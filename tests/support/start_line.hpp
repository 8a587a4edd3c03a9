#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace foreman::test {

/// Where threads meet to start together, again and again. They spin, so that
/// they start within a fraction of a microsecond: one that has to be woken
/// (`std::barrier`) comes too late for most races.
class start_line {
public:
  explicit start_line(std::uint64_t threads) : threads_{threads} {}

  /// Returns when all threads have come as often as this one.
  void meet() {
    const auto mine = arrived_.fetch_add(1) + 1;
    const auto all = (mine + threads_ - 1) / threads_ * threads_;
    for (int spins = 0; arrived_.load() < all; ++spins)
      if (spins > 2000)
        std::this_thread::yield();
  }

private:
  const std::uint64_t threads_;
  std::atomic<std::uint64_t> arrived_{0};
};

/// Passes a little time, different in each round, so that rounds meet a race
/// at different points.
inline void stagger(std::uint64_t round) {
  std::atomic<int> nothing{0};
  for (std::uint64_t i = 0; i < round % 61; ++i)
    nothing.fetch_add(1, std::memory_order_relaxed);
}

} // namespace foreman::test
