// What becomes of an actor that finds no memory in a handler.

#include <foreman/callable_job.hpp>

#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/crank.hpp>
#include <support/failing_new.hpp>

#include <csignal>
#include <cstddef>

using namespace foreman::test;
using foreman::job_ptr;
using foreman::make_job;

namespace {

enum : int { job_ran = 0, no_fault = 1, lost = 2 };

// The allocation after `granted` others fails while every actor handles what it
// has to handle for one job.
int run_without_memory(std::size_t granted) {
  crank c{{.workers = 1, .log = [](auto, auto) {}}};
  c.settle();
  const job_ptr job = *make_job([] {});
  if (!c.submit("p", job))
    return lost;
  bool happened = false;
  {
    const failing_new shortage{granted};
    c.settle_actors();
    happened = shortage.happened();
  }
  c.settle();
  if (!job->finished())
    return lost;
  return happened ? job_ran : no_fault;
}

} // namespace

TEST_CASE("an actor without memory does its work or ends the process", "[G4]") {
  std::size_t ended = 0;
  for (std::size_t granted = 0;; ++granted) {
    INFO("after " << granted << " allocations");
    const auto status = in_child([&] { return run_without_memory(granted); });
    if (left_with(status, no_fault))
      break;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
      ++ended;
    else
      REQUIRE(left_with(status, job_ran));
  }
  CHECK(ended > 3); // messages, and a supervisor that is made
}
