// Programs that a host might write in good faith, or without thinking.

#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/healthy_connection.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using foreman::errc;
using foreman::test::await;
using foreman::test::door;
using foreman::test::patience;
using namespace std::chrono_literals;

namespace {

// Far beyond the patience of a test: nothing waits for the deadline.
foreman::system_options patient(std::size_t workers = 2) {
  foreman::system_options result{.workers = workers, .drain_deadline = 24h};
  result.log = [](auto, auto) {};
  return result;
}

// Says when the system is gone.
struct owned_system {
  std::shared_ptr<std::atomic<bool>> gone
    = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<foreman::system> fm;

  owned_system() {
    fm = {new foreman::system{patient()}, [gone = gone](foreman::system* x) {
            delete x;
            *gone = true;
          }};
  }

  bool goes() const {
    return await([this] { return gone->load(); });
  }
};

} // namespace

TEST_CASE("a job may hold the last reference to its system", "[G10]") {
  owned_system owned;
  door wall;
  auto job = owned.fm->submit("p", [&wall, fm = owned.fm] { wall.pass(); });
  auto behind = owned.fm->submit("p", [] {});
  REQUIRE(wall.has_visitors());
  owned.fm = nullptr;
  wall.open();
  CHECK(owned.goes());
  CHECK(behind->finished());
  CHECK(job->finished());
}

