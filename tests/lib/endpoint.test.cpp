#include <foreman/endpoints.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_waiter.hpp>
#include <support/text.hpp>

#include <algorithm>
#include <cstddef>
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

  endpoint::place wait(clock::duration at_most = 1h,
                       wait_kind how = wait_kind::in_line) {
    waiters.push_back(make_intrusive<test::scripted_waiter>());
    return it->wait(waiters.back(), time.now() + at_most, how).place;
  }

  void wait_in_line(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      (void) wait();
  }

  std::size_t resumed() const {
    return static_cast<std::size_t>(
      std::count_if(waiters.begin(), waiters.end(),
                    [](const auto& x) { return x->resumed != 0; }));
  }

  // Whoever is on his way comes to a worker, which finds no connection.
  void all_arrive() {
    for (; arrived < resumed(); ++arrived)
      it->arrived();
  }

  std::size_t waiting() const {
    return it->status().deferred_projects;
  }

  test::manual_clock time;
  std::vector<std::string> log;
  std::vector<test::scripted_waiter_ptr> waiters;
  std::size_t arrived = 0;
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
  (void) x.wait();
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

// -- those who wait -----------------------------------------------------------

TEST_CASE("who waits may go on when an open may begin, as many at a time",
          "[G7]") {
  fixture x;
  x.trip();
  x.wait_in_line(5);
  x.it->serve();
  CHECK(x.waiting() == 5); // the breaker is open
  x.time.advance(1s);
  x.it->serve();
  CHECK(x.waiting() == 4); // one goes to probe
  x.it->serve();
  CHECK(x.waiting() == 4); // and no other one until it has
  x.it->arrived();
  x.succeed(); // it is well: two opens may begin
  CHECK(x.waiting() == 2);
  x.it->passed();
  CHECK(x.waiting() == 1);
  CHECK(x.resumed() == 4);
  CHECK(x.waiters.back()->resumed == 0); // who waits longest goes first
}

TEST_CASE("each check that passes lets another one go on, even while no open "
          "may begin",
          "[G7]") {
  // Too many connections: those that are open work all the same.
  fixture x;
  x.trip();
  x.wait_in_line(3);
  x.it->passed();
  CHECK(x.waiting() == 2);
  x.it->passed();
  CHECK(x.waiting() == 1);
}

TEST_CASE("who has waited too long goes on, wherever it stands", "[G7]") {
  fixture x;
  x.trip();
  (void) x.wait(1h);
  (void) x.wait(500ms);
  x.time.advance(500ms - 1ns);
  x.it->serve();
  CHECK(x.waiting() == 2);
  x.time.advance(1ns);
  x.it->serve();
  CHECK(x.waiting() == 1);
  CHECK(x.waiters[1]->resumed == 1);
}

TEST_CASE("who leaves is forgotten", "[G9]") {
  fixture x;
  x.trip();
  const auto a = x.wait();
  (void) x.wait();
  x.it->leave(a);
  x.it->leave(a); // twice
  CHECK(x.waiting() == 1);
}

TEST_CASE("who waited for the opens of others is told of their failure",
          "[G7]") {
  fixture x;
  REQUIRE(x.it->begin_open());
  (void) x.wait(1h, wait_kind::in_line);
  (void) x.wait(1h, wait_kind::for_news);
  (void) x.wait(1h, wait_kind::asleep);
  REQUIRE(x.it->begin_open());
  x.it->end_open(no_server);
  CHECK(x.waiters[0]->resumed == 0);
  CHECK(x.waiters[1]->resumed == 1);
  x.it->end_open(no_server);
  x.time.advance(1s);
  x.it->serve();
  CHECK(x.waiters[0]->resumed == 1);
  CHECK(x.waiters[2]->resumed == 0); // nothing but its time wakes it
  x.time.advance(1h);
  x.it->serve();
  CHECK(x.waiters[2]->resumed == 1);
}

