#include <foreman/at_scope_end.hpp>
#include <foreman/duration_text.hpp>
#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>
#include <foreman/printable.hpp>
#include <foreman/wait.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace foreman {

namespace {

using std::chrono::nanoseconds;

// Far enough for everybody, and no overflow of the clock.
constexpr nanoseconds longest_wait = std::chrono::hours{24 * 365 * 10};

struct limit {
  clock::time_point until;
  // If that is what the caller said.
  std::optional<nanoseconds> timeout;
};

expected<void> block(const job& x, const std::optional<limit>& end) {
  if (x.wait(end ? std::optional{end->until} : std::nullopt))
    return {};
  return error{
    errc::not_finished,
    fmt::format("job {} of {} has not ended {}; it goes on", x.id().value,
                one_line(project_of(x)),
                end->timeout ? "after " + in_words(*end->timeout) : "in time")};
}

expected<void> wait_until(const job& x, const std::optional<limit>& end) {
  if (x.finished())
    return {};
  if (x.home()->shared().process.forked())
    return fork_watch::why();
  if (const auto* here = host_call::that_must_not_wait()) {
    if (end && end->until <= std::chrono::steady_clock::now())
      return block(x, end); // does not wait
    return here->refusal_to(
      fmt::format("wait for job {} of {}", x.id().value, project_of(x)));
  }
  const auto* body = job_context::current();
  if (body == nullptr)
    return block(x, end);
  if (!end)
    return error{errc::would_deadlock,
                 fmt::format("job {} of {} waits in its body without a "
                             "deadline; use wait_for",
                             body->id().value, one_line(body->project()))};
  const auto& waiter = body->home();
  auto& waits = waiter.shared().waits;
  if (auto ok = waits.enter(waiter, *x.home()); !ok)
    return ok;
  const at_scope_end leave{[&] { waits.leave(waiter); }};
  return block(x, end);
}

} // namespace

expected<void> wait_for_job(const job& x, std::optional<nanoseconds> timeout) {
  if (!timeout)
    return wait_until(x, std::nullopt);
  if (*timeout < nanoseconds::zero())
    return error{errc::invalid_option,
                 fmt::format("timeout is {}; allowed are times from 0 on",
                             in_words(*timeout))};
  return wait_until(
    x,
    limit{std::chrono::steady_clock::now() + std::min(*timeout, longest_wait),
          timeout});
}

expected<void> wait_until_job_ends(const job& x, clock::time_point until) {
  return wait_until(x, limit{until, std::nullopt});
}

expected<void> cancel(job& x) {
  return x.home()->cancel(x);
}

const std::string& project_of(const job& x) noexcept {
  return x.home()->project();
}

} // namespace foreman
