#include <foreman/endpoints.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::says;

namespace {

const error no_server{errc::connection_unavailable,
                      "connection db could not be opened: no server"};
const error no_password{errc::connection_misconfigured,
                        "connection db could not be opened: access denied"};

struct fixture {
  void fail(const error& why = no_server) {
    REQUIRE(it->begin_open());
    it->end_open(why);
  }

  void trip(const error& why = no_server) {
    for (int i = 0; i < 3; ++i) {
      fail(why);
      if (i < 2)
        time.advance(1s);
    }
    REQUIRE(it->status().breaker == breaker_state::open);
  }

  void succeed() {
    REQUIRE(it->begin_open());
    it->end_open({});
  }

  // Makes `name` a project that waits. It is resumed by being looked at.
  endpoint::place wait(const std::string& name, clock::duration at_most = 1h) {
    projects.push_back(test::make_entry(name));
    return it->wait(projects.back(), time.now() + at_most).place;
  }

  std::size_t waiting() const {
    return it->status().deferred_projects;
  }

  test::manual_clock time;
  std::vector<std::string> log;
  std::vector<entry_ptr> projects;
  endpoint_ptr it = std::make_shared<endpoint>(
    "db", 0, check_options{.first_backoff = 100ms}, time, [] { return 1.0; },
    [this](log_level level, std::string_view text) {
      log.push_back(std::string{to_string(level)} + ": " + std::string{text});
    });
};

} // namespace

// -- trust --------------------------------------------------------------------

TEST_CASE("a loss starts a new epoch, but only if it is news", "[G7]") {
  fixture x;
  const auto before = x.it->epoch();
  x.it->report_loss(before);
  CHECK(x.it->epoch() == before + 1);
  // The other connections of the server that restarted.
  x.it->report_loss(before);
  CHECK(x.it->epoch() == before + 1);
  x.it->report_loss(before + 1);
  CHECK(x.it->epoch() == before + 2);
  CHECK(x.it->status().losses == 2);
}

TEST_CASE("one is warned when nearly every check reopens a connection") {
  fixture x;
  const auto counts = x.it->add_counters();
  const auto other_worker = x.it->add_counters();
  const auto check = [&](bool reopens) {
    if (reopens) {
      counts->reopened_dead.add();
      counts->passed_by_open.add();
      x.it->note_reopen();
    } else {
      other_worker->passed_by_ping.add();
    }
  };
  SECTION("nine of ten") {
    for (int i = 0; i < 50; ++i)
      check(i % 10 != 0);
    REQUIRE(x.log.size() == 1);
    CHECK(says(x.log[0],
               "warning: connection db was reopened in 45 of its "
               "last 50 checks"));
    check(true); // and not at each one after it
    CHECK(x.log.size() == 1);
  }
  SECTION("fewer") {
    for (int i = 0; i < 200; ++i)
      check(i % 5 != 0);
    CHECK(x.log.empty());
  }
}

// -- opens --------------------------------------------------------------------

TEST_CASE("while a breaker is open nobody is asked, and all are told why",
          "[G7][G12]") {
  fixture x;
  x.trip();
  const auto got = x.it->begin_open();
  CHECK(got.what == check_verdict::kind::unavailable);
  CHECK(got.where == x.it);
  CHECK(got.why.code() == errc::connection_unavailable);
  CHECK(got.why.message()
        == "connection db could not be opened: no server; 3 in a row failed, "
           "the next try is in 1 s");
  CHECK(x.it->status().last_error == no_server.message());
}

TEST_CASE("what no other try mends is told as such, without trying", "[G7]") {
  fixture x;
  x.trip(no_password);
  const auto got = x.it->begin_open();
  CHECK(got.what == check_verdict::kind::misconfigured);
  CHECK(got.why.code() == errc::connection_misconfigured);
  CHECK(says(x.log[0], "error: "));
  // Somebody may have put it right.
  x.time.advance(1s);
  x.succeed();
  CHECK(x.it->status().last_error.empty());
}

TEST_CASE("that others are being opened is not that the endpoint is down",
          "[G7]") {
  fixture x;
  REQUIRE(x.it->begin_open());
  REQUIRE(x.it->begin_open());
  const auto got = x.it->begin_open();
  CHECK(got.what == check_verdict::kind::busy);
  CHECK(says(got.why.message(), "waits for others that are being opened"));
}

