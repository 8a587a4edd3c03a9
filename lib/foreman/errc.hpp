#pragma once

#include <foreman/export.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

/// All of foreman: `system` takes jobs, a `ticket` tells what became of one,
/// and what can be refused returns an `expected`.
namespace foreman {

/// Why something was rejected or a job did not succeed. Each code has one
/// sentence, see `describe`. Convertible to `std::error_code`; the actor layer
/// converts it to `caf::error` as well.
///
/// Why not `std::error_code` throughout: it cannot carry the text that names
/// the offending field, project or job. `error` does.
enum class errc : std::uint8_t {
  /// No error. Never carried by an `error` that is returned.
  ok = 0,
  /// The project key is empty, too long, or not UTF-8.
  invalid_project,
  /// An option is out of its range.
  invalid_option,
  /// The callable is empty: there is nothing to run.
  empty_job,
  /// No handler is registered for the kind of a named job.
  unknown_kind,
  /// `admission::if_idle` met a project that is busy.
  project_busy,
  /// The project has as many open jobs as its limit allows.
  project_full,
  /// The system has as many open jobs as its limit allows.
  system_full,
  /// The system is draining: it admits nothing any more.
  draining,
  /// The project has no open job of that id: it ended, or never existed.
  unknown_job,
  /// The job has its final outcome already.
  job_finished,
  /// The wait could never end, or is not allowed on this thread.
  would_deadlock,
  /// The wait ended before the job did; the job goes on.
  not_finished,
  /// The body ended with an exception that carries no code of foreman.
  job_threw,
  /// The body's thread was ended under it, as by `pthread_exit`.
  thread_exited,
  /// The job was cancelled before or while it ran.
  cancelled,
  /// The job's body did not return before the drain's deadline.
  abandoned,
  /// A connection that the job needs could not be had.
  connection_unavailable,
  /// A connection was refused for a reason that no other try mends: a wrong
  /// password, an unknown database, a malformed address.
  connection_misconfigured,
  /// A connection was lost in the middle of a job; it may have executed.
  connection_lost,
  /// No connection of that name is configured, or it has another type.
  unknown_connection,
  /// The operating system refused a worker's thread.
  no_threads,
  /// The message could not be handled, as its receiver is gone.
  unavailable,
  /// The body said itself that it failed: with an error that is not one of
  /// foreman's, or with one that speaks of a wait of its own.
  job_failed,
  /// The ticket watches no job: it was default-constructed, or moved from.
  empty_ticket,
  /// The value of the job was moved out, by another ticket or by this one.
  value_taken,
  /// Messages of another process are not served.
  not_local,
  /// The process was forked off after the system was made.
  forked,
};

/// The number of codes in `errc`, `ok` included.
inline constexpr std::uint8_t errc_count = 28;

/// Returns the name of `code` as written in the source, e.g. `project_busy`.
/// Values outside the enumeration give `unknown`.
FOREMAN_EXPORT std::string_view to_string(errc code) noexcept;

/// Returns one sentence that explains `code` to a person.
FOREMAN_EXPORT const std::string& describe(errc code) noexcept;

/// The category of foreman's codes; its name is `foreman`.
FOREMAN_EXPORT const std::error_category& error_category() noexcept;

/// Makes `errc` usable wherever the standard library takes an error code.
FOREMAN_EXPORT std::error_code make_error_code(errc code) noexcept;

} // namespace foreman

/// @cond

template <>
struct std::is_error_code_enum<foreman::errc> : std::true_type {};

/// @endcond
