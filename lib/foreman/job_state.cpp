#include <foreman/job_state.hpp>

#include <array>

namespace foreman {

std::string_view to_string(job_state state) noexcept {
  static constexpr std::array<std::string_view, job_state_count> names{
    "scheduled", "queued",    "running", "succeeded",
    "failed",    "cancelled", "expired"};
  const auto index = static_cast<std::size_t>(state);
  return index < names.size() ? names[index] : "unknown";
}

bool may_follow(job_state from, job_state to) noexcept {
  using enum job_state;
  switch (from) {
    case scheduled:
      return to == queued || to == cancelled || to == expired;
    case queued: // failed: it could not be started
      return to == running || to == failed || to == cancelled || to == expired;
    case running: // scheduled: a further attempt
      return to == succeeded || to == failed || to == cancelled
        || to == scheduled;
    default:
      return false;
  }
}

} // namespace foreman
