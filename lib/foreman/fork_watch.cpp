#include <foreman/fork_watch.hpp>
#include <foreman/host_call.hpp>
#include <foreman/parking_lot.hpp>

#include <pthread.h>

namespace foreman {

std::atomic<std::uint32_t> fork_watch::forks{0};

fork_watch::fork_watch() noexcept : seen_{forks.load()} {
  [[maybe_unused]] static const int once
    = pthread_atfork(nullptr, nullptr, &fork_watch::in_child);
}

void fork_watch::in_child() noexcept {
  // What is made in the child must work: the one thing that it shares with what
  // was made before are the spots where waiters sleep.
  renew_parking_lot();
  // Whatever its parent ran here for foreman, the child may wait in it.
  host_call::forget();
  forks.fetch_add(1, std::memory_order_relaxed);
}

error fork_watch::why() {
  return {errc::forked,
          "this process was forked off after the system was made, and its "
          "threads stayed with its parent; make a system in the child"};
}

} // namespace foreman
