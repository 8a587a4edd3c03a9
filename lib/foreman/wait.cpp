#include <foreman/at_scope_end.hpp>
#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>
#include <foreman/wait.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace foreman {

namespace {

using std::chrono::nanoseconds;

// Far enough for everybody, and no overflow of the clock.
constexpr nanoseconds longest_wait = std::chrono::hours{24 * 365 * 10};

expected<void> block(const job& x, std::optional<nanoseconds> timeout) {
  std::optional<job::time_point> until;
  if (timeout)
    until = std::chrono::steady_clock::now() + std::min(*timeout, longest_wait);
  if (x.wait(until))
    return {};
  return error{errc::not_finished,
               fmt::format("job {} of {} has not ended after {}; it goes on",
                           x.id().value, project_of(x), *timeout)};
}

} // namespace

expected<void> wait_for_job(const job& x, std::optional<nanoseconds> timeout) {
  if (timeout && *timeout < nanoseconds::zero())
    return error{
      errc::invalid_option,
      fmt::format("timeout is {}; allowed are times from 0 on", *timeout)};
  if (x.finished())
    return {};
  if (x.home()->shared().process.forked())
    return fork_watch::why();
  if (const auto* here = host_call::that_must_not_wait()) {
    if (timeout == nanoseconds::zero())
      return block(x, timeout); // does not wait
    return here->refusal_to(
      fmt::format("wait for job {} of {}", x.id().value, project_of(x)));
  }
  const auto* body = job_context::current();
  if (body == nullptr)
    return block(x, timeout);
  if (!timeout)
    return error{errc::would_deadlock,
                 fmt::format("job {} of {} waits in its body without a "
                             "deadline; use wait_for",
                             body->id().value, body->project())};
  const auto& waiter = body->home();
  auto& waits = waiter.shared().waits;
  if (auto ok = waits.enter(waiter, *x.home()); !ok)
    return ok;
  const at_scope_end leave{[&] { waits.leave(waiter); }};
  return block(x, timeout);
}

expected<void> cancel(job& x) {
  return x.home()->cancel(x);
}

const std::string& project_of(const job& x) noexcept {
  return x.home()->project();
}

} // namespace foreman
