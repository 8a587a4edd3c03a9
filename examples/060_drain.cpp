// Drain: how a program ends. Nothing is admitted any more, jobs may finish, and
// by the deadline everybody knows what became of his job.

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <chrono>
#include <latch>
#include <memory>

namespace {

using namespace std::chrono_literals;

void show(const foreman::drain_report& report) {
  fmt::print("{} succeeded, {} cancelled, {} failed\n", report.books.succeeded,
             report.books.cancelled, report.books.failed);
  for (const auto& x : report.left)
    fmt::print("left: job {} of {}\n", to_string(x.id), x.project);
}

// Every job reacts in time.
void drain_in_time() {
  foreman::system fm{{.workers = 2}};
  std::latch started{1};
  const auto quick = fm.submit("berlin", [] { return 7; });
  const auto endless = fm.submit("lima", [&](foreman::job_context& job) {
    started.count_down();
    while (!job.stop_requested()) // asked when nine tenths of the time are over
      continue;
    const auto late = fm.submit("oslo", [] {});
    fmt::print("late: {}\n", to_string(late.error().code()));
    throw foreman::stopped{};
  });
  const auto queued = fm.submit("lima", [] {}); // its turn never comes
  if (!quick || !endless || !queued)
    return;
  started.wait();

  if (const auto report = fm.drain(1s))
    show(*report);
  fmt::print("queued: {}\n", to_string(queued->wait().error().code()));
}

// C++ cannot kill a body. At the deadline the waiters of a stuck one have their
// answer; what becomes of its thread is said by the policy.
void drain_with_a_stuck_body(foreman::drain_policy policy) {
  // A body that may be left behind must own all that it touches.
  const auto stuck = std::make_shared<std::latch>(1);
  const auto started = std::make_shared<std::latch>(1);
  {
    foreman::system fm{{.workers = 1}};
    const auto ticket = fm.submit("berlin", [stuck, started] {
      started->count_down();
      stuck->wait(); // and never looks at its stop token
    });
    if (!ticket)
      return;
    started->wait();
    if (const auto report = fm.drain(100ms, policy))
      show(*report);
    fmt::print("stuck: {}\n", to_string(ticket->wait().error().code()));
    if (policy == foreman::drain_policy::wait)
      stuck->count_down(); // or the destructor would wait for ever
  }
  fmt::print("{}: the system is gone\n", to_string(policy));
}

} // namespace

int main() {
  drain_in_time();
  drain_with_a_stuck_body(foreman::drain_policy::wait);
  drain_with_a_stuck_body(foreman::drain_policy::abandon);
}
