#pragma once

#include <support/await.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace foreman::test {

/// A door that bodies wait at until a test opens it. Thread-safe.
class door {
public:
  /// Waits until the door is open; returns false if nobody opens it in time.
  bool pass() {
    std::unique_lock guard{mutex_};
    ++waiting_;
    return moved_.wait_for(guard, patience, [this] { return open_; });
  }

  void open() {
    const std::lock_guard guard{mutex_};
    open_ = true;
    moved_.notify_all();
  }

  /// Waits until `n` bodies have come to the door.
  bool has_visitors(int n = 1) const {
    return await([this, n] { return visitors() >= n; });
  }

  /// How many bodies have come to the door.
  int visitors() const {
    return waiting_;
  }

private:
  std::mutex mutex_;
  std::condition_variable moved_;
  std::atomic<int> waiting_{0};
  bool open_ = false;
};

} // namespace foreman::test
