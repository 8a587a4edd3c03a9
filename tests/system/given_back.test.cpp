// A job that was rejected never existed: its callable is what it was.

#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/failing_new.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using foreman::admission;
using foreman::errc;
using foreman::test::await;
using foreman::test::counted_new;
using foreman::test::door;
using namespace std::chrono_literals;

namespace {

const foreman::job_options only_if_idle{.admit = admission::if_idle};

foreman::kinds one_kind() {
  foreman::kinds result;
  REQUIRE(result.add("count", [](foreman::job_context&, const std::string&) {
    return foreman::expected<void>{};
  }));
  return result;
}

} // namespace

TEST_CASE("a rejected submit leaves a move-only callable alone", "[G12]") {
  door wall;
  foreman::system fm{{.workers = 1, .max = {.per_project = 2, .total = 3}}};
  (void) fm.submit("busy", [&] { wall.pass(); });
  (void) fm.submit("busy", [] {});
  auto body = [owned = std::make_unique<int>(7)] { return *owned; };
  const auto refused = [&](errc why, auto&& submit) {
    const auto verdict = submit();
    CHECK(verdict.error().code() == why);
  };
  refused(errc::project_busy,
          [&] { return fm.submit("busy", std::move(body), only_if_idle); });
  refused(errc::project_full,
          [&] { return fm.submit("busy", std::move(body)); });
  refused(errc::invalid_project,
          [&] { return fm.submit("", std::move(body)); });
  refused(errc::invalid_option,
          [&] { return fm.submit("p", std::move(body), {.priority = 101}); });
  refused(errc::unknown_connection, [&] {
    return fm.submit("p", std::move(body), {.connections = {"none"}});
  });
  auto handle = *fm.project("busy");
  refused(errc::project_full, [&] { return handle.submit(std::move(body)); });
  (void) fm.submit("other", [] {});
  refused(errc::system_full, [&] { return fm.submit("p", std::move(body)); });
  wall.open();
  // It is still whole: this one is admitted.
  auto kept = foreman::system{{.workers = 1}}.submit("p", std::move(body));
  CHECK(*kept->wait() == 7);
  REQUIRE(fm.drain(10s));
  auto late = [owned = std::make_unique<int>(8)] { return *owned; };
  refused(errc::draining, [&] { return fm.submit("p", std::move(late)); });
  CHECK(late() == 8);
}

TEST_CASE("a rejected named job keeps kind and payload", "[G12]") {
  foreman::system fm{
    {.workers = 1, .max = {.total = 1}, .handlers = one_kind()}};
  door wall;
  (void) fm.submit("busy", [&] { wall.pass(); });
  const std::string long_payload(100, 'x');
  foreman::named_job what{"count", long_payload};
  for (const auto* project : {"busy", "", "other"}) {
    CHECK_FALSE(fm.submit(project, std::move(what), only_if_idle));
    CHECK(what.kind == "count"); // NOLINT(bugprone-use-after-move)
    CHECK(what.payload == long_payload);
  }
  foreman::named_job unknown{"none", long_payload};
  CHECK(fm.submit("p", std::move(unknown)).error().code()
        == errc::unknown_kind);
  CHECK(unknown.payload == long_payload); // NOLINT(bugprone-use-after-move)
  wall.open();
}

TEST_CASE("who is told busy again and again takes no memory", "[G9]") {
  foreman::system fm{{.workers = 1}};
  door wall;
  (void) fm.submit("busy", [&] { wall.pass(); });
  auto handle = *fm.project("busy");
  std::function<void()> body = [big = std::vector<int>(1000)] {};
  CHECK_FALSE(fm.submit("busy", std::move(body), only_if_idle));
  CHECK_FALSE(handle.submit(std::move(body), only_if_idle));
  const counted_new counted;
  for (int i = 0; i < 100; ++i) {
    const auto one = fm.submit("busy", std::move(body), only_if_idle);
    const auto two = handle.submit(std::move(body), only_if_idle);
    if (one || two || one.error().message() != two.error().message())
      FAIL("it was admitted, or told otherwise");
  }
  CHECK(counted.so_far() == 0);
  CHECK(body != nullptr);
  wall.open();
}

TEST_CASE("of callables that race for a project one is taken, none is lost",
          "[G5]") {
  foreman::system fm{{.workers = 2}};
  std::atomic<int> ran = 0;
  for (int round = 0; round < 200; ++round) {
    const auto project = "p" + std::to_string(round);
    door wall;
    std::atomic<int> admitted = 0;
    std::atomic<int> whole = 0;
    const auto offer = [&] {
      // A lambda that captures cannot be assigned.
      auto body = [&ran, &wall, owned = std::make_unique<int>(1)] {
        wall.pass();
        ran += *owned;
        return owned != nullptr;
      };
      static_assert(!std::is_move_assignable_v<decltype(body)>);
      if (fm.submit(project, std::move(body), only_if_idle))
        ++admitted;
      else {
        wall.open();
        whole += body() ? 1 : 0; // NOLINT(bugprone-use-after-move)
      }
    };
    std::thread other{offer};
    offer();
    other.join();
    wall.open();
    REQUIRE(await([&] { return !fm.is_busy(project); })); // it has the wall
    CHECK(admitted == 1);
    CHECK(whole == 1);
  }
  REQUIRE(fm.drain(10s));
  CHECK(ran == 400);
}

namespace {

int free_function() {
  return 7;
}

} // namespace

TEST_CASE("callables that cannot be moved from are offered, too") {
  foreman::system fm{{.workers = 1}};
  CHECK(*fm.submit("p", free_function)->wait() == 7);
  CHECK(*fm.submit("p", &free_function)->wait() == 7);
  const auto constant = [] { return 8; };
  CHECK(*fm.submit("p", constant)->wait() == 8);
  CHECK(*fm.submit("p", std::move(constant))->wait() == 8); // NOLINT
  auto counter = [n = 0]() mutable { return ++n; };
  CHECK(*fm.submit("p", std::ref(counter))->wait() == 1);
  CHECK(*fm.submit("p", counter)->wait() == 2); // a copy
  CHECK(counter() == 2);
}
