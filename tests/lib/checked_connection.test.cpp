#include <foreman/checked_connection.hpp>
#include <foreman/outcome.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_connection.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::says;
using foreman::test::scripted_connection;
using foreman::test::scripted_server;

namespace {

using calls = std::vector<std::string>;

struct fixture {
  // Checked and open, with the history of that forgotten.
  void open() {
    REQUIRE(check());
    REQUIRE(server->take_calls() == calls{"open"});
  }

  check_verdict check() {
    return it.check(time.now() + options.budget);
  }

  connection_counts counts() const {
    return where->status().counts;
  }

  checked_connection make() const {
    return {std::make_unique<scripted_connection>(server), where};
  }

  std::shared_ptr<scripted_server> server = std::make_shared<scripted_server>();
  check_options options{.open_deadline = 2s,
                        .ping_deadline = 1s,
                        .budget = 5s,
                        .max_age = 600s,
                        .age_jitter = 0.2,
                        .trust_window = 500ms};
  test::manual_clock time;
  double draw = 0.5;
  std::vector<std::string> log;
  endpoint_ptr where = std::make_shared<endpoint>(
    "db", 0, options, time, [this] { return draw; },
    [this](log_level level, std::string_view text) {
      log.push_back(std::string{to_string(level)} + ": " + std::string{text});
    });
  checked_connection it = make();
};

} // namespace

TEST_CASE("a closed connection is opened within the open deadline", "[G7]") {
  fixture x;
  CHECK(x.server->calls.empty()); // not when it is made
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"open"});
  CHECK(x.server->last_open_within == 2s);
  CHECK(x.counts().checks() == 1);
  CHECK(x.counts().passed_by_open == 1);
  CHECK(x.it.name() == "db");
}

TEST_CASE("the smallest budget has time for a check", "[G7]") {
  fixture x;
  const auto until = x.time.now() + 1ms;
  x.time.advance(400us);
  CHECK(x.it.check(until));
  CHECK(x.server->last_open_within == 1ms);
  x.time.advance(600us);
  // Nothing is left of it for another connection.
  auto other = x.make();
  CHECK(other.check(until).what == check_verdict::kind::out_of_time);
  CHECK(x.server->take_calls() == calls{"open"});
}

TEST_CASE("an open that fails is connection_unavailable with the reason",
          "[G7][G12]") {
  fixture x;
  SECTION("it says so") {
    x.server->accepts = false;
    const auto bad = x.check();
    REQUIRE_FALSE(bad);
    CHECK(bad.why
          == error{errc::connection_unavailable,
                   "connection db could not be opened: nobody listens"});
  }
  SECTION("it throws") {
    x.server->throws_from = "open";
    const auto bad = x.check();
    REQUIRE_FALSE(bad);
    CHECK(bad.why
          == error{errc::connection_unavailable,
                   "connection db could not be opened: open blew up "
                   "(std::runtime_error)"});
  }
  SECTION("it throws what has no text") {
    x.server->takes = [] { throw 42; };
    CHECK(x.check().why.message()
          == "connection db could not be opened: it threw something that is no "
             "std::exception (int)");
    x.server->takes = [] {};
  }
  SECTION("it throws what ends a body") {
    x.server->takes = [] { throw stopped{}; };
    CHECK(x.check().why
          == error{errc::connection_unavailable,
                   "connection db could not be opened: it threw something that "
                   "is no std::exception (foreman::stopped)"});
    x.server->takes = [] {};
  }
  // What it left behind is closed, and the next check tries again.
  CHECK(x.server->take_calls() == calls{"open", "close"});
  CHECK(x.counts().failed_open == 1);
  x.server->accepts = true;
  x.server->throws_from.clear();
  x.time.advance(x.options.first_backoff);
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"open"});
}

TEST_CASE("a quiet connection that was just used passes without a ping",
          "[G7]") {
  fixture x;
  x.open();
  x.time.advance(500ms);
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"in_transaction", "quiet"});
  CHECK(x.counts().passed_by_ping == 0);
}

TEST_CASE("an unused connection is pinged within the ping deadline", "[G7]") {
  fixture x;
  x.open();
  x.time.advance(501ms);
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"in_transaction", "quiet", "check"});
  CHECK(x.server->last_check_within == 1s);
  CHECK(x.counts().passed_by_ping == 1);
  // The answer is a sign of life: it is trusted again from now on.
  x.time.advance(500ms);
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"in_transaction", "quiet"});
}

