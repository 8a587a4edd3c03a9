#pragma once

#include <foreman/error.hpp>
#include <foreman/export.hpp>
#include <foreman/job_state.hpp>

#include <string_view>

namespace foreman {

/// How a job ended: a final state and, unless it succeeded, why.
struct FOREMAN_EXPORT outcome {
  /// One of the final states.
  job_state state = job_state::succeeded;
  /// Why it did not succeed; no error if it did.
  error why;

  /// Whether state and error are the same.
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// @cond

/// The outcome of a body that ended with the exception in flight; call it in a
/// `catch` block. `exception` keeps its code, `stopped` is `cancelled`, any
/// other type is `job_threw` with its text (G8).
FOREMAN_EXPORT outcome outcome_of_current_exception() noexcept;

/// What the exception in flight says of itself; call it in a `catch` block.
/// `threw`, such as "the body threw", begins the text of one that says nothing.
FOREMAN_EXPORT error
error_of_current_exception(std::string_view threw) noexcept;

/// The reason of a job's failure that its body gave as `why`. What speaks of a
/// wait (`not_finished`, `would_deadlock`, `empty_ticket`, `value_taken`) is
/// `job_failed` with the text of that: from `ticket::wait` these codes are
/// about that very wait, and never about one that the body had.
FOREMAN_EXPORT error reason_of(error why) noexcept;

/// @endcond

/// Thrown by `job_context::throw_if_stopped` and by a body that wants to end
/// as `cancelled` because it was asked to stop.
class FOREMAN_EXPORT stopped {};

} // namespace foreman
