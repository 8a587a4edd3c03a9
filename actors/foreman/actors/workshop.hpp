#pragma once

#include <foreman/brief_mutex.hpp>
#include <foreman/export.hpp>
#include <foreman/turn.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace foreman::actors {

/// Where the orders of all threads of a system wait, in one queue: whichever
/// thread is free takes the one that waits longest, so that no turn waits for a
/// long body while a thread sleeps. Thread-safe. Exported for its test.
class FOREMAN_EXPORT workshop {
public:
  using bench_number = std::size_t;

  /// A turn to take.
  struct order {
    turn which;
    /// Whether a check was ordered before it.
    bool check_first = false;
  };

  /// `waiting`, which must outlive this, is told how many orders wait.
  workshop(std::size_t benches, std::atomic<std::size_t>& waiting);

  void give(order what);

  /// Blocks the thread of bench `from` until it has something to do; none when
  /// the bench is closed. Who is `less_fit` than others, as it lacks a
  /// connection, is woken when no other one sleeps.
  std::optional<order> take(bench_number from, bool less_fit = false);

  /// The next order, if there is one.
  std::optional<order> try_take();

  /// Whether an order waits.
  bool has_orders() const;

  /// Gives `which` nothing any more. The last one that is closed forgets what
  /// waits.
  void close(bench_number which);

private:
  // Where the thread of a bench sleeps.
  class bench {
  public:
    void sleep();

    // Also if it is only about to fall asleep.
    void wake();

    bool closed = false; // guarded by the workshop's mutex

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
  };

  using guard = std::unique_lock<brief_mutex>;

  std::optional<order> take(guard& held);

  // Lets go of the mutex after a change of the queue, and wakes a thread for
  // what waits, unless one is on its way already: that one wakes the next if
  // there is more to do than it takes. So a burst of short jobs does not wake
  // threads that would find nothing left.
  void unlock_and_wake(guard& held);

  mutable brief_mutex mutex_;
  std::deque<order> orders_;
  std::atomic<std::size_t>& waiting_;
  std::vector<bench> benches_;
  std::size_t open_benches_;
  // The one that fell asleep last is woken first: its caches are warm, and so
  // are its connections.
  std::vector<bench_number> asleep_;
  bool one_is_on_its_way_ = false;
};

} // namespace foreman::actors