TEST_CASE("a connection that is not quiet is pinged at once", "[G7]") {
  fixture x;
  x.open();
  x.server->quiet = false;
  CHECK(x.check());
  CHECK(x.server->count("check") == 1);
}

TEST_CASE("a connection that cannot be looked at is pinged", "[G7][G8]") {
  fixture x;
  x.open();
  for (const char* call : {"in_transaction", "quiet"}) {
    x.server->throws_from = call;
    CHECK(x.check());
    CHECK(x.server->count(call) == 1); // it did throw
    CHECK(x.server->take_calls().back() == "check");
  }
}

TEST_CASE("a dead or late connection is closed and opened anew, in this order",
          "[G7]") {
  fixture x;
  x.open();
  x.time.advance(1s);
  SECTION("dead") {
    x.server->alive = false;
  }
  SECTION("late") {
    x.server->late = true;
  }
  SECTION("throwing") {
    x.server->throws_from = "check";
  }
  CHECK(x.check());
  CHECK(x.server->take_calls()
        == calls{"in_transaction", "quiet", "check", "close", "open"});
  CHECK(x.counts().reopened_dead == 1);
  CHECK(x.counts().passed_by_open == 2);
}

TEST_CASE("a ping that succeeds after its deadline is none", "[G7]") {
  struct row {
    clock::duration takes;
    clock::duration budget; // of which the ping gets 1 s at most
    bool in_time;
  };
  const auto x = GENERATE(values<row>({{0s, 5s, true},
                                       {1s - 1ns, 5s, true},
                                       {1s, 5s, true},
                                       {1s + 1ns, 5s, false},
                                       {1300ms, 5s, false},
                                       {300s, 600s, false},
                                       {500ms, 500ms, true},
                                       {500ms + 1ns, 500ms, false}}));
  CAPTURE(x.takes, x.budget);
  fixture f;
  f.open();
  f.time.advance(1s);
  f.server->takes_to_answer = [&] { f.time.advance(x.takes); };
  const auto passed = f.it.check(f.time.now() + x.budget);
  CHECK(f.server->count("check") == 1);
  CHECK(f.server->count("close") == (x.in_time ? 0 : 1));
  CHECK(f.counts().passed_by_ping == (x.in_time ? 1 : 0));
  // One that the budget cut short says nothing of the server.
  const bool cut = x.budget < 1s;
  CHECK(f.counts().reopened_dead == (x.in_time || cut ? 0 : 1));
  CHECK(f.counts().reopened() == (x.in_time ? 0 : 1));
  CHECK(f.where->status().losses
        == (x.in_time || cut ? 0 : 1)); // others ping, too
  // It was opened anew, if there was time for that.
  CHECK(static_cast<bool>(passed) == f.server->open);
}

TEST_CASE("after a job, too, a late answer is a lost connection", "[G7]") {
  fixture f;
  f.open();
  f.server->quiet = false;
  f.server->takes_to_answer = [&] { f.time.advance(1300ms); };
  f.it.touch();
  const auto why = f.it.used(false);
  REQUIRE(why);
  CHECK(why->message()
        == "connection db could not be pinged in time: it took 1.3 s; "
           "allowed are 1 s");
  CHECK_FALSE(f.server->open);
}

TEST_CASE("an open that succeeds after its deadline has failed, and is closed",
          "[G7]") {
  struct row {
    clock::duration takes;
    clock::duration budget; // of which the open gets 2 s at most
    bool in_time;
  };
  const auto x = GENERATE(
    values<row>({{2s, 5s, true}, {2s + 1ns, 5s, false}, {1h, 5s, false}}));
  CAPTURE(x.takes, x.budget);
  fixture f;
  f.server->takes = [&] { f.time.advance(x.takes); };
  const auto verdict = f.it.check(f.time.now() + x.budget);
  CHECK(static_cast<bool>(verdict) == x.in_time);
  CHECK(f.server->open == x.in_time);
  CHECK(f.it.is_open() == x.in_time);
  CHECK(f.counts().passed_by_open == (x.in_time ? 1 : 0));
  CHECK(f.counts().failed_open == (x.in_time ? 0 : 1));
  if (x.in_time)
    return;
  CHECK(verdict.what == check_verdict::kind::unavailable);
  CHECK(says(verdict.why.message(), "could not be opened in time: it took "));
  // The breaker counts it: nobody opens again at once.
  CHECK_FALSE(f.it.check(f.time.now() + 5s));
  CHECK(f.server->count("open") == 1);
}

