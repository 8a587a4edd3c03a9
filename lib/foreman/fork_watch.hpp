#pragma once

#include <foreman/error.hpp>
#include <foreman/export.hpp>

#include <atomic>
#include <cstdint>

namespace foreman {

/// Whether this process is a child of the one in which this was made: threads
/// do not survive a fork, and locks stay as those who are not there left them.
/// To ask takes no lock and no call of the system, so it is asked first.
/// Thread-safe.
class FOREMAN_EXPORT fork_watch {
public:
  fork_watch() noexcept;

  bool forked() const noexcept {
    return forks.load(std::memory_order_relaxed) != seen_;
  }

  /// `forked`, with what to do.
  static error why();

private:
  static void in_child() noexcept;

  // Counted in the child, by a handler of `pthread_atfork`.
  static std::atomic<std::uint32_t> forks;
  const std::uint32_t seen_;
};

} // namespace foreman
