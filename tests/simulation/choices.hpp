#pragma once

#include <cstddef>
#include <cstdint>

namespace foreman::test {

/// The choices of a walk. Each step draws from a generator of its own, so that
/// it chooses the same when steps before it are left out: a failing walk can be
/// made shorter. The generator is splitmix64 (Steele, Lea, Flood, 2014).
class choices {
public:
  explicit choices(std::uint64_t seed) : seed_{seed}, state_{seed} {}

  void begin_step(std::size_t number) {
    state_ = seed_;
    state_ = next() + number;
  }

  /// One of 0 to `below` - 1.
  std::size_t pick(std::size_t below) {
    return static_cast<std::size_t>(next() % below);
  }

  bool chance(unsigned percent) {
    return pick(100) < percent;
  }

private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  std::uint64_t seed_;
  std::uint64_t state_;
};

} // namespace foreman::test
