#include <foreman/drain.hpp>
#include <foreman/job_context.hpp>
#include <foreman/log.hpp>
#include <foreman/range.hpp>

#include <array>
#include <cstdlib>

namespace foreman {

std::string_view to_string(drain_policy policy) noexcept {
  static constexpr std::array<std::string_view, 3> names{"wait", "abandon",
                                                         "abort"};
  const auto index = static_cast<std::size_t>(policy);
  return index < names.size() ? names[index] : "unknown";
}

expected<void> check_drain_deadline(std::chrono::nanoseconds deadline) {
  constexpr std::chrono::nanoseconds year = std::chrono::hours{24 * 365};
  return check_range("drain_deadline", deadline, std::chrono::nanoseconds{},
                     year);
}

drain_steps::drain_steps(table& jobs)
  : jobs_{jobs}, before_{jobs.shared().books.totals()} {}

void drain_steps::begin() {
  jobs_.shared().books.stop_admitting();
}

void drain_steps::interrupt() {
  const error why{errc::cancelled,
                  "the system was drained before the job started"};
  jobs_.for_each([&why](entry& x) { x.interrupt(why); });
}

drain_report drain_steps::finish(drain_policy policy) {
  drain_report result;
  std::uint64_t abandoned = 0;
  bool aborts = false;
  jobs_.for_each([&](entry& x) {
    const auto stuck = x.abandon();
    if (!stuck.job)
      return;
    abandoned += stuck.now ? 1 : 0;
    result.left.push_back({x.project(), stuck.job->id()});
    const auto* here = job_context::current();
    if (policy != drain_policy::abort
        || (here != nullptr && &here->home() == &x))
      return;
    aborts = true;
    log_to_stderr(log_level::error, stuck.job->why().message());
  });
  if (aborts)
    std::abort();
  result.books = jobs_.shared().books.totals();
  result.cancelled = result.books.cancelled - before_.cancelled;
  result.finished = result.books.succeeded - before_.succeeded
    + result.books.failed - before_.failed - abandoned;
  return result;
}

namespace {

// `own` is the number of open jobs that wait for this very drain.
drain_report run(table& jobs, std::chrono::nanoseconds deadline,
                 drain_policy policy, std::uint64_t own) {
  auto& books = jobs.shared().books;
  const auto start = std::chrono::steady_clock::now();
  drain_steps steps{jobs};
  steps.begin();
  if (!books.wait_until_empty(start + finish_part(deadline), own)) {
    steps.interrupt();
    books.wait_until_empty(start + deadline, own);
  }
  return steps.finish(policy);
}

} // namespace

expected<drain_report> drain(table& jobs, std::chrono::nanoseconds deadline,
                             drain_policy policy) {
  if (auto ok = check_drain_deadline(deadline); !ok)
    return ok.error();
  if (in_body_of(jobs.shared()))
    return error{errc::would_deadlock,
                 fmt::format("job {} of {} drains the system that runs it; ask "
                             "a host thread to do it",
                             job_context::current()->id().value,
                             job_context::current()->project())};
  return run(jobs, deadline, policy, 0);
}

drain_report drain_in_body(table& jobs, std::chrono::nanoseconds deadline,
                           drain_policy policy) {
  return run(jobs, deadline, policy, 1);
}

bool in_body_of(const shared_state& system) noexcept {
  const auto* body = job_context::current();
  return body != nullptr && &body->home().shared() == &system;
}

} // namespace foreman
