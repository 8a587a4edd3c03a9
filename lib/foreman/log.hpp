#pragma once

#include <foreman/export.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace foreman {

/// How much a log line matters.
enum class log_level : std::uint8_t { info, warning, error };

/// Returns the name of `level`.
FOREMAN_EXPORT std::string_view to_string(log_level level) noexcept;

/// Where foreman's few log lines go. Called from any thread, without a lock of
/// foreman's; never after the destructor of the system, which waits for calls
/// under way. Must not block for long, as it may hold up a thread on which all
/// actors run, nor end its thread, which ends the process. It may submit, and
/// what would wait there is `would_deadlock`. What it throws is dropped with
/// the line, and counted. Hand it to your own logger.
using log_function = std::function<void(log_level, std::string_view)>;

/// @cond

/// Hands `target` a line, and drops what it throws.
FOREMAN_EXPORT void log_to(const log_function& target, log_level level,
                           std::string_view text);

/// @endcond

/// Writes `foreman LEVEL: TEXT` to standard error; the default.
FOREMAN_EXPORT void log_to_stderr(log_level level, std::string_view text);

} // namespace foreman
