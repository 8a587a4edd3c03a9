#include <foreman/breaker.hpp>

#include <support/catch.hpp>
#include <support/manual_clock.hpp>

#include <vector>

using namespace foreman;
using namespace std::chrono_literals;
using permit = breaker::permit;

namespace {

struct fixture {
  permit ask() {
    return it.ask(time.now());
  }

  void fail(double draw = 1.0) {
    REQUIRE(ask() == permit::granted);
    it.failed(time.now(), draw);
  }

  clock::duration pause() const {
    return it.retry_at() - time.now();
  }

  void pass_pause() {
    time.advance(pause());
  }

  breaker_state state() const {
    return it.state(time.now());
  }

  test::manual_clock time;
  breaker it{{.max_opens = 2,
              .first_backoff = 100ms,
              .break_after = 3,
              .min_break = 1s,
              .max_break = 30s}};
};

} // namespace

TEST_CASE("a breaker lets a few opens begin at once, and no more", "[G7]") {
  fixture x;
  CHECK(x.it.may_begin(x.time.now()) == 2);
  CHECK(x.ask() == permit::granted);
  CHECK(x.ask() == permit::granted);
  CHECK(x.it.may_begin(x.time.now()) == 0);
  CHECK(x.ask() == permit::busy);
  x.it.succeeded();
  CHECK(x.ask() == permit::granted);
  CHECK(x.state() == breaker_state::closed);
}

TEST_CASE("after a failure the next open waits at random, up to twice as long "
          "each time",
          "[G7]") {
  for (const double draw : {0.0, 0.25, 1.0}) {
    INFO("draw " << draw);
    fixture x;
    for (const auto full : {100ms, 200ms}) {
      x.fail(draw);
      CHECK(x.pause() == std::chrono::duration<double>{full} * draw);
      if (draw > 0)
        CHECK(x.ask() == permit::refused);
      x.pass_pause();
      CHECK(x.state() == breaker_state::closed);
    }
  }
}

TEST_CASE("three failures in a row open the breaker, for longer each time",
          "[G7]") {
  fixture x;
  x.fail();
  x.pass_pause();
  x.fail();
  x.pass_pause();
  CHECK(x.state() == breaker_state::closed);
  x.fail();
  for (const auto full : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    CHECK(x.state() == breaker_state::open);
    CHECK(x.pause() == full);
    CHECK(x.it.may_begin(x.time.now()) == 0);
    CHECK(x.ask() == permit::refused);
    x.time.advance(full - 1ns);
    CHECK(x.ask() == permit::refused);
    x.time.advance(1ns);
    CHECK(x.state() == breaker_state::half_open);
    x.fail();
  }
  CHECK(x.it.failures() == 10);
}

TEST_CASE("an open breaker waits for its least time even if luck says less",
          "[G7]") {
  fixture x;
  for (int i = 0; i < 6; ++i) {
    x.fail(0.0);
    x.pass_pause();
  }
  x.fail(0.0);
  CHECK(x.pause() == 1s);
}

TEST_CASE("a half-open breaker lets one probe through, which decides", "[G7]") {
  fixture x;
  for (int i = 0; i < 3; ++i) {
    x.fail();
    x.pass_pause();
  }
  CHECK(x.it.may_begin(x.time.now()) == 1);
  CHECK(x.ask() == permit::granted);
  CHECK(x.ask() == permit::refused); // it is known to be down
  SECTION("well again") {
    x.it.succeeded();
    CHECK(x.state() == breaker_state::closed);
    CHECK(x.it.may_begin(x.time.now()) == 2);
    CHECK(x.it.failures() == 0);
  }
  SECTION("still down") {
    x.it.failed(x.time.now(), 0.5);
    CHECK(x.state() == breaker_state::open);
    CHECK(x.pause() == 1500ms);
  }
}

TEST_CASE("opens that were under way when the breaker opened do not probe",
          "[G7]") {
  fixture x;
  x.fail(0.0);
  x.fail(0.0);
  REQUIRE(x.ask() == permit::granted);
  REQUIRE(x.ask() == permit::granted);
  x.it.failed(x.time.now(), 0.0); // the third: it opens
  x.time.advance(1s);
  CHECK(x.state() == breaker_state::half_open);
  CHECK(x.it.may_begin(x.time.now()) == 0); // one is still being tried
  x.it.succeeded();
  CHECK(x.state() == breaker_state::closed);
}

TEST_CASE("the states of a breaker have names") {
  CHECK(to_string(breaker_state::closed) == "closed");
  CHECK(to_string(breaker_state::open) == "open");
  CHECK(to_string(breaker_state::half_open) == "half_open");
  CHECK(to_string(static_cast<breaker_state>(3)) == "unknown");
}
