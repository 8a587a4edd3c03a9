#include <foreman/runner.hpp>

#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::connected_worker;
using foreman::test::one_worker;
using foreman::test::says;

TEST_CASE("a turn runs the jobs of its project in order", "[G2]") {
  one_worker x;
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i)
    REQUIRE(x.submit("p", [&ran, i] { ran.push_back(i); }));
  REQUIRE(x.submit("q", [&ran] { ran.push_back(99); }));
  REQUIRE(x.begin_turn("p"));
  while (x.worker.begin_job())
    x.worker.end_job();
  CHECK(ran == std::vector<int>{0, 1, 2, 3, 4});
  const auto ended = x.worker.end_turn();
  CHECK(ended->project() == "p");
  CHECK(ended->look() == next_step::idle);
}

TEST_CASE("a body is published before it starts and until it has ended",
          "[G1][G6]") {
  one_worker x;
  bool ran = false;
  const auto ticket = x.submit("p", [&](job_context& job) {
    ran = true;
    CHECK(x.jobs.is_running("p"));
    CHECK(x.jobs.status("p")->running_job == job.id());
    CHECK(x.worker.in_job());
    CHECK(job_context::current() == &job);
  });
  REQUIRE(ticket);
  REQUIRE(x.begin_turn("p"));
  CHECK_FALSE(x.jobs.is_running("p"));
  REQUIRE(x.worker.begin_job());
  CHECK(x.jobs.is_running("p"));
  CHECK(ticket->state() == job_state::running);
  CHECK(x.worker.current()->id() == ticket->id());
  CHECK(x.worker.in_job());
  CHECK_FALSE(ran);
  x.worker.end_job();
  CHECK(ran);
  CHECK_FALSE(x.worker.current());
  CHECK_FALSE(x.worker.in_job());
  CHECK_FALSE(x.jobs.is_running("p"));
  CHECK(ticket->state() == job_state::succeeded);
  CHECK(job_context::current() == nullptr);
  x.worker.end_turn();
}

TEST_CASE("a revoked turn is not begun") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  const auto home = x.jobs.find("p");
  const auto lost = *home->open_turn(1, {});
  home->revoke_turn();
  CHECK_FALSE(x.worker.begin_turn(lost));
  CHECK(x.run("p") == 1);
}

TEST_CASE("while others wait a turn ends after its number of jobs", "[G2]") {
  one_worker x;
  x.jobs.shared().waiting = 1;
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i)
    REQUIRE(x.submit("p", [&ran, i] { ran.push_back(i); }));
  REQUIRE(x.begin_turn("p", 2));
  while (x.worker.begin_job())
    x.worker.end_job();
  CHECK(ran == std::vector<int>{0, 1});
  x.worker.end_turn();
  CHECK(x.jobs.status("p")->queued == 3); // the rest, in order
  CHECK(x.run("p") == 3);
  CHECK(ran == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("while others wait a turn whose time is over begins no further job, "
          "but always one") {
  one_worker x;
  x.jobs.shared().waiting = 1;
  std::chrono::nanoseconds takes{};
  const auto submit
    = [&] { REQUIRE(x.submit("p", [&] { x.time.advance(takes); })); };
  for (int i = 0; i < 4; ++i)
    submit();
  REQUIRE(x.begin_turn("p")); // of 1 s
  x.time.advance(2s);
  CHECK(x.worker.begin_job()); // else a late worker would never get anywhere
  x.worker.end_job();
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
  REQUIRE(x.begin_turn("p"));
  REQUIRE(x.worker.begin_job());
  takes = 1s - 1ns;
  x.worker.end_job();
  REQUIRE(x.worker.begin_job());
  takes = 1ns;
  x.worker.end_job();
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
}

TEST_CASE("while nobody waits a turn goes on, and ends when somebody does") {
  one_worker x;
  for (int i = 0; i < 6; ++i)
    REQUIRE(x.submit("p", [&x, i] {
      if (i == 3)
        x.jobs.shared().waiting = 1;
    }));
  REQUIRE(x.begin_turn("p", 2));
  x.time.advance(2s); // nor does time end it
  int ran = 0;
  for (; x.worker.begin_job(); ++ran)
    x.worker.end_job();
  CHECK(ran == 4);
  x.worker.end_turn();
}

TEST_CASE("the next job is published as running in the same breath as the last "
          "one's outcome",
          "[G1][G6]") {
  one_worker x;
  const auto first = x.submit("p", [] {});
  const auto second = x.submit("p", [] {});
  REQUIRE(x.begin("p"));
  job_id running;
  std::size_t queued = 9;
  job_ptr watched = x.worker.current();
  watched->on_finish([&](const job&) {
    const auto now = *x.jobs.status("p");
    running = now.running_job;
    queued = now.queued;
  });
  x.worker.end_job();
  CHECK(running == second->id());
  CHECK(queued == 0);
  CHECK(second->state() == job_state::running);
  CHECK(x.worker.in_job());
  CHECK(x.worker.begin_job()); // has begun
  CHECK(x.worker.current()->id() == second->id());
  x.end();
  CHECK(second->state() == job_state::succeeded);
}

TEST_CASE("a job that is cancelled during a turn is not run", "[G4]") {
  one_worker x;
  int ran = 0;
  REQUIRE(x.submit("p", [&] { ++ran; }));
  const auto doomed = x.submit("p", [&] { ran += 100; });
  REQUIRE(x.begin("p"));
  REQUIRE(doomed->cancel());
  x.worker.end_job();
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
  CHECK(ran == 1);
  CHECK(doomed->wait().error().code() == errc::cancelled);
}

TEST_CASE("what a body captured is destroyed before its outcome is told",
          "[G9]") {
  one_worker x;
  const auto alive = std::make_shared<int>();
  const job_ptr job = test::job_of([alive] {});
  REQUIRE(x.jobs.submit("p", job, {}));
  long at_outcome = -1;
  job->on_finish([&](const foreman::job&) { at_outcome = alive.use_count(); });
  x.run("p");
  CHECK(at_outcome == 1);
}

TEST_CASE("what a body captured is destroyed as a part of the body",
          "[G10][G12]") {
  // A capture may hold the last reference to the system: its destructor must
  // see that it is in a body, or it drains until its deadline, waiting for
  // itself. A capture that waits must be refused as the body would be.
  one_worker x;
  struct looks_around {
    one_worker* world;
    bool* in_body;

    ~looks_around() {
      *in_body = in_callback_of(world->jobs.shared()) && world->worker.in_job();
    }
  };
  bool in_body = false;
  auto last = std::make_shared<looks_around>(looks_around{&x, &in_body});
  in_body = false;
  REQUIRE(x.submit("p", [last = std::move(last)] {}));
  x.run("p");
  CHECK(in_body);
}

// -- connections --------------------------------------------------------------

TEST_CASE("no job begins without a check", "[G7]") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  auto granted = x.jobs.find("p")->open_turn(10, 1s);
  REQUIRE(x.worker.begin_turn(*granted));
  CHECK_FALSE(x.worker.begin_job());
  x.worker.check();
  CHECK(x.worker.begin_job());
  x.worker.end_job();
  x.worker.end_turn();
}

