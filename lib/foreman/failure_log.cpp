#include <foreman/failure_log.hpp>
#include <foreman/job.hpp>
#include <foreman/printable.hpp>
#include <foreman/wait.hpp>

#include <fmt/format.h>

#include <new>
#include <optional>
#include <utility>

namespace foreman {

void failure_log::write_to(log_function target, const clock& time) {
  target_ = std::move(target);
  time_ = &time;
}

void failure_log::report(const job& x) noexcept {
  if (!target_)
    return;
  const auto now = time_->now();
  std::optional<std::uint64_t> left_out;
  {
    const std::lock_guard guard{mutex_};
    left_out = allowance_.take(now);
  }
  if (!left_out)
    return;
  try {
    tell_left_out(*left_out);
    log_to(target_, log_level::error,
           fmt::format("job {} of {} failed: {}", x.id().value,
                       one_line(project_of(x)), to_string(x.why())));
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
}

void failure_log::flush() noexcept {
  std::uint64_t left_out = 0;
  {
    const std::lock_guard guard{mutex_};
    left_out = allowance_.take_left_out();
  }
  try {
    tell_left_out(left_out);
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
}

void failure_log::tell_left_out(std::uint64_t how_many) {
  if (how_many != 0 && target_)
    log_to(target_, log_level::error,
           fmt::format("and {} more jobs failed before that had no line of "
                       "their own, as too many failed at once",
                       how_many));
}

} // namespace foreman
