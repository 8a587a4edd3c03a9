#include <foreman/drain.hpp>
#include <foreman/host_call.hpp>
#include <foreman/job_context.hpp>
#include <foreman/log.hpp>
#include <foreman/printable.hpp>
#include <foreman/range.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace foreman {

std::string_view to_string(drain_policy policy) noexcept {
  static constexpr std::array<std::string_view, 3> names{"wait", "abandon",
                                                         "abort"};
  const auto index = static_cast<std::size_t>(policy);
  return index < names.size() ? names[index] : "unknown";
}

expected<void> check_drain(std::chrono::nanoseconds deadline,
                           drain_policy policy, std::string_view name) {
  constexpr std::chrono::nanoseconds year = std::chrono::hours{24 * 365};
  if (auto ok = check_range(name, deadline, std::chrono::nanoseconds{}, year);
      !ok)
    return ok;
  if (policy > drain_policy::abort)
    return error{errc::invalid_option,
                 fmt::format("the policy at the deadline is {}; allowed are "
                             "wait, abandon and abort",
                             static_cast<int>(policy))};
  return {};
}

namespace {

const error& drained() {
  static const error why{errc::cancelled,
                         "the system was drained before the job started"};
  return why;
}

// Calls `f` for each piece of that system's host code that the calling thread
// runs.
template <class F>
void for_each_call(const shared_state& system, const F& f) {
  for (const auto* x = host_call::innermost(); x != nullptr; x = x->outer())
    if (x->system() == &system)
      f(*x);
}

bool is_held_here(const entry& which) noexcept {
  bool result = false;
  for_each_call(which.shared(), [&](const host_call& x) {
    result = result || x.home() == &which;
  });
  return result;
}

} // namespace

drain_steps::drain_steps(table& jobs)
  : jobs_{jobs},
    before_{jobs.shared().books.totals()},
    abandoned_before_{jobs.shared().books.abandoned()} {}

void drain_steps::begin() {
  jobs_.shared().books.stop_admitting();
}

void drain_steps::interrupt() {
  jobs_.for_each([](entry& x) { x.interrupt(drained()); });
}

drain_report drain_steps::finish(drain_policy policy) {
  drain_report result;
  const auto& books = jobs_.shared().books;
  bool aborts = false;
  // Nothing can be left where all has ended, and nothing was left before.
  const bool nothing_left = books.empty() && books.abandoned() == 0;
  const auto look = [&](entry& x) {
    const auto stuck = x.abandon();
    if (!stuck)
      return;
    result.left.push_back({x.project(), stuck->id()});
    if (policy != drain_policy::abort || is_held_here(x))
      return;
    aborts = true;
    log_to_stderr(log_level::error, stuck->why().message());
  };
  if (!nothing_left)
    jobs_.for_each(look);
  if (aborts)
    std::abort();
  result.books = books.totals();
  result.cancelled = result.books.cancelled - before_.cancelled;
  const auto ended = result.books.succeeded - before_.succeeded
    + result.books.failed - before_.failed;
  result.finished
    = ended - std::min(ended, books.abandoned() - abandoned_before_);
  return result;
}

namespace {

drain_report run(table& jobs, std::chrono::nanoseconds deadline,
                 drain_policy policy) {
  auto& books = jobs.shared().books;
  const auto start = std::chrono::steady_clock::now();
  drain_steps steps{jobs};
  steps.begin();
  // What cannot end or begin before the caller returns is not waited for.
  std::uint64_t except = 0;
  for_each_call(jobs.shared(), [&](const host_call& x) {
    except += x.holds_place() ? 1 : 0;
    if (x.home() != nullptr)
      x.home()->interrupt(drained());
    if (x.next() != nullptr)
      x.next()->home()->cancel_unbegun(*x.next(), drained());
  });
  if (!books.wait_until_empty(start + steps.finish_part(deadline), except)) {
    steps.interrupt();
    books.wait_until_empty(start + deadline, except);
  }
  return steps.finish(policy);
}

} // namespace

expected<drain_report> drain(table& jobs, std::chrono::nanoseconds deadline,
                             drain_policy policy) {
  if (auto ok = check_drain(deadline, policy); !ok)
    return ok.error();
  if (jobs.shared().process.forked())
    return fork_watch::why();
  if (const auto* here = host_call::that_must_not_wait())
    return here->refusal_to("drain a system");
  if (in_callback_of(jobs.shared())) {
    const auto* body = job_context::current();
    return error{errc::would_deadlock,
                 fmt::format("job {} of {} drains the system that runs it; ask "
                             "a host thread to do it",
                             body->id().value, one_line(body->project()))};
  }
  return run(jobs, deadline, policy);
}

drain_report last_drain(table& jobs, std::chrono::nanoseconds deadline,
                        drain_policy policy) {
  return run(jobs, deadline, policy);
}

bool in_callback_of(const shared_state& system) noexcept {
  bool result = false;
  for_each_call(system, [&](const host_call&) { result = true; });
  return result;
}

} // namespace foreman
