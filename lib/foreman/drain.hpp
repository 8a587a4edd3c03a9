#pragma once

#include <foreman/clock.hpp>
#include <foreman/expected.hpp>
#include <foreman/export.hpp>
#include <foreman/ledger.hpp>
#include <foreman/table.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace foreman {

/// What a shutdown does about a body that has not returned at its deadline.
/// C++ cannot kill it. Under each policy its waiters get `failed(abandoned)`
/// at the deadline and its late result is dropped (G10).
enum class drain_policy : std::uint8_t {
  /// The destructor of the system waits for the body. The default, and safe:
  /// whatever the body refers to is still there.
  wait,
  /// The destructor leaves the thread behind. Only for bodies that own all
  /// that they touch.
  abandon,
  /// `std::abort()`, with the stuck jobs in the log: rather a core dump and a
  /// restart than a process that lingers.
  abort,
};

/// Returns the name of `policy`.
FOREMAN_EXPORT std::string_view to_string(drain_policy policy) noexcept;

/// A job whose body had not returned when a drain ended.
struct FOREMAN_EXPORT left_job {
  /// The key of its project.
  std::string project;
  /// The job.
  job_id id;
};

/// What a drain did.
struct FOREMAN_EXPORT drain_report {
  /// All books of the system when the drain ended.
  ledger books;
  /// Jobs that ended by themselves since the drain began: they succeeded or
  /// failed.
  std::uint64_t finished = 0;
  /// Jobs that were cancelled since then: in the queue, or they stopped when
  /// they were asked to.
  std::uint64_t cancelled = 0;
  /// Abandoned: their bodies still ran. Counted as `failed` in the books.
  std::vector<left_job> left;
};

/// @cond

/// Returns `invalid_option` unless `deadline` is 0 to 1 year and `policy` one
/// of the three. The error calls the deadline by the name that the caller gave
/// it: that of an option, or what it is to who drains.
FOREMAN_EXPORT expected<void>
check_drain(std::chrono::nanoseconds deadline, drain_policy policy,
            std::string_view name = "the deadline of the drain");

/// The part of a drain's deadline after which jobs are no longer left to finish
/// by themselves: queued ones are cancelled, running ones asked to stop. The
/// last tenth is theirs to react, or more, if so many jobs are open that it
/// takes longer to cancel them.
constexpr std::chrono::nanoseconds
finish_part(std::chrono::nanoseconds deadline,
            std::uint64_t open_jobs = 0) noexcept {
  using std::chrono::nanoseconds;
  constexpr nanoseconds to_cancel_one{500};
  const auto tenth = deadline - deadline / 10 * 9;
  // Divided, as no product may overflow.
  if (open_jobs >= static_cast<std::uint64_t>(deadline / to_cancel_one))
    return {};
  return deadline
    - std::max(tenth, to_cancel_one * static_cast<nanoseconds::rep>(open_jobs));
}

/// The steps of a drain. A host's thread takes them one after another with
/// `drain`; the registry takes them as its timers fire. Thread-safe, and may be
/// taken more than once.
class FOREMAN_EXPORT drain_steps {
public:
  explicit drain_steps(table& jobs);

  /// Admits nothing from now on.
  void begin();

  /// How long jobs are left to finish by themselves.
  std::chrono::nanoseconds
  finish_part(std::chrono::nanoseconds deadline) const noexcept {
    return foreman::finish_part(deadline, before_.open());
  }

  /// Cancels what is queued and asks what runs to stop.
  void interrupt();

  /// Abandons what still runs, applies `abort`, and reports. A body that calls
  /// this is abandoned as well, but it is no reason to abort.
  drain_report finish(drain_policy policy);

private:
  table& jobs_;
  ledger before_;
  std::uint64_t abandoned_before_;
};

/// Drains: stops admitting, lets jobs finish, cancels the rest and reports by
/// `deadline`. Blocks the calling thread; `would_deadlock` in a job's body and
/// in all other host code that foreman calls.
FOREMAN_EXPORT expected<drain_report>
drain(table& jobs, std::chrono::nanoseconds deadline, drain_policy policy);

/// The drain of a system that is being destroyed, wherever that happens. In
/// host code that the system itself calls, a body or a callback, it waits for
/// all other jobs and abandons one whose body calls it; what is queued in its
/// project cannot start any more and is cancelled at once.
FOREMAN_EXPORT drain_report last_drain(table& jobs,
                                       std::chrono::nanoseconds deadline,
                                       drain_policy policy);

/// Whether the calling thread runs host code that this system called.
FOREMAN_EXPORT bool in_callback_of(const shared_state& system) noexcept;

/// @endcond

} // namespace foreman
