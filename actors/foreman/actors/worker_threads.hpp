#pragma once

#include <foreman/actors/worker_thread.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace foreman::actors {

/// All threads of a system. Not thread-safe.
class worker_threads {
public:
  /// Starts as many as the options say, each with its connections. Throws
  /// `exception` with `no_threads` if the operating system refuses one, and
  /// what the host's factories throw; then none is left.
  explicit worker_threads(const context_ptr& shared);

  /// As `join`.
  ~worker_threads();
  worker_threads(const worker_threads&) = delete;
  worker_threads& operator=(const worker_threads&) = delete;

  std::size_t size() const noexcept {
    return threads_.size();
  }

  /// Ends them; waits for bodies that have not returned.
  void join();

  /// After a drain: ends them, and leaves behind whose body still runs, or who
  /// has not ended by `until`.
  void join_or_leave(clock::time_point until);

private:
  void start(const context_ptr& shared);

  std::vector<std::unique_ptr<worker_thread>> threads_;
};

} // namespace foreman::actors
