#pragma once

#include <foreman/callable_job.hpp>
#include <foreman/export.hpp>
#include <foreman/wait.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace foreman {

/// What the submitter of an admitted job holds. Copies watch the same job; a
/// ticket that is dropped changes nothing. It stays valid when the system is
/// gone: by then its job has an outcome (G4). Thread-safe, as far as a
/// `std::shared_ptr` is: assigning to a ticket that another thread uses is not.
///
/// A ticket that was default-constructed or moved from is *empty*: it answers
/// as if it watched a job that has failed with `empty_ticket`.
///
/// Waiting is for host threads. In a job's body it needs a deadline and is
/// refused with `would_deadlock` when it could never end; in a CAF actor use
/// messages instead. `not_finished`, `would_deadlock`, `empty_ticket` and
/// `value_taken` are always about the wait itself; a job never fails with them
/// (see `errc::job_failed`).
template <class T>
class FOREMAN_EXPORT ticket {
public:
  /// An empty one.
  ticket() = default;

  /// @cond

  explicit ticket(intrusive_ptr<valued_job<T>> watched) noexcept
    : job_{std::move(watched)} {
    hold();
  }

  /// @endcond

  /// Watches what `other` watches.
  ticket(const ticket& other) noexcept : ticket{other.job_} {}

  /// Watches what `other` watched, which is empty then.
  ticket(ticket&& other) noexcept : job_{std::move(other.job_)} {}

  ~ticket() {
    let_go();
  }

  /// Watches what `other` watches.
  ticket& operator=(ticket other) noexcept {
    std::swap(job_, other.job_);
    return *this;
  }

  /// Whether it watches a job: it is not empty.
  bool valid() const noexcept {
    return static_cast<bool>(job_);
  }

  /// The number of the job; never changes. 0, no job, if it is empty.
  job_id id() const noexcept {
    return job_ ? job_->id() : job_id{};
  }

  /// The key of its project. Valid as long as any ticket of the job. Empty if
  /// this is.
  const std::string& project() const noexcept {
    return job_ ? project_of(*job_) : no_project();
  }

  /// What the job does now; once final it never changes. `failed` if this is
  /// empty.
  job_state state() const noexcept {
    return job_ ? job_->state() : job_state::failed;
  }

  /// Whether the job has its outcome; true if this is empty, as nothing will
  /// come any more.
  bool finished() const noexcept {
    return is_final(state());
  }

  /// How the job ended; none while it has not. Never blocks, and tells what the
  /// job came to without taking its value: also after a `wait_for` that gave
  /// up.
  std::optional<foreman::outcome> outcome() const {
    if (!job_)
      return foreman::outcome{job_state::failed, errc::empty_ticket};
    const auto how = job_->state();
    if (!is_final(how))
      return std::nullopt;
    return foreman::outcome{how, job_->why()};
  }

  /// Cancels the job at once if it waits; asks it to stop if it runs. Returns
  /// `job_finished` if it has ended already, `empty_ticket` if this is empty.
  expected<void> cancel() const {
    if (!job_)
      return errc::empty_ticket;
    return foreman::cancel(*job_);
  }

  /// Calls `f` once, when the job has ended, on the thread that ends it; now
  /// and here if it has. `f` holds that thread up while it runs, and may be
  /// called with no memory left; it may submit. What it throws is contained,
  /// and what would wait there is `would_deadlock`. For hosts with a loop of
  /// their own, which `f` tells.
  void on_finish(std::function<void(const foreman::outcome&)> f) const {
    if (!job_) {
      job::call_for_none([&] { f(*outcome()); });
      return;
    }
    job_->on_finish([f = std::move(f)](const job& x) {
      f(foreman::outcome{x.state(), x.why()});
    });
  }

  /// Blocks until the job has ended, be it before its body was destroyed if it
  /// was cancelled in the queue. Returns its value, or why there is none.
  ///
  /// On an lvalue the value is copied, as often as you like, and a value that
  /// can only be moved does not compile. On an rvalue, as in
  /// `std::move(ticket).wait()`, it is moved out if no other ticket of the job
  /// is left, and copied otherwise, so that nobody loses it; a value that can
  /// only be moved goes to the first who asks. Whoever asks later gets
  /// `value_taken`.
  expected<T> wait() const& {
    return result(wait_for_end(std::nullopt));
  }

  /// The same, and moves the value out if it may.
  expected<T> wait() && {
    return take_result(wait_for_end(std::nullopt));
  }

  /// The same, but gives up with `not_finished` after `timeout`; the job goes
  /// on. A negative timeout is `invalid_option`.
  expected<T> wait_for(std::chrono::nanoseconds timeout) const& {
    return result(wait_for_end(timeout));
  }

  /// The same, and moves the value out if it may.
  expected<T> wait_for(std::chrono::nanoseconds timeout) && {
    return take_result(wait_for_end(timeout));
  }

  /// The same, but gives up with `not_finished` at `until`, which may have
  /// passed.
  expected<T> wait_until(clock::time_point until) const& {
    return result(wait_until_end(until));
  }

  /// The same, and moves the value out if it may.
  expected<T> wait_until(clock::time_point until) && {
    return take_result(wait_until_end(until));
  }

  /// Whether both watch the same job, or are both empty.
  friend bool operator==(const ticket& x, const ticket& y) noexcept {
    return x.job_ == y.job_;
  }

private:
  static const std::string& no_project() noexcept {
    static const std::string none;
    return none;
  }

  void hold() noexcept {
    if constexpr (!std::is_void_v<T>)
      if (job_)
        job_->value().hold();
  }

  void let_go() noexcept {
    if constexpr (!std::is_void_v<T>)
      if (job_)
        job_->value().let_go();
  }

  expected<void>
  wait_for_end(std::optional<std::chrono::nanoseconds> timeout) const {
    return job_ ? wait_for_job(*job_, timeout)
                : expected<void>{errc::empty_ticket};
  }

  expected<void> wait_until_end(clock::time_point until) const {
    return job_ ? wait_until_job_ends(*job_, until)
                : expected<void>{errc::empty_ticket};
  }

  // Why there is no value, if there is none.
  error why_not(expected<void> waited) const {
    if (!waited)
      return std::move(waited).error();
    return job_->state() == job_state::succeeded ? error{} : job_->why();
  }

  expected<T> result(expected<void> waited) const {
    static_assert(std::is_void_v<T> || std::copy_constructible<T>,
                  "the value of this job can only be moved: wait on an rvalue, "
                  "as in std::move(ticket).wait()");
    if (auto why = why_not(std::move(waited)))
      return why;
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return job_->value().copy();
  }

  expected<T> take_result(expected<void> waited) {
    if (auto why = why_not(std::move(waited)))
      return why;
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return job_->value().take();
  }

  intrusive_ptr<valued_job<T>> job_;
};

} // namespace foreman