TEST_CASE("a queued job that is cancelled may hold the last reference to its "
          "system",
          "[G10]") {
  owned_system owned;
  door wall;
  auto first = owned.fm->submit("p", [&wall] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  auto job = owned.fm->submit("q", [&wall] { wall.pass(); });
  auto queued = owned.fm->submit("p", [fm = owned.fm] {});
  owned.fm = nullptr;
  std::thread cancels{[&] { CHECK(queued->cancel()); }};
  REQUIRE(await([&] { return queued->finished(); }));
  wall.open();
  cancels.join();
  CHECK(owned.goes());
  CHECK(first->finished());
}

TEST_CASE("a listener, or what it captured, may hold the last reference to its "
          "system",
          "[G10]") {
  owned_system owned;
  door wall;
  auto job = owned.fm->submit("p", [&wall] { wall.pass(); });
  auto behind = owned.fm->submit("p", [] {});
  REQUIRE(wall.has_visitors());
  job->on_finish([fm = owned.fm](const auto&) {});
  owned.fm = nullptr;
  wall.open();
  CHECK(owned.goes());
  CHECK(behind->finished());
}

TEST_CASE("a value may hold the last reference to its system", "[G10]") {
  owned_system owned;
  door wall;
  REQUIRE(owned.fm->submit("p", [&wall, fm = owned.fm]() mutable {
    wall.pass();
    return std::move(fm);
  }));
  auto behind = owned.fm->submit("p", [] {});
  REQUIRE(wall.has_visitors());
  owned.fm = nullptr;
  wall.open();
  CHECK(owned.goes());
  CHECK(behind->finished());
}

TEST_CASE("two systems may end one another in their listeners", "[G10]") {
  auto first = std::make_unique<foreman::system>(foreman::system_options{
    .workers = 1, .drain_deadline = 1s, .log = [](auto, auto) {}});
  auto second = std::make_unique<foreman::system>(foreman::system_options{
    .workers = 1, .drain_deadline = 1s, .log = [](auto, auto) {}});
  door wall;
  std::atomic<int> gone{0};
  const auto job = [&](foreman::system& in, auto& other) {
    auto made = in.submit("p", [&] { wall.pass(); });
    made->on_finish([&](const auto&) {
      other.reset();
      ++gone;
    });
  };
  job(*first, second);
  job(*second, first);
  REQUIRE(wall.has_visitors(2));
  wall.open();
  CHECK(await([&] { return gone == 2; }));
}

TEST_CASE("a log may ask everything", "[G6][G8]") {
  struct leaves_open : foreman::test::healthy_connection {
    foreman::expected<void> open(milliseconds) override {
      if (fails)
        return errc::connection_unavailable;
      return {};
    }

    bool in_transaction() override {
      return true;
    }

    bool fails = false;
  };
  std::atomic<foreman::system*> asked{nullptr};
  std::atomic<int> lines{0};
  auto options = patient();
  options.connections["db"] = [] {
    auto made = std::make_unique<leaves_open>();
    static std::atomic<int> made_so_far{0};
    made->fails = ++made_so_far == 2;
    return made;
  };
  options.log = [&](auto, auto) {
    ++lines;
    auto* fm = asked.load();
    if (fm == nullptr)
      return;
    (void) fm->list();
    (void) fm->connections();
    (void) fm->books();
    (void) fm->faults();
    (void) fm->status("p");
    (void) fm->is_busy("p");
    (void) fm->cancel("p", {1});
    (void) fm->submit("p", [] {}, {.admit = foreman::admission::if_idle});
    (void) fm->project("p")->submit(
      [] {}, {.admit = foreman::admission::if_idle, .connections = {}});
  };
  foreman::system fm{std::move(options)};
  asked = &fm;
  for (int i = 0; i < 50; ++i) {
    auto x = fm.submit("q" + std::to_string(i % 4), [] {});
    REQUIRE(x);
    (void) x->wait_for(patience);
  }
  CHECK(lines > 0);
  asked = nullptr;
}

TEST_CASE("an interrupt of a connection must not wait", "[G4][G7][G10]") {
  struct waits : foreman::test::healthy_connection {
    explicit waits(std::function<void()> f) : in_interrupt{std::move(f)} {}

    bool can_interrupt() const noexcept override {
      return true;
    }

    bool interrupt(milliseconds) noexcept override {
      in_interrupt();
      return true;
    }

    std::function<void()> in_interrupt;
  };
  std::atomic<foreman::system*> asked{nullptr};
  std::atomic<errc> waited{errc::ok};
  std::atomic<errc> drained{errc::ok};
  auto options = patient();
  options.connections["db"] = [&] {
    return std::make_unique<waits>([&] {
      const auto other = asked.load()->submit("other", [] {});
      waited = other->wait_for(patience).error().code();
      drained = asked.load()->drain(1h).error().code();
    });
  };
  foreman::system fm{std::move(options)};
  asked = &fm;
  std::atomic<bool> works{false};
  const auto x = fm.submit("p", [&](foreman::job_context& job) {
    (void) job.connection<waits>("db");
    works = true;
    while (!job.stop_requested())
      std::this_thread::yield();
  });
  REQUIRE(await([&] { return works.load(); }));
  REQUIRE(x->cancel());
  CHECK(x->wait_for(patience).has_value());
  CHECK(waited == errc::would_deadlock);
  CHECK(drained == errc::would_deadlock);
}

TEST_CASE("a clock may ask everything", "[G6][G8]") {
  struct curious : foreman::clock {
    time_point now() const override {
      if (auto* fm = asked.load(); fm != nullptr) {
        (void) fm->connections();
        (void) fm->list();
        (void) fm->status("p");
      }
      return std::chrono::steady_clock::now();
    }

    std::atomic<foreman::system*> asked{nullptr};
  };
  struct dead : foreman::test::healthy_connection {
    foreman::expected<void> open(milliseconds) override {
      return errc::connection_unavailable;
    }
  };
  curious time;
  auto options = patient();
  options.time = &time;
  options.check.max_deferral = 20ms;
  options.connections["db"] = [] { return std::make_unique<dead>(); };
  foreman::system fm{std::move(options)};
  time.asked = &fm;
  for (int i = 0; i < 20; ++i) {
    auto x = fm.submit("p" + std::to_string(i % 4), [] {});
    REQUIRE(x);
    CHECK(x->wait_for(patience).error().code() == errc::connection_unavailable);
  }
  time.asked = nullptr;
}

TEST_CASE("listeners may submit the next job, again and again", "[G4]") {
  foreman::system fm{patient()};
  std::atomic<int> left{2'000};
  std::function<void(const foreman::outcome&)> next
    = [&](const foreman::outcome&) {
        if (--left <= 0)
          return;
        auto x = fm.submit("p" + std::to_string(left % 7), [] {});
        if (x)
          x->on_finish(next);
      };
  next({});
  CHECK(await([&] { return left <= 0; }));
  CHECK(fm.drain(patience)->books.open() == 0);
}

TEST_CASE("a stop callback may cancel other jobs, and its own once more",
          "[G4]") {
  foreman::system fm{patient(3)};
  std::vector<foreman::ticket<void>> tickets;
  std::atomic<int> ready{0};
  std::atomic<int> called{0};
  for (int i = 0; i < 3; ++i)
    tickets.push_back(
      *fm.submit("p" + std::to_string(i), [&](foreman::job_context& job) {
        const std::stop_callback others{job.stop_token(), [&] {
                                          ++called;
                                          for (const auto& x : tickets)
                                            (void) x.cancel();
                                        }};
        ++ready;
        await([&] { return job.stop_requested(); });
        job.throw_if_stopped();
      }));
  REQUIRE(await([&] { return ready == 3; }));
  CHECK(tickets[1].cancel());
  for (const auto& x : tickets)
    CHECK(x.wait_for(patience).error().code() == errc::cancelled);
  CHECK(called == 3);
}
