#include <foreman/system.hpp>

#include <pthread.h>
#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/healthy_connection.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using foreman::errc;
using foreman::job_state;
using foreman::test::await;
using foreman::test::door;

TEST_CASE("an exception of any type ends its job only", "[G8]") {
  foreman::system fm{{.workers = 1}};
  auto an_int = fm.submit("p", []() -> int { throw 42; });
  auto a_pointer = fm.submit("p", [] { throw "text"; });
  auto an_error = fm.submit("p", [] { throw std::runtime_error{"no disk"}; });
  auto a_code = fm.submit("p", [] {
    throw foreman::exception{{errc::connection_lost, "gone"}};
  });
  auto returned = fm.submit("p", []() -> foreman::expected<int> {
    return foreman::error{errc::connection_lost, "gone, too"};
  });
  auto after = fm.submit("p", [] { return 1; });
  CHECK(an_int->wait().error().code() == errc::job_threw);
  CHECK(a_pointer->wait().error().code() == errc::job_threw);
  CHECK(an_error->wait().error().message() == "no disk (std::runtime_error)");
  CHECK(a_code->wait().error().code() == errc::connection_lost);
  CHECK(returned->wait().error().message() == "gone, too");
  CHECK(*after->wait() == 1);
  CHECK(an_int->state() == job_state::failed);
  CHECK(fm.books().failed == 5);
}

TEST_CASE("a body that ends its thread fails, and its worker goes on", "[G8]") {
  foreman::system fm{{.workers = 1}};
  std::atomic<int> unwound{0};
  for (int i = 0; i < 20; ++i) {
    auto fatal = fm.submit("p", [&] {
      struct witness {
        std::atomic<int>& count;
        ~witness() {
          ++count;
        }
      } here{unwound};
      pthread_exit(nullptr);
    });
    auto next = fm.submit("p", [] { return 1; });
    REQUIRE(fatal->wait().error().code() == errc::thread_exited);
    REQUIRE(*next->wait() == 1);
  }
  CHECK(unwound == 20);
}

TEST_CASE("a connection that ends its thread fails a job, and its worker goes "
          "on",
          "[G4][G7][G8]") {
  // Each first open of a connection ends the thread that tries it.
  struct fatal_once : foreman::test::healthy_connection {
    bool tried = false;

    foreman::expected<void> open(milliseconds within) override {
      if (!std::exchange(tried, true))
        pthread_exit(nullptr);
      return healthy_connection::open(within);
    }
  };
  foreman::system fm{
    {.workers = 2,
     .connections = {{"main", [] { return std::make_unique<fatal_once>(); }}}}};
  std::vector<foreman::ticket<void>> tickets;
  for (int i = 0; i < 50; ++i)
    tickets.push_back(*fm.submit("p" + std::to_string(i % 5), [] {}));
  std::size_t failed = 0;
  for (const auto& x : tickets)
    if (const auto ended = x.wait(); !ended) {
      CHECK(ended.error().code() == errc::thread_exited);
      ++failed;
    }
  CHECK(failed > 0);
  CHECK(failed <= 2); // once a worker
}

TEST_CASE("a running job is asked to stop by its token", "[G4]") {
  foreman::system fm{{.workers = 1}};
  std::atomic<bool> runs{false};
  auto polite = fm.submit("p", [&](foreman::job_context& job) {
    const auto token = job.stop_token();
    runs = true;
    await([&] { return token.stop_requested(); });
    job.throw_if_stopped();
  });
  REQUIRE(await([&] { return runs.load(); }));
  REQUIRE(fm.cancel("p", polite->id()));
  CHECK(polite->wait().error().code() == errc::cancelled);
  CHECK(polite->state() == job_state::cancelled);

  door wall;
  auto stubborn = fm.submit("p", [&] {
    wall.pass();
    return 5;
  });
  REQUIRE(wall.has_visitors());
  REQUIRE(stubborn->cancel());
  wall.open();
  CHECK(*stubborn->wait() == 5); // it did its work all the same
}

TEST_CASE("a queued job is cancelled at once and never runs", "[G4]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  std::atomic<bool> ran{false};
  auto first = fm.submit("p", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  auto queued = fm.submit("p", [&] { ran = true; });
  auto last = fm.submit("p", [] {});
  REQUIRE(queued->cancel());
  CHECK(queued->state() == job_state::cancelled);
  CHECK(queued->wait().error().code() == errc::cancelled);
  wall.open();
  REQUIRE(last->wait());
  CHECK_FALSE(ran);
}
