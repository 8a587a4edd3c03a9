// What becomes of a submit when there is no memory for what follows it: either
// it is refused and nothing has happened, or its job runs, or the process ends.
// It never leaves a job that nobody runs, or a system that nobody can leave.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/failing_new.hpp>

#include <csignal>
#include <cstddef>
#include <new>
#include <string>

using foreman::test::await;
using foreman::test::failing_new;
using foreman::test::in_child;
using foreman::test::left_with;
using foreman::test::patience;

namespace {

enum : int { all_is_well = 0, no_fault = 1, lost = 2, not_refused = 3 };

const std::string project(100, 'p'); // no small-string optimisation

// `f` submits to `project` while the allocation after `granted` others fails.
// Another submit must work then, and the books must say so.
template <class F>
int submit_without_memory(foreman::system& fm, std::size_t granted, F f) {
  bool refused = false;
  bool happened = false;
  {
    const failing_new shortage{granted};
    try {
      f();
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    happened = shortage.happened();
  }
  if (!happened)
    return no_fault;
  auto next = fm.submit(project, [] { return 7; });
  if (!next || !next->wait_for(patience))
    return lost;
  const auto books = fm.drain(patience)->books;
  if (books.succeeded != (refused ? 1 : 2) || books.open() != 0)
    return lost;
  return all_is_well;
}

bool ended_by_abort(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

} // namespace

TEST_CASE("a submit without memory is refused, or done, or ends the process",
          "[G4]") {
  std::size_t refused_or_done = 0;
  std::size_t ended = 0;
  for (std::size_t granted = 0;; ++granted) {
    INFO("after " << granted << " allocations");
    const auto status = in_child([&] {
      foreman::system fm{{.workers = 1}};
      return submit_without_memory(
        fm, granted, [&] { (void) fm.submit(project, [] { return 1; }); });
    });
    if (left_with(status, no_fault))
      break;
    if (ended_by_abort(status))
      ++ended;
    else
      REQUIRE(left_with(status, all_is_well));
    refused_or_done += ended_by_abort(status) ? 0 : 1;
  }
  CHECK(refused_or_done > 3);
  CHECK(ended > 0); // the message that wakes, from which there is no way back
}