TEST_CASE("a worker with connections checks them before each job", "[G7]") {
  connected_worker c;
  for (int i = 0; i < 3; ++i)
    REQUIRE(c.x.submit("p", [&] { CHECK(c.server->open); }));
  REQUIRE(c.x.begin_turn("p"));
  REQUIRE(c.x.worker.begin_job());
  c.x.worker.end_job();
  CHECK_FALSE(c.x.worker.begin_job()); // the check is used up
  c.x.worker.check();
  CHECK(c.x.worker.begin_job());
  c.x.worker.end_job();
  c.x.worker.end_turn();
  CHECK(c.x.run("p") == 1);
  CHECK(c.where().status().counts.checks() == 3);
}

TEST_CASE("a check does not outlast its turn", "[G7]") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.begin("p"));
  x.end();
  REQUIRE(x.submit("p", [] {}));
  auto granted = x.jobs.find("p")->open_turn(10, 1s);
  REQUIRE(x.worker.begin_turn(*granted));
  CHECK_FALSE(x.worker.begin_job());
  x.worker.end_turn();
}

TEST_CASE("a job whose connection cannot be had fails without running",
          "[G4][G7]") {
  connected_worker c;
  bool ran = false;
  const auto unlucky = c.x.submit("p", [&] { ran = true; },
                                  {.if_unavailable = unavailable_policy::fail});
  const auto next = c.x.submit("p", [] {});
  c.server->accepts = false;
  REQUIRE(c.x.begin_turn("p"));
  CHECK_FALSE(c.x.worker.begin_job());
  c.x.worker.end_turn();
  CHECK(c.server->count("open") == 1); // the fault happened
  CHECK_FALSE(ran);
  CHECK(unlucky->state() == job_state::failed);
  const auto result = unlucky->wait();
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == errc::connection_unavailable);
  CHECK(says(result.error().message(), "nobody listens"));
  CHECK(next->state() == job_state::queued); // one check, one job
  c.server->accepts = true;
  c.x.time.advance(100ms); // the backoff is over
  CHECK(c.x.run("p") == 1);
  CHECK(next->state() == job_state::succeeded);
}

TEST_CASE("connections hear how the job ended", "[G7]") {
  connected_worker c;
  REQUIRE(c.x.submit("p", [] { throw 1; }));
  REQUIRE(c.x.submit("p", [] {}));
  c.x.run("p");
  CHECK(c.server->count("check") == 1); // suspect after the failure
}

TEST_CASE("a transaction that a job left open is gone before its outcome",
          "[G7]") {
  connected_worker c;
  const job_ptr job = test::job_of([&] { c.server->in_transaction = true; });
  REQUIRE(c.x.jobs.submit("p", job, {}));
  bool open_at_outcome = true;
  job->on_finish(
    [&](const foreman::job&) { open_at_outcome = c.server->in_transaction; });
  c.x.run("p");
  CHECK_FALSE(open_at_outcome);
}

TEST_CASE("a worker that closes has no connections any more") {
  connected_worker c;
  REQUIRE(c.x.submit("p", [] {}));
  c.x.run("p");
  CHECK(c.server->open);
  c.x.worker.close();
  CHECK_FALSE(c.server->open);
  CHECK(c.x.worker.connections().empty());
}
