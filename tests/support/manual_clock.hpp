#pragma once

#include <foreman/clock.hpp>

#include <atomic>

namespace foreman::test {

/// A clock that a test turns by hand. Thread-safe.
class manual_clock : public clock {
public:
  time_point now() const noexcept override {
    return time_point{duration{since_start_.load()}};
  }

  void advance(duration by) noexcept {
    since_start_ += by.count();
  }

private:
  std::atomic<duration::rep> since_start_{0};
};

} // namespace foreman::test
