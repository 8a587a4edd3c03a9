#include <foreman/actors/workshop.hpp>
#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/jobs.hpp>

#include <string>
#include <thread>

using foreman::turn;
using foreman::actors::workshop;
using foreman::test::door;
using foreman::test::make_entry;
using foreman::test::patience;

namespace {

turn turn_number(std::uint64_t number) {
  static const auto home = make_entry("p");
  return {home, number, 1, {}};
}

} // namespace

TEST_CASE("a thread takes its own orders first, in order") {
  workshop shop{2};
  shop.give(1, turn_number(1));
  shop.give(0, turn_number(2));
  shop.give(0, turn_number(3));
  CHECK(shop.take(0)->which.number == 2);
  CHECK(shop.take(0)->which.number == 3);
  CHECK(shop.take(0)->which.number == 1); // its own are done: one of the other
}

TEST_CASE("a thread without orders takes over the turn that waits longest") {
  workshop shop{4};
  shop.give(2, turn_number(1));
  shop.give(1, turn_number(2));
  shop.give(2, turn_number(3));
  CHECK(shop.take(0)->which.number == 1);
  CHECK(shop.take(3)->which.number == 2);
  CHECK(shop.take(0)->which.number == 3);
}

TEST_CASE(
  "a call is made on its own thread, and holds back what is behind it") {
  workshop shop{2};
  bool called = false;
  shop.give(1, [&] { called = true; });
  shop.give(1, turn_number(1));
  shop.give(0, turn_number(2));
  CHECK(shop.take(0)->which.number == 2);
  auto call = shop.take(1);
  REQUIRE_FALSE(call->is_turn());
  call->call();
  CHECK(called);
  CHECK(shop.take(0)->which.number == 1);
}

TEST_CASE("a check belongs to the turn that follows it, whoever takes that",
          "[G7]") {
  workshop shop{2};
  shop.order_check(1);
  shop.give(1, turn_number(1));
  shop.give(1, turn_number(2));
  CHECK(shop.take(0)->check_first);
  CHECK_FALSE(shop.take(1)->check_first);
}

TEST_CASE(
  "a thread that is closed gets nothing more, and keeps nobody waiting") {
  workshop shop{2};
  shop.give(0, turn_number(1));
  shop.close(0);
  CHECK_FALSE(shop.take(0));
  shop.give(0, turn_number(2));
  shop.give(1, turn_number(3));
  CHECK(shop.take(1)->which.number == 3);
  std::thread sleeper{[&] { CHECK_FALSE(shop.take(1)); }};
  shop.close(1);
  sleeper.join();
}

TEST_CASE("no job waits for a long body while a worker sleeps", "[G3]") {
  foreman::system fm{{.workers = 2}};
  door wall;
  const auto blocks = fm.submit("long", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  // Some of these are given to the worker that is blocked, behind the body.
  for (int round = 0; round < 200; ++round) {
    std::vector<foreman::ticket<void>> tickets;
    for (int i = 0; i < 5; ++i)
      tickets.push_back(*fm.submit("p" + std::to_string(i), [] {}));
    for (const auto& x : tickets)
      REQUIRE(x.wait_for(patience));
  }
  CHECK_FALSE(blocks->finished());
  wall.open();
  CHECK(*blocks->wait());
}