TEST_CASE("somebody looks again when the next open may begin, and each 100 ms",
          "[G7]") {
  fixture x;
  CHECK_FALSE(x.it->next_look());
  (void) x.wait();
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

TEST_CASE("somebody looks again when the time of one who waits is up", "[G7]") {
  fixture x;
  x.trip();
  x.wait_in_line(1);
  (void) x.wait(30ms, wait_kind::asleep);
  CHECK(x.it->next_look() == 30ms);
  x.time.advance(31ms);
  CHECK(x.it->next_look() == 1ms); // late
  x.it->serve();
  CHECK(x.it->next_look() == 100ms);
}

TEST_CASE("while a connection is open, each look lets one who waits go on",
          "[G7]") {
  // Nothing happens on it that would: it may be idle.
  fixture x;
  x.succeed();
  x.trip();
  x.wait_in_line(2);
  x.it->look_again();
  CHECK(x.waiting() == 1);
  x.it->closed();
  x.it->look_again();
  CHECK(x.waiting() == 1);
}

// -- crowds -------------------------------------------------------------------

TEST_CASE("of a crowd that may go on a few are on their way at once, whatever "
          "lets them go",
          "[G7]") {
  // Nobody stands in line behind a crowd, nor is kept by one that resumes it.
  constexpr std::size_t crowd = 5'000;
  constexpr auto few = endpoint::default_most_under_way;
  fixture x;
  SECTION("their time is up, all at once") {
    x.trip();
    x.wait_in_line(crowd);
    x.time.advance(2h);
    x.fail();
  }
  SECTION("a password is wrong") {
    x.trip();
    x.wait_in_line(crowd);
    x.time.advance(1s);
    x.fail(no_password);
  }
  SECTION("opens fail that they waited for") {
    REQUIRE(x.it->begin_open());
    for (std::size_t i = 0; i < crowd; ++i)
      (void) x.wait(1h, wait_kind::for_news);
    x.it->end_open(no_server);
  }
  SECTION("the server is well, and each check and each worker lets one go") {
    x.trip();
    x.wait_in_line(crowd);
    x.time.advance(1s);
    x.succeed();
    for (std::size_t i = 0; i < crowd; ++i)
      x.it->passed();
  }
  CHECK(x.resumed() == few);
  for (int i = 0; i < 10; ++i)
    x.it->serve(1);
  CHECK(x.resumed() == few);
  CHECK(x.it->next_look() == 100ms); // nobody need look more often
  // One by one they arrive, and each makes room for another one.
  for (std::size_t i = 1; i <= few; ++i) {
    x.it->arrived();
    x.it->passed();
    REQUIRE(x.resumed() == few + i);
  }
  // In the order in which they came.
  CHECK(std::all_of(x.waiters.begin(), x.waiters.begin() + 2 * few,
                    [](const auto& y) { return y->resumed == 1; }));
}

TEST_CASE("who is let go on and does not come leaves room for others", "[G4]") {
  fixture x;
  x.trip();
  x.wait_in_line(500);
  SECTION("it runs another job, or has been cancelled meanwhile") {
    for (std::size_t i = 0; i < 10; ++i)
      x.waiters[i]->comes = false;
    x.it->passed();
    CHECK(x.resumed() == 11);
    CHECK(x.waiters[10]->resumed == 1);
  }
  SECTION("nobody comes: nobody is kept for long, and the rest goes later") {
    for (auto& y : x.waiters)
      y->comes = false;
    x.it->passed();
    CHECK(x.resumed() <= endpoint::default_most_under_way);
    while (x.waiting() != 0)
      x.it->passed();
    CHECK(x.resumed() == 500);
  }
}

TEST_CASE("a waiter may wait again, leave and arrive while it is resumed",
          "[G4]") {
  fixture x;
  x.trip();
  x.wait_in_line(100);
  endpoint::place again = 0;
  auto& first = *x.waiters.front();
  first.meanwhile = [&] {
    x.it->arrived();
    x.it->leave(first.last_place);
    again = x.it->wait(x.waiters.front(), x.time.now() + 1h).place;
  };
  x.it->passed();
  CHECK(first.resumed == 1);
  CHECK(x.waiting() == 100); // at the end of the line
  first.meanwhile = [] {};
  for (int i = 0; i < 100; ++i) {
    x.it->passed();
    x.it->arrived();
  }
  CHECK(first.resumed == 2);
  CHECK(first.last_place == again);
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
