#include <foreman/at_scope_end.hpp>
#include <foreman/entry.hpp>
#include <foreman/host_call.hpp>
#include <foreman/host_code.hpp>
#include <foreman/job.hpp>
#include <foreman/parking_lot.hpp>

#include <cxxabi.h>

#include <cassert>
#include <mutex>
#include <new>
#include <utility>

namespace foreman {

job::job() = default;

job::~job() = default;

void job::admit(intrusive_ptr<entry> home, job_id id, int priority) noexcept {
  home_ = std::move(home);
  id_ = id;
  priority_ = static_cast<std::int8_t>(priority);
}

job::extras& job::extras_locked() const {
  if (!extras_)
    extras_ = std::make_unique<extras>();
  return *extras_;
}

error job::why() const {
  const std::lock_guard guard{spot_of(this).mutex};
  if (shared_why_ != nullptr)
    return *shared_why_;
  return extras_ && extras_->why ? extras_->why : error{code_};
}

void job::move_to(job_state next, const error& why) noexcept {
  assert(may_follow(state(), next));
  if (why) {
    const std::lock_guard guard{spot_of(this).mutex};
    code_ = why.code();
    try {
      if (why != error{code_})
        extras_locked().why = why;
    } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
  }
  change_state(next);
}

void job::move_to(job_state next, const error* why) noexcept {
  assert(may_follow(state(), next));
  {
    const std::lock_guard guard{spot_of(this).mutex};
    shared_why_ = why;
  }
  change_state(next);
}

void job::change_state(job_state next) noexcept {
  auto old = word_.load(std::memory_order_relaxed);
  while (!word_.compare_exchange_weak(
    old,
    static_cast<std::uint8_t>((old & ~state_mask)
                              | static_cast<std::uint8_t>(next)),
    std::memory_order_acq_rel, std::memory_order_relaxed)) {}
}

std::optional<job::deferral_record> job::deferral() const {
  const std::lock_guard guard{spot_of(this).mutex};
  return extras_ ? extras_->deferral : std::nullopt;
}

void job::remember(const deferral_record& x) {
  const std::lock_guard guard{spot_of(this).mutex};
  extras_locked().deferral = x;
}

void job::wake_waiters() noexcept {
  // No wake-up can be lost: a watcher sets `watched_bit` and reads the state
  // in one atomic step. Either that step sees the final state, and the watcher
  // does not sleep; or the move to the final state came after it, and then the
  // bit is seen here. The mutex makes sure that such a watcher is asleep, or
  // on the list, before it is woken.
  if (!watched())
    return;
  auto& spot = spot_of(this);
  const std::lock_guard guard{spot.mutex};
  spot.woken.notify_all();
}

void job::announce() {
  if (!watched()) // see above
    return;
  std::vector<listener> due;
  auto& spot = spot_of(this);
  {
    const std::lock_guard guard{spot.mutex};
    if (extras_)
      due.swap(extras_->listeners);
    spot.woken.notify_all();
  }
  auto next = due.begin();
  // One that ends its thread keeps nothing from the others.
  const at_scope_end rest{[&] {
    while (next != due.end())
      call(*next++);
  }};
  while (next != due.end())
    call(*next++);
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void
job::call_for_none(const std::function<void()>& f) {
  const host_call here{host_role::listener, nullptr};
  try {
    f();
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) { // no system counts it
  }
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void job::call(const listener& f) const {
  const host_call here{host_role::listener, *this};
  try {
    f(*this);
  } catch (const abi::__forced_unwind&) {
    throw; // no exception but the end of this thread
  } catch (...) {
    if (home_)
      home_->shared().host->count_fault(host_role::listener, here.describe());
  }
}

bool job::wait(std::optional<time_point> until) const {
  if (finished())
    return true;
  auto& spot = spot_of(this);
  std::unique_lock guard{spot.mutex};
  word_.fetch_or(watched_bit, std::memory_order_acq_rel);
  const auto done = [this] { return finished(); };
  if (until)
    return spot.woken.wait_until(guard, *until, done);
  spot.woken.wait(guard, done);
  return true;
}

void job::on_finish(listener f) {
  if (home_ && home_->shared().process.forked() && !finished())
    return; // it will not end in this process
  {
    const std::lock_guard guard{spot_of(this).mutex};
    const auto old = word_.fetch_or(watched_bit, std::memory_order_acq_rel);
    if (!is_final(static_cast<job_state>(old & state_mask))) {
      extras_locked().listeners.push_back(std::move(f));
      return;
    }
  }
  call(f);
}

bool job::request_stop_of_token() noexcept {
  const std::lock_guard guard{spot_of(this).mutex};
  return (word_.fetch_or(stop_bit, std::memory_order_acq_rel) & token_bit) != 0;
}

void job::request_stop() {
  if (!request_stop_of_token())
    return;
  // It does not change once it is made. Without the lock: the callbacks of the
  // token belong to the body.
  const host_call here{host_role::stop_callback, *this};
  extras_->stop.request_stop();
}

std::stop_token job::stop_token() {
  const std::lock_guard guard{spot_of(this).mutex};
  auto& source = extras_locked().stop;
  if (!source.stop_possible()) {
    source = std::stop_source{};
    if (stop_requested())
      source.request_stop();
    word_.fetch_or(token_bit, std::memory_order_acq_rel);
  }
  return source.get_token();
}

} // namespace foreman
