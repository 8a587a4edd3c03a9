#include <foreman/actors/worker_thread.hpp>
#include <foreman/at_scope_end.hpp>

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace foreman::actors {

struct worker_thread::state : std::enable_shared_from_this<state> {
  state(const context_ptr& context, workshop::bench_number number,
        connection_set connections)
    : shared{context},
      number{number},
      jobs{std::move(connections), *context->options.time} {}

  // Starts a thread that owns this state.
  void start() {
    thread = std::thread{[self = shared_from_this()] { self->loop(); }};
  }

  void loop() {
    // The context lives as long as a thread works in it.
    const auto context = shared.lock();
    if (!context)
      return;
    // A body that ends its thread (pthread_exit) unwinds through here; the
    // bench goes on with another thread.
    bool left_in_order = false;
    const at_scope_end next{[&] {
      if (!left_in_order)
        replace_thread();
    }};
    while (auto next = context->orders.take(number, jobs.turned_away()))
      take_turn(*context, *next);
    left_in_order = true;
    jobs.close(); // on the thread that used them
    end();
  }

  void end() {
    {
      const std::lock_guard guard{mutex};
      ended = true;
    }
    changed.notify_all();
  }

  void take_turn(const context& in, workshop::order& what) {
    if (!jobs.begin_turn(std::move(what.which)))
      return;
    // Also when a body or a check ends the thread: the turn must not stay open.
    const at_scope_end end{[&] { in.way_in.wake(jobs.end_turn()); }};
    if (what.check_first)
      jobs.check();
    while (jobs.begin_job())
      jobs.end_job();
  }

  // Called by a thread that is about to end. Until another one can be had it
  // stays, so that nobody waits for a bench without a thread unknowingly.
  void replace_thread() {
    std::unique_lock guard{mutex};
    for (bool told = false; !stopped; told = true) {
      try {
        auto own = std::exchange(thread, {});
        const at_scope_end restore{[&] {
          if (own.joinable())
            thread = std::move(own);
        }};
        start();
        own.detach();
        return;
      } catch (const std::system_error& e) {
        if (const auto context = shared.lock(); context && !told)
          context->log(log_level::error,
                       std::string{"a body ended its worker's thread, and the "
                                   "operating system gives no other; trying "
                                   "again until it does: "}
                         + e.what());
      }
      changed.wait_for(guard, std::chrono::milliseconds{100});
    }
    ended = true;
    changed.notify_all();
  }

  std::weak_ptr<context> shared;
  workshop::bench_number number;
  runner jobs; // the thread's alone
  std::mutex mutex;
  std::condition_variable changed;
  std::thread thread;
  bool stopped = false;
  bool ended = false; // nothing of the host's runs in the thread any more
};

worker_thread::worker_thread(const context_ptr& shared,
                             workshop::bench_number number,
                             connection_set connections)
  : state_{std::make_shared<state>(shared, number, std::move(connections))} {
  const std::lock_guard guard{state_->mutex};
  state_->start();
}

worker_thread::~worker_thread() {
  stop();
  leave_or_join(true);
}

void worker_thread::stop() {
  {
    const std::lock_guard guard{state_->mutex};
    state_->stopped = true;
  }
  state_->changed.notify_all();
  if (const auto context = state_->shared.lock())
    context->orders.close(state_->number);
}

void worker_thread::join() {
  leave_or_join(false);
}

void worker_thread::join_or_leave(clock::time_point until) {
  std::unique_lock guard{state_->mutex};
  // A job that still runs was abandoned. What else may hold a thread, such as
  // the end of a connection, has its time.
  const bool ended = !state_->jobs.in_job()
    && state_->changed.wait_until(guard, until,
                                  [this] { return state_->ended; });
  guard.unlock();
  leave_or_join(!ended);
}

void worker_thread::leave_or_join(bool leave) {
  auto& thread = state_->thread;
  if (!thread.joinable())
    return;
  if (leave || thread.get_id() == std::this_thread::get_id())
    thread.detach();
  else
    thread.join();
}

} // namespace foreman::actors
