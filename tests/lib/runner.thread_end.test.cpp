// What ends its thread under a worker (pthread_exit, a forced unwind) is passed
// on, and the job has its outcome all the same.

#include <foreman/runner.hpp>

#include <pthread.h>
#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/text.hpp>

#include <thread>

using namespace foreman;
using foreman::test::connected_worker;
using foreman::test::one_worker;
using foreman::test::says;

namespace {

struct counts_its_end {
  explicit counts_its_end(int& count) : count{count} {}

  ~counts_its_end() {
    ++count;
  }

  counts_its_end(const counts_its_end&) = delete;
  counts_its_end& operator=(const counts_its_end&) = delete;

  int& count;
};

void never_inlined_exit() {
  pthread_exit(nullptr);
}

// Whether `f` came back, called on a thread of its own.
template <class F>
bool comes_back(const F& f) {
  bool back = false;
  std::thread{[&] {
    f();
    back = true;
  }}.join();
  return back;
}

} // namespace

TEST_CASE("a body that ends its thread ends its job, and the thread does end",
          "[G8][G4]") {
  one_worker x;
  int unwound = 0;
  const auto ended = x.submit("p", [&] {
    const counts_its_end local{unwound};
    never_inlined_exit();
  });
  const auto next = x.submit("p", [] {});
  REQUIRE(x.begin("p"));
  CHECK_FALSE(comes_back([&] { // passed on, not swallowed
    const counts_its_end frame{unwound};
    x.worker.end_job();
  }));
  CHECK(unwound == 2);
  CHECK(ended->state() == job_state::failed);
  const auto result = ended->wait();
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == errc::thread_exited);
  CHECK(says(result.error().message(), "job 1 of p"));
  CHECK_FALSE(x.jobs.is_running("p"));
  CHECK_FALSE(x.worker.in_job());
  CHECK_FALSE(x.worker.current());
  // Another thread ends the turn and goes on with the project.
  x.worker.end_turn();
  CHECK(x.run("p") == 1);
  CHECK(next->state() == job_state::succeeded);
}

TEST_CASE("a body that ends its thread leaves no transaction open",
          "[G7][G8]") {
  connected_worker with;
  auto& x = with.x;
  auto& server = *with.server;
  const auto ended = x.submit("p", [&] {
    server.in_transaction = true;
    never_inlined_exit();
  });
  REQUIRE(x.begin("p"));
  CHECK_FALSE(comes_back([&] { x.worker.end_job(); }));
  REQUIRE(ended->state() == job_state::failed);
  CHECK_FALSE(server.in_transaction);
  // Nor does the old check let another job begin.
  REQUIRE(x.submit("p", [] {}));
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
}

TEST_CASE("a connection that ends its thread in its check fails the one job "
          "that it was for",
          "[G4][G7][G8]") {
  connected_worker with;
  auto& x = with.x;
  const auto ended = x.submit("p", [] { return 7; });
  const auto next = x.submit("p", [] { return 8; });
  with.server->ends_thread_in = "open";
  CHECK_FALSE(comes_back([&] { (void) x.begin_turn("p"); }));
  with.server->ends_thread_in.clear();
  x.worker.end_turn();
  const auto result = ended->wait();
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == errc::thread_exited);
  CHECK(says(result.error().message(), "the check of the connections for p"));
  CHECK(x.run("p") == 1);
  CHECK(*next->wait() == 8);
}

TEST_CASE(
  "a connection that ends its thread after a body takes no outcome away",
  "[G4][G8]") {
  connected_worker with;
  auto& x = with.x;
  const auto ticket = x.submit("p", [] { return 7; });
  REQUIRE(x.begin("p"));
  with.server->ends_thread_in = "in_transaction";
  CHECK_FALSE(comes_back([&] { x.worker.end_job(); }));
  with.server->ends_thread_in.clear();
  CHECK(*ticket->wait() == 7);
  x.worker.end_turn();
  CHECK_FALSE(x.jobs.is_busy("p"));
}
