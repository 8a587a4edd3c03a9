#pragma once

namespace supervisor {

/// What the program leaves with. After a third signal to end it is 128 and the
/// number of the signal.
inline constexpr int exit_all_succeeded = 0;
/// Also if a line was skipped, or the summary could not be written: whoever
/// reads it must not take silence for success.
inline constexpr int exit_some_failed = 1;
/// Nothing was started, but for what came before a bad line with `--follow`.
inline constexpr int exit_bad_input = 2;

} // namespace supervisor
