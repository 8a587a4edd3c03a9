#include <foreman/host_code.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/jobs.hpp>
#include <support/manual_clock.hpp>
#include <support/text.hpp>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace foreman;
using foreman::test::await;
using foreman::test::door;
using foreman::test::says;
using namespace std::chrono_literals;

namespace {

host_code::parts with_log(log_function log) {
  return {std::move(log), {}, {}};
}

} // namespace

TEST_CASE("what a log throws costs its line, and is counted", "[G8]") {
  int calls = 0;
  const host_code host{with_log([&](auto, auto) {
    ++calls;
    throw 1;
  })};
  host.log(log_level::info, "one"); // to standard error, once
  host.log(log_level::info, "two");
  CHECK(calls == 2);
  CHECK(host.faults() == callback_faults{.log = 2});
}

TEST_CASE("a clock that throws stands still", "[G8]") {
  struct moody_clock : clock {
    time_point now() const override {
      if (throws)
        throw 1;
      return time;
    }

    bool throws = false;
    time_point time{5s};
  };
  moody_clock time;
  std::vector<std::string> lines;
  host_code host{with_log([&](auto, auto text) { lines.emplace_back(text); }),
                 time};
  CHECK(host.now() == time.time);
  time.throws = true;
  time.time += 1s;
  CHECK(host.now() == time.time - 1s);
  CHECK(host.now() == time.time - 1s);
  time.throws = false;
  CHECK(host.now() == time.time);
  CHECK(host.faults() == callback_faults{.clock = 2});
  REQUIRE(lines.size() == 1);
  CHECK(says(lines.front(), "the clock threw"));
  host.give_up(std::nullopt);
  time.time += 1s;
  CHECK(host.now() == time.time - 1s); // it is not asked any more
}

TEST_CASE("what was given up is destroyed at once, and not called any more",
          "[G9]") {
  const auto witness = std::make_shared<int>();
  host_code host{with_log([witness](auto, auto) { ++*witness; })};
  host.log(log_level::info, "one");
  host.give_up(std::nullopt);
  CHECK(witness.use_count() == 1);
  host.log(log_level::info, "two");
  CHECK(*witness == 1);
  CHECK_FALSE(host.use([](const auto&) {}));
}

TEST_CASE("to give up waits for calls of other threads", "[G9]") {
  const auto wall = std::make_shared<door>();
  host_code host{with_log([wall](auto, auto) { wall->pass(); })};
  std::thread calls{[&] { host.log(log_level::info, "text"); }};
  REQUIRE(wall->has_visitors());
  const bool bounded = GENERATE(true, false);
  if (bounded) {
    // Who must not wait leaves it to the last call.
    host.give_up(std::chrono::steady_clock::now());
    CHECK(wall.use_count() > 1);
    wall->open();
    calls.join();
  } else {
    std::thread opens{[&] { wall->open(); }};
    host.give_up(std::nullopt);
    opens.join();
    CHECK(wall.use_count() == 1);
    calls.join();
  }
  CHECK(wall.use_count() == 1);
}

TEST_CASE("a log that gives its own system up is there until it returns",
          "[G9]") {
  const auto witness = std::make_shared<int>();
  std::unique_ptr<host_code> host;
  bool seen = false;
  host = std::make_unique<host_code>(with_log([&, witness](auto, auto) {
    host->give_up(std::nullopt);
    seen = witness.use_count() > 1;
  }));
  host->log(log_level::info, "text");
  CHECK(seen);
  CHECK(witness.use_count() == 1);
}

TEST_CASE("code that foreman calls is named where it must not wait") {
  CHECK(host_call::that_must_not_wait() == nullptr);
  foreman::test::one_worker x;
  const auto job = x.submit("p", [] {});
  std::string said;
  job->on_finish([&](const auto&) {
    said = host_call::that_must_not_wait()->refusal_to("wait").message();
  });
  CHECK(x.run("p") == 1);
  CHECK(says(said,
             "a listener of job 1 of p would wait; what foreman calls "
             "must not wait"));
  CHECK(host_call::innermost() == nullptr);
}
