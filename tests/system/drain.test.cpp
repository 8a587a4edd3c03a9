#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/door.hpp>
#include <support/healthy_connection.hpp>

#include <csignal>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using foreman::drain_policy;
using foreman::errc;
using foreman::job_state;
using foreman::log_level;
using foreman::system_options;
using foreman::test::await;
using foreman::test::door;
using foreman::test::in_child;
using foreman::test::patience;
using namespace std::chrono_literals;

TEST_CASE("a drain lets everything finish and admits nothing more", "[G10]") {
  foreman::system fm{{.workers = 2}};
  std::vector<foreman::ticket<int>> tickets;
  for (int i = 0; i < 500; ++i)
    tickets.push_back(
      *fm.submit("p" + std::to_string(i % 10), [i] { return i; }));
  const auto report = fm.drain(patience);
  REQUIRE(report);
  CHECK(report->left.empty());
  CHECK(report->books.succeeded == 500);
  CHECK(report->books.open() == 0);
  for (int i = 0; i < 500; ++i)
    CHECK(*tickets[static_cast<std::size_t>(i)].wait() == i);
  CHECK(fm.submit("p", [] {}).error().code() == errc::draining);
  CHECK(fm.drain(0s)->books == fm.books()); // again, and at once
}

TEST_CASE("at its deadline a drain cancels what is queued, stops what runs",
          "[G10]") {
  foreman::system fm{{.workers = 1}};
  std::atomic<bool> runs{false};
  auto polite = fm.submit("p", [&](foreman::job_context& job) {
    runs = true;
    await([&] { return job.stop_requested(); });
    job.throw_if_stopped();
  });
  auto queued = fm.submit("p", [] {});
  REQUIRE(await([&] { return runs.load(); }));
  const auto report = fm.drain(1s);
  REQUIRE(report);
  CHECK(report->cancelled == 2);
  CHECK(report->left.empty());
  CHECK(polite->state() == job_state::cancelled);
  CHECK(queued->wait().error().code() == errc::cancelled);
}

TEST_CASE("a job cannot submit while its system drains", "[G10]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  auto inner = fm.submit("p", [&] {
    wall.pass();
    return to_string(fm.submit("q", [] {}).error().code());
  });
  REQUIRE(wall.has_visitors());
  std::thread drains{[&] { CHECK(fm.drain(patience)); }};
  REQUIRE(await([&] {
    const auto probe = fm.submit("probe", [] {});
    return !probe && probe.error().code() == errc::draining;
  }));
  wall.open();
  drains.join();
  CHECK(*inner->wait() == "draining");
}

TEST_CASE("policy wait: the destructor waits for a stuck body", "[G10]") {
  door wall;
  std::atomic<bool> returned{false};
  std::optional<foreman::ticket<bool>> stuck;
  std::thread opens;
  {
    foreman::system fm{{.workers = 2, .log = [](auto, auto) {}}};
    stuck = *fm.submit("p", [&] {
      const auto passed = wall.pass();
      returned = true;
      return passed;
    });
    REQUIRE(wall.has_visitors());
    const auto report = fm.drain(0s, drain_policy::wait);
    REQUIRE(report);
    REQUIRE(report->left.size() == 1);
    CHECK(report->left.front().project == "p");
    CHECK(report->left.front().id == stuck->id());
    // Its waiters know; its project stays busy, as its body still runs (G1).
    CHECK(stuck->wait().error().code() == errc::abandoned);
    CHECK(stuck->state() == job_state::failed);
    CHECK(fm.is_busy("p"));
    CHECK_FALSE(returned);
    opens = std::thread{[&] { wall.open(); }};
  }
  CHECK(returned);
  opens.join();
  CHECK(stuck->wait().error().code() == errc::abandoned); // late result dropped
}

TEST_CASE("policy abandon: the destructor leaves a stuck body behind",
          "[G10]") {
  const bool drained_before = GENERATE(false, true);
  auto wall = std::make_shared<door>();
  auto returned = std::make_shared<std::atomic<bool>>(false);
  std::optional<foreman::ticket<void>> stuck;
  {
    foreman::system fm{{.workers = 2,
                        .drain_deadline = 0s,
                        .at_deadline = drain_policy::abandon,
                        .log = [](auto, auto) {}}};
    stuck = *fm.submit("p", [wall, returned](foreman::job_context& job) {
      wall->pass();
      // The system is gone; what the context gives is not.
      *returned = job.stop_requested() && job.project() == "p";
    });
    REQUIRE(wall->has_visitors());
    if (drained_before) // without a policy, it is that of the options
      CHECK(fm.drain(0s)->left.size() == 1);
  }
  CHECK(stuck->wait().error().code() == errc::abandoned);
  CHECK_FALSE(*returned);
  wall->open();
  CHECK(await([&] { return returned->load(); }));
}

