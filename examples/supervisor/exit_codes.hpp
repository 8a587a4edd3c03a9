#pragma once

namespace supervisor {

/// What the program leaves with.
inline constexpr int exit_all_succeeded = 0;
/// Also if the summary could not be written: whoever reads it must not take
/// silence for success.
inline constexpr int exit_some_failed = 1;
inline constexpr int exit_bad_input = 2;

} // namespace supervisor
