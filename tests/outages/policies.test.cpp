#include "connected_system.hpp"
#include "log_lines.hpp"
#include "support/await.hpp"
#include "support/database_server.hpp"

#include <chrono>
#include <string>

namespace foreman::test {

namespace {

using namespace std::chrono_literals;

// A server that is down, and one worker.
struct setting {
  setting()
    : server{GENERATE(database_kind::mariadb, database_kind::postgresql)},
      options{with_sessions(server.address().by_tcp(), 1)} {
    options.check.max_break = 1s;
    options.log = log.target();
    server.stop();
  }

  /// The host tries until the server is known to be back.
  bool is_back(system& fm) {
    server.start();
    return await([&] {
      return fm
        .submit("back", [] {}, {.if_unavailable = unavailable_policy::fail})
        ->wait()
        .has_value();
    });
  }

  database_server server;
  log_lines log;
  system_options options;
};

} // namespace

TEST_CASE("a job that would rather fail does so at once while its server is "
          "down",
          "[G7]") {
  setting with;
  system fm{with.options};
  bool ran = false;
  for (int i = 0; i < 5; ++i) {
    const auto done = fm.submit("project", [&] { ran = true; },
                                {.if_unavailable = unavailable_policy::fail})
                        ->wait();
    REQUIRE_FALSE(done);
    CHECK(done.error().code() == errc::connection_unavailable);
  }
  CHECK_FALSE(ran);
  CHECK(main_status(fm).counts.jobs_failed == 5);
  CHECK(main_status(fm).counts.jobs_deferred == 0);
  CHECK(with.is_back(fm));
}

TEST_CASE("a job that would rather run does so while its server is down, and "
          "is told when it asks for a session",
          "[G7]") {
  setting with;
  system fm{with.options};
  const job_options anyway{.if_unavailable = unavailable_policy::run_anyway};
  CHECK(fm.submit(
            "project", [] { return 42; }, anyway)
          ->wait()
          .value()
        == 42);
  const auto asked
    = fm.submit(
          "project", [](job_context& job) { main_session(job); }, anyway)
        ->wait();
  REQUIRE_FALSE(asked);
  CHECK(asked.error().code() == errc::connection_unavailable);
  CHECK(main_status(fm).counts.jobs_run_anyway == 2);
  CHECK(with.is_back(fm));
  CHECK(fm.submit(
            "project", [](job_context& job) { main_session(job); }, anyway)
          ->wait());
}

TEST_CASE("a job is deferred no longer than it may be", "[G4][G7]") {
  setting with;
  with.options.check.max_deferral = 300ms;
  system fm{with.options};
  const auto first = fm.submit("project", [] {});
  const auto second = fm.submit("project", [] {});
  for (const auto& x : {*first, *second}) {
    const auto done = x.wait();
    REQUIRE_FALSE(done);
    INFO(done.error().message());
    CHECK(done.error().code() == errc::connection_unavailable);
    CHECK(done.error().message().find("the job was deferred for ")
          != std::string::npos);
  }
  CHECK(main_status(fm).counts.jobs_failed == 2);
  CHECK(main_status(fm).counts.jobs_deferred >= 2);
  CHECK(with.is_back(fm));
}

TEST_CASE("a system that ends while its server is down cancels what is "
          "deferred",
          "[G4][G10]") {
  setting with;
  system fm{with.options};
  const auto job = fm.submit("project", [] {});
  REQUIRE(await([&] { return fm.status("project")->deferred_for == "main"; }));
  const auto report = fm.drain(500ms);
  REQUIRE(report);
  CHECK(job->state() == job_state::cancelled);
  CHECK(fm.books() == ledger{.admitted = 1, .cancelled = 1});
}

} // namespace foreman::test
