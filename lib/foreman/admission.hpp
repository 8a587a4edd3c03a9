#pragma once

#include <foreman/errc.hpp>
#include <foreman/export.hpp>

#include <cstddef>
#include <cstdint>

namespace foreman {

/// What a submit asks of its project.
enum class admission : std::uint8_t {
  /// Take a place in the queue. The default.
  queue,
  /// Only if the project is not busy, else reject with `project_busy`: the
  /// guard and the submit in one step. Of many simultaneous submitters exactly
  /// one is admitted (G5).
  if_idle,
};

/// How many jobs may be open, i.e. admitted and without a final outcome.
struct FOREMAN_EXPORT limits {
  /// Per project; 1 to `max_limit`. Raise it for bulk loads of one project.
  std::size_t per_project = 10'000;
  /// In the whole system; 1 to `max_limit`. A queued job takes about 100
  /// bytes beyond its callable.
  std::size_t total = 1'000'000;
};

/// The largest limit that can be configured.
inline constexpr std::size_t max_limit = 1'000'000'000;

/// @cond

/// What admission needs to know of a project.
struct FOREMAN_EXPORT project_load {
  /// A body runs, or a job is queued, deferred, overdue or between attempts.
  bool busy = false;
  /// Jobs without a final outcome.
  std::size_t open_jobs = 0;
};

/// The rule of admission, applied under the lock of the project's entry:
/// `errc::ok`, or why the job is rejected.
constexpr errc admit(admission asked, const project_load& load,
                     const limits& max) noexcept {
  if (asked == admission::if_idle && load.busy)
    return errc::project_busy;
  if (load.open_jobs >= max.per_project)
    return errc::project_full;
  return errc::ok;
}

/// @endcond

} // namespace foreman