TEST_CASE("policy abandon: a log is not called when its system is gone",
          "[G10]") {
  // What the left thread does with a connection after the body is logged, too.
  struct left_open : foreman::test::healthy_connection {
    bool in_transaction() override {
      return true;
    }
  };
  auto wall = std::make_shared<door>();
  auto alive = std::make_shared<std::atomic<bool>>(true);
  auto late = std::make_shared<std::atomic<bool>>(false);
  {
    foreman::system fm{
      {.workers = 1,
       .connections = {{"db", [] { return std::make_unique<left_open>(); }}},
       .drain_deadline = 0s,
       .at_deadline = drain_policy::abandon,
       .log = [alive, late](auto, auto) {
         if (!*alive)
           *late = true;
       }}};
    // Held until the thread has ended: by the context that it keeps.
    auto stuck = fm.submit("p", [wall] { wall->pass(); });
    REQUIRE(wall->has_visitors());
  }
  *alive = false;
  wall->open();
  CHECK(await([&] { return alive.use_count() == 1; }));
  CHECK_FALSE(*late);
}

TEST_CASE("policy abandon: a thread that hangs in a connection is left behind",
          "[G10]") {
  struct hangs : foreman::test::healthy_connection {
    explicit hangs(std::shared_ptr<door> wall) : wall{std::move(wall)} {}

    foreman::expected<void> open(milliseconds) override {
      wall->pass();
      return {};
    }

    std::shared_ptr<door> wall;
  };
  auto wall = std::make_shared<door>();
  const auto start = std::chrono::steady_clock::now();
  {
    foreman::system fm{
      {.workers = 1,
       .connections
       = {{"db", [wall] { return std::make_unique<hangs>(wall); }}},
       .drain_deadline = 50ms,
       .at_deadline = drain_policy::abandon,
       .log = [](auto, auto) {}}};
    auto waits = fm.submit("p", [] {});
    REQUIRE(wall->has_visitors());
  }
  CHECK(std::chrono::steady_clock::now() - start
        < foreman::test::patience); // the door's own
  wall->open();
  CHECK(await([&] { return wall.use_count() == 1; }));
}

TEST_CASE("policy abort: a stuck body ends the process, by name", "[G10]") {
  const auto status = in_child([] {
    foreman::system fm{{.workers = 1}};
    door wall;
    auto stuck = fm.submit("p", [&] { return wall.pass(); });
    if (!wall.has_visitors())
      return 10;
    (void) fm.drain(0s, drain_policy::abort);
    return 11;
  });
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
}

TEST_CASE("a job that drains its own system is refused", "[G10]") {
  foreman::system fm{{.workers = 2}};
  auto drains
    = fm.submit("p", [&] { return to_string(fm.drain(0s).error().code()); });
  CHECK(*drains->wait() == "would_deadlock");
  CHECK(fm.submit("p", [] { return 1; })->wait());
}

TEST_CASE("a job that destroys its own system is abandoned", "[G10]") {
  std::mutex mutex;
  std::string log;
  auto fm = std::make_unique<foreman::system>(system_options{
    .workers = 2, .drain_deadline = patience, .log = [&](auto, auto text) {
      const std::lock_guard guard{mutex};
      log += text;
    }});
  auto returned = std::make_shared<std::atomic<bool>>(false);
  auto other = fm->submit("other", [] { return 1; });
  door ready;
  auto destroys = fm->submit("p", [&fm, &ready, returned] {
    ready.pass();
    fm.reset();
    *returned = true;
  });
  auto queued = fm->submit("p", [] {});
  REQUIRE((other && destroys && queued));
  // Behind the job that waits for it, nothing can finish: cut the wait short.
  REQUIRE(queued->cancel());
  ready.open();
  CHECK(destroys->wait().error().code() == errc::abandoned);
  CHECK(*other->wait() == 1);
  CHECK(await([&] { return returned->load(); }));
  const std::lock_guard guard{mutex};
  CHECK(log.find("destroys the system that runs it") != log.npos);
}

TEST_CASE("submits against a drain are admitted and end, or are rejected",
          "[G10][G4]") {
  for (int round = 0; round < 50; ++round) {
    foreman::system fm{{.workers = 2}};
    std::atomic<std::uint64_t> admitted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        for (;;) {
          auto ticket = fm.submit("p" + std::to_string(t), [] {});
          if (!ticket)
            return; // draining
          ++admitted;
        }
      });
    REQUIRE(await([&] { return admitted > 100; }));
    const auto report = fm.drain(patience);
    for (auto& x : threads)
      x.join();
    REQUIRE(report);
    CHECK(report->books.open() == 0);
    CHECK(report->books.succeeded == admitted);
    CHECK(fm.books().admitted == admitted);
  }
}
