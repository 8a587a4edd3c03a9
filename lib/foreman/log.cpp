#include <foreman/log.hpp>
#include <foreman/printable.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace foreman {

std::string_view to_string(log_level level) noexcept {
  static constexpr std::array<std::string_view, 3> names{"info", "warning",
                                                         "error"};
  const auto index = static_cast<std::size_t>(level);
  return index < names.size() ? names[index] : "unknown";
}

// g++ binds the reference to a forced unwind to null, which UBSan reports.
__attribute__((no_sanitize("null"))) void
log_to(const log_function& target, log_level level, std::string_view text) {
  try {
    target(level, one_line(text));
  } catch (const abi::__forced_unwind&) {
    throw;        // no exception but the end of this thread
  } catch (...) { // NOLINT(bugprone-empty-catch)
  }
}

void log_to_stderr(log_level level, std::string_view text) {
  // Not `fmt::print`, which throws when standard error is full or closed.
  const auto line
    = fmt::format("foreman {}: {}\n", to_string(level), one_line(text));
  static_cast<void>(std::fputs(line.c_str(), stderr));
}

} // namespace foreman
