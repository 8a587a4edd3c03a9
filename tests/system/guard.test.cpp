#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

using foreman::admission;
using foreman::errc;
using foreman::test::door;

TEST_CASE("if_idle admits exactly one of many simultaneous submitters",
          "[G5]") {
  constexpr int submitters = 4;
  constexpr int rounds = 300;
  foreman::system fm{{.workers = 2}};
  std::atomic<int> admitted{0};
  std::atomic<int> busy{0};
  std::atomic<int> other{0};
  std::vector<door> walls(rounds);
  std::barrier line{submitters};
  std::vector<std::thread> threads;
  for (int i = 0; i < submitters; ++i)
    threads.emplace_back([&] {
      for (auto& wall : walls) {
        line.arrive_and_wait();
        auto ticket = fm.submit("p", [&wall] { return wall.pass(); },
                                {.admit = admission::if_idle});
        if (ticket)
          ++admitted;
        else if (ticket.error().code() == errc::project_busy)
          ++busy;
        else
          ++other;
        line.arrive_and_wait(); // all have their verdict: let the job end
        if (ticket) {
          wall.open();
          if (!ticket->wait())
            ++other;
        }
      }
    });
  for (auto& x : threads)
    x.join();
  CHECK(admitted == rounds);
  CHECK(busy == rounds * (submitters - 1));
  CHECK(other == 0);
}

TEST_CASE("a busy project is named in the rejection", "[G12]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  auto running = fm.submit("project-42", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  const auto verdict
    = fm.submit("project-42", [] {}, {.admit = admission::if_idle});
  wall.open();
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code() == errc::project_busy);
  CHECK(verdict.error().message()
        == "project-42 is busy: a batch job is being processed; try again "
           "later");
}

TEST_CASE("a project whose job waits for a worker is busy", "[G5]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  auto blocker = fm.submit("other", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  auto queued = fm.submit("p", [] {});
  CHECK_FALSE(fm.is_running("p"));
  CHECK(fm.submit("p", [] {}, {.admit = admission::if_idle}).error().code()
        == errc::project_busy);
  wall.open();
  CHECK(queued->wait());
}
