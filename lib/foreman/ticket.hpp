#pragma once

#include <foreman/callable_job.hpp>
#include <foreman/export.hpp>
#include <foreman/wait.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace foreman {

/// What the submitter of an admitted job holds. Copies watch the same job; a
/// ticket that is dropped changes nothing. It stays valid when the system is
/// gone: by then its job has an outcome (G4). Thread-safe.
///
/// Waiting is for host threads. In a job's body it needs a deadline and is
/// refused with `would_deadlock` when it could never end; in a CAF actor use
/// messages instead.
template <class T>
class FOREMAN_EXPORT ticket {
public:
  /// @cond

  explicit ticket(intrusive_ptr<valued_job<T>> watched) noexcept
    : job_{std::move(watched)} {}

  /// @endcond

  /// The number of the job; never changes.
  job_id id() const noexcept {
    return job_->id();
  }

  /// The key of its project. Valid as long as any ticket of the job.
  const std::string& project() const noexcept {
    return project_of(*job_);
  }

  /// What the job does now; once final it never changes.
  job_state state() const noexcept {
    return job_->state();
  }

  /// Whether the job has its outcome.
  bool finished() const noexcept {
    return job_->finished();
  }

  /// Cancels the job at once if it waits; asks it to stop if it runs. Returns
  /// `job_finished` if it has ended already.
  expected<void> cancel() const {
    return foreman::cancel(*job_);
  }

  /// Calls `f` once, when the job has ended, on the thread that ends it; now
  /// and here if it has. `f` holds that thread up while it runs, and may be
  /// called with no memory left; it may submit. What it throws is contained,
  /// and what would wait there is `would_deadlock`. For hosts with a loop of
  /// their own, which `f` tells.
  void on_finish(std::function<void(const outcome&)> f) const {
    job_->on_finish([f = std::move(f)](const job& x) {
      f(outcome{x.state(), x.why()});
    });
  }

  /// Blocks until the job has ended, be it before its body was destroyed if it
  /// was cancelled in the queue. Returns its value, or why there is none.
  /// The value is copied; call it on an rvalue to move it out, once.
  expected<T> wait() const& {
    if (auto ok = wait_for_job(*job_, std::nullopt); !ok)
      return ok.error();
    return result();
  }

  /// The same, and moves the value out.
  expected<T> wait() && {
    if (auto ok = wait_for_job(*job_, std::nullopt); !ok)
      return ok.error();
    return take_result();
  }

  /// The same, but gives up with `not_finished` after `timeout`; the job goes
  /// on. A negative timeout is `invalid_option`.
  expected<T> wait_for(std::chrono::nanoseconds timeout) const& {
    if (auto ok = wait_for_job(*job_, timeout); !ok)
      return ok.error();
    return result();
  }

  /// The same, and moves the value out.
  expected<T> wait_for(std::chrono::nanoseconds timeout) && {
    if (auto ok = wait_for_job(*job_, timeout); !ok)
      return ok.error();
    return take_result();
  }

private:
  expected<T> result() const {
    if (job_->state() != job_state::succeeded)
      return job_->why();
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return *job_->value();
  }

  expected<T> take_result() {
    if (job_->state() != job_state::succeeded)
      return job_->why();
    if constexpr (std::is_void_v<T>)
      return {};
    else
      return *std::move(job_->value());
  }

  intrusive_ptr<valued_job<T>> job_;
};

} // namespace foreman
