#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/door.hpp>
#include <sys/resource.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

using foreman::errc;
using foreman::error;
using foreman::job_state;
using foreman::system_options;
using foreman::test::door;
using foreman::test::in_child;
using foreman::test::left_with;
using namespace std::chrono_literals;

namespace {

error refusal_of(const system_options& options) {
  try {
    const foreman::system fm{options};
    return {};
  } catch (const foreman::exception& e) {
    return e.why();
  }
}

} // namespace

TEST_CASE("a bad project key is named, and nothing is admitted", "[G12]") {
  foreman::system fm{{.workers = 1}};
  for (const auto& key : {std::string{}, std::string(257, 'x'),
                          std::string{"\xff"}, std::string{"a\xc0\xaf"}}) {
    CHECK(fm.submit(key, [] {}).error().code() == errc::invalid_project);
    CHECK(fm.status(key).error().code() == errc::invalid_project);
    CHECK(fm.cancel(key, {1}).error().code() == errc::invalid_project);
    CHECK(fm.project(key).error().code() == errc::invalid_project);
    CHECK_FALSE(fm.is_running(key));
    CHECK_FALSE(fm.is_busy(key));
  }
  CHECK(fm.submit(std::string(256, 'x'), [] {})->wait());
  CHECK(fm.submit("", [] {}).error().message()
        == "the project key is empty; allowed are 1 to 256 bytes of UTF-8");
  CHECK(fm.books().admitted == 1);
}

TEST_CASE("an empty callable is refused", "[G12]") {
  foreman::system fm{{.workers = 1}};
  CHECK(fm.submit("p", std::function<void()>{}).error().code()
        == errc::empty_job);
  void (*nothing)() = nullptr;
  CHECK(fm.submit("p", nothing).error().code() == errc::empty_job);
  CHECK_FALSE(fm.is_busy("p"));
}

TEST_CASE("an unknown kind is refused with the known ones", "[G12]") {
  system_options options{.workers = 1};
  std::string seen;
  REQUIRE(options.handlers.add(
    "greet",
    [&seen](foreman::job_context&,
            const std::string& payload) -> foreman::expected<void> {
      seen = payload;
      return {};
    }));
  foreman::system fm{options};
  const auto refused = fm.submit("p", foreman::named_job{"greed", ""});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::unknown_kind);
  CHECK(refused.error().message().find("greet") != std::string::npos);
  CHECK(fm.submit("p", foreman::named_job{"greet", "hello"})->wait());
  CHECK(seen == "hello");
}

TEST_CASE("options out of their range are named with value and range",
          "[G12]") {
  CHECK(refusal_of({.workers = 0}).message()
        == "workers is 0; allowed are 1 to 65536");
  CHECK(refusal_of({.max = {.per_project = 0}}).message()
        == "max.per_project is 0; allowed are 1 to 1000000000");
  CHECK(refusal_of({.max = {.total = 0}}).code() == errc::invalid_option);
  CHECK(refusal_of({.turn_jobs = 0}).code() == errc::invalid_option);
  CHECK(refusal_of({.turn_time = -1ms}).code() == errc::invalid_option);
  CHECK(refusal_of({.drain_deadline = -1s}).code() == errc::invalid_option);
  CHECK(refusal_of({.check = {.ping_deadline = -1ms}}).code()
        == errc::invalid_option);
  CHECK(refusal_of({.log = {}}).code() == errc::invalid_option);
  CHECK(refusal_of({.time = nullptr}).code() == errc::invalid_option);
  CHECK_FALSE(refusal_of({.workers = 1}));
}

TEST_CASE("negative times and bad priorities are refused", "[G12]") {
  foreman::system fm{{.workers = 1}};
  auto ticket = fm.submit("p", [] { return 1; });
  CHECK(ticket->wait_for(-1s).error().code() == errc::invalid_option);
  CHECK(fm.drain(-1s).error().code() == errc::invalid_option);
  CHECK(fm.submit("p", [] {}, {.priority = 101}).error().message()
        == "priority is 101; allowed are -100 to 100");
  CHECK(*ticket->wait() == 1); // the refused drain changed nothing
  CHECK(fm.submit("p", [] {}));
}

TEST_CASE("more workers than threads can be made is an error by name",
          "[G12]") {
  const auto status = in_child([] {
    // Root is not limited, so the child is somebody else.
    const rlimit few{60, 60};
    if (setrlimit(RLIMIT_NPROC, &few) != 0
        || (getuid() == 0 && setuid(65'534) != 0))
      return 10;
    const auto why = refusal_of({.workers = 500});
    if (why.code() != errc::no_threads
        || why.message().find("of 500 worker threads") == std::string::npos)
      return 11;
    // What was started is gone: a smaller system has room.
    foreman::system fm{{.workers = 4}};
    return fm.submit("p", [] { return 1; })->wait() ? 0 : 12;
  });
  CHECK(left_with(status, 0));
}

TEST_CASE("what a connection's factory throws is passed on as it is", "[G12]") {
  const auto start = [] {
    foreman::system fm{
      {.workers = 2,
       .connections
       = {{"db", []() -> std::unique_ptr<foreman::connection> {
             throw std::system_error{EACCES, std::generic_category(), "db"};
           }}}}};
  };
  CHECK_THROWS_AS(start(), std::system_error);
}

TEST_CASE("a drain with a policy that is none is refused", "[G12]") {
  foreman::system fm{{.workers = 1}};
  const auto refused = fm.drain({}, static_cast<foreman::drain_policy>(7));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::invalid_option);
  CHECK(fm.submit("p", [] {})); // nothing began
}

TEST_CASE("cancel of an unknown or finished job is an error by name", "[G12]") {
  foreman::system fm{{.workers = 1}};
  auto ticket = fm.submit("p", [] {});
  REQUIRE(ticket->wait());
  CHECK(fm.cancel("p", {999}).error().code() == errc::unknown_job);
  CHECK(fm.cancel("p", ticket->id()).error().code() == errc::unknown_job);
  CHECK(ticket->cancel().error().code() == errc::job_finished);
}

TEST_CASE("the limits reject what is over them, and admit again below",
          "[G9]") {
  foreman::system fm{{.workers = 1, .max = {.per_project = 3, .total = 4}}};
  door wall;
  auto first = fm.submit("p", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  REQUIRE(fm.submit("p", [] {}));
  auto third = fm.submit("p", [] {});
  REQUIRE(third);
  CHECK(fm.submit("p", [] {}).error().code() == errc::project_full);
  REQUIRE(fm.submit("q", [] {}));
  CHECK(fm.submit("q", [] {}).error().code() == errc::system_full);
  REQUIRE(third->cancel());
  CHECK(fm.submit("q", [] {}));
  CHECK(fm.books().rejected == 2);
  wall.open();
}
