#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>

#include <optional>
#include <string>
#include <string_view>

using foreman::errc;
using foreman::test::await;
using foreman::test::door;
using namespace std::chrono_literals;

TEST_CASE("a wait that times out leaves the job alone") {
  foreman::system fm{{.workers = 1}};
  door wall;
  auto slow = fm.submit("p", [&] { return wall.pass(); });
  CHECK(slow->wait_for(0s).error().code() == errc::not_finished);
  wall.open();
  CHECK(*slow->wait());
}

TEST_CASE("a body that waits without a deadline is refused") {
  foreman::system fm{{.workers = 4}};
  auto other = fm.submit("other", [] {});
  REQUIRE(other->wait());
  door wall;
  auto slow = fm.submit("other", [&] { return wall.pass(); });
  auto waits
    = fm.submit("p", [&] { return to_string(slow->wait().error().code()); });
  CHECK(*waits->wait() == "would_deadlock");
  wall.open();
}

TEST_CASE("a body that waits for its own project is refused") {
  foreman::system fm{{.workers = 4}};
  auto waits = fm.submit("p", [&] {
    return to_string(fm.submit("p", [] {})->wait_for(1min).error().code());
  });
  CHECK(*waits->wait() == "would_deadlock");
}

TEST_CASE("a wait that closes a cycle over two projects is refused") {
  foreman::system fm{{.workers = 4}};
  door both;
  std::optional<foreman::ticket<std::string_view>> in_a;
  std::optional<foreman::ticket<std::string_view>> in_b;
  const auto wait_for = [&both](auto& ticket) {
    both.pass();
    auto done = ticket->wait_for(20s);
    return to_string(done ? errc::ok : done.error().code());
  };
  in_a = *fm.submit("a", [&] { return wait_for(in_b); });
  in_b = *fm.submit("b", [&] { return wait_for(in_a); });
  REQUIRE(both.has_visitors(2));
  both.open();
  const auto a = *in_a->wait();
  const auto b = *in_b->wait();
  // One of them was refused and ended, and so the other got its answer.
  CHECK(((a == "would_deadlock" && b == "ok")
         || (b == "would_deadlock" && a == "ok")));
}

TEST_CASE("a wait that would leave no worker unblocked is refused") {
  foreman::system fm{{.workers = 2}};
  door wall;
  auto slow = fm.submit("slow", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  // One of two workers may wait for the other.
  auto allowed = fm.submit("a", [&] { return *slow->wait_for(20s); });
  REQUIRE(await([&] { return fm.is_running("a"); }));
  wall.open();
  CHECK(*allowed->wait());

  foreman::system alone{{.workers = 1}};
  auto refused = alone.submit("a", [&] {
    return to_string(alone.submit("b", [] {})->wait_for(1min).error());
  });
  CHECK(*refused->wait()
        == "would_deadlock: a wait in a body of a would leave none of 1 "
           "workers unblocked; raise workers, or submit a job that continues "
           "instead of waiting");
}

TEST_CASE("a body may wait for a job that has ended") {
  foreman::system fm{{.workers = 1}};
  auto done = fm.submit("p", [] { return 3; });
  REQUIRE(done->wait());
  CHECK(*fm.submit("p", [&] { return *done->wait(); })->wait() == 3);
}
