#pragma once

#include <foreman/clock.hpp>
#include <foreman/expected.hpp>
#include <foreman/export.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace foreman {

class job;

/// Blocks this thread until `x` has ended, or `timeout` has passed. Refuses
/// with `would_deadlock` in a body that gives no timeout, closes a cycle of
/// projects or would leave no worker unblocked; says `not_finished` when time
/// is up and `invalid_option` for a negative timeout.
FOREMAN_EXPORT expected<void>
wait_for_job(const job& x, std::optional<std::chrono::nanoseconds> timeout);

/// The same until a point in time, which may have passed.
FOREMAN_EXPORT expected<void> wait_until_job_ends(const job& x,
                                                  clock::time_point until);

/// Cancels `x`, see `ticket::cancel`.
FOREMAN_EXPORT expected<void> cancel(job& x);

/// The project of an admitted job.
FOREMAN_EXPORT const std::string& project_of(const job& x) noexcept;

} // namespace foreman
