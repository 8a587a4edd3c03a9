// Host code that blocks, where a drain or an actor must not wait for it.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/door.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace act = foreman::actors;
namespace compat = foreman::compat;

using foreman::drain_policy;
using foreman::errc;
using foreman::job_context;
using foreman::job_state;
using namespace foreman::test;
using namespace std::chrono_literals;

namespace {

void quiet(foreman::log_level, std::string_view) {}

// Host code that blocks until the test opens its door, which it does when it
// knows that nobody has waited for it.
struct blocker {
  void block() {
    opened = door_.pass();
  }

  bool blocks() const {
    return door_.has_visitors();
  }

  void open() {
    door_.open();
  }

  std::atomic<bool> opened{false};

private:
  door door_;
};

// Calls `f` when it is destroyed.
template <class F>
auto at_end(F f) {
  return std::shared_ptr<void>{nullptr, [f = std::move(f)](void*) { f(); }};
}

} // namespace

TEST_CASE("a drain does not wait for what a cancelled job captured", "[G10]") {
  blocker wall;
  {
    foreman::system fm{{.workers = 1, .log = quiet}};
    door body;
    const auto running = *fm.submit("p", [&] { body.pass(); });
    REQUIRE(body.has_visitors());
    const auto first = *fm.submit("p", [x = at_end([&] { wall.block(); })] {});
    const auto second = *fm.submit("p", [] {});
    std::jthread opener{[&] {
      // As soon as it is asked for.
      await([&] { return second.finished(); });
      body.open();
    }};
    const auto done = fm.drain(100ms);
    REQUIRE(done);
    CHECK(done->books.open() == 0);
    CHECK(wall.blocks());
    CHECK(first.state() == job_state::cancelled);
    // Nor does whoever waits for another job that was cancelled.
    CHECK(second.wait().error().code() == errc::cancelled);
    CHECK(running.wait());
    wall.open(); // else the destructor of the system waits for it
  }
  CHECK(wall.opened);
}

TEST_CASE("a drain does not wait for a stop callback, nor does another one",
          "[G10]") {
  blocker wall;
  std::atomic<int> asked{0};
  foreman::system fm{{.workers = 3, .log = quiet}};
  const auto blocks = *fm.submit("a", [&](job_context& job) {
    const std::stop_callback on_stop{job.stop_token(), [&] { wall.block(); }};
    wall.blocks();
  });
  std::vector<foreman::ticket<void>> others;
  for (const auto* key : {"b", "c"})
    others.push_back(*fm.submit(key, [&](job_context& job) {
      const auto token = job.stop_token();
      ++asked;
      await([&] { return token.stop_requested(); });
      // Both say the same.
      asked += job.stop_requested() ? 10 : 0;
    }));
  REQUIRE(await([&] { return asked == 2; }));
  const auto done = fm.drain(1s);
  REQUIRE(done);
  CHECK(asked == 22);
  CHECK(done->left.size() == 1);
  wall.open();
  CHECK(blocks.wait().error().code() == errc::abandoned);
  for (const auto& x : others)
    CHECK(x.wait());
  CHECK(await([&] { return wall.opened.load(); }));
}

TEST_CASE("what a cancel by message runs of the host's holds up no answer") {
  act::host_config config;
  caf::actor_system host{config};
  foreman::system fm{host, {.workers = 2, .log = quiet}};
  blocker wall;
  door body;
  const auto running = *fm.submit("p", [&](job_context& job) {
    const std::stop_callback on_stop{job.stop_token(), [&] { wall.block(); }};
    body.pass();
  });
  const auto queued = *fm.submit("p", [x = at_end([&] { wall.block(); })] {});
  REQUIRE(body.has_visitors());
  caf::scoped_actor self{host};
  // A sender waits for each answer.
  int answers = 0;
  const auto cancel = [&](foreman::job_id which) {
    compat::request(self.ptr(), fm.registry(), caf::infinite,
                    act::cancel_atom_v, std::string{"p"}, which)
      .receive([&] { ++answers; }, [](const caf::error&) {});
  };
  cancel(running.id());
  cancel(queued.id());
  CHECK(answers == 2);
  CHECK(wall.blocks());
  CHECK(queued.state() == job_state::cancelled);
  wall.open();
  body.open();
  CHECK(await([&] { return wall.opened.load(); }));
}

TEST_CASE("a system leaves behind an errand that never ends, if told so",
          "[G10]") {
  // Shared with what is left behind.
  const auto wall = std::make_shared<blocker>();
  std::atomic<bool> ended{false};
  {
    foreman::system fm{{.workers = 1,
                        .drain_deadline = 50ms,
                        .at_deadline = drain_policy::abandon,
                        .log = quiet}};
    door body;
    const auto running = *fm.submit("p", [&body] { body.pass(); });
    REQUIRE(body.has_visitors());
    const auto queued = *fm.submit("p", [x = at_end([wall, &ended] {
                                           wall->block();
                                           ended = true;
                                         })] {});
    std::jthread opener{[&] {
      await([&] { return queued.finished(); });
      body.open();
    }};
    CHECK(fm.drain(50ms));
    CHECK(wall->blocks());
  }
  CHECK_FALSE(ended);
  wall->open();
  CHECK(await([&] { return ended.load(); }));
}