TEST_CASE("an open that the budget of its job cuts short says nothing of the "
          "endpoint",
          "[G7][G12]") {
  struct row {
    clock::duration takes;
    bool accepts;
    check_verdict::kind what;
  };
  using kind = check_verdict::kind;
  const auto x
    = GENERATE(values<row>({{1500ms, true, kind::passed},
                            {1500ms + 1ns, true, kind::out_of_time},
                            {1499ms, false, kind::unavailable}, // by itself
                            {1500ms, false, kind::out_of_time}}));
  CAPTURE(x.takes, x.accepts);
  fixture f;
  f.server->accepts = x.accepts;
  f.server->takes = [&] { f.time.advance(x.takes); };
  for (std::size_t i = 0; i <= f.options.break_after; ++i) {
    const auto verdict = f.it.check(f.time.now() + 1500ms); // of 2 s
    REQUIRE(verdict.what == x.what);
    CHECK(f.server->last_open_within == 1500ms);
    if (x.what != kind::out_of_time)
      return;
    CHECK_FALSE(f.server->open);
    CHECK(verdict.why
          == error{errc::connection_unavailable,
                   "connection db could not be opened in the 1.5 s that were "
                   "left: the checks for a job may take 5 s together"});
  }
  CHECK(f.counts().out_of_time == f.options.break_after + 1);
  CHECK(f.counts().failed_open == 0);
  const auto status = f.where->status();
  CHECK(status.breaker == breaker_state::closed);
  CHECK(status.last_error.empty());
  CHECK(status.losses == 0);
  CHECK(f.log.empty());
  // Nor does it take the place of another open.
  f.server->accepts = true;
  f.server->takes = [] {};
  CHECK(f.check());
}

TEST_CASE("a wrong password is one, however late the answer", "[G7]") {
  fixture f;
  f.server->accepts = false;
  f.server->misconfigured = true;
  f.server->takes = [&] { f.time.advance(2s); };
  CHECK(f.it.check(f.time.now() + 1s).what
        == check_verdict::kind::misconfigured);
}

TEST_CASE("a ping that the budget of its job cuts short closes the connection "
          "and says nothing of the endpoint",
          "[G7]") {
  fixture f;
  f.open();
  f.time.advance(1s);
  f.server->late = true;
  f.server->takes_to_answer = [&] { f.time.advance(500ms); };
  const auto verdict = f.it.check(f.time.now() + 500ms); // of 1 s
  CHECK(verdict.what == check_verdict::kind::out_of_time);
  CHECK(verdict.why.message()
        == "connection db could not be pinged in the 500 ms that were left: "
           "the checks for a job may take 5 s together");
  CHECK(f.server->take_calls()
        == calls{"in_transaction", "quiet", "check", "close"});
  CHECK(f.counts().reopened_unknown == 1);
  CHECK(f.counts().reopened() == 1);
  CHECK(f.where->status().losses == 0);
}

TEST_CASE("no job gets a connection that is dead and cannot be reopened",
          "[G7]") {
  fixture x;
  x.open();
  x.time.advance(1s);
  x.server->alive = x.server->accepts = false;
  CHECK(x.check().why.code() == errc::connection_unavailable);
  CHECK(x.server->take_calls()
        == calls{"in_transaction", "quiet", "check", "close", "open", "close"});
  x.time.advance(x.options.first_backoff);
  CHECK_FALSE(x.check());
  CHECK(x.server->take_calls() == calls{"open", "close"});
  CHECK(x.counts().failed_open == 2);
}

TEST_CASE("an old connection is reopened without a peek at it", "[G7]") {
  fixture x;
  x.open(); // max_age 600 s, less 10 % drawn
  x.time.advance(540s - 1ns);
  CHECK(x.check());
  CHECK(x.counts().reopened_aged == 0);
  x.draw = 0.0;
  (void) x.server->take_calls();
  x.time.advance(1ns);
  CHECK(x.check());
  CHECK(x.counts().reopened_aged == 1);
  CHECK(x.server->count("check") == 0);
  CHECK(x.server->count("open") == 1);
  // The jitter is drawn anew at each open.
  x.time.advance(600s - 1ns);
  CHECK(x.check());
  CHECK(x.counts().reopened_aged == 1);
  x.time.advance(1ns);
  CHECK(x.check());
  CHECK(x.counts().reopened_aged == 2);
}

