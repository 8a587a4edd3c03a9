#include <foreman/actors/worker_thread.hpp>
#include <foreman/at_scope_end.hpp>
#include <foreman/cancellable.hpp>

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
    not_cancellable::for_good();
    // A body or a listener that ends its thread (pthread_exit) unwinds through
    // here; the bench goes on with another thread, in mid-turn if a job has
    // begun.
    bool left_in_order = false;
    const at_scope_end next{[&] {
      if (!left_in_order)
        replace_thread();
    }};
    if (jobs.current())
      go_on(*context, false);
    for (;;) {
      end_if_cancelled();
      auto next = context->orders.take(number, jobs.turned_away());
      if (!next)
        break;
      take_turn(*context, *next);
    }
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
    if (jobs.begin_turn(std::move(what.which)))
      go_on(in, what.check_first);
  }

  void go_on(const context& in, bool check_first) {
    // Also when a body or a check ends the thread: the turn must not stay open,
    // unless a job has begun, which the next thread goes on with.
    const at_scope_end end{[&] {
      if (!jobs.current())
        in.way_in.wake(jobs.end_turn());
    }};
    if (check_first)
      jobs.check();
    while (jobs.begin_job()) {
      end_if_cancelled();
      jobs.end_job();
    }
  }

  // What host code other than a body left pending for this thread takes effect
  // here, where no job pays for it.
  static void end_if_cancelled() {
    const cancellable here;
    cancellable::take_effect();
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
        guard.unlock(); // no lock while the host's code runs
        if (const auto context = shared.lock(); context && !told)
          context->log(log_level::error,
                       std::string{"a body ended its worker's thread, and the "
                                   "operating system gives no other; trying "
                                   "again until it does: "}
                         + e.what());
        guard.lock();
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
  if (state_->thread.get_id() == std::this_thread::get_id())
    return leave_or_join(true);
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
