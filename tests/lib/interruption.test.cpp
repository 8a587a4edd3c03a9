// What a stop does to a body that waits for its connection.

#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/door.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::await;
using foreman::test::connected_worker;
using foreman::test::door;
using foreman::test::says;
using foreman::test::scripted_session;

namespace {

// A worker whose connection can be interrupted: a body waits at the door, which
// the interrupt opens.
struct fixture : connected_worker {
  explicit fixture(session_reset reset = session_reset::always)
    : connected_worker{{.ping_deadline = 700ms, .reset = reset}} {
    server->has_state = true;
    server->interrupt = [this] {
      ++interrupts;
      by = std::this_thread::get_id();
      statement.open();
      return done;
    };
  }

  // Cancels the job of `p` when its body has come to the door.
  std::thread cancel_at_the_door() {
    return std::thread{[this] {
      statement.has_visitors();
      (void) x.jobs.cancel("p", id);
    }};
  }

  // Runs what is in `p`, cancelled on the way.
  void run_cancelled(job_id which) {
    id = which;
    auto canceller = cancel_at_the_door();
    x.run("p");
    canceller.join();
  }

  connection_counts counts() {
    return where().status().counts;
  }

  door statement;
  std::atomic<int> interrupts{0};
  std::thread::id by;
  bool done = true;
  job_id id;
};

} // namespace

TEST_CASE("a stop interrupts what a body does on its connection, and the job "
          "is cancelled",
          "[G10]") {
  fixture with;
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    if (!with.statement.pass())
      throw std::logic_error{"nobody interrupts"};
    throw std::runtime_error{"statement interrupted"};
  });
  with.run_cancelled(job.id());
  CHECK(with.interrupts == 1);
  CHECK(with.by != std::this_thread::get_id());
  CHECK(with.server->last_interrupt_within == 700ms);
  CHECK(job.state() == job_state::cancelled);
  CHECK(job.wait().error()
        == error{errc::cancelled,
                 "the job was asked to stop, and so was what it did on its "
                 "connection; it ended with: statement interrupted "
                 "(std::runtime_error)"});
  CHECK(with.server->count("reset") == 1); // the session goes on
  CHECK(with.server->open);
}

TEST_CASE("a job that succeeds although it was interrupted has succeeded") {
  fixture with;
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    (void) with.statement.pass();
    return 7;
  });
  with.run_cancelled(job.id());
  CHECK(with.interrupts == 1);
  CHECK(*job.wait() == 7);
}

TEST_CASE("a body that did not ask for its connection is not interrupted") {
  fixture with;
  door here;
  const auto job = *with.x.submit("p", [&](job_context& job) {
    CHECK(with.x.jobs.cancel("p", job.id()));
    // Nor is one that asks for it when it was asked to stop: to clean up.
    (void) job.connection<scripted_session>("db");
    throw std::runtime_error{"its own fault"};
  });
  with.x.run("p");
  CHECK(with.interrupts == 0);
  CHECK(job.state() == job_state::failed);
  CHECK(job.wait().error().message() == "its own fault (std::runtime_error)");
}

TEST_CASE("nobody else gets a connection while it is being interrupted",
          "[G7]") {
  fixture with;
  door interrupting;
  std::atomic<bool> over{false};
  with.server->interrupt = [&] {
    with.statement.open();
    (void) interrupting.pass();
    over = true;
    return true;
  };
  bool over_at_reset = false;
  with.server->in_reset = [&] { over_at_reset = over; };
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    (void) with.statement.pass();
  });
  with.id = job.id();
  auto canceller = with.cancel_at_the_door();
  bool finished_before = true;
  std::thread opener{[&] {
    (void) interrupting.has_visitors();
    canceller.join(); // who cancels does not wait for the interrupt
    finished_before = job.finished();
    interrupting.open();
  }};
  with.x.run("p");
  opener.join();
  CHECK_FALSE(finished_before);
  CHECK(over_at_reset);
  CHECK(job.state() == job_state::succeeded);
}

TEST_CASE("a connection whose interrupt was late, or not done, is closed when "
          "its job ends, which is cancelled",
          "[G7][G10]") {
  fixture with{GENERATE(session_reset::always, session_reset::never)};
  SECTION("it was not done") {
    with.done = false;
  }
  SECTION("it was done too late, whatever it says") {
    with.server->interrupt = [&with] {
      with.x.time.advance(701ms);
      with.statement.open();
      return true;
    };
  }
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    (void) with.statement.pass();
    throw std::runtime_error{"statement interrupted"};
  });
  with.run_cancelled(job.id());
  // Not asked anything: the interrupt might hit the answer.
  CHECK(with.server->count("check") == 0);
  CHECK(with.server->count("reset") == 0);
  CHECK(with.server->calls.back() == "close");
  CHECK(with.counts().reopened_interrupted == 1);
  CHECK(with.counts().reopened() == 1);
  REQUIRE(with.x.log.size() == 1);
  CHECK(says(with.x.log[0],
             "warning: what a job did on connection db was not interrupted in "
             "time; the connection is closed"));
  CHECK(job.state() == job_state::cancelled);
  CHECK(says(job.wait().error().message(),
             "it ended with: statement interrupted (std::runtime_error)"));
}

TEST_CASE("after an interrupt a connection is pinged before its next use",
          "[G7]") {
  fixture with{session_reset::never};
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    (void) with.statement.pass();
  });
  with.run_cancelled(job.id());
  REQUIRE(with.x.submit("p", [] {}));
  with.x.run("p");
  CHECK(with.server->count("check") == 1);
}