TEST_CASE("a transaction that is found open is rolled back and told of",
          "[G7]") {
  fixture x;
  x.open();
  x.server->in_transaction = true;
  CHECK(x.check());
  CHECK_FALSE(x.server->in_transaction);
  const auto done = x.server->take_calls();
  CHECK(calls(done.end() - 2, done.end()) == calls{"close", "open"});
  CHECK(x.counts().reopened_left_transaction == 1);
  REQUIRE(x.log.size() == 1);
  CHECK(says(x.log[0], "warning: connection db had a transaction left open"));
}

// -- after a job --------------------------------------------------------------

TEST_CASE("a job that succeeded is a sign of life", "[G7]") {
  fixture x;
  x.open();
  x.time.advance(400ms);
  x.it.touch(); // it worked with the connection
  x.it.used(true);
  x.time.advance(400ms);
  (void) x.server->take_calls();
  CHECK(x.check());
  CHECK(x.server->count("check") == 0);
}

TEST_CASE("after a job that failed the connection is pinged, until one answers",
          "[G7]") {
  fixture x;
  x.open();
  x.it.used(false);
  x.it.used(true); // another job's success does not clear the suspicion
  CHECK(x.check());
  CHECK(x.server->count("check") == 1);
  CHECK(x.check());
  CHECK(x.server->count("check") == 1);
}

TEST_CASE("a job that failed is no sign of life", "[G7]") {
  fixture x;
  x.open();
  x.time.advance(400ms);
  x.it.used(false);
  CHECK(x.check()); // pinged: no longer suspect
  x.time.advance(501ms);
  (void) x.server->take_calls();
  CHECK(x.check());
  CHECK(x.server->count("check") == 1);
}

TEST_CASE("a transaction that a job left open is rolled back at once", "[G7]") {
  fixture x;
  x.open();
  x.server->in_transaction = true;
  x.it.used(true);
  CHECK(x.server->take_calls() == calls{"in_transaction", "close"});
  CHECK_FALSE(x.server->in_transaction);
  CHECK(x.counts().reopened_left_transaction == 1);
  REQUIRE(x.log.size() == 1);
  CHECK(says(x.log[0], "a job left a transaction open on connection db"));
  x.it.used(true); // closed: nothing to look at
  CHECK(x.server->calls.empty());
  CHECK(x.check());
  CHECK(x.server->take_calls() == calls{"open"});
}

TEST_CASE("a connection that cannot be looked at after a job is closed",
          "[G7][G8]") {
  fixture x;
  x.open();
  x.server->throws_from = "in_transaction";
  x.it.used(true);
  CHECK(x.server->take_calls() == calls{"in_transaction", "close"});
  CHECK(x.counts().reopened_unknown == 1);
  CHECK(x.counts().reopened() == 1);
  REQUIRE(x.log.size() == 1);
  CHECK(says(x.log[0],
             "warning: connection db could not be looked at: "
             "in_transaction blew up (std::runtime_error); it is "
             "closed"));
}

TEST_CASE("a connection is closed with its worker, also one that was moved") {
  std::shared_ptr<scripted_server> server;
  {
    fixture x;
    server = x.server;
    x.open();
    checked_connection second{std::move(x.it)};
    CHECK(second.check(x.time.now() + 1s));
  }
  CHECK(server->count("open") == 0); // but for the first
  CHECK(server->count("close") == 1);
  CHECK_FALSE(server->open);
}

TEST_CASE("a success on a connection that the job never touched is no sign of "
          "life",
          "[G7]") {
  // See connection_facts::unused_for, "since it was last known to be alive":
  // jobs every 400 ms that do not use it keep a stopped server trusted for
  // ever.
  fixture x;
  x.open();
  x.server->alive = false; // stopped: silent, so its socket stays quiet
  for (int i = 0; i < 10; ++i) {
    x.time.advance(400ms);
    x.it.used(true); // the worker tells every connection of every job
    REQUIRE(x.check());
  }
  CHECK(x.server->count("check") > 0);
}