TEST_CASE("the log tells when an endpoint fails, is left alone, and is back") {
  fixture x;
  x.trip();
  (void) x.wait("p");
  x.time.advance(1s);
  x.fail();
  x.time.advance(30s);
  x.succeed();
  REQUIRE(x.log.size() == 3);
  CHECK(x.log[0]
        == "warning: connection db could not be opened: no server; it will be "
           "tried again");
  CHECK(x.log[1]
        == "warning: connection db could not be opened: no server; it failed 3 "
           "times in a row and is left alone for 1 s");
  CHECK(says(x.log[2], "info: connection db is back"));
}

// -- projects that wait -------------------------------------------------------

TEST_CASE("who waits may go on when an open may begin, as many at a time",
          "[G7]") {
  fixture x;
  x.trip();
  for (const auto* name : {"a", "b", "c", "d"})
    (void) x.wait(name);
  x.it->serve();
  CHECK(x.waiting() == 4); // the breaker is open
  x.time.advance(1s);
  x.it->serve();
  CHECK(x.waiting() == 3); // one goes to probe
  x.succeed();
  CHECK(x.waiting() == 1); // it is well: two opens may begin
  x.it->passed();
  CHECK(x.waiting() == 0);
}

TEST_CASE("each check that passes lets another one go on, even while no open "
          "may begin",
          "[G7]") {
  // Too many connections: those that are open work all the same.
  fixture x;
  x.trip();
  for (const auto* name : {"a", "b", "c"})
    (void) x.wait(name);
  x.it->passed();
  CHECK(x.waiting() == 2);
  x.it->passed();
  CHECK(x.waiting() == 1);
}

TEST_CASE("who has waited too long goes on, wherever it stands", "[G7]") {
  fixture x;
  x.trip();
  (void) x.wait("patient", 1h);
  (void) x.wait("impatient", 500ms);
  x.time.advance(500ms - 1ns);
  x.it->serve();
  CHECK(x.waiting() == 2);
  x.time.advance(1ns);
  x.it->serve();
  CHECK(x.waiting() == 1);
}

TEST_CASE("who leaves is forgotten", "[G9]") {
  fixture x;
  x.trip();
  const auto a = x.wait("a");
  (void) x.wait("b");
  x.it->leave(a);
  x.it->leave(a); // twice
  CHECK(x.waiting() == 1);
}

TEST_CASE("somebody looks again when the next open may begin, and each 100 ms",
          "[G7]") {
  fixture x;
  CHECK_FALSE(x.it->next_look());
  (void) x.wait("a");
  CHECK(x.it->next_look() == 100ms);
  x.fail();
  x.time.advance(40ms);
  CHECK(x.it->next_look() == 60ms);
  x.time.advance(-40ms);
  x.time.advance(100ms);
  x.fail();
  CHECK(x.waiting() == 1);
  x.time.advance(200ms);
  x.fail(); // open for 1 s
  x.time.advance(1s);
  x.fail(); // open for 2 s
  CHECK(x.it->next_look() == 100ms);
}

TEST_CASE("while a connection is open, each look lets one who waits go on",
          "[G7]") {
  // Nothing happens on it that would: it may be idle.
  fixture x;
  x.succeed();
  x.trip();
  for (const auto* name : {"a", "b"})
    (void) x.wait(name);
  x.it->look_again();
  CHECK(x.waiting() == 1);
  x.it->closed();
  x.it->look_again();
  CHECK(x.waiting() == 1);
}

// -- many endpoints -----------------------------------------------------------

TEST_CASE("connections are found by name", "[G12]") {
  const test::manual_clock time;
  const auto factory = [] { return std::unique_ptr<connection>{}; };
  const endpoints x{{{"b", factory}, {"a", factory}, {"c", factory}},
                    {},
                    time,
                    [] { return 0.0; },
                    log_to_stderr};
  CHECK(x.size() == 3);
  CHECK(x.at(1)->name() == "b");
  CHECK(x.at(1)->number() == 1);
  CHECK(x.names() == "a, b, c");
  CHECK(x.names(0b101) == "a, c");
  CHECK(x.names(0) == "none");
  CHECK(*x.mask_of(connection_needs::every()) == all_connections);
  CHECK(*x.mask_of({}) == 0);
  CHECK(*x.mask_of(connection_needs::none()) == 0);
  CHECK(*x.mask_of({"c", "a"}) == 0b101);
  CHECK(*x.mask_of({"b", "b"}) == 0b010);
  const auto bad = x.mask_of({"a", "d"});
  REQUIRE_FALSE(bad);
  CHECK(bad.error()
        == error{errc::unknown_connection,
                 "a job needs connection d; configured are: a, b, c"});
  CHECK(x.status().at(2).name == "c");
}
