#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

using foreman::errc;
using foreman::job_state;
using foreman::test::await;
using foreman::test::door;

namespace {

std::size_t threads_of_this_process() {
  return static_cast<std::size_t>(
    std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {}));
}

} // namespace

TEST_CASE("a ticket gets the value of its job") {
  foreman::system fm{{.workers = 2}};
  auto plain = fm.submit("p", [] { return 42; });
  auto with_context
    = fm.submit("p", [](foreman::job_context& job) { return job.project(); });
  auto nothing = fm.submit("p", [] {});
  REQUIRE((plain && with_context && nothing));
  CHECK(*plain->wait() == 42);
  CHECK(*with_context->wait() == "p");
  CHECK(nothing->wait());
  CHECK(plain->state() == job_state::succeeded);
  CHECK(plain->id() < with_context->id());
}

TEST_CASE("callables and values may be move-only") {
  foreman::system fm{{.workers = 1}};
  auto ticket = fm.submit(
    "p", [x = std::make_unique<int>(7)]() mutable { return std::move(x); });
  REQUIRE(ticket);
  auto value = std::move(*ticket).wait();
  REQUIRE(value);
  CHECK(**value == 7);
}

TEST_CASE("at most one body of a project runs at any moment", "[G1]") {
  foreman::system fm{{.workers = 4}};
  constexpr int projects = 8;
  std::vector<std::atomic<int>> running(projects);
  std::atomic<int> overlaps{0};
  std::vector<foreman::ticket<void>> tickets;
  for (int i = 0; i < 20'000; ++i) {
    const auto p = i % projects;
    tickets.push_back(*fm.submit("p" + std::to_string(p), [&, p] {
      if (++running[p] != 1)
        ++overlaps;
      --running[p];
    }));
  }
  for (auto& x : tickets)
    REQUIRE(x.wait());
  CHECK(overlaps == 0);
}

TEST_CASE("jobs of a project start by priority, then in the order submitted",
          "[G2]") {
  foreman::system fm{{.workers = 4}};
  door wall;
  std::vector<int> order;
  auto first = fm.submit("p", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  for (int i = 0; i < 200; ++i)
    REQUIRE(fm.submit("p", [&order, i] { order.push_back(i); },
                      {.priority = i % 2 == 0 ? 0 : -1}));
  wall.open();
  REQUIRE(fm.submit("p", [] {}, {.priority = 1})->wait());
  std::vector<int> wanted;
  for (int i = 1; i < 200; i += 2)
    wanted.push_back(i);
  for (int i = 0; i < 200; i += 2)
    wanted.push_back(i);
  CHECK(order == wanted);
}

TEST_CASE("jobs of different projects run side by side") {
  foreman::system fm{{.workers = 2}};
  door wall;
  auto one = fm.submit("one", [&] { return wall.pass(); });
  auto two = fm.submit("two", [&] { return wall.pass(); });
  CHECK(wall.has_visitors(2));
  wall.open();
  CHECK(*one->wait());
  CHECK(*two->wait());
}

TEST_CASE("a job that waits behind its project costs no thread", "[G3]") {
  foreman::system fm{{.workers = 3}};
  door wall;
  auto first = fm.submit("busy", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  const auto before = threads_of_this_process();
  std::vector<foreman::ticket<void>> waiting;
  for (int i = 0; i < 5'000; ++i)
    waiting.push_back(*fm.submit("busy", [] {}));
  // The other workers are free for other projects all the while.
  CHECK(fm.submit("other", [] { return 1; })->wait());
  CHECK(threads_of_this_process() == before);
  CHECK(fm.status("busy")->queued == 5'000);
  wall.open();
  for (auto& x : waiting)
    REQUIRE(x.wait());
}

TEST_CASE("a job that submits to its own project runs the new one later") {
  foreman::system fm{{.workers = 1}};
  auto outer = fm.submit("p", [&fm] {
    return *fm.submit("p", [] { return std::string{"inner"}; });
  });
  REQUIRE(outer);
  CHECK(*outer->wait()->wait() == "inner");
}

TEST_CASE("a project handle submits, and stays valid after its system") {
  std::optional<foreman::project> handle;
  std::optional<foreman::ticket<int>> ticket;
  {
    foreman::system fm{{.workers = 1}};
    handle = *fm.project("p");
    CHECK(handle->key() == "p");
    for (int i = 0; i < 1'000; ++i) // across many retirements
      REQUIRE(*handle->submit([i] { return i; })->wait() == i);
    ticket = *handle->submit([] { return 1; });
    CHECK(fm.project("").error().code() == errc::invalid_project);
  }
  CHECK(*ticket->wait() == 1);
  CHECK(ticket->cancel().error().code() == errc::job_finished);
  CHECK(handle->submit([] {}).error().code() == errc::draining);
  CHECK_FALSE(handle->is_busy());
}

TEST_CASE("a project handle answers for its project", "[G6]") {
  foreman::system fm{{.workers = 1}};
  auto handle = *fm.project("p");
  CHECK_FALSE(handle.is_running());
  door wall;
  auto running = handle.submit([&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  CHECK(handle.is_running());
  CHECK(handle.is_busy());
  CHECK(handle.status() == *fm.status("p"));
  CHECK(handle.status().running_job == running->id());
  CHECK(handle.submit(std::function<void()>{}).error().code()
        == errc::empty_job);
  wall.open();
}

TEST_CASE("questions are answered with what is true", "[G6]") {
  foreman::system fm{{.workers = 2}};
  CHECK_FALSE(fm.is_busy("p"));
  CHECK(fm.status("p")->queued == 0);
  door wall;
  auto first = fm.submit("p", [&] { return wall.pass(); });
  CHECK(fm.is_busy("p"));
  REQUIRE(wall.has_visitors());
  auto second = fm.submit("p", [] {});
  CHECK(fm.is_running("p"));
  const auto row = *fm.status("p");
  CHECK(row.running_job == first->id());
  CHECK(row.queued == 1);
  REQUIRE(fm.list().size() == 1);
  CHECK(fm.list().front() == row);
  wall.open();
  REQUIRE(second->wait());
  // Who knows that the job has ended is not told that it runs.
  CHECK_FALSE(fm.is_busy("p"));
  CHECK(fm.list().empty());
}

TEST_CASE("whoever hears of an outcome finds it published", "[G6]") {
  foreman::system fm{{.workers = 2}};
  for (int i = 0; i < 3'000; ++i) {
    auto ticket = fm.submit("p", [&fm] { return fm.is_running("p"); });
    REQUIRE(*ticket->wait());
    REQUIRE_FALSE(fm.is_running("p"));
    REQUIRE(fm.books().open() == 0);
  }
}

TEST_CASE("pages list all busy projects to threads as well", "[G6]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  std::set<std::string> expected;
  for (int i = 0; i < 2'000; ++i) {
    const auto project = "p" + std::to_string(i);
    REQUIRE(fm.submit(project, [&] { wall.pass(); }));
    expected.insert(project);
  }
  std::set<std::string> listed;
  std::size_t longest = 0;
  std::size_t pages = 0;
  for (std::optional<std::size_t> at = 0; at; ++pages) {
    const auto page = fm.list(*at);
    longest = std::max(longest, page.rows.size());
    for (const auto& row : page.rows) {
      CHECK(row.busy);
      listed.insert(row.project);
    }
    at = page.next;
  }
  CHECK(listed == expected);
  CHECK(pages == 256);
  CHECK(longest < 100); // some eight in each
  CHECK(fm.list(256).rows.empty());
  CHECK_FALSE(fm.list(256).next);
  wall.open();
}
