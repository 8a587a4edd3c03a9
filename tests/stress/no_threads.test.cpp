// An operating system that gives no more threads.

#include "thread_limit.hpp"

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <pthread.h>
#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/text.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

using foreman::drain_policy;
using foreman::errc;
using namespace foreman::test;
using namespace std::chrono_literals;

namespace {

// Makes systems while there is room for ever more threads, until one can be
// made; `make` gets the options. Returns how many could not.
template <class Make>
std::size_t refused_systems(const Make& make, drain_policy policy) {
  const auto before = thread_limit::threads();
  for (std::size_t room = 0;; ++room) {
    const auto witness = std::make_shared<int>();
    const thread_limit limit{room};
    try {
      const auto fm = make(foreman::system_options{
        .workers = 3, .at_deadline = policy, .log = [witness](auto, auto) {}});
      REQUIRE(*fm->submit("p", [] { return 1; })->wait() == 1);
      CHECK(room >= 3);
      return room;
    } catch (const foreman::exception& e) {
      CHECK(limit.refusals() > 0);
      CHECK(e.why().code() == errc::no_threads);
      CHECK(says(e.why().message(), "lower workers or raise the limit"));
    }
    // Nothing is left, not even for a moment.
    CHECK(thread_limit::threads() == before);
    CHECK(witness.use_count() == 1);
  }
}

} // namespace

TEST_CASE("a system that gets too few threads says so and leaves nothing",
          "[G9][G12]") {
  for (const auto policy : {drain_policy::wait, drain_policy::abandon}) {
    // A worker each, and those of CAF.
    CHECK(refused_systems(
            [](auto options) {
              return std::make_unique<foreman::system>(std::move(options));
            },
            policy)
          > 3);
    foreman::actors::host_config config;
    caf::actor_system host{config};
    CHECK(refused_systems(
            [&](auto options) {
              return std::make_unique<foreman::system>(host,
                                                       std::move(options));
            },
            policy)
          == 3);
  }
}

TEST_CASE("a worker that gets no other thread says so, and its jobs wait",
          "[G4][G8]") {
  std::mutex mutex;
  std::string log;
  foreman::system fm{{.workers = 1, .log = [&](auto, auto text) {
                        const std::lock_guard guard{mutex};
                        log += text;
                      }}};
  std::vector<foreman::ticket<int>> waiting;
  {
    const thread_limit limit{0};
    const auto fatal = fm.submit("p", [] { pthread_exit(nullptr); });
    for (int i = 0; i < 20; ++i)
      waiting.push_back(
        *fm.submit("p" + std::to_string(i % 3), [i] { return i; }));
    CHECK(fatal->wait().error().code() == errc::thread_exited);
    REQUIRE(await([&] { return limit.refusals() > 1; })); // it tries again
    for (const auto& x : waiting)
      CHECK_FALSE(x.finished());
    CHECK(fm.books().open() == 20);
    const std::lock_guard guard{mutex};
    CHECK(says(log, "the operating system gives no other"));
  }
  for (int i = 0; i < 20; ++i)
    CHECK(*waiting[static_cast<std::size_t>(i)].wait() == i);
}

TEST_CASE("while a worker gets no other thread the others go on", "[G4][G8]") {
  foreman::system fm{{.workers = 2, .log = [](auto, auto) {}}};
  const thread_limit limit{0};
  CHECK(fm.submit("p", [] { pthread_exit(nullptr); })->wait().error().code()
        == errc::thread_exited);
  REQUIRE(await([&] { return limit.refusals() > 0; }));
  for (int i = 0; i < 200; ++i)
    CHECK(*fm.submit("p" + std::to_string(i % 7), [i] { return i; })->wait()
          == i);
}

TEST_CASE("a system whose last worker gets no other thread can be drained",
          "[G4][G10]") {
  for (const auto policy : {drain_policy::wait, drain_policy::abandon}) {
    const auto before = thread_limit::threads();
    std::optional<foreman::ticket<void>> queued;
    {
      foreman::system fm{{.workers = 1, .log = [](auto, auto) {}}};
      const thread_limit limit{0};
      (void) fm.submit("p", [] { pthread_exit(nullptr); })->wait();
      queued = *fm.submit("p", [] {});
      REQUIRE(await([&] { return limit.refusals() > 0; }));
      const auto report = *fm.drain(0s, policy);
      CHECK(report.books.open() == 0);
      CHECK(report.cancelled == 1);
      CHECK(report.left.empty());
    }
    CHECK(queued->wait().error().code() == errc::cancelled);
    CHECK(await([&] { return thread_limit::threads() == before; }));
  }
}
