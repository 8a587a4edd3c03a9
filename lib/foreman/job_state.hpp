#pragma once

#include <foreman/export.hpp>

#include <cstdint>
#include <string_view>

namespace foreman {

/// The states of a job.
///
///     scheduled -> queued -> running -> succeeded
///         ^          |          |  \--> failed
///         |          |          \-----> cancelled
///         |          +--> failed, cancelled, expired
///         +---- a further attempt: running -> scheduled
///
/// `scheduled` may also end as `cancelled` or `expired`.
enum class job_state : std::uint8_t {
  /// Has a start time ahead, also between attempts.
  scheduled,
  /// Waits for its turn behind its project.
  queued,
  /// Its body runs.
  running,
  /// Final: the body returned.
  succeeded,
  /// Final: the body threw, was abandoned, or could not be started.
  failed,
  /// Final: cancelled before it ran, or its body stopped when asked to.
  cancelled,
  /// Final: did not start in time.
  expired,
};

/// The number of states.
inline constexpr std::uint8_t job_state_count = 7;

/// Returns the name of `state` as written in the source.
FOREMAN_EXPORT std::string_view to_string(job_state state) noexcept;

/// Whether a job in `state` has its outcome and will never leave it.
constexpr bool is_final(job_state state) noexcept {
  return state >= job_state::succeeded;
}

/// @cond

/// Whether the state machine has an arrow from `from` to `to`.
FOREMAN_EXPORT bool may_follow(job_state from, job_state to) noexcept;

/// @endcond

} // namespace foreman
