#include <foreman/actors/errand_threads.hpp>
#include <foreman/at_scope_end.hpp>
#include <foreman/cancellable.hpp>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace foreman::actors {

namespace {

// An errand that concerns one job.
struct errand {
  void (errands::*what)(const job_ptr&);
  job_ptr about;
};

} // namespace

struct errand_threads::state : std::enable_shared_from_this<state> {
  explicit state(std::size_t most) : most{most} {}

  // -- with the lock

  bool has_errands() const noexcept {
    return !single.empty() || !to_conclude.empty();
  }

  // Returns whether there is a thread that will come to it.
  bool start_one() noexcept {
    if (closed)
      return false;
    if (threads.size() < most)
      try {
        threads.emplace_back();
        threads.back()
          = std::thread{[self = shared_from_this()] { self->loop(); }};
        ++alive;
      } catch (const std::exception&) { // no memory, or no thread
        if (!threads.empty() && !threads.back().joinable())
          threads.pop_back();
      }
    return alive != 0;
  }

  // -- without

  // Whether somebody runs it.
  bool take_in(errand what) noexcept {
    const std::lock_guard guard{mutex};
    if (idle <= single.size() && !start_one())
      return false;
    try {
      single.push_back(std::move(what));
    } catch (const std::bad_alloc&) {
      return false;
    }
    changed.notify_one();
    return true;
  }

  bool take_in(job_list& all) noexcept {
    const std::lock_guard guard{mutex};
    if (alive == 0 && !start_one())
      return false;
    to_conclude.append(std::move(all));
    changed.notify_one();
    return true;
  }

  void loop() {
    not_cancellable::for_good();
    std::unique_lock held{mutex};
    // Also when host code ends this thread: another one goes on.
    const at_scope_end end{[&] {
      if (!held.owns_lock())
        held.lock();
      --alive;
      if (has_errands() && alive == 0)
        start_one();
      changed.notify_all();
    }};
    for (;;) {
      if (!single.empty()) {
        auto next = std::move(single.front());
        single.pop_front();
        held.unlock();
        (errands_at_once().*next.what)(next.about);
        next = {};
        held.lock();
      } else if (auto next = to_conclude.pop()) {
        job_list one;
        one.push(std::move(next));
        held.unlock();
        errands_at_once().conclude(std::move(one));
        held.lock();
      } else if (closed) {
        return;
      } else {
        ++idle;
        changed.wait(held);
        --idle;
      }
    }
  }

  void close() {
    const std::lock_guard guard{mutex};
    closed = true;
    changed.notify_all();
  }

  // Waits until all threads have ended, or `until`; leaves those behind that
  // have not.
  void end(std::optional<clock::time_point> until) {
    std::unique_lock held{mutex};
    const auto own = std::this_thread::get_id();
    bool in_errand = false;
    for (const auto& x : threads)
      in_errand = in_errand || x.get_id() == own;
    const auto ended = [&] { return alive == (in_errand ? 1U : 0U); };
    const bool all = until ? changed.wait_until(held, *until, ended)
                           : (changed.wait(held, ended), true);
    auto done = std::exchange(threads, {});
    held.unlock();
    for (auto& x : done)
      if (all && x.get_id() != own)
        x.join();
      else
        x.detach();
  }

  const std::size_t most;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<errand> single;
  job_list to_conclude;
  std::vector<std::thread> threads;
  std::size_t alive = 0;
  std::size_t idle = 0;
  bool closed = false;
};

errand_threads::errand_threads(std::size_t most)
  : state_{std::make_shared<state>(most)} {}

errand_threads::~errand_threads() {
  join_or_leave(clock::time_point::min());
}

void errand_threads::stop(const job_ptr& x) {
  if (!state_->take_in({&errands::stop, x}))
    errands_at_once().stop(x);
}

void errand_threads::announce(const job_ptr& x) {
  if (!state_->take_in({&errands::announce, x}))
    errands_at_once().announce(x);
}

void errand_threads::conclude(job_list all) {
  if (!all.empty() && !state_->take_in(all))
    errands_at_once().conclude(std::move(all));
}

void errand_threads::join() {
  state_->close();
  state_->end(std::nullopt);
}

void errand_threads::join_or_leave(clock::time_point until) {
  state_->close();
  state_->end(until);
}

} // namespace foreman::actors
