// When what a job did to its session is taken away.

#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>

#include <support/catch.hpp>
#include <support/connected_worker.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <string>
#include <thread>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::connected_worker;
using foreman::test::says;
using foreman::test::scripted_session;

namespace {

using calls = std::vector<std::string>;

// A worker whose connection has state.
struct fixture : connected_worker {
  explicit fixture(session_reset reset = session_reset::always)
    : connected_worker{{.ping_deadline = 700ms, .reset = reset}} {
    server->has_state = true;
    run("first");
    (void) server->take_calls();
  }

  // Runs a job that works with the connection.
  job_state run(const std::string& project, bool fails = false) {
    const auto job
      = *x.submit(project, [fails](job_context& job) -> expected<void> {
          (void) job.connection<scripted_session>("db");
          if (fails)
            return error{errc::job_threw, "half way"};
          return {};
        });
    x.run(project);
    return job.state();
  }

  connection_counts counts() {
    return where().status().counts;
  }
};

} // namespace

TEST_CASE("what a job did to its session is taken away before its outcome is "
          "published",
          "[G7]") {
  fixture with;
  auto& x = with.x;
  const auto job = *x.submit("p", [](job_context& job) {
    (void) job.connection<scripted_session>("db");
  });
  bool finished_before = true;
  REQUIRE(x.begin("p"));
  (void) with.server->take_calls();
  with.server->in_reset = [&] { finished_before = job.finished(); };
  x.end();
  CHECK_FALSE(finished_before);
  CHECK(job.state() == job_state::succeeded);
  CHECK(with.server->take_calls() == calls{"in_transaction", "reset"});
  CHECK(with.server->last_reset_within == 700ms);
  CHECK(with.counts().sessions_reset == 2);
}

TEST_CASE("a connection that a job had and did not ask for needs no reset",
          "[G7]") {
  fixture with;
  REQUIRE(with.x.submit("p", [] {}));
  with.x.run("p");
  CHECK(with.server->count("reset") == 0);
}

TEST_CASE("a reset that the server answered is its next sign of life, one that "
          "asked nobody is none",
          "[G7]") {
  fixture with;
  const bool answered = GENERATE(true, false);
  with.server->reset_comes_to
    = answered ? reset_result::answered : reset_result::unasked;
  CHECK(with.run("p", true) == job_state::failed); // a job that is no sign
  (void) with.server->take_calls();
  REQUIRE(with.x.submit("p", [] {}));
  with.x.run("p");
  CHECK(with.server->count("check") == (answered ? 0 : 1));
}

TEST_CASE("a session that cannot be reset is closed before the job's outcome "
          "is published, and told of",
          "[G7]") {
  fixture with;
  const bool fails = GENERATE(false, true);
  std::string why = ": no answer to a reset";
  SECTION("it fails, or is late") {
    with.server->reset_fails = true;
  }
  SECTION("it throws") {
    with.server->throws_from = "reset";
    why = ": reset blew up";
  }
  SECTION("it is done too late") {
    with.server->in_reset = [&with] { with.x.time.advance(701ms); };
    why = " in time: it took 701 ms";
  }
  const auto epoch = with.where().epoch();
  // What the job did stands.
  CHECK(with.run("p", fails)
        == (fails ? job_state::failed : job_state::succeeded));
  const auto done = with.server->take_calls();
  CHECK(calls(done.end() - 2, done.end()) == calls{"reset", "close"});
  CHECK(with.counts().reopened_not_reset == 1);
  CHECK(with.counts().reopened() == 1);
  CHECK(with.where().epoch() > epoch); // the others are looked at as well
  REQUIRE(with.x.log.size() == 1);
  CHECK(says(with.x.log[0], "warning: connection db could not be reset" + why));
  CHECK(says(with.x.log[0], "; it is closed"));
  with.server->reset_fails = false;
  with.server->throws_from.clear();
  with.server->in_reset = [] {};
  CHECK(with.run("p") == job_state::succeeded);
  CHECK(with.server->calls == calls{"open", "in_transaction", "reset"});
}

TEST_CASE("what only closing takes away is closed without a word", "[G7]") {
  fixture with;
  // Nor does a number that means nothing say that the session is clean.
  with.server->reset_comes_to
    = GENERATE(reset_result::must_close, static_cast<reset_result>(77));
  const auto epoch = with.where().epoch();
  CHECK(with.run("p") == job_state::succeeded);
  const auto done = with.server->take_calls();
  CHECK(calls(done.end() - 2, done.end()) == calls{"reset", "close"});
  CHECK(with.counts().reopened_not_reset == 1);
  CHECK(with.where().epoch() == epoch);
  CHECK(with.x.log.empty());
}

TEST_CASE("a reset that ends its thread leaves no session to others", "[G7]") {
  fixture with;
  const auto job = *with.x.submit("p", [](job_context& job) {
    (void) job.connection<scripted_session>("db");
  });
  std::thread{[&] {
    with.server->ends_thread_in = "reset";
    REQUIRE(with.x.begin("p"));
    with.x.worker.end_job();
  }}.join();
  CHECK(with.server->calls.back() == "close");
  CHECK_FALSE(with.server->open);
  CHECK(job.finished());
  with.server->ends_thread_in.clear();
  with.x.worker.end_turn();
}

TEST_CASE("a transaction that was left open is closed, not reset", "[G7]") {
  fixture with;
  with.server->in_transaction = false;
  const auto job = *with.x.submit("p", [&with](job_context& job) {
    (void) job.connection<scripted_session>("db");
    with.server->in_transaction = true;
  });
  with.x.run("p");
  CHECK(job.state() == job_state::succeeded);
  CHECK(with.server->count("reset") == 0);
  CHECK(with.server->calls.back() == "close");
}

TEST_CASE(
  "jobs of one project in a row keep the session if they are told so, and "
  "others get it reset",
  "[G7]") {
  fixture with{session_reset::between_projects};
  with.run("first"); // as the fixture's
  CHECK(with.server->count("reset") == 0);
  (void) with.server->take_calls();
  SECTION("a job of another project") {
    with.run("second");
    CHECK(with.server->take_calls()
          == calls{"in_transaction", "quiet", "reset", "in_transaction"});
    CHECK(with.counts().passed_by_ping == 1); // in its place
    with.run("second");
    CHECK(with.server->count("reset") == 0);
  }
  SECTION("one that does not ask for it, then one of the first again") {
    REQUIRE(with.x.submit("second", [] {}));
    with.x.run("second");
    CHECK(with.server->count("reset") == 1); // it might have
    with.run("first");
    CHECK(with.server->count("reset") == 1);
  }
  SECTION("a reset that fails") {
    with.server->reset_fails = true;
    CHECK(with.run("second") == job_state::succeeded);
    CHECK(with.server->take_calls()
          == calls{"in_transaction", "quiet", "reset", "close", "open",
                   "in_transaction"});
    CHECK(with.counts().reopened_not_reset == 1);
  }
  SECTION("a reset that asks nobody") {
    with.server->reset_comes_to = reset_result::unasked;
    with.run("second");
    CHECK(with.server->take_calls()
          == calls{"in_transaction", "quiet", "reset", "in_transaction",
                   "quiet", "in_transaction"});
  }
}

TEST_CASE("without resets a session stays as jobs leave it", "[G7]") {
  fixture with{session_reset::never};
  with.run("first");
  with.run("second");
  CHECK(with.server->count("reset") == 0);
}
