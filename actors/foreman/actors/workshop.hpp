#pragma once

#include <foreman/entry.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace foreman::actors {

/// Where the orders of all threads of a system wait. Each thread has a queue of
/// its own; one that runs out of orders takes over the turn that waits longest
/// behind a busy thread (work stealing), so that no turn waits for a long body
/// while a thread sleeps. Thread-safe.
class workshop {
public:
  using bench_number = std::size_t;

  /// Something to do: a turn, or a call.
  struct order {
    turn which;
    /// Whether a check was ordered before the turn.
    bool check_first = false;
    /// Set if this is a call.
    std::function<void()> call;

    bool is_turn() const noexcept {
      return !call;
    }
  };

  explicit workshop(std::size_t benches) : benches_(benches) {}

  /// The next turn that `to` is given has a check before it.
  void order_check(bench_number to);

  void give(bench_number to, turn which);

  /// Never taken over: `f` is called on the thread of `to`, in its turn.
  void give(bench_number to, std::function<void()> f);

  /// Blocks the thread of `from` until it has something to do; none when it is
  /// closed.
  std::optional<order> take(bench_number from);

  /// Forgets what waits for `which`, and gives it nothing any more.
  void close(bench_number which);

private:
  struct waiting_order {
    std::uint64_t number = 0;
    order what;
  };

  struct bench {
    std::deque<waiting_order> orders;
    std::condition_variable woken;
    bool check_next = false;
    bool sleeps = false;
    bool closed = false;
  };

  void give_locked(bench_number to, order what);

  // The bench whose first order is the turn that waits longest; null if there
  // is none.
  bench* longest_waiting_locked();

  void wake_locked(bench_number which);

  std::mutex mutex_;
  std::vector<bench> benches_;
  // The one that fell asleep last is woken first: its caches are warm.
  std::vector<bench_number> asleep_;
  std::uint64_t last_number_ = 0;
  std::size_t turns_waiting_ = 0;
};

} // namespace foreman::actors
